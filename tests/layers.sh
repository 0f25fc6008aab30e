#!/bin/sh
# layers.sh SOURCE PLUGIN... - fails when code reaches across a layer.
#
# A file of core includes what is below it and nothing else. A plugin sees the public header
# and the C library, gives away one name and takes none of the host's.
set -u
source=$1
shift
status=0
root='ceilings.h cpu.h error.h formula.h hmac.h manners.h memory.h sha256.h text.h utf8.h' # below everything in core

complain() {
    echo "layers: $*" >&2
    status=1
}

# only HEADER FILE - no other file of core includes HEADER.
only() {
    grep -rn --include='*.[ch]' "#include <$1>" "$source/core" | grep -v "/core/$2:" &&
        complain "<$1> belongs to core/$2 alone"
}

# sees WHO ALLOWED... - what a folder or file of core may include in quotes: headers, folders/.
sees() {
    who=$1
    shift
    allowed=$(echo "$*" | sed 's/\./\\./g; s/ /|/g')
    grep -rnH --include='*.[ch]' '#include "' "$source/core/$who" |
        grep -vE "#include \"($allowed)" && complain "core/$who may include no more than: $*"
}

# The command is a program like any other that embeds rapport.h.
sees command options.h signals.h
sees pseudonym pseudonym/ process/ config/ report/ table/ "$root"
sees verify verify/ process/ pipeline/ config/ report/ "$root"
sees process process/ pipeline/ config/ report/ table/ "$root"
sees pipeline pipeline/ config/ table/ "$root"
sees report report/ "$root"
sees config config/ table/ "$root"
sees table table/ "$root"
for header in $root; do
    sees "$header" "$root"
    sees "${header%.h}.c" "$root"
done
sees sha256_ni.c "$root"

only ini.h config/config.c
only dlfcn.h config/module.c
only cpuid.h cpu.c

grep -rn --include='*.[ch]' -E '#include ("[^"]*/|<rapport/rapport)' \
    "$source/plugins" "$source/instruments" && complain "a plugin includes a private header"

for plugin in "$@"; do
    # Core knows no plugin and no instrument by name.
    name=$(basename "$plugin" .so)
    grep -rn --include='*.[ch]' "\"$name\"" "$source/core" --exclude-dir=include &&
        complain "core knows '$name' by name"

    exported=$(nm -D --defined-only "$plugin" | awk '{ print $3 }')
    [ "$exported" = rapport_module_v1 ] || complain "$plugin exports: $exported"

    # Names without their version; FORTIFY writes printf as __printf_chk.
    imported=$(nm -D --undefined-only "$plugin" |
        awk '{ sub(/@.*/, "", $2); sub(/^__/, "", $2); sub(/_chk$/, "", $2); print $2 }')
    echo "$imported" | grep '^rapport_' && complain "$plugin links to the host"
    echo "$imported" | grep -xE '_?exit|abort|system|fork|exec.*|dlopen|pthread_create' &&
        complain "$plugin must not end, start or load anything"
    echo "$imported" | grep -xE '(v?f?d?printf)|f?puts|f?putc|putchar|fwrite|perror|std(out|err)' &&
        complain "$plugin must not print"
    echo "$imported" | grep -xE '(f|fd)?open(at|64)?|fopen64|socket|setlocale|signal|sigaction' &&
        complain "$plugin must not open files or change the process"
    echo "$imported" | grep -xE 's?rand|random|time|clock.*|gettimeofday|getenv|str(tok|error)' &&
        complain "$plugin must give the same result at any time and place"
done
exit $status

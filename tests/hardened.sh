#!/bin/sh
# hardened.sh CORE PROGRAM PLUGIN... - fails when something that is shipped was built without the
# guards that compiler and linker give. CORE is the archive that the program is made of.
set -u
[ $# -gt 0 ] || { echo 'SKIPPED: this build is not shipped' && exit 77; }
core=$1 program=$2
shift 2
status=0

complain() {
    echo "hardened: $*" >&2
    status=1
}

# has TEXT PATTERN - one of its lines matches.
has() {
    printf '%s\n' "$1" | grep -qE -e "$2"
}

# What the linker decides.
linked_well() { # FILE
    header=$(readelf -hW "$1") segments=$(readelf -lW "$1") dynamic=$(readelf -dW "$1")
    has "$header" 'Type: +DYN' || complain "$1 lies at the same address in every run"
    has "$segments" '^ +GNU_RELRO' || complain "$1 leaves its tables of addresses writable (RELRO)"
    has "$dynamic" 'BIND_NOW' || complain "$1 looks its symbols up late (BIND_NOW)"
    has "$segments" '^ +GNU_STACK .* RW +0x' || complain "$1 has a stack that can be run"
    has "$segments" '^ +LOAD .* (RWE|WE) ' && complain "$1 has memory to write to and to run"
    has "$dynamic" 'TEXTREL' && complain "$1 has its code changed when it is loaded (TEXTREL)"
    has "$dynamic" 'RPATH|RUNPATH' && complain "$1 says where its libraries are to be looked for"
}

linked_well "$program"
has "$(readelf -dW "$program")" 'FLAGS_1.* PIE' || complain "$program is no PIE"

together=
for plugin in "$@"; do
    linked_well "$plugin"
    exported=$(nm -D --defined-only "$plugin" | awk '{ print $3 }')
    [ "$exported" = rapport_module_v1 ] || complain "$plugin exports: $exported"
    together="$together
$(nm -D --undefined-only "$plugin")"
done

# What the compiler decides. A plugin may be too small to need either; all of them are not.
imported=$(nm -D --undefined-only "$program")
for name in program plugins; do
    has "$imported" ' __stack_chk_fail(@|$)' || complain "no stack protector in the $name"
    has "$imported" ' __[a-z]+_chk(@|$)' || complain "no fortified call in the $name"
    imported=$together
done

[ "$(uname -m)" = x86_64 ] || exit $status

# A large frame is touched page by page on its way down.
objdump -d --no-show-raw-insn "$program" | awk '
    touched && /(or|mov)q +\$0x0,(0x[0-9a-f]+)?\(%rsp\)/ { found = 1; exit }
    { touched = /sub +\$0x1000,%rsp/ }
    END { exit !found }' || complain "$program has frames that step over the guard page"

# Debian's own start files say nothing of branches, so the linked program cannot: its parts do.
readelf -nW "$core" | awk '
    /^File: / { parts++ }
    /IBT, SHSTK/ { guarded++ }
    END { exit parts == 0 || guarded < parts }' ||
    complain "parts of $core let branches and returns go anywhere"
exit $status

#!/bin/sh
# docs.sh RAPPORT FILE.md... - the commands in a document print what the document says.
#
# A fenced block marked with a language and a path, as in "ini mine/own.ini", is that file. In one
# marked console, a line that begins with "$ " is a command (a \ at its end goes on in the next
# line), and the lines below are all it prints. A line of three dots stands for any number of lines,
# and three dots at the end of a line for the rest of it. A document's commands run in order, in one
# shell, in a copy of the tree whose build/release is the folder of RAPPORT.
tests=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/run.sh
. "$tests/run.sh"
shift

# take_apart FILE - commands.sh, which leaves what command N prints in N.got; N.said, what it should
# print; and places, with a line for each command.
take_apart() {
    rm -rf "$scratch/parts" && mkdir "$scratch/parts"
    awk -v parts="$scratch/parts" -v tree="$scratch/tree" -v name="$(basename "$1")" '
        /^ *```/ {
            inside = /^ *```console *$/
            file = ""
            if (/^ *```[a-z]+ +[^ ]+$/) {
                file = parts "/" ++files ".file"
                folder = $2
                if (!sub(/\/[^\/]*$/, "", folder)) folder = "."
                print "mkdir -p " tree "/" folder " && cp " file " " tree "/" $2 >(parts "/commands.sh")
            }
            next }
        file { print >file }
        !inside { next }
        /^\$ / {
            command = substr($0, 3)
            said = parts "/" ++n ".said"
            printf "" >said
            print name ":" FNR ": " command >(parts "/places")
            while (command ~ /\\$/ && (getline line) > 0) command = command "\n" line
            print "{ " command "\n} >" parts "/" n ".got 2>&1 </dev/null" >(parts "/commands.sh")
            next }
        n { print >said }' "$1"
}

# prints NUMBER - command NUMBER printed what it should.
prints() {
    awk '
        function fits(i, j) { # the lines of the document from i on those printed from j on
            for (; i <= lines; i++ && j++) {
                if (said[i] == "...") {
                    for (; j <= printed + 1; j++) if (fits(i + 1, j)) return 1
                    return 0
                }
                if (j > printed || !alike(said[i], got[j])) return 0
            }
            return j > printed
        }
        function alike(wanted, line) {
            if (wanted !~ /\.\.\.$/) return wanted == line
            wanted = substr(wanted, 1, length(wanted) - 3)
            return substr(line, 1, length(wanted)) == wanted
        }
        FILENAME ~ /\.said$/ { said[++lines] = $0; next }
        { got[++printed] = $0 }
        END { exit !fits(1, 1) }' "$scratch/parts/$1.said" "$scratch/parts/$1.got" ||
        { diff "$scratch/parts/$1.said" "$scratch/parts/$1.got" && false; }
}

for file; do
    take_apart "$file"
    promise "$(basename "$file") has commands" [ -s "$scratch/parts/places" ]
    [ -s "$scratch/parts/places" ] || continue
    rm -rf "$scratch/tree" && copy_tree "$scratch/tree" && mkdir "$scratch/tree/build" &&
        ln -s "$(dirname "$rapport")" "$scratch/tree/build/release"
    (cd "$scratch/tree" && sh "$scratch/parts/commands.sh")
    number=0
    while read -r place; do
        number=$((number + 1))
        promise "$place" prints $number
    done <"$scratch/parts/places"
done
[ "$broken" -eq 0 ]

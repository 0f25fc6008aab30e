#!/bin/sh
# living.sh - which processes of ours live on; read with `.` behind run.sh.

# What they carry in their environment, and so do their children.
# shellcheck disable=SC2154 # a test has read run.sh before
mark="ZQMARK=$scratch"
real=$rapport rapport=$scratch/rapport
printf '#!/bin/sh\nexec env "%s" "%s" "$@"\n' "$mark" "$real" >"$rapport"
chmod +x "$rapport"

living() {
    grep -lzxF "$mark" /proc/[0-9]*/environ 2>/dev/null
}
children() {
    grep -lx "PPid:[[:space:]]*$1" /proc/[0-9]*/status 2>/dev/null | cut -d / -f 3
}

# soon COMMAND... - within five seconds.
soon() {
    for _ in $(seq 100); do
        "$@" && return
        sleep 0.05
    done
    echo "not soon: $*" && return 1
}
none_living() {
    [ -z "$(living)" ] || { echo "these live on: $(living)" && return 1; }
}

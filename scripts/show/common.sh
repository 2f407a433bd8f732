# What shows with a real server have in common; sourced, from the root of the repository. It makes $work, a directory that is gone
# at the end, and ends everything whose process is in $started or, by a name, in $pids.

scripts/install-test-packages.sh
[ -x "${MERIDIAN:=out/meridian}" ] || scripts/build.sh out Release
meridian=$(realpath "$MERIDIAN")
work=$(mktemp -d -t "meridian-${show:?names the show}-XXXXXX")
started=()
declare -A pids=()
failures=0

finish() {
    for pid in "${started[@]}" "${pids[@]}"; do kill -TERM "$pid" 2>/dev/null || true; done
    for pid in "${started[@]}" "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
    rm -rf "$work"
}
trap finish EXIT

. scripts/show/lines.sh
# A port that nobody has now, below those that the kernel hands out.
free_port() {
    local port
    while :; do
        port=$((10000 + RANDOM % 20000))
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
    done
    echo "$port"
}

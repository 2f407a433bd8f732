#!/usr/bin/env bash
# How soon a change shows on the wire, quiet and at a hundred changes a second under load, and what is lost meanwhile.
#
#   bench/live.sh change 1000000      one record of a zone of so many
#   bench/live.sh flip 100000         the health of one member, with so many steered RRsets
#
# Lines of scenario, server, round, metric and value go to $MEASUREMENTS when that is set.
set -euo pipefail
trap 'echo "bench/live.sh: line $LINENO failed: $BASH_COMMAND" >&2' ERR
cd "$(dirname "${BASH_SOURCE[0]}")/.."

kind=$1 size=$2
port=${PORT:-5397}
seconds=${SECONDS_EACH:-10}
rate=${RATE:-20000}             # with a hundred changes a second on the same two cores
measurements=${MEASUREMENTS:-/dev/null}
benchmarks=bench/Meridian.Benchmarks/bin/Release/net10.0/Meridian.Benchmarks.dll
work=$(mktemp -d -t meridian-live-XXXXXX)
mkfifo "$work/in" "$work/out"
pid=
trap '[ -z "$pid" ] || kill "$pid" 2>/dev/null || true; rm -rf "$work"' EXIT

record() { printf '%s\tmeridian\t1\t%s\t%s\n' "$1" "$2" "$3" | tee -a "$measurements"; }
field() { sed -n "s/.*\"$1\": \([0-9.NaE-]*\).*/\1/p" <<<"$line"; }
report() {
    record "$1" "median to the wire, ms" "$(field p50Ms)"
    record "$1" "p99 to the wire, ms" "$(field p99Ms)"
    record "$1" "longest to the wire, ms" "$(field maxMs)"
}

dotnet "$benchmarks" --live "$kind" "$port" "$size" <"$work/in" >"$work/out" &
pid=$!
exec 3>"$work/in" 4<"$work/out"
read -r -u 4 line
report "$kind of $size, quiet"
read -r -u 4 line
if [ "$kind" = change ]; then
    # Names that the changes pass over and names that they do not: all keep being answered.
    awk -v size="$size" 'BEGIN { srand(53); for (i = 0; i < 50000; i++) printf "host%0*d.example.com. A\n", length(size), int(rand() * size) }' >"$work/queries"
else
    awk -v size="$size" 'BEGIN { srand(53); for (i = 0; i < 50000; i++) printf "s%dn%d.example.com. A\n", int(rand() * size / 10), int(rand() * 10) }' >"$work/queries"
fi
dnsperf -s 127.0.0.1 -p "$port" -d "$work/queries" -l "$seconds" -c 16 -Q "$rate" >"$work/load" 2>&1
exec 3>&-
read -r -u 4 line
wait "$pid"
pid=
report "$kind of $size, 100 a second under load"
record "$kind of $size, 100 a second under load" "changes made per second" "$(awk -v n="$(field count)" -v s="$seconds" 'BEGIN { printf "%.0f", n / s }')"
record "$kind of $size, 100 a second under load" "queries sent" "$(awk '/Queries sent:/ { print $3 }' "$work/load")"
record "$kind of $size, 100 a second under load" "queries lost" "$(awk '/Queries lost:/ { print $3 }' "$work/load")"

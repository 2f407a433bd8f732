#!/usr/bin/env bash
# The table of aims of speed, each with the measured value, the limit and PASS or MISS. By root on an idle machine with two cores.
#
#   scripts/show/speed.sh [sockets|xdp|latency|allocation|load|start|flip|change|scaling|all]      (all: twenty minutes at most)
#
# Every aim is a ratio to a peer within one alternating run, or an absolute time. What was measured stays in bench/results/DATE;
# docs/performance.md says what each part does, and where the time goes where an aim is missed. A miss is no failure of the run.
set -euo pipefail
trap 'echo "scripts/show/speed.sh: line $LINENO failed: $BASH_COMMAND" >&2' ERR
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

what=${1:-all}
results=bench/results/$(date -u +%Y-%m-%dT%H%M%S)-aims
mkdir -p "$results"
aims=$results/aims.tsv
: >"$aims"
benchmarks=bench/Meridian.Benchmarks/bin/Release/net10.0/Meridian.Benchmarks.dll
export SKIP_BUILD=1

say() { printf '\n== %s\n' "$*"; }

# aim TEXT VALUE LIMIT (le|ge): one row of the table.
aim() {
    awk -v text="$1" -v value="$2" -v limit="$3" -v order="$4" 'BEGIN {
        known = value ~ /^-?[0-9.]+$/
        met = known && (order == "le" ? value + 0 <= limit + 0 : value + 0 >= limit + 0)
        printf "%s\t%s\t%s %s\t%s\n", text, (known ? value : "not measured"), (order == "le" ? "≤" : "≥"), limit, (met ? "PASS" : "MISS")
    }' >>"$aims"
}

# median FILE SCENARIO SERVER METRIC, of the rounds.
median() {
    awk -F '\t' -v scenario="$2" -v server="$3" -v metric="$4" '$1 == scenario && $2 == server && $4 == metric { print $5 }' "$1" | sort -g |
        awk '{ value[NR] = $1 } END { if (NR) print (value[int((NR + 1) / 2)] + value[int(NR / 2) + 1]) / 2; else print "-" }'
}

# ratio A B
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { if (a ~ /^[0-9.]+$/ && b ~ /^[0-9.]+$/ && b > 0) printf "%.3f", a / b; else print "-" }'; }

sockets() {
    say "CPU per query over ordinary sockets, loopback, beside gdnsd, NSD and Knot (five minutes)"
    RESULTS=$results/sockets SERVERS="gdnsd meridian nsd knot" ROUNDS=${ROUNDS:-3} SECONDS_EACH=${SECONDS_EACH:-3} WARM_UP=${WARM_UP:-8} bench/peers.sh loopback
    local file=$results/sockets/measurements.tsv cpu="CPU per query, µs" ours
    ours=$(median "$file" "loopback, static" meridian "$cpu")
    aim "sockets, static: CPU per query / gdnsd" "$(ratio "$ours" "$(median "$file" "loopback, static" gdnsd "$cpu")")" 0.95 le
    aim "sockets, static: CPU per query / Knot" "$(ratio "$ours" "$(median "$file" "loopback, static" knot "$cpu")")" 0.90 le
    aim "sockets, static: CPU per query / NSD" "$(ratio "$ours" "$(median "$file" "loopback, static" nsd "$cpu")")" 0.90 le
    aim "sockets, steered with client subnet: CPU per query / gdnsd geoip" "$(ratio \
        "$(median "$file" "loopback, steered with client subnet" meridian "$cpu")" \
        "$(median "$file" "loopback, steered with client subnet" gdnsd "$cpu")")" 0.95 le
    seam
}

seam() {
    say "time inside the seam: CPU per answer of each kind (half a minute)"
    dotnet "$benchmarks" --cpu | tee "$results/seam.txt"
    aim "seam, steered through five nodes with client subnet, ns" \
        "$(awk '/five nodes, client subnet/ { print $(NF - 1) }' "$results/seam.txt")" 250 le
}

xdp() {
    say "AF_XDP beside Knot's, and gdnsd on sockets, over a virtual cable (three minutes)"
    RESULTS=$results/xdp SERVERS="gdnsd knot-xdp meridian-xdp" ROUNDS=${ROUNDS:-3} SECONDS_EACH=${SECONDS_EACH:-3} WARM_UP=${WARM_UP:-8} bench/peers.sh veth
    local file=$results/xdp/measurements.tsv cpu="CPU per query, µs" static steered gdnsd
    static=$(median "$file" "veth, static" meridian-xdp "$cpu")
    steered=$(median "$file" "veth, steered" meridian-xdp "$cpu")
    gdnsd=$(median "$file" "veth, static" gdnsd "$cpu")
    aim "AF_XDP, static: CPU per query / gdnsd sockets" "$(ratio "$static" "$gdnsd")" 0.35 le
    aim "AF_XDP, steered: CPU per query / gdnsd sockets, steered" "$(ratio "$steered" "$(median "$file" "veth, steered" gdnsd "$cpu")")" 0.35 le
    aim "AF_XDP, static: CPU per query / Knot AF_XDP" "$(ratio "$static" "$(median "$file" "veth, static" knot-xdp "$cpu")")" 0.75 le
    aim "AF_XDP, static, all features on: replies per second from one core" "$(median "$file" "veth, static" meridian-xdp "answers per second")" 800000 ge
    aim "AF_XDP, steered: replies per second from one core" "$(median "$file" "veth, steered" meridian-xdp "answers per second")" 800000 ge
    aim "AF_XDP: CPU per query, steered / static" "$(ratio "$steered" "$static")" 1.10 le
}

latency() {
    say "latency at half of gdnsd's highest rate, beside gdnsd (two minutes)"
    RESULTS=$results/latency SERVERS="gdnsd meridian" ROUNDS=5 SECONDS_EACH=4 WARM_UP=${WARM_UP:-8} bench/peers.sh latency
    local file=$results/latency/measurements.tsv metric
    for metric in "p99 latency, µs" "median latency, µs"; do
        aim "half load: ${metric%, µs} / gdnsd" "$(ratio "$(median "$file" "loopback, half load" meridian "$metric")" \
            "$(median "$file" "loopback, half load" gdnsd "$metric")")" 1.00 le
    done
}

allocation() {
    say "octets allocated per query, by gate (some seconds)"
    local status=0
    dotnet "$benchmarks" --gate >"$results/gate.txt" 2>&1 || status=$?
    grep -E '^(Allocation gate|allocations:)' "$results/gate.txt"
    aim "problems of the allocation gate (0 octets per query on every path)" "$status" 0 le
}

load() {
    say "one zone of a million names; a hundred thousand zones of ten; beside NSD and Knot (five minutes)"
    MEASUREMENTS=$results/load.tsv ROUNDS=${ROUNDS:-3} bench/load.sh million
    MEASUREMENTS=$results/load.tsv ROUNDS=1 bench/load.sh zones
    local file=$results/load.tsv scenario
    for scenario in "one zone of 1000000 names" "100000 zones of ten"; do
        aim "$scenario: time to first answer / Knot" "$(ratio "$(median "$file" "$scenario" meridian "first answer, s")" \
            "$(median "$file" "$scenario" knot "first answer, s")")" 2.00 le
        aim "$scenario: memory (PSS) / NSD" "$(ratio "$(median "$file" "$scenario" meridian "memory (PSS), MB")" \
            "$(median "$file" "$scenario" nsd "memory (PSS), MB")")" 1.00 le
        aim "$scenario: memory (RSS of all processes) / NSD" "$(ratio "$(median "$file" "$scenario" meridian "memory (RSS of all processes), MB")" \
            "$(median "$file" "$scenario" nsd "memory (RSS of all processes), MB")")" 1.00 le
    done
}

start() {
    say "cold start with 10,000 names, beginning with the just-in-time compiler (half a minute)"
    start_of "" out/meridian
    say "the same, of a release that was compiled ahead of time (half a minute; building it takes two to four)"
    # A release of another commit would be another program.
    if [ "$(dist/meridian version 2>/dev/null | grep -c "$(git rev-parse HEAD)")" -eq 0 ]; then
        scripts/release.sh dist
    fi
    start_of "release, " dist/meridian
}

# start_of WHAT EXECUTABLE
start_of() {
    local file=$results/start${1:+-release}.tsv name
    MERIDIAN=$2 MEASUREMENTS=$file ROUNDS=5 bench/start.sh 10000
    for name in static steered; do
        aim "${1}start with 10,000 names: first $name answer, ms" \
            "$(median "$file" "start with 10000 names" meridian "first answer, $name name, ms")" 300 le
    done
}

live() {
    local kind=$1 size=$2 limit=$3 text=$4
    MEASUREMENTS=$results/$kind.tsv bench/live.sh "$kind" "$size"
    aim "$text: p99 to the wire, quiet, ms" "$(median "$results/$kind.tsv" "$kind of $size, quiet" meridian "p99 to the wire, ms")" "$limit" le
    aim "$text: p99 to the wire at 100 a second under load, ms" \
        "$(median "$results/$kind.tsv" "$kind of $size, 100 a second under load" meridian "p99 to the wire, ms")" "$limit" le
    aim "$text: changes made per second (100 asked for)" \
        "$(median "$results/$kind.tsv" "$kind of $size, 100 a second under load" meridian "changes made per second")" 99 ge
    aim "$text: queries lost meanwhile" "$(median "$results/$kind.tsv" "$kind of $size, 100 a second under load" meridian "queries lost")" 0 le
}

flip() {
    say "a health flip to a changed answer on the wire, with 100,000 steered RRsets (one minute)"
    live flip 100000 5 "health flip, 100,000 steered RRsets"
}

change() {
    say "a change of one record in a zone of a million to a changed answer on the wire (one to two minutes)"
    live change 1000000 100 "one record of 1,000,000"
}

# The load shares the cores, so this is the price of a second thread, not a rate.
scaling() {
    say "CPU per query with one thread and with two, beside gdnsd (two minutes)"
    local threads work round
    work=$(mktemp -d)
    dotnet "$benchmarks" --networks EU >"$work/networks"
    BENCH_NETWORKS=$work/networks bench/peers/configure.sh "$work" 127.0.0.1 5399
    for round in 1 2 3; do
        for threads in 1 2; do
            sed "s/threads: 1/threads: $threads/" "$work/meridian.yaml" >"$work/threads.yaml"
            scaling_of "meridian-$threads" "$round" "$work" out/meridian serve "$work/threads.yaml"
            sed -i "s/udp_threads = [0-9]*/udp_threads = $threads/" "$work/gdnsd/config"
            scaling_of "gdnsd-$threads" "$round" "$work" gdnsd -c "$work/gdnsd" start
        done
    done
    rm -rf "$work"
    local file=$results/scaling.tsv cpu="CPU per query, µs"
    # The load runs on the same two cores: whoever has two threads is pushed off them by it, so the measure is how a peer fares.
    aim "sockets, static: CPU per query with two threads / with one, / gdnsd's" "$(ratio \
        "$(ratio "$(median "$file" scaling meridian-2 "$cpu")" "$(median "$file" scaling meridian-1 "$cpu")")" \
        "$(ratio "$(median "$file" scaling gdnsd-2 "$cpu")" "$(median "$file" scaling gdnsd-1 "$cpu")")")" 1.10 le
}

# scaling_of NAME ROUND DIRECTORY COMMAND…
scaling_of() {
    local name=$1 round=$2 work=$3 pid before after answers
    shift 3
    "$@" >"$work/log" 2>&1 &
    pid=$!
    sleep 2
    dnsperf -s 127.0.0.1 -p 5399 -d "$work/static.txt" -l 8 -c 16 -q 500 >/dev/null 2>&1
    before=$(sed 's/^.*) //' "/proc/$pid/stat" | awk '{ print $12 + $13 }')
    answers=$(dnsperf -s 127.0.0.1 -p 5399 -d "$work/static.txt" -l 5 -c 16 -q 500 2>&1 | awk '/Queries completed:/ { print $3 }')
    after=$(sed 's/^.*) //' "/proc/$pid/stat" | awk '{ print $12 + $13 }')
    kill "$pid"
    wait "$pid" 2>/dev/null || true
    awk -v name="$name" -v round="$round" -v ticks=$((after - before)) -v n="$answers" \
        'BEGIN { printf "scaling\t%s\t%s\tCPU per query, µs\t%.4f\n", name, round, ticks * 1e4 / n }' | tee -a "$results/scaling.tsv"
}

case $what in
    sockets | xdp | latency | allocation | load | start | flip | change | scaling) parts=$what ;;
    all) parts="start flip change sockets latency xdp load scaling allocation" ;;
    *) sed -n 4p "$0" >&2; exit 2 ;;
esac
[ "$(id -u)" -eq 0 ] || { echo "scripts/show/speed.sh needs root: it installs peers, makes namespaces and pins processes." >&2; exit 1; }
bench/peers/install.sh
scripts/build.sh out Release
dotnet build bench/Meridian.Benchmarks -c Release --nologo -v quiet -clp:NoSummary
for part in $parts; do
    # A part that fails leaves its aims out of the table, which then says so; the others go on.
    "$part" || { echo "$part could not be measured." >&2; printf '%s\tnot measured\t\tMISS\n' "$part" >>"$aims"; }
done
say "the aims ($(nproc) cores, $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1), load before: $(cut -d ' ' -f 1 /proc/loadavg))"
awk -F '\t' '{ printf "%-76s %12s  %-12s %s\n", $1, $2, $3, $4 } $4 == "PASS" { met++ } END { printf "%d of %d aims met. Kept in '"$results"'.\n", met, NR }' "$aims"

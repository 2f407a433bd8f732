#!/usr/bin/env bash
# Measures Meridian beside gdnsd, NSD, Knot, PowerDNS and BIND: the same zone in each, one after the other, round after
# round, the server on one core and the load on another. Only ratios within one run mean something.
#
#   ROUNDS=3 SECONDS_EACH=5 bench/peers.sh [loopback] [veth] [latency]     (default: all three)
#   SKIP_BUILD=1 measures what was built before; SERVERS="gdnsd meridian" only those; RESULTS=DIR keeps the results there.
#
# Prints a table; bench/results/DATE/ keeps measurements.tsv, results.json, results.svg, the machine and the versions.
set -euo pipefail
trap 'echo "bench/peers.sh: line $LINENO failed: $BASH_COMMAND" >&2' ERR
cd "$(dirname "${BASH_SOURCE[0]}")/.."

rounds=${ROUNDS:-3}
seconds=${SECONDS_EACH:-5}
warm_up=${WARM_UP:-3}            # the JIT compiles the hot loops anew, with what it learnt, within this
server_core=${SERVER_CORE:-0}
load_core=${LOAD_CORE:-1}
max_rate=${MAX_RATE:-1200000}    # more than one core sends
port=${PORT:-5399}
parts=${*:-loopback veth latency}
servers=" ${SERVERS:-gdnsd meridian nsd knot pdns bind knot-xdp meridian-xdp} "

[ "$(id -u)" -eq 0 ] || { echo "bench/peers.sh needs root: namespaces, AF_XDP and pinning." >&2; exit 1; }
[ "$(nproc)" -ge 2 ] || { echo "bench/peers.sh needs two cores: one for the server, one for the load." >&2; exit 1; }
bench/peers/install.sh

results=${RESULTS:-bench/results/$(date -u +%Y-%m-%dT%H%M%S)}
work=$(mktemp -d -t meridian-bench-XXXXXX)
measurements=$results/measurements.tsv
mkdir -p "$results"
space=mbench$$
server_pid=

stop_server() {
    [ -n "$server_pid" ] || return 0
    # The server is the leader of a session of its own: whatever it has started goes with it.
    kill -TERM -- "-$server_pid" 2>/dev/null || true
    for _ in $(seq 50); do
        kill -0 -- "-$server_pid" 2>/dev/null || break
        sleep 0.1
    done
    kill -KILL -- "-$server_pid" 2>/dev/null || true
    wait "$server_pid" 2>/dev/null || true
    server_pid=
}

clean_up() {
    stop_server
    ip netns delete "${space}s" 2>/dev/null || true
    ip netns delete "${space}c" 2>/dev/null || true
    rm -rf "$work"
}
trap clean_up EXIT

# CPU ticks (user and system) of all processes of a session. Names can hold anything, so fields count from the last ')'.
cpu_ticks() {
    # Processes that end in the middle of it are nobody's failure.
    { cat /proc/[0-9]*/stat 2>/dev/null || true; } | sed 's/^.*) //' | awk -v session="$1" '$4 == session { sum += $12 + $13 } END { print sum + 0 }'
}

is_wanted() { [[ $servers == *" $1 "* ]]; }

record() { printf '%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$4" "$5" | tee -a "$measurements"; }

# per_query TICKS ANSWERS: microseconds of CPU per answer.
per_query() { awk -v ticks="$1" -v answers="$2" -v hz="$(getconf CLK_TCK)" 'BEGIN { printf "%.4f", ticks / hz * 1e6 / answers }'; }

# start_server SERVER DIR PREFIX…: starts it on its core, in the foreground of a session of its own, and waits until it answers.
start_server() {
    local server=$1 directory=$2 command
    shift 2
    case $server in
        meridian) command=(out/meridian serve "$directory/meridian.yaml") ;;
        meridian-xdp) command=(out/meridian serve "$directory/meridian-xdp.yaml") ;;
        gdnsd) command=(gdnsd -c "$directory/gdnsd" start) ;;
        nsd) command=(nsd -d -c "$directory/nsd.conf") ;;
        knot) command=(knotd -c "$directory/knot.conf") ;;
        knot-xdp) command=(knotd -c "$directory/knot-xdp.conf") ;;
        pdns) command=(pdns_server --config-dir="$directory/pdns" --daemon=no --guardian=no --disable-syslog) ;;
        bind) command=(named -g -n 1 -c "$directory/named.conf") ;;
        *) echo "There is no server $server." >&2; exit 1 ;;
    esac
    setsid "$@" taskset -c "$server_core" "${command[@]}" >"$work/$server.log" 2>&1 &
    server_pid=$!
}

# wait_for SERVER ADDRESS NAME PATTERN PREFIX…: until the right answer comes, so that nobody is measured refusing.
wait_for() {
    local server=$1 address=$2 name=$3 pattern=$4 answer=
    shift 4
    for _ in $(seq 100); do
        answer=$("$@" dig +short +tries=1 +time=1 "@$address" -p "$port" "$name" A 2>/dev/null || true)
        [[ $answer =~ $pattern ]] && return 0
        sleep 0.1
    done
    echo "$server answers $name with '$answer' instead of $pattern. Its log:" >&2
    tail -20 "$work/$server.log" >&2
    return 1
}

# run_dnsperf SERVER SCENARIO ROUND QUERIES [ARGUMENTS…]
run_dnsperf() {
    local server=$1 scenario=$2 round=$3 queries=$4 before after output answers
    shift 4
    taskset -c "$load_core" dnsperf -s 127.0.0.1 -p "$port" -d "$queries" -l "$warm_up" -c 16 -q 500 "$@" >/dev/null 2>&1
    before=$(cpu_ticks "$server_pid")
    output=$(taskset -c "$load_core" dnsperf -s 127.0.0.1 -p "$port" -d "$queries" -l "$seconds" -c 16 -q 500 "$@" 2>&1)
    after=$(cpu_ticks "$server_pid")
    answers=$(awk '/Queries completed:/ { print $3 }' <<<"$output")
    record "$scenario" "$server" "$round" "CPU per query, µs" "$(per_query $((after - before)) "$answers")"
}

loopback() {
    local directory=$work/loopback round server
    # 193.0.6.0/24 (Europe) as a client-subnet option (RFC 7871 §6): family 1, source prefix 24, scope 0.
    local subnet=(-e -E 8:00011800c10006)
    bench/peers/configure.sh "$directory" 127.0.0.1 "$port"
    for round in $(seq "$rounds"); do
        for server in gdnsd meridian nsd knot pdns bind; do
            is_wanted "$server" || continue
            start_server "$server" "$directory"
            wait_for "$server" 127.0.0.1 host42.example.com '^10\.0\.0\.42$'
            run_dnsperf "$server" "loopback, static" "$round" "$directory/static.txt"
            case $server in gdnsd | meridian | pdns)
                wait_for "$server" 127.0.0.1 geo.example.com '^(198\.51\.100\.2|203\.0\.113\.1)'
                run_dnsperf "$server" "loopback, steered" "$round" "$directory/steered.txt"
                run_dnsperf "$server" "loopback, steered with client subnet" "$round" "$directory/steered.txt" "${subnet[@]}"
                ;;
            esac
            stop_server
        done
    done
}

# Half of what the reference answers at most here, unless HALF_RATE says.
half_rate() {
    local directory=$1 reached
    if [ -n "${HALF_RATE:-}" ]; then
        echo "$HALF_RATE"
        return
    fi
    start_server gdnsd "$directory"
    wait_for gdnsd 127.0.0.1 host42.example.com '^10\.0\.0\.42$'
    reached=$(taskset -c "$load_core" dnsperf -s 127.0.0.1 -p "$port" -d "$directory/static.txt" -l 3 -c 16 -q 500 2>&1 | awk '/Queries per second:/ { print int($4) }')
    stop_server
    echo $((reached / 2))
}

# Median and p99 of the latency at half load. The load generator has a core of its own, but also two threads on it, so the
# p99 holds its share of noise: that is why there are rounds, and a reference in each of them.
latency() {
    local directory=$work/latency round server rate ticks
    bench/peers/configure.sh "$directory" 127.0.0.1 "$port"
    half_rate "$directory" >"$work/rate"
    rate=$(cat "$work/rate")
    for round in $(seq "$rounds"); do
        for server in gdnsd meridian nsd knot; do
            is_wanted "$server" || continue
            start_server "$server" "$directory"
            wait_for "$server" 127.0.0.1 host42.example.com '^10\.0\.0\.42$'
            taskset -c "$load_core" dnsperf -s 127.0.0.1 -p "$port" -d "$directory/static.txt" -l "$warm_up" -c 16 -q 500 >/dev/null 2>&1
            ticks=$(cpu_ticks "$server_pid")
            taskset -c "$load_core" dnsperf -s 127.0.0.1 -p "$port" -d "$directory/static.txt" -l "$seconds" -c 16 -Q "$rate" -v \
                2>/dev/null | awk '/^> / { print $NF * 1e6 }' >"$work/latencies"
            ticks=$(($(cpu_ticks "$server_pid") - ticks))
            record "loopback, half load" "$server" "$round" "CPU per query, µs" "$(per_query "$ticks" "$(wc -l <"$work/latencies")")"
            sort -n "$work/latencies" >"$work/sorted"
            record "loopback, half load" "$server" "$round" "median latency, µs" "$(awk '{ value[NR] = $1 } END { print value[int(NR * 0.5)] }' "$work/sorted")"
            record "loopback, half load" "$server" "$round" "p99 latency, µs" "$(awk '{ value[NR] = $1 } END { print value[int(NR * 0.99)] }' "$work/sorted")"
            stop_server
        done
    done
}

make_cable() {
    ip netns add "${space}s"
    ip netns add "${space}c"
    # One queue each: a core is compared with a core.
    ip link add mbenchs netns "${space}s" numrxqueues 1 numtxqueues 1 type veth \
        peer name mbenchc netns "${space}c" numrxqueues 1 numtxqueues 1
    local end
    for end in "${space}s mbenchs 1" "${space}c mbenchc 2"; do
        read -r name interface host <<<"$end"
        ip -n "$name" address add "198.18.53.$host/24" dev "$interface"
        ip -n "$name" link set lo up
        ip -n "$name" link set "$interface" up
    done
}

# run_kxdpgun SERVER SCENARIO ROUND QUERIES
run_kxdpgun() {
    local server=$1 scenario=$2 round=$3 queries=$4 before after output answers
    local gun=(ip netns exec "${space}c" kxdpgun -F "$load_core" -Q "$max_rate" -b 32 -p "$port" -I mbenchc -l 198.18.53.2 -i "$queries")
    "${gun[@]}" -t "$warm_up" 198.18.53.1 >/dev/null 2>&1 || true
    before=$(cpu_ticks "$server_pid")
    output=$("${gun[@]}" -t "$seconds" 198.18.53.1 2>&1)
    after=$(cpu_ticks "$server_pid")
    answers=$(awk '/total replies:/ { print $3 }' <<<"$output")
    if [ "${answers:-0}" -eq 0 ]; then
        echo "$server answered nothing to kxdpgun: $output" >&2
        return 1
    fi
    record "veth, $scenario" "$server" "$round" "CPU per query, µs" "$(per_query $((after - before)) "$answers")"
    record "veth, $scenario" "$server" "$round" "answers per second" "$((answers / seconds))"
}

veth() {
    local directory=$work/veth round server
    make_cable
    bench/peers/configure.sh "$directory" 198.18.53.1 "$port" mbenchs
    for round in $(seq "$rounds"); do
        for server in gdnsd meridian nsd knot knot-xdp meridian-xdp; do
            is_wanted "$server" || continue
            start_server "$server" "$directory" ip netns exec "${space}s"
            wait_for "$server" 198.18.53.1 host42.example.com '^10\.0\.0\.42$' ip netns exec "${space}c"
            run_kxdpgun "$server" static "$round" "$directory/static.txt"
            case $server in gdnsd | meridian | meridian-xdp)
                wait_for "$server" 198.18.53.1 geo.example.com '^(198\.51\.100\.2|203\.0\.113\.1)' ip netns exec "${space}c"
                run_kxdpgun "$server" steered "$round" "$directory/steered.txt"
                ;;
            esac
            stop_server
            # What a server left attached would spoil the next one's figures.
            ip -n "${space}s" link set mbenchs xdp off 2>/dev/null || true
        done
    done
}

if [ -z "${SKIP_BUILD:-}" ]; then
    scripts/build.sh out Release >/dev/null
    dotnet build bench/Meridian.Benchmarks -c Release --nologo -v quiet -clp:NoSummary
fi
benchmarks=bench/Meridian.Benchmarks/bin/Release/net10.0/Meridian.Benchmarks.dll
export BENCH_NETWORKS=$work/networks
dotnet "$benchmarks" --networks EU >"$BENCH_NETWORKS"
{
    uname -srm
    grep -m1 'model name' /proc/cpuinfo || true
    nproc
    cat /proc/loadavg
    dotnet --version
    dpkg-query -W -f '${Package} ${Version}\n' gdnsd nsd knot pdns-server bind9 dnsperf
    git rev-parse HEAD
} >"$results/machine.txt"
for part in $parts; do
    case $part in
        loopback | veth | latency) "$part" ;;
        *) echo "There is no part $part: loopback, veth or latency." >&2; exit 1 ;;
    esac
done
dotnet "$benchmarks" --report "$measurements" "$results"
echo
echo "Kept in $results."

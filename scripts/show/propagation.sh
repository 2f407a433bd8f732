#!/usr/bin/env bash
# Shows what is promised of the observed population (make show-propagation runs all of it; by root on an otherwise idle machine):
#   scripts/show/propagation.sh cost          CPU per query with and without observing, alternating (two minutes)
#   scripts/show/propagation.sh what-if       a drain predicted from the observed population, then done, compared (half a minute)
#   scripts/show/propagation.sh propagation   the estimated share that has moved beside what clients of real caches get (eleven minutes)
#   scripts/show/propagation.sh fairness      weights met by draws and by assigning resolvers, in front of real caches (ten minutes)
# MERIDIAN=COMMAND takes another executable than out/meridian. ROUNDS=N pairs of measurements, SECONDS_EACH=N of load in each.
set -euo pipefail
trap 'echo "scripts/show/propagation.sh: line $LINENO failed: $BASH_COMMAND" >&2' ERR
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

read -ra meridian <<<"${MERIDIAN:-out/meridian}"
ROUNDS=${ROUNDS:-10}
SECONDS_EACH=${SECONDS_EACH:-3}
work=$(mktemp -d)
servers=()

cleanup() {
    for pid in "${servers[@]}"; do
        kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null || true
    done
    rm -rf "$work"
}
trap cleanup EXIT

fail() {
    echo "NOT SHOWN: $*" >&2
    exit 1
}

# start NAME: serves $work/NAME.yaml; PID, PORT and URL are its.
start() {
    local log="$work/$1.log"
    MERIDIAN_RUNTIME_DIR="$work/run-$1" "${meridian[@]}" serve "$work/$1.yaml" 2>"$log" &
    PID=$!
    servers+=("$PID")
    for _ in $(seq 1 60); do
        URL=$(sed -n 's/.*endpoint listens on \(http[^ ]*[0-9]\)\.$/\1/p' "$log" | tail -n 1)
        PORT=$(sed -n 's/.* DNS on 127\.0\.0\.1:\([0-9]*\),.*/\1/p' "$log" | tail -n 1)
        if [ -n "$URL" ] && curl --silent --fail --max-time 2 "$URL/readyz" >/dev/null; then
            return
        fi
        kill -0 "$PID" 2>/dev/null || { tail -n 20 "$log" >&2; fail "the server did not start"; }
        sleep 1
    done
    fail "the server was not ready within a minute"
}

# configuration WHO [STATE]: on standard output.
configuration() {
    cat <<YAML
listen: {dns: ["127.0.0.1:${DNS_PORT:-0}"], http: "127.0.0.1:${HTTP_PORT:-0}"}
access: {local: admin}
guard: {pool-minimum: false, clients: 100%, queries: 100%}
observing: {who: $1}
sites:
  eu: {near: "aws:eu-west-1", capacity: 60000}
  us: {near: "aws:us-east-1", capacity: 90000}
  ap: {near: "aws:ap-northeast-1", capacity: 30000}
pools:
  web-eu: {site: eu, members: [{address: 203.0.113.10${2:-}}]}
  web-us: {site: us, members: [{address: 198.51.100.20}]}
  web-ap: {site: ap, members: [{address: 192.0.2.30}]}
policies:
  www: {ttl: 60s, geo: {EU: {failover: [web-eu, web-us]}, AS: {failover: [web-ap, web-eu]}, default: {weighted: {web-us: 70, web-eu: 30}}}}
zones:
  example.com:
    soa: {primary: ns1.example.com., contact: hostmaster@example.com}
    records:
      "@": {NS: [ns1]}
      ns1: {A: 192.0.2.53}
      static: {A: 192.0.2.54}
      www: {A: {steer: www}}
YAML
}

# cpu PID: its CPU time so far, in milliseconds.
cpu() { awk -v hz="$(getconf CLK_TCK)" '{ sub(/^.*\) /, ""); print ($12 + $13) * 1000 / hz }' "/proc/$1/stat"; }

# load PORT SECONDS: answered queries.
load() {
    dnsperf -s 127.0.0.1 -p "$1" -d "$work/queries" -l "$2" -c 8 -T 1 -q 100 2>/dev/null | awk '/Queries completed/ { print $3 }'
}

cost() {
    echo "CPU per query over ordinary sockets, steered and static names in turn: $ROUNDS rounds of $SECONDS_EACH s each, alternating"
    printf 'www.example.com A\nstatic.example.com A\nwww.example.com AAAA\nnot-there.example.com A\n' >"$work/queries"
    configuration nobody >"$work/without.yaml"
    configuration resolvers >"$work/with.yaml"
    local -A pid port
    for mode in without with; do
        start "$mode"
        pid[$mode]=$PID port[$mode]=$PORT
    done
    # The code is as fast as it gets only after some seconds.
    for mode in without with; do load "${port[$mode]}" 8 >/dev/null; done
    : >"$work/figures"
    for round in $(seq 1 "$ROUNDS"); do
        local order="without with"
        [ $((round % 2)) = 0 ] && order="with without"
        for mode in $order; do
            local before after count
            before=$(cpu "${pid[$mode]}")
            count=$(load "${port[$mode]}" "$SECONDS_EACH")
            after=$(cpu "${pid[$mode]}")
            awk -v mode="$mode" -v round="$round" -v ms="$after" -v was="$before" -v n="$count" 'BEGIN { printf "%s %d %.4f %d\n", mode, round, (ms - was) * 1000 / n, n }' >>"$work/figures"
        done
        awk -v round="$round" '$2 == round { value[$1] = $3; n[$1] = $4 } END { printf "  round %2d: without %.3f µs, with %.3f µs (%d and %d queries)\n", round, value["without"], value["with"], n["without"], n["with"] }' "$work/figures"
    done
    awk '{ value[$1, ++n[$1]] = $3 }
        function median(mode, i, j, t, count) {
            count = n[mode]
            for (i = 1; i <= count; i++) a[i] = value[mode, i]
            for (i = 1; i <= count; i++) for (j = i + 1; j <= count; j++) if (a[j] < a[i]) { t = a[i]; a[i] = a[j]; a[j] = t }
            return (a[int((count + 1) / 2)] + a[int(count / 2) + 1]) / 2
        }
        END {
            without = median("without"); with = median("with"); more = (with / without - 1) * 100
            printf "median: without %.3f µs, with %.3f µs: %+.2f %% (limit 2 %%): %s\n", without, with, more, (more <= 2 ? "PASS" : "MISS")
        }' "$work/figures"
    "${meridian[@]}" population --url "$URL" --window 5m --top 3
}

what_if() {
    echo "A drain of eu, predicted from the observed population, then done"
    DNS_PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    configuration resolvers >"$work/m.yaml"
    start m
    python3 scripts/show/observed-clients.py "$PORT" 20000 1 >"$work/before"
    sleep 2
    "${meridian[@]}" what-if --url "$URL" --drain web-eu/203.0.113.10 --demand 100000
    "${meridian[@]}" what-if --url "$URL" --drain web-eu/203.0.113.10 --format json >"$work/predicted"
    configuration resolvers ", state: draining, reason: show" >"$work/next"
    mv "$work/next" "$work/m.yaml"
    for _ in $(seq 1 30); do
        grep -q 'Revision 2 is served' "$work/m.log" && break
        sleep 1
    done
    grep -q 'Revision 2 is served' "$work/m.log" || fail "the drain was not served"
    # Other clients' queries by the same habits, so that nothing is compared with itself.
    python3 scripts/show/observed-clients.py "$PORT" 20000 2 >"$work/after"
    python3 - "$work/predicted" "$work/before" "$work/after" <<'PY'
import json, sys
predicted = json.load(open(sys.argv[1]))
def read(path):
    counts = dict((line.split()[0], int(line.split()[1])) for line in open(path))
    total = sum(counts.values())
    return {name: count / total for name, count in counts.items()}
before, after = read(sys.argv[2]), read(sys.argv[3])
print(f"\n{'member':<24}{'measured now':>14}{'said now':>10}{'measured then':>15}{'predicted':>11}{'off, points':>13}")
worst = 0
for member in predicted["members"]:
    address = member["name"].split("/")[1]
    off = 100 * (member["after"] - after.get(address, 0))
    worst = max(worst, abs(off))
    print(f"{member['name']:<24}{before.get(address, 0):>14.1%}{member['before']:>10.1%}{after.get(address, 0):>15.1%}{member['after']:>11.1%}{off:>13.2f}")
print(f"largest difference {worst:.2f} points: {'PASS' if worst <= 2 else 'MISS'} (limit 2)")
sys.exit(0 if worst <= 2 else 1)
PY
}

propagation() {
    echo "The share that has moved after a drain: by the server's estimate, and by what clients of real caches get (eleven minutes)"
    python3 scripts/show/propagation-lab.py "${meridian[@]}"
}

fairness() {
    echo "Traffic against weights behind real caches: drawn for each query, and assigned to resolvers by volume (ten minutes)"
    python3 scripts/show/fairness-lab.py "${meridian[@]}"
}

case "${1:-all}" in
    fairness) fairness ;;
    cost) cost ;;
    what-if) what_if ;;
    propagation) propagation ;;
    all)
        cost
        what_if
        propagation
        fairness
        ;;
    *)
        sed -n '2,7p' "${BASH_SOURCE[0]}" >&2
        exit 2
        ;;
esac

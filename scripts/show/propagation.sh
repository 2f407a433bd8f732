#!/usr/bin/env bash
# Shows what is promised of the observed population (make show-propagation runs all of it; by root on an otherwise idle machine):
#   scripts/show/propagation.sh cost          CPU per query with and without observing, alternating in one server (up to five minutes)
#   scripts/show/propagation.sh what-if       a drain predicted from the observed population, then done, compared (a minute)
#   scripts/show/propagation.sh propagation   the estimated share that has moved beside what clients of real caches get (eleven minutes)
#   scripts/show/propagation.sh drill         a site fails for half of the clients of real caches; a monitor ends it; a game day (nine minutes)
#   scripts/show/propagation.sh fairness      weights met by draws and by assigning resolvers, in front of real caches (ten minutes)
# MERIDIAN=COMMAND takes another executable than out/meridian. PAIRS=N pairs of measurements of the cost at most, SLICE=N seconds each.
set -euo pipefail
trap 'echo "scripts/show/propagation.sh: line $LINENO failed: $BASH_COMMAND" >&2' ERR
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

read -ra meridian <<<"${MERIDIAN:-out/meridian}"
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

cost() {
    python3 -B scripts/show/observing_cost.py "${meridian[@]}"
}

what_if() {
    echo "A drain of eu, predicted from the observed population, then done"
    DNS_PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    configuration resolvers >"$work/m.yaml"
    start m
    # Slowly enough that the account notes down every query (512 a second for each thread), and not one of 64 of the rest by lot.
    python3 scripts/show/observed-clients.py "$PORT" 20000 1 450 >"$work/before"
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
    python3 -B scripts/show/propagation-lab.py "${meridian[@]}"
}

drill() {
    echo "A drill in front of real caches: a share of the clients, a walk through a runbook, a monitor that ends it, a game day (nine minutes)"
    python3 -B scripts/show/drill-lab.py "${meridian[@]}"
}

fairness() {
    echo "Traffic against weights behind real caches: drawn for each query, and assigned to resolvers by volume (ten minutes)"
    python3 -B scripts/show/fairness-lab.py "${meridian[@]}"
}

case "${1:-all}" in
    fairness) fairness ;;
    drill) drill ;;
    cost) cost ;;
    what-if) what_if ;;
    propagation) propagation ;;
    all)
        cost
        what_if
        propagation
        drill
        fairness
        ;;
    *)
        sed -n '2,8p' "${BASH_SOURCE[0]}" >&2
        exit 2
        ;;
esac

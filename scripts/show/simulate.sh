#!/usr/bin/env bash
# What the simulator promises: speed and repeatability, weighting drift over population skew, jitter against a herd, TTL advice.
# Usage: scripts/show/simulate.sh [speed|drift|fairness|herd|advice|all]
set -euo pipefail
cd "$(dirname "$0")/../.."
meridian=${MERIDIAN:-out/meridian}
[ -x "$meridian" ] || { echo "build first: make build" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

speed() {
    echo "== Ten million clients behind a hundred thousand resolvers for a day, twice with the same seed, once with another"
    cat > "$work/day.yaml" <<'YAML'
duration: 1d
events:
  - {at: 12h, fail: {site: eu}, for: 2h, silent: true}
YAML
    "$meridian" simulate examples/quickstart --scenario "$work/day.yaml" --json > "$work/one.json"
    "$meridian" simulate examples/quickstart --scenario "$work/day.yaml" --json > "$work/two.json"
    "$meridian" simulate examples/quickstart --scenario "$work/day.yaml" --seed 2 --json > "$work/other.json"
    cmp "$work/one.json" "$work/two.json" && echo "same seed: the same result, octet for octet ($(wc -c < "$work/one.json") octets)"
    ! cmp -s "$work/one.json" "$work/other.json" && echo "another seed: another result"
}

drift() {
    echo "== Weighting drift of a 70/30 name by the skew of the population (independent draws)"
    printf 'duration: 6h\n' > "$work/hours.yaml"
    "$meridian" simulate examples/quickstart --name canary.example.test --scenario "$work/hours.yaml" --sweep skew=0,0.5,0.8,1,1.2,1.5
}

# The same weights drawn, and assigned to resolvers: a table for each.
fairness() {
    printf 'duration: 3h\n' > "$work/hours.yaml"
    for name in drawn fair; do
        echo "== Weighting drift of a 70/30 name by the skew of the population: $name, TTL 60 s, three hours"
        "$meridian" simulate examples/fairness --name "$name.example.test" --scenario "$work/hours.yaml" --sweep skew="${SKEWS:-0,0.5,0.8,1,1.2}" | tee "$work/$name.txt"
    done
    echo "== Share off by minute (root of the mean square), drawn against assigned by estimated volume"
    paste "$work/drawn.txt" "$work/fair.txt" | awk -F'\t' 'NR > 1 { split($1, drawn, " "); split($2, fair, " ")
        printf "skew %-5s %7s %7s  %5.1f times nearer\n", drawn[1], drawn[6], fair[6], drawn[6] / fair[6] }'
}

herd() {
    echo "== Busy caches that all begin in step: the herd that comes back after each TTL, by jitter"
    cat > "$work/busy.yaml" <<'YAML'
clients: 2000000
resolvers: 10000
skew: 0
lookups-per-client-and-day: 2000
YAML
    printf 'duration: 10m\nstarts-in-step: true\n' > "$work/herd.yaml"
    "$meridian" simulate examples/quickstart --population "$work/busy.yaml" --scenario "$work/herd.yaml" --sweep jitter=0%,5%,10%,20%,50%
}

advice() {
    echo "== What each TTL costs, and what two minutes to recover need"
    "$meridian" ttl advise examples/quickstart www.example.test --rto 2m
}

case "${1:-all}" in
    speed|drift|fairness|herd|advice) "$1" ;;
    all) speed; drift; fairness; herd; advice ;;
    *) sed -n 3p "$0" >&2; exit 2 ;;
esac

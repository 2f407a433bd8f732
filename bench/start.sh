#!/usr/bin/env bash
# From the start of the process to the first right answer, with a configuration of so many names: ROUNDS=5 bench/start.sh 10000
# Lines of scenario, server, round, metric and value go to $MEASUREMENTS when that is set.
set -euo pipefail
trap 'echo "bench/start.sh: line $LINENO failed: $BASH_COMMAND" >&2' ERR
cd "$(dirname "${BASH_SOURCE[0]}")/.."

names=${1:-10000}
rounds=${ROUNDS:-5}
port=${PORT:-5396}
meridian=$(readlink -f "${MERIDIAN:-out/meridian}")
measurements=${MEASUREMENTS:-/dev/null}
work=$(mktemp -d -t meridian-start-XXXXXX)
pid=
trap '[ -z "$pid" ] || kill "$pid" 2>/dev/null || true; rm -rf "$work"' EXIT

printf 'listen: {dns: ["127.0.0.1:%s"], http: off, threads: 1}\n' "$port" >"$work/meridian.yaml"
cat >>"$work/meridian.yaml" <<'YAML'
pools:
  eu: {answer: {pick: 1}, members: [{address: 203.0.113.10, weight: 3}, {address: 203.0.113.11}]}
  us: {answer: {pick: 1}, members: [{address: 198.51.100.20}, {address: 198.51.100.21}]}
policies:
  www: {ttl: 60s, geo: {EU: {failover: [eu, us]}, default: {failover: [us, eu]}}}
zones:
  example.com:
    soa: {primary: ns1.example.com., contact: hostmaster@example.com}
    file: example.com.zone
    records: {geo: {A: {steer: www}}}
YAML
{
    printf '$ORIGIN example.com.\n$TTL 300\n@ SOA ns1 hostmaster 1 7200 900 1209600 60\n@ NS ns1\nns1 A 192.0.2.53\n'
    awk -v names="$names" 'BEGIN { for (i = 0; i < names; i++) printf "host%d A 10.%d.%d.%d\n", i, int(i / 65536), int(i / 256) % 256, i % 256 }'
} >"$work/example.com.zone"

# One dig that keeps asking would take 5 ms a time to start: the benchmark's own client asks every millisecond.
benchmarks=bench/Meridian.Benchmarks/bin/Release/net10.0/Meridian.Benchmarks.dll
for round in $(seq "$rounds"); do
    for name in host42 geo; do
        milliseconds=$(dotnet "$benchmarks" --until-answered "$port" "$name.example.com" "$meridian" serve "$work/meridian.yaml")
        case $name in host42) what="static name" ;; *) what="steered name" ;; esac
        printf 'start with %s names\tmeridian\t%s\tfirst answer, %s, ms\t%s\n' "$names" "$round" "$what" "$milliseconds" | tee -a "$measurements"
    done
done

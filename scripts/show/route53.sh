#!/usr/bin/env bash
# Shows the Route 53 API with the clients that people use, against a running server whose truth is its store. Each line prints what
# it found and fails when it does not hold.
#
#   scripts/show/route53.sh errors        every error with its code and message, by boto3; one bad change of a thousand; limits and overload (one minute)
#   scripts/show/route53.sh pagination    1,200 record sets with hyphens, digits, wildcards and escapes, page by page (20 s)
#   scripts/show/route53.sh sigv4         good and bad signatures, made by botocore's signer, and what each gets (10 s)
#   scripts/show/route53.sh idempotency   caller references, racing batches, PENDING to INSYNC (15 s)
#   scripts/show/route53.sh throughput    durable batches a second on one zone, 100,000 record sets listed, one batch among them (three minutes)
#   scripts/show/route53.sh policies      traffic policies with nested rules and health, CIDR collections, TestDNSAnswer against dig (one minute)
#   scripts/show/route53.sh health        six regions, the 18 % rule, insufficient data, calculated, inverted, disabled (two minutes, root)
#   scripts/show/route53.sh alias         a target that answers, is a chain, changes, is slow, fails, is gone (three minutes)
#   scripts/show/route53.sh sequences     the examples by the aws command line, each verified with dig (three minutes)
#   scripts/show/route53.sh clients       boto3, the JavaScript SDK, lego with pebble; Terraform, external-dns, octoDNS replayed (two minutes, root)
#   scripts/show/route53.sh               all of them
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

line=${1:-all}
case $line in
    alias) exec scripts/show/route53-alias.sh ;;
    health)
        # Before the network is one of its own, from which nothing can be fetched.
        scripts/install-test-packages.sh
        [ -x "${MERIDIAN:=out/meridian}" ] || scripts/build.sh out Release
        exec unshare -n scripts/show/route53-health.sh
        ;;
    sequences | clients) exec scripts/show/route53-clients.sh "$line" ;;
    errors | pagination | sigv4 | idempotency | policies | throughput | all) ;;
    *)
        sed -n '5,15s/^# //p' "$0" >&2
        exit 2
        ;;
esac

show=route53
. scripts/show/common.sh

dns=$(free_port)
http=$(free_port)
api=$(free_port)
cat >"$work/meridian.yaml" <<YAML
listen: {dns: ["127.0.0.1:$dns"], http: "127.0.0.1:$http", route53: "127.0.0.1:$api"}
access: {local: admin}
route53: {name-servers: [ns1.example.net., ns2.example.net.], contact: hostmaster@example.net}
YAML
if [ "$line" = errors ] || [ "$line" = all ]; then
    # As many VPCs as it takes to reach the limits.
    printf 'views:\n' >>"$work/meridian.yaml"
    for i in $(seq 0 1000); do
        printf '  show-%s: {networks: [10.%s.%s.0/24], vpc: {region: eu-west-1, id: vpc-show-%s}}\n' "$i" $((i / 250)) $((i % 250)) "$i"
    done >>"$work/meridian.yaml"
fi
"$meridian" serve "$work/meridian.yaml" --store "$work/store" >"$work/server.log" 2>&1 &
started+=($!)
for _ in $(seq 30); do
    grep -q 'Ready' "$work/server.log" && break
    sleep 1
done
key() { "$meridian" keys create "$1" --role "$2" "${@:3}" --url "http://127.0.0.1:$http" 2>/dev/null; }
eval "$(key show editor)"
export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_DEFAULT_REGION=eu-west-1 AWS_PAGER=
export MERIDIAN_ROUTE53=http://127.0.0.1:$api MERIDIAN_DNS=$dns MERIDIAN_HTTP=http://127.0.0.1:$http MERIDIAN_CLI=$meridian MERIDIAN_PID=${started[0]}
viewer=$(key reader viewer)
MERIDIAN_VIEWER=$(sed -n 's/.*_ID=//p' <<<"$viewer"):$(sed -n 's/.*_KEY=//p' <<<"$viewer")
scoped=$(key scoped editor --zone other.test)
MERIDIAN_SCOPED=$(sed -n 's/.*_ID=//p' <<<"$scoped"):$(sed -n 's/.*_KEY=//p' <<<"$scoped")
export MERIDIAN_VIEWER MERIDIAN_SCOPED
printf 'Meridian on %s, clients: boto3 %s\n' "$MERIDIAN_ROUTE53" "$(/usr/bin/python3 -c 'import boto3; print(boto3.__version__)')"

for part in errors pagination sigv4 idempotency policies throughput; do
    if [ "$line" = all ] || [ "$line" = "$part" ]; then
        /usr/bin/python3 scripts/show/route53-lines.py "$part" || failures=$((failures + 1))
    fi
done
[ "$failures" -eq 0 ] || {
    grep -E 'warn:|fail:|crit:' "$work/server.log" | grep -v 'was refused' | tail -20 >&2
    exit 1
}
[ "$line" != all ] || {
    unshare -n scripts/show/route53-health.sh
    scripts/show/route53-alias.sh
    scripts/show/route53-clients.sh all
}

#!/usr/bin/env bash
# Shows health checks of the Route 53 API from six regions: real vantage points that ask a real endpoint, each of which can be kept
# from it, and what queries are answered meanwhile. In a network namespace of its own (unshare -n), so that no rule of it meets anybody
# else. Prints what it found, and fails when it does not hold. Takes two minutes; root.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
show=health
. scripts/show/common.sh

ip link set lo up
own=us-east-1
others=(us-west-1 us-west-2 eu-west-1 ap-southeast-1 sa-east-1)
dns=$(free_port) http=$(free_port) api=$(free_port) votes=$(free_port)
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=votes -addext subjectAltName=IP:127.0.0.1 \
    -keyout "$work/key.pem" -out "$work/ca.pem" 2>/dev/null
cat "$work/ca.pem" "$work/key.pem" >"$work/votes.pem"
{
    cat <<YAML
listen:
  dns: ["127.0.0.1:$dns"]
  http: "127.0.0.1:$http"
  route53: "127.0.0.1:$api"
  votes: {address: "127.0.0.1:$votes", certificate: $work/votes.pem}
access: {local: admin}
route53: {name-servers: [ns1.example.net., ns2.example.net.], contact: hostmaster@example.net}
vantage: {name: $own}
vantage-points:
YAML
    for region in "${others[@]}"; do
        openssl rand -hex 16 >"$work/$region.token"
        echo "  $region: {token-file: $work/$region.token}"
    done
} >"$work/meridian.yaml"
"$meridian" serve "$work/meridian.yaml" --store "$work/store" >"$work/server.log" 2>&1 &
started+=($!)
until_true 60 grep -q Ready "$work/server.log" || { cat "$work/server.log"; exit 1; }

# Each vantage point is a group of its own, by which the packet filter knows it. The server's own is root's, 0.
nft add table inet regions
nft add chain inet regions out '{ type filter hook output priority 0; }'
group=7000
for region in "${others[@]}"; do
    group=$((group + 1))
    printf '%s\t%s\t%s\n' "$region" "$group" "setpriv --regid $group --clear-groups $meridian probe --join https://127.0.0.1:$votes --name $region --token-file $work/$region.token --ca $work/ca.pem"
done >"$work/probes"
printf '%s\t0\t\n' "$own" >>"$work/probes"

eval "$("$meridian" keys create health --role editor --url "http://127.0.0.1:$http" 2>/dev/null)"
export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_EC2_METADATA_DISABLED=true
export MERIDIAN_ROUTE53=http://127.0.0.1:$api MERIDIAN_DNS=$dns MERIDIAN_HTTP=http://127.0.0.1:$http
show "Meridian on 127.0.0.1:$dns is the region $own; five others join it"
/usr/bin/python3 scripts/show/route53-health.py "$work/probes" "$work" || {
    grep -E 'warn:|fail:|crit:' "$work/server.log" | tail -10 >&2
    exit 1
}

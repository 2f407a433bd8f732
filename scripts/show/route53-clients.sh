#!/usr/bin/env bash
# Shows the Route 53 API with the clients that people have, each of them the real program, against a real server.
#
#   scripts/show/route53-clients.sh sequences   the examples in examples/route53 by the aws command line, verified with dig
#   scripts/show/route53-clients.sh clients     boto3, the JavaScript SDK, lego with pebble; Terraform, external-dns, octoDNS replayed
#   scripts/show/route53-clients.sh all         both
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
line=${1:-all}

show=clients
. scripts/show/common.sh

dns=$(free_port) http=$(free_port) api=$(free_port) target=$(free_port)
cat >"$work/meridian.yaml" <<EOF
listen: {dns: ["127.0.0.1:$dns"], http: "127.0.0.1:$http", route53: "127.0.0.1:$api"}
access: {local: admin}
route53: {name-servers: [ns1.example.net., ns2.example.net.], contact: hostmaster@example.net}
resolvers: {servers: ["127.0.0.1:$target"], timeout: 1s}
views:
  shop: {networks: [127.0.0.2/32], vpc: {region: us-east-1, id: vpc-shop}}
  lab: {networks: [127.0.0.3/32], vpc: {region: eu-west-1, id: vpc-lab}}
EOF
# The load balancer's name of the alias example.
echo "lb-1234.cloud.example. 60 A 198.51.100.10" >"$work/world"
python3 scripts/show/scripted-authority.py "$target" cloud.example "$work/world" >"$work/authority.log" 2>&1 &
started+=($!)
"$meridian" serve "$work/meridian.yaml" --store "$work/store" >"$work/server.log" 2>&1 &
started+=($!)
until_true 30 grep -q Ready "$work/server.log" || { cat "$work/server.log"; exit 1; }
eval "$("$meridian" keys create clients --role editor --url "http://127.0.0.1:$http" 2>/dev/null)"
export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_DEFAULT_REGION=us-east-1 AWS_PAGER="" AWS_EC2_METADATA_DISABLED=true
export ROUTE53_ENDPOINT=http://127.0.0.1:$api DNS_SERVER=127.0.0.1 DNS_PORT=$dns
show "Meridian on 127.0.0.1:$dns, the Route 53 API on $ROUTE53_ENDPOINT"

sequences() {
    show "$(PATH=/usr/bin:$PATH aws --version)"
    for example in weighted geolocation failover alias multivalue latency networks traffic-policy private-zones; do
        PATH=/usr/bin:$PATH BACKEND_PORT=$(free_port) examples/route53/$example.sh 2>&1 || failures=$((failures + 1))
    done
}

javascript() {
    title "the AWS SDK for JavaScript, version 3"
    cp examples/route53/javascript/* "$work/"
    (cd "$work" && npm ci --no-audit --no-fund --silent) || { show "FAILED  npm ci"; failures=$((failures + 1)); return; }
    show "@aws-sdk/client-route-53 $(node -p 'require(process.argv[1]).version' "$work/node_modules/@aws-sdk/client-route-53/package.json"), node $(node --version)"
    local code=0
    (cd "$work" && node --no-warnings weighted.mjs keep) >"$work/javascript.txt" 2>&1 || code=$?
    sed 's/^/   /' "$work/javascript.txt"
    hold "a zone, two weighted sets, the waiter, the list, the paginator" grep -q 'listed blue=3 green=1' "$work/javascript.txt"
    hold "typed errors" test "$code $(grep -cE 'InvalidChangeBatch|NoSuchHostedZone' "$work/javascript.txt")" = "0 2"
    hold "answered: $(dig "@127.0.0.1" -p "$dns" +short www.javascript.example A)" grep -qE '192.0.2.[12]' <(dig "@127.0.0.1" -p "$dns" +short www.javascript.example A)
}

# A certificate by the private CA for names, as NAME.pem and NAME.key.
certificate() {
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1" -keyout "$work/$1.key" -out "$work/$1.csr" 2>/dev/null
    openssl x509 -req -in "$work/$1.csr" -CA "$work/ca.pem" -CAkey "$work/ca.key" -CAcreateserial -days 2 \
        -extfile <(echo "subjectAltName=$2") -out "$work/$1.pem" 2>/dev/null
}
lego_line() {
    title "lego's provider route53, with pebble"
    local acme
    acme=$(free_port)
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=test CA" -addext basicConstraints=critical,CA:TRUE \
        -keyout "$work/ca.key" -out "$work/ca.pem" 2>/dev/null
    certificate acme DNS:localhost,IP:127.0.0.1
    certificate route53 DNS:route53.amazonaws.com
    cat >"$work/pebble.json" <<EOF
{"pebble": {"listenAddress": "127.0.0.1:$acme", "managementListenAddress": "127.0.0.1:$(free_port)", "certificate": "$work/acme.pem",
  "privateKey": "$work/acme.key", "httpPort": $(free_port), "tlsPort": $(free_port), "ocspResponderURL": ""}}
EOF
    PEBBLE_VA_NOSLEEP=1 PEBBLE_WFE_NONCEREJECT=0 pebble -config "$work/pebble.json" -dnsserver "127.0.0.1:$dns" >"$work/pebble.log" 2>&1 &
    started+=($!)
    until_true 20 curl -s --cacert "$work/ca.pem" -o /dev/null "https://localhost:$acme/dir" || { cat "$work/pebble.log"; exit 1; }
    # This lego knows no other endpoint than the service's own name: here that is a loopback address, in a namespace of its own.
    python3 scripts/show/tls-front.py 127.0.53.1 443 "$work/route53.pem" "$work/route53.key" "$api" >"$work/front.log" 2>&1 &
    started+=($!)
    echo "127.0.0.1 localhost" >"$work/hosts"
    echo "127.0.53.1 route53.amazonaws.com" >>"$work/hosts"
    local zone before
    zone=$(/usr/bin/aws --endpoint-url "$ROUTE53_ENDPOINT" route53 create-hosted-zone --name lego.example --caller-reference "lego-$(date +%s%N)" --query HostedZone.Id --output text)
    before=$(grep -c 'is accepted from' "$work/server.log" || true)
    show "$(lego --version), zone $zone"
    hold "run" env LEGO_CA_CERTIFICATES="$work/ca.pem" AWS_CA_BUNDLE="$work/ca.pem" AWS_REGION=us-east-1 AWS_HOSTED_ZONE_ID="${zone#/hostedzone/}" AWS_POLLING_INTERVAL=1 \
        AWS_PROPAGATION_TIMEOUT=30 unshare -m bash -c 'mount --bind "$1/hosts" /etc/hosts && lego --path "$1/lego" --server "https://localhost:$2/dir" --accept-tos \
            --email a@example.com --dns route53 --dns.resolvers "127.0.0.1:$3" --dns.disable-cp -d lego.example -d "*.lego.example" run >"$1/lego.log" 2>&1 || { cat "$1/lego.log"; false; }' \
        _ "$work" "$acme" "$dns"
    local issued=$work/lego/certificates/lego.example.crt names
    names=$(openssl x509 -in "$issued" -noout -ext subjectAltName 2>/dev/null | tail -1 | tr -d ' ')
    hold "a certificate for $names" grep -q 'DNS:\*.lego.example' <<<"$names"
    hold "$(($(grep -c 'is accepted from' "$work/server.log") - before)) batches, one revision each" true
    hold "nothing is left behind: '$(dig @127.0.0.1 -p "$dns" +short _acme-challenge.lego.example TXT)'" test -z "$(dig @127.0.0.1 -p "$dns" +short _acme-challenge.lego.example TXT)"
}

clients() {
    title "boto3"
    /usr/bin/python3 scripts/show/route53-boto3.py "$ROUTE53_ENDPOINT" || failures=$((failures + 1))
    javascript
    lego_line
    title "replayed: the requests of Terraform, external-dns and octoDNS, in their order; the programs themselves are not run"
    /usr/bin/python3 scripts/show/route53-replays.py "$ROUTE53_ENDPOINT" || failures=$((failures + 1))
}

case $line in
    sequences) sequences ;;
    clients) clients ;;
    all)
        sequences
        clients
        ;;
    *)
        sed -n '4,6s/^# //p' "$0" >&2
        exit 2
        ;;
esac
[ "$failures" = 0 ] || {
    printf '\n%s parts did not hold\n' "$failures"
    grep -E 'warn:|fail:|crit:' "$work/server.log" | tail -10 >&2
    exit 1
}

#!/usr/bin/env bash
# Shows dynamic update with the clients that people use, against a running server whose truth is its store. Each line prints what
# it found and fails when it does not hold.
#
#   scripts/show/update.sh nsupdate   add, delete, prerequisites, one update as one revision; over UDP and TCP (10 s)
#   scripts/show/update.sh errors     a wrong key, an unknown key, an old time, an unlisted name, a steered name: the RFCs' answers (5 s)
#   scripts/show/update.sh certbot    a wildcard certificate from pebble by certbot's rfc2136 plugin, and its renewal (30 s)
#   scripts/show/update.sh lego       a wildcard certificate from pebble by lego's rfc2136 provider (15 s)
#   scripts/show/update.sh rate       durable updates per second, one client and eight (20 s)
#   scripts/show/update.sh            all of them
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

line=${1:-all}
case $line in
    nsupdate | errors | certbot | lego | rate | all) ;;
    *)
        sed -n '5,10s/^# //p' "$0" >&2
        exit 2
        ;;
esac

show=update
. scripts/show/common.sh

start_server() {
    dns=$(free_port)
    tsig-keygen -a hmac-sha256 acme >"$work/acme.key"
    tsig-keygen -a hmac-sha512 ops >"$work/ops.key"
    cat >"$work/meridian.yaml" <<EOF
listen: {dns: ["127.0.0.1:$dns"], http: "off"}
update-keys:
  acme:
    secret-file: acme.key
    allow:
      - {zones: [example.com], names: [_acme-challenge.*], types: [TXT]}
  ops:
    secret-file: ops.key
    per-second: 1000
    allow:
      - {zones: [example.com], names: ["*"]}
pools:
  web: {members: [{address: 192.0.2.80}]}
policies:
  www: {failover: [web]}
zones:
  example.com:
    soa: {primary: ns1, contact: hostmaster@example.com}
    owners: {"*": any}
    records:
      "@": {NS: [ns1]}
      ns1: {A: 127.0.0.1}
      www: {A: {steer: www}}
      host: {A: [192.0.2.1, 192.0.2.2], ttl: 60s}
EOF
    "$meridian" serve "$work/meridian.yaml" --store "$work/store" >"$work/server.log" 2>&1 &
    started+=($!)
    until_true 30 is_serving || {
        cat "$work/server.log"
        exit 1
    }
    show "Meridian on 127.0.0.1:$dns, filled from files once, from then on its store is the truth"
}
is_serving() { dig @127.0.0.1 -p "$dns" +tries=1 +time=1 +short example.com SOA 2>/dev/null | grep -q ns1; }
ask() { dig @127.0.0.1 -p "$dns" +tries=1 +time=2 +short "$@"; }
answers() { [ "$(ask "${@:2}" | sort | paste -sd' ' -)" = "$1" ]; }
secret_of() { sed -n 's/.*secret "\(.*\)";.*/\1/p' "$work/$1.key"; }
revision() { grep -o 'Revision [0-9]* is accepted' "$work/server.log" | tail -1 | grep -o '[0-9]*'; }

# update OPTIONS... <LINES: what nsupdate prints, and its exit code in $code.
update() {
    code=0
    said=$({
        printf 'server 127.0.0.1 %s\nzone example.com\n' "$dns"
        cat
        printf 'send\n'
    } | nsupdate "$@" 2>&1) || code=$?
}
done_well() { [ "$code" = 0 ]; }
said() { [ "$code" != 0 ] && grep -qF "$1" <<<"$said"; }
# logged SINCE TEXT: a line of the server's log behind so many octets.
logged() { tail -c "+$1" "$work/server.log" | grep -qF "$2"; }
ops() { update -y "hmac-sha512:ops:$(secret_of ops)" "$@"; }

# Of the TSIG record that knsupdate prints: the error, and behind the length of other data the server's time.
tsig_error() {
    awk '$4 == "TSIG" && $(NF - 2) ~ /^BAD/ { print $(NF - 2) ", signed; the server says that it is " strftime("%H:%M:%S", $NF) }' <<<"$said"
}

nsupdate_line() {
    title "nsupdate -y"
    ops <<<$'update add new.example.com 60 A 192.0.2.10\nupdate add new.example.com 60 TXT "by nsupdate"'
    hold "two records added over UDP: $(ask new.example.com A) $(ask new.example.com TXT)" answers 192.0.2.10 new.example.com A
    first=$(revision)
    ops -v <<<$'update add new.example.com 60 A 192.0.2.11\nupdate delete host.example.com A 192.0.2.1'
    hold "a record added and one deleted over TCP: new $(ask new.example.com A | paste -sd' '), host $(ask host.example.com A)" \
        answers "192.0.2.10 192.0.2.11" new.example.com A
    hold "one update is one revision: $first, then $(revision)" [ "$(revision)" = $((first + 1)) ]
    ops <<<$'prereq nxdomain new.example.com\nupdate add new.example.com 60 A 192.0.2.12'
    hold "prereq nxdomain on a name in use: $said" said YXDOMAIN
    ops <<<$'prereq yxdomain nobody.example.com\nupdate add new.example.com 60 A 192.0.2.12'
    hold "prereq yxdomain on a name not in use: $said" said NXDOMAIN
    ops <<<$'prereq nxrrset new.example.com A\nupdate add new.example.com 60 A 192.0.2.12'
    hold "prereq nxrrset on one that is there: $said" said YXRRSET
    ops <<<$'prereq yxrrset new.example.com A 192.0.2.10\nupdate add new.example.com 60 A 192.0.2.12'
    hold "prereq yxrrset with other values: $said" said NXRRSET
    hold "none of the four made a revision: still $(revision)" [ "$(revision)" = $((first + 1)) ]
    ops <<<$'prereq yxrrset new.example.com A 192.0.2.11\nprereq yxrrset new.example.com A 192.0.2.10\nupdate delete new.example.com A\nupdate add new.example.com 60 A 192.0.2.12'
    hold "prereq yxrrset with all values, and a replacement: $(ask new.example.com A)" answers 192.0.2.12 new.example.com A
    ops <<<$'update add new.example.com 60 A 192.0.2.12'
    hold "the same again changes nothing: still revision $(revision)" [ "$(revision)" = $((first + 2)) ]
    ops <<<$'update delete new.example.com'
    hold "a name deleted: '$(ask new.example.com A)' is left" answers "" new.example.com A
    ops <<<$'update delete example.com NS'
    hold "the zone keeps its name servers: $(ask example.com NS)" answers ns1.example.com. example.com NS
}

errors_line() {
    title "Errors: the RFCs' answers"
    local before add=$'update add host.example.com 60 A 192.0.2.66'
    before=$(ask host.example.com A | sort | paste -sd' ' -)
    update -y "hmac-sha256:ops:$(secret_of ops)" <<<"$add"
    hold "a key with another algorithm than its own: $(tail -1 <<<"$said")" said BADKEY
    update -y "hmac-sha256:nobody:$(secret_of acme)" <<<"$add"
    hold "a key that is not known: $(tail -1 <<<"$said")" said BADKEY
    update -y "hmac-sha512:ops:$(secret_of acme)" <<<"$add"
    hold "a wrong secret: $(tail -1 <<<"$said")" said BADSIG
    # nsupdate of Debian 12 does not start under faketime (its allocator asks for the time too early); Knot's does.
    code=0
    said=$(printf 'server 127.0.0.1 %s\nzone example.com.\nkey hmac-sha512:ops %s\n%s\nsend\n' "$dns" "$(secret_of ops)" "$add" \
        | faketime -f -1h knsupdate 2>&1) || code=$?
    hold "an hour behind (knsupdate): $(tsig_error)" said BADTIME
    code=0
    said=$(printf 'server 127.0.0.1 %s\nzone example.com.\nkey hmac-sha512:ops %s\n%s\nsend\n' "$dns" "$(secret_of ops)" "$add" \
        | faketime -f +1h knsupdate 2>&1) || code=$?
    hold "an hour ahead (knsupdate): $(tsig_error)" said BADTIME
    update <<<"$add"
    hold "no signature: $(tail -1 <<<"$said")" said REFUSED
    local log
    log=$(stat -c %s "$work/server.log")
    update -y "hmac-sha256:acme:$(secret_of acme)" <<<"$add"
    hold "a name that the key has no rule for: $(tail -1 <<<"$said")" said REFUSED
    hold "   and the log says why: $(tail -c "+$log" "$work/server.log" | grep -o 'the key may not.*' | tail -1)" logged "$log" "may not change"
    update -y "hmac-sha256:acme:$(secret_of acme)" <<<$'update add _acme-challenge.example.com 60 CNAME host'
    hold "a type that the key has no rule for: $(tail -1 <<<"$said")" said REFUSED
    ops <<<$'update add www.example.com 60 A 192.0.2.66'
    hold "a name that a policy steers: $(tail -1 <<<"$said")" said REFUSED
    hold "   and the log says why: $(grep -o 'www.example.com. A is steered.*' "$work/server.log" | tail -1)" logged "$log" "is steered by a policy"
    ops <<<$'update add host.example.org 60 A 192.0.2.66'
    hold "a name outside the zone: $(tail -1 <<<"$said")" said NOTZONE
    code=0
    said=$(printf 'server 127.0.0.1 %s\nzone example.org\nupdate add a.example.org 60 A 192.0.2.66\nsend\n' "$dns" \
        | nsupdate -y "hmac-sha512:ops:$(secret_of ops)" 2>&1) || code=$?
    hold "a zone that is not here: $(tail -1 <<<"$said")" said NOTAUTH
    hold "nothing has changed: $before" answers "$before" host.example.com A
}

start_pebble() {
    [ -z "${acme:-}" ] || return 0
    acme=$(free_port)
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=ACME test CA" \
        -addext basicConstraints=critical,CA:TRUE -keyout "$work/ca.key" -out "$work/ca.pem" 2>/dev/null
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=localhost" -keyout "$work/acme-tls.key" -out "$work/acme-tls.csr" 2>/dev/null
    openssl x509 -req -in "$work/acme-tls.csr" -CA "$work/ca.pem" -CAkey "$work/ca.key" -CAcreateserial -days 2 \
        -extfile <(echo subjectAltName=DNS:localhost,IP:127.0.0.1) -out "$work/acme-tls.pem" 2>/dev/null
    cat >"$work/pebble.json" <<EOF
{"pebble": {"listenAddress": "127.0.0.1:$acme", "managementListenAddress": "127.0.0.1:$(free_port)",
  "certificate": "$work/acme-tls.pem", "privateKey": "$work/acme-tls.key", "httpPort": $(free_port), "tlsPort": $(free_port),
  "ocspResponderURL": ""}}
EOF
    # Its resolver is Meridian: what it validates is what Meridian answers.
    PEBBLE_VA_NOSLEEP=1 PEBBLE_WFE_NONCEREJECT=0 pebble -config "$work/pebble.json" -dnsserver "127.0.0.1:$dns" >"$work/pebble.log" 2>&1 &
    started+=($!)
    until_true 20 curl -s --cacert "$work/ca.pem" -o /dev/null "https://localhost:$acme/dir" || {
        cat "$work/pebble.log"
        exit 1
    }
    show "pebble on 127.0.0.1:$acme, which asks Meridian"
}
names_in() { openssl x509 -in "$1" -noout -ext subjectAltName | tail -1 | tr -d ' '; }
updates_by_acme() { grep -c 'is accepted from acme (Update)' "$work/server.log" || true; }

certbot_line() {
    title "certbot, plugin dns-rfc2136, with pebble"
    start_pebble
    cat >"$work/certbot.ini" <<EOF
dns_rfc2136_server = 127.0.0.1
dns_rfc2136_port = $dns
dns_rfc2136_name = acme
dns_rfc2136_secret = $(secret_of acme)
dns_rfc2136_algorithm = HMAC-SHA256
EOF
    chmod 600 "$work/certbot.ini"
    local dirs=(--config-dir "$work/certbot" --work-dir "$work/certbot" --logs-dir "$work/certbot") before after
    before=$(updates_by_acme)
    hold "certonly" bash -c 'REQUESTS_CA_BUNDLE=$1/ca.pem certbot certonly --non-interactive --agree-tos --register-unsafely-without-email \
        --server "https://localhost:$2/dir" --dns-rfc2136 --dns-rfc2136-credentials "$1/certbot.ini" \
        --dns-rfc2136-propagation-seconds 1 -d example.com -d "*.example.com" "${@:3}" >"$1/certbot.log" 2>&1 || { cat "$1/certbot.log"; false; }' \
        _ "$work" "$acme" "${dirs[@]}"
    local certificate=$work/certbot/live/example.com/cert.pem
    hold "a certificate for $(names_in "$certificate")" grep -qF 'DNS:*.example.com' <(names_in "$certificate")
    after=$(updates_by_acme)
    hold "$((after - before)) updates, one revision each: two texts at one name added, and deleted again" [ $((after - before)) = 4 ]
    hold "nothing is left behind: '$(ask _acme-challenge.example.com TXT)'" answers "" _acme-challenge.example.com TXT
    hold "renew" bash -c 'REQUESTS_CA_BUNDLE=$1/ca.pem certbot renew --force-renewal --no-random-sleep-on-renew "${@:2}" >"$1/renew.log" 2>&1 || { cat "$1/renew.log"; false; }' \
        _ "$work" "${dirs[@]}"
}

lego_line() {
    title "lego, provider rfc2136, with pebble"
    start_pebble
    local before after
    before=$(updates_by_acme)
    # disable-cp: lego would look for the zone's name server on port 53 before it lets the authority look.
    hold "run" env LEGO_CA_CERTIFICATES="$work/ca.pem" RFC2136_NAMESERVER="127.0.0.1:$dns" RFC2136_TSIG_KEY=acme. \
        RFC2136_TSIG_ALGORITHM=hmac-sha256. RFC2136_TSIG_SECRET="$(secret_of acme)" RFC2136_POLLING_INTERVAL=1 RFC2136_SEQUENCE_INTERVAL=1 \
        bash -c 'lego --path "$1/lego" --server "https://localhost:$2/dir" --accept-tos --email a@example.com --dns rfc2136 \
            --dns.resolvers "127.0.0.1:$3" --dns.disable-cp -d example.com -d "*.example.com" run >"$1/lego.log" 2>&1 || { cat "$1/lego.log"; false; }' \
        _ "$work" "$acme" "$dns"
    local certificate=$work/lego/certificates/example.com.crt
    hold "a certificate for $(names_in "$certificate")" grep -q 'DNS:\*.example.com' <(names_in "$certificate")
    after=$(updates_by_acme)
    hold "$((after - before)) updates, one revision each" [ $((after - before)) -ge 4 ]
    hold "nothing is left behind: '$(ask _acme-challenge.example.com TXT)'" answers "" _acme-challenge.example.com TXT
}

# One nsupdate that sends so many updates one after another.
stream() {
    {
        printf 'server 127.0.0.1 %s\nzone example.com\n' "$dns"
        for ((i = 0; i < $2; i++)); do printf 'update add r%s-%s.example.com 60 A 192.0.2.1\nsend\n' "$1" "$i"; done
    } | nsupdate -y "hmac-sha512:ops:$(secret_of ops)"
}
measure() {
    local clients=$1 each=$2 from to pids=()
    from=$(now_ms)
    for ((c = 0; c < clients; c++)); do
        stream "$clients-$c" "$each" &
        pids+=($!)
    done
    for pid in "${pids[@]}"; do wait "$pid" || failures=$((failures + 1)); done
    to=$(now_ms)
    awk -v n=$((clients * each)) -v ms=$((to - from)) -v c="$clients" 'BEGIN {
        printf "   %d client%s: %d updates in %.1f s, %.0f/s; each answered when durable and served\n", c, c == 1 ? "" : "s", n, ms / 1000, n * 1000 / ms }'
}
rate_line() {
    title "Updates per second (nsupdate, UDP)"
    measure 1 200
    measure 8 100
    hold "the last one is served: $(ask r8-7-99.example.com A)" answers 192.0.2.1 r8-7-99.example.com A
}

title "Starting"
start_server
for each in nsupdate errors certbot lego rate; do
    if [ "$line" = all ] || [ "$line" = "$each" ]; then "${each}_line"; fi
done
echo
[ "$failures" = 0 ] && echo "All of it holds." || {
    echo "$failures lines do not hold."
    exit 1
}

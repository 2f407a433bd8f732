#!/usr/bin/env bash
# Shows what ALIAS answers while its target answers, is a chain, changes, is slow, fails, is gone, and comes back: a real server,
# a real resolver (unbound), and behind it an authority that does as it is told. Prints what it found, and fails when it does not
# hold. Takes two minutes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

show=alias
. scripts/show/common.sh

dns=$(free_port) http=$(free_port) resolver=$(free_port) authority=$(free_port)
end() {
    kill -TERM "${pids[$1]}"
    wait "${pids[$1]}" 2>/dev/null || true
    unset "pids[$1]"
}
# world LINES...: what the target's authority says from now on.
world() {
    printf '%s\n' "$@" >"$work/world.new"
    mv "$work/world.new" "$work/world"
}
start_resolver() {
    unbound -d -c "$work/unbound.conf" >>"$work/unbound.log" 2>&1 &
    pids[resolver]=$!
    until_true 20 answers_at_resolver || { echo "unbound does not answer" >&2; exit 1; }
}
answers_at_resolver() { dig @127.0.0.1 -p "$resolver" +tries=1 +time=1 ns.cloud.example A 2>/dev/null | grep -q 'status: NOERROR'; }
start_meridian() {
    "$meridian" serve "$work/meridian.yaml" >>"$work/server.log" 2>&1 &
    pids[meridian]=$!
    until_true 30 is_serving || { cat "$work/server.log"; exit 1; }
}
is_serving() { dig @127.0.0.1 -p "$dns" +tries=1 +time=1 +short example.com SOA 2>/dev/null | grep -q ns1; }
ask() { dig @127.0.0.1 -p "$dns" +tries=1 +time=2 +noall +answer "$@"; }
addresses() { ask "$1" "${2:-A}" | awk '{ print $5 }' | sort | paste -sd' ' -; }
ttl() { ask "$1" "${2:-A}" | awk 'NR == 1 { print $2 }'; }
is() { [ "$(addresses "$1" "${3:-A}")" = "$2" ]; }
status_of() { dig @127.0.0.1 -p "$dns" +tries=1 +time=2 "$@" | sed -n 's/.*status: \([A-Z]*\),.*/\1/p'; }
has_ede() { dig @127.0.0.1 -p "$dns" +tries=1 +time=2 "$1" A | grep -q "EDE: $2"; }
metric() { curl -sf "http://127.0.0.1:$http/metrics" | awk -v name="$1" '$1 ~ "^" name { sum += $2 } END { print sum + 0 }'; }
metric_is() { [ "$(metric "$1")" = "$2" ]; }
revision() { "$meridian" status --url "http://127.0.0.1:$http" 2>/dev/null | sed -n 's/^revision \([0-9]*\),.*/\1/p'; }
at_most() { [ -n "$1" ] && [ "$1" -le "$2" ]; }

cat >"$work/unbound.conf" <<EOF
server:
    interface: 127.0.0.1@$resolver
    port: $resolver
    do-daemonize: no
    use-syslog: no
    username: ""
    chroot: ""
    directory: "$work"
    pidfile: "$work/unbound.pid"
    module-config: "iterator"
    do-not-query-localhost: no
    do-ip6: no
    infra-keep-probing: yes
    num-threads: 1
stub-zone:
    name: "cloud.example"
    stub-addr: 127.0.0.1@$authority
remote-control:
    control-enable: no
EOF
cat >"$work/meridian.yaml" <<EOF
listen: {dns: ["127.0.0.1:$dns"], http: "127.0.0.1:$http"}
state: $work/state
resolvers: {servers: ["127.0.0.1:$resolver"], timeout: 1s, negative-hold: 12s}
pools:
  cdn: {members: [{hostname: pool.cloud.example.}]}
  own: {members: [{address: 203.0.113.80}]}
policies:
  www: {ttl: 30s, failover: [cdn, own]}
zones:
  example.com:
    soa: {primary: ns1, contact: hostmaster@example.com, negative-ttl: 5s}
    records:
      "@": {NS: [ns1], MX: "10 ns1", ALIAS: {to: lb.cloud.example., ttl: 60s}}
      ns1: {A: 127.0.0.1}
      gone: {ALIAS: never.cloud.example.}
      www: {A: {steer: www}}
EOF
rest=("ns.cloud.example. 60 A 127.0.0.1" "pool.cloud.example. 8 A 198.51.100.7")
chain=("lb.cloud.example. 40 CNAME a.cloud.example." "a.cloud.example. 8 CNAME b.cloud.example.")
world "lb.cloud.example. 8 A 192.0.2.10" "lb.cloud.example. 8 A 192.0.2.11" "lb.cloud.example. 8 AAAA 2001:db8::10" "${rest[@]}"
python3 scripts/show/scripted-authority.py "$authority" cloud.example "$work/world" >"$work/authority.log" 2>&1 &
pids[authority]=$!
start_resolver
start_meridian
show "Meridian on 127.0.0.1:$dns asks unbound on 127.0.0.1:$resolver, which asks the authority of cloud.example"
until_true 20 is example.com "192.0.2.10 192.0.2.11" && until_true 10 is example.com 2001:db8::10 AAAA || show "the target is not answered yet"
# All the while: a hundred queries a second for the apex, and what became of them.
printf 'example.com A\nexample.com AAAA\n' >"$work/queries"
dnsperf -s 127.0.0.1 -p "$dns" -d "$work/queries" -Q 100 -l 600 >"$work/load.txt" 2>&1 &
pids[load]=$!
begun=$(revision)

title "answering"
ask example.com A | sed 's/^/   /'
hold "the apex has the target's addresses: A $(addresses example.com), AAAA $(addresses example.com AAAA)" is example.com "192.0.2.10 192.0.2.11"
hold "and its own MX and NS beside them" test "$(ask example.com MX | wc -l) $(ask example.com NS | wc -l)" = "1 1"
hold "the TTL is the target's 8 s at the most, ours is 60 s: $(ttl example.com) s" at_most "$(ttl example.com)" 8
seen=""
for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do
    seen="$seen $(ttl example.com)"
    read -rt 1 <> <(:) || true
done
show "second by second: $seen"
hold "it counts down and jumps up when renewed, and is never 0" test "$(tr ' ' '\n' <<<"$seen" | grep -c '^0$')" = 0
hold "nobody sees a CNAME: $(status_of example.com CNAME) without one" test "$(ask example.com CNAME | wc -l)" = 0

title "a chain of CNAME records"
world "${chain[@]}" "b.cloud.example. 20 A 192.0.2.20" "${rest[@]}"
hold "the end of the chain is answered" until_true 25 is example.com 192.0.2.20
hold "under the name of the apex, with the least TTL of the chain (8 s): $(ttl example.com) s" at_most "$(ttl example.com)" 8
"$meridian" status --url "http://127.0.0.1:$http" | grep '^outside lb' | sed 's/^/   /'

title "changing addresses"
world "${chain[@]}" "b.cloud.example. 8 A 192.0.2.21" "${rest[@]}"
changed=$(now_ms)
until_true 40 is example.com 192.0.2.21 || true
hold "the new address is answered $(($(now_ms) - changed)) ms after the change (unbound may keep the old one for its TTL of 20 s)" is example.com 192.0.2.21
hold "no snapshot was made for it: the revision is still $(revision)" test "$(revision)" = "$begun"

title "slow (1.5 s for every answer of the authority, and 1 s is what we wait for a resolver)"
world "slow 1.5" "${chain[@]}" "b.cloud.example. 8 A 192.0.2.22" "${rest[@]}"
slowest=0
for _ in $(seq 60); do
    took=$(dig @127.0.0.1 -p "$dns" +tries=1 +time=2 example.com A | sed -n 's/^;; Query time: \([0-9]*\) msec/\1/p')
    [ "$took" -le "$slowest" ] || slowest=$took
    read -rt 0.2 <> <(:) || true
done
hold "no query waits for it: the slowest of 60 took $slowest ms" at_most "$slowest" 100
hold "and in the end the new address is here all the same" until_true 45 is example.com 192.0.2.22

title "failing (SERVFAIL from the authority)"
world "servfail"
hold "the alarm is raised: $(until_true 40 metric_is meridian_resolving_alarms 4 || true; metric meridian_resolving_alarms) names in trouble (lb and pool, both families; never is denied)" \
    test "$(metric meridian_resolving_alarms)" -ge 3
until_true 20 has_ede example.com 3 || true
dig @127.0.0.1 -p "$dns" example.com A | grep -E 'EDE|IN.A' | grep -v '^;ex' | sed 's/^/   /'
hold "the last good address goes on: $(addresses example.com), stale, $(ttl example.com) s" is example.com 192.0.2.22
hold "with the extended error 3, Stale Answer" has_ede example.com 3
grep -m1 'SERVFAIL' "$work/server.log" | cut -c1-230 | sed 's/^/   log: /'
"$meridian" explain example.com A --url "http://127.0.0.1:$http" | sed -n '/alias of/,/TTL/p' | sed 's/^/   explain: /'

title "restart while the resolver is away"
end resolver
end meridian
start_meridian
hold "the last good address is answered at once: $(addresses example.com), $(ttl example.com) s" is example.com 192.0.2.22
hold "and the pool's hostname too: $(addresses www.example.com)" is www.example.com 198.51.100.7
world "${chain[@]}" "b.cloud.example. 8 A 192.0.2.23" "${rest[@]}"
start_resolver
hold "it comes back by itself" until_true 75 is example.com 192.0.2.23
hold "and the alarm is taken back: $(until_true 75 metric_is meridian_resolving_alarms 0 || true; metric meridian_resolving_alarms)" metric_is meridian_resolving_alarms 0

title "NXDOMAIN"
hold "a target that never was: $(status_of gone.example.com A) with $(ask gone.example.com A | wc -l) records" test "$(status_of gone.example.com A)" = NOERROR
world "ns.cloud.example. 60 A 127.0.0.1"
denied=$(now_ms)
until_true 30 metric_is meridian_resolving_alarms 2 || true
hold "a target that is gone: its last good address goes on being answered: $(addresses example.com)" is example.com 192.0.2.23
until_true 60 is example.com "" || true
hold "until that has been said for negative-hold (12 s); after $((($(now_ms) - denied) / 1000)) s: $(status_of example.com A), no data" is example.com ""
hold "the apex goes on existing: MX $(ask example.com MX | wc -l), NS $(ask example.com NS | wc -l)" test "$(ask example.com MX | wc -l)" = 1
hold "the pool with the hostname that is gone gives way to the next: $(until_true 30 is www.example.com 203.0.113.80 || true; addresses www.example.com)" is www.example.com 203.0.113.80
world "${chain[@]}" "b.cloud.example. 8 A 192.0.2.24" "${rest[@]}"
hold "and when it is there again, so are its addresses" until_true 40 is example.com 192.0.2.24
hold "also in the pool: $(until_true 30 is www.example.com 198.51.100.7 || true; addresses www.example.com)" is www.example.com 198.51.100.7

title "all the while"
kill -INT "${pids[load]}"
wait "${pids[load]}" || true
unset 'pids[load]'
grep -E 'Queries (sent|completed|lost)|Response codes|Average Latency' "$work/load.txt" | sed 's/^ */   /'
hold "no query was answered SERVFAIL" test "$(grep -c 'SERVFAIL' "$work/load.txt")" = 0
hold "$(metric meridian_resolving_lookups_total) lookups since the restart, at most 32 at a time" true

[ "$failures" = 0 ] || { printf '\n%s lines did not hold\n' "$failures"; exit 1; }

#!/usr/bin/env bash
# A planned change with a real cache in front: the TTL is lowered ahead, the server is killed (-9) while it waits and again
# while the change is watched, goes on each time, and restores the TTL; what a cache holds is shown beside it.
# Usage: scripts/show/planned-change.sh MERIDIAN
set -euo pipefail
meridian=$(realpath "$1")
work=$(mktemp -d)
server=
resolver=
stop() {
    [ -z "$resolver" ] || kill "$resolver" 2>/dev/null || true
    [ -z "$server" ] || kill -9 "$server" 2>/dev/null || true
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap stop EXIT

# Three ports that were free a moment ago.
read -r dns http cache < <(python3 -c '
import socket
held = [socket.socket() for _ in range(3)]
for s in held: s.bind(("127.0.0.1", 0))
print(*[s.getsockname()[1] for s in held])')

cat > "$work/first.yaml" <<YAML
listen: {dns: ["127.0.0.1:$dns"], http: "127.0.0.1:$http"}
pools:
  old: {members: [{address: 192.0.2.1}]}
  new: {members: [{address: 192.0.2.2}]}
policies:
  www: {ttl: 40s, pool: old}
zones:
  example.test:
    soa: {primary: ns1.example.test., contact: hostmaster.example.test.}
    records:
      "@": {NS: [ns1]}
      ns1: {A: 127.0.0.1}
      www: {A: {steer: www}}
YAML
cat > "$work/unbound.conf" <<CONF
server:
  directory: "$work"
  chroot: ""
  username: ""
  pidfile: "$work/unbound.pid"
  interface: 127.0.0.1@$cache
  do-daemonize: no
  use-syslog: no
  do-not-query-localhost: no
  module-config: "iterator"
  num-threads: 1
  # Unbound answers for "test." by itself (RFC 6761 §6.2) unless told not to.
  local-zone: "test." nodefault
stub-zone:
  name: "example.test."
  stub-addr: 127.0.0.1@$dns
CONF

start() {
    "$meridian" serve "$work/first.yaml" --store "$work/store" >>"$work/serve.log" 2>&1 &
    server=$!
    for _ in $(seq 60); do
        if curl -fsS "http://127.0.0.1:$http/readyz" >/dev/null 2>&1; then return; fi
        sleep 1
    done
    cat "$work/serve.log" >&2
    exit 1
}
began=$(date +%s)
say() { printf '%4d s  %s\n' $(($(date +%s) - began)) "$*"; }
answer() { dig +noall +answer +tries=1 +time=2 -p "$1" @127.0.0.1 www.example.test A | awk '{ printf "%s for %s s", $5, $2 }'; }
look() { say "authority: $(answer "$dns"); cache: $(answer "$cache")"; }
step() { "$meridian" change list --url "http://127.0.0.1:$http" --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["planned"][0]["step"])'; }
until_step() {
    for _ in $(seq 120); do
        if [ "$(step)" = "$1" ]; then say "step: $1"; look; return; fi
        sleep 1
    done
    echo "never came to $1" >&2
    exit 1
}

start
/usr/sbin/unbound -d -c "$work/unbound.conf" >"$work/unbound.log" 2>&1 &
resolver=$!
sleep 1
look
echo "-- sooner than the old TTL allows:"
"$meridian" change plan www.example.test --at +10s --reason "the new pool is ready" --put policy/www='{"pool": "new", "ttl": "40s"}' --url "http://127.0.0.1:$http" && exit 1
echo "-- in 55 s, with the TTL at 5 s around it:"
"$meridian" change plan www.example.test --at +55s --ttl 5s --verify 15s --put policy/www='{"pool": "new", "ttl": "40s"}' \
    -m "to the new pool" --reason "the new pool is ready" --url "http://127.0.0.1:$http"
until_step lowered
"$meridian" status --url "http://127.0.0.1:$http" | grep planned
sleep 8
say "kill -9"
kill -9 "$server"; wait "$server" 2>/dev/null || true
sleep 3
start
say "back; step: $(step)"
until_step changed
say "kill -9"
kill -9 "$server"; wait "$server" 2>/dev/null || true
start
say "back; step: $(step)"
sleep 5
look
until_step done
"$meridian" history --url "http://127.0.0.1:$http" | head -8
[ "$(answer "$dns")" = "192.0.2.2 for 40 s" ] && echo "the change is made, and the TTL is what it was"

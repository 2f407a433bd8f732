#!/usr/bin/env bash
# Shows what the health checks promise, one subcommand for each line that has to hold. Each prints its figures and fails when
# its line does not hold. For an otherwise idle machine, as root (network namespaces, packet loss).
#
#   scripts/show/health.sh bench       10,000 members each second: http, tcp, https, beside HAProxy and gdnsd (4 min)
#   scripts/show/health.sh death       1,020 members die in six ways and return: time to the changed answer, 1 s and 10 s (4 min)
#   scripts/show/health.sh loss        false alarms at 1, 5 and 20 % loss and with added latency, with confirmation and without (16 min;
#                                      SECONDS_EACH= for each case, MEMBERS=; the long form: SECONDS_EACH=1800 CASES="loss:5:8 delay:100:8:5")
#   scripts/show/health.sh partition   three vantage points, each cut off in turn, then two, then all (3 min)
#   scripts/show/health.sh restart     a restart in the middle of an outage: the first answer (10 s)
#   scripts/show/health.sh simulate    weeks of virtual time: scheduler, judge, quorum (WEEKS=2; 3 min)
#   scripts/show/health.sh breaker     everything looks dead; then a real loss while frozen; counted by observed clients (1 min)
#   scripts/show/health.sh servers     certificates, gRPC, push, script, PromQL, redirects, mail against real servers (1 min)
#   scripts/show/health.sh             all of them
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

root=$PWD
meridian=$root/out/lib/meridian
bench=$root/bench/Meridian.HealthBench/bin/Release/net10.0/Meridian.HealthBench
work=$(mktemp -d)
failures=0
pids=()
spaces=()
trap cleanup EXIT

cleanup() {
    local pid space
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
    for space in "${spaces[@]}"; do ip netns del "$space" 2>/dev/null || true; done
    rm -rf "$work"
}
title() { printf '\n== %s\n' "$*"; }
hold() { # WHAT COMMAND…: says whether it holds
    local what=$1
    shift
    if "$@"; then printf '  holds  %s\n' "$what"; else printf '  FAILS  %s\n' "$what"; failures=$((failures + 1)); fi
}
until_true() { # SECONDS COMMAND…
    local end=$((SECONDS + $1))
    shift
    until "$@"; do [ "$SECONDS" -lt "$end" ] || return 1; sleep 0.1; done
}
needs() { # PACKAGE COMMAND …
    local missing=()
    while [ $# -gt 0 ]; do command -v "$2" >/dev/null 2>&1 || missing+=("$1"); shift 2; done
    [ "${#missing[@]}" -eq 0 ] || (apt-get install -y -q --no-install-recommends "${missing[@]}" || { apt-get update -q && apt-get install -y -q --no-install-recommends "${missing[@]}"; }) >"$work/apt" 2>&1 ||
        { tail -n 3 "$work/apt"; echo "The line needs the packages ${missing[*]}."; exit 1; }
}
root_only() { [ "$(id -u)" -eq 0 ] || { echo "This line needs root."; exit 1; }; }
build() {
    [ -n "${built:-${PREBUILT:-}}" ] || { # PREBUILT=yes: as it was built the last time.
        echo "Building."
        scripts/build.sh out Release >/dev/null
        dotnet build bench/Meridian.HealthBench -c Release --nologo -v quiet -clp:NoSummary
        built=yes
    }
}
space() { # NAME: a network namespace, gone at the end
    ip netns add "$1"
    spaces+=("$1")
    ip -n "$1" link set lo up
}
in_background() { # LOG COMMAND…: its process id is in $!
    local log=$1
    shift
    "$@" >"$log" 2>&1 </dev/null &
    pids+=($!)
}
ended() { ! kill -0 "$1" 2>/dev/null; }
end_one() { kill "-${2:-TERM}" "$1" 2>/dev/null || true; wait "$1" 2>/dev/null || true; }
backend() { # SPACE PORT: its process id is in $!
    # It serves until its input ends, so it gets one that does not.
    ip netns exec "$1" "$bench" backend "$2" false < <(exec sleep 100000) >/dev/null 2>&1 &
    pids+=($!)
}

# --- 1 ---------------------------------------------------------------------------------------------------------------------

cpu_seconds() { # PID…: user and kernel time of processes with their threads, so far
    local pid total=0
    for pid in "$@"; do total=$((total + $(awk '{ print $14 + $15 }' "/proc/$pid/stat" 2>/dev/null || echo 0))); done
    awk -v ticks="$total" -v hz="$(getconf CLK_TCK)" 'BEGIN { print ticks / hz }'
}
resident_mib() { awk '/^VmRSS/ { printf "%.0f", $2 / 1024 }' "/proc/$1/status"; }
opened() { ip netns exec "$1" awk '/^Tcp:/ && ++n == 2 { print $6 }' /proc/net/snmp; } # Connections opened in a namespace.

peer_figures() { # NAME PID MEMBERS SECONDS: checks are counted by the connections that the kernel opened
    local before_cpu before_opened checks cpu
    sleep 12 # Its own start-up, and a full round.
    before_cpu=$(cpu_seconds "$2") before_opened=$(opened "$bench_space")
    sleep "$4"
    cpu=$(awk -v a="$before_cpu" -v b="$(cpu_seconds "$2")" 'BEGIN { print b - a }')
    checks=$(($(opened "$bench_space") - before_opened))
    awk -v name="$1" -v checks="$checks" -v cpu="$cpu" -v s="$4" -v rss="$(resident_mib "$2")" -v members="$3" 'BEGIN {
        printf "  %-34s %7.0f checks/s  %6.1f us per check  %7.0f checks/s per core  %5.1f KiB per member (whole process %d MiB)\n",
            name, checks / s, 1e6 * cpu / (checks ? checks : 1), checks / (cpu ? cpu : 1), rss * 1024 / members, rss }'
}
bench() {
    title "1. 10,000 members on loopback addresses, one real server behind each"
    root_only
    needs haproxy haproxy gdnsd gdnsd
    build
    local members=${MEMBERS:-10000} seconds=${SECONDS_EACH:-10} i type
    bench_space=mhb$$
    space "$bench_space"
    for type in http tcp https; do
        # A TLS handshake costs both ends so much that two cores bear a few hundred a second: fewer members, asked less often.
        if [ "$type" = https ]; then set -- --members 2000 --interval-ms 5000 --seconds 20; else set -- --members "$members" --interval-ms 1000 --seconds "$seconds"; fi
        echo "-- Meridian, $type"
        ip netns exec "$bench_space" "$bench" --type "$type" "$@" | sed 's/^/  /'
    done
    echo "-- Meridian, http, every 10 s (the rate that gdnsd can be asked for)"
    ip netns exec "$bench_space" "$bench" --type http --members "$members" --interval-ms 10000 --seconds 20 | sed 's/^/  /'
    backend "$bench_space" 18080
    local address
    {
        echo "global"
        echo "  maxconn 1000"
        echo "  nbthread 1"
        echo "defaults"
        echo "  mode http"
        echo "  timeout connect 1s"
        echo "  timeout server 1s"
        echo "  timeout client 1s"
        echo "  option httpchk GET /healthz"
        echo "frontend unused"
        echo "  bind 127.0.0.1:5398"
        echo "  default_backend members"
        echo "backend members"
        for ((i = 0; i < members; i++)); do
            echo "  server m$i 127.$((1 + i / 65536)).$((i / 256 % 256)).$((i % 256)):18080 check inter INTERVAL"
        done
    } >"$work/haproxy.template"
    echo "-- the peers, on the same members, http"
    for interval in 1s 10s; do
        sed "s/INTERVAL/$interval/" "$work/haproxy.template" >"$work/haproxy.cfg"
        in_background "$work/haproxy.log" ip netns exec "$bench_space" haproxy -db -f "$work/haproxy.cfg"
        local pid=$!
        peer_figures "HAProxy $(haproxy -v | grep -o '[0-9]\.[0-9]*\.[0-9]*' | head -n1), every $interval" "$pid" "$members" "$((${interval%s} == 10 ? 20 : seconds))" || true
        end_one "$pid"
    done
    mkdir -p "$work/gdnsd/zones" "$work/gdnsd/run" "$work/gdnsd/state"
    {
        echo "options => { listen => 127.0.0.1:5399, zones_default_ttl => 60, run_dir => $work/gdnsd/run, state_dir => $work/gdnsd/state }"
        echo "service_types => { web => { plugin => http_status, port => 18080, url_path => /healthz, interval => 10, timeout => 3, up_thresh => 2, ok_thresh => 2, down_thresh => 2 } }"
        echo "plugins => { multifo => {"
        for ((i = 0; i < members; i += 64)); do
            printf ' r%d => { service_types => web' "$i"
            for ((address = i; address < i + 64 && address < members; address++)); do
                printf ', a%d => 127.%d.%d.%d' "$address" $((1 + address / 65536)) $((address / 256 % 256)) $((address % 256))
            done
            echo ' }'
        done
        echo "} }"
    } >"$work/gdnsd/config"
    printf '@ SOA ns1 hostmaster 1 7200 1800 259200 60\n@ NS ns1\nns1 A 127.0.0.1\nwww 60 DYNA multifo!r0\n' >"$work/gdnsd/zones/bench.test"
    in_background "$work/gdnsd.log" ip netns exec "$bench_space" gdnsd -c "$work/gdnsd" start
    local pid=$!
    sleep 5
    if ended "$pid"; then
        tail -n 3 "$work/gdnsd.log" | sed 's/^/  /'
        hold "gdnsd runs" false
    else
        peer_figures "gdnsd http_status, every 10 s" "$pid" "$members" 20
        end_one "$pid"
    fi
    echo "  gdnsd's http_status knows whole intervals from 10 s on; its connections are counted as HAProxy's are, by the kernel."
}

# --- 2 ---------------------------------------------------------------------------------------------------------------------

death() {
    title "2. From a member's death to the first changed answer on the wire"
    build
    for interval in 1000 10000; do
        hold "no death and no return was missed at an interval of $interval ms" "$bench" outage "$meridian" "${MEMBERS:-1020}" "$interval"
    done
}

# --- 3 ---------------------------------------------------------------------------------------------------------------------

loss() { # CASES: loss:PERCENT:PROBES, and delay:MILLISECONDS:PROBES:PERCENT
    title "3. False alarms under packet loss and added latency; then a hundred members die"
    root_only
    needs nftables nft python3 python3
    build
    local one kind
    echo "  ${MEMBERS:-1000} members, interval and timeout 1 s; ${SECONDS_EACH:-60} s each; each packet is lost by chance, in both directions"
    for one in ${CASES:-loss:1:0 loss:1:8 loss:5:0 loss:5:8 loss:20:0 loss:20:8 delay:20:8:0 delay:100:0:0 delay:100:8:0 delay:50:0:5 delay:50:8:5}; do
        IFS=: read -r kind one <<<"$one"
        pair=$((pair + 1))
        "case_$kind" ${one//:/ }
    done
}
pair=0

case_loss() { # PERCENT PROBES
    local here=mhl$$a$pair there=mhl$$b$pair
    space "$here"
    space "$there"
    ip link add link0 netns "$here" type veth peer name link0 netns "$there"
    ip -n "$here" link set link0 up
    ip -n "$there" link set link0 up
    echo "  $1 % loss each way:"
    count_alarms "$2" "$1"
    [ "$1" != 5 ] || [ "$2" = 0 ] || hold "at 5 % loss and with confirmation: no false alarm" no_alarm
}
case_delay() { # MILLISECONDS PROBES PERCENT: over a link of our own, since this system has no qdisc that delays (netem)
    local here=mhl$$a$pair there=mhl$$b$pair
    space "$here"
    space "$there"
    rm -f "$work/link" # Of the case before: it was ready.
    # It runs until its input ends, so it gets one that does not.
    scripts/show/delay-link.py "$here" "$there" "$1" "$(($1 / 2))" "$3" "$pair" < <(exec sleep 100000) >"$work/link" 2>&1 &
    local link=$!
    pids+=("$link")
    until_true 10 grep -qs ready "$work/link"
    echo "  $1 to $(($1 + $1 / 2)) ms more each way, and $3 % loss:"
    count_alarms "$2" 0
    [ "$2" = 0 ] || hold "with $1 ms more each way, $3 % loss and confirmation: no false alarm" no_alarm
    hold "the link itself kept up" eval "! ended $link"
    end_one "$link"
}
no_alarm() { grep -q 'false alarms *0 ' "$work/alarms"; }
count_alarms() { # PROBES PERCENT: members at $there, asked from $here, over link0
    local members=${MEMBERS:-1000} server lose=""
    [ "$2" = 0 ] || lose="numgen random mod 100 < $2 drop"
    local first=$((members - 99)) # The last hundred die.
    ip -n "$here" addr add 10.10.255.1/24 dev link0
    ip -n "$there" addr add 10.10.255.2/24 dev link0
    ip -n "$here" route add 10.9.0.0/16 via 10.10.255.2
    ip -n "$there" route add local 10.9.0.0/16 dev lo
    backend "$there" 18091
    server=$!
    ip netns exec "$there" nft -f - <<NFT
table inet lossy {
    set dead {
        type ipv4_addr
        flags interval
    }
    chain in {
        type filter hook input priority 0
        iif "lo" accept
        ip daddr @dead drop
        $lose
    }
    chain out {
        type filter hook output priority 0
        oif "lo" accept
        $lose
    }
}
NFT
    sleep 1
    ip netns exec "$here" "$bench" alarms 10.9.0.0 "$members" 1000 "${SECONDS_EACH:-60}" "$1" \
        "ip netns exec $there nft add element inet lossy dead '{ 10.9.$((first / 256)).$((first % 256))-10.9.$((members / 256)).$((members % 256)) }'" |
        sed 's/^/    /' | tee "$work/alarms" || true
    [ "$1" = 0 ] || hold "no death was missed" grep -q 'deaths seen 100/100' "$work/alarms"
    end_one "$server"
}

# --- 4 ---------------------------------------------------------------------------------------------------------------------

say() { ip netns exec "$eu" dig +short +tries=1 +time=1 @127.0.0.1 -p 5353 www.part.test A; }
answers() { [ "$(say)" = "$1" ]; }
vantages() { # eu=sighted us=blind …, as the server has it
    ip netns exec "$eu" "$meridian" status --json --url http://127.0.0.1:8054 >"$work/status" 2>/dev/null || true
    grep -A4 '"vantages"' "$work/status" >/dev/null || return 0
    awk '/"vantages": \[/ { on = 1 } on && /"name":/ { gsub(/[",]/, ""); n = $2 } on && /"state":/ { gsub(/[",]/, ""); printf "%s=%s ", n, $2 } on && /^  \]/ { exit }' "$work/status"
}
stands() { [[ " $(vantages)" =~ \ ${1/stale/(stale|absent)}\  ]]; } # Unheard: silent, or the connection has ended.
cut_off() { ip -n "$middle" link set "p$1" down; }
heal() { ip -n "$middle" link set "p$1" up; }
all_see() { stands eu=sighted && stands us=sighted && stands ap=sighted; }
partition_case() { # WHAT VICTIMS EXPECTED-WITH-DEATH STANDINGS…
    local what=$1 victims=$2 expected=$3 name standing ok=true
    shift 3
    for name in $victims; do cut_off "$name"; done
    for standing in "$@"; do until_true 20 stands "$standing" || ok=false; done
    local held=$(say) seen
    seen=$(vantages)
    # A member dies while they are cut off: who still sees must find out, and with too few of them nothing may change.
    ip -n "$hosts" addr del 10.77.0.20/24 dev e0
    sleep 4
    local death=$(say)
    ip -n "$hosts" addr add 10.77.0.20/24 dev e0
    for name in $victims; do heal "$name"; done
    until_true 30 all_see || ok=false
    until_true 20 answers 10.77.0.20 || ok=false
    printf '  %-22s %-38s %-12s %-14s %s\n' "$what" "$seen" "$held" "$death" "$(say)"
    hold "$what: the answer stands, a death then gives $expected, and all is well afterwards" \
        eval "[ '$held' = 10.77.0.20 ] && [ '$death' = '$expected' ] && $ok"
}
partition() {
    title "4. Three vantage points, cut off one by one"
    root_only
    needs bind9-dnsutils dig
    build
    middle=mhp$$m eu=mhp$$eu us=mhp$$us ap=mhp$$ap hosts=mhp$$h
    local name number=10
    space "$middle"
    ip -n "$middle" link add br0 type bridge
    ip -n "$middle" link set br0 up
    for name in eu us ap h; do
        space "mhp$$$name"
        ip link add e0 netns "mhp$$$name" type veth peer name "p$name" netns "$middle"
        ip -n "$middle" link set "p$name" master br0 up
        number=$((number + 1))
        ip -n "mhp$$$name" addr add "10.77.0.$number/24" dev e0
        ip -n "mhp$$$name" link set e0 up
    done
    # The members, and the reference targets, which belong to nobody.
    ip -n "$hosts" addr add 10.77.0.20/24 dev e0
    ip -n "$hosts" addr add 10.77.0.21/24 dev e0
    ip -n "$hosts" addr add 10.77.0.99/24 dev e0
    backend "$hosts" 18080
    mkdir -p "$work/part"
    echo "token-of-us-for-the-partition" >"$work/part/us.token"
    echo "token-of-ap-for-the-partition" >"$work/part/ap.token"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=votes -addext subjectAltName=IP:10.77.0.11 \
        -keyout "$work/part/key.pem" -out "$work/part/ca.pem" 2>/dev/null
    cat "$work/part/ca.pem" "$work/part/key.pem" >"$work/part/votes.pem"
    cat >"$work/part/part.yaml" <<'YAML'
listen:
  dns: ["127.0.0.1:5353"]
  http: "127.0.0.1:8054"
  votes: {address: "10.77.0.11:8443", certificate: votes.pem}
vantage: {name: eu, references: ["10.77.0.99:18080"]}
vantage-points:
  us: {token-file: us.token, references: ["10.77.0.99:18080"]}
  ap: {token-file: ap.token, references: ["10.77.0.99:18080"]}
monitors:
  web:
    type: http
    port: 18080
    interval: 1s
    timeout: 1s
    rise: 2
    fall: 3
    confirm: {probes: 5, within: 500ms, timeout: 300ms}
    from: [eu, us, ap]
    up-when: majority
    min-votes: 2
pools:
  first: {monitor: web, members: [{address: 10.77.0.20}]}
  second: {monitor: web, members: [{address: 10.77.0.21}]}
policies:
  www: {ttl: 5s, failover: [first, second]}
zones:
  part.test:
    soa: {primary: ns1.part.test., contact: hostmaster.part.test.}
    records: {"@": {NS: [ns1]}, ns1: {A: 127.0.0.1}, www: {A: {steer: www}}}
YAML
    in_background "$work/eu.log" ip netns exec "$eu" "$meridian" serve "$work/part/part.yaml"
    for name in us ap; do
        in_background "$work/$name.log" ip netns exec "mhp$$$name" "$meridian" probe --join https://10.77.0.11:8443 --name "$name" \
            --token-file "$work/part/$name.token" --ca "$work/part/ca.pem"
    done
    hold "all three see, and www is 10.77.0.20" eval 'until_true 20 all_see && until_true 10 answers 10.77.0.20'
    printf '  %-22s %-38s %-12s %-14s %s\n' "cut off" "standing, as the server has it" "answer" "after a death" "healed"
    partition_case "us" "us" 10.77.0.21 us=stale eu=sighted ap=sighted
    partition_case "ap" "ap" 10.77.0.21 ap=stale eu=sighted us=sighted
    partition_case "eu (the server)" "eu" 10.77.0.20 eu=blind us=stale ap=stale
    partition_case "us and ap" "us ap" 10.77.0.20 us=stale ap=stale eu=sighted
    partition_case "eu and us" "eu us" 10.77.0.20 eu=blind us=stale ap=stale
    partition_case "all" "eu us ap" 10.77.0.20 eu=blind us=stale ap=stale
    # A place whose own network is cut but for the way to the server: it says itself that it is blind.
    ip netns exec "$us" ip route add blackhole 10.77.0.99/32
    ip netns exec "$us" ip route add blackhole 10.77.0.20/31
    until_true 20 stands us=blind || true
    hold "us, which reaches the server and nothing else, says itself that it is blind: $(vantages)" stands us=blind
    hold "and the answer stands" answers 10.77.0.20
    ip netns exec "$us" ip route del blackhole 10.77.0.99/32
    ip netns exec "$us" ip route del blackhole 10.77.0.20/31
    hold "it sees again" until_true 20 all_see
    echo "  the alarms in the server's log:"
    grep -oE 'Vantage point [a-z]+ is .*|No vantage point sees.*' "$work/eu.log" | sed 's/^/    /' | awk '!seen[$0]++' | head -n 24
    hold "an alarm names each of eu, us and ap, and one says that nobody sees" eval \
        "grep -q 'Vantage point us is' $work/eu.log && grep -q 'Vantage point ap is' $work/eu.log && grep -q 'Vantage point eu is blind' $work/eu.log && grep -q 'No vantage point sees' $work/eu.log"
}

# --- 5 and 7 ---------------------------------------------------------------------------------------------------------------

two_sites() { # SPACE: two sites with ten members each, a name for each site and one over both
    local i
    mkdir -p "$work/sites"
    {
        cat <<'YAML'
listen: {dns: ["127.0.0.1:5354"], http: "127.0.0.1:8055"}
breaker: {max-members: 60%, max-sites-out: 1, within: 5m}
sites: {eu: {near: "aws:eu-west-1"}, us: {near: "aws:us-east-1"}}
monitors:
  eu: {type: http, port: 18081, interval: 1s, timeout: 1s, confirm: {}}
  us: {type: http, port: 18082, interval: 1s, timeout: 1s, confirm: {}}
pools:
YAML
        echo "  web-eu:"; echo "    site: eu"; echo "    monitor: eu"; echo "    members:"
        for i in 1 2 3 4 5 6 7 8 9 10; do echo "      - {address: 127.3.1.$i}"; done
        echo "  web-us:"; echo "    site: us"; echo "    monitor: us"; echo "    members:"
        for i in 1 2 3 4 5 6 7 8 9 10; do echo "      - {address: 127.3.2.$i}"; done
        cat <<'YAML'
policies:
  www: {ttl: 5s, failover: [web-eu, web-us]}
  back: {ttl: 5s, failover: [web-us, web-eu]}
zones:
  sites.test:
    soa: {primary: ns1.sites.test., contact: hostmaster.sites.test.}
    records: {"@": {NS: [ns1]}, ns1: {A: 127.0.0.1}, www: {A: {steer: www}}, back: {A: {steer: back}}}
YAML
    } >"$work/sites/sites.yaml"
    sites=$1
    space "$sites"
    backend "$sites" 18081
    eu_pid=$!
    backend "$sites" 18082
    us_pid=$!
}
serve_sites() {
    in_background "$work/sites.log" ip netns exec "$sites" "$meridian" serve "$work/sites/sites.yaml" --state "$work/sites/state"
    server_pid=$!
}
site_of() { # NAME: the site whose members are answered
    ip netns exec "$sites" dig +short +tries=1 +time=1 @127.0.0.1 -p 5354 "$1.sites.test" A 2>/dev/null |
        awk -F. '/^127\.3\./ { print $3 == 1 ? "eu" : "us" }' | sort -u | paste -sd+ -
}
goes_to() { [ "$(site_of "$1")" = "$2" ]; }
breaker_state() { ip netns exec "$sites" "$meridian" status --url http://127.0.0.1:8055 | grep -E '^circuit breaker' || echo "closed"; }
is_open() { [ "$(breaker_state)" != closed ]; }

restart() {
    title "5. A restart in the middle of an outage"
    root_only
    needs bind9-dnsutils dig
    build
    two_sites "mhr$$"
    serve_sites
    hold "both sites up: www goes to eu" until_true 20 goes_to www eu
    end_one "$eu_pid" KILL
    hold "eu lost: www goes to us" until_true 10 goes_to www us
    sleep 2 # A crash forgets at most a second.
    end_one "$server_pid" KILL
    serve_sites
    local first="" started
    started=$(date +%s%3N)
    # The very first answer that comes, whatever it is.
    until first=$(site_of www) && [ -n "$first" ]; do [ $(($(date +%s%3N) - started)) -lt 20000 ] || break; done
    echo "  kill -9, started again; the first answer came after $(($(date +%s%3N) - started)) ms: $first"
    hold "the first answer after the restart is the right one" [ "$first" = us ]
    ip netns exec "$sites" "$meridian" status --json --url http://127.0.0.1:8055 | grep -m1 -A14 '127.3.1.1"' | grep -E '"(health|since|reason)"' | sed 's/^ */    /'
    end_one "$server_pid"
}

breaker() {
    title "7. Everything looks dead; then a real loss of one site while frozen"
    root_only
    needs nftables nft bind9-dnsutils dig
    build
    two_sites "mhk$$"
    serve_sites
    hold "before: www goes to eu, back to us" eval 'until_true 20 goes_to www eu && goes_to back us'
    ip netns exec "$sites" nft -f - <<'NFT'
table inet fault {
    chain out {
        type filter hook output priority 0
        tcp dport { 18081, 18082 } drop
    }
}
NFT
    hold "the fault (every check is dropped): the breaker opens" until_true 20 is_open
    sleep 3
    echo "  $(breaker_state)"
    echo "  www -> $(site_of www), back -> $(site_of back)"
    hold "both names go on being answered with members that work" eval '[ -n "$(site_of www)" ] && [ -n "$(site_of back)" ]'
    hold "at most one site was taken out" eval '[ "$(site_of www)" = us ] || [ "$(site_of back)" = eu ] || { goes_to www eu && goes_to back us; }'
    ip netns exec "$sites" nft flush ruleset
    hold "the fault ends: all members come back by themselves, the breaker stays open" eval 'until_true 20 goes_to www eu && until_true 10 goes_to back us && is_open'
    end_one "$eu_pid" KILL
    sleep 5
    echo "  eu is really lost while frozen: www -> $(site_of www); $(breaker_state)"
    hold "nothing is removed while frozen" goes_to www eu
    hold "the log calls for a person, with the command to go on" grep -q "meridian thaw" "$work/sites.log"
    ip netns exec "$sites" "$meridian" thaw --reason "eu is really gone" --by show --url http://127.0.0.1:8055 | sed 's/^/  /'
    hold "thawed: www goes to us" until_true 10 goes_to www us
    end_one "$server_pid"
    hold "counted by observed clients where the rules ask for it, and by members where too little was observed" health_tests -class '*CircuitBreakerTests'
}

# --- 6 and 8 ---------------------------------------------------------------------------------------------------------------

health_tests() {
    dotnet build tests/Meridian.Health.Tests -c Release --nologo -v quiet -clp:NoSummary
    dotnet tests/Meridian.Health.Tests/bin/Release/net10.0/Meridian.Health.Tests.dll -noLogo -noColor -showLiveOutput "$@" |
        sed -u -E 's/^ *Meridian\.Health\.Tests\.[A-Za-z.]*\.([A-Za-z_]+) \[OUTPUT\] /  /; /^ *(Discover|Starting|Finished)/d; /^Ok, passed/d'
}
simulate() {
    title "6. ${WEEKS:-2} weeks of virtual time: scheduler, judge, quorum"
    hold "no missed check, no stuck state, no verdict without evidence" eval 'MERIDIAN_SIMULATED_WEEKS=${WEEKS:-2} health_tests -class "*SimulationTests"'
}
servers() {
    title "8. Against real servers that the tests start"
    hold "every probe" health_tests -class '*HttpsProbeTests' -class '*TextAndTlsProbeTests' -class '*GrpcProbeTests' -class '*PushTests' \
        -class '*LocalProbeTests' -class '*PrometheusProbeTests' -class '*PrometheusServerTests' -class '*Http2ProbeTests'
    hold "redirects: each hop timed and named, secrets to the member's own origin only" health_tests -class '*RedirectTests'
    hold "mail: TLS from the first octet and STARTTLS, each with its certificate checked" health_tests -class '*.MailTests'
}

case ${1:-all} in
    bench | death | loss | partition | restart | simulate | breaker | servers) "$1" ;;
    all) for line in bench death loss partition restart simulate breaker servers; do "$line"; done ;;
    *)
        sed -n '2,14s/^# \{0,1\}//p' "$0"
        exit 2
        ;;
esac
echo
[ "$failures" -eq 0 ] || { echo "$failures of the above do not hold."; exit 1; }
echo "All of the above holds."

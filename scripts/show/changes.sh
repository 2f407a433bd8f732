#!/usr/bin/env bash
# Shows what issue 7 promises of changes (make show-changes runs all of it):
#   scripts/show/changes.sh throughput acknowledged changes a second over the API, with 1, 10 and 50 writers in one zone (line 3)
#   scripts/show/changes.sh million    one record changed in a zone of a million, from the request to the answer (line 3)
#   scripts/show/changes.sh wire       time from an acknowledged change to the changed answer on the wire, p50 and p99 (line 3)
#   scripts/show/changes.sh guard      plan and apply of a change that would strand Brazil; a staged apply that goes back (line 4)
#   scripts/show/changes.sh promql     a staged apply that a condition in PromQL takes back, with a real Prometheus (line 4)
#   scripts/show/changes.sh rollback   each of the last 100 revisions rolled back to under load, with no query lost (line 8)
# MERIDIAN=COMMAND takes another executable than out/meridian. CHANGES=N changes for the wire, ROLLBACKS=N returns under load.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

read -ra meridian <<<"${MERIDIAN:-out/meridian}"
CHANGES=${CHANGES:-300}
ROLLBACKS=${ROLLBACKS:-100}
work=$(mktemp -d)
server=""
target=""
prometheus=""
load=""

cleanup() {
    for pid in $load $prometheus $target $server; do
        if kill "$pid" 2>/dev/null; then
            wait "$pid" 2>/dev/null || true
        fi
    done
    rm -rf "$work"
}
trap cleanup EXIT

fail() {
    echo "NOT SHOWN: $*" >&2
    tail -n 20 "$work/log" >&2 || true
    exit 1
}

run() { "${meridian[@]}" "$@"; }

# Starts a managed server on free ports; URL is its endpoint, PORT where it answers DNS.
start_server() {
    export MERIDIAN_RUNTIME_DIR="$work/run"
    mkdir -p -m 700 "$MERIDIAN_RUNTIME_DIR"
    "${meridian[@]}" serve "$work/first" --store "$work/store" 2>"$work/log" &
    server=$!
    for _ in $(seq 1 900); do
        URL=$(sed -n 's/.*endpoint listens on \(http[^ ]*[0-9]\)\.$/\1/p' "$work/log" | tail -n 1)
        PORT=$(sed -n 's/.* DNS on 127\.0\.0\.1:\([0-9]*\),.*/\1/p' "$work/log" | tail -n 1)
        if [ -n "$URL" ] && curl --silent --fail --max-time 2 "$URL/readyz" >/dev/null; then
            return
        fi
        kill -0 "$server" 2>/dev/null || fail "the server did not start"
        sleep 0.2
    done
    fail "the server was not ready within three minutes"
}

stop_server() {
    kill "$server" && wait "$server" || true
    server=""
    rm -rf "$work/store" "$work/log"
}

write_configuration() {
    mkdir -p "$work/first"
    cat >"$work/first/m.yaml" <<YAML
listen: {dns: ["127.0.0.1:0"], http: "127.0.0.1:0"}
access: {local: admin}
sites:
  us: {near: "aws:us-east-1", capacity: 90000}
  sa: {near: "aws:sa-east-1", capacity: 30000}
monitors:
  web: {type: http, path: /, port: ${1:-8080}, interval: 1s, timeout: 500ms, rise: 1, fall: 2}
pools:
  us: {site: us, members: [{address: 192.0.2.1}]}
  sa: {site: sa, members: [{address: 192.0.2.2}]}
  new: {monitor: web, members: [{address: 127.0.0.1}]}
policies:
  www: {ttl: 60s, geo: {BR: sa, AR: sa, default: {geo: {"NA": us, EU: us, AF: us, AS: us, OC: us}}}}
  app: {ttl: 30s, failover: [us]}
zones:
  example.com:
    soa: {primary: ns1.example.com., contact: hostmaster@example.com}
    records:
      "@": {NS: [ns1]}
      ns1: {A: 192.0.2.53}
      www: {A: {steer: www}}
      app: {A: {steer: app}}
      steady: {A: 192.0.2.77}
      "counter": {TXT: "0"}
YAML
}

show_wire() {
    echo "== Line 3: from the acknowledgement of a change to the changed answer on the wire ($CHANGES changes)"
    write_configuration
    start_server
    MERIDIAN_TOKEN=$(cat "$work/store/admin-token") python3 scripts/show/wire-latency.py "$URL" "$PORT" "$CHANGES" || fail "the answers did not follow"
    stop_server
}

show_throughput() {
    echo "== Line 3: acknowledged changes a second over the API, one zone"
    write_configuration
    start_server
    MERIDIAN_TOKEN=$(cat "$work/store/admin-token") python3 scripts/show/change-throughput.py "$URL" "${SECONDS_EACH:-5}" || fail "a change was lost"
    stop_server
}

show_million() {
    echo "== Line 3: one record changed in a zone of ${RECORDS:-1000000} over the API"
    write_configuration
    awk -v n="${RECORDS:-1000000}" 'BEGIN {
        print "$ORIGIN example.com.\n$TTL 300"
        for (i = 0; i < n; i++) printf "h%d A 10.%d.%d.%d\n", i, int(i / 65536) % 256, int(i / 256) % 256, i % 256
    }' >"$work/first/example.com.zone"
    sed -i 's/^  example.com:$/  example.com:\n    file: example.com.zone/' "$work/first/m.yaml"
    local began=$SECONDS
    start_server
    echo "imported and served after $((SECONDS - began)) s; $(du -sm "$work/store" | cut -f1) MiB on disk; $(awk '/VmRSS/ { printf "%d", $2 / 1024 }' "/proc/$server/status") MiB of memory"
    MERIDIAN_TOKEN=$(cat "$work/store/admin-token") python3 scripts/show/wire-latency.py "$URL" "$PORT" "${CHANGES_IN_MILLION:-100}" || fail "the answers did not follow"
    stop_server
}

show_guard() {
    echo "== Line 4: a change that would strand Brazil is refused with the country's name; a reason passes and is audited"
    python3 scripts/show/switchable-backend.py "$work/backend" &
    target=$!
    for _ in $(seq 1 50); do [ -s "$work/backend" ] && break; sleep 0.1; done
    write_configuration "$(cat "$work/backend")"
    start_server
    cp -r "$work/first" "$work/next"
    sed -i 's/BR: sa, AR: sa/AR: sa/' "$work/next/m.yaml"
    echo "-- plan"
    run plan "$work/next" --url "$URL" | tee "$work/plan"
    grep -q "Brazil (BR)" "$work/plan" || fail "the plan does not name Brazil"
    echo "-- apply without a reason"
    if run apply "$work/next" --url "$URL" >"$work/out" 2>&1; then fail "it was applied"; fi
    grep -E "guard|Brazil" "$work/out" | tail -n 2
    echo "-- apply with one"
    run apply "$work/next" --url "$URL" --plan "$(sed -n 's/^plan //p' "$work/plan")" --reason "Brazil moves to the other provider tonight"
    run history --url "$URL" --limit 1
    run audit --url "$URL" 2>/dev/null | grep -m 1 "Brazil moves" || fail "the audit log does not have the reason"
    run rollback 1 --url "$URL" --reason "and back" >/dev/null

    echo "-- a staged apply: 5 %, then 50 %, guarded by a monitor that goes down in the second step"
    cp -r "$work/first" "$work/staged"
    sed -i 's/app: {ttl: 30s, failover: \[us\]}/app: {ttl: 30s, failover: [new, us]}/' "$work/staged/m.yaml"
    run apply "$work/staged" --url "$URL" --staged 5,50,90 --every 8s --guard web --message "app moves to the new pool"
    for second in $(seq 1 30); do
        share=$(python3 scripts/show/share-of-clients.py "$PORT" app.example.com 127.0.0.1)
        echo "$second s: $share % of 1000 client networks get the candidate's answer; $(run staged --url "$URL" 2>&1 | head -n 1)"
        if [ "$second" -eq 11 ]; then
            echo down >"$work/backend.state"
            echo "   (the backend that the guard asks fails from here on)"
        fi
        if [ "$second" -gt 11 ] && [ "$share" = "0.0" ] && grep -q "went back" "$work/log"; then
            break
        fi
        sleep 1
    done
    grep "went back" "$work/log" || fail "it did not go back"
    run history --url "$URL" --limit 1
    stop_server
    kill "$target" && wait "$target" 2>/dev/null || true
    target=""
}

# A Prometheus on a free port that scrapes the exporter every second; PROMETHEUS is where it is.
start_prometheus() {
    command -v prometheus >/dev/null || scripts/install-test-packages.sh
    python3 scripts/show/error-exporter.py "$work/exporter" &
    target=$!
    for _ in $(seq 1 50); do [ -s "$work/exporter" ] && break; sleep 0.1; done
    local port
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    PROMETHEUS="http://127.0.0.1:$port"
    printf 'global: {scrape_interval: 1s}\nscrape_configs: [{job_name: shop, static_configs: [{targets: ["127.0.0.1:%s"]}]}]\n' \
        "$(cat "$work/exporter")" >"$work/prometheus.yml"
    prometheus --config.file="$work/prometheus.yml" --storage.tsdb.path="$work/tsdb" --web.listen-address="127.0.0.1:$port" >"$work/prometheus.log" 2>&1 &
    prometheus=$!
    for _ in $(seq 1 60); do
        if curl --silent --max-time 2 "$PROMETHEUS/api/v1/query?query=shop_failed_ratio" | grep -q '"value"'; then
            echo "$(prometheus --version 2>&1 | head -n 1), asked at $PROMETHEUS"
            return
        fi
        sleep 0.5
    done
    tail -n 5 "$work/prometheus.log" >&2
    fail "Prometheus has not scraped the service within half a minute"
}

show_promql() {
    echo "== Line 4: a staged apply that a PromQL condition takes back"
    start_prometheus
    write_configuration
    sed -i "s|^  web: .*|  errors: {type: prometheus, url: \"$PROMETHEUS\", promql: \"shop_failed_ratio\", is: \"< 0.05\", interval: 1s, timeout: 500ms, rise: 1, fall: 2}|; s/monitor: web/monitor: errors/" "$work/first/m.yaml"
    start_server
    cp -r "$work/first" "$work/staged"
    sed -i 's/app: {ttl: 30s, failover: \[us\]}/app: {ttl: 30s, failover: [new, us]}/' "$work/staged/m.yaml"
    run apply "$work/staged" --url "$URL" --staged 5,50,90 --every 8s --guard errors --message "app moves to the new pool"
    for second in $(seq 1 40); do
        share=$(python3 scripts/show/share-of-clients.py "$PORT" app.example.com 127.0.0.1)
        echo "$second s: $share % of 1000 client networks get the candidate's answer; shop_failed_ratio $(cat "$work/exporter.ratio" 2>/dev/null || echo 0.001)"
        if [ "$second" -eq 11 ]; then
            echo 0.21 >"$work/exporter.ratio"
            echo "   (a fifth of the service's requests fail from here on)"
        fi
        if [ "$second" -gt 11 ] && [ "$share" = "0.0" ] && grep -q "went back" "$work/log"; then
            break
        fi
        sleep 1
    done
    grep "went back" "$work/log" || fail "it did not go back"
    run history --url "$URL" --limit 1
    stop_server
    for pid in $prometheus $target; do kill "$pid" && wait "$pid" 2>/dev/null || true; done
    prometheus=""
    target=""
}

show_rollback() {
    echo "== Line 8: return to each of the last $ROLLBACKS revisions under query load"
    write_configuration
    start_server
    MERIDIAN_TOKEN=$(cat "$work/store/admin-token")
    export MERIDIAN_TOKEN
    python3 scripts/show/rollback-load.py make "$URL" "$ROLLBACKS"
    printf 'steady.example.com A\nwww.example.com A\ncounter.example.com TXT\nns1.example.com A\nabsent.example.com A\n' >"$work/queries"
    # The load goes on until the returns are done; dnsperf ends by its own time limit or is told to.
    dnsperf -s 127.0.0.1 -p "$PORT" -d "$work/queries" -c 4 -q 20 -Q "${RATE:-10000}" -t 5 -l 600 >"$work/dnsperf" 2>&1 &
    load=$!
    python3 scripts/show/rollback-load.py back "$URL" "$ROLLBACKS" "$PORT" || fail "a return failed"
    kill -INT "$load" && wait "$load" || true
    load=""
    grep -E "Queries (sent|completed|lost)|Queries per second|Average Latency" "$work/dnsperf"
    lost=$(sed -n 's/.*Queries lost: *\([0-9]*\).*/\1/p' "$work/dnsperf")
    [ "$lost" = 0 ] || fail "$lost queries were lost"
    echo "no query was lost"
    unset MERIDIAN_TOKEN
    stop_server
}

case "${1:-all}" in
wire) show_wire ;;
throughput) show_throughput ;;
million) show_million ;;
guard) show_guard ;;
promql) show_promql ;;
rollback) show_rollback ;;
all)
    show_throughput
    show_wire
    show_million
    show_guard
    show_promql
    show_rollback
    ;;
*)
    sed -n '2,9p' "${BASH_SOURCE[0]}" >&2
    exit 2
    ;;
esac

#!/usr/bin/env bash
# Shows what issue 7 promises of the API (make show-api runs all of it):
#   scripts/show/api.sh openapi   the document validates; curl and a generated JavaScript client do a full round (line 6)
#   scripts/show/api.sh access    every endpoint × every role × no token, throttling, nothing secret in logs (line 7)
# MERIDIAN=COMMAND takes another executable than out/meridian.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

read -ra meridian <<<"${MERIDIAN:-out/meridian}"
work=$(mktemp -d)
server=""

cleanup() {
    if [ -n "$server" ] && kill "$server" 2>/dev/null; then
        wait "$server" 2>/dev/null || true
    fi
    rm -rf "$work"
}
trap cleanup EXIT

# Starts a managed server on free ports and sets MERIDIAN_URL and MERIDIAN_TOKEN.
start_server() {
    cat >"$work/first.yaml" <<'YAML'
listen: {dns: ["127.0.0.1:0"], http: "127.0.0.1:0"}
access: {local: none}
monitors:
  reports: {type: push, token: a-secret-of-the-monitor}
pools:
  jobs: {monitor: reports, members: [{address: 192.0.2.99}]}
policies:
  nightly: {failover: [jobs]}
zones:
  example.com:
    soa: {primary: ns1.example.com., contact: hostmaster@example.com}
    records:
      "@": {NS: [ns1]}
      ns1: {A: 192.0.2.53}
      jobs: {A: {steer: nightly}}
YAML
    mkdir -m 700 "$work/run"
    MERIDIAN_RUNTIME_DIR="$work/run" "${meridian[@]}" serve "$work/first.yaml" --store "$work/store" 2>"$work/log" &
    server=$!
    for _ in $(seq 1 150); do
        MERIDIAN_URL=$(sed -n 's/.*endpoint listens on \(http[^ ]*[0-9]\)\.$/\1/p' "$work/log" | head -n 1)
        if [ -n "$MERIDIAN_URL" ] && curl --silent --fail --max-time 2 "$MERIDIAN_URL/readyz" >/dev/null; then
            break
        fi
        if ! kill -0 "$server" 2>/dev/null; then
            cat "$work/log" >&2
            exit 1
        fi
        sleep 0.2
    done
    MERIDIAN_TOKEN=$(cat "$work/store/admin-token")
    export MERIDIAN_URL MERIDIAN_TOKEN
    echo "a managed server at $MERIDIAN_URL; the first admin token was in a file of mode $(stat -c %a "$work/store/admin-token")"
}

show_openapi() {
    echo "== Line 6: the OpenAPI document validates; clients in other languages do a full round"
    start_server
    curl --silent --fail "$MERIDIAN_URL/api/v1/openapi.json" | cmp - docs/openapi.json
    echo "what is served is docs/openapi.json, octet by octet"
    examples/api/round-trip.sh
    (
        cd examples/api/javascript
        npm ci --silent --ignore-scripts --no-audit --no-fund
        npm run --silent build 2>/dev/null
        npm run --silent round-trip
    )
    "${meridian[@]}" audit --url "$MERIDIAN_URL" --limit 3
    "${meridian[@]}" audit --verify "$work/store"
    show_no_secrets
}

# Greps what the server wrote: its log, its audit log.
show_no_secrets() {
    local secret found=0
    for secret in "${MERIDIAN_TOKEN##*_}" a-secret-of-the-monitor; do
        if grep -q -- "$secret" "$work/log" "$work/store/audit/"*; then
            echo "a secret stands in a log" >&2
            found=1
        fi
    done
    [ "$found" -eq 0 ]
    echo "$(wc -l <"$work/log") lines of log and $(cat "$work/store/audit/"* | wc -l) of audit hold neither the token nor the monitor's secret"
}

show_access() {
    echo "== Line 7: access"
    local tests=tests/Meridian.Control.Tests
    dotnet build "$tests" -c Release --nologo -v quiet -clp:NoSummary
    local run=(dotnet "$tests/bin/Release/net10.0/Meridian.Control.Tests.dll" -noColor)
    awk '/Columns: no token/ { print "columns: no token, a wrong one, viewer, operator, editor, admin" }
         /private const string Table/ { on = 1; next } /"""/ { if (on && seen++) exit } on && /api|GET|POST/ { print }' \
        "$tests/Http/Api/AccessMatrixTests.cs"
    local routes
    routes=$(grep -cE '^ +(GET|PUT|POST|DELETE) +/' "$tests/Http/Api/AccessMatrixTests.cs")
    "${run[@]}" -class 'Meridian.Control.Tests.Http.Api.AccessMatrixTests' | grep -E 'FAIL|Total'
    echo "$routes rows × 6 columns: $((routes * 6)) requests, each with the status written above; no route is missing in the table"
    "${run[@]}" -class 'Meridian.Control.Tests.Http.Api.ScopeTests' | grep -E 'FAIL|Total'
    "${run[@]}" -method '*.Logs_OfAWholeRun_HoldNoSecret' | grep -E 'FAIL|Total'
    echo "tokens limited to zones, and logs, errors and audit of a whole run without any secret, as tested"
    start_server
    echo "ten wrong tokens, one after the other:"
    for i in $(seq 1 10); do
        printf 'header = "Authorization: Bearer mdn_%012d_%064d"\n' "$i" "$i" >"$work/wrong"
        curl --silent --config "$work/wrong" --output /dev/null --dump-header "$work/head" "$MERIDIAN_URL/api/v1/pools"
        echo "  $(head -n 1 "$work/head" | tr -d '\r')  $(grep -i '^retry-after' "$work/head" | tr -d '\r' || true)"
    done
    show_no_secrets
}

case "${1:-all}" in
    openapi) show_openapi ;;
    access) show_access ;;
    all)
        "$0" openapi
        "$0" access
        ;;
    *)
        sed -n '2,5p' "$0" >&2
        exit 2
        ;;
esac

#!/usr/bin/env bash
# A full round through the native API with curl: create a pool, a policy and a zone, read, conflict, change many at once, follow
# the events, roll back, delete. MERIDIAN_URL and MERIDIAN_TOKEN say where and as whom; the server has to be a managed one
# (meridian serve --store DIR).
set -euo pipefail

url=${MERIDIAN_URL:-http://127.0.0.1:8053}
zone=curl.example
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
steps=0

step() {
    steps=$((steps + 1))
    printf '  %2d. %s\n' "$steps" "$1"
}

# call STATUS METHOD PATH [CURL OPTIONS…]: fails unless the status is that one. The body is left in $work/body.
# The token goes in by a file: arguments stand in the list of processes, where everybody can read them.
call() {
    local expected=$1 method=$2 path=$3 status
    shift 3
    status=$(curl --silent --max-time 20 --config "$work/token" --output "$work/body" --dump-header "$work/head" --write-out '%{http_code}' \
        --request "$method" "$@" "$url/api/v1/$path")
    if [ "$status" != "$expected" ]; then
        echo "$method $path: expected $expected, got $status: $(cat "$work/body")" >&2
        exit 1
    fi
}

# value NAME: the first value of a key in the body. Bodies are one line of JSON, and keys are unique where this is used.
value() {
    grep -o "\"$1\":\"\?[^\",}]*" "$work/body" | head -n 1 | sed "s/\"$1\":\"\?//"
}

printf 'header = "Authorization: Bearer %s"\n' "${MERIDIAN_TOKEN:?set MERIDIAN_TOKEN}" >"$work/token"
chmod 600 "$work/token"
json=(--header 'Content-Type: application/json')
new=(--header 'If-None-Match: *')

call 200 GET whoami
step "I am $(value name) ($(value role))"

pool='{"members":[{"address":"192.0.2.1"},{"address":"192.0.2.2","weight":3}]}'
call 200 PUT 'pools/curl-pool?dry-run' "${json[@]}" --data "$pool"
call 404 GET pools/curl-pool
step "planned a pool, nothing changed"

call 200 PUT pools/curl-pool "${json[@]}" "${new[@]}" --data "$pool"
call 200 PUT policies/curl-policy "${json[@]}" "${new[@]}" --data '{"ttl":"30s","failover":["curl-pool"]}'
call 200 POST 'changes?wait' "${json[@]}" --data '{"message":"create the zone","changes":[
    {"kind":"zone","name":"'$zone'","version":0,"body":{"soa":{"primary":"ns1.'$zone'.","contact":"hostmaster@'$zone'"}}},
    {"kind":"records","name":"'$zone'/@","version":0,"body":{"NS":["ns1"]}},
    {"kind":"records","name":"'$zone'/ns1","version":0,"body":{"A":"192.0.2.53"}},
    {"kind":"records","name":"'$zone'/www","version":0,"body":{"A":{"steer":"curl-policy"}}}]}'
complete=$(value number)
step "created a pool, a policy and the zone $zone; revision $complete answers queries"

call 200 GET pools/curl-pool
tag=$(sed -n 's/^ETag: \(.*\)\r$/\1/Ip' "$work/head")
step "read the pool back, version $tag"

call 200 PUT pools/curl-pool "${json[@]}" --header "If-Match: $tag" --data '{"members":[{"address":"192.0.2.1"}]}'
call 412 PUT pools/curl-pool "${json[@]}" --header "If-Match: $tag" --data "$pool"
step "a second writer with the old version is refused: $(value detail)"

call 422 PUT pools/curl-pool "${json[@]}" --data '{"members":[{"address":"192.0.2.300"}]}'
step "an error points to its field: $(value pointer)"

# The stream is cut off after a second; what happened before it comes first.
call 200 POST changes "${json[@]}" --data '{"message":"two at once","changes":[
    {"kind":"records","name":"'$zone'/a","version":0,"body":{"A":"192.0.2.10"}},
    {"kind":"records","name":"'$zone'/b","version":0,"body":{"A":"192.0.2.11"}}]}'
bulk=$(value number)
curl --silent --no-buffer --max-time 2 --config "$work/token" --header "Last-Event-ID: $complete" "$url/api/v1/events?topics=revisions" >"$work/events" || true
grep -q "^id: $bulk\$" "$work/events" || { echo "the event of revision $bulk did not come" >&2; exit 1; }
step "changed two documents at once as revision $bulk, and its event came"

call 200 POST "revisions/$complete/rollback?wait" "${json[@]}" --data '{"reason":"the round trip"}'
call 404 GET "zones/$zone/records/a"
step "rolled back to revision $complete"

call 200 POST changes "${json[@]}" --data '{"message":"clean up","reason":"the round trip is over","changes":[
    {"kind":"zone","name":"'$zone'"},{"kind":"records","name":"'$zone'/@"},{"kind":"records","name":"'$zone'/ns1"},
    {"kind":"records","name":"'$zone'/www"},{"kind":"policy","name":"curl-policy"},{"kind":"pool","name":"curl-pool"}]}'
call 404 GET "zones/$zone"
call 404 GET pools/curl-pool
step "deleted all of it"
echo "curl round trip: $steps steps, all as expected"

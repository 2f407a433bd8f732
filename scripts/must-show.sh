#!/usr/bin/env bash
# Shows, with real clients on a running quickstart, what the server promises, line by line with figures. For people; the same
# is tested by tests/Meridian.Functional.Tests. Ends with a failure when any line does not hold.
#
#   scripts/must-show.sh          all of it, with `make test` and the style checks (several minutes)
#   scripts/must-show.sh --fast   without these two
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

fast=false
[ "${1:-}" = --fast ] && fast=true

scripts/install-test-packages.sh
work=$(mktemp -d -t meridian-must-show-XXXXXX)
failures=0
run_pid=
started=()

finish() {
    for pid in "${started[@]}" $run_pid; do
        kill -TERM "$pid" 2>/dev/null || true
    done
    [ -z "$run_pid" ] || wait "$run_pid" 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT

# Some lines are about tens of milliseconds.
poll=0.03
. scripts/show/lines.sh
seconds() { awk -v ms="$1" 'BEGIN { printf "%.2f s", ms / 1000 }'; }
is_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
ask() { dig @127.0.0.1 -p "$port" +tries=1 +time=2 "$@"; }
addresses() { ask +short "$@" | sort | paste -sd' ' -; }
answers_are() { [ "$(addresses "${@:2}")" = "$1" ]; }

title "Building and starting: make run"
# A copy of the example, because some of the lines below edit it; other ports only where these are taken.
port=5300 http=8053
while is_taken "$port" || is_taken "$http"; do
    port=$((port + 10)) http=$((http + 10))
    [ "$port" -lt 5400 ] || { echo "No free ports near 5300 and 8053." >&2; exit 1; }
done
config=$work/meridian.yaml
original=$work/original.yaml
sed "s/127.0.0.1:5300/127.0.0.1:$port/; s/127.0.0.1:8053/127.0.0.1:$http/" examples/quickstart/meridian.yaml >"$original"
replace_config() { cp "$1" "$config.new" && mv "$config.new" "$config"; }
replace_config "$original"
url=http://127.0.0.1:$http
make --no-print-directory run ARGS="--config $config" >"$work/run.log" 2>&1 &
run_pid=$!
is_started() { grep -q '^Try in another terminal' "$work/run.log" || ! kill -0 "$run_pid" 2>/dev/null; }
until_true 180 is_started || true
if ! grep -q '^Try in another terminal' "$work/run.log"; then
    cat "$work/run.log"
    exit 1
fi
grep -E '^(Serving|backend)' "$work/run.log" | sed 's/^/   /'
server=$(sed -n 's/^Serving .*(pid \([0-9]*\),.*/\1/p' "$work/run.log")
log=$(sed -n 's/^Serving .*, log \(.*\))$/\1/p' "$work/run.log")
rss() { awk '/^VmRSS/ { printf "%.1f", $2 / 1024 }' "/proc/$server/status"; }

title "1. Steered answers, with the scope"
eu="127.0.1.1 127.0.1.2" us="127.0.2.1 127.0.2.2"
hold "this machine's address: $(addresses www.example.test A)" answers_are "$us" www.example.test A
place() { # PLACE SUBNET EXPECTED...
    local answer got scope
    answer=$(ask www.example.test A "+subnet=$2")
    got=$(awk '$4 == "A" { print $5 }' <<<"$answer" | sort | paste -sd' ' -)
    scope=$(sed -n "s|^; CLIENT-SUBNET: $2/||p" <<<"$answer")
    local what="$1 $2 -> $got, scope /${scope:-none}"
    shift 2
    is_right() { local one; for one in "$@"; do [ "$got" = "$one" ] && [ -n "$scope" ] && [ "$scope" -gt 0 ] && return; done; return 1; }
    hold "$what" is_right "$@"
}
place "Netherlands  " 193.0.6.0/24 "$eu"
place "United States" 8.8.8.0/24 "$us"
place "Brazil       " 200.160.0.0/24 "$us"
place "Japan        " 2001:200::/48 "$eu" "$us"
count=2000
yes 'canary.example.test A' | head -n "$count" >"$work/batch" || true
sample() {
    ask -f "$work/batch" +noall +answer >"$work/answers"
    in_eu=$(grep -c '127\.0\.1\.1$' "$work/answers" || true)
    in_us=$(grep -c '127\.0\.2\.1$' "$work/answers" || true)
    read -r sigma away <<<"$(awk -v n="$count" -v eu="$in_eu" 'BEGIN { s = sqrt(n * 0.7 * 0.3); d = (eu - n * 0.7) / s; printf "%.1f %+.2f", s, d }')"
}
within() { [ $((in_eu + in_us)) -eq "$count" ] && awk -v d="$away" 'BEGIN { exit !(d >= -3 && d <= 3) }'; }
sample
# Fair draws leave 3 sigma once in 370 samples; a second one tells chance from bias.
within || { show "first sample: eu $in_eu, us $in_us, $away sigma; once more"; sample; }
hold "$count x canary (70/30): eu $in_eu, us $in_us; $away sigma of $sigma from $((count * 7 / 10))" within

start_load() { # QUERIES-PER-SECOND NAME...
    local rate=$1
    shift
    printf '%s A\n' "$@" >"$work/queries"
    dnsperf -s 127.0.0.1 -p "$port" -d "$work/queries" -l 600 -Q "$rate" -c 4 >"$work/dnsperf" 2>&1 &
    load=$!
    started+=("$load")
}
stop_load() {
    # dnsperf sums up on this signal.
    kill -INT "$load"
    wait "$load" 2>/dev/null || true
    figure() { sed -n "s/.*Queries $1: *\([0-9]*\).*/\1/p" "$work/dnsperf"; }
    sent=$(figure sent) completed=$(figure completed) lost=$(figure lost) interrupted=$(figure interrupted)
    codes=$(sed -n 's/.*Response codes: *//p' "$work/dnsperf")
}
none_lost() { [ "${sent:-0}" -gt 0 ] && [ "$lost" = 0 ] && [ $((completed + ${interrupted:-0})) = "$sent" ] && [[ $codes == NOERROR*"(100.00%)" ]]; }
load_summary() { echo "dnsperf: $sent sent, $completed answered, $lost lost, ${interrupted:-0} under way at the end; $codes"; }

title "2. A site stops and starts (interval 2 s, fall 2: within 5 s)"
start_load 500 www.example.test canary.example.test multi.example.test api.example.test
backend_pids() { sed -n 's/^backend eu-.* pid \([0-9]*\)$/\1/p' "$work/run.log"; }
begin=$(now_ms)
kill -KILL $(backend_pids)
hold_within() { # WHAT EXPECTED
    local taken=none held=false
    if until_true 20 answers_are "$2" www.example.test A +subnet=193.0.6.0/24; then
        taken=$(($(now_ms) - begin))
        [ "$taken" -gt 5000 ] || held=true
        taken=$(seconds "$taken")
    fi
    hold "$1 after $taken: $(addresses www.example.test A +subnet=193.0.6.0/24)" "$held"
}
hold_within "both eu backends killed: the Netherlands answered from us" "$us"
out/meridian explain www.example.test A --client 193.0.6.0/24 --url "$url" >"$work/down"
out/meridian status --url "$url" | grep -E '127\.0\.[12]\.' | sed 's/^/   /'
while read -r address name; do
    out/meridian backend --listen "$address" --name "$name" --site eu >"$work/$name.log" 2>&1 &
    started+=($!)
done <<<"127.0.1.1:8080 eu-1
127.0.1.2:8080 eu-2"
is_listening() { (exec 3<>/dev/tcp/127.0.1.1/8080) 2>/dev/null && (exec 3<>/dev/tcp/127.0.1.2/8080) 2>/dev/null; }
until_true 20 is_listening || true
begin=$(now_ms)
hold_within "both started again: the Netherlands answered from eu" "$eu"
stop_load
hold "$(load_summary)" none_lost

title "3. explain"
explain() { out/meridian explain "$@" --url "$url"; }
place_in() { # SUBNET PLACE
    explain www.example.test A --client "$1" >"$work/explained"
    hold "$1: $(grep -o 'client .* is in .*' "$work/explained")" grep -q "is in $2:" "$work/explained"
}
place_in 193.0.6.0/24 "EU NL"
place_in 8.8.8.0/24 "NA US"
place_in 200.160.0.0/24 "SA BR"
place_in 2001:200::/48 "AS JP"
show "while eu was down it said:"
grep -E 'pool|member|since|TTL' "$work/down" | sed 's/^/   /'
hold "a member that is down: $(grep -o -m1 'connection refused[^:]*' "$work/down" || echo 'no reason')" grep -q 'connection refused' "$work/down"
reproduced=0 captured=0
for source_port in 20101 31337 45454; do
    for id in 1 4242 30000 65535; do
        before=$(date +%s)
        # Sorted would hide the order: the records are compared as they came.
        ask -b "127.0.0.9#$source_port" "+qid=$id" canary.example.test A +noall +answer | awk '{ $1 = $1; print }' >"$work/captured" || continue
        [ $((before / 60)) -eq $(($(date +%s) / 60)) ] || continue # Draws are by the minute.
        captured=$((captured + 1))
        explain canary.example.test A --client 127.0.0.9 --port "$source_port" --id "$id" --time "$before" >"$work/explained"
        sed -n 's/^  answer  *//p' "$work/explained" | awk '{ $1 = $1; print }' >"$work/records"
        if [ -s "$work/captured" ] && cmp -s "$work/captured" "$work/records"; then
            reproduced=$((reproduced + 1))
        else
            show "port $source_port id $id: $(paste -sd' ' "$work/captured") but explained $(paste -sd' ' "$work/records")"
        fi
    done
done
show "the last one: port $source_port, id $id, time $before: $(grep -o 'draw:.*' "$work/explained")"
all_reproduced() { [ "$captured" -gt 6 ] && [ "$captured" -eq "$reproduced" ]; }
hold "$reproduced of $captured captured queries reproduced exactly, by port, id and time" all_reproduced

title "4. Ten mistakes"
cat >"$work/ten.yaml" <<'YAML'
lisen: {dns: ["127.0.0.1:5300"]}
sites:
  eu: {near: "aws:eu-wets-1"}
monitors:
  web:
    type: https
    interval: 10
pools:
  web-eu:
    site: ue
    monitor: web
    min-healthy: 3
    members:
      - {address: 203.0.113.10}
      - {address: 203.0.113.300}
policies:
  www:
    ttl: 60s
    failovr: [web-eu]
  loop-a: {failover: [loop-b]}
  loop-b: {failover: [loop-a]}
zones:
  example.test:
    soa: {primary: ns1, contact: hostmaster@example.test}
    records:
      "@": {NS: [ns1], CNAME: www}
      ns1: {A: 192.0.2.53}
      www: {A: {steer: wwww}}
YAML
code=0
out/meridian check "$work/ten.yaml" 2>"$work/errors" >/dev/null || code=$?
sed "s|$work/||; s/^/   /" "$work/errors"
ten_errors() { [ "$code" -eq 1 ] && [ "$(grep -cE ':[0-9]+:[0-9]+: error: ' "$work/errors")" -eq 10 ]; }
hold "check: $(grep -c ' error: ' "$work/errors") errors with positions, exit $code" ten_errors
replace_config "$work/ten.yaml"
is_health() { curl -sf "$url/healthz" | grep -q "\"status\": \"$1\""; }
metric() { curl -sf "$url/metrics" | awk '$1 == "meridian_configuration_ok" { print $2 }'; }
until_true 10 is_health degraded || true
hold "given to serve: /healthz says $(curl -sf "$url/healthz" | grep -o '"status": "[a-z]*"'), meridian_configuration_ok $(metric)" is_health degraded
hold "still answering from the old one: $(addresses www.example.test A +subnet=193.0.6.0/24)" answers_are "$eu" www.example.test A +subnet=193.0.6.0/24
replace_config "$original"
until_true 10 is_health ok || true
hold "corrected: /healthz says $(curl -sf "$url/healthz" | grep -o '"status": "[a-z]*"'), meridian_configuration_ok $(metric)" is_health ok

title "5. kill -HUP a hundred times under load"
loads() { grep -cE 'Publisher\[400[01]\]' "$log" || true; }
has_loads() { [ "$(loads)" -ge "$1" ]; }
hang_up() { # TIMES changed|same: leaves the peak of memory, in MiB, in a file
    local i peak=0 target
    for ((i = 1; i <= $1; i++)); do
        if [ "$2" = changed ]; then
            change=$((change + 1))
            sed "s/ns1:       {A: 127.0.0.1}/ns1:       {A: 127.1.$((change / 250)).$((change % 250))}/" "$original" >"$work/changed.yaml"
            replace_config "$work/changed.yaml"
        fi
        target=$(($(loads) + 1))
        kill -HUP "$server"
        until_true 10 has_loads "$target" || { show "reload $i was not seen"; return 1; }
        peak=$(awk -v a="$peak" -v b="$(rss)" 'BEGIN { print (a > b ? a : b) }')
    done
    echo "$peak" >"$work/peak"
}
change=0
start_load 2000 www.example.test canary.example.test api.example.test
hold "100 x HUP, the file unchanged: $(rss) MiB before, $(hang_up 100 same >/dev/null && rss) MiB after" test -s "$work/peak"
# The garbage collector lets memory swing before it collects old snapshots, so the first rounds may bring higher peaks. What
# is kept of each reload brings one in every round.
highest=0 flat=false
for round in 1 2 3 4 5 6 7 8; do
    hang_up 100 changed
    peak=$(cat "$work/peak")
    show "100 x HUP, each a change, round $round: peak $peak MiB"
    [ "$highest" = 0 ] || flat=$(awk -v a="$highest" -v b="$peak" 'BEGIN { print (b <= a + 8 ? "true" : "false") }')
    highest=$(awk -v a="$highest" -v b="$peak" 'BEGIN { print (a > b ? a : b) }')
    [ "$flat" = false ] || break
done
hold "memory flat: a hundred reloads brought no new peak above $highest MiB" "$flat"
stop_load
hold "$(load_summary)" none_lost

title "Ending it"
children=$(pgrep -P "$(pgrep -P "$run_pid" | head -n1)" | paste -sd' ' -)
kill -TERM "$run_pid"
wait "$run_pid" 2>/dev/null || true
run_pid=
all_gone() { local pid; for pid in $children; do ! kill -0 "$pid" 2>/dev/null || return 1; done; }
until_true 10 all_gone || true
hold "ended by its process id; its children ($children) are gone" all_gone

if $fast; then
    title "6 and 7 left out (--fast): make test, make check-format, the Architecture tests"
else
    title "6. make test"
    passed=true
    make --no-print-directory test >"$work/test.log" 2>&1 || passed=false
    tail -n 12 "$work/test.log" | sed 's/^/   /'
    hold "make test" "$passed"

    title "7. The style is enforced"
    hold "dotnet format --verify-no-changes" make --no-print-directory check-format
    # In a clone, so that nothing is left here.
    git clone -q . "$work/clone"
    tests=$work/clone/tests/Meridian.Architecture.Tests
    dotnet build "$tests" -c Release --nologo -v quiet -clp:NoSummary
    architecture() { dotnet "$tests/bin/Release/net10.0/Meridian.Architecture.Tests.dll" -noLogo -noColor; }
    hold "the Architecture tests pass" eval 'architecture >"$work/architecture" 2>&1'
    sed -i 's|</Project>|<ItemGroup><ProjectReference Include="../Meridian.Health/Meridian.Health.csproj" /></ItemGroup></Project>|' \
        "$work/clone/src/Meridian.Engine/Meridian.Engine.csproj"
    {
        printf 'namespace Meridian.Engine;\n\ninternal static class TooLong\n{\n    public static int Sum(int a)\n    {\n'
        for _ in $(seq 120); do echo '        a++;'; done
        printf '        return a;\n    }\n}\n'
    } >"$work/clone/src/Meridian.Engine/TooLong.cs"
    (cd "$work/clone" && git add -A)
    hold "they fail with a forbidden reference and an overlong method" eval '! architecture >"$work/architecture" 2>&1'
    grep -E 'TooLong|Meridian.Health' "$work/architecture" | head -n 4 | cut -c1-220 | sed 's/^ */   /'
    hold "they name the method" grep -q 'TooLong' "$work/architecture"
    hold "they name the reference" grep -q 'Meridian.Health' "$work/architecture"
fi

printf '\n'
if [ "$failures" -gt 0 ]; then
    echo "$failures lines do not hold."
    exit 1
fi
echo "Every line holds."

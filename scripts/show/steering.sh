#!/usr/bin/env bash
# Shows what steering promises, line by line with figures. Each line is a subcommand:
#
#   nodes         a page for each node: its example runs and prints what the page says
#   property      random configurations against the slow reference, and what shrinking makes of a planted mistake; a million
#                 (policy, client) pairs for the scope (minutes)
#   geo           the built-in database compiled: time, memory, prefixes, and what aggregation saves resolvers
#   nanoseconds   a steered answer through five nodes with ECS: nanoseconds inside the seam, and its CPU beside a static one's
#   lint          a directory of bad configurations, one for each rule
#   diff          two real configurations with their world map (out/show/*.svg), and 1,000 policies against a stopwatch
#   past          explain --at and --id after a restart, three revisions and another location database
#   distribution  weights, hash, spill and ramp, counted
#
# Without one: all of them, in this order. PAIRS= and CONFIGURATIONS= size `property`. Figures of `geo`, `nanoseconds` and `diff`
# mean something on an idle machine only.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

title() { printf '\n== %s\n' "$*"; }
built=" "
# build PROJECT CONFIGURATION: once.
build() {
    [[ $built == *" $1 "* ]] && return
    printf '   building %s …\n' "$1"
    dotnet build "$1" -c "$2" --nologo -v quiet -clp:NoSummary
    built+="$1 "
}
# run_tests PROJECT FILTER...: runs them with their own words.
run_tests() {
    local project=$1
    shift
    build "tests/$project" Debug
    dotnet "tests/$project/bin/Debug/net10.0/$project.dll" "$@" -showLiveOutput -noColor | sed -n -E \
        -e 's/^.*\[OUTPUT\] ?/   /p' -e '/\[FAIL\]/p' -e '/Total:/p'
    return "${PIPESTATUS[0]}"
}
benchmarks() {
    build bench/Meridian.Benchmarks Release
    dotnet bench/Meridian.Benchmarks/bin/Release/net10.0/Meridian.Benchmarks.dll "$@"
}
meridian() { out/meridian "$@"; }
need_meridian() { [ -x out/meridian ] || make build; }

show_nodes() {
    title "1. A page for each node; the examples run, and print what the pages say"
    ls docs/steering
    run_tests Meridian.Host.Tests -class '*SteeringPageTests'
}

show_property() {
    title "2. Random configurations, health tables, clients, databases and moments against the reference; the scope"
    MERIDIAN_STEERING_CONFIGURATIONS=${CONFIGURATIONS:-20000} MERIDIAN_STEERING_PAIRS=${PAIRS:-1000000} \
        run_tests Meridian.Engine.Tests -class '*SteeringReferenceTests' -class '*ReplayTests' -class '*ResidencyTests'
}

show_geo() {
    title "3. The built-in database, compiled for four partitions"
    benchmarks --geo
}

show_nanoseconds() {
    title "4. CPU per answer inside the seam: geo, failover, weighted, another policy's failover, a pool that picks 2 of 3"
    benchmarks --cpu
}

show_lint() {
    title "5. lint on tests/lint, one bad configuration for each rule"
    need_meridian
    local file
    for file in tests/lint/*.yaml; do
        printf '\n-- %s\n' "$(head -1 "$file")"
        meridian lint "$file" --fail-on none || true
    done
}

show_diff() {
    title "5. diff between two real configurations"
    need_meridian
    mkdir -p out/show
    local old=examples/quickstart/meridian.yaml new=out/show/changed.yaml
    # Brazil and Japan move, South America otherwise gets no answer, and residency becomes less patient.
    sed -e 's/SA: {failover: \[web-us, web-eu\]}/BR: {failover: [web-eu, web-us]}/' \
        -e 's/JP: {weighted: {web-eu: 1, web-us: 1}}/JP: {failover: [web-us, web-eu]}/' \
        -e 's/    geo: {EU: web-eu, default: web-us}/    geo: {EU: web-eu, NA: web-us}/' "$old" > "$new"
    meridian diff "$old" "$new"
    meridian diff "$old" "$new" --svg > out/show/diff.svg
    printf '\n   the map: out/show/diff.svg\n'
    if command -v chromium > /dev/null; then
        chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --window-size=1080,830 \
            --screenshot=out/show/diff.png "file://$PWD/out/show/diff.svg" > /dev/null 2>&1 && printf '   as a picture: out/show/diff.png\n'
    fi
    title "5. diff where zones are for some clients only: a network comes in, the laboratory's view goes, and its zone becomes public"
    cat > out/show/views.yaml <<'YAML'
views:
  inside: {networks: [10.0.0.0/8]}
  lab: {networks: [10.9.0.0/16]}
zones:
  example.com:
    soa: {primary: ns1, contact: hostmaster@example.com}
    records: {"@": {NS: [ns1]}, ns1: {A: 192.0.2.53}, www: {A: 203.0.113.1}, shop: {A: 203.0.113.2}}
  example.com@in:
    soa: {primary: ns1, contact: hostmaster@example.com}
    views: [inside]
    records: {"@": {NS: [ns1]}, ns1: {A: 192.0.2.53}, www: {A: 10.0.0.80}}
  lab.test:
    soa: {primary: ns1.example.com., contact: hostmaster@example.com}
    views: [lab]
    records: {"@": {NS: [ns1.example.com.]}, host: {A: 10.9.0.5}}
YAML
    sed -e 's|10.0.0.0/8|10.0.0.0/8, 192.168.0.0/16|' -e '/^  lab: {networks/d' -e '/views: \[lab\]/d' out/show/views.yaml > out/show/views-changed.yaml
    meridian diff out/show/views.yaml out/show/views-changed.yaml
    title "5. diff on 1,000 policies with the country database"
    benchmarks --diff
}

show_past() {
    title "6. explain --at: captured answers after a restart, three revisions and a database swap; from files, and from a store with a staged change"
    run_tests Meridian.Functional.Tests -class '*PastAnswersTests'
}

show_distribution() {
    title "7. Distributions: weights, hash, spill by the water-filling formula, ramp under virtual time"
    run_tests Meridian.Engine.Tests -class '*DistributionTests'
}

lines=("$@")
[ ${#lines[@]} -gt 0 ] || lines=(nodes property geo nanoseconds lint diff past distribution)
for line in "${lines[@]}"; do
    case $line in
        nodes | property | geo | nanoseconds | lint | diff | past | distribution) "show_$line" ;;
        *) sed -n '2,15p' "$0"; exit 64 ;;
    esac
done

#!/usr/bin/env bash
# Shows that the server answers to the letter and is hard to hurt, one subcommand for each line that has to hold. Each prints
# its figures and fails when its line does not hold. Meant for an otherwise idle machine: two of them measure time.
#
#   scripts/show/hardening.sh conformance    cases per RFC, and passes per server: Meridian, NSD, Knot, BIND (1 min)
#   scripts/show/hardening.sh differential   QUERIES=100000 SEED=: generated questions to the four of them (1 min)
#   scripts/show/hardening.sh fuzz           MINUTES=30 SEED=: hostile packets, zones, records, configurations
#   scripts/show/hardening.sh abuse          a flood from 10,000 networks, 1,000 slow connections, amplification (1 min)
#   scripts/show/hardening.sh sessions       dig, kdig, drill and delv, RFC by RFC: docs/rfc-sessions.md made again (10 s)
#   scripts/show/hardening.sh changes        names that always exist, asked while configuration and health change (20 s)
#   scripts/show/hardening.sh scale          a zone of a million RRsets beside one of the least there can be (1 min)
#   scripts/show/hardening.sh                all of them, the fuzzing last
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

project=tests/Meridian.Conformance.Tests
name=Meridian.Conformance.Tests

# run [PROJECT=NAME] ARGUMENTS…: tests of the conformance project, or of another.
run() {
    local of=$name
    case $1 in PROJECT=*) of=${1#PROJECT=}; shift ;; esac
    dotnet build "tests/$of" -c Release --nologo -v quiet -clp:NoSummary
    dotnet "tests/$of/bin/Release/net10.0/$of.dll" -noLogo -noColor -showLiveOutput "$@"
}
# What tests print, without the name of the test in front of every line.
figures() { sed -u -E "s/^ *Meridian\.[A-Za-z.]*\.([A-Za-z_]+) \[OUTPUT\] /  /; /^ *(Discover|Starting|Finished)|^Build succeeded|^ *0 (Warning|Error)\(s\)|^Time Elapsed|^$/d"; }

conformance() {
    echo "== 1. Conformance: cases per RFC, passes per server"
    scripts/conformance.sh subject all | figures
    echo "Failures of other servers that are expected, with reasons: $project/Expected/conformance.txt"
}
differential() {
    echo "== 2. Differential: the same questions to four servers"
    scripts/conformance.sh differential | figures
    sed -n '1,4s/^# //p; 4p' TestResults/differential.md
    echo "Of these, by kind: how many, which, and the RFC that sides with us or leaves it open"
    awk '
        function tell() { if (kind != "" && count > 0) printf "  %5d  %s\n         %s\n", count, kind, reason }
        /^## / { tell(); kind = substr($0, 4); sub(/^Explained: /, "", kind); count = 0; reason = ""; next }
        /^- [0-9]+ / { count += $2; next }
        NF && reason == "" { reason = $0 }
        END { tell() }' TestResults/differential.md
}
fuzz() {
    echo "== 3. Fuzzing: ${MINUTES:-30} minutes"
    scripts/conformance.sh fuzz | figures
}
abuse() {
    echo "== 4. Abuse over real sockets"
    scripts/install-test-packages.sh
    run -explicit only -class "$name.Abuse.FloodTests" -class "$name.Abuse.SlowConnectionTests" | figures
    run -class "$name.Abuse.AmplificationTests" | figures
}
sessions() {
    echo "== 5. Sessions by RFC"
    scripts/install-test-packages.sh
    run -class "$name.Sessions.SessionPageTests" | figures
    echo "docs/rfc-sessions.md is what the clients print now: $(grep -c '^\$ ' docs/rfc-sessions.md) sessions of $(grep -c '^## RFC' docs/rfc-sessions.md) groups of RFCs."
}

changes() {
    echo "== No negative answer because of a change"
    scripts/install-test-packages.sh
    run PROJECT=Meridian.Functional.Tests -class Meridian.Functional.Tests.ContinuousChangeTests | figures
}
scale() {
    echo "== A zone of a million RRsets"
    run -explicit only -class "$name.Scale.LargeZoneTests" | figures
}

case ${1:-all} in
    conformance | differential | fuzz | abuse | sessions | changes | scale) "$1" ;;
    all) conformance && differential && abuse && sessions && changes && scale && fuzz ;;
    *)
        sed -n '5,13s/^# //p' "$0" >&2
        exit 2
        ;;
esac

#!/usr/bin/env bash
# The long runs of the conformance tests, which `make test` runs short.
#   scripts/conformance.sh differential   QUERIES=100000 SEED=…: four servers, the same questions; the report is a file
#   scripts/conformance.sh fuzz           MINUTES=30 SEED=…: hostile input; a failure becomes a directory of tests/regressions
#   scripts/conformance.sh subject NAME   the cases by RFC against one server: meridian, nsd, knot, bind or all
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

project=tests/Meridian.Conformance.Tests
name=Meridian.Conformance.Tests

run() {
    dotnet build "$project" -c Release --nologo -v quiet -clp:NoSummary
    dotnet "$project/bin/Release/net10.0/$name.dll" -noLogo -noColor "$@"
}

case ${1:-} in
    differential)
        scripts/install-test-packages.sh
        mkdir -p TestResults
        report=$PWD/TestResults/differential.md
        rm -f "$report"
        status=0
        MERIDIAN_DIFFERENTIAL_QUERIES=${QUERIES:-100000} MERIDIAN_DIFFERENTIAL_SEED=${SEED:-} MERIDIAN_DIFFERENTIAL_REPORT=$report \
            run -explicit only -showLiveOutput -class "$name.Differential.DifferentialTests" || status=$?
        [ ! -s "$report" ] || echo "The report is TestResults/differential.md: $(sed -n 3,4p "$report" | tr '\n' ' ')"
        exit "$status"
        ;;
    fuzz)
        MERIDIAN_FUZZ_MINUTES=${MINUTES:-30} MERIDIAN_FUZZ_SEED=${SEED:-} MERIDIAN_FUZZ_REGRESSIONS=$PWD/tests/regressions \
            run -explicit only -showLiveOutput -class "$name.Fuzz.FuzzTests"
        ;;
    subject)
        scripts/install-test-packages.sh
        MERIDIAN_TEST_SUBJECT=${2:-all} run -namespace "$name.Rfc*"
        ;;
    *)
        sed -n '2,5s/^# //p' "$0" >&2
        exit 2
        ;;
esac

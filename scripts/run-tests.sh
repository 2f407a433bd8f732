#!/usr/bin/env bash
# Builds the solution once, runs every test project and sums up. The last line is "N passed, N failed", alone.
# A project that crashes, reports nothing or runs no test is a failure: silence is not success.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

configuration=${1:-Release}
# Seconds for one project. The longest takes well under a minute; a test that hangs must end as a failure, not as a lost build.
project_timeout=600
results=TestResults
rm -rf "$results"
mkdir -p "$results"

restore=()
if [ "${CI:-}" = true ]; then
    # What CI tests is what the lock files say.
    restore=(--locked-mode)
fi
dotnet restore Meridian.slnx --nologo -v quiet "${restore[@]}"
dotnet build Meridian.slnx -c "$configuration" --no-restore --nologo -v quiet -clp:NoSummary

passed=0
failed=0
skipped=0
broken=()
summary=""

# count FILE ATTRIBUTE: the attribute's sum over the <assembly> elements of an xUnit result file.
count() {
    awk -v attribute="$2" '
        BEGIN { RS = "<"; sum = 0 }
        /^assembly / { if (match($0, " " attribute "=\"[0-9]+\"")) { split(substr($0, RSTART, RLENGTH), part, "\""); sum += part[2] } }
        END { print sum }' "$1"
}

# One project after the other: several of them measure time or allocations, and would disturb each other.
for project in tests/*/*.csproj; do
    name=$(basename "$project" .csproj)
    program="tests/$name/bin/$configuration/net10.0/$name.dll"
    report="$results/$name.xml"
    echo
    echo "== $name"
    status=0
    timeout --kill-after=10 "$project_timeout" dotnet "$program" -noLogo -noColor -xml "$report" || status=$?

    project_passed=0 project_failed=0 project_skipped=0
    if [ -s "$report" ]; then
        project_passed=$(count "$report" passed)
        project_failed=$(($(count "$report" failed) + $(count "$report" errors)))
        project_skipped=$(count "$report" skipped)
    fi
    if [ "$status" -eq 124 ] || [ "$status" -eq 137 ]; then
        broken+=("$name did not end within $project_timeout s, or was killed")
    elif [ $((project_passed + project_failed)) -eq 0 ]; then
        broken+=("$name ran no test (exit code $status)")
    elif [ "$status" -ne 0 ] && [ "$project_failed" -eq 0 ]; then
        broken+=("$name ended with exit code $status although no test failed")
    fi
    passed=$((passed + project_passed))
    failed=$((failed + project_failed))
    skipped=$((skipped + project_skipped))
    summary+=$(printf '  %-32s %5d passed %4d failed %4d skipped' "$name" "$project_passed" "$project_failed" "$project_skipped")$'\n'
done

echo
printf '%s' "$summary"
for problem in "${broken[@]}"; do
    echo "  FAILED: $problem"
    failed=$((failed + 1))
done
line="$passed passed, $failed failed"
if [ "$skipped" -gt 0 ]; then
    line+=", $skipped skipped"
fi
echo "$line"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]

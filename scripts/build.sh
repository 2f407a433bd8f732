#!/usr/bin/env bash
# Publishes the executable: OUT/lib holds it with its libraries, OUT/meridian starts it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

out=${1:-out}
configuration=${2:-Release}

commit=()
if revision=$(git rev-parse --verify --quiet HEAD 2>/dev/null); then
    commit=("-p:SourceRevisionId=$revision")
fi

# Publishing leaves files of earlier builds where they are: begin with none, so that what runs is what was built.
rm -rf "$out/lib"
dotnet publish src/Meridian.Host -c "$configuration" -o "$out/lib" --nologo -v quiet -clp:NoSummary "${commit[@]}"
# A debugger wants to see the code that was written.
[ "$configuration" != Release ] || scripts/compile-ahead.sh "$out/lib"
install -m 755 scripts/launcher.sh "$out/meridian"
echo "$out/meridian is ready: $out/meridian --help"

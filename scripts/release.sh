#!/usr/bin/env bash
# Publishes what is installed on servers: compiled ahead of time, with its own .NET. OUT/lib holds it, OUT/meridian starts it.
#
#   scripts/release.sh [OUT]      (default: dist; some 170 MB; two to four minutes on two cores)
#
# All of it, the runtime's libraries included, is compiled to native code once (ReadyToRun, composite), so that a start does not
# wait for the just-in-time compiler; what turns out to be hot is compiled again with what was seen while running, as ever.
set -euo pipefail
trap 'echo "scripts/release.sh: line $LINENO failed: $BASH_COMMAND" >&2' ERR
cd "$(dirname "${BASH_SOURCE[0]}")/.."

out=${1:-dist}
case $(uname -m) in
    x86_64) runtime=linux-x64 ;;
    aarch64) runtime=linux-arm64 ;;
    *) echo "scripts/release.sh: there is no ahead-of-time compiler for $(uname -m); use 'make build'." >&2; exit 1 ;;
esac

# What is committed is what is released, and the tree's own intermediate files, which know no runtime, stay as they are.
tree=$(mktemp -d -t meridian-release-XXXXXX)
trap 'rm -rf "$tree"' EXIT
git archive HEAD | tar -x -C "$tree"
revision=$(git rev-parse HEAD)
rm -rf "$out/lib"
mkdir -p "$out"
out=$(readlink -f -- "$out")

echo "Compiling for $runtime ahead of time: two to four minutes on two cores."
# The lock files pin all packages but those of the runtime, whose version is the SDK's: they are added in the copy.
if ! dotnet publish "$tree/src/Meridian.Host" -c Release -r "$runtime" --self-contained -o "$out/lib" --nologo -v quiet -clp:NoSummary \
    -p:PublishReadyToRun=true -p:PublishReadyToRunComposite=true -p:RestoreLockedMode=false \
    -p:RunAnalyzers=false "-p:SourceRevisionId=$revision"; then
    echo "The ahead-of-time compiler of this SDK could not be had, or failed (above). 'make build' needs none." >&2
    exit 1
fi
install -m 755 scripts/launcher.sh "$out/meridian"
echo "$out/meridian is ready: $(du -sh "$out/lib" | cut -f1), compiled ahead of time for $runtime"

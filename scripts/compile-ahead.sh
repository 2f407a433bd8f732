#!/usr/bin/env bash
# Compiles the assemblies of a published folder to native code, in place, so that a start does not wait for the just-in-time
# compiler: scripts/compile-ahead.sh out/lib
#
# The compiler is a package of the .NET that is installed. Where it cannot be had, this says so, leaves the folder as it is and
# exits with 0: what is in it works, and takes longer to start. What was compiled before is taken from artifacts/ahead.
set -euo pipefail
trap 'echo "scripts/compile-ahead.sh: line $LINENO failed: $BASH_COMMAND" >&2' ERR
cd "$(dirname "${BASH_SOURCE[0]}")/.."

lib=$1
cache=artifacts/ahead
without() { echo "Not compiled ahead of time ($*): it works as well, and takes longer to start."; exit 0; }

case $(uname -m) in
    x86_64) architecture=x64 ;;
    aarch64) architecture=arm64 ;;
    *) without "there is no ahead-of-time compiler for $(uname -m)" ;;
esac
# The newest .NET 10 is the one that will run it.
framework=$(dotnet --list-runtimes | awk '$1 == "Microsoft.NETCore.App" && $2 ~ /^10\.0\.[0-9]+$/ { print $2 }' | sort -V | tail -n 1)
[ -n "$framework" ] || without "no .NET 10 is installed"
shared=$(dotnet --list-runtimes | awk -v version="$framework" '$1 == "Microsoft.NETCore.App" && $2 == version { gsub(/[][]/, "", $3); print $3 }')
shared=$(dirname "$shared")
# ASP.NET has versions of its own.
web=$(dotnet --list-runtimes | awk '$1 == "Microsoft.AspNetCore.App" && $2 ~ /^10\.0\.[0-9]+$/ { print $2 }' | sort -V | tail -n 1)
[ -n "$web" ] || without "no ASP.NET 10 is installed"
web=$shared/Microsoft.AspNetCore.App/$web
pack=${NUGET_PACKAGES:-$HOME/.nuget/packages}/microsoft.netcore.app.crossgen2.linux-$architecture/$framework
# NuGet writes it last: a package that was interrupted while it was unpacked has none.
whole=$pack/.nupkg.metadata
if [ ! -e "$whole" ]; then
    # Without a network NuGet tries for minutes: not at each build, but once a day.
    tried=$cache/tried-$framework
    mkdir -p "$cache"
    [ -z "$(find "$tried" -mmin -1440 2>/dev/null)" ] || without "the compiler of .NET $framework could not be restored today; 'rm $tried' tries again"
    timeout 180 dotnet restore scripts/crossgen.proj --nologo -v quiet "-p:CrossgenRuntime=linux-$architecture" "-p:CrossgenVersion=$framework" >/dev/null 2>&1 || true
    [ -e "$whole" ] || { touch "$tried"; without "the compiler of .NET $framework cannot be restored"; }
    rm -f "$tried"
fi

# Code of the framework that is generic over our types, or that is worth inlining, is compiled along. Each such piece is checked
# against the framework that runs it, and compiled anew at run time where that says something else: an update of .NET is safe.
options=(--targetos linux --targetarch "$architecture" -O '--opt-cross-module:*' '--non-local-generics-module:*')

# What a start of the server does not load is not worth the time.
compiled_ahead() {
    case $1 in
        Spectre.Console.dll | Meridian.Simulation.dll | Meridian.Client.dll) return 1 ;;
    esac
}

# compile ASSEMBLY RESULT: whole or not at all, so that one that was interrupted is not taken for done.
compile() {
    "$pack/tools/crossgen2" "$1" -o "$2.part.$$" "${options[@]}" -r "$shared/Microsoft.NETCore.App/$framework/*.dll" \
        -r "$web/*.dll" -r "$lib/*.dll" >"$2.log.$$" 2>&1 && mv "$2.part.$$" "$2" && rm "$2.log.$$"
}

mkdir -p "$cache"
# What no build has asked for in a week is of branches that are gone.
find "$cache" -type f -mtime +7 -delete || true # Another build may have been faster.
declare -A results
running=()
for assembly in "$lib"/*.dll; do
    compiled_ahead "${assembly##*/}" || continue
    key=$({ echo "$framework ${options[*]}"; cat "$assembly"; } | sha256sum | cut -c 1-40)
    results[$assembly]=$cache/$key.dll
    if [ -e "$cache/$key.dll" ]; then
        touch "$cache/$key.dll"
        continue
    fi
    compile "$assembly" "$cache/$key.dll" &
    running+=($!)
    # The compiler has threads of its own: two at a time keep the cores busy while the one reads and the other writes.
    if [ ${#running[@]} -ge 2 ]; then
        wait "${running[0]}" || true
        running=("${running[@]:1}")
    fi
done
for one in "${running[@]}"; do
    wait "$one" || true
done
for assembly in "${!results[@]}"; do
    [ -e "${results[$assembly]}" ] || without "compiling ${assembly##*/} failed, see $(basename "${results[$assembly]}").log.$$ in $cache"
done
# Assemblies that are read while the others are compiled stay as they were until all are done.
for assembly in "${!results[@]}"; do
    install -m 644 "${results[$assembly]}" "$assembly"
done

#!/bin/sh
# Starts the published executable beside it. Takes its place (exec), so that signals and the process id are the server's own.
here=$(dirname -- "$(readlink -f -- "$0")")
# The executable looks for .NET where packages install it. For an SDK that is only on the PATH, say where it is.
if [ -z "${DOTNET_ROOT:-}" ] && command -v dotnet >/dev/null 2>&1; then
    DOTNET_ROOT=$(dirname -- "$(readlink -f -- "$(command -v dotnet)")")
    export DOTNET_ROOT
fi
exec "$here/lib/meridian" "$@"

#!/bin/sh
# Starts the published executable beside it. Takes its place (exec), so that signals and the process id are the server's own.
# Programs are run only where there is a link to follow: each takes milliseconds of every start.
self=$0
[ ! -L "$self" ] || self=$(readlink -f -- "$self")
case $self in
    */*) here=${self%/*} ;;
    *) here=. ;;
esac
# The executable looks for .NET where packages install it. For an SDK that is only on the PATH, say where it is.
if [ -z "${DOTNET_ROOT:-}" ] && dotnet=$(command -v dotnet); then
    [ ! -L "$dotnet" ] && [ "${dotnet#/}" != "$dotnet" ] || dotnet=$(readlink -f -- "$dotnet")
    DOTNET_ROOT=${dotnet%/*}
    export DOTNET_ROOT
fi
exec "$here/lib/meridian" "$@"

#!/usr/bin/env bash
# Installs the servers and load generators that bench/peers.sh compares with, from Debian or Ubuntu. Nothing is started.
set -euo pipefail

# Package and one command that only it brings.
needed=(
    "gdnsd gdnsd"
    "nsd nsd"
    "knot knotd"
    "pdns-server pdns_server"
    "bind9 named"
    "dnsperf dnsperf"
    "knot-dnsutils kxdpgun"
    "bind9-dnsutils dig"
    "iproute2 ip"
)
missing=()
for entry in "${needed[@]}"; do
    read -r package command <<<"$entry"
    command -v "$command" >/dev/null 2>&1 || missing+=("$package")
done
# PowerDNS's backends bring no command, and the database that its geoip backend can read is a package of its own.
for package in pdns-backend-bind pdns-backend-geoip geoip-database; do
    dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
done
if [ "${#missing[@]}" -eq 0 ]; then
    exit 0
fi
if [ "$(id -u)" -ne 0 ]; then
    echo "Installing ${missing[*]} takes root." >&2
    exit 1
fi

# Debian starts a service as soon as it is installed, unless this file says that it may not (101).
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
    trap 'rm -f "$policy"' EXIT
fi
echo "Installing ${missing[*]}."
DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}" >/dev/null

#!/usr/bin/env bash
# Makes sure that the real DNS clients which the tests run are there: installs only what is missing.
# Servers among them are references for the conformance tests, which start them in the foreground: their services stay off.
# With CI=true a package that cannot be had is a failure; a test must never be skipped because a tool is not there.
set -euo pipefail

# Servers are where the PATH of an ordinary user does not lead.
PATH=$PATH:/usr/sbin:/sbin

# Package and one command, or file, that only it brings.
needed=(
    "curl curl"
    "dnsperf dnsperf"
    "bind9-dnsutils dig"
    "knot-dnsutils kdig"
    "ldnsutils drill"
    "iproute2 ip"
    "nftables nft"
    "strace strace"
    "nsd nsd"
    "knot knotd"
    "knot-dnssecutils kzonecheck"
    "bind9 named"
    "unbound unbound"
    "dnsmasq-base dnsmasq"
    "knot-resolver kresd"
    "pdns-recursor pdns_recursor"
    "certbot certbot"
    "python3-certbot-dns-rfc2136 /usr/lib/python3/dist-packages/certbot_dns_rfc2136/__init__.py"
    "pebble pebble"
    "lego lego"
    "faketime faketime"
    "prometheus prometheus"
    "awscli /usr/bin/aws"
    "python3-boto3 /usr/lib/python3/dist-packages/boto3/__init__.py"
)

missing=()
for entry in "${needed[@]}"; do
    read -r package command <<<"$entry"
    command -v "$command" >/dev/null 2>&1 || [ -e "$command" ] || missing+=("$package")
done
if [ "${#missing[@]}" -eq 0 ]; then
    exit 0
fi

fail() {
    echo "The tests need: ${missing[*]}. $1" >&2
    echo "On Debian or Ubuntu: sudo apt-get install ${missing[*]}" >&2
    exit 1
}

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    # Never asks for a password in the middle of a build.
    if ! command -v sudo >/dev/null 2>&1 || ! sudo -n true 2>/dev/null; then
        fail "Installing them takes root."
    fi
    as_root=(sudo -n)
fi
command -v apt-get >/dev/null 2>&1 || fail "There is no apt-get here: install them by other means."

# The name servers' packages would start services that take port 53. A policy says no while they install; where there is one
# already, its answer holds.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
    "${as_root[@]}" chmod 755 "$policy"
    trap '"${as_root[@]}" rm -f "$policy"' EXIT
fi

echo "Installing ${missing[*]} for the tests."
install_packages() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
}
# The lists may be absent or stale: fetch them only when the first try shows it.
if ! install_packages >/dev/null 2>&1; then
    "${as_root[@]}" apt-get update -q || fail "apt-get update failed."
    install_packages || fail "apt-get install failed."
fi
for package in "${missing[@]}"; do
    # Installed but enabled for the next boot is not what somebody who runs tests asked for.
    case $package in
        nsd | knot | bind9 | unbound | pdns-recursor)
            if command -v systemctl >/dev/null 2>&1; then
                "${as_root[@]}" systemctl disable --quiet "${package/bind9/named}.service" >/dev/null 2>&1 || true
            fi
            ;;
        certbot)
            if command -v systemctl >/dev/null 2>&1; then
                "${as_root[@]}" systemctl disable --quiet certbot.timer >/dev/null 2>&1 || true
            fi
            ;;
    esac
    dpkg -s "$package" >/dev/null 2>&1 || fail "$package is still not installed."
done

#!/usr/bin/env bash
# Makes sure that the real DNS clients which the tests run are there: installs only what is missing.
# With CI=true a package that cannot be had is a failure; a test must never be skipped because a tool is not there.
set -euo pipefail

# Package and one command that only it brings.
needed=(
    "dnsperf dnsperf"
    "bind9-dnsutils dig"
    "knot-dnsutils kdig"
    "iproute2 ip"
)

missing=()
for entry in "${needed[@]}"; do
    read -r package command <<<"$entry"
    command -v "$command" >/dev/null 2>&1 || missing+=("$package")
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
    dpkg -s "$package" >/dev/null 2>&1 || fail "$package is still not installed."
done

#!/usr/bin/env bash
# What the lab promises, with real resolvers: the experiment, the simulator against it, scenarios, a planned TTL change.
# Usage: scripts/show/lab.sh [experiment|distance|scenarios|herd|change|all]
set -euo pipefail
cd "$(dirname "$0")/../.."
meridian=${MERIDIAN:-out/meridian}
[ -x "$meridian" ] || { echo "build first: make build" >&2; exit 1; }
out=${REPORTS:-TestResults/lab}
mkdir -p "$out"

# A report as a picture, where there is a browser to take it.
picture() {
    local browser
    browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
    if [ -z "$browser" ]; then
        echo "no browser here to take a picture of $1 (apt-get install chromium)"
        return
    fi
    timeout 60 "$browser" --headless --no-sandbox --disable-gpu --hide-scrollbars --window-size=1040,2600 \
        --screenshot="${1%.html}.png" "file://$PWD/$1" >/dev/null 2>&1 && echo "picture: ${1%.html}.png"
}

experiment() {
    echo "== A region dies in front of six kinds of real caches; what they hold by their own control tools (three minutes)"
    "$meridian" lab --ttl 20 --html "$out/experiment.html"
    picture "$out/experiment.html"
}

distance() {
    echo "== The simulator against real caches: three TTLs, two mixes, farms behind one address (eleven minutes on two idle cores)"
    "$meridian" lab --ttl 10,20,40 --names 6 --rate 0.5 --html "$out/distance.html" \
        --mix unbound=80,unbound-farm=10 \
        --mix unbound=30,unbound-floor=20,unbound-stale=20,dnsmasq-ignore=20,knot-resolver=10,pdns-recursor=20,unbound-farm=3 |
        tee "$out/distance.txt"
    picture "$out/distance.html"
    # The table at the end: TTL, unit, caches, entries, 50 %, its unit …; the distance is the number before the mix and the one before it.
    awk '/^ *TTL +caches +entries/ { table = 1; next }
         table && $2 == "s" { n++; ks = $(NF - 2); if (ks > worst) worst = ks }
         END { printf "largest distance of %d curves: %.3f (at most 0.1 is asked for)\n", n, worst; exit !(n >= 6 && worst <= 0.1) }' "$out/distance.txt"
}

scenarios() {
    echo "== A drain, weights that change places, a mistake taken back (eight minutes)"
    for scenario in drain canary mistake; do
        echo "== $scenario"
        "$meridian" lab --scenario "$scenario" --ttl 10 --mix unbound=12,unbound-floor=4,unbound-stale=4,dnsmasq-ignore=4,knot-resolver=4,pdns-recursor=4 \
            --html "$out/$scenario.html" | tee "$out/$scenario.txt"
        picture "$out/$scenario.html"
        # What did not happen cannot be looked at.
        if grep -q "the authority's answers never changed" "$out/$scenario.txt"; then
            echo "NOT SHOWN: the authority's answers never changed ($scenario)"
            return 1
        fi
    done
}

herd() {
    for jitter in 0 30; do
        echo "== Everybody comes at once, jitter $jitter %"
        "$meridian" lab --scenario herd --ttl 20 --names 8 --rate 2 --jitter "$jitter" --mix unbound=40,pdns-recursor=20 --html "$out/herd-$jitter.html"
    done
}

change() {
    echo "== A planned TTL change on a running server, killed in the middle and started again"
    scripts/show/planned-change.sh "$meridian"
}

case "${1:-all}" in
    experiment|distance|scenarios|herd|change) "$1" ;;
    all) experiment; distance; scenarios; herd; change ;;
    *) sed -n 3p "$0" >&2; exit 2 ;;
esac

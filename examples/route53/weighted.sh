#!/usr/bin/env bash
# Three backends that get 50, 30 and 20 of a hundred clients.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
say "weighted: 50/30/20"
zone weighted.example
change "$(batch \
    "$(set_of www.weighted.example A blue '"Weight": 50' 192.0.2.1)" \
    "$(set_of www.weighted.example A green '"Weight": 30' 192.0.2.2)" \
    "$(set_of www.weighted.example A red '"Weight": 20' 192.0.2.3)")"
queries=1000
counts=$(for _ in $(seq "$queries"); do echo www.weighted.example A; done | ask -f - | sort | uniq -c | awk '{ print $2, $1 }')
sed 's/^/   /' <<<"$counts"
while read -r address share; do
    found=$(awk -v a="$address" '$1 == a { print $2 }' <<<"$counts")
    # Five standard deviations of a draw of a thousand.
    expect "$address is answered $found times of $queries, $share % within five standard deviations" yes \
        "$(awk -v n="$queries" -v p="$share" -v k="${found:-0}" 'BEGIN { p /= 100; d = k - n * p; print d * d <= 25 * n * p * (1 - p) ? "yes" : "no" }')"
done <<'S'
192.0.2.1 50
192.0.2.2 30
192.0.2.3 20
S
finish

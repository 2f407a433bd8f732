#!/usr/bin/env bash
# Ten addresses, up to eight of them in each answer.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
say "multivalue: eight of ten"
zone multi.example
sets=()
for i in $(seq 10); do sets+=("$(set_of www.multi.example A "host$i" '"MultiValueAnswer": true' "192.0.2.$i")"); done
change "$(batch "${sets[@]}")"
expect "addresses in one answer" 8 "$(ask www.multi.example A | sort -u | wc -l)"
expect "different ones over a hundred queries" 10 "$(for _ in $(seq 100); do echo www.multi.example A; done | ask -f - | sort -u | wc -l)"
finish

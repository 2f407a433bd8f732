#!/usr/bin/env bash
# Routing by network, with a CIDR collection.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
say "by network, with a CIDR collection"
zone networks.example
collection=$(r53 create-cidr-collection --name "offices-$(date +%s)" --caller-reference "offices-$(date +%s%N)" --query Collection.Id --output text)
r53 change-cidr-collection --id "$collection" --changes \
    '[{"LocationName": "paris", "Action": "PUT", "CidrList": ["198.51.100.0/24", "2001:db8:1::/48"]}, {"LocationName": "berlin", "Action": "PUT", "CidrList": ["203.0.113.0/24"]}]' >/dev/null
note "collection $collection has $(r53 list-cidr-blocks --collection-id "$collection" --query 'length(CidrBlocks)' --output text) networks"
at() { printf '"CidrRoutingConfig": {"CollectionId": "%s", "LocationName": "%s"}' "$collection" "$1"; }
change "$(batch \
    "$(set_of www.networks.example A paris "$(at paris)" 192.0.2.1)" \
    "$(set_of www.networks.example A berlin "$(at berlin)" 192.0.2.2)" \
    "$(set_of www.networks.example A others "$(at '*')" 192.0.2.3)")"
expect "the office in Paris" 192.0.2.1 "$(from 198.51.100.0/24 www.networks.example)"
expect "the same over IPv6" 192.0.2.1 "$(from 2001:db8:1::/48 www.networks.example)"
expect "the office in Berlin" 192.0.2.2 "$(from 203.0.113.0/24 www.networks.example)"
expect "everybody else" 192.0.2.3 "$(from 192.0.2.0/24 www.networks.example)"
finish

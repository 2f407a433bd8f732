#!/usr/bin/env bash
# Clients in Europe, in North America, and everywhere else.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
say "geolocation: Europe, North America, default"
zone geo.example
change "$(batch \
    "$(set_of www.geo.example A europe '"GeoLocation": {"ContinentCode": "EU"}' 192.0.2.1)" \
    "$(set_of www.geo.example A america '"GeoLocation": {"ContinentCode": "NA"}' 192.0.2.2)" \
    "$(set_of www.geo.example A germany '"GeoLocation": {"CountryCode": "DE"}' 192.0.2.4)" \
    "$(set_of www.geo.example A others '"GeoLocation": {"CountryCode": "*"}' 192.0.2.3)")"
expect "a client in France" 192.0.2.1 "$(from 193.252.19.0/24 www.geo.example)"
expect "a client in Germany: the country before the continent" 192.0.2.4 "$(from 193.99.144.0/24 www.geo.example)"
expect "a client in the United States" 192.0.2.2 "$(from 12.0.0.0/24 www.geo.example)"
expect "a client in Japan: the default" 192.0.2.3 "$(from 133.11.0.0/24 www.geo.example)"
expect "the same by TestDNSAnswer" '"192.0.2.1"' "$(aws --endpoint-url "$ROUTE53_ENDPOINT" route53 test-dns-answer --hosted-zone-id "$zone" \
    --record-name www.geo.example --record-type A --edns0-client-subnet-ip 193.252.19.0 --edns0-client-subnet-mask 24 --query 'RecordData[0]')"
finish

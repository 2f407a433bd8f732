#!/usr/bin/env bash
# The apex as an alias: to a name of the zone, and to a load balancer's name outside (TARGET, which has to resolve).
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
: "${TARGET:=lb-1234.cloud.example}" "${TARGET_ADDRESS:=198.51.100.10}"
say "an alias at the apex"
zone alias.example
alias_to() {
    printf '{"Changes": [{"Action": "UPSERT", "ResourceRecordSet": {"Name": "%s", "Type": "A", "AliasTarget": {"HostedZoneId": "%s", "DNSName": "%s", "EvaluateTargetHealth": false}}}]}' "$1" "$2" "$3"
}
change '{"Changes": [{"Action": "UPSERT", "ResourceRecordSet": {"Name": "www.alias.example", "Type": "A", "TTL": 30, "ResourceRecords": [{"Value": "192.0.2.7"}]}}]}'
change "$(alias_to alias.example "${zone#/hostedzone/}" www.alias.example)"
expect "to a name of the zone" 192.0.2.7 "$(ask alias.example A)"
change "$(alias_to alias.example Z2FDTNDATAQYW2 "$TARGET")"
within 20 "to the load balancer $TARGET" "$TARGET_ADDRESS" ask alias.example A
expect "nobody sees a CNAME" "" "$(ask alias.example CNAME)"
expect "and NS stands beside it" yes "$([ -n "$(ask alias.example NS)" ] && echo yes)"
finish

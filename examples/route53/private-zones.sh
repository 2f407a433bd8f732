#!/usr/bin/env bash
# Private hosted zones: one name, other answers for the clients of a VPC. A VPC stands for a view of the server, which says
# which addresses it has:
#
#   views:
#     shop: {networks: [127.0.0.2/32], vpc: {region: us-east-1, id: vpc-shop}}
#     lab:  {networks: [127.0.0.3/32], vpc: {region: eu-west-1, id: vpc-lab}}
#
# SHOP_CLIENT and LAB_CLIENT are addresses of this host in the two networks (127.0.0.2, 127.0.0.3).
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
: "${SHOP_CLIENT:=127.0.0.2}" "${LAB_CLIENT:=127.0.0.3}"
shop=VPCRegion=us-east-1,VPCId=vpc-shop
lab=VPCRegion=eu-west-1,VPCId=vpc-lab
as() { ask -b "$1" "${@:2}" A | paste -sd' ' -; }
status_as() { dig "@$DNS_SERVER" -p "$DNS_PORT" -b "$1" +tries=1 +time=3 "$2" A | sed -n 's/.*status: \([A-Z]*\),.*/\1/p'; }
# refused CODE OPERATION OPTIONS...: the error that an operation ends with.
refused() { expect "$2 is refused" "$1" "$(r53 "${@:2}" 2>&1 | grep -o "($1)" | tr -d '()' | head -1)"; }
record() { printf '{"Changes": [{"Action": "UPSERT", "ResourceRecordSet": {"Name": "%s", "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "%s"}]}}]}' "$1" "$2"; }

say "split horizon: private.example for everybody, and another one for a VPC"
zone private.example
public=$zone
change "$(record www.private.example 203.0.113.80)"
inside=$(r53 create-hosted-zone --name private.example --vpc $shop --caller-reference "inside-$(date +%s%N)" --query HostedZone.Id --output text)
zone=$inside
note "the zone of the same name for vpc-shop is $inside"
change "$(record www.private.example 10.20.0.80)"
expect "from vpc-shop ($SHOP_CLIENT)" 10.20.0.80 "$(as "$SHOP_CLIENT" www.private.example)"
expect "from anywhere else" 203.0.113.80 "$(as 127.0.0.1 www.private.example)"
expect "from vpc-lab ($LAB_CLIENT), which has no zone of the name" 203.0.113.80 "$(as "$LAB_CLIENT" www.private.example)"
expect "from anywhere else, claiming to ask for vpc-shop" 203.0.113.80 "$(as 127.0.0.1 www.private.example "+subnet=$SHOP_CLIENT/32")"
expect "GetHostedZone tells its VPCs" vpc-shop "$(r53 get-hosted-zone --id "$inside" --query 'VPCs[].VPCId' --output text)"
expect "and ListHostedZonesByName both zones" "False True" \
    "$(r53 list-hosted-zones-by-name --dns-name private.example --query "HostedZones[?Name=='private.example.'].Config.PrivateZone" --output text | tr '\t' '\n' | sort | paste -sd' ' -)"

say "a zone that only VPCs see"
corp=$(r53 create-hosted-zone --name corp.private.example --vpc $shop --caller-reference "corp-$(date +%s%N)" --query HostedZone.Id --output text)
zone=$corp
change "$(record db.corp.private.example 10.20.0.5)"
expect "from vpc-shop" 10.20.0.5 "$(as "$SHOP_CLIENT" db.corp.private.example)"
expect "from vpc-lab, before it is associated" NXDOMAIN "$(status_as "$LAB_CLIENT" db.corp.private.example)"
r53 create-vpc-association-authorization --hosted-zone-id "$corp" --vpc $lab >/dev/null
expect "the authorizations" vpc-lab "$(r53 list-vpc-association-authorizations --hosted-zone-id "$corp" --query 'VPCs[].VPCId' --output text)"
r53 associate-vpc-with-hosted-zone --hosted-zone-id "$corp" --vpc $lab >/dev/null
within 10 "from vpc-lab, associated" 10.20.0.5 as "$LAB_CLIENT" db.corp.private.example
r53 delete-vpc-association-authorization --hosted-zone-id "$corp" --vpc $lab >/dev/null
expect "the zones of vpc-lab" corp.private.example. "$(r53 list-hosted-zones-by-vpc --vpc-region eu-west-1 --vpc-id vpc-lab --query 'HostedZoneSummaries[].Name' --output text)"
r53 disassociate-vpc-from-hosted-zone --hosted-zone-id "$corp" --vpc $shop >/dev/null
within 10 "from vpc-shop, no longer associated" NXDOMAIN status_as "$SHOP_CLIENT" db.corp.private.example
expect "TestDNSAnswer as vpc-lab" 10.20.0.5 \
    "$(r53 test-dns-answer --hosted-zone-id "$corp" --record-name db.corp.private.example --record-type A --query 'RecordData[]' --output text)"
expect "TestDNSAnswer as a resolver outside" NXDOMAIN \
    "$(r53 test-dns-answer --hosted-zone-id "$corp" --record-name db.corp.private.example --record-type A --resolver-ip 192.0.2.1 --query ResponseCode --output text)"

say "what is refused"
refused InvalidVPCId associate-vpc-with-hosted-zone --hosted-zone-id "$corp" --vpc VPCRegion=us-east-1,VPCId=vpc-nobody
refused PublicZoneVPCAssociation associate-vpc-with-hosted-zone --hosted-zone-id "$public" --vpc $shop
refused ConflictingDomainExists associate-vpc-with-hosted-zone --hosted-zone-id "$inside" --vpc $shop
refused LastVPCAssociation disassociate-vpc-from-hosted-zone --hosted-zone-id "$inside" --vpc $shop
refused VPCAssociationNotFound disassociate-vpc-from-hosted-zone --hosted-zone-id "$inside" --vpc $lab
refused VPCAssociationAuthorizationNotFound delete-vpc-association-authorization --hosted-zone-id "$corp" --vpc $lab
finish

#!/usr/bin/env bash
# A traffic policy with nested rules, in two versions, and an instance that moves from the one to the other.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
say "a traffic policy"
zone policy.example
# Geolocation on top, a weighted rule below Europe; the second version sends all of Europe to one place.
first='{"AWSPolicyFormatVersion": "2015-10-01", "RecordType": "A", "StartRule": "world",
  "Endpoints": {"eu1": {"Type": "value", "Value": "192.0.2.1"}, "eu2": {"Type": "value", "Value": "192.0.2.2"}, "us": {"Type": "value", "Value": "192.0.2.3"}},
  "Rules": {
    "world": {"RuleType": "geo", "Locations": [{"Continent": "EU", "RuleReference": "europe"}, {"IsDefault": true, "EndpointReference": "us"}]},
    "europe": {"RuleType": "weighted", "Items": [{"Weight": "1", "EndpointReference": "eu1"}, {"Weight": "1", "EndpointReference": "eu2"}]}}}'
second='{"AWSPolicyFormatVersion": "2015-10-01", "RecordType": "A", "StartRule": "world",
  "Endpoints": {"eu": {"Type": "value", "Value": "192.0.2.9"}, "us": {"Type": "value", "Value": "192.0.2.3"}},
  "Rules": {"world": {"RuleType": "geo", "Locations": [{"Continent": "EU", "EndpointReference": "eu"}, {"IsDefault": true, "EndpointReference": "us"}]}}}'
policy=$(r53 create-traffic-policy --name "site-$(date +%s)" --document "$first" --query TrafficPolicy.Id --output text)
r53 create-traffic-policy-version --id "$policy" --document "$second" --query TrafficPolicy.Version --output text >/dev/null
instance=$(r53 create-traffic-policy-instance --hosted-zone-id "$zone" --name www.policy.example --ttl 60 --traffic-policy-id "$policy" \
    --traffic-policy-version 1 --query TrafficPolicyInstance.Id --output text)
applied() { aws --endpoint-url "$ROUTE53_ENDPOINT" route53 get-traffic-policy-instance --id "$instance" --query TrafficPolicyInstance.State --output text; }
within 20 "the instance" Applied applied
expect "Europe, version 1" "192.0.2.1 192.0.2.2" "$(for _ in $(seq 60); do from 193.252.19.0/24 www.policy.example; done | sort -u | paste -sd' ' -)"
expect "the United States, version 1" 192.0.2.3 "$(from 12.0.0.0/24 www.policy.example)"
r53 update-traffic-policy-instance --id "$instance" --ttl 60 --traffic-policy-id "$policy" --traffic-policy-version 2 --query TrafficPolicyInstance.State --output text >/dev/null
within 20 "moved to version 2: Europe" 192.0.2.9 from 193.252.19.0/24 www.policy.example
expect "the United States, version 2" 192.0.2.3 "$(from 12.0.0.0/24 www.policy.example)"
finish

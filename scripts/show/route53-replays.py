#!/usr/bin/python3
"""Replays the requests that Terraform, external-dns and octoDNS send, in their order and with their parameters, as read in their
source. The programs themselves are not run: no package of theirs is to be had here.

    route53-replays.py ENDPOINT [terraform|external-dns|octodns]...
"""
import sys
import time
import uuid

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

route53 = boto3.client("route53", endpoint_url=sys.argv[1], region_name="eu-west-1", config=Config(retries={"max_attempts": 1}))
problems = 0


def hold(what, is_so):
    global problems
    print(f"   {'ok      ' if is_so else 'FAILED  '}{what}", flush=True)
    problems += not is_so


def change(zone, *changes, comment=None):
    batch = {"Changes": [{"Action": action, "ResourceRecordSet": one} for action, one in changes]}
    if comment:
        batch["Comment"] = comment
    return route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=batch)["ChangeInfo"]["Id"]


def insync(change_id):
    for _ in range(60):
        if route53.get_change(Id=change_id)["ChangeInfo"]["Status"] == "INSYNC":
            return True
        time.sleep(1)
    return False


def make_zone(name, **more):
    created = route53.create_hosted_zone(Name=name, CallerReference=f"terraform-{uuid.uuid4()}", **more)
    return created["HostedZone"]["Id"].split("/")[-1], created


def simple(name, kind, *values, ttl=300, **more):
    return {"Name": name, "Type": kind, "TTL": ttl, "ResourceRecords": [{"Value": value} for value in values], **more}


def remove(zone):
    """As force_destroy does: asks whether the zone is signed, deletes what is in it, then the zone."""
    hold("GetDNSSEC, then everything is deleted, then the zone", route53.get_dnssec(HostedZoneId=zone)["Status"]["ServeSignature"] == "NOT_SIGNING")
    listed = route53.list_resource_record_sets(HostedZoneId=zone, MaxItems="100")["ResourceRecordSets"]
    insync(change(zone, *[("DELETE", one) for one in listed if one["Type"] not in ("NS", "SOA")], comment="Deleted by Terraform"))
    route53.delete_hosted_zone(Id=zone)


def terraform():
    print("-- Terraform: aws_route53_zone, aws_route53_record, a change of type, destroy")
    zone, created = make_zone("terraform.example", HostedZoneConfig={"Comment": "Managed by Terraform"})
    insync(created["ChangeInfo"]["Id"])
    got = route53.get_hosted_zone(Id=zone)
    hold(f"zone read: first name server {got['DelegationSet']['NameServers'][0]}, PrivateZone {got['HostedZone']['Config']['PrivateZone']}",
         got["HostedZone"]["Config"]["PrivateZone"] is False)
    tags = route53.list_tags_for_resource(ResourceType="hostedzone", ResourceId=zone)["ResourceTagSet"]["Tags"]
    hold("the tags of the zone, which every read asks for", tags == [])

    def read(name, kind):
        route53.get_hosted_zone(Id=zone)
        # MaxItems=1: an error in the order of the sets would show as "not found".
        return route53.list_resource_record_sets(HostedZoneId=zone, StartRecordName=name, StartRecordType=kind, MaxItems="1")["ResourceRecordSets"]

    for name, kind, value in (("www.terraform.example", "A", "192.0.2.1"), ("*.terraform.example", "CNAME", "www.terraform.example"), ("env1.terraform.example", "TXT", '"one"'),
                              ("env10.terraform.example", "TXT", '"ten"')):
        route53.get_hosted_zone(Id=zone)
        insync(change(zone, ("CREATE", simple(name, kind, value)), comment="Managed by Terraform"))
        found = read(name, kind)
        hold(f"{name} {kind}: created, waited for, and read back with MaxItems=1 as {found[0]['Name']}",
             found[0]["Name"] == name.replace("*", "\\052") + "." and found[0]["Type"] == kind)
    sets = [simple("api.terraform.example", "A", f"192.0.2.{i}", ttl=60, SetIdentifier=f"set{i}", Weight=i) for i in (1, 2)]
    insync(change(zone, *[("CREATE", one) for one in sets]))
    found = route53.list_resource_record_sets(
        HostedZoneId=zone, StartRecordName="api.terraform.example", StartRecordType="A", StartRecordIdentifier="set2", MaxItems="100")["ResourceRecordSets"]
    hold("a weighted set is found by its identifier with MaxItems=100", found[0]["SetIdentifier"] == "set2")
    insync(change(zone, ("DELETE", simple("www.terraform.example", "A", "192.0.2.1")), ("CREATE", simple("www.terraform.example", "CNAME", "lb.example.net"))))
    hold("another type: DELETE and CREATE in one batch", read("www.terraform.example", "CNAME")[0]["ResourceRecords"] == [{"Value": "lb.example.net"}])
    try:
        change(zone, ("DELETE", simple("www.terraform.example", "A", "192.0.2.1")))
        hold("deleting what is gone: no error", False)
    except route53.exceptions.InvalidChangeBatch as e:
        hold(f"deleting what is gone: InvalidChangeBatch, which it takes as done: {e.response['Error']['Message'][:80]}", True)
    remove(zone)


def external_dns():
    print("-- external-dns: zones and their tags, all sets in pages of 300, one batch with the TXT registry, and what is left")
    zone, _ = make_zone("external.example")
    route53.change_tags_for_resource(ResourceType="hostedzone", ResourceId=zone, AddTags=[{"Key": "owner", "Value": "k8s"}])
    pages = route53.get_paginator("list_hosted_zones").paginate()
    ids = [one["Id"].split("/")[-1] for page in pages for one in page["HostedZones"]]
    tagged = route53.list_tags_for_resources(ResourceType="hostedzone", ResourceIds=ids[:10])["ResourceTagSets"]
    hold(f"{len(ids)} zones, their tags ten at a time: {[one['Tags'] for one in tagged if one['ResourceId'] == zone]}", any(one["Tags"] for one in tagged))
    registry = '"heritage=external-dns,external-dns/owner=default,external-dns/resource=ingress/default/web"'
    wanted = [simple("app.external.example", "A", "192.0.2.10"), simple("a-app.external.example", "TXT", registry),
              simple("*.external.example", "A", "192.0.2.11"), simple("a-wildcard.external.example", "TXT", registry)]
    change(zone, *[("CREATE", one) for one in wanted])
    listed = [one for page in route53.get_paginator("list_resource_record_sets").paginate(HostedZoneId=zone, PaginationConfig={"PageSize": 300})
              for one in page["ResourceRecordSets"]]
    hold(f"all sets in pages of 300: {len(listed)}, the wildcard as \\052", any(one["Name"] == "\\052.external.example." for one in listed))
    change(zone, *[("UPSERT", {**one, "TTL": 60}) for one in wanted[:2]])
    try:
        change(zone, ("CREATE", wanted[0]), ("CREATE", simple("new.external.example", "A", "192.0.2.12")))
    except route53.exceptions.InvalidChangeBatch:
        change(zone, ("CREATE", simple("new.external.example", "A", "192.0.2.12")))
    hold("a batch with one bad change changes nothing: what is good is sent again by itself", True)
    listed = route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    change(zone, *[("DELETE", one) for one in listed if one["Type"] not in ("NS", "SOA")])
    route53.delete_hosted_zone(Id=zone)
    hold("all of it deleted as it was listed", True)


def octodns():
    print("-- octoDNS: the zone by name, all sets, health checks by the prefix of their references, geolocation with the default *")
    zone, _ = make_zone("octo.example")
    found = route53.list_hosted_zones_by_name(DNSName="octo.example.", MaxItems="100")["HostedZones"]
    hold(f"list_hosted_zones_by_name begins with {found[0]['Name']}", found[0]["Name"] == "octo.example." and found[0]["Id"].endswith(zone))
    prefix = f"octodns:{uuid.uuid4().hex[:8]}"
    check = route53.create_health_check(CallerReference=f"{prefix}:A:www.octo.example.:eu", HealthCheckConfig={
        "Type": "HTTPS_STR_MATCH", "IPAddress": "192.0.2.1", "Port": 443, "ResourcePath": "/_dns", "SearchString": "OK", "FullyQualifiedDomainName": "www.octo.example",
        "EnableSNI": True, "FailureThreshold": 6, "RequestInterval": 10, "MeasureLatency": True, "Disabled": False})["HealthCheck"]
    route53.change_tags_for_resource(ResourceType="healthcheck", ResourceId=check["Id"], AddTags=[{"Key": "Name", "Value": "www.octo.example."}])
    checks = [one for page in route53.get_paginator("list_health_checks").paginate() for one in page["HealthChecks"] if one["CallerReference"].startswith(prefix)]
    hold(f"the health check is found again by its reference: {checks[0]['CallerReference']}", len(checks) == 1)
    pool = [simple("_octodns-eu-value.www.octo.example", "A", "192.0.2.1", ttl=60, SetIdentifier="eu-000", Weight=1, HealthCheckId=check["Id"]),
            simple("_octodns-us-value.www.octo.example", "A", "192.0.2.2", ttl=60, SetIdentifier="us-000", Weight=1)]

    def alias(identifier, target, **routing):
        return {"Name": "www.octo.example", "Type": "A", "SetIdentifier": identifier, **routing,
                "AliasTarget": {"HostedZoneId": zone, "DNSName": target, "EvaluateTargetHealth": True}}

    rules = [alias("0-eu-EU", "_octodns-eu-value.www.octo.example", GeoLocation={"ContinentCode": "EU"}),
             alias("1-us-None", "_octodns-us-value.www.octo.example", GeoLocation={"CountryCode": "*"})]
    insync(change(zone, *[("CREATE", one) for one in pool + rules]))
    listed = [one for page in route53.get_paginator("list_resource_record_sets").paginate(HostedZoneId=zone) for one in page["ResourceRecordSets"]]
    geo = {one["SetIdentifier"]: one.get("GeoLocation") for one in listed if one["Name"] == "www.octo.example."}
    hold(f"pools as weighted sets, rules as aliases by geolocation, in one batch: {geo}", geo.get("1-us-None") == {"CountryCode": "*"})
    insync(change(zone, *[("DELETE", one) for one in rules + pool]))
    route53.delete_health_check(HealthCheckId=check["Id"])
    route53.delete_hosted_zone(Id=zone)
    hold("all of it deleted", True)


names = sys.argv[2:] or ["terraform", "external-dns", "octodns"]
for each in names:
    try:
        {"terraform": terraform, "external-dns": external_dns, "octodns": octodns}[each]()
    except ClientError as error:
        hold(f"{each}: {error}", False)
sys.exit(problems > 0)

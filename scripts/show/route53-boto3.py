#!/usr/bin/python3
"""What boto3 does with the endpoint: zones, changes, waiter, paginators, tags, health checks, typed errors.

    route53-boto3.py ENDPOINT
"""
import sys
import time
import uuid

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

route53 = boto3.client("route53", endpoint_url=sys.argv[1], region_name="us-east-1", config=Config(retries={"max_attempts": 1}))
problems = 0


def hold(what, is_so):
    global problems
    print(f"   {'ok      ' if is_so else 'FAILED  '}{what}", flush=True)
    problems += not is_so


def sets(zone, action, *wanted):
    changes = [{"Action": action, "ResourceRecordSet": one} for one in wanted]
    return route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})["ChangeInfo"]


def simple(name, kind, *values, ttl=60):
    return {"Name": name, "Type": kind, "TTL": ttl, "ResourceRecords": [{"Value": value} for value in values]}


def main():
    print(f"   boto3 {boto3.__version__}")
    created = route53.create_hosted_zone(Name="boto3.example", CallerReference=str(uuid.uuid4()), HostedZoneConfig={"Comment": "by boto3"})
    zone = created["HostedZone"]["Id"]
    hold(f"create_hosted_zone: {zone}, {len(created['DelegationSet']['NameServers'])} name servers, {created['ChangeInfo']['Status']}", zone.startswith("/hostedzone/Z"))
    got = route53.get_hosted_zone(Id=zone)["HostedZone"]
    hold(f"get_hosted_zone: {got['Name']}, {got['ResourceRecordSetCount']} sets, comment {got['Config']['Comment']!r}", got["ResourceRecordSetCount"] == 2)

    info = sets(zone, "UPSERT", simple("www.boto3.example", "A", "192.0.2.1", "192.0.2.2"), simple("*.boto3.example", "TXT", '"a \\"b\\""'))
    begun = time.monotonic()
    route53.get_waiter("resource_record_sets_changed").wait(Id=info["Id"], WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    hold(f"the waiter resource_record_sets_changed: INSYNC after {time.monotonic() - begun:.1f} s", True)
    hosts = [simple(f"h{i}.boto3.example", "A", f"10.0.{i >> 8}.{i & 255}") for i in range(350)]
    sets(zone, "CREATE", *hosts)
    pages = list(route53.get_paginator("list_resource_record_sets").paginate(HostedZoneId=zone, PaginationConfig={"PageSize": 100}))
    names = [one["Name"] for page in pages for one in page["ResourceRecordSets"]]
    hold(f"the paginator: {len(names)} sets on {len(pages)} pages, none twice, the wildcard as {names[2]!r}",
         len(names) == 354 and len(set(names)) == 353 and "\\052.boto3.example." in names)

    route53.change_tags_for_resource(ResourceType="hostedzone", ResourceId=zone.split("/")[-1], AddTags=[{"Key": "team", "Value": "edge"}])
    tags = route53.list_tags_for_resource(ResourceType="hostedzone", ResourceId=zone.split("/")[-1])["ResourceTagSet"]["Tags"]
    hold(f"tags: {tags}", tags == [{"Key": "team", "Value": "edge"}])
    check = route53.create_health_check(CallerReference=str(uuid.uuid4()), HealthCheckConfig={
        "Type": "TCP", "IPAddress": "127.0.0.1", "Port": 9, "RequestInterval": 30, "FailureThreshold": 3})["HealthCheck"]
    hold(f"create_health_check: {check['Id']}, version {check['HealthCheckVersion']}", check["HealthCheckVersion"] == 1)
    changed = route53.update_health_check(HealthCheckId=check["Id"], FailureThreshold=5)["HealthCheck"]
    hold(f"update_health_check: version {changed['HealthCheckVersion']}", changed["HealthCheckConfig"]["FailureThreshold"] == 5)
    route53.delete_health_check(HealthCheckId=check["Id"])

    for what, call, error in (
        ("a zone that is not there", lambda: route53.get_hosted_zone(Id="Z00000000000000000000"), route53.exceptions.NoSuchHostedZone),
        ("a set that is there already", lambda: sets(zone, "CREATE", hosts[0]), route53.exceptions.InvalidChangeBatch),
        ("a zone with records", lambda: route53.delete_hosted_zone(Id=zone), route53.exceptions.HostedZoneNotEmpty),
        ("a health check that is gone", lambda: route53.get_health_check(HealthCheckId=check["Id"]), route53.exceptions.NoSuchHealthCheck),
    ):
        try:
            call()
            hold(f"{what}: no error", False)
        except ClientError as e:
            hold(f"{what}: {type(e).__name__}, {e.response['ResponseMetadata']['HTTPStatusCode']}: {e.response['Error']['Message'][:100]}", isinstance(e, error))

    rest = [one for page in pages for one in page["ResourceRecordSets"] if one["Type"] not in ("NS", "SOA")]
    sets(zone, "DELETE", *rest)
    route53.delete_hosted_zone(Id=zone)
    hold("deleted: the sets as they were listed, and the zone", True)
    sys.exit(problems > 0)


main()

"""The lines of scripts/show/route53.sh, with the real boto3 and botocore's real signer."""

import concurrent.futures
import datetime
import http.client
import json
import os
import select
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid

import boto3
import botocore.auth
import botocore.awsrequest
import botocore.config
import botocore.credentials
import botocore.exceptions

URL = os.environ["MERIDIAN_ROUTE53"]
CONNECTIONS = 16
failures = 0


def client(credentials=None, retries=1, **options):
    key, secret = (credentials or f"{os.environ['AWS_ACCESS_KEY_ID']}:{os.environ['AWS_SECRET_ACCESS_KEY']}").split(":")
    config = botocore.config.Config(retries={"max_attempts": retries}, max_pool_connections=64, parameter_validation=False)
    return boto3.client(
        "route53", endpoint_url=URL, region_name="eu-west-1", aws_access_key_id=key, aws_secret_access_key=secret, config=config, **options)


def title(text):
    print(f"\n== {text}", flush=True)


def hold(what, condition):
    global failures
    print(f"   {'ok     ' if condition else 'FAILED '} {what}", flush=True)
    failures += 0 if condition else 1


def zone(api, name, reference=None):
    return api.create_hosted_zone(Name=name, CallerReference=reference or str(uuid.uuid4()))["HostedZone"]["Id"].split("/")[-1]


def simple(name, kind="A", values=("192.0.2.1",), ttl=60, **more):
    return {"Name": name, "Type": kind, "TTL": ttl, "ResourceRecords": [{"Value": value} for value in values], **more}


def change(api, zone_id, *changes, comment=None):
    batch = {"Changes": [{"Action": action, "ResourceRecordSet": record_set} for action, record_set in changes]}
    if comment is not None:
        batch["Comment"] = comment
    return api.change_resource_record_sets(HostedZoneId=zone_id, ChangeBatch=batch)["ChangeInfo"]


def expect(what, code, message, call):
    """The call fails with a code and, unless None, exactly this message."""
    try:
        call()
        hold(f"{what}: no error; expected {code}", False)
    except botocore.exceptions.ClientError as error:
        found = error.response["Error"]
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        right = found["Code"] == code and (message is None or found["Message"] == message)
        hold(f"{what}: {status} {found['Code']}: {found['Message'][:230]}", right)
        if not right:
            print(f"           expected {code}: {message}")


def errors():
    title("errors, as boto3 sees them")
    api = client()
    z = zone(api, "e.com")
    change(api, z, ("CREATE", simple("www.e.com")), ("CREATE", simple("alias.e.com", "CNAME", ["a.test."])))
    change(api, z, ("CREATE", simple("w.e.com", SetIdentifier="one", Weight=10)))
    fails = lambda what, message, *changes: expect(what, "InvalidChangeBatch", message, lambda: change(api, z, *changes))
    expect("an unknown zone", "NoSuchHostedZone", "No hosted zone found with ID: ZNOSUCH", lambda: api.get_hosted_zone(Id="ZNOSUCH"))
    expect("a zone that is not empty", "HostedZoneNotEmpty",
           "The specified hosted zone contains non-required resource record sets and so cannot be deleted.", lambda: api.delete_hosted_zone(Id=z))
    fails("CREATE of what is there", "[Tried to create resource record set [name='www.e.com.', type='A'] but it already exists]", ("CREATE", simple("www.e.com")))
    fails("CREATE of a set that is there", "[Tried to create resource record set [name='w.e.com.', type='A', set identifier='one'] but it already exists]",
          ("CREATE", simple("w.e.com", SetIdentifier="one", Weight=10)))
    fails("DELETE of what is not", "[Tried to delete resource record set [name='no.e.com.', type='A'] but it was not found]", ("DELETE", simple("no.e.com")))
    fails("DELETE with other values",
          "[Tried to delete resource record set [name='www.e.com.', type='A'] but the values provided do not match the current values]",
          ("DELETE", simple("www.e.com", values=["192.0.2.9"])))
    fails("DELETE with another TTL",
          "[Tried to delete resource record set [name='www.e.com.', type='A'] but the values provided do not match the current values]",
          ("DELETE", simple("www.e.com", ttl=61)))
    fails("the same DELETE twice in a batch", "[Tried to delete resource record set [name='www.e.com.', type='A'] but it was not found]",
          ("DELETE", simple("www.e.com")), ("DELETE", simple("www.e.com")))
    fails("a name outside", "[RRSet with DNS name x.y. is not permitted in zone e.com.]", ("CREATE", simple("x.y")))
    fails("beside a CNAME",
          "[RRSet of type A with DNS name alias.e.com. is not permitted because a conflicting RRSet of type  CNAME with the same DNS name already exists in zone e.com.]",
          ("CREATE", simple("alias.e.com")))
    fails("a CNAME beside others",
          "[RRSet of type CNAME with DNS name www.e.com. is not permitted as it conflicts with other records with the same DNS name in zone e.com.]",
          ("CREATE", simple("www.e.com", "CNAME", ["a.test."])))
    fails("a CNAME at the apex", "[RRSet of type CNAME with DNS name e.com. is not permitted at apex in zone e.com.]", ("CREATE", simple("e.com", "CNAME", ["a.test."])))
    fails("a simple set beside routed ones", "[RRSet with DNS name w.e.com., type A cannot be created as other RRSets exist with the same name and type.]",
          ("CREATE", simple("w.e.com")))
    fails("a weighted set beside a simple one",
          "[RRSet with DNS name www.e.com., type A, SetIdentifier s cannot be created as a non-weighted set exists with the same name and type.]",
          ("CREATE", simple("www.e.com", SetIdentifier="s", Weight=1)))
    fails("weighted sets with different TTLs",
          "[RRSet with DNS name w.e.com. and type A, SetIdentifier s cannot be created as weighted sets must contain the same TTL.]",
          ("CREATE", simple("w.e.com", ttl=61, SetIdentifier="s", Weight=1)))
    target = {"HostedZoneId": z, "DNSName": "t.test", "EvaluateTargetHealth": False}
    fails("an alias that leads outside its zone",
          f"[Tried to create an alias that targets t.test., type A in zone {z}, but the alias target name does not lie within the target zone, "
          f"Tried to create an alias that targets t.test., type A in zone {z}, but that target was not found]",
          ("CREATE", {"Name": "al.e.com", "Type": "A", "AliasTarget": target}))
    fails("an alias of nothing", f"[Tried to create an alias that targets no.e.com., type A in zone {z}, but that target was not found]",
          ("CREATE", {"Name": "al.e.com", "Type": "A", "AliasTarget": {**target, "DNSName": "no.e.com"}}))
    fails("no name", "[FATAL problem: DomainNameEmpty (Domain name is empty) encountered with '']", ("CREATE", simple("")))
    fails("a blank in a name", "[FATAL problem: UnsupportedCharacter (Value contains unsupported characters) encountered with ' ']", ("CREATE", simple("a b.e.com")))
    fails("no address", "[Invalid Resource Record: 'FATAL problem: ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address) encountered with 'v'']",
          ("CREATE", simple("x.e.com", values=["v"])))
    fails("too many records", "[Number of records limit of 1000 exceeded.]", *[("UPSERT", simple(f"n{i}.e.com")) for i in range(501)])
    expect("neither records nor alias", "InvalidInput",
           "Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId], but found none in Change with "
           "[Action=DELETE, Name=e.com, Type=A, SetIdentifier=null]",
           lambda: change(api, z, ("DELETE", {"Name": "e.com", "Type": "A"})))
    expect("both records and alias", "InvalidInput",
           "Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId], but found more than one in Change with "
           "[Action=CREATE, Name=b.e.com, Type=A, SetIdentifier=null]",
           lambda: change(api, z, ("CREATE", {**simple("b.e.com"), "AliasTarget": target})))
    expect("an unknown action", "InvalidInput",
           "Invalid XML ; cvc-enumeration-valid: Value 'PATCH' is not facet-valid with respect to enumeration '[CREATE, DELETE, UPSERT]'. It must be a value from the enumeration.",
           lambda: change(api, z, ("PATCH", simple("x.e.com"))))
    expect("weight without an identifier", "InvalidInput", None, lambda: change(api, z, ("CREATE", simple("x.e.com", Weight=1))))
    expect("an identifier without routing", "InvalidInput", None, lambda: change(api, z, ("CREATE", simple("x.e.com", SetIdentifier="s"))))
    expect("an unknown health check", "NoSuchHealthCheck", None,
           lambda: change(api, z, ("CREATE", simple("x.e.com", SetIdentifier="s", Weight=1, HealthCheckId=str(uuid.uuid4())))))
    expect("an unknown change", "NoSuchChange", None, lambda: api.get_change(Id="C2682N5HXP0BZ4"))
    expect("a type without a name", "InvalidInput", None, lambda: api.list_resource_record_sets(HostedZoneId=z, StartRecordType="A"))
    expect("a private zone for a VPC that no view stands for", "InvalidVPCId", None,
           lambda: api.create_hosted_zone(Name="p.test", CallerReference="p", VPC={"VPCRegion": "eu-west-1", "VPCId": "vpc-1"}))
    expect("a bad zone name", "InvalidDomainName", None, lambda: api.create_hosted_zone(Name="a..b", CallerReference="b"))
    expect("an unknown delegation set", "NoSuchDelegationSet", None,
           lambda: api.create_hosted_zone(Name="d.test", CallerReference="d", DelegationSetId="NNOSUCH"))
    expect("a zone that exists", "ConflictingDomainExists", None, lambda: api.create_hosted_zone(Name="e.com", CallerReference="another"))
    expect("a prefixed id of tags", "InvalidInput",
           f"1 validation error detected: Value '/hostedzone/{z}' at 'resourceId' failed to satisfy constraint: Member must have length less than or equal to 32",
           lambda: api.list_tags_for_resource(ResourceType="hostedzone", ResourceId=f"/hostedzone/{z}"))
    expect("an operation of tier 3", "InvalidKMSArn", None,
           lambda: api.create_key_signing_key(CallerReference="k", HostedZoneId=z, KeyManagementServiceArn="arn", Name="k", Status="ACTIVE"))
    expect("a viewer's change", "AccessDenied", None, lambda: change(client(os.environ["MERIDIAN_VIEWER"]), z, ("CREATE", simple("v.e.com"))))
    expect("a key of another zone", "AccessDenied", None, lambda: change(client(os.environ["MERIDIAN_SCOPED"]), z, ("CREATE", simple("v.e.com"))))
    check = api.create_health_check(CallerReference="hc", HealthCheckConfig={"Type": "TCP", "IPAddress": "127.0.0.1", "Port": 9, "FailureThreshold": 3})["HealthCheck"]
    expect("a stale version of a health check", "HealthCheckVersionMismatch", None,
           lambda: api.update_health_check(HealthCheckId=check["Id"], HealthCheckVersion=7, FailureThreshold=5))
    expect("a used reference of a health check", "HealthCheckAlreadyExists", None,
           lambda: api.create_health_check(CallerReference="hc", HealthCheckConfig={"Type": "TCP", "IPAddress": "127.0.0.1", "Port": 10}))

    title("one bad change of a thousand changes nothing")
    before = api.get_hosted_zone(Id=z)["HostedZone"]["ResourceRecordSetCount"]
    fails("999 good ones and a bad one", "[Tried to delete resource record set [name='no.e.com.', type='A'] but it was not found]",
          *[("CREATE", simple(f"n{i}.e.com")) for i in range(999)], ("DELETE", simple("no.e.com")))
    after = api.get_hosted_zone(Id=z)["HostedZone"]["ResourceRecordSetCount"]
    hold(f"the zone has {after} record sets as before", before == after)
    answer = subprocess.run(["dig", "@127.0.0.1", "-p", os.environ["MERIDIAN_DNS"], "+short", "n5.e.com", "A"], capture_output=True, text=True).stdout
    hold("and none of them is answered", answer == "")
    limits()
    overtaken()
    throttled()


def limits():
    title("limits that take hundreds of requests to reach")
    api = client()

    def until_refused(what, code, message, most, call):
        """Calls with 0, 1, 2 … until it is refused; says how many went well."""
        for i in range(most + 1):
            if i == most:
                expect(f"{what} {i + 1}, after {i} that went well", code, message, lambda: call(i))
            else:
                call(i)

    vpc = lambda i: {"VPCRegion": "eu-west-1", "VPCId": f"vpc-show-{i}"}
    z = api.create_hosted_zone(Name="inside.test", CallerReference="inside", VPC=vpc(0))["HostedZone"]["Id"].split("/")[-1]
    until_refused("VPC", "LimitsExceeded", "Limits Exceeded: a hosted zone is associated with 300 VPCs at most.", 299,
                  lambda i: api.associate_vpc_with_hosted_zone(HostedZoneId=z, VPC=vpc(i + 1)))
    until_refused("authorization", "TooManyVPCAssociationAuthorizations",
                  "You've created the maximum number of authorizations for the hosted zone: 1000.", 1000,
                  lambda i: api.create_vpc_association_authorization(HostedZoneId=z, VPC=vpc(i)))
    sets = []
    until_refused("delegation set", "LimitsExceeded", "Limits Exceeded: the limit of 100 delegation sets is reached.", 100,
                  lambda i: sets.append(api.create_reusable_delegation_set(CallerReference=f"set {i}")["DelegationSet"]["Id"]))
    for one in sets:
        api.delete_reusable_delegation_set(Id=one)
    api.delete_hosted_zone(Id=z)


def overtaken():
    title("a request that is overtaken by another door again and again")
    api = client(retries=0)
    z = zone(api, "prior.test")
    change(api, z, ("CREATE", simple("www.prior.test")))
    native = os.environ["MERIDIAN_HTTP"].split("/")[-1]
    stopping = threading.Event()
    written = [0] * 12

    def write(number):
        connection = http.client.HTTPConnection(native)
        while not stopping.is_set():
            body = json.dumps({"A": f"192.0.{number}.{written[number] % 250 + 1}"})
            connection.request("PUT", "/api/v1/zones/prior.test/records/www?reason=race", body,
                               {"Content-Type": "application/json", "Meridian-Command": "1"})
            response = connection.getresponse()
            text = response.read().decode()
            if response.status != 200:
                return f"{response.status} {text}"
            written[number] += 1
        return None

    with concurrent.futures.ThreadPoolExecutor(len(written)) as pool:
        writers = [pool.submit(write, number) for number in range(len(written))]
        try:
            deadline = time.monotonic() + 60
            code = tries = 0
            while code != "PriorRequestNotComplete" and time.monotonic() < deadline:
                tries += 1
                # The larger the batch, the longer it is worked out, and the surer somebody is faster.
                batch = [("UPSERT", simple(f"n{i}.prior.test", values=[f"192.0.2.{tries % 250 + 1}"])) for i in range(400)]
                try:
                    change(api, z, *batch, ("UPSERT", simple("www.prior.test", values=["192.0.2.2"])))
                except botocore.exceptions.ClientError as error:
                    code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
        finally:
            stopping.set()
        refused = {writer.result() for writer in writers} - {None}
    for text in refused:
        hold(f"a write by the native API: {text}", False)
    hold(f"beside {sum(written)} writes of the same name by the native API: 400 {code}: {message if code else ''} (request {tries})",
         code == "PriorRequestNotComplete" and message == "The request was rejected because Route 53 was still processing a prior request.")
    change(api, z, ("UPSERT", simple("www.prior.test", values=["192.0.2.3"])))
    hold("and when they have stopped it goes through", True)


def throttled():
    title("more bodies than the server takes at a time")
    host, port = URL.split("/")[-1].split(":")
    mebi = 1 << 20
    # A body's memory doubles as it comes: half of it and one octet is there, and the rest never comes. All that 64 MiB have room for.
    lengths = [4 * mebi] * 15 + [(2 * mebi) >> step for step in range(10)] + [4096]
    held = []
    try:
        for length in lengths:
            request = Request("POST", body=b"never sent", headers={"Content-Length": str(4 * mebi)})
            head = f"Host: {host}:{port}\r\n" + "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
            connection = socket.create_connection((host, int(port)))
            held.append(connection)
            connection.sendall(f"POST /2013-04-01/hostedzone HTTP/1.1\r\n{head}\r\n".encode() + b"x" * (length // 2 + 1 if length > 4096 else 2))
            time.sleep(0.1)
        refused = len(select.select(held, [], [], 0)[0])
        hold(f"{len(held)} requests whose bodies do not end are waited for", refused == 0)
        api = client(retries=0)
        expect("another one meanwhile", "Throttling", "Rate exceeded", lambda: api.create_hosted_zone(Name="later.test", CallerReference="later"))
        hold(f"while what has no body is answered: {api.get_hosted_zone_count()['HostedZoneCount']} zones", True)
    finally:
        for connection in held:
            connection.close()
    # SDKs try again by themselves.
    created = client(retries=5).create_hosted_zone(Name="later.test", CallerReference="later")["HostedZone"]["Name"]
    hold(f"and goes through when they are gone: {created}", created == "later.test.")


def api_name(name):
    return "".join(c if c.isalnum() or c in "-_." else f"\\{ord(c):03o}" for c in name)


def pagination():
    title("1,200 record sets in the order of the service")
    api = client()
    z = zone(api, "page.test")
    labels = []
    for i in range(150):
        labels += [f"a{i}", f"a-{i}", f"{i}", f"*.w{i}", f"x{i}.sub-{i % 7}", f"_srv{i}._tcp", f"e@{i}", f"u_{i}"]
    names = [f"{label}.page.test." for label in labels]
    for start in range(0, len(names), 400):
        change(api, z, *[("CREATE", simple(name)) for name in names[start:start + 400]])
    reverse = lambda name: ".".join(reversed(name.rstrip(".").split("."))) + "."
    expected = sorted([(reverse(api_name(name)), api_name(name), "A") for name in names]
                      + [(reverse("page.test."), "page.test.", kind) for kind in ("NS", "SOA")], key=lambda item: (item[0], item[2]))
    for size in (300, 100, 7, 1):
        if size == 1:
            # A page of one for the first hundred, as Terraform asks.
            found, arguments = [], {}
            for _ in range(100):
                page = api.list_resource_record_sets(HostedZoneId=z, MaxItems="1", **arguments)
                found += [(s["Name"], s["Type"]) for s in page["ResourceRecordSets"]]
                arguments = {"StartRecordName": page["NextRecordName"], "StartRecordType": page["NextRecordType"]}
            hold("pages of 1: the first 100 in order", found == [(name, kind) for _, name, kind in expected[:100]])
            continue
        pages = list(api.get_paginator("list_resource_record_sets").paginate(HostedZoneId=z, PaginationConfig={"PageSize": size}))
        found = [(s["Name"], s["Type"]) for page in pages for s in page["ResourceRecordSets"]]
        hold(f"pages of {size}: {len(found)} sets in {len(pages)} pages, none twice, none left out, in order",
             found == [(name, kind) for _, name, kind in expected])
    page = api.list_resource_record_sets(HostedZoneId=z, StartRecordName="*.W5.page.test", StartRecordType="A", MaxItems="1")
    hold(f"a start that is written otherwise: {page['ResourceRecordSets'][0]['Name']}", page["ResourceRecordSets"][0]["Name"] == r"\052.w5.page.test.")
    page = api.list_resource_record_sets(HostedZoneId=z, MaxItems="5000")
    hold(f"MaxItems=5000 gives {len(page['ResourceRecordSets'])} and echoes {page['MaxItems']}", len(page["ResourceRecordSets"]) == 300 and page["MaxItems"] == "5000")

    title("env0 to env499, as observed at the service")
    z = zone(api, "redis.db")
    for start in (0, 250):
        change(api, z, *[("CREATE", simple(f"env{i}.redis.db")) for i in range(start, start + 250)])
    first = api.list_resource_record_sets(HostedZoneId=z, MaxItems="100")
    hold(f"MaxItems=100: the next is {first['NextRecordName']}", first["NextRecordName"] == "env187.redis.db.")
    second = api.list_resource_record_sets(HostedZoneId=z, StartRecordName=first["NextRecordName"], StartRecordType=first["NextRecordType"], MaxItems="300")
    hold(f"300 more: the next is {second['NextRecordName']}", second["NextRecordName"] == "env457.redis.db.")

    title("sets of one name that are split between pages")
    z = zone(api, "sets.test")
    change(api, z, *[("CREATE", simple("w.sets.test", SetIdentifier=f'"id {i}"', Weight=i)) for i in range(30)])
    found, arguments = [], {}
    while True:
        page = api.list_resource_record_sets(HostedZoneId=z, MaxItems="4", **arguments)
        found += [s.get("SetIdentifier") for s in page["ResourceRecordSets"] if s["Type"] == "A"]
        if not page["IsTruncated"]:
            break
        arguments = {"StartRecordName": page["NextRecordName"], "StartRecordType": page["NextRecordType"]}
        if "NextRecordIdentifier" in page:
            arguments["StartRecordIdentifier"] = page["NextRecordIdentifier"]
    hold(f"{len(found)} sets in pages of 4, by identifier", found == sorted(f'"id {i}"' for i in range(30)))

    title("zones by name, and by marker")
    for name in ("b-a.test", "b.a.test", "b0.test"):
        zone(api, name)
    page = api.list_hosted_zones_by_name(DNSName="a.test", MaxItems="100")
    listed = [z["Name"] for z in page["HostedZones"]]
    hold(f"by name from a.test on: {' '.join(listed)}", listed == sorted(listed, key=reverse) and listed[0] == "b.a.test.")
    found, arguments = [], {}
    while True:
        page = api.list_hosted_zones(MaxItems="2", **arguments)
        found += [z["Id"] for z in page["HostedZones"]]
        if not page["IsTruncated"]:
            break
        arguments = {"Marker": page["NextMarker"]}
    hold(f"{len(found)} zones in pages of 2, none twice", len(found) == len(set(found)) == api.get_hosted_zone_count()["HostedZoneCount"])


class Request:
    """A request signed by botocore, to be bent before it is sent."""

    def __init__(self, method="GET", path="/2013-04-01/hostedzone", body=b"", key=None, secret=None, region="eu-west-1", service="route53",
                 token=None, skew=0, headers=None):
        request = botocore.awsrequest.AWSRequest(method=method, url=URL + path, data=body, headers=headers or {})
        credentials = botocore.credentials.Credentials(
            key or os.environ["AWS_ACCESS_KEY_ID"], secret or os.environ["AWS_SECRET_ACCESS_KEY"], token)
        original = botocore.auth.datetime

        class Shifted(datetime.datetime):
            @classmethod
            def utcnow(cls):
                return original.datetime.utcnow() + datetime.timedelta(seconds=skew)

        class Module:
            datetime = Shifted

        botocore.auth.datetime = Module
        try:
            botocore.auth.SigV4Auth(credentials, service, region).add_auth(request)
        finally:
            botocore.auth.datetime = original
        self.method, self.url, self.body, self.headers = method, request.prepare().url, body, dict(request.headers.items())

    def send(self):
        request = urllib.request.Request(self.url, data=self.body or None, method=self.method, headers=self.headers)
        try:
            with urllib.request.urlopen(request) as response:
                return response.status, "", response.read().decode()
        except urllib.error.HTTPError as error:
            text = error.read().decode()
            code = text.split("<Code>")[1].split("</Code>")[0] if "<Code>" in text else "(no error document)"
            return error.code, code, text


def sigv4():
    title("signatures, made by botocore's signer, and what each gets")
    create = b"<CreateHostedZoneRequest><Name>sig.test</Name><CallerReference>sig</CallerReference></CreateHostedZoneRequest>"

    def row(what, status, code, request, bend=None):
        if bend:
            bend(request)
        found_status, found_code, _ = request.send()
        hold(f"{what:58} {found_status} {found_code}", (found_status, found_code) == (status, code))

    def header(name, value):
        return lambda request: request.headers.__setitem__(name, value)

    def authorization(old, new):
        return lambda request: request.headers.__setitem__("Authorization", request.headers["Authorization"].replace(old, new))

    row("good, region eu-west-1", 200, "", Request())
    row("good, region us-east-1", 200, "", Request(region="us-east-1"))
    row("good, region nowhere-9", 200, "", Request(region="nowhere-9"))
    row("good, a body", 201, "", Request("POST", body=create))
    row("good, escapes in the query", 404, "NoSuchHostedZone", Request(path="/2013-04-01/hostedzone/Z1/rrset?name=%2A.example.com&type=A&maxitems=5"))
    row("good, an escaped slash in the path", 400, "InvalidInput", Request(path="/2013-04-01/tags/hostedzone/%2Fhostedzone%2FZ1ABCDEFGHIJKLMNOPQRST"))
    row("good, further signed headers", 200, "", Request(headers={"X-Amz-Meta": "a   b", "Content-Type": "application/xml"}))
    row("good, a clock 4 minutes slow", 200, "", Request(skew=-240))
    row("good, a clock 4 minutes fast", 200, "", Request(skew=240))
    row("a clock 6 minutes slow", 403, "RequestExpired", Request(skew=-360))
    row("a clock 6 minutes fast", 403, "SignatureDoesNotMatch", Request(skew=360))
    row("a wrong secret", 403, "SignatureDoesNotMatch", Request(secret="0" * 40))
    row("an unknown key", 403, "InvalidClientTokenId", Request(key="AKIAIOSFODNN7EXAMPLE"))
    row("a session token", 403, "InvalidClientTokenId", Request(token="FwoGZXIvYXdzE"))
    row("another service", 403, "SignatureDoesNotMatch", Request(service="s3"))
    row("no signature", 403, "MissingAuthenticationToken", Request(), lambda request: request.headers.pop("Authorization"))
    row("a bearer token", 400, "IncompleteSignature", Request(), header("Authorization", "Bearer mdn_abc"))
    row("no signed headers", 400, "IncompleteSignature", Request(), authorization("SignedHeaders=", "Signed="))
    row("a cut scope", 400, "IncompleteSignature", Request(), authorization("/aws4_request", ""))
    row("the scope's day of yesterday", 403, "SignatureDoesNotMatch", Request(),
        authorization(datetime.datetime.utcnow().strftime("/%Y%m%d/"), "/20200101/"))
    row("the date taken out", 400, "IncompleteSignature", Request(), lambda request: request.headers.pop("X-Amz-Date"))
    row("the host not signed", 403, "SignatureDoesNotMatch", Request(), authorization("host;", ""))
    row("an x-amz field added", 403, "SignatureDoesNotMatch", Request(), header("X-Amz-Target", "x"))
    row("the host changed on the way", 403, "SignatureDoesNotMatch", Request(), header("Host", "route53.amazonaws.com"))
    row("the body changed on the way", 403, "SignatureDoesNotMatch", Request("POST", body=create), lambda request: setattr(request, "body", create.replace(b"sig", b"sag")))
    row("the path changed on the way", 403, "SignatureDoesNotMatch", Request(), lambda request: setattr(request, "url", request.url + "count"))
    row("the query changed on the way", 403, "SignatureDoesNotMatch", Request(), lambda request: setattr(request, "url", request.url + "?maxitems=1"))
    row("the hash of another body stated", 403, "SignatureDoesNotMatch", Request(headers={"X-Amz-Content-SHA256": "UNSIGNED-PAYLOAD"}))
    row("signed, but no such operation", 404, "UnknownOperationException", Request(path="/2013-04-01/nothing"))
    revoked = subprocess.run(
        [os.environ["MERIDIAN_CLI"], "keys", "create", "gone", "--role", "viewer", "--url", os.environ["MERIDIAN_HTTP"]], capture_output=True, text=True).stdout
    key, secret = (line.split("=")[1] for line in revoked.splitlines())
    row("a key of its own", 200, "", Request(key=key, secret=secret))
    subprocess.run([os.environ["MERIDIAN_CLI"], "keys", "revoke", key, "--url", os.environ["MERIDIAN_HTTP"]], capture_output=True, check=True)
    row("the same key after it was revoked", 403, "InvalidClientTokenId", Request(key=key, secret=secret))


def idempotency():
    title("the same caller reference")
    api = client()
    pool = concurrent.futures.ThreadPoolExecutor(32)

    def attempt(call):
        try:
            return call(), None
        except botocore.exceptions.ClientError as error:
            return None, error.response["Error"]["Code"]

    results = list(pool.map(lambda _: attempt(lambda: api.create_hosted_zone(Name="race.test", CallerReference="same")), range(16)))
    made = [result for result, _ in results if result]
    hold(f"16 at once: {len(made)} made, {sum(code == 'HostedZoneAlreadyExists' for _, code in results)} HostedZoneAlreadyExists",
         len(made) == 1 and all(code in (None, "HostedZoneAlreadyExists") for _, code in results))
    z = made[0]["HostedZone"]["Id"].split("/")[-1]
    config = {"Type": "TCP", "IPAddress": "127.0.0.1", "Port": 9}
    results = list(pool.map(lambda _: attempt(lambda: api.create_health_check(CallerReference="check", HealthCheckConfig=config)["HealthCheck"]["Id"]), range(16)))
    hold(f"16 health checks at once: {len({id for id, _ in results})} id, no error", len({id for id, _ in results}) == 1 and results[0][1] is None)
    api.delete_health_check(HealthCheckId=results[0][0])
    expect("the reference of a deleted check", "HealthCheckAlreadyExists", None, lambda: api.create_health_check(CallerReference="check", HealthCheckConfig=config))
    one = api.create_reusable_delegation_set(CallerReference="set")["DelegationSet"]
    expect("a delegation set twice", "DelegationSetAlreadyCreated", None, lambda: api.create_reusable_delegation_set(CallerReference="set"))
    hold(f"it has an id and name servers: {one['Id']} {' '.join(one['NameServers'])}", one["Id"].startswith("/delegationset/N") and len(one["NameServers"]) > 0)

    title("racing batches on one zone")
    results = list(pool.map(lambda i: attempt(lambda: change(api, z, ("CREATE", simple("one.race.test", values=[f"192.0.2.{i + 1}"])))), range(32)))
    hold(f"32 CREATE of one name: {sum(result is not None for result, _ in results)} made, the others {sorted({code for _, code in results if code})}",
         sum(result is not None for result, _ in results) == 1 and {code for _, code in results if code} == {"InvalidChangeBatch"})
    results = list(pool.map(lambda i: attempt(lambda: change(api, z, ("UPSERT", simple("one.race.test", values=[f"192.0.2.{i + 1}"])))), range(32)))
    hold("32 UPSERT of one name: all made", all(code is None for _, code in results))
    results = list(pool.map(lambda i: attempt(lambda: change(api, z, ("CREATE", simple(f"n{i}.race.test")), ("CREATE", simple(f"m{i}.race.test")))), range(64)))
    count = api.get_hosted_zone(Id=z)["HostedZone"]["ResourceRecordSetCount"]
    hold(f"64 batches of two other names: all made, {count} record sets in the zone", all(code is None for _, code in results) and count == 2 + 1 + 128)

    title("PENDING to INSYNC")
    info = change(api, z, ("UPSERT", simple("www.race.test", values=["192.0.2.77"])), comment="watch me")
    start = time.monotonic()
    states = [info["Status"]]
    while states[-1] != "INSYNC" and time.monotonic() - start < 10:
        states.append(api.get_change(Id=info["Id"])["ChangeInfo"]["Status"])
    answer = subprocess.run(["dig", "@127.0.0.1", "-p", os.environ["MERIDIAN_DNS"], "+short", "www.race.test", "A"], capture_output=True, text=True).stdout.strip()
    hold(f"{' '.join(dict.fromkeys(states))} after {1000 * (time.monotonic() - start):.0f} ms, and dig says {answer}",
         states[0] == "PENDING" and states[-1] == "INSYNC" and answer == "192.0.2.77")
    again = api.get_change(Id=info["Id"])["ChangeInfo"]
    hold(f"the comment is kept: {again.get('Comment')}", again.get("Comment") == "watch me")
    api.get_waiter("resource_record_sets_changed").wait(Id=info["Id"], WaiterConfig={"Delay": 1, "MaxAttempts": 5})
    hold("boto3's waiter is content", True)
    same = change(api, z, ("UPSERT", simple("www.race.test", values=["192.0.2.77"])))
    hold(f"an UPSERT of what is there is a change too: {same['Id']} {api.get_change(Id=same['Id'])['ChangeInfo']['Status']}", same["Id"] != info["Id"])


def server_ms():
    """Processor time that the server has taken so far: what a busy machine does not blur."""
    fields = open(f"/proc/{os.environ['MERIDIAN_PID']}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def throughput():
    processes = int(os.environ.get("CLIENTS", "2"))
    seconds = float(os.environ.get("SECONDS_EACH", "10"))
    api = client()

    def rate(z, what):
        spent = server_ms()
        own = [subprocess.Popen([sys.executable, __file__, "worker", z, str(i), str(seconds)], stdout=subprocess.PIPE, text=True) for i in range(processes)]
        found = sum(int(process.communicate()[0].split()[-1]) for process in own) / seconds
        spent = (server_ms() - spent) / max(1, found * seconds)
        hold(f"{what}: {found:.0f} batches/s, each one revision on the disk before it is acknowledged ({processes} clients of {CONNECTIONS} connections, "
             f"{seconds:.0f} s); {spent:.1f} ms of the server's processors each", found >= 200)

    def fill(z, name, count):
        start = time.monotonic()
        for first in range(0, count, 1000):
            change(api, z, *[("CREATE", simple(f"host-{i}.{name}")) for i in range(first, first + 1000)])
            if first % 20_000 == 0:
                print(f"   … {first} in {time.monotonic() - start:.0f} s", flush=True)
        print(f"   {count} record sets written in {time.monotonic() - start:.0f} s", flush=True)

    title("durable batches a second on one zone")
    z = zone(api, "rate.test")
    rate(z, "a small zone")
    fill(z, "rate.test", 10_000)
    rate(z, "10,000 record sets")

    title("the list of 100,000 record sets")
    z = zone(api, "large.test")
    fill(z, "large.test", 100_000)
    start = time.monotonic()
    count = sum(len(page["ResourceRecordSets"]) for page in api.get_paginator("list_resource_record_sets").paginate(HostedZoneId=z))
    whole = time.monotonic() - start
    start = time.monotonic()
    raw, name = 0, ""
    while True:
        _, _, text = Request(path=f"/2013-04-01/hostedzone/{z}/rrset" + (f"?name={name}&type=A" if name else "")).send()
        raw += text.count("<ResourceRecordSet>")
        if "<NextRecordName>" not in text:
            break
        name = text.split("<NextRecordName>")[1].split("<")[0]
    plain = time.monotonic() - start
    hold(f"{raw} record sets in {plain:.1f} s of requests (with boto3's parsing of them: {count} in {whole:.1f} s)", raw == count == 100_002 and plain <= 5)

    title("one batch in a zone of 100,000 record sets, which also has weighted sets, an alias and a health check")
    check = api.create_health_check(CallerReference=str(uuid.uuid4()), HealthCheckConfig={"Type": "TCP", "IPAddress": "127.0.0.1", "Port": 9, "FailureThreshold": 3})["HealthCheck"]["Id"]
    change(api, z, *[("CREATE", simple("w.large.test", values=[f"192.0.2.{i}"], SetIdentifier=str(i), Weight=i, HealthCheckId=check)) for i in (1, 2)],
           ("CREATE", {"Name": "alias.large.test", "Type": "A", "AliasTarget": {"HostedZoneId": z, "DNSName": "w.large.test", "EvaluateTargetHealth": True}}))
    batches = {
        "a name comes": lambda i: change(api, z, ("CREATE", simple(f"new-{i}.large.test"))),
        "its data change": lambda i: change(api, z, ("UPSERT", simple(f"new-{i}.large.test", values=["192.0.2.2"]))),
        "it goes": lambda i: change(api, z, ("DELETE", simple(f"new-{i}.large.test", values=["192.0.2.2"]))),
        "data at the apex": lambda i: change(api, z, ("UPSERT", simple("large.test", values=[f"192.0.2.{i}"]))),
        "the zone's comment": lambda i: api.update_hosted_zone_comment(Id=z, Comment=str(i)),
        "ten names come": lambda i: change(api, z, *[("CREATE", simple(f"ten-{i}-{j}.large.test")) for j in range(10)]),
    }
    for what, batch in batches.items():
        times = []
        spent = server_ms()
        for i in range(1, 21):
            start = time.monotonic()
            batch(i)
            times.append((time.monotonic() - start) * 1000)
        times.sort()
        spent = (server_ms() - spent) / len(times)
        hold(f"{what}: {times[10]:.0f} ms in the middle of 20, {times[-1]:.0f} ms at the most, boto3's own work included; {spent:.0f} ms of the server's processors", times[10] < 50)
    start = time.monotonic()
    change(api, z, ("UPSERT", simple("w.large.test", values=["192.0.2.9"], SetIdentifier="1", Weight=5, HealthCheckId=check)))
    print(f"   a weighted set changes, and with it what record sets mean: {(time.monotonic() - start) * 1000:.0f} ms", flush=True)


def worker(zone_id, number, seconds):
    """As many batches as come through, by botocore's signer and a plain connection: boto3's own work would be what is measured."""
    host = URL.split("//")[1]
    path = f"/2013-04-01/hostedzone/{zone_id}/rrset/"
    signer = botocore.auth.SigV4Auth(
        botocore.credentials.Credentials(os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]), "route53", "eu-west-1")
    end = time.monotonic() + float(seconds)

    def run(connection):
        http_connection = http.client.HTTPConnection(host)
        done = 0
        while time.monotonic() < end:
            body = ("<ChangeResourceRecordSetsRequest xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\"><ChangeBatch><Changes><Change><Action>UPSERT</Action>"
                    f"<ResourceRecordSet><Name>c{number}-{connection}.rate.test</Name><Type>A</Type><TTL>60</TTL><ResourceRecords><ResourceRecord>"
                    f"<Value>192.0.{done // 250 % 250}.{done % 250 + 1}</Value></ResourceRecord></ResourceRecords></ResourceRecordSet></Change></Changes></ChangeBatch>"
                    "</ChangeResourceRecordSetsRequest>")
            request = botocore.awsrequest.AWSRequest(method="POST", url=URL + path, data=body)
            signer.add_auth(request)
            http_connection.request("POST", path, body, dict(request.headers.items()))
            response = http_connection.getresponse()
            text = response.read().decode()
            if response.status != 200:
                raise RuntimeError(text)
            done += 1
        return done

    with concurrent.futures.ThreadPoolExecutor(CONNECTIONS) as pool:
        print(sum(pool.map(run, range(CONNECTIONS))))


def dig(name, network):
    command = ["dig", "@127.0.0.1", "-p", os.environ["MERIDIAN_DNS"], "+short", "+tries=1", "+time=3", f"+subnet={network}/24", name, "A"]
    return sorted(subprocess.run(command, capture_output=True, text=True).stdout.split())


def policies():
    title("a traffic policy of nested rules: geolocation, failover, latency, weighted, health")
    api = client()
    z = zone(api, "policies.test")
    # A backend that listens until it is closed.
    backend = socket.create_server(("127.0.0.1", 0))
    port = backend.getsockname()[1]
    check = api.create_health_check(CallerReference=str(uuid.uuid4()), HealthCheckConfig={
        "Type": "TCP", "IPAddress": "127.0.0.1", "Port": port, "RequestInterval": 10, "FailureThreshold": 1})["HealthCheck"]["Id"]
    value = lambda address: {"Type": "value", "Value": address}
    document = {
        "AWSPolicyFormatVersion": "2015-10-01", "RecordType": "A", "StartRule": "world",
        "Endpoints": {f"e{i}": value(f"192.0.2.{i}") for i in range(1, 8)},
        "Rules": {
            "world": {"RuleType": "geo", "Locations": [
                {"Continent": "EU", "RuleReference": "europe"}, {"Country": "US", "RuleReference": "america"}, {"IsDefault": "true", "EndpointReference": "e7"}]},
            "europe": {"RuleType": "failover", "Primary": {"RuleReference": "share", "EvaluateTargetHealth": "true"}, "Secondary": {"EndpointReference": "e3"}},
            "share": {"RuleType": "weighted", "Items": [
                {"Weight": "1", "EndpointReference": "e1", "HealthCheck": check}, {"Weight": "1", "EndpointReference": "e2", "HealthCheck": check}]},
            "america": {"RuleType": "latency", "Regions": [{"Region": "us-east-1", "EndpointReference": "e4"}, {"Region": "us-west-2", "EndpointReference": "e5"}]}}}
    policy = api.create_traffic_policy(Name=str(uuid.uuid4()), Document=json.dumps(document))["TrafficPolicy"]["Id"]
    make = lambda name, version=1, policy=policy, zone_id=z: api.create_traffic_policy_instance(
        HostedZoneId=zone_id, Name=name, TTL=60, TrafficPolicyId=policy, TrafficPolicyVersion=version)["TrafficPolicyInstance"]
    state = lambda instance: api.get_traffic_policy_instance(Id=instance["Id"])["TrafficPolicyInstance"]
    www = make("www.policies.test")
    begun = time.monotonic()
    while state(www)["State"] != "Applied" and time.monotonic() < begun + 20:
        time.sleep(0.1)
    hold(f"the instance is {state(www)['State']} after {time.monotonic() - begun:.1f} s", state(www)["State"] == "Applied")
    def france(what, wanted):
        begun = time.monotonic()
        while (found := dig("www.policies.test", "193.252.19.0")) not in wanted and time.monotonic() < begun + 40:
            time.sleep(1)
        hold(f"{what}: {found}, after {time.monotonic() - begun:.0f} s", found in wanted)

    france("a client in France gets one of the nested rule's", [["192.0.2.1"], ["192.0.2.2"]])
    backend.close()
    france("the check behind both of them fails: the secondary", [["192.0.2.3"]])
    backend = socket.create_server(("127.0.0.1", port))
    france("it is back", [["192.0.2.1"], ["192.0.2.2"]])
    backend.close()
    france("and gone again", [["192.0.2.3"]])
    asked = [f"{first}.{second}.0.0" for first in (3, 12, 24, 41, 62, 77, 80, 101, 133, 154, 185, 193, 200, 210) for second in (1, 60, 120, 180)]
    same = 0
    seen = set()
    for network in asked:
        answer = api.test_dns_answer(HostedZoneId=z, RecordName="www.policies.test", RecordType="A", EDNS0ClientSubnetIP=network, EDNS0ClientSubnetMask="24")
        seen.update(answer["RecordData"])
        same += sorted(answer["RecordData"]) == dig("www.policies.test", network)
    hold(f"TestDNSAnswer and dig say the same for {same} of {len(asked)} client networks; answers: {', '.join(sorted(seen))}", same == len(asked) and len(seen) > 2)
    document["Rules"] = {"world": {"RuleType": "multivalue", "Items": [{"EndpointReference": f"e{i}"} for i in range(1, 8)]}}
    document["AWSPolicyFormatVersion"] = "2023-05-09"
    api.create_traffic_policy_version(Id=policy, Document=json.dumps(document))
    api.update_traffic_policy_instance(Id=www["Id"], TTL=30, TrafficPolicyId=policy, TrafficPolicyVersion=2)
    while state(www)["State"] != "Applied":
        time.sleep(0.1)
    moved = dig("www.policies.test", "193.252.19.0")
    hold(f"moved to version 2, multivalue: {len(moved)} addresses", len(moved) == 7)
    sets = api.list_resource_record_sets(HostedZoneId=z, StartRecordName="www.policies.test")["ResourceRecordSets"]
    hold("the list shows the instance's id and no records", [set(found) for found in sets] == [{"Name", "Type", "TrafficPolicyInstanceId"}])

    title("pages by zone, name and type")
    other = zone(api, "more.test")
    for i in range(12):
        make(f"n{i}.more.test", 2, zone_id=other)
    found, markers, pages = [], {}, 0
    while True:
        page = api.list_traffic_policy_instances(MaxItems="5", **markers)
        found += [instance["Name"] for instance in page["TrafficPolicyInstances"]]
        pages += 1
        if not page["IsTruncated"] or pages > 9:
            break
        markers = {key: page[key] for key in ("HostedZoneIdMarker", "TrafficPolicyInstanceNameMarker", "TrafficPolicyInstanceTypeMarker")}
    hold(f"{len(found)} instances in {pages} pages, each once", len(found) == len(set(found)) == 13 and pages == 3)
    hold("12 of them by zone, 13 by policy", len(api.list_traffic_policy_instances_by_hosted_zone(HostedZoneId=other)["TrafficPolicyInstances"]) == 12
         and len(api.list_traffic_policy_instances_by_policy(TrafficPolicyId=policy, TrafficPolicyVersion=2)["TrafficPolicyInstances"]) == 13)

    title("what cannot be")
    change(api, z, ("CREATE", simple("taken.policies.test")))
    expect("a document of nothing", "InvalidTrafficPolicyDocument", None, lambda: api.create_traffic_policy(Name="x", Document="{}"))
    document["Rules"] = {"world": {"RuleType": "weighted", "Items": [{"Weight": 1, "RuleReference": "world"}]}}
    expect("rules in a circle", "InvalidTrafficPolicyDocument", "The traffic policy document is invalid: its rules lead back to themselves: world → world.",
           lambda: api.create_traffic_policy_version(Id=policy, Document=json.dumps(document)))
    expect("a version in use", "TrafficPolicyInUse", None, lambda: api.delete_traffic_policy(Id=policy, Version=2))
    expect("no such version", "NoSuchTrafficPolicy", None, lambda: make("x.policies.test", 9))
    expect("no such instance", "NoSuchTrafficPolicyInstance", None, lambda: api.get_traffic_policy_instance(Id=str(uuid.uuid4())))
    expect("a name that has records", "TrafficPolicyInstanceAlreadyExists", None, lambda: make("taken.policies.test"))
    expect("a record set of an instance changed by a batch", "InvalidChangeBatch", None, lambda: change(api, z, ("UPSERT", simple("www.policies.test"))))
    names = api.create_traffic_policy(Name=str(uuid.uuid4()), Document=json.dumps({
        "AWSPolicyFormatVersion": "2015-10-01", "RecordType": "CNAME", "StartEndpoint": "e", "Endpoints": {"e": value("www.example.net")}}))["TrafficPolicy"]["Id"]
    expect("another type", "ConflictingTypes", None,
           lambda: api.update_traffic_policy_instance(Id=www["Id"], TTL=60, TrafficPolicyId=names, TrafficPolicyVersion=1))
    failed = state(make("taken.policies.test", 1, policy=names))
    hold(f"a CNAME beside an address: {failed['State']}: {failed['Message'][:160]}", failed["State"] == "Failed" and "CNAME" in failed["Message"])
    third = make("third.policies.test")
    expect("a health check that an instance names", "HealthCheckInUse", None, lambda: api.delete_health_check(HealthCheckId=check))
    for instance in (www, failed, third):
        api.delete_traffic_policy_instance(Id=instance["Id"])
    hold("deleted: nothing is answered", dig("www.policies.test", "193.252.19.0") == [])

    title("CIDR collections and places")
    collection = api.create_cidr_collection(Name="c", CallerReference="c")["Collection"]["Id"]
    put = lambda location, *blocks, **more: api.change_cidr_collection(Id=collection, Changes=[{"LocationName": location, "Action": "PUT", "CidrList": list(blocks)}], **more)
    put("paris", "192.0.2.0/24")
    expect("a block of two locations", "CidrBlockInUseException", None, lambda: put("rome", "192.0.2.0/24"))
    expect("a stale version", "CidrCollectionVersionMismatchException", None, lambda: put("rome", "198.51.100.0/24", CollectionVersion=1))
    expect("a collection with blocks", "CidrCollectionInUseException", None, lambda: api.delete_cidr_collection(Id=collection))
    expect("no such location", "NoSuchCidrLocationException", None, lambda: api.list_cidr_blocks(CollectionId=collection, LocationName="rome"))
    expect("no such collection", "NoSuchCidrCollectionException", None, lambda: api.delete_cidr_collection(Id=str(uuid.uuid4())))
    expect("no such place", "NoSuchGeoLocation", None, lambda: api.get_geo_location(CountryCode="XX"))
    places = api.list_geo_locations(MaxItems="100")
    hold(f"{len(places['GeoLocationDetailsList'])} places in the first page, the next begins at {places.get('NextCountryCode')}", places["IsTruncated"])


if __name__ == "__main__":
    if sys.argv[1] == "worker":
        worker(*sys.argv[2:])
    else:
        {"errors": errors, "pagination": pagination, "sigv4": sigv4, "idempotency": idempotency, "throughput": throughput, "policies": policies}[sys.argv[1]]()
    sys.exit(1 if failures else 0)

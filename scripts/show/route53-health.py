"""The steps of scripts/show/route53-health.sh: health checks of six regions, by boto3, and what dig is answered."""

import http.server
import importlib.util
import os
import pathlib
import subprocess
import sys
import threading
import time
import uuid

spec = importlib.util.spec_from_file_location("lines", pathlib.Path(__file__).with_name("route53-lines.py"))
lines = importlib.util.module_from_spec(spec)
spec.loader.exec_module(lines)
title, hold, change = lines.title, lines.hold, lines.change

PRIMARY, SECONDARY = "192.0.2.1", "192.0.2.2"
# An interval of 10 s, a timeout of 6 s, and room for a busy machine.
PATIENCE = 45

regions = {}
for line in pathlib.Path(sys.argv[1]).read_text().splitlines():
    name, group, command = line.split("\t")
    regions[name] = (int(group), command.split())
running = {}


def nft(*words):
    subprocess.run(["nft", *words], check=True)


def keep_out(port, *names):
    """From now on these regions, and no others, do not reach the port."""
    nft("flush", "chain", "inet", "regions", "out")
    for name in names:
        nft("add", "rule", "inet", "regions", "out", "meta", "skgid", str(regions[name][0]), "tcp", "dport", str(port), "reject", "with", "tcp", "reset")


def join(*names):
    for name in names:
        log = open(f"{sys.argv[2]}/{name}.log", "ab")
        running[name] = subprocess.Popen(regions[name][1], stdout=log, stderr=log)


def leave(*names):
    for name in names:
        running[name].terminate()
    for name in names:
        running.pop(name).wait()


class Backend(http.server.ThreadingHTTPServer):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = b"all is well"
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    def __init__(self):
        super().__init__(("127.0.0.1", 0), self.Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()


def until(condition):
    begun = time.monotonic()
    while not (done := condition()) and time.monotonic() - begun < PATIENCE:
        time.sleep(1)
    return done, time.monotonic() - begun


def answered(name, address, what):
    found = []

    def is_so():
        found[:] = subprocess.run(
            ["dig", "@127.0.0.1", "-p", os.environ["MERIDIAN_DNS"], "+short", "+tries=1", "+time=3", f"{name}.health.test", "A"],
            capture_output=True, text=True).stdout.split()
        return found == [address]

    done, took = until(is_so)
    hold(f"{what}: {name}.health.test is {' '.join(found)} ({took:.0f} s)", done)


api = lines.client()
zone = lines.zone(api, "health.test")


def make_check(**more):
    config = {"RequestInterval": 10, "FailureThreshold": 1, "Regions": sorted(regions), **more}
    return api.create_health_check(CallerReference=str(uuid.uuid4()), HealthCheckConfig=config)["HealthCheck"]["Id"]


def failover(name, check):
    change(api, zone,
           ("CREATE", lines.simple(f"{name}.health.test", values=[PRIMARY], ttl=5, SetIdentifier="first", Failover="PRIMARY", HealthCheckId=check)),
           ("CREATE", lines.simple(f"{name}.health.test", values=[SECONDARY], ttl=5, SetIdentifier="second", Failover="SECONDARY")))


def observations(check):
    return {one["Region"]: one["StatusReport"] for one in api.get_health_check_status(HealthCheckId=check)["HealthCheckObservations"]}


def observed(check, failing, what):
    """Waits until exactly so many regions see a failure, and shows what each of them says."""
    failures = lambda: sum(report["Status"].startswith("Failure") for report in observations(check).values())
    done, took = until(lambda: failures() == failing and len(observations(check)) == len(regions))
    hold(f"{what}: {failures()} of {len(observations(check))} regions see a failure ({took:.0f} s)", done)
    for region, report in sorted(observations(check).items()):
        print(f"           {region:15} {report['CheckedTime']:%H:%M:%S}  {report['Status'][:110]}", flush=True)


title("six regions, and the rule of 18 %")
join(*(name for name in regions if regions[name][1]))
backend = Backend()
port = backend.server_address[1]
check = make_check(Type="HTTP", IPAddress="127.0.0.1", Port=port, ResourcePath="/health")
failover("www", check)
observed(check, 0, "all of them reach it")
answered("www", PRIMARY, "healthy")
order = sorted(regions)
keep_out(port, *order[:4])
observed(check, 4, "four are kept out")
time.sleep(3)
answered("www", PRIMARY, "2 of 6 are 33 %, more than 18 %: healthy")
keep_out(port, *order[:5])
answered("www", SECONDARY, "1 of 6 is 17 %: unhealthy")
observed(check, 5, "five are kept out")
reasons = {one["Region"]: one["StatusReport"]["Status"] for one in api.get_health_check_last_failure_reason(HealthCheckId=check)["HealthCheckObservations"]}
hold(f"the last failure of {len(reasons)} regions is told, such as: {next(iter(reasons.values()), '')[:90]}",
     sorted(reasons) == order[:5] and all(text.startswith("Failure: ") for text in reasons.values()))
keep_out(port, *order[:4])
answered("www", PRIMARY, "2 of 6 again: healthy")

title("inverted and disabled")
update = lambda **what: api.update_health_check(HealthCheckId=check, **what)
update(Inverted=True)
answered("www", SECONDARY, "inverted")
update(Inverted=False)
answered("www", PRIMARY, "and not any more")
keep_out(port, *order)
answered("www", SECONDARY, "nobody reaches it")
update(Disabled=True)
answered("www", PRIMARY, "disabled: counts as healthy")
update(Inverted=True)
answered("www", SECONDARY, "disabled and inverted: counts as unhealthy")
update(Inverted=False, Disabled=False)
answered("www", SECONDARY, "checked again")

title("calculated")
other = Backend()
second = make_check(Type="TCP", IPAddress="127.0.0.1", Port=other.server_address[1])
calculated = api.create_health_check(CallerReference=str(uuid.uuid4()), HealthCheckConfig={
    "Type": "CALCULATED", "ChildHealthChecks": [check, second], "HealthThreshold": 1})["HealthCheck"]["Id"]
failover("both", calculated)
answered("both", PRIMARY, "one of two children is healthy, and one is needed")
api.update_health_check(HealthCheckId=calculated, HealthThreshold=2)
answered("both", SECONDARY, "two are needed")
keep_out(port)
answered("both", PRIMARY, "both are healthy")
other.shutdown()
other.server_close()
answered("both", SECONDARY, "the other child fails")
api.update_health_check(HealthCheckId=calculated, HealthThreshold=0)
answered("both", PRIMARY, "none is needed: always healthy")
api.update_health_check(HealthCheckId=calculated, HealthThreshold=3)
answered("both", SECONDARY, "more than there are: never")
api.update_health_check(HealthCheckId=calculated, HealthThreshold=1, Inverted=True)
answered("both", SECONDARY, "one of two is healthy, inverted")
lines.expect("the status of a calculated check", "InvalidInput", None, lambda: api.get_health_check_status(HealthCheckId=calculated))

title("insufficient data: fewer than half of the regions see")
named = {"Healthy": "good", "Unhealthy": "bad", "LastKnownStatus": "last"}
kept = {}
for word, name in named.items():
    kept[name] = make_check(Type="TCP", IPAddress="127.0.0.1", Port=port, InsufficientDataHealthStatus=word)
    failover(name, kept[name])
shown = [api.get_health_check(HealthCheckId=kept[name])["HealthCheck"]["HealthCheckConfig"].get("InsufficientDataHealthStatus") for name in named.values()]
hold(f"shown as they were given: {', '.join(map(str, shown))}", shown == list(named))
for name in named.values():
    answered(name, PRIMARY, "all see")
gone = [name for name in order if regions[name][1]][:4]
leave(*gone)
answered("good", PRIMARY, "four regions have left; Healthy")
answered("bad", SECONDARY, "Unhealthy")
answered("last", PRIMARY, "LastKnownStatus, which was healthy")
join(*gone)
answered("bad", PRIMARY, "they are back")
keep_out(port, *order)
for name in named.values():
    answered(name, SECONDARY, "nobody reaches it")
# One region that has not noticed yet would be more than 18 % of the last ones that see.
observed(kept["last"], len(order), "before regions leave")
leave(*gone)
answered("good", PRIMARY, "four regions have left; Healthy")
answered("bad", SECONDARY, "Unhealthy")
answered("last", SECONDARY, "LastKnownStatus, which was unhealthy")
leave(*running)
sys.exit(1 if lines.failures else 0)

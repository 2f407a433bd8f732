#!/usr/bin/env python3
"""A drill against a real server, with real caches and clients behind them: a site fails for a share of the clients, a runbook is walked
through meanwhile, a guarding monitor goes bad and ends it, and a game day that was scheduled before a restart comes at its time.

usage: drill-lab.py COMMAND… (the executable; by environment: TTL=10 WARM_UP=300)

The truth is what the clients get. Shown are: that only the drilled share moves, and how fast; that clients of the strict name never
leave their place; that the drill ends by itself when the monitor that guards it says down; that everybody is back afterwards.
"""
import asyncio
import datetime
import http.server
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

from real_caches import Client, free_ports, ready, resolver, start, stop

TTL = int(os.environ.get("TTL", "10"))
WARM_UP = int(os.environ.get("WARM_UP", "300"))
FLOOR = 3 * TTL
MIX = [("unbound", 20), ("unbound-floor", 4), ("knot-resolver", 4), ("pdns-recursor", 4)]
ZONE = "drill.example"
EU, US, HOME = "127.20.0.1", "127.20.0.2", "127.20.0.3"
STEERED = [f"w{i}" for i in range(8)]


class Backend:
    """A site's web server. It says 503 while it is bad."""

    def __init__(self, address, port):
        self.is_bad = False
        backend = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(503 if backend.is_bad else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

            def handle(self):
                try:
                    super().handle()
                except ConnectionError:
                    pass  # A probe that did not wait for the end.

        server = http.server.ThreadingHTTPServer((address, port), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()


def configuration(dns, http_port, web):
    return f"""
listen: {{dns: ["127.0.0.1:{dns}"], http: "127.0.0.1:{http_port}"}}
access: {{local: admin}}
sites: {{eu: {{capacity: 1000}}, us: {{capacity: 1000}}}}
monitors:
  eu-web: {{type: http, port: {web}, interval: 1s, timeout: 500ms, rise: 1, fall: 2}}
  us-web: {{type: http, port: {web}, interval: 1s, timeout: 500ms, rise: 1, fall: 2}}
pools:
  web-eu: {{site: eu, monitor: eu-web, members: [{{address: {EU}}}]}}
  web-us: {{site: us, monitor: us-web, members: [{{address: {US}}}]}}
  resident: {{site: eu, monitor: eu-web, members: [{{address: {HOME}}}]}}
policies:
  www: {{ttl: {TTL}s, weighted: {{web-eu: 60, web-us: 40}}}}
  home: {{ttl: {TTL}s, strict: true, geo: {{EU: resident, default: resident}}}}
zones:
  {ZONE}:
    soa: {{primary: ns1.{ZONE}., contact: hostmaster.{ZONE}., negative-ttl: 30s}}
    records:
      "@": {{NS: [ns1]}}
      ns1: {{A: 127.0.0.1}}
      home: {{A: {{steer: home}}}}
""" + "".join(f"      {name}: {{A: {{steer: www}}}}\n" for name in STEERED)


class Lab:
    def __init__(self, command, work):
        self.command, self.work = command, work
        self.caches, self.processes, self.failures = [], [], []
        self.dns, self.http, self.web, *self.ports = free_ports(3 + sum(number for _, number in MIX))
        self.url = f"http://127.0.0.1:{self.http}"
        self.began = time.monotonic()

    def say(self, text):
        print(f"{time.monotonic() - self.began:5.0f} s  {text}", flush=True)

    def check(self, what, is_so):
        self.say(f"{'PASS' if is_so else 'MISS'}: {what}")
        if not is_so:
            self.failures.append(what)

    def meridian(self, *arguments):
        done = subprocess.run(self.command + list(arguments) + ["--url", self.url], stdin=subprocess.DEVNULL, capture_output=True, text=True)
        print("        $ meridian " + " ".join(arguments))
        for line in (done.stdout + done.stderr).splitlines():
            print("        " + line)
        sys.stdout.flush()
        return done.returncode

    def get(self, path):
        return urllib.request.urlopen(f"{self.url}/api/v1/{path}", timeout=60).read().decode()

    def report(self):
        return json.loads(self.get("drill"))

    async def serve(self):
        server = subprocess.Popen(
            self.command + ["serve", f"{self.work}/m.yaml", "--state", f"{self.work}/state"], stdin=subprocess.DEVNULL, stderr=open(f"{self.work}/log", "a"))
        self.processes.append(server)
        await ready(self.url)
        return server

    async def fill(self):
        """Caches and their clients. Each asks from a network of its own: a drill chooses by network."""
        loop = asyncio.get_running_loop()
        rng = random.Random(1)
        for kind, number in MIX:
            for i in range(number):
                index = len(self.caches)
                directory = f"{self.work}/{kind}-{i}"
                os.mkdir(directory)
                self.processes.append(start(resolver(kind, directory, self.ports[index], f"127.9.{index + 1}.1", self.dns, ZONE, FLOOR, 0), directory))
                seen = []
                _, client = await loop.create_datagram_endpoint(
                    lambda seen=seen: Client(seen, STEERED + ["home"], ZONE), remote_addr=("127.0.0.1", self.ports[index]))
                self.caches.append(seen)
                loop.create_task(self.later(client.run(random.Random(index), rng.uniform(0.2, 0.6))))

    @staticmethod
    async def later(task):
        await asyncio.sleep(3)
        await task

    def share_of_eu(self, begin, end):
        eu = total = 0
        for seen in self.caches:
            for at, name, address in seen:
                if begin <= at < end and name != "home":
                    total += 1
                    eu += address == socket.inet_aton(EU)
        return eu / total if total else 0.0

    def left_eu(self, begin, end):
        """The part of the lookups behind caches that do not go to eu at all any more, how many those are, and eu's share behind the others."""
        gone = all_of_them = eu = others = caches = 0
        for seen in self.caches:
            own = [address for at, name, address in seen if begin <= at < end and name != "home"]
            to_eu = sum(address == socket.inet_aton(EU) for address in own)
            all_of_them += len(own)
            if own and to_eu == 0:
                gone, caches = gone + len(own), caches + 1
            else:
                eu, others = eu + to_eu, others + len(own)
        return gone / max(1, all_of_them), caches, eu / max(1, others)

    async def until(self, what, limit):
        """Looks twice a second until something is so; the seconds that it took, or None."""
        begin = time.monotonic()
        while time.monotonic() - begin < limit:
            if what():
                return time.monotonic() - begin
            await asyncio.sleep(0.5)
        return None


async def drill(lab, us):
    before = lab.share_of_eu(time.monotonic() - 15, time.monotonic())
    lab.say(f"eu has {before:.1%} of the lookups behind the caches. Eu fails for half of the clients; us-web guards it:")
    if lab.meridian("drill", "fail", "eu", "--share", "50%", "--for", "10m", "--stop-if", "us-web", "--reason", "show") != 0:
        sys.exit("NOT SHOWN: the drill did not begin")
    drilled = time.monotonic()
    for mark in range(5, 46, 5):
        await asyncio.sleep(drilled + mark - time.monotonic())
        eu = lab.share_of_eu(time.monotonic() - 3, time.monotonic())
        lab.say(f"+{mark:2d} s: eu has {eu:5.1%} of the lookups")
    gone, caches, left = lab.left_eu(time.monotonic() - 12, time.monotonic())
    lab.check(f"{caches} of {len(lab.caches)} caches, with {gone:.0%} of the lookups, have left eu altogether (35 % to 65 %: 32 caches are a coarse half)", 0.35 <= gone <= 0.65)
    lab.check(f"behind the others eu has its part as before: {left:.0%} (60 % by weight; within 15 points)", abs(left - 0.6) <= 0.15)
    lab.say("a runbook is walked through while it runs:")
    code = lab.meridian("drill", "walk", "docs/runbooks/region-down.md", "--set", "SITE=eu", "--set", "N=900", "--set", f"NAME=w0.{ZONE}", "--set", "NETWORK=127.9.1.1")
    lab.check("every command of the runbook that only looks works", code == 0)
    lab.check(f"its steps are ticked off in the drill's report: {len(lab.report()['steps'])}", len(lab.report()["steps"]) >= 5)
    lab.say("us turns bad for real: its web server says 503 from now on (a probe each second, two failures)")
    us.is_bad = True
    took = await lab.until(lambda: lab.report()["state"] == "ended", 30)
    reason = lab.report()["reason"]
    lab.check(f"the drill ended by itself {took or 30:.1f} s later: {reason}", took is not None and took <= 10 and "monitor that guards it" in reason)
    ended = time.monotonic()
    await asyncio.sleep(FLOOR + 5)
    eu = lab.share_of_eu(time.monotonic() - 3, time.monotonic())
    lab.check(f"{FLOOR + 5} s later eu has everybody, because us is really down: {eu:.1%}", eu >= 0.97)
    us.is_bad = False
    await asyncio.sleep(FLOOR + 15)
    eu = lab.share_of_eu(time.monotonic() - 10, time.monotonic())
    lab.check(f"us is well again, and eu has its {before:.0%} again: {eu:.1%} (within 15 points)", abs(eu - before) <= 0.15)
    others = sum(1 for seen in lab.caches for at, name, address in seen if name == "home" and address != socket.inet_aton(HOME))
    home = sum(1 for seen in lab.caches for at, name, _ in seen if name == "home" and drilled <= at < ended)
    lab.check(f"clients of the strict name stayed in their place: {others} of {home} lookups during the drill were answered from elsewhere", others == 0 and home > 0)
    lab.meridian("drill", "show")
    moves = lab.report()["moves"]
    lab.check("the report says how clients moved, there and back", len(moves) >= 2)


async def game_day(lab, server):
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=30)
    lab.say("a game day in 30 s, for a fifth of the clients; the server is restarted before it comes:")
    lab.meridian("drill", "fail", "eu", "--share", "20%", "--for", "20s", "--at", at.strftime("%Y-%m-%dT%H:%M:%SZ"), "--reason", "game day")
    await asyncio.sleep(3)
    server.send_signal(signal.SIGTERM)
    server.wait(20)
    lab.processes.remove(server)
    await lab.serve()
    lab.check(f"after the restart the game day still waits: {lab.report()['state']}", lab.report()["state"] == "waiting")
    tail = next((line for line in lab.get("propagation?format=text").splitlines() if "measured tail" in line), None)
    lab.check(f"the measured tail is still there, too: {tail or 'no'}", tail is not None)
    began = await lab.until(lambda: lab.report()["state"] == "running", 60)
    late = (datetime.datetime.now(datetime.timezone.utc) - at).total_seconds()
    lab.check(f"it began by itself, {late:.1f} s after its time", began is not None and late <= 3)
    ended = await lab.until(lambda: lab.report()["state"] == "ended", 40)
    lab.check(f"it ended by itself: {lab.report()['reason']}", ended is not None and lab.report()["reason"] == "its time was over")


async def main(command):
    work = tempfile.mkdtemp(prefix="meridian-drill-")
    lab = Lab(command, work)
    try:
        os.mkdir(f"{work}/state")
        us = Backend(US, lab.web)
        for address in (EU, HOME):
            Backend(address, lab.web)
        with open(f"{work}/m.yaml", "w") as f:
            f.write(configuration(lab.dns, lab.http, lab.web))
        server = await lab.serve()
        await lab.fill()
        lab.say(f"{len(lab.caches)} caches, TTL {TTL} s ({FLOOR} s in four of them); {WARM_UP} s of ordinary traffic")
        await asyncio.sleep(WARM_UP)
        if not all(lab.caches):
            sys.exit("NOT SHOWN: a cache does not answer")
        await drill(lab, us)
        await game_day(lab, server)
        print(f"\n{'PASS' if not lab.failures else 'MISS: ' + '; '.join(lab.failures)}")
        return 1 if lab.failures else 0
    finally:
        stop(lab.processes)
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))

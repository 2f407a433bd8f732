#!/usr/bin/env python3
"""Real caching resolvers in front of a server, clients behind them, a drain: how far has it come, by the server's estimate and in truth?

usage: propagation-lab.py COMMAND… (the executable; options by environment: TTL=30 WARM_UP=480 NAMES=12)

Each cache asks from an address of its own (127.9.x.y), but for a group of unbounds that share one, as the caches of a large public
resolver do. The truth is what the clients get: the part of their lookups that is answered with the drained address, compared with
the part right before the drain. The estimate is what /api/v1/propagation says at the same moments; it knows nothing of the
clients, only when the caches asked. Clients of different caches look up at different rates, and each cache holds several names,
all of which move: so that the truth is a curve and not a few steps.
"""
import asyncio
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

from real_caches import Client, free_ports, ready, resolver, start, stop

TTL = int(os.environ.get("TTL", "30"))
WARM_UP = int(os.environ.get("WARM_UP", "480"))
NAMES = int(os.environ.get("NAMES", "12"))
LIMIT = 5.0
MARKS = [30, 60, 120]
# kind, how many, whether they share one address
MIX = [("unbound", 10, False), ("unbound", 12, True), ("unbound-floor", 6, False), ("dnsmasq-ignore", 4, False), ("knot-resolver", 3, False), ("pdns-recursor", 3, False)]
FLOOR, FIXED = 3 * TTL, int(4.3 * TTL)
EU, US = "203.0.113.10", "198.51.100.20"


def configuration(dns, http, state):
    return f"""
listen: {{dns: ["127.0.0.1:{dns}"], http: "127.0.0.1:{http}"}}
access: {{local: admin}}
guard: {{pool-minimum: false, clients: 100%, queries: 100%}}
sites: {{eu: {{}}, us: {{}}}}
pools:
  web-eu: {{site: eu, members: [{{address: {EU}{state}}}]}}
  web-us: {{site: us, members: [{{address: {US}}}]}}
policies:
  split: {{ttl: {TTL}s, weighted: {{web-eu: 70, web-us: 30}}}}
zones:
  lab.example:
    soa: {{primary: ns1.lab.example., contact: hostmaster.lab.example., negative-ttl: 30s}}
    records:
      "@": {{NS: [ns1]}}
      ns1: {{A: 127.0.0.1}}
""" + "".join(f"      w{i}: {{A: {{steer: split}}}}\n" for i in range(NAMES))


def share_of_eu(caches, begin, end):
    """The part of the lookups with the drained address."""
    eu = total = 0.0
    for seen, _ in caches:
        for at, _, address in seen:
            if begin <= at < end:
                total += 1
                eu += address == socket.inet_aton(EU)
    return eu / total if total else 0.0


async def main(command):
    work = tempfile.mkdtemp(prefix="meridian-propagation-")
    processes = []
    try:
        count = sum(number for _, number, _ in MIX)
        dns, http, *ports = free_ports(2 + count)
        with open(f"{work}/m.yaml", "w") as f:
            f.write(configuration(dns, http, ""))
        processes.append(subprocess.Popen(command + ["serve", f"{work}/m.yaml"], stdin=subprocess.DEVNULL, stderr=open(f"{work}/log", "w")))
        await ready(f"http://127.0.0.1:{http}")
        rng = random.Random(1)
        caches = []
        tasks = []
        loop = asyncio.get_running_loop()
        for group, (kind, number, shared) in enumerate(MIX):
            for i in range(number):
                directory = f"{work}/{kind}-{group}-{i}"
                os.mkdir(directory)
                source = f"127.9.{group + 1}.{1 if shared else i + 1}"
                port = ports[len(caches)]
                processes.append(start(resolver(kind, directory, port, source, dns, "lab.example", FLOOR, FIXED), directory))
                seen = []
                _, client = await loop.create_datagram_endpoint(lambda seen=seen: Client(seen, [f"w{name}" for name in range(NAMES)], "lab.example"), remote_addr=("127.0.0.1", port))
                caches.append((seen, kind))
                tasks.append((client, rng.uniform(0.1, 0.5)))
        await asyncio.sleep(3)
        running = [loop.create_task(client.run(random.Random(i), rate)) for i, (client, rate) in enumerate(tasks)]
        print(f"{count} caches, TTL {TTL} s (floor {FLOOR} s, fixed {FIXED} s); {NAMES} names; {WARM_UP} s before the drain", flush=True)
        for left in range(WARM_UP, 0, -60):
            await asyncio.sleep(min(60, left))
            print(f"  {sum(len(seen) for seen, _ in caches)} lookups", flush=True)
        silent = [kind for seen, kind in caches if not seen]
        if silent:
            sys.exit(f"NOT SHOWN: no answers from {silent}")
        with open(f"{work}/next", "w") as f:
            f.write(configuration(dns, http, ", state: draining, reason: lab"))
        os.rename(f"{work}/next", f"{work}/m.yaml")
        while "Revision 2 is served" not in open(f"{work}/log").read():
            await asyncio.sleep(0.1)
        event = time.monotonic()
        before = share_of_eu(caches, event - 5, event)
        worst = 0.0
        print(f"drained; {before:.1%} of the lookups were sent there\n\n{'seconds':>8}{'moved, clients':>16}{'moved, estimate':>17}{'off, points':>13}", flush=True)
        rows = []
        for mark in MARKS:
            await asyncio.sleep(event + mark - time.monotonic())
            report = json.load(urllib.request.urlopen(f"http://127.0.0.1:{http}/api/v1/propagation?top=100", timeout=10))
            rows.append((mark, report["changes"][0]["moved"] if report["changes"] else 0.0))
            await asyncio.sleep(event + mark + 2 - time.monotonic())
            true = 1 - share_of_eu(caches, event + mark - 2, event + mark + 2) / before
            off = 100 * (rows[-1][1] - true)
            worst = max(worst, abs(off))
            print(f"{mark:>8}{true:>16.1%}{rows[-1][1]:>17.1%}{off:>13.1f}", flush=True)
        print()
        subprocess.run(command + ["propagation", "--url", f"http://127.0.0.1:{http}", "--top", "40"], stdin=subprocess.DEVNULL)
        shared = [r for r in report["resolvers"] if r["resolver"].startswith("127.9.2.")]
        said = shared[0]["behaviour"] if shared else "nothing"
        print(f"\n12 caches behind 127.9.2.1 are said to be: {said}")
        verdict = worst <= LIMIT and said == "several"
        print(f"largest difference {worst:.1f} points (limit {LIMIT:.0f}): {'PASS' if verdict else 'MISS'}")
        for task in running:
            task.cancel()
        return 0 if verdict else 1
    finally:
        stop(processes)
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))

#!/usr/bin/env python3
"""Real caches with clients behind them, in front of a server that draws one name and assigns another by resolver: which comes nearer to 70/30?

usage: fairness-lab.py COMMAND… (the executable; options by environment: TTL=10 CACHES=40 WARM_UP=300 MEASURE=240)

Each cache is an unbound of its own that asks from a network of its own (127.20.x.0/24), but for four that share one address. The
clients behind the k-th cache look up 20/k times a second, each of the two names alike. The server sees one question for each TTL
and name, and has to find out by itself who is large. The truth is what the clients get, in windows of ten seconds.
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
import urllib.request

import real_caches

TTL = int(os.environ.get("TTL", "10"))
CACHES = int(os.environ.get("CACHES", "40"))
WARM_UP = int(os.environ.get("WARM_UP", "300"))
MEASURE = int(os.environ.get("MEASURE", "240"))
BUSIEST = float(os.environ.get("BUSIEST", "20"))
SHARED, SHARED_RATE = 4, 5.0
WINDOW = 10
MEANT = 0.7
EU, US = "203.0.113.10", "198.51.100.20"
NAMES = ["drawn", "fair"]
ZONE = "lab.example"


def configuration(dns, http):
    return f"""
listen: {{dns: ["127.0.0.1:{dns}"], http: "127.0.0.1:{http}"}}
access: {{local: admin}}
sites: {{eu: {{}}, us: {{}}}}
pools:
  web-eu: {{site: eu, members: [{{address: {EU}}}]}}
  web-us: {{site: us, members: [{{address: {US}}}]}}
policies:
  drawn: {{ttl: {TTL}s, weighted: {{web-eu: 70, web-us: 30}}}}
  fair: {{ttl: {TTL}s, weighted: {{web-eu: 70, web-us: 30}}, assign: by-resolver}}
zones:
  lab.example:
    soa: {{primary: ns1.lab.example., contact: hostmaster.lab.example., negative-ttl: 30s}}
    records:
      "@": {{NS: [ns1]}}
      ns1: {{A: 127.0.0.1}}
      drawn: {{A: {{steer: drawn}}}}
      fair: {{A: {{steer: fair}}}}
"""


def share_of_eu(seen, name, begin, end):
    answers = [address == socket.inet_aton(EU) for at, label, address in seen if label == name and begin <= at < end]
    return sum(answers) / len(answers) if answers else None


def get(http, path):
    return json.load(urllib.request.urlopen(f"http://127.0.0.1:{http}{path}", timeout=10))


async def main(command):
    work = tempfile.mkdtemp(prefix="meridian-fairness-")
    processes = []
    try:
        # Source network, rate: the shared ones stand behind one address.
        caches = [(f"127.20.{i + 1}.1", BUSIEST / (i + 1)) for i in range(CACHES)] + [("127.20.200.1", SHARED_RATE)] * SHARED
        dns, http, *ports = real_caches.free_ports(2 + len(caches))
        with open(f"{work}/m.yaml", "w") as f:
            f.write(configuration(dns, http))
        processes.append(subprocess.Popen(command + ["serve", f"{work}/m.yaml"], stdin=subprocess.DEVNULL, stderr=open(f"{work}/log", "w")))
        await real_caches.ready(f"http://127.0.0.1:{http}")
        loop = asyncio.get_running_loop()
        seen = []
        clients = []
        for i, (source, rate) in enumerate(caches):
            directory = f"{work}/{i}"
            os.mkdir(directory)
            processes.append(real_caches.start(real_caches.resolver("unbound", directory, ports[i], source, dns, ZONE, 0, 0), directory))
            _, client = await loop.create_datagram_endpoint(lambda: real_caches.Client(seen, NAMES, ZONE), remote_addr=("127.0.0.1", ports[i]))
            clients.append((client, rate))
        await asyncio.sleep(3)
        running = [loop.create_task(client.run(random.Random(i), rate)) for i, (client, rate) in enumerate(clients)]
        total = sum(rate for _, rate in caches)
        print(f"{len(caches)} caches, TTL {TTL} s; {total:.0f} lookups per second of each name; {WARM_UP} s until the volumes are known", flush=True)
        for left in range(WARM_UP, 0, -60):
            await asyncio.sleep(min(60, left))
            print(f"  {len(seen)} lookups", flush=True)
        begin = loop.time()
        await asyncio.sleep(MEASURE)
        end = loop.time()
        report = get(http, "/api/v1/population?top=100&minutes=60")
        true = {}
        for source, rate in caches:
            true[source] = true.get(source, 0) + rate * len(NAMES)
        print(f"\n{'resolver':<16}{'true, /s':>10}{'estimated':>11}{'±':>7}{'queries/s':>11}{'caches':>8}")
        found = {row["resolver"]: row for row in report["demand"]}
        for source in list(true)[:8] + list(true)[-1:]:
            row = found.get(source)
            if row:
                print(f"{source:<16}{true[source]:>10.2f}{row['lookupsPerSecond']:>11.2f}{row['standardError']:>7.2f}{row['queriesPerSecond']:>11.3f}{row['caches']:>8.0f}")
        ratios = sorted(found[source]["lookupsPerSecond"] / rate for source, rate in true.items() if source in found)
        print(f"estimated through true of {len(ratios)} resolvers: median {ratios[len(ratios) // 2]:.2f}, from {ratios[0]:.2f} to {ratios[-1]:.2f}")
        for node in report["assigned"]:
            print(f"assigned: {node['networks']} networks with {node['assigned']:.1%}; expected " + ", ".join(f"{child['name']} {child['expected']:.1%}" for child in node["children"]))
        off = {}
        print(f"\n{'':<10}{'lookups':>9}{'to eu':>9}{'off in all':>12}{'off by ' + str(WINDOW) + ' s, rms':>20}{'largest':>9}")
        for name in NAMES:
            windows = [share_of_eu(seen, name, at, at + WINDOW) for at in range(int(begin) + 1, int(end) - WINDOW, WINDOW)]
            offs = [abs(share - MEANT) for share in windows if share is not None]
            got = share_of_eu(seen, name, begin, end)
            off[name] = (sum(one * one for one in offs) / len(offs)) ** 0.5
            count = sum(label == name and begin <= at < end for at, label, _ in seen)
            print(f"{name:<10}{count:>9}{got:>9.1%}{100 * abs(got - MEANT):>10.1f} p{100 * off[name]:>18.1f} p{100 * max(offs):>7.1f} p")
        gain = off["drawn"] / off["fair"]
        subprocess.run(command + ["explain", "fair.lab.example", "A", "--client", "127.20.1.0/24", "--url", f"http://127.0.0.1:{http}"], stdin=subprocess.DEVNULL)
        print(f"\nby assignment the traffic is {gain:.1f} times nearer to its weights than by draws: {'PASS' if gain >= 1.5 else 'MISS'} (at least 1.5)")
        for task in running:
            task.cancel()
        return 0 if gain >= 1.5 else 1
    finally:
        real_caches.stop(processes)
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))

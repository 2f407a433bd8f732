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
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request

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


def free_ports(count):
    sockets = []
    for _ in range(count):
        s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        s.bind(("127.0.0.1", 0))
        sockets.append(s)
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


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


def unbound(directory, port, source, authority):
    with open(f"{directory}/unbound.conf", "w") as f:
        f.write(f"""server:
  directory: "{directory}"
  chroot: ""
  username: ""
  pidfile: "{directory}/unbound.pid"
  interface: 127.0.0.1@{port}
  outgoing-interface: {source}
  do-daemonize: no
  use-syslog: no
  do-not-query-localhost: no
  do-ip6: no
  module-config: "iterator"
  num-threads: 1
  msg-cache-size: 256k
  rrset-cache-size: 256k
  outgoing-range: 32
  num-queries-per-thread: 32
stub-zone:
  name: "lab.example."
  stub-addr: 127.0.0.1@{authority}
""")
    return ["unbound", "-d", "-c", f"{directory}/unbound.conf"]


class Client(asyncio.DatagramProtocol):
    """All clients of one cache, for one name."""

    def __init__(self, seen):
        self.seen = seen

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, address):
        if struct.unpack("!H", data[6:8])[0]:
            self.seen.append((time.monotonic(), data[-4:]))

    def error_received(self, exc):
        pass

    async def run(self, rng, name, rate):
        question = bytes([len(name)]) + name.encode() + b"\x03lab\x07example\x00" + struct.pack("!HH", 1, 1)
        at = time.monotonic()
        while True:
            at += rng.expovariate(rate)
            await asyncio.sleep(max(0, at - time.monotonic()))
            self.transport.sendto(struct.pack("!HHHHHH", rng.randrange(65536), 0x0100, 1, 0, 0, 0) + question)


def share_of_eu(seen, begin, end):
    answers = [address == socket.inet_aton(EU) for at, address in seen if begin <= at < end]
    return sum(answers) / len(answers) if answers else None


def get(http, path):
    return json.load(urllib.request.urlopen(f"http://127.0.0.1:{http}{path}", timeout=10))


async def main(command):
    work = tempfile.mkdtemp(prefix="meridian-fairness-")
    processes = []
    path = os.environ["PATH"] + ":/usr/sbin:/sbin"
    program = shutil.which("unbound", path=path) or sys.exit("unbound is not installed")
    try:
        # Source network, rate: the shared ones stand behind one address.
        caches = [(f"127.20.{i + 1}.1", BUSIEST / (i + 1)) for i in range(CACHES)] + [("127.20.200.1", SHARED_RATE)] * SHARED
        dns, http, *ports = free_ports(2 + len(caches))
        with open(f"{work}/m.yaml", "w") as f:
            f.write(configuration(dns, http))
        processes.append(subprocess.Popen(command + ["serve", f"{work}/m.yaml"], stdin=subprocess.DEVNULL, stderr=open(f"{work}/log", "w")))
        for _ in range(60):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{http}/readyz", timeout=2)
                break
            except OSError:
                await asyncio.sleep(1)
        loop = asyncio.get_running_loop()
        seen = {name: [] for name in NAMES}
        clients = []
        for i, (source, rate) in enumerate(caches):
            directory = f"{work}/{i}"
            os.mkdir(directory)
            arguments = unbound(directory, ports[i], source, dns)
            arguments[0] = program
            processes.append(subprocess.Popen(arguments, cwd=directory, stdin=subprocess.DEVNULL, stdout=open(f"{directory}/out", "w"), stderr=subprocess.STDOUT))
            for name in NAMES:
                _, client = await loop.create_datagram_endpoint(lambda name=name: Client(seen[name]), remote_addr=("127.0.0.1", ports[i]))
                clients.append((client, name, rate))
        await asyncio.sleep(3)
        running = [loop.create_task(client.run(random.Random(i), name, rate)) for i, (client, name, rate) in enumerate(clients)]
        total = sum(rate for _, rate in caches)
        print(f"{len(caches)} caches, TTL {TTL} s; {total:.0f} lookups per second of each name; {WARM_UP} s until the volumes are known", flush=True)
        for left in range(WARM_UP, 0, -60):
            await asyncio.sleep(min(60, left))
            print(f"  {sum(len(of) for of in seen.values())} lookups", flush=True)
        begin = time.monotonic()
        await asyncio.sleep(MEASURE)
        end = time.monotonic()
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
            windows = [share_of_eu(seen[name], at, at + WINDOW) for at in range(int(begin) + 1, int(end) - WINDOW, WINDOW)]
            offs = [abs(share - MEANT) for share in windows if share is not None]
            got = share_of_eu(seen[name], begin, end)
            off[name] = (sum(one * one for one in offs) / len(offs)) ** 0.5
            count = sum(begin <= at < end for at, _ in seen[name])
            print(f"{name:<10}{count:>9}{got:>9.1%}{100 * abs(got - MEANT):>10.1f} p{100 * off[name]:>18.1f} p{100 * max(offs):>7.1f} p")
        gain = off["drawn"] / off["fair"]
        subprocess.run(command + ["explain", "fair.lab.example", "A", "--client", "127.20.1.0/24", "--url", f"http://127.0.0.1:{http}"], stdin=subprocess.DEVNULL)
        print(f"\nby assignment the traffic is {gain:.1f} times nearer to its weights than by draws: {'PASS' if gain >= 1.5 else 'MISS'} (at least 1.5)")
        for task in running:
            task.cancel()
        return 0 if gain >= 1.5 else 1
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))

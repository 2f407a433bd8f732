#!/usr/bin/env python3
"""What observing costs per query, in CPU time of the whole server.

usage: observing_cost.py COMMAND… (the executable; by environment: PAIRS_MIN=16 PAIRS=60 SLICE=1.5)

One server under constant load is told again and again to observe and not to (a reload each time, then a second to settle), so that
everything else is the same: the process, its memory, its compiled code. CPU time and answered queries of each slice give the cost
of a query; a slice with observing is compared with the one without next to it, in the order A B B A, because the machine's own
speed drifts. The result is the median of those ratios with its 95 % interval (order statistics; no assumption on the noise). It goes
on until the interval is within a point on either side, or until PAIRS pairs. The load has one processor, the server another: threads that
are moved about between two of them cost more than what is measured here.
"""
import glob
import json
import math
import os
import signal
import subprocess
import sys
import tempfile
import shutil
import time
import urllib.request

PAIRS_MIN = int(os.environ.get("PAIRS_MIN", "16"))
PAIRS = int(os.environ.get("PAIRS", "60"))
SLICE = float(os.environ.get("SLICE", "1.5"))
LIMIT = 2.0
SETTLE = 0.8  # The switch is obeyed within half a second.


def configuration(who):
    return f"""
listen: {{dns: ["127.0.0.1:0"], http: "127.0.0.1:0", threads: 1}}
observing: {{who: {who}}}
pools:
  web-eu: {{members: [{{address: 203.0.113.10}}]}}
  web-us: {{members: [{{address: 198.51.100.20}}]}}
policies:
  www: {{ttl: 60s, geo: {{EU: {{failover: [web-eu, web-us]}}, default: {{weighted: {{web-us: 70, web-eu: 30}}}}}}}}
zones:
  example.com:
    soa: {{primary: ns1.example.com., contact: hostmaster@example.com}}
    records:
      "@": {{NS: [ns1]}}
      ns1: {{A: 192.0.2.53}}
      static: {{A: 192.0.2.54}}
      www: {{A: {{steer: www}}}}
"""


def cpu_ns(pid):
    """CPU time of all threads, in nanoseconds: /proc/PID/stat counts in hundredths of a second only."""
    total = 0
    for path in glob.glob(f"/proc/{pid}/task/*/schedstat"):
        try:
            with open(path) as f:
                total += int(f.read().split()[0])
        except OSError:
            pass  # A thread that ended just now.
    return total


def median(values):
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def interval(values):
    """Of the median, 95 %: the order statistics between which it is, by the binomial distribution."""
    ordered, n = sorted(values), len(values)
    below, k = 0.0, 0
    while True:
        below += math.comb(n, k) / 2**n
        if below > 0.025:
            break
        k += 1
    k = max(k, 1)
    return ordered[k - 1], ordered[n - k]


def pinned(processor, command):
    """The command on one processor, where there is more than one."""
    allowed = sorted(os.sched_getaffinity(0))
    return command if len(allowed) < 2 else ["taskset", "-c", str(allowed[processor])] + command


class Server:
    def __init__(self, command, work):
        self.path, self.log = f"{work}/m.yaml", f"{work}/log"
        self.served = 1
        self.write("nobody")
        environment = dict(os.environ, MERIDIAN_RUNTIME_DIR=f"{work}/run")
        self.process = subprocess.Popen(pinned(1, command + ["serve", self.path]), stdin=subprocess.DEVNULL, stderr=open(self.log, "w"), env=environment)
        self.url = self.wait(r"endpoint listens on (http[^ ]*[0-9])\.$")
        self.port = int(self.wait(r" DNS on 127\.0\.0\.1:([0-9]+),"))

    def wait(self, pattern):
        import re
        for _ in range(60):
            with open(self.log) as f:
                found = re.findall(pattern, f.read(), re.MULTILINE)
            if found:
                return found[-1]
            if self.process.poll() is not None:
                sys.exit("NOT SHOWN: the server did not start\n" + open(self.log).read()[-2000:])
            time.sleep(0.5)
        sys.exit(f"NOT SHOWN: the server did not say {pattern} within half a minute")

    def write(self, who):
        with open(self.path + ".next", "w") as f:
            f.write(configuration(who))
        os.rename(self.path + ".next", self.path)

    def switch(self, who):
        self.write(who)
        self.process.send_signal(signal.SIGHUP)
        self.served += 1
        self.wait(rf"(Revision {self.served} is served)")
        time.sleep(SETTLE)

    def answered(self):
        status = json.load(urllib.request.urlopen(f"{self.url}/api/v1/status", timeout=10))
        return status["counters"]["queriesUdp"]

    def slice(self):
        """CPU nanoseconds per query."""
        queries, cpu = self.answered(), cpu_ns(self.process.pid)
        time.sleep(SLICE)
        cpu = cpu_ns(self.process.pid) - cpu
        return cpu / (self.answered() - queries)


def main(command):
    work = tempfile.mkdtemp(prefix="meridian-cost-")
    load = server = None
    try:
        server = Server(command, work)
        with open(f"{work}/queries", "w") as f:
            f.write("www.example.com A\nstatic.example.com A\nwww.example.com AAAA\nnot-there.example.com A\n")
        load = subprocess.Popen(
            pinned(0, ["dnsperf", "-s", "127.0.0.1", "-p", str(server.port), "-d", f"{work}/queries", "-l", "1800", "-c", "8", "-T", "1", "-q", "100"]),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        print(f"CPU per query under constant load, observing switched off and on in one server: slices of {SLICE:g} s, up to {PAIRS} pairs", flush=True)
        # Code is as fast as it gets only after some seconds of both.
        for who in ("resolvers", "nobody"):
            server.switch(who)
            time.sleep(6)
        ratios, without, observed = [], [], []
        is_on = False
        while len(ratios) < PAIRS:
            if load.poll() is not None:
                sys.exit("NOT SHOWN: the load ended by itself")
            pair = {is_on: server.slice()}
            is_on = not is_on
            server.switch("resolvers" if is_on else "nobody")
            pair[is_on] = server.slice()
            ratios.append((pair[True] / pair[False] - 1) * 100)
            without.append(pair[False])
            observed.append(pair[True])
            low, high = interval(ratios)
            print(f"  pair {len(ratios):2d}: without {pair[False] / 1000:.3f} µs, with {pair[True] / 1000:.3f} µs: {ratios[-1]:+.2f} %", flush=True)
            if len(ratios) >= PAIRS_MIN and high - low <= 2.0:
                break
        more = median(ratios)
        low, high = interval(ratios)
        verdict = "PASS" if more <= LIMIT else "MISS"
        if low <= LIMIT < high:
            verdict += ", but this machine is too restless to be sure: the interval has the limit in it"
        print(f"median of {len(ratios)} pairs: without {median(without) / 1000:.3f} µs, with {median(observed) / 1000:.3f} µs per query; "
              f"{more:+.2f} % (95 % interval {low:+.2f} to {high:+.2f} %; limit {LIMIT:g} %): {verdict}")
        return 0 if more <= LIMIT else 1
    finally:
        for process in (load, server.process if server else None):
            if process is not None:
                process.terminate()
                try:
                    process.wait(15)
                except subprocess.TimeoutExpired:
                    process.kill()
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

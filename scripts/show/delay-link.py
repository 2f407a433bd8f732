#!/usr/bin/env python3
"""A link between two network namespaces that delays and loses packets, for systems without netem.

Two TUN devices, one in each namespace, and this program between them:

    delay-link.py NAMESPACE-A NAMESPACE-B DELAY-MS JITTER-MS LOSS-PERCENT SEED

Each packet, in either direction, is lost by chance, or delivered after DELAY-MS and up to JITTER-MS more, evenly drawn; so
packets overtake each other, as they do on real paths. The devices are called link0 and are up when 'ready' is printed.
Runs until its standard input ends.
"""

import fcntl
import heapq
import os
import random
import select
import struct
import subprocess
import sys
import time

TUNSETIFF = 0x400454CA
IFF_TUN = 0x0001
IFF_NO_PI = 0x1000
PACKET_MAX = 65536
# More than this waiting means that this program is too slow for the traffic: what it showed would be its own delay.
QUEUE_MAX = 200_000


def open_device(namespace: str, temporary: str) -> int:
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH", temporary.encode(), IFF_TUN | IFF_NO_PI))
    for command in (
        ["ip", "link", "set", temporary, "netns", namespace],
        ["ip", "-n", namespace, "link", "set", temporary, "name", "link0"],
        ["ip", "-n", namespace, "link", "set", "link0", "txqueuelen", "10000", "up"],
    ):
        subprocess.run(command, check=True)
    return device


def main() -> int:
    a, b, delay, jitter, loss, seed = sys.argv[1:7]
    delay_s, jitter_s, loss_share = float(delay) / 1000, float(jitter) / 1000, float(loss) / 100
    draw = random.Random(int(seed)).random
    pid = os.getpid()
    devices = (open_device(a, f"mta{pid}"), open_device(b, f"mtb{pid}"))
    other = {devices[0]: devices[1], devices[1]: devices[0]}
    waiting: list[tuple[float, int, int, bytes]] = []
    number = lost = passed = 0
    latest = 0.0
    print("ready", flush=True)
    while True:
        timeout = max(0.0, waiting[0][0] - time.monotonic()) if waiting else 1.0
        readable, _, _ = select.select([*devices, 0], [], [], timeout)
        if 0 in readable and not os.read(0, 4096):
            break
        for device in readable:
            if device == 0:
                continue
            for _ in range(64):
                try:
                    packet = os.read(device, PACKET_MAX)
                except BlockingIOError:
                    break
                if draw() < loss_share:
                    lost += 1
                    continue
                number += 1
                heapq.heappush(waiting, (time.monotonic() + delay_s + jitter_s * draw(), number, other[device], packet))
        if len(waiting) > QUEUE_MAX:
            print("too slow for the traffic", file=sys.stderr)
            return 1
        now = time.monotonic()
        while waiting and waiting[0][0] <= now:
            due, _, device, packet = heapq.heappop(waiting)
            latest = max(latest, now - due)
            try:
                os.write(device, packet)
                passed += 1
            except (BlockingIOError, OSError):
                lost += 1
    print(f"{passed} packets passed, {lost} were lost; none was later than asked by more than {1000 * latest:.1f} ms", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Clients of a population of networks ask a server, by ECS, and count the addresses that they get.

usage: observed-clients.py PORT QUERIES SEED [RATE]

The networks and how much each asks (Zipf) are the same for every seed; which of them asks when, and each query's id, are not.
At most RATE a second, where it is given. Prints one line for each address: the address and how many answers had it.
"""
import collections
import random
import socket
import struct
import sys
import time

port, queries, seed = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
rate = float(sys.argv[4]) if len(sys.argv) > 4 else None
# Real networks of many countries, so that places decide: fixed by a seed of its own.
networks = random.Random(4711)
first = [2, 5, 8, 12, 17, 24, 31, 37, 41, 46, 58, 62, 66, 77, 80, 85, 89, 91, 101, 103, 110, 114, 121, 133, 145, 151, 163, 177, 181, 186, 190, 193, 195, 200, 212, 217]
subnets = [(networks.choice(first), networks.randrange(256), networks.randrange(256)) for _ in range(400)]
weights = [1 / (rank + 1) for rank in range(len(subnets))]
rng = random.Random(seed)

name = b"\x03www\x07example\x03com\x00"
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.settimeout(2)
sock.connect(("127.0.0.1", port))
counts = collections.Counter()
began = time.monotonic()
for sent, subnet in enumerate(rng.choices(subnets, weights, k=queries)):
    if rate:
        time.sleep(max(0, began + sent / rate - time.monotonic()))
    number = rng.randrange(65536)
    option = struct.pack("!HHHBB", 8, 7, 1, 24, 0) + bytes(subnet)
    edns = b"\x00" + struct.pack("!HHIH", 41, 1232, 0, len(option)) + option
    sock.send(struct.pack("!HHHHHH", number, 0, 1, 0, 0, 1) + name + struct.pack("!HH", 1, 1) + edns)
    reply = sock.recv(4096)
    assert reply[:2] == struct.pack("!H", number)
    answers = struct.unpack("!H", reply[6:8])[0]
    at = 12 + len(name) + 4
    # One address an answer: the name is a pointer, then ten octets, then four.
    counts[socket.inet_ntoa(reply[at + 12:at + 16]) if answers else "nothing"] += 1
for address, count in counts.most_common():
    print(address, count)

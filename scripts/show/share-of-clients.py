"""Asks for NAME on behalf of 1000 client networks (EDNS client subnet) and prints the percentage that gets ADDRESS.

usage: share-of-clients.py DNS-PORT NAME ADDRESS
"""

import random
import socket
import struct
import sys

port, name, address = int(sys.argv[1]), sys.argv[2], socket.inet_aton(sys.argv[3])
networks = random.Random(7).sample(range(0x0B0000, 0xDF0000), 1000)
labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"
dns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
dns.connect(("127.0.0.1", port))
dns.settimeout(5)
found = 0
for number, network in enumerate(networks):
    subnet = struct.pack("!HBB", 1, 24, 0) + network.to_bytes(3, "big")
    option = struct.pack("!HH", 8, len(subnet)) + subnet
    opt = b"\0" + struct.pack("!HHIH", 41, 1232, 0, len(option)) + option
    dns.send(struct.pack("!HHHHHH", number, 0, 1, 0, 0, 1) + labels + struct.pack("!HH", 1, 1) + opt)
    answer = dns.recv(4096)
    at = 12 + len(labels) + 4
    found += address in answer[at : at + 16]
print(f"{found / 10:.1f}")

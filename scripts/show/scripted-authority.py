#!/usr/bin/env python3
"""An authoritative server for one zone that does as a file says, for showing what a resolver's trouble does to others.

    scripted-authority.py PORT ZONE FILE

Each line of FILE is `OWNER TTL TYPE DATA` (A, AAAA, CNAME), or one word of behaviour: `slow SECONDS`, `servfail`, `drop`.
The file is read for every query, so that changing it changes the world. Names without a line do not exist. UDP and TCP.
"""
import ipaddress
import socketserver
import struct
import sys
import threading
import time

TYPES = {"A": 1, "CNAME": 5, "AAAA": 28}
SOA = 6
NEGATIVE_TTL = 5


def to_wire(name):
    labels = [label for label in name.rstrip(".").lower().split(".") if label]
    return b"".join(bytes([len(label)]) + label.encode() for label in labels) + b"\0"


def read_question(query):
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1 : at + 1 + query[at]].decode())
        at += 1 + query[at]
    return ".".join(labels).lower() + ".", struct.unpack("!H", query[at + 1 : at + 3])[0], query[12 : at + 5]


def read_world(path):
    records, behaviour = {}, {}
    with open(path, encoding="ascii") as lines:
        for words in (line.split() for line in lines):
            if len(words) == 4:
                records.setdefault(words[0], []).append((int(words[1]), words[2], words[3]))
            elif words:
                behaviour[words[0]] = float(words[1]) if len(words) > 1 else True
    return records, behaviour


def record(owner, kind, ttl, data):
    return to_wire(owner) + struct.pack("!HHIH", kind, 1, ttl, len(data)) + data


def data_of(kind, text):
    return to_wire(text) if kind == "CNAME" else ipaddress.ip_address(text).packed


def answer(query, zone, path):
    """The response, or None for none at all."""
    name, kind, question = read_question(query)
    records, behaviour = read_world(path)
    time.sleep(behaviour.get("slow", 0))
    if "drop" in behaviour:
        return None
    if "servfail" in behaviour:
        return query[:2] + struct.pack("!HHHHH", 0x8402, 1, 0, 0, 0) + question
    found, at = [], name
    while True:
        here = records.get(at, [])
        wanted = [(ttl, word, text) for ttl, word, text in here if TYPES[word] == kind]
        links = [(ttl, word, text) for ttl, word, text in here if word == "CNAME"]
        found += [record(at, TYPES[word], ttl, data_of(word, text)) for ttl, word, text in wanted or links]
        if wanted or not links or len(found) > 32:
            break
        at = links[0][2]
    rcode = 0 if at in records or at == zone else 3
    numbers = struct.pack("!IIIII", 1, 3600, 600, 86400, NEGATIVE_TTL)
    authority = [] if found and rcode == 0 else [record(zone, SOA, NEGATIVE_TTL, to_wire("ns." + zone) + to_wire("h." + zone) + numbers)]
    header = query[:2] + struct.pack("!HHHHH", 0x8400 | rcode, 1, len(found), len(authority), 0)
    return header + question + b"".join(found + authority)


def main():
    port, zone, path = int(sys.argv[1]), sys.argv[2].rstrip(".") + ".", sys.argv[3]

    class Udp(socketserver.BaseRequestHandler):
        def handle(self):
            response = answer(self.request[0], zone, path)
            if response:
                self.request[1].sendto(response, self.client_address)

    class Tcp(socketserver.StreamRequestHandler):
        def handle(self):
            while prefix := self.rfile.read(2):
                response = answer(self.rfile.read(struct.unpack("!H", prefix)[0]), zone, path)
                if not response:
                    return
                self.wfile.write(struct.pack("!H", len(response)) + response)

    class UdpServer(socketserver.ThreadingUDPServer):
        daemon_threads = True

    class TcpServer(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    threading.Thread(target=TcpServer(("127.0.0.1", port), Tcp).serve_forever, daemon=True).start()
    UdpServer(("127.0.0.1", port), Udp).serve_forever()


main()

"""Makes revisions, and returns to each of them.

usage: rollback-load.py make URL COUNT            COUNT revisions, each with its number in counter.example.com TXT
       rollback-load.py back URL COUNT DNS-PORT   to each of them in an order of its own, and asks for what it held
The token is in MERIDIAN_TOKEN.
"""

import http.client
import json
import os
import random
import socket
import struct
import sys
import time
from urllib.parse import urlsplit

MODE, URL, COUNT, TOKEN = sys.argv[1], urlsplit(sys.argv[2]), int(sys.argv[3]), os.environ["MERIDIAN_TOKEN"]
HEADERS = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json", "Meridian-Command": "1"}


def call(api, method, path, body=None):
    api.request(method, path, None if body is None else json.dumps(body), HEADERS)
    reply = api.getresponse()
    text = reply.read()
    if reply.status >= 300:
        sys.exit(f"{method} {path}: {reply.status} {text.decode()}")
    return json.loads(text)


def ask(dns, number):
    name = b"\x07counter\x07example\x03com\0"
    dns.send(struct.pack("!HHHHHH", number & 0xFFFF, 0, 1, 0, 0, 0) + name + struct.pack("!HH", 16, 1))
    return dns.recv(4096)


def main():
    api = http.client.HTTPConnection(URL.hostname, URL.port, timeout=60)
    api.connect()
    api.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if MODE == "make":
        for number in range(1, COUNT + 1):
            call(api, "PUT", "/api/v1/zones/example.com/records/counter", {"TXT": f"value-{number}.", "ttl": "5s"})
        print(f"{COUNT} revisions made")
        return
    dns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    dns.connect(("127.0.0.1", int(sys.argv[4])))
    dns.settimeout(5)
    revisions = [item for item in call(api, "GET", f"/api/v1/revisions?limit={COUNT}")["items"] if "counter" in item["message"]]
    held = {item["number"]: json.dumps(call(api, "GET", f"/api/v1/revisions/{item['number']}")["changes"][0]["after"]["TXT"]) for item in revisions}
    order = list(held)
    random.Random(8).shuffle(order)
    times = []
    for done, number in enumerate(order, 1):
        start = time.perf_counter()
        call(api, "POST", f"/api/v1/revisions/{number}/rollback?wait=true", {})
        times.append(time.perf_counter() - start)
        if held[number].strip('"').encode() not in ask(dns, done):
            sys.exit(f"after the return to {number} the answer is not {held[number]}")
        if done % 25 == 0:
            print(f"  returned to {done} of {len(order)} revisions", flush=True)
    times.sort()
    print(
        f"{len(order)} of the last {COUNT} revisions returned to, each as a new revision and answered with what it held; "
        f"request to served: p50 {times[len(times) // 2] * 1000:.1f} ms, p99 {times[len(times) * 99 // 100] * 1000:.1f} ms"
    )


main()

"""Makes changes over the API and measures when the changed answer is on the wire, after the acknowledgement of each.

usage: wire-latency.py URL DNS-PORT COUNT    (the token is in MERIDIAN_TOKEN)
"""

import http.client
import json
import os
import socket
import struct
import sys
import time
from urllib.parse import urlsplit

GIVE_UP_SECONDS = 10


def query(name, type_code, message_id):
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return struct.pack("!HHHHHH", message_id, 0, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!HH", type_code, 1)


def main():
    url, port, count = urlsplit(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    token = os.environ["MERIDIAN_TOKEN"]
    api = http.client.HTTPConnection(url.hostname, url.port)
    api.connect()
    api.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    dns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    dns.connect(("127.0.0.1", port))
    dns.settimeout(GIVE_UP_SECONDS)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Meridian-Command": "1"}
    acknowledged, served, polls = [], [], 0
    for number in range(1, count + 1):
        text = f"change-{number}"
        body = json.dumps({"TXT": text, "ttl": "5s"})
        start = time.perf_counter()
        api.request("PUT", "/api/v1/zones/example.com/records/counter", body, headers)
        reply = api.getresponse()
        answer = reply.read()
        done = time.perf_counter()
        if reply.status not in (200, 201):
            sys.exit(f"the change was not accepted: {reply.status} {answer.decode()}")
        while True:
            polls += 1
            dns.send(query("counter.example.com", 16, polls & 0xFFFF))
            if text.encode() in dns.recv(4096):
                break
            if time.perf_counter() - done > GIVE_UP_SECONDS:
                sys.exit(f"{text} was acknowledged and is not answered after {GIVE_UP_SECONDS} s")
        acknowledged.append(done - start)
        served.append(time.perf_counter() - done)
        if number % 100 == 0:
            print(f"  {number} of {count} changes", flush=True)
    for what, values in (("request to acknowledgement", acknowledged), ("acknowledgement to the answer on the wire", served)):
        values.sort()
        p50, p99 = values[len(values) // 2], values[min(len(values) - 1, len(values) * 99 // 100)]
        print(f"{what}: p50 {p50 * 1000:.2f} ms, p99 {p99 * 1000:.2f} ms, most {values[-1] * 1000:.2f} ms")
    print(f"{count} changes, each durable before its acknowledgement, {polls} queries asked")


main()

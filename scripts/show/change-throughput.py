"""Counts the changes a second that are acknowledged over the API, with one, ten and fifty writers at once, all in one zone.

usage: change-throughput.py URL SECONDS    (the token is in MERIDIAN_TOKEN)
"""

import http.client
import json
import os
import socket
import sys
import threading
import time
from urllib.parse import urlsplit

WARM_UP_SECONDS = 2


def connect(url):
    api = http.client.HTTPConnection(url.hostname, url.port, timeout=30)
    api.connect()
    api.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return api


def write(url, headers, writer, end, took, problems):
    api = connect(url)
    number = 0
    while time.perf_counter() < end:
        number += 1
        start = time.perf_counter()
        body = json.dumps({"TXT": f"{writer}-{number}-{int(start * 1e6)}", "ttl": "5s"})
        api.request("PUT", f"/api/v1/zones/example.com/records/writer{writer}", body, headers)
        reply = api.getresponse()
        answer = reply.read()
        if reply.status not in (200, 201):
            problems.append(f"{reply.status} {answer.decode()}")
            return
        took.append((time.perf_counter() - start, json.loads(answer)["revision"]["number"]))


def run(url, headers, writers, seconds):
    took, problems = [], []
    begin = time.perf_counter()
    threads = [threading.Thread(target=write, args=(url, headers, writer, begin + seconds, took, problems)) for writer in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.perf_counter() - begin
    if problems:
        sys.exit(f"a change was not acknowledged: {problems[0]}")
    return took, elapsed


def main():
    url, seconds = urlsplit(sys.argv[1]), float(sys.argv[2])
    headers = {"Authorization": f"Bearer {os.environ['MERIDIAN_TOKEN']}", "Content-Type": "application/json"}
    run(url, headers, 10, WARM_UP_SECONDS)
    for writers in (1, 10, 50):
        took, elapsed = run(url, headers, writers, seconds)
        revisions = sorted(number for _, number in took)
        if len(set(revisions)) != len(revisions) or revisions[-1] - revisions[0] + 1 != len(revisions):
            sys.exit(f"{len(revisions)} acknowledgements are not {revisions[-1] - revisions[0] + 1} revisions in one line")
        times = sorted(seconds for seconds, _ in took)
        print(
            f"{writers:3} writer(s): {len(took) / elapsed:6.0f} acknowledged durable changes/s over the API; "
            f"p50 {times[len(times) // 2] * 1000:.1f} ms, p99 {times[len(times) * 99 // 100] * 1000:.1f} ms; "
            f"revisions {revisions[0]} to {revisions[-1]}, one line",
            flush=True,
        )


main()

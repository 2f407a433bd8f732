"""Real caching resolvers in front of a server, and clients behind them: what the shows of propagation and of drills have in common."""
import asyncio
import shutil
import signal
import socket
import struct
import subprocess
import sys
import urllib.request

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def free_ports(count):
    """Ports that were free a moment ago."""
    sockets = []
    for _ in range(count):
        s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        s.bind(("127.0.0.1", 0))
        sockets.append(s)
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


def resolver(kind, directory, port, source, authority, zone, floor, fixed):
    """Files and the command line of one cache that listens on port, asks from source, and knows one zone.

    floor: the seconds that unbound-floor keeps every answer for at least; fixed: what dnsmasq-ignore keeps it for, whatever its TTL.
    """
    if kind.startswith("unbound"):
        extra = f"  cache-min-ttl: {floor}\n" if kind == "unbound-floor" else ""
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
{extra}stub-zone:
  name: "{zone}."
  stub-addr: 127.0.0.1@{authority}
""")
        return ["unbound", "-d", "-c", f"{directory}/unbound.conf"]
    if kind == "dnsmasq-ignore":
        return ["dnsmasq", "--no-daemon", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", f"--port={port}", "--listen-address=127.0.0.1", "--bind-interfaces",
                f"--server=/{zone}/127.0.0.1#{authority}@{source}", "--cache-size=1000", f"--min-cache-ttl={fixed}", f"--max-cache-ttl={fixed}", "--user=root", "--pid-file="]
    if kind == "knot-resolver":
        with open(f"{directory}/kresd.conf", "w") as f:
            f.write(f"""net.listen('127.0.0.1', {port}, {{kind='dns'}})
net.outgoing_v4('{source}')
cache.open(10*MB, 'lmdb://{directory}')
trust_anchors.remove('.')
policy.add(policy.suffix(policy.STUB('127.0.0.1@{authority}'), {{todname('{zone}')}}))
""")
        return ["kresd", "-n", "-c", f"{directory}/kresd.conf", directory]
    with open(f"{directory}/recursor.conf", "w") as f:
        f.write(f"""local-address=127.0.0.1
local-port={port}
query-local-address={source}
socket-dir={directory}
daemon=no
write-pid=no
disable-syslog=yes
security-poll-suffix=
threads=1
dnssec=off
dont-query=
forward-zones={zone}=127.0.0.1:{authority}
""")
    return ["pdns_recursor", f"--config-dir={directory}"]


def start(arguments, directory):
    """Starts a resolver; ends the show when it is not installed."""
    arguments[0] = shutil.which(arguments[0], path=PATH) or sys.exit(f"{arguments[0]} is not installed")
    return subprocess.Popen(arguments, cwd=directory, stdin=subprocess.DEVNULL, stdout=open(f"{directory}/out", "w"), stderr=subprocess.STDOUT)


async def ready(url):
    """Waits until a server answers with everything that it needs."""
    for _ in range(60):
        try:
            urllib.request.urlopen(f"{url}/readyz", timeout=2)
            return
        except OSError:
            await asyncio.sleep(1)
    sys.exit("NOT SHOWN: the server was not ready within a minute")


def stop(processes):
    """Ends all of them, the last one first."""
    for process in reversed(processes):
        process.send_signal(signal.SIGTERM)
    for process in processes:
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


class Client(asyncio.DatagramProtocol):
    """Looks names up at one cache, at moments of its own. Notes down when, what for, and the last address of each answer."""

    def __init__(self, seen, names, zone):
        self.seen, self.names = seen, [name.encode() for name in names]
        self.zone = b"".join(bytes([len(label)]) + label.encode() for label in zone.split("."))

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, address):
        answers = struct.unpack("!H", data[6:8])[0]
        if answers:
            label = data[13:13 + data[12]].decode()
            self.seen.append((asyncio.get_running_loop().time(), label, data[-4:]))

    def error_received(self, exc):
        pass

    async def run(self, rng, rate):
        """rate: lookups per second of each name."""
        while True:
            await asyncio.sleep(rng.expovariate(rate * len(self.names)))
            label = rng.choice(self.names)
            query = bytes([len(label)]) + label + self.zone + b"\x00" + struct.pack("!HH", 1, 1)
            self.transport.sendto(struct.pack("!HHHHHH", rng.randrange(65536), 0x0100, 1, 0, 0, 0) + query)

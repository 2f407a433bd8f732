#!/usr/bin/env bash
# configure.sh DIR ADDRESS PORT [XDP_INTERFACE]: writes one configuration per server, all of the same zones, into DIR.
# The static zone is the same file for all. `geo.example.com` is steered by Meridian, gdnsd and PowerDNS: one of two
# addresses of Europe by weight 3:1 for clients in EU, of the United States 1:1 for all others.
set -euo pipefail
directory=$1 address=$2 port=$3 interface=${4:-}
names=${BENCH_NAMES:-10000}
mkdir -p "$directory"
directory=$(readlink -f -- "$directory")

zone=$directory/example.com.zone
{
    printf '$ORIGIN example.com.\n$TTL 300\n@ SOA ns1 hostmaster 1 7200 900 1209600 60\n@ NS ns1\nns1 A 192.0.2.53\n'
    awk -v names="$names" 'BEGIN { for (i = 0; i < names; i++) printf "host%d A 10.%d.%d.%d\n", i, int(i / 65536), int(i / 256) % 256, i % 256 }'
} >"$zone"

# The same queries for every server, in a random order that is always the same.
awk -v names="$names" 'BEGIN { srand(53); for (i = 0; i < 50000; i++) printf "host%d.example.com. A\n", int(rand() * names) }' >"$directory/static.txt"
echo "geo.example.com. A" >"$directory/steered.txt"

write_meridian() {
    local listen="dns: [\"$address:$port\"], http: off, threads: 1"
    [ -z "$1" ] || listen+=", xdp: {interface: $1, mode: native}"
    # Cookies and counters are always on; limiting counts every answer too, with a budget that one client cannot use up.
    cat <<EOF
listen: {$listen}
answering: {rate-limit: {positive: 1000000, negative: 1000000, error: 1000000}}
pools:
  eu: {answer: {pick: 1}, members: [{address: 203.0.113.10, weight: 3}, {address: 203.0.113.11}]}
  us: {answer: {pick: 1}, members: [{address: 198.51.100.20}, {address: 198.51.100.21}]}
policies:
  www: {ttl: 60s, geo: {EU: {failover: [eu, us]}, default: {failover: [us, eu]}}}
zones:
  example.com:
    soa: {primary: ns1.example.com., contact: hostmaster@example.com}
    file: example.com.zone
    records: {geo: {A: {steer: www}}}
EOF
}
write_meridian "" >"$directory/meridian.yaml"
# A configuration names its zone file without a directory: they stand side by side.
[ -z "$interface" ] || write_meridian "$interface" >"$directory/meridian-xdp.yaml"

mkdir -p "$directory"/gdnsd/{zones,geoip,run,state}
{ cat "$zone"; echo "geo 60 DYNA geoip!www"; } >"$directory/gdnsd/zones/example.com"
cat >"$directory/gdnsd/config" <<EOF
options => {
  listen => { $address:$port => { udp_threads = 1, tcp_threads = 1 } }
  run_dir = $directory/gdnsd/run
  state_dir = $directory/gdnsd/state
}
plugins => {
  weighted => {
    service_types = up
    eu => { a = [203.0.113.10, 3], b = [203.0.113.11, 1] }
    us => { a = [198.51.100.20, 1], b = [198.51.100.21, 1] }
  }
  geoip => {
    maps => { places => { datacenters = [us, eu], nets = nets } }
    resources => { www => { map = places, service_types = up, dcmap => { us = %weighted!us, eu = %weighted!eu } } }
  }
}
EOF
# The partition of Meridian's own location database, network by network: both look at the same map.
cp "${BENCH_NETWORKS:?the file of networks in Europe}" "$directory/gdnsd/geoip/nets"

mkdir -p "$directory/nsd"
cat >"$directory/nsd.conf" <<EOF
server:
  ip-address: $address@$port
  server-count: 1
  username: ""
  chroot: ""
  zonesdir: "$directory"
  database: ""
  pidfile: "$directory/nsd/pid"
  xfrdfile: "$directory/nsd/xfrd"
  zonelistfile: "$directory/nsd/zones"
  xfrdir: "$directory/nsd"
remote-control:
  control-enable: no
zone:
  name: example.com
  zonefile: example.com.zone
EOF

mkdir -p "$directory/knot"
write_knot() {
    cat <<EOF
server:
  listen: $address@$port
  rundir: $directory/knot
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
database:
  storage: $directory/knot
$1
zone:
  - domain: example.com
    storage: $directory
    file: example.com.zone
    journal-content: none
    zonefile-sync: -1
EOF
}
write_knot "" >"$directory/knot.conf"
[ -z "$interface" ] || write_knot "xdp:
  listen: $interface@$port" >"$directory/knot-xdp.conf"

mkdir -p "$directory/pdns"
cat >"$directory/pdns/named.conf" <<EOF
zone "example.com" { type master; file "$zone"; };
EOF
cat >"$directory/pdns/geo.yaml" <<EOF
domains:
- domain: geo.example.com
  ttl: 60
  records:
    geo.example.com:
      - soa: ns1.example.com. hostmaster.example.com. 1 7200 900 1209600 60
      - ns: ns1.example.com.
    eu.geo.example.com:
      - a: {content: 203.0.113.10, weight: 75}
      - a: {content: 203.0.113.11, weight: 25}
    na.geo.example.com:
      - a: {content: 198.51.100.20, weight: 50}
      - a: {content: 198.51.100.21, weight: 50}
  services:
    geo.example.com: ["%cn.geo.example.com", "na.geo.example.com"]
EOF
cat >"$directory/pdns/pdns.conf" <<EOF
launch=bind,geoip
bind-config=$directory/pdns/named.conf
geoip-zones-file=$directory/pdns/geo.yaml
geoip-database-files=/usr/share/GeoIP/GeoIP.dat
edns-subnet-processing=yes
local-address=$address
local-port=$port
socket-dir=$directory/pdns
receiver-threads=1
distributor-threads=1
loglevel=3
EOF

mkdir -p "$directory/bind"
cat >"$directory/named.conf" <<EOF
options {
  directory "$directory/bind";
  pid-file "$directory/bind/pid";
  session-keyfile "$directory/bind/session.key";
  listen-on port $port { $address; };
  listen-on-v6 { none; };
  recursion no;
  minimal-responses yes;
  notify no;
};
controls { };
zone "example.com" { type primary; file "$zone"; };
EOF

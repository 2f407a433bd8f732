#!/usr/bin/env bash
# Loading and memory beside NSD and Knot, which get the same files in the same run: from the start of the process to the
# first right answer, CPU until then, and memory two seconds later.
#
#   ROUNDS=3 bench/load.sh [million] [zones]     one zone of a million names; a hundred thousand zones of ten (default: both)
#
# Memory is the proportional set size (what the processes of a server share counts once); resident size is shown beside it.
# Lines of scenario, server, round, metric and value go to $MEASUREMENTS when that is set.
set -euo pipefail
trap 'echo "bench/load.sh: line $LINENO failed: $BASH_COMMAND" >&2' ERR
cd "$(dirname "${BASH_SOURCE[0]}")/.."

rounds=${ROUNDS:-3}
port=${PORT:-5398}
parts=${*:-million zones}
names=${NAMES:-1000000}
zones=${ZONES:-100000}
meridian=${MERIDIAN:-out/meridian}
meridian=$(readlink -f "$meridian")
measurements=${MEASUREMENTS:-/dev/null}
bench/peers/install.sh
work=$(mktemp -d -t meridian-load-XXXXXX)
server_pid=

stop_server() {
    [ -n "$server_pid" ] || return 0
    kill -TERM -- "-$server_pid" 2>/dev/null || true
    for _ in $(seq 100); do
        kill -0 -- "-$server_pid" 2>/dev/null || break
        sleep 0.1
    done
    kill -KILL -- "-$server_pid" 2>/dev/null || true
    wait "$server_pid" 2>/dev/null || true
    server_pid=
}
trap 'stop_server; rm -rf "$work"' EXIT

record() { printf '%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$4" "$5" | tee -a "$measurements"; }

# All processes of the server's session.
processes() { { cat /proc/[0-9]*/stat 2>/dev/null || true; } | awk -v session="$server_pid" '{ pid = $1; sub(/^.*\) /, ""); split($0, f, " "); if (f[4] == session) print pid }'; }
cpu_seconds() { { cat /proc/[0-9]*/stat 2>/dev/null || true; } | sed 's/^.*) //' | awk -v session="$server_pid" -v hz="$(getconf CLK_TCK)" '$4 == session { sum += $12 + $13 } END { printf "%.2f", sum / hz }'; }
memory() { for pid in $(processes); do cat "/proc/$pid/smaps_rollup" 2>/dev/null || true; done | awk -v field="$1:" '$1 == field { sum += $2 } END { printf "%.0f", sum / 1024 }'; }

# write_servers DIR ZONE_LIST: the same zones for each; the list has a zone and its file in each line.
write_servers() {
    local directory=$1 list=$2
    mkdir -p "$directory"/{nsd,knot}
    {
        printf 'server:\n  ip-address: 127.0.0.1@%s\n  server-count: 1\n  username: ""\n  chroot: ""\n  zonesdir: "%s"\n  database: ""\n' "$port" "$directory"
        printf '  pidfile: "%s/nsd/pid"\n  xfrdfile: "%s/nsd/xfrd"\n  zonelistfile: "%s/nsd/zones"\n  xfrdir: "%s/nsd"\nremote-control:\n  control-enable: no\n' "$directory" "$directory" "$directory" "$directory"
        awk '{ printf "zone:\n  name: %s\n  zonefile: %s\n", $1, $2 }' "$list"
    } >"$directory/nsd.conf"
    {
        printf 'server:\n  listen: 127.0.0.1@%s\n  rundir: %s/knot\n  udp-workers: 1\n  tcp-workers: 1\n' "$port" "$directory"
        printf 'database:\n  storage: %s/knot\ntemplate:\n  - id: default\n    storage: %s\n    journal-content: none\n    zonefile-sync: -1\nzone:\n' "$directory" "$directory"
        awk '{ printf "  - domain: %s\n    file: %s\n", $1, $2 }' "$list"
    } >"$directory/knot.conf"
    {
        printf 'listen: {dns: ["127.0.0.1:%s"], http: off, threads: 1}\nzones:\n' "$port"
        awk '{ printf "  %s: {file: %s}\n", $1, $2 }' "$list"
    } >"$directory/meridian.yaml"
}

# measure SCENARIO DIR NAME ADDRESS: every server, round after round.
measure() {
    local scenario=$1 directory=$2 name=$3 address=$4 round server start end command answer
    for round in $(seq "$rounds"); do
        for server in nsd knot meridian; do
            case $server in
                nsd) command=(nsd -d -c "$directory/nsd.conf") ;;
                knot) command=(knotd -c "$directory/knot.conf") ;;
                meridian) command=("$meridian" serve "$directory/meridian.yaml") ;;
            esac
            start=$(date +%s%N)
            setsid "${command[@]}" >"$work/$server.log" 2>&1 &
            server_pid=$!
            answer=
            for _ in $(seq 2400); do
                answer=$(dig +short +tries=1 +time=1 @127.0.0.1 -p "$port" "$name" A 2>/dev/null || true)
                [ "$answer" = "$address" ] && break
                kill -0 "$server_pid" 2>/dev/null || break
                sleep 0.02
            done
            if [ "$answer" != "$address" ]; then
                echo "$server never answered $name with $address. Its log:" >&2
                tail -5 "$work/$server.log" >&2
                stop_server
                continue
            fi
            end=$(date +%s%N)
            record "$scenario" "$server" "$round" "first answer, s" "$(awk -v ns=$((end - start)) 'BEGIN { printf "%.2f", ns / 1e9 }')"
            record "$scenario" "$server" "$round" "CPU until then, s" "$(cpu_seconds)"
            sleep 2
            record "$scenario" "$server" "$round" "memory (PSS), MB" "$(memory Pss)"
            record "$scenario" "$server" "$round" "memory (RSS of all processes), MB" "$(memory Rss)"
            stop_server
        done
    done
}

million() {
    local directory=$work/million
    mkdir -p "$directory"
    {
        printf '$ORIGIN example.com.\n$TTL 300\n@ SOA ns1 hostmaster 1 7200 900 1209600 60\n@ NS ns1\nns1 A 192.0.2.53\n'
        awk -v names="$names" 'BEGIN { for (i = 0; i < names; i++) printf "host%d A 10.%d.%d.%d\n", i, int(i / 65536), int(i / 256) % 256, i % 256 }'
    } >"$directory/example.com.zone"
    echo "example.com example.com.zone" >"$directory/list"
    write_servers "$directory" "$directory/list"
    local last=$((names - 1))
    measure "one zone of $names names" "$directory" "host$last.example.com" "10.$((last / 65536)).$((last / 256 % 256)).$((last % 256))"
}

zones() {
    local directory=$work/zones last=$((zones - 1))
    mkdir -p "$directory/files"
    awk -v zones="$zones" -v directory="$directory/files" 'BEGIN {
        for (z = 0; z < zones; z++) {
            file = directory "/z" z
            printf "$ORIGIN z%d.example.\n$TTL 300\n@ SOA ns1 hostmaster 1 7200 900 1209600 60\n@ NS ns1\nns1 A 192.0.2.53\n", z > file
            for (i = 0; i < 7; i++) printf "host%d A 10.%d.%d.%d\n", i, int(z / 256) % 256, z % 256, i > file
            close(file)
        }
    }'
    awk -v zones="$zones" 'BEGIN { for (z = 0; z < zones; z++) printf "z%d.example files/z%d\n", z, z }' >"$directory/list"
    write_servers "$directory" "$directory/list"
    measure "$zones zones of ten" "$directory" "host6.z$last.example" "10.$((last / 256 % 256)).$((last % 256)).6"
}

for part in $parts; do
    case $part in
        million | zones) "$part" ;;
        *) echo "There is no part $part: million or zones." >&2; exit 2 ;;
    esac
done

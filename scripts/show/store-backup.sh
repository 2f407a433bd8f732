#!/usr/bin/env bash
# A backup of a server that serves from a store, restored and verified by hash; damage named, and repaired when told to.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

[ -x out/meridian ] || make --no-print-directory build >/dev/null
work=$(mktemp -d -t meridian-backup-XXXXXX)
server=
finish() {
    [ -z "$server" ] || { kill -TERM "$server" 2>/dev/null && wait "$server" 2>/dev/null; } || true
    rm -rf "$work"
}
trap finish EXIT
failures=0
hold() { # WHAT COMMAND...
    local what=$1
    shift
    if "$@"; then printf '  ok      %s\n' "$what"; else
        printf '  FAILED  %s\n' "$what"
        failures=$((failures + 1))
    fi
}
run() { # meridian with its output shown and kept
    echo "  \$ meridian $*" | sed "s|$work/||g"
    local code=0
    out/meridian "$@" >"$work/output" 2>&1 || code=$?
    sed "s|$work/||g; s/^/    /" "$work/output"
    return "$code"
}
stop() {
    kill -TERM "$server"
    wait "$server" || true
    server=
}
is_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
port=5300 http=8053
while is_taken "$port" || is_taken "$http"; do port=$((port + 10)) http=$((http + 10)); done
sed "s/127.0.0.1:5300/127.0.0.1:$port/; s/127.0.0.1:8053/127.0.0.1:$http/" examples/quickstart/meridian.yaml >"$work/meridian.yaml"

serve() {
    out/meridian serve --store "$work/store" "$@" >"$work/log" 2>&1 &
    server=$!
    local end=$((SECONDS + 30))
    until curl -sf "http://127.0.0.1:$http/healthz" >/dev/null; do
        [ "$SECONDS" -lt "$end" ] && kill -0 "$server" || { cat "$work/log" >&2; return 1; }
        read -rt 0.1 <> <(:) || true
    done
}

serve "$work/meridian.yaml"
hold "a running server is backed up" run backup "$work/backup" --store "$work/store"
hash=$(awk '/^SHA-256/ { print $2 }' "$work/output")
hold "sha256sum says the same" test "$hash" = "$(sha256sum "$work/backup" | cut -d' ' -f1)"
hold "a store in use is not restored over" eval '! run restore "$work/backup" --store "$work/store" --replace'
stop
hold "restored, verified by its hash" run restore "$work/backup" --store "$work/store" --sha256 "$hash" --replace
serve
hold "and served from" test -n "$(dig @127.0.0.1 -p "$port" +short ns1.example.test A)"
stop

# One octet of a document's content, in the database itself.
offset=$(grep -abo 'hostmaster' "$work/store/meridian.db" | head -n1 | cut -d: -f1)
printf 'H' | dd of="$work/store/meridian.db" bs=1 seek="$offset" conv=notrunc status=none
hold "damage is named" eval '! run store check --store "$work/store"'
hold "and repaired when told to" run store repair --store "$work/store"
hold "it is whole again" run store check --store "$work/store"
printf 'X' | dd of="$work/backup" bs=1 seek="$(($(stat -c %s "$work/backup") / 2))" conv=notrunc status=none
hold "a damaged backup is refused" eval '! run restore "$work/backup" --store "$work/other" --sha256 "$hash"'
[ "$failures" -eq 0 ]

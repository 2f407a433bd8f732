#!/usr/bin/env bash
# Prints docs/rfc-sessions.md: serves examples/rfc-sessions and asks it, RFC by RFC, with dig, kdig, drill and delv.
#   scripts/rfc-sessions.sh >docs/rfc-sessions.md
# MERIDIAN is the command to serve with, out/meridian unless it is set. A test compares what this prints with the page.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export LC_ALL=C TZ=UTC

work=$(mktemp -d -t meridian-sessions-XXXXXX)
server=
finish() {
    [ -z "$server" ] || { kill -TERM "$server" 2>/dev/null; wait "$server" 2>/dev/null; } || true
    rm -rf "$work"
}
trap finish EXIT

# The example as it is, but for the port: the system chooses one that is free, and the log says which.
cp examples/rfc-sessions/* "$work"
sed -i 's/127\.0\.0\.1:5300/127.0.0.1:0/' "$work/meridian.yaml"
read -ra meridian <<<"${MERIDIAN:-out/meridian}"
"${meridian[@]}" serve "$work/meridian.yaml" >"$work/log" 2>&1 &
server=$!
port=
for _ in $(seq 200); do
    port=$(sed -n 's/.*\] DNS on 127\.0\.0\.1:\([0-9]*\),.*/\1/p' "$work/log")
    [ -z "$port" ] || grep -q 'every name is answered' "$work/log" && [ -n "$port" ] && break
    kill -0 "$server" 2>/dev/null || break
    read -rt 0.1 <> <(:) || true
done
[ -n "$port" ] || { cat "$work/log" >&2; exit 1; }

# What differs from run to run goes, or becomes three dots: times, ids, serials, cookies.
clean() {
    sed -E \
        -e "s/([@#])$port\b/\15300/g" \
        -e '/^; <<>> DiG|^; \([0-9]+ server|^;; global options|^;; Got answer|^;; Query time|^;; WHEN|^;; SERVER|^;; Received|^;; Time |^;; From |^;; Connection to/d' \
        -e 's/(, |^;; .*|^;; ->>HEADER<<- .*)id: [0-9]+/\1id: .../' \
        -e 's/^(; COOKIE: (0102030405060708)?)[0-9a-f]*/\1.../' \
        -e 's/([[:space:]]SOA[[:space:]]+[^ ]+ [^ ]+) [0-9]+/\1 .../' \
        -e 's/[[:space:]]+$//' | cat -s | sed -e '1{/^$/d}' | sed -e '${/^$/d}'
}
rfc() { printf '\n## RFC %s\n\n%s\n' "$1" "$2"; }
# ask TOOL ARGUMENTS…: shows the command as one would type it, and what it prints.
ask() {
    local tool=$1 shown=() argument
    shift
    for argument in "$@"; do
        [[ $argument == *[\ \*\;]* ]] && shown+=("'$argument'") || shown+=("$argument")
    done
    printf '\n```console\n$ %s @127.0.0.1 -p 5300 %s\n' "$tool" "${shown[*]}"
    { "$tool" @127.0.0.1 -p "$port" "$@" 2>&1 || true; } | clean
    printf '```\n'
}

cat <<'MARKDOWN'
# Sessions by RFC

What clients see of each RFC that has a visible effect, from a server with
[examples/rfc-sessions](../examples/rfc-sessions/meridian.yaml). This page is printed by `scripts/rfc-sessions.sh`; a test asks
again and compares, so that it stays true. Times, message ids, serials and cookies are left out.
What is supported of each RFC is in [SUPPORTED_RFCS.md](../SUPPORTED_RFCS.md).

To follow it: `make build`, then `out/meridian serve examples/rfc-sessions/meridian.yaml`.
MARKDOWN

rfc "1034, 1035: names and messages" "An answer with its additional section, and an alias that is followed, also into another zone of this server (1034 §3.6.2)."
ask dig +norec mail.example.test A
ask dig +norec example.test MX
ask drill alias.example.test A
ask dig +norec away.example.test A

rfc "2181: clarifications" "What does not fit is truncated, and comes whole by TCP (§9)."
ask dig +norec +noedns +ignore big.example.test TXT
ask kdig +noall +header +tcp +norec big.example.test TXT

rfc "2308: negative answers" "The SOA's TTL is how long a resolver may believe it: the zone's \`negative-ttl\` (§5). A name that exists without the type is NODATA (§2.2)."
ask dig +norec nothing.example.test A
ask dig +norec mail.example.test TXT

rfc "2782, 3403, 1876, 4255, 6698, 7505, 7553, 8659: records" "As other servers and tools print them."
ask kdig +noall +answer +additional _sip._tcp.example.test SRV
ask kdig +noall +answer naptr.example.test NAPTR
ask kdig +noall +answer loc.example.test LOC
ask kdig +noall +answer ssh.example.test SSHFP
ask kdig +noall +answer _443._tcp.example.test TLSA
ask kdig +noall +answer null-mx.example.test MX
ask kdig +noall +answer link.example.test URI
ask kdig +noall +answer example.test CAA

rfc "3597: unknown types" "Records of a type that the server has no name for, and a question for a type that nobody has."
ask dig +norec +noall +answer new-type.example.test TYPE65280
ask dig +norec host.example.test TYPE1000

rfc "4034, 4035: delegations and DS" "DS is answered by the parent's side of a cut (4035 §3.1.4.1), and says so to a validator."
ask dig +norec signed.example.test DS
ask delv -i host.example.test A

rfc "4592: wildcards" "A name below the wildcard's parent, the asterisk itself, and an empty non-terminal, which exists (§2.2.2)."
ask dig +norec +noall +answer any.thing.wild.example.test A
ask dig +norec +noall +answer '*.wild.example.test' A
ask dig +norec b.ent.example.test A

rfc "4892, 5001: which server is it" "\`id.server\` and \`version.server\` in class CH, and NSID, when they are configured."
ask dig +norec +noall +answer id.server CH TXT
ask dig +norec +noall +answer version.server CH TXT
ask dig +norec +nsid +noall +comments host.example.test A

rfc "6672: DNAME" "A subtree that is elsewhere: the DNAME, and the alias that follows from it."
ask dig +norec a.old.example.test A

rfc "6891: EDNS(0)" "A version that is not known is BADVERS with the one that is (§6.1.3)."
ask dig +norec +edns=1 +noednsnegotiation host.example.test A

rfc "7766, 7828: TCP" "Several questions on one connection, and how long it stays open when one asks."
ask dig +norec +tcp +keepopen +noall +answer host.example.test A mail.example.test A nothing.example.test A ns2.example.test A
ask dig +norec +tcp +keepalive +noall +comments host.example.test A

rfc "7871: client subnet" "The same name from two networks: the scope says how wide the answer holds. A client that does not want to be looked at says /0, and gets the answer of the resolver's own place with scope 0. An address shorter than its prefix, and a family that nobody has, are format errors (§7.1.2)."
ask dig +norec +subnet=193.0.6.0/24 www.example.test A
ask dig +norec +subnet=8.8.8.0/24 www.example.test A
ask kdig +norec +subnet=0.0.0.0/0 www.example.test A
ask dig +norec +noall +comments +nocookie +ednsopt=8:00011800C000 www.example.test A
ask dig +norec +noall +comments +nocookie +ednsopt=8:00031800C00002 www.example.test A

rfc "7873, 9018: cookies" "The server's half comes back with the client's; a cookie that this server did not give is answered with a new one. What a valid one is good for: no rate limit, and answers of any length."
ask dig +norec +cookie=0102030405060708 +noall +comments host.example.test A
ask dig +norec +cookie=0102030405060708010000006000000000000000000000ab +noall +comments host.example.test A

rfc "8020, 8482: NXDOMAIN means nothing underneath, and ANY means anything" "An answer to ANY is one RRset (8482 §4.1)."
ask dig +norec +noall +comments below.nothing.example.test A
ask dig +norec host.example.test ANY

rfc "8906: answer everything" "An opcode, a flag and an option that nobody has assigned."
ask dig +norec +opcode=15 host.example.test A
ask dig +norec +zflag +ednsopt=100 +noall +comments +answer host.example.test A

rfc "8914: extended errors" "Why there is no answer, in a code and in words: no zone here, no branch of the policy for this place, no member available."
ask dig +norec www.elsewhere.example A
ask dig +norec +subnet=8.8.8.0/24 residents.example.test A
ask dig +norec closed.example.test A
ask kdig +norec +edns +subnet=193.0.6.0/24 residents.example.test A

rfc "9460: SVCB and HTTPS" "The addresses of the target go along (§4.1); in a steered record the hints are those of this client's decision (§7.3)."
ask dig +norec svc.example.test SVCB
ask dig +norec +subnet=193.0.6.0/24 +noall +answer www.example.test HTTPS
ask dig +norec +subnet=8.8.8.0/24 +noall +answer www.example.test HTTPS

rfc "9471: glue" "A referral brings the addresses of the servers inside the delegated zone."
ask dig +norec x.sub.example.test A

rfc "9619: one question" "A message without any is a format error."
ask dig +norec +header-only +noedns host.example.test A

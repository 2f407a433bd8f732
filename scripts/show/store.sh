#!/usr/bin/env bash
# Shows that the change log loses nothing, one subcommand for each line that has to hold. Each prints its figures and fails
# when its line does not hold. To be run as root (mounts, strace); throughput wants an otherwise idle machine.
#
#   scripts/show/store.sh crash        ROUNDS=500: kill -9 at random instants (4 min)
#   scripts/show/store.sh trace        system calls: the fdatasync before each acknowledgement (10 s)
#   scripts/show/store.sh powercut     COUNT=150: a cut after every recorded call, writes dropped and torn (5 min)
#   scripts/show/store.sh fulldisk     a small disk gets full (2 s)
#   scripts/show/store.sh failsync     ROUNDS=60: the kernel fails one fdatasync after the other (1 min)
#   scripts/show/store.sh writers      50 writers with conflicts (5 s)
#   scripts/show/store.sh throughput   durable changes/s for 1, 8 and 64 writers (20 s)
#   scripts/show/store.sh import       RECORDS=1000000: time, size, start (1 min)
#   scripts/show/store.sh backup       of a running server; restored by hash; damage named, and repaired when told (10 s)
#   scripts/show/store.sh              all of them
#
# SEED= makes another run of the same kind; each prints its own. DIRECTORY= is on the disk to measure.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

built=false
bench() {
    if ! $built; then
        scripts/install-test-packages.sh
        dotnet build bench/Meridian.StoreBench -c Release --nologo -v quiet -clp:NoSummary
        built=true
    fi
    local seed=()
    [ -z "${SEED:-}" ] || seed=(--seed "$SEED")
    dotnet bench/Meridian.StoreBench/bin/Release/net10.0/Meridian.StoreBench.dll "$@" "${seed[@]}"
}
on_disk=()
[ -z "${DIRECTORY:-}" ] || on_disk=(--directory "$DIRECTORY")

crash() {
    echo "== 1a. Killed at random instants"
    bench crash --rounds "${ROUNDS:-500}"
}
trace() {
    echo "== 1b. The sync before each acknowledgement"
    bench trace --writers 1 --count 300
    bench trace --writers 8 --count 100
}
powercut() {
    echo "== 1c. Power cuts between any two calls"
    bench powercut --count "${COUNT:-150}" --variants 4
}
fulldisk() {
    echo "== 1d. A full disk"
    bench fulldisk
}
failsync() {
    echo "== 1e. Failing fsync"
    bench failsync --rounds "${ROUNDS:-60}"
}
writers() {
    echo "== 2. Fifty writers with conflicts"
    bench writers --writers 50 --rounds 200
}
throughput() {
    echo "== 3a. Acknowledged durable changes"
    bench throughput --seconds 5 "${on_disk[@]}"
}
import() {
    echo "== 3b. A million records"
    bench import --records "${RECORDS:-1000000}" "${on_disk[@]}"
}

backup() {
    echo "== Backup, restore, damage, repair"
    scripts/show/store-backup.sh
}

case ${1:-all} in
    crash | trace | powercut | fulldisk | failsync | writers | throughput | import | backup) "$1" ;;
    all)
        for line in trace fulldisk writers throughput import backup failsync crash powercut; do
            "$line"
        done
        ;;
    *)
        sed -n '5,14s/^# //p' "$0" >&2
        exit 2
        ;;
esac

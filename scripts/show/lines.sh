# Lines that hold or fail, which they count in $failures; sourced, from the root of the repository.

title() { printf '\n== %s\n' "$*"; }
show() { printf '   %s\n' "$*"; }
# hold WHAT COMMAND...: the line holds when the command succeeds.
hold() {
    local what=$1
    shift
    if "$@"; then
        printf '   ok      %s\n' "$what"
    else
        printf '   FAILED  %s\n' "$what"
        failures=$((failures + 1))
    fi
}
now_ms() { date +%s%3N; }
# until_true SECONDS COMMAND...: looks ten times a second, or every $poll seconds.
until_true() {
    local end=$(($(now_ms) + $1 * 1000))
    shift
    until "$@"; do
        [ "$(now_ms)" -lt "$end" ] || return 1
        read -rt "${poll:-0.1}" <> <(:) || true
    done
}

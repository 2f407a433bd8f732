#!/usr/bin/env bash
# A primary with a health check, and a secondary. BACKEND is a command that serves HTTP on 127.0.0.1:BACKEND_PORT until it ends.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
: "${BACKEND_PORT:=18080}"
: "${BACKEND:=python3 -m http.server --bind 127.0.0.1 $BACKEND_PORT}"
say "failover with a health check"
start_backend() { $BACKEND >/dev/null 2>&1 & backend=$!; }
trap 'kill "$backend" 2>/dev/null || true' EXIT
start_backend
zone failover.example
check=$(r53 create-health-check --caller-reference "primary-$(date +%s%N)" --query HealthCheck.Id --output text --health-check-config \
    "{\"Type\": \"HTTP\", \"IPAddress\": \"127.0.0.1\", \"Port\": $BACKEND_PORT, \"ResourcePath\": \"/\", \"RequestInterval\": 10, \"FailureThreshold\": 1}")
note "health check $check"
change "$(batch \
    "$(set_of www.failover.example A primary "\"Failover\": \"PRIMARY\", \"HealthCheckId\": \"$check\"" 192.0.2.1)" \
    "$(set_of www.failover.example A secondary '"Failover": "SECONDARY"' 192.0.2.2)")"
within 40 "the primary is answered" 192.0.2.1 ask www.failover.example A
kill "$backend" && wait "$backend" 2>/dev/null || true
within 40 "the primary is killed: the secondary is answered" 192.0.2.2 ask www.failover.example A
r53 get-health-check-status --health-check-id "$check" --query 'HealthCheckObservations[].StatusReport.Status' --output text | sed 's/^/   /'
start_backend
within 40 "the primary is back" 192.0.2.1 ask www.failover.example A
finish

# What the examples share; each of them sources it. They need the AWS command line, dig, and
#
#   ROUTE53_ENDPOINT      where the Route 53 API of the server is (http://127.0.0.1:8054)
#   DNS_SERVER, DNS_PORT  where it answers queries (127.0.0.1, 5300)
#   AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY   a key: eval "$(meridian keys create examples --role editor)"
set -euo pipefail

: "${ROUTE53_ENDPOINT:=http://127.0.0.1:8054}" "${DNS_SERVER:=127.0.0.1}" "${DNS_PORT:=5300}"
export AWS_DEFAULT_REGION=${AWS_DEFAULT_REGION:-us-east-1} AWS_PAGER="" AWS_EC2_METADATA_DISABLED=true
problems=0

say() { printf '\n== %s\n' "$*"; }
note() { printf '   %s\n' "$*"; }
# r53 OPERATION OPTIONS...: a command of aws route53, shown as it is typed.
r53() {
    printf '   $ aws route53' >&2
    printf ' %s' "$@" | cut -c1-150 | sed 's/$/ /' >&2
    aws --endpoint-url "$ROUTE53_ENDPOINT" route53 "$@"
}
# zone NAME: makes a hosted zone and leaves its id in $zone.
zone() {
    name=$1
    zone=$(r53 create-hosted-zone --name "$name" --caller-reference "example-$name-$RANDOM-$(date +%s%N)" --query HostedZone.Id --output text)
    note "zone $name is $zone"
}
# change BATCH: sends a change batch, and waits until it is answered everywhere.
change() {
    local id
    id=$(r53 change-resource-record-sets --hosted-zone-id "$zone" --change-batch "$1" --query ChangeInfo.Id --output text)
    until [ "$(aws --endpoint-url "$ROUTE53_ENDPOINT" route53 get-change --id "$id" --query ChangeInfo.Status --output text)" = INSYNC ]; do sleep 1; done
    note "$id is INSYNC"
}
ask() { dig "@$DNS_SERVER" -p "$DNS_PORT" +tries=1 +time=3 +short "$@"; }
# from NETWORK NAME [TYPE]: what a client of this network is answered.
from() { ask "$2" "${3:-A}" "+subnet=$1" | sort | paste -sd' ' -; }
# expect WHAT WANTED FOUND
expect() {
    if [ "$2" = "$3" ]; then
        printf '   ok      %s: %s\n' "$1" "${3:-nothing}"
    else
        printf '   FAILED  %s: %s, wanted %s\n' "$1" "${3:-nothing}" "${2:-nothing}"
        problems=$((problems + 1))
    fi
}
# within SECONDS WHAT WANTED COMMAND...: looks once a second until the command prints what is wanted.
within() {
    local until=$((SECONDS + $1)) begun=$SECONDS what=$2 wanted=$3 found
    shift 3
    while found=$("$@" | sort | paste -sd' ' -) && [ "$found" != "$wanted" ] && [ "$SECONDS" -lt "$until" ]; do sleep 1; done
    expect "$what, after $((SECONDS - begun)) s" "$wanted" "$found"
}
# set_of NAME TYPE ID ROUTING VALUES: one record set of a batch, in JSON; VALUES are comma-separated.
set_of() {
    local values
    values=$(sed 's/[^,]*/{"Value": "&"}/g' <<<"$5")
    printf '{"Action": "UPSERT", "ResourceRecordSet": {"Name": "%s", "Type": "%s", "SetIdentifier": "%s", %s, "TTL": 60, "ResourceRecords": [%s]}}' "$1" "$2" "$3" "$4" "$values"
}
batch() {
    local IFS=,
    printf '{"Changes": [%s]}' "$*"
}
finish() { [ "$problems" = 0 ] || { printf '\n%s lines did not hold\n' "$problems"; exit 1; }; }

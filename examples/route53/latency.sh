#!/usr/bin/env bash
# The nearest of three regions.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
say "latency: the nearest region"
zone latency.example
change "$(batch \
    "$(set_of www.latency.example A paris '"Region": "eu-west-3"' 192.0.2.1)" \
    "$(set_of www.latency.example A virginia '"Region": "us-east-1"' 192.0.2.2)" \
    "$(set_of www.latency.example A tokyo '"Region": "ap-northeast-1"' 192.0.2.3)")"
expect "a client in France" 192.0.2.1 "$(from 193.252.19.0/24 www.latency.example)"
expect "a client in the United States" 192.0.2.2 "$(from 12.0.0.0/24 www.latency.example)"
expect "a client in Japan" 192.0.2.3 "$(from 133.11.0.0/24 www.latency.example)"
finish

#!/bin/bash
# Peers to measure the gateway beside, on this machine's loopback.
#   peers.sh setup [fastapi|flyingfox|hummingbird|ceiling|reader|orders ...]   build or install (default: all)
#   peers.sh available                  names those that are built
#   peers.sh run NAME PORT [BROKERS]    nginx | fastapi | flyingfox | hummingbird, in the foreground
#   peers.sh ceiling N [-w IN-FLIGHT] [-l LINGER-MS]      librdkafka alone, from C, on its own mock
#   peers.sh reader BROKERS                               librdkafka alone, from C, reads the two event topics
# Environment: PEERS_BUILD (where builds go), WORKERS (fastapi, 2), THREADS (hummingbird, 2), BODY (what
# nginx answers; an order's view unless set), FETCH_SECONDS (for the Swift packages of a peer, 120).
# Needs nginx, gcc, librdkafka-dev, python3-venv, swift.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
build=${PEERS_BUILD:-$here/../../.build/peers}
mkdir -p "$build"
build=$(cd "$build" && pwd)
export ORDERS=$build/orders.jsonl

setup() {
    case $1 in
    orders) python3 "$here/orders.py" >"$ORDERS" ;;
    fastapi)
        cmp --quiet "$here/../requirements.txt" "$build/venv/requirements.txt" && return
        rm -rf "$build/venv"
        python3 -m venv "$build/venv"
        "$build/venv/bin/pip" install --quiet --disable-pip-version-check \
            --requirement "$here/../requirements.txt"
        cp "$here/../requirements.txt" "$build/venv" ;;
    flyingfox | hummingbird) outside "$1" ;;
    ceiling) gcc -O2 -Wall -Wextra -o "$build/ceiling" "$here/producer-ceiling/ceiling.c" -lrdkafka ;;
    reader) gcc -O2 -Wall -Wextra -o "$build/reader" "$here/consumer-ceiling/reader.c" -lrdkafka ;;
    *) echo "peers.sh: no peer $1" >&2; exit 2 ;;
    esac
}

program() {
    case $1 in
    flyingfox) echo "$build/flyingfox/release/flyingfox-peer" ;;
    hummingbird) echo "$build/hummingbird/release/hb-get" ;;
    esac
}

# A Swift package of its own, which takes packages from outside: it is left out where those cannot be
# fetched.
outside() {
    local package=(--package-path "$here/$1-peer" --scratch-path "$build/$1")
    [ -x "$(program "$1")" ] && return
    if ! timeout "${FETCH_SECONDS:-120}" swift package "${package[@]}" resolve \
        >"$build/$1.log" 2>&1; then
        echo "peers.sh: $1 is left out: its Swift packages cannot be fetched (see $build/$1.log)" >&2
        return
    fi
    swift build -c release "${package[@]}"
}

# Those that the gateway is measured beside, besides nginx, with commas between them.
available() {
    local name names=fastapi
    for name in flyingfox hummingbird; do
        [ ! -x "$(program "$name")" ] || names=$name,$names
    done
    echo "$names"
}

run() {
    local name=$1 port=$2 brokers=${3:-}
    case $name in
    nginx)
        local folder=$build/nginx-$port
        mkdir -p "$folder"
        sed -e "s|@PORT@|$port|g" -e "s|@RUN@|$folder|g" \
            -e "s|@BODY@|${BODY:-$(head -1 "$ORDERS")}|" \
            "$here/nginx/nginx.conf.in" >"$folder/nginx.conf"
        exec /usr/sbin/nginx -e stderr -p "$folder" -c "$folder/nginx.conf" ;;
    fastapi)
        cd "$here/fastapi"
        BROKERS=$brokers PYTHONDONTWRITEBYTECODE=1 exec "$build/venv/bin/python" -m uvicorn app:app \
            --host 127.0.0.1 --port "$port" --workers "${WORKERS:-2}" --loop uvloop --http httptools \
            --no-access-log --log-level warning --no-server-header ;;
    flyingfox) NODELAY=${NODELAY:-1} exec "$(program flyingfox)" "$port" ;;
    hummingbird) exec "$(program hummingbird)" "$port" ;;
    *) echo "peers.sh: no peer $name" >&2; exit 2 ;;
    esac
}

case ${1:-} in
setup)
    shift
    [ $# -gt 0 ] || set -- orders fastapi ceiling reader flyingfox hummingbird
    for peer in "$@"; do setup "$peer"; done ;;
available) available ;;
run) shift; run "$@" ;;
ceiling) shift; n=$1; shift; exec "$build/ceiling" -n "$n" "$@" ;;
reader) shift; exec "$build/reader" "$@" ;;
*) sed -n '2,10s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac

"""The gateway as `serve` on an Apache Kafka, beside programs that do the same there."""
import os
import pathlib
import shutil
import time

import apache_kafka
import history
import loads
from servers import Failure
from stage import POST

TITLE = "POST on Apache Kafka"
# The variable that has the path of each peer, which is run as `PEER PORT BROKERS TOPIC`.
PEERS = {"rust": "RUST_PEER", "go": "GO_PEER"}
# Seconds until what was placed is also projected and written to the store.
SETTLE = 0.3
# Seconds of load until a broker's Java code is compiled.
WARM = 8
IDLE_ROUNDS = 3


def peers(stage):
    """The paths of the peers that are there; the others are left out."""
    found = {}
    for name, variable in PEERS.items():
        path = os.environ.get(variable) or ""
        if os.access(path, os.X_OK) and pathlib.Path(path).is_file():
            found[name] = str(pathlib.Path(path).resolve())
        else:
            stage.results.leave_out(f"the {name.capitalize()} peer", f"{variable} names no program")
    return found


def few(stage):
    post(stage, (1, 8))


def many(stage):
    post(stage, (64, 256))


def post(stage, counts):
    """Each round starts each server anew, so that none has stored more than another."""
    results, seconds = stage.results, 1 if stage.options.quick else stage.options.seconds
    programs = peers(stage)
    brokers = apache_kafka.start(stage)
    names = ["gateway", *programs]
    found = {count: {name: [] for name in names} for count in counts}
    warm(stage, brokers)
    for number in range(stage.options.rounds):
        for name in names if number % 2 == 0 else reversed(names):
            server = start(stage, name, programs, brokers, number)
            loads.wrk(server, 16, 1, POST)
            for count in counts:
                found[count][name].append(loads.wrk(server, count, seconds, POST, settle=SETTLE))
                stage.say(f"{TITLE}, {count} connections", number, name, found[count][name][-1])
            stage.stop(name)
    for count in counts:
        what = f"{TITLE}, {count} connections"
        stage.note(what, next((name for name in PEERS if name in names), "gateway"), found[count])
        figures(results, what, count, found[count]["gateway"])


def figures(results, what, count, own):
    gateway, rust, go = ((what, name) for name in ("gateway", "rust", "go"))
    goal = {"at_least": 1.0} if count >= 64 else {}
    results.compare(f"{what}: orders/s to the Rust peer's", "rate", gateway, rust, **goal)
    goal = {"at_most": 1.15} if count >= 64 else {}
    results.compare(f"{what}: CPU an order to the Rust peer's", "cpu", gateway, rust, **goal)
    goal = {"at_least": 2} if count <= 8 else {}
    results.compare(f"{what}: orders/s to the Go peer's", "rate", gateway, go, **goal)
    if count == 1:
        results.median(f"{what}: p50, ms", [result["p50"] * 1e3 for result in own], 3, at_most=0.3)


def start(stage, name, programs, brokers, number):
    if name == "gateway":
        return stage.serve(name, brokers, stage.path("serve"))
    topic = f"{name}-{number}"
    apache_kafka.make_topic(brokers, topic)
    return stage.start(name, [programs[name], "PORT", brokers, topic])


def warm(stage, brokers):
    """Loads a broker until its Java code is compiled."""
    server = stage.serve("gateway", brokers, stage.path("serve"))
    loads.wrk(server, 64, WARM, POST)
    loads.until_read(server.port)
    stage.stop("gateway")


def idle(stage):
    brokers = apache_kafka.start(stage)
    serve = stage.serve("serve", brokers, stage.path("serve"))
    time.sleep(2)
    shares, resident = [], []
    for _ in range(IDLE_ROUNDS):
        before, begin = serve.running_seconds(), time.monotonic()
        time.sleep(3 if stage.options.quick else 10)
        shares.append((serve.running_seconds() - before) / (time.monotonic() - begin) * 100)
        resident.append(serve.resident_bytes() / 1e6)
    stage.results.median("idle serve on Apache Kafka: CPU, % of a core", shares, 2, below=0.3)
    stage.results.median("idle serve on Apache Kafka: resident MB", resident, 1, below=30)


def replay(stage):
    """What a load and the inventory have left in the topics is replayed, from the first event on."""
    brokers = apache_kafka.start(stage)
    warm(stage, brokers)
    server = stage.serve("gateway", brokers, stage.path("serve"))
    loads.wrk(server, 256, 10 if stage.options.quick else 60, POST)
    stage.start("inventory", [stage.options.gateway, "inventory", "--kafka-brokers", brokers], listens=False)
    loads.until_read(server.port, b'"confirmed"')
    stage.stop("gateway", "inventory")
    data, done = stage.path("replayed"), []
    for number in range(stage.options.rounds):
        shutil.rmtree(data, ignore_errors=True)
        done.append(history.replayed(stage, brokers, data))
        if done[-1]["events"] != 2 * done[-1]["orders"]:
            raise Failure(f"replay has read {done[-1]['events']} events of {done[-1]['orders']} orders")
        print(f"  replay on Apache Kafka, round {number + 1}: {done[-1]['rate']:,.0f}/s", flush=True)
    orders = done[0]["orders"]
    name = f"replay of {orders:,} OrderCreated + {orders:,} InventoryReserved on Apache Kafka"
    results = stage.results
    results.median(f"{name}, start and swap included: events/s", [d["rate"] for d in done], at_least=300_000)
    results.median(f"{name}, as it says itself: events/s", [d["own"] for d in done])
    results.median(f"{name}: CPU µs/event", [d["cpu"] * 1e6 for d in done], 2)

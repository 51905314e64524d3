"""Long topics: how fast they are replayed, and what a gateway is like with what they tell."""
import pathlib
import random
import re
import resource
import shutil
import subprocess
import sys
import time

import loads
from servers import Failure
from stage import BENCHMARKS, GET, PEERS

STARTS = 3
# A replay takes long.
ROUNDS = 3
RANDOM_IDS = 200_000


def measure(stage):
    orders = 200_000 if stage.options.quick else 1_000_000
    print(f"writing the events of {orders:,} orders", flush=True)
    log = stage.path("log")
    tool = [sys.executable, str(BENCHMARKS / "log_server")]
    subprocess.run([*tool, "write", log, str(orders)], check=True)
    server = stage.start("log server", [*tool, "serve", log, "PORT"], ready=None)
    brokers = f"127.0.0.1:{server.port}"
    data = stage.path("history")
    replay(stage, brokers, orders, data)
    read_model(stage, brokers, orders, pathlib.Path(log, "ids.txt"), data)


def replay(stage, brokers, orders, data):
    ceilings, done = [], []
    events = 2 * orders
    for number in range(1 if stage.options.quick else ROUNDS):
        output = subprocess.run(["bash", PEERS, "reader", brokers], capture_output=True, text=True, check=False)
        found = re.search(r"^(\d+) messages .* = (\d+) messages/s", output.stdout)
        if not found or int(found[1]) != events:
            raise Failure(f"librdkafka in C did not read everything: {output.stdout}{output.stderr}")
        ceilings.append(int(found[2]))
        shutil.rmtree(data, ignore_errors=True)
        done.append(replayed(stage, brokers, data))
        if (done[-1]["events"], done[-1]["orders"]) != (events, orders):
            raise Failure(f"replay has read {done[-1]['events']} events of {done[-1]['orders']} orders")
        rate = done[-1]["rate"]
        print(
            f"  replay, round {number + 1}: gateway {rate:,.0f}/s, librdkafka alone {ceilings[-1]:,}/s",
            flush=True,
        )
    name = f"replay of {orders:,} OrderCreated + {orders:,} InventoryReserved"
    results = stage.results
    results.median(f"{name}, start and swap included: events/s", [d["rate"] for d in done], at_least=300_000)
    figure = f"{name}, as it says itself, without start and swap: events/s"
    results.median(figure, [d["own"] for d in done])
    results.median(f"{name}: CPU µs/event", [d["cpu"] * 1e6 for d in done], 2)
    results.median("librdkafka alone in C reads the same topics: messages/s", ceilings)


def replayed(stage, brokers, data):
    """Runs a replay; returns what it has read, and how fast."""
    command = [stage.options.gateway, "replay", "--kafka-brokers", brokers, "--data-dir", data]
    cpu, begin = child_seconds(), time.monotonic()
    output = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds = time.monotonic() - begin
    summary = re.search(r"^(\d+) events in .* \((\d+)/s\), (\d+) orders$", output.stdout, re.MULTILINE)
    if output.returncode or not summary:
        raise Failure(f"replay: {output.stdout}{output.stderr[-2000:]}")
    events, own, orders = map(int, summary.groups())
    cpu = (child_seconds() - cpu) / events
    return {"events": events, "orders": orders, "own": own, "rate": events / seconds, "cpu": cpu}


def child_seconds():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def read_model(stage, brokers, orders, ids, data):
    """A gateway on the folder that the replay has left, which has nothing more to consume."""
    results = stage.results
    waits = []
    for number in range(STARTS):
        if number:
            stage.stop("serve")
        serve = stage.serve("serve", brokers, data)
        waits.append(serve.ready_seconds)
    name = f"{orders:,} orders in the read model"
    results.median(f"{name}: s from exec to /readyz", waits, 3, at_most=1)
    megabytes = serve.resident_bytes() / 1e6
    results.figure(f"{name}: resident MB after the start", round(megabytes, 1), at_most=256)
    every = ids.read_text().split()
    some = stage.path("random-ids")
    chosen = random.sample(every, min(RANDOM_IDS, len(every)))
    pathlib.Path(some).write_text("".join(f"{order}\n" for order in chosen))
    what = f"GET, 64 connections, random of {orders:,} orders, none in memory"
    seconds = 1 if stage.options.quick else stage.options.seconds
    stage.rounds(what, "gateway", {"gateway": lambda: loads.wrk(serve, 64, seconds, GET, some)})
    row = results.row(what, "gateway")
    if row["errors"]:
        raise Failure(f"{row['errors']} GETs of stored orders went wrong")
    results.figure(f"{what}: req/s", round(row["rate"]), at_least=25_000)
    megabytes = serve.resident_bytes() / 1e6
    results.figure(f"{name}: resident MB after these GETs", round(megabytes, 1), at_most=256)

"""Requests a second, beside the peers."""
import contextlib
import pathlib
import re
import subprocess
import time

import loads
from stage import GET, PEERS, POST

# Seconds between orders without which an embedded broker would rest.
AWAKE = 2


def get(stage):
    quick, seconds = stage.options.quick, stage.options.seconds
    gateway = stage.gateway("gateway")
    ids, peer_ids = stage.path("ids"), stage.path("peer-ids")
    view = loads.orders(gateway.port, 10_000, ids)
    stage.results.figure("view bytes", len(view))
    pathlib.Path(peer_ids).write_text("".join(f"ord-{n:05d}\n" for n in range(10_000)))
    servers = {"gateway": gateway, "nginx": stage.peer("nginx", BODY=view.decode())}
    servers |= {name: stage.peer(name) for name in stage.options.peers}
    servers = {name: server for name, server in servers.items() if server}
    reference = "nginx" if "nginx" in servers else "gateway"
    for connections in [64, 512] if quick else [1, 16, 64, 256, 512, 1024]:
        each = {
            name: lambda server=server, connections=connections: loads.wrk(
                server, connections, seconds, GET, ids if server is gateway else peer_ids
            )
            for name, server in servers.items()
        }
        what = f"GET, {connections} connections"
        stage.rounds(what, reference, each)
        own, nginx = (what, "gateway"), (what, "nginx")
        goals = {64: ({"at_least": 1.2}, {"at_most": 1.1}), 512: ({"at_least": 1.0}, {"at_most": 1.1})}
        rate, cpu = goals.get(connections, ({}, {}))
        stage.results.compare(f"{what}: req/s to nginx's", "rate", own, nginx, **rate)
        stage.results.compare(f"{what}: CPU/request to nginx's", "cpu", own, nginx, **cpu)
    stage.stop(*(name for name in servers if name != "gateway"))
    http2(stage, gateway, pathlib.Path(ids).read_text().split()[0], view, seconds)


def http2(stage, gateway, order, view, seconds):
    if stage.lacks("h2load", "nghttp2-client") or stage.lacks("nghttpd", "nghttp2-server"):
        return
    folder = pathlib.Path(stage.path("files"))
    (folder / "orders").mkdir(parents=True)
    (folder / "orders" / order).write_bytes(view)
    # It speaks no HTTP/1.1, so it cannot be asked how it is.
    command = ["nghttpd", "--no-tls", "-n2", "-d", str(folder), "PORT"]
    nghttpd = stage.start("nghttpd", command, ready=None)
    each = {
        server.name: lambda server=server: loads.h2load(server, 16, 32, seconds, f"/orders/{order}")
        for server in (gateway, nghttpd)
    }
    what = "GET over HTTP/2, 16 connections × 32 streams"
    stage.rounds(what, "nghttpd", each)
    own, other = (what, "gateway"), (what, "nghttpd")
    stage.results.compare("GET over HTTP/2: req/s to nghttpd's", "rate", own, other, at_least=1.0)


def post(stage):
    everything(stage)
    stage.stop()
    with contextlib.ExitStack() as awake:
        beside_peers(stage, awake)


def beside_peers(stage, awake):
    gateway = stage.gateway("gateway", "--no-inventory")
    servers = {"gateway": (gateway, POST)}
    if "fastapi" in stage.options.peers:
        # With a topic of its own, the gateway that lends its broker has nothing to do but to keep it awake.
        awake.enter_context(loads.Lag(stage.gateway("broker", "--no-inventory").port, AWAKE))
        if peer := stage.peer("fastapi", stage.broker("broker"), PREFILL="0", TOPIC="fastapi"):
            servers["fastapi"] = (peer, POST)
    reference = "fastapi" if "fastapi" in servers else "gateway"
    if nginx := stage.peer("nginx"):
        servers[f"{nginx.name}, GET"] = (nginx, GET)
    ids, waits = stage.path("any-id"), []
    pathlib.Path(ids).write_text("ord-00000\n")

    def load(server, script, connections):
        result = loads.wrk(server, connections, stage.options.seconds, script, ids)
        if server is gateway:
            # The next round begins when what this one has placed can be read.
            begin = time.monotonic()
            loads.until_read(server.port)
            waits.append(time.monotonic() - begin)
        return result

    for connections in [64, 256] if stage.options.quick else [1, 16, 64, 256, 512, 1024]:
        what = f"POST, {connections} connections"
        each = {
            name: lambda server=server, script=script, count=connections: load(server, script, count)
            for name, (server, script) in servers.items()
            if script == POST or connections == 64
        }
        stage.rounds(what, reference, each)
        own, fastapi, nginx = ((what, name) for name in ("gateway", "fastapi", "nginx, GET"))
        goal = {"at_least": 10} if connections == 256 else {}
        stage.results.compare(f"{what}: req/s to FastAPI's", "rate", own, fastapi, **goal)
        stage.results.compare(f"{what}: req/s to nginx's GET", "rate", own, nginx, 3, at_least=0.45)
    name = "longest s from the end of a POST run to its last order's being readable"
    stage.results.figure(name, round(max(waits), 2), at_most=1)


def everything(stage):
    """The times of a `dev`, whose inventory answers each order."""
    gateway = stage.gateway("dev")
    # First: the embedded broker looks for a record from its oldest on, and stores ever more of them.
    pace(stage, gateway)
    with loads.Lag(gateway.port) as lag:
        loads.wrk(gateway, 256, stage.options.seconds, POST)
    loads.until_read(gateway.port)
    name = f"POST, 256 connections: longest ms from 202 to readable, of {len(lag.seconds)} orders meanwhile"
    longest = round(max(lag.seconds) * 1000) if lag.seconds else None
    stage.results.figure(name, longest, at_most=2000)
    if not stage.options.quick:
        pace(stage, gateway, ", its log full")


def pace(stage, gateway, when=""):
    """A steady load that leaves the gateway time to spare.

    - when: what is said of the broker; such times have no limits to keep
    """
    rate, seconds = 5000, 6
    answers, readable = loads.paced(gateway.port, rate, seconds, stage.work.name)
    # With fewer the pace was not kept, and the times are of less than was meant.
    kept = rate * seconds * 95 // 100
    what = f"POST at {rate}/s{when}"
    stage.results.figure(f"{what}: answers in {seconds} s", len(answers), at_least=kept)
    for name, values, most in (("answer", answers, 10), ("readable", readable, 25)):
        for percent in (50, 99):
            value = values[len(values) * percent // 100]
            wanted = {"at_most": most} if percent == 99 and not when else {}
            figure = f"{what}: ms until {name}, p{percent}"
            stage.results.figure(figure, round(value * 1000, 2), **wanted)


def ceiling(stage):
    output = subprocess.run(
        ["bash", PEERS, "ceiling", "300000", "-w", "256"], capture_output=True, text=True, check=False
    )
    found = re.search(r"= (\d+) messages/s", output.stdout)
    if not found:
        raise loads.Failure(output.stderr)
    stage.results.figure("librdkafka alone in C, 256 in flight: messages/s", int(found[1]))

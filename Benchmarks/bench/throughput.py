"""Requests a second, beside the peers."""
import pathlib
import re
import subprocess
import time

import loads
from stage import GET, PEERS, POST


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
            name: lambda server=server: loads.wrk(
                server, connections, seconds, GET, ids if server is gateway else peer_ids
            )
            for name, server in servers.items()
        }
        stage.rounds(f"GET, {connections} connections", reference, each)
    stage.stop(*(name for name in servers if name != "gateway"))
    http2(stage, gateway, pathlib.Path(ids).read_text().split()[0], view, seconds)


def http2(stage, gateway, order, view, seconds):
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
    stage.rounds("GET over HTTP/2, 16 connections × 32 streams", "nghttpd", each)


def post(stage):
    quick, seconds, results = stage.options.quick, stage.options.seconds, stage.results
    gateway = stage.gateway("gateway")
    # First: the embedded broker looks for a record from its oldest on, and stores ever more of them.
    pace(stage, gateway)
    servers = {"gateway": gateway}
    if "fastapi" in stage.options.peers:
        stage.gateway("broker")
        if peer := stage.peer("fastapi", stage.broker("broker"), PREFILL="0"):
            servers["fastapi"] = peer
    waits = []

    def load(server, connections, seconds):
        result = loads.wrk(server, connections, seconds, POST)
        if server.name != "fastapi":
            # The next round begins when what this one has placed can be read.
            begin = time.monotonic()
            loads.until_read(server.port)
            waits.append(time.monotonic() - begin)
        return result

    def rounds(what, connections, reference, servers, seconds):
        each = {
            name: lambda server=server: load(server, connections, seconds)
            for name, server in servers.items()
        }
        stage.rounds(what, reference, each)

    reference = "fastapi" if "fastapi" in servers else "gateway"
    for connections in [64, 256] if quick else [1, 16, 64, 256, 512, 1024]:
        rounds(f"POST, {connections} connections", connections, reference, servers, seconds)
    stage.stop(*(name for name in stage.servers if name != "gateway"))
    name = "longest s from the end of a POST run to its last order's being readable"
    results.figure(name, round(max(waits), 2), at_most=1)

    with loads.Lag(gateway.port) as lag:
        loads.wrk(gateway, 256, seconds, POST)
    loads.until_read(gateway.port)
    name = f"POST, 256 connections: longest ms from 202 to readable, of {len(lag.seconds)} orders meanwhile"
    results.figure(name, round(max(lag.seconds) * 1000) if lag.seconds else None, at_most=2000)
    if not quick:
        pace(stage, gateway, ", its log full")

    stage.gateway("broker")
    serve = stage.serve("serve", stage.broker("broker"), stage.path("serve"))
    what = "POST, 256 connections, serve: broker and inventory in another process"
    rounds(what, 256, "dev", {"dev": gateway, "serve": serve}, 1 if quick else seconds)
    row = results.row(what, "serve")
    name = "POST, 256 connections, serve alone: CPU µs/request"
    results.figure(name, round(row["cpu"] * 1e6, 1), at_most=20)


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
        ["bash", PEERS, "ceiling", "300000", "-w", "256"], capture_output=True, text=True
    )
    found = re.search(r"= (\d+) messages/s", output.stdout)
    if not found:
        raise loads.Failure(output.stderr)
    stage.results.figure("librdkafka alone in C, 256 in flight: messages/s", int(found[1]))

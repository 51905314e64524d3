"""What is asked of the servers: wrk, h2load, and a steady pace."""
import http.client
import json
import pathlib
import re
import subprocess
import threading
import time

from servers import Failure, call

# Its view, once confirmed, has 404 bytes.
ORDER = {
    "customer_id": "customer-00-000000000",
    "items": [{"product_id": "product-01", "quantity": 2, "unit_price": "49.90"}],
}

# Those that wrk prints.
PERCENTILES = (50, 75, 90, 99)


def seconds(text):
    """Reads a time as wrk and h2load print it, such as 1.25ms."""
    value, unit = re.fullmatch(r"([\d.]+)(us|ms|s|m)", text).groups()
    return float(value) * {"us": 1e-6, "ms": 1e-3, "s": 1, "m": 60}[unit]


def wrk(server, connections, duration, script, *arguments, settle=0):
    """Loads a server with wrk.

    - settle: the seconds after the load in which the server may still be at work on it
    """
    threads, before = server.threads(), server.cpu_seconds()
    output = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{duration}s", "--latency", "-s", str(script)]
        + [f"http://127.0.0.1:{server.port}", "--", *map(str, arguments)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    time.sleep(settle)
    cpu, threads = server.cpu_seconds() - before, used(threads, server.threads())
    requests = int(re.search(r"(\d+) requests in", output)[1])
    wrong = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
    broken = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", output)
    return {
        "rate": float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1]),
        **{
            f"p{percent}": seconds(re.search(rf"^\s+{percent}%\s+(\S+)", output, re.MULTILINE)[1])
            for percent in PERCENTILES
        },
        "cpu": cpu / requests if requests else 0,
        "threads": {name: [s / requests for s in both] for name, both in threads.items() if requests},
        "errors": (int(wrong[1]) if wrong else 0) + (sum(map(int, broken.groups())) if broken else 0),
    }


def used(before, after):
    """What each thread took in user and in kernel mode, by its name.

    Threads of the same name are told apart by a number: 1 took most.
    """
    names = {}
    for thread, seconds in after.items():
        begin = before.get(thread, (0, 0))
        names.setdefault(thread[0], []).append([now - then for now, then in zip(seconds, begin)])
    found = {}
    for name, threads in names.items():
        threads.sort(key=sum, reverse=True)
        for number, seconds in enumerate(threads, 1):
            found[f"{name} {number}" if len(threads) > 1 else name] = seconds
    return found


def h2load(server, connections, streams, duration, path):
    before = server.cpu_seconds()
    output = subprocess.run(
        ["h2load", "-t1", f"-c{connections}", f"-m{streams}", f"-D{duration}"]
        + [f"http://127.0.0.1:{server.port}{path}"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    cpu = server.cpu_seconds() - before
    done = re.search(r"(\d+) done, (\d+) succeeded", output)
    requests = int(done[1])
    good = int(re.search(r"status codes: (\d+) 2xx", output)[1])
    return {
        "rate": float(re.search(r", ([\d.]+) req/s", output)[1]),
        **{f"p{percent}": None for percent in PERCENTILES},
        "cpu": cpu / requests if requests else 0,
        "threads": {},
        "errors": requests - good,
    }


def paced(port, rate, duration, work):
    """Places orders at a steady rate from 50 connections with h2load, over HTTP/1.1.

    Meanwhile 50 a second are placed and each polled until it is readable. Returns the seconds until
    h2load's answers, and until those orders could be read, sorted.
    """
    body, log = pathlib.Path(work, "order.json"), pathlib.Path(work, "paced.log")
    body.write_text(json.dumps(ORDER))
    log.unlink(missing_ok=True)
    load = subprocess.Popen(
        ["h2load", "--h1", "-t1", "-c50", f"--rps={rate / 50}", f"-D{duration}", f"-d{body}"]
        + ["-Hcontent-type: application/json", f"--log-file={log}"]
        + [f"http://127.0.0.1:{port}/orders"],
        stdout=subprocess.DEVNULL,
    )
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    readable = []
    begin = time.perf_counter() + 0.5
    end = begin + duration - 1
    while begin < end:
        time.sleep(max(0, begin - time.perf_counter()))
        begin = time.perf_counter()
        connection.request("POST", "/orders", json.dumps(ORDER))
        reply = connection.getresponse()
        location = reply.headers["Location"]
        reply.read()
        status = 404
        while status != 200:
            connection.request("GET", location)
            reply = connection.getresponse()
            reply.read()
            status = reply.status
        readable.append(time.perf_counter() - begin)
        begin += 0.02
    if load.wait() != 0:
        raise Failure("h2load --rps failed")
    # Start time, status and microseconds of each request (h2load(1)).
    answers = [line.split("\t") for line in log.read_text().splitlines()]
    if wrong := [status for _, status, _ in answers if status != "202"]:
        raise Failure(f"{len(wrong)} paced orders were answered with {wrong[0]}")
    return sorted(int(time) / 1e6 for _, _, time in answers), sorted(readable)


def place(connection, order=ORDER):
    """Places an order, and returns its id."""
    connection.request("POST", "/orders", json.dumps(order))
    reply = connection.getresponse()
    text = reply.read()
    if reply.status != 202:
        raise Failure(f"an order was answered with {reply.status}: {text[:200]}")
    return json.loads(text)["order_id"]


def until(port, order, what=b""):
    """Waits until an order can be read, and its view has something in it."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        status, view = call(port, "GET", f"/orders/{order}")
        if status == 200 and what in view:
            return view
        time.sleep(0.005)
    raise Failure(f"order {order} cannot be read after a minute")


def until_read(port, what=b""):
    """Places so many more orders that each partition surely gets one, and waits for them.

    A partition is read in order: what was placed before them can be read by then, too.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    for order in [place(connection) for _ in range(40)]:
        until(port, order, what)


def orders(port, count, path, what=b'"confirmed"'):
    """Places orders, writes their ids to a file, and returns the view of one once all have something in it."""
    ids, failures = [], []

    def run():
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            for _ in range(count // 8):
                ids.append(place(connection))
        except (Failure, OSError) as failure:
            failures.append(failure)

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise Failure(f"orders could not be placed: {failures[0]}")
    view = until(port, ids[-1], what)
    until_read(port, what)
    pathlib.Path(path).write_text("".join(f"{order}\n" for order in ids))
    return view


class Lag:
    """Places an order again and again beside a load, and notes how long each took to be readable."""

    def __init__(self, port, pause=0.02):
        self.port, self.pause, self.seconds, self.ended = port, pause, [], threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        while not self.ended.wait(self.pause):
            order = place(connection)
            begin = time.monotonic()
            until(self.port, order)
            self.seconds.append(time.monotonic() - begin)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()

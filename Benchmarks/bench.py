"""Measures the gateway beside its peers, in interleaved rounds, and writes a table and plots.

Every figure is a ratio to a reference that was measured in the same run, on the same machine: times
by themselves say more about the machine than about the program. Run by `make bench`.
"""
import argparse
import http.client
import json
import os
import pathlib
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
# Its view, once confirmed, has 404 bytes.
ORDER = {
    "customer_id": "customer-00-000000000",
    "items": [{"product_id": "product-01", "quantity": 2, "unit_price": "49.90"}],
}
TICK = os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def call(port, method, path, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, path, json.dumps(body) if body else None)
    reply = connection.getresponse()
    return reply.status, reply.read()


class Server:
    """A process group that listens, and the CPU time that it takes.

    It is ready when the path `ready` is answered, or, without one, when it takes connections.
    """

    def __init__(self, name, command, port, log, environment=None, ready="/healthz"):
        self.name, self.port, self.log = name, port, log
        with open(log, "wb") as output:
            self.process = subprocess.Popen(
                command,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(environment or {})},
                start_new_session=True,
            )
        deadline = time.monotonic() + 60
        while True:
            try:
                if ready is None:
                    socket.create_connection(("127.0.0.1", port)).close()
                    return
                if call(port, "GET", ready)[0] < 500:
                    return
            except OSError:
                pass
            if self.process.poll() is not None or time.monotonic() > deadline:
                text = pathlib.Path(log).read_text(errors="replace")[-2000:]
                self.stop()
                raise SystemExit(f"bench: {name} does not answer:\n{text}")
            time.sleep(0.1)

    def cpu_seconds(self):
        """Of all processes of the group that are alive."""
        total = 0
        for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[2]) == self.process.pid:
                total += int(fields[11]) + int(fields[12])
        return total / TICK

    def resident_bytes(self):
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", text)[1]) * 1024

    def stop(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()


# MARK: Loads


def seconds(text):
    """Reads a time as wrk and h2load print it, such as 1.25ms."""
    value, unit = re.fullmatch(r"([\d.]+)(us|ms|s|m)", text).groups()
    return float(value) * {"us": 1e-6, "ms": 1e-3, "s": 1, "m": 60}[unit]


def wrk(server, connections, duration, script, *arguments):
    before = server.cpu_seconds()
    output = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{duration}s", "--latency", "-s", str(script)]
        + [f"http://127.0.0.1:{server.port}", "--", *map(str, arguments)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    cpu = server.cpu_seconds() - before
    requests = int(re.search(r"(\d+) requests in", output)[1])
    wrong = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
    broken = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", output)
    return {
        "rate": float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1]),
        "p50": seconds(re.search(r"^\s+50%\s+(\S+)", output, re.MULTILINE)[1]),
        "p99": seconds(re.search(r"^\s+99%\s+(\S+)", output, re.MULTILINE)[1]),
        "cpu": cpu / requests if requests else 0,
        "errors": (int(wrong[1]) if wrong else 0) + (sum(map(int, broken.groups())) if broken else 0),
    }


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
        "p50": None,
        "p99": None,
        "cpu": cpu / requests if requests else 0,
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
        raise SystemExit("bench: h2load --rps failed")
    # Start time, status and microseconds of each request (h2load(1)).
    answers = [line.split("\t") for line in log.read_text().splitlines()]
    if wrong := [status for _, status, _ in answers if status != "202"]:
        raise SystemExit(f"bench: {len(wrong)} paced orders were answered with {wrong[0]}")
    return sorted(int(time) / 1e6 for _, _, time in answers), sorted(readable)


# MARK: The run


class Bench:
    def __init__(self, options):
        self.options = options
        self.folder = pathlib.Path(options.output)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.work = tempfile.TemporaryDirectory(prefix="order-gateway-bench-")
        self.servers = {}
        self.rows = []
        self.figures = {}

    def path(self, name):
        return str(pathlib.Path(self.work.name) / name)

    def start(self, name, command, environment=None, ready="/healthz"):
        port = free_port()
        command = [str(port) if part == "PORT" else part for part in command]
        print(f"starting {name}", flush=True)
        self.servers[name] = Server(name, command, port, self.path(f"{name}.log"), environment, ready)
        return self.servers[name]

    def peer(self, name, *arguments, **environment):
        return self.start(
            name, ["bash", str(HERE / "peers/peers.sh"), "run", name, "PORT", *arguments], environment
        )

    def gateway(self, name):
        return self.start(
            name, [self.options.gateway, "dev", "--http-port", "PORT"], ready="/readyz"
        )

    def broker(self, name):
        """The address of the broker inside a gateway that was started.

        The gateway may tell it a moment after it has become ready.
        """
        log = pathlib.Path(self.path(f"{name}.log"))
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            if found := re.search(r"Kafka broker\s+(\S+)\s", log.read_text()):
                return found[1]
            time.sleep(0.1)
        raise SystemExit(f"bench: {name} does not tell its broker:\n{log.read_text()[-2000:]}")

    def stop(self, *names):
        for name in names or list(self.servers):
            self.servers.pop(name).stop()

    def rounds(self, what, reference, loads):
        """Runs each load once a round, one after the other, and notes the medians."""
        found = {name: [] for name in loads}
        for number in range(self.options.rounds):
            for name, load in loads.items():
                found[name].append(load())
                rate = found[name][-1]["rate"]
                print(f"  {what}, round {number + 1}: {name} {rate:,.0f}/s", flush=True)

        def median(name, key):
            values = [result[key] for result in found[name] if result[key] is not None]
            return statistics.median(values) if values else None

        base = median(reference, "rate")
        for name in loads:
            row = {key: median(name, key) for key in ("rate", "p50", "p99", "cpu")}
            row |= {"what": what, "name": name, "errors": sum(r["errors"] for r in found[name])}
            row |= {"ratio": row["rate"] / base, "reference": reference}
            self.rows.append(row)

    def run(self):
        quick = self.options.quick
        duration = self.options.seconds
        gateway = self.gateway("gateway")
        self.idle(gateway)
        ids, view = self.orders(gateway, 10_000)
        self.figures["view bytes"] = len(view)
        get, post = HERE / "load/get-orders.lua", HERE / "load/post-orders.lua"

        peers = {"nginx": self.peer("nginx", BODY=view.decode())}
        for name in self.options.peers:
            peers[name] = self.peer(name)
        peer_ids = self.path("peer-ids")
        pathlib.Path(peer_ids).write_text("".join(f"ord-{n:05d}\n" for n in range(10_000)))
        for connections in [64, 512] if quick else [1, 16, 64, 256, 512, 1024]:
            loads = {"gateway": lambda: wrk(gateway, connections, duration, get, ids)}
            for name, server in peers.items():
                loads[name] = lambda server=server: wrk(server, connections, duration, get, peer_ids)
            self.rounds(f"GET, {connections} connections", "nginx", loads)
        nginx = statistics.median(r["rate"] for r in self.rows if r["name"] == "nginx")
        self.stop(*peers)

        self.http2(gateway, pathlib.Path(ids).read_text().split()[0], view, duration)
        self.stop("gateway")

        gateway = self.gateway("gateway")
        loads = {"gateway": gateway}
        if "fastapi" in self.options.peers:
            self.gateway("broker")
            loads["fastapi"] = self.peer("fastapi", self.broker("broker"), PREFILL="0")
        for connections in [64, 256] if quick else [1, 16, 64, 256, 1024]:
            self.rounds(
                f"POST, {connections} connections",
                "fastapi" if "fastapi" in loads else "gateway",
                {
                    name: lambda server=server: self.post(server, connections, duration, post)
                    for name, server in loads.items()
                },
            )
        rate = max(r["rate"] for r in self.rows if r["what"].startswith("POST") and r["name"] == "gateway")
        self.figures["POST req/s to nginx's GET req/s"] = round(rate / nginx, 3)
        if "fastapi" in loads:
            self.stop("fastapi", "broker")
        self.pace(gateway)
        self.ceiling()
        self.stop()

    def post(self, server, connections, duration, script):
        result = wrk(server, connections, duration, script)
        if server.name == "gateway":
            # The next round begins when what this one has placed can be read.
            begin = time.monotonic()
            self.wait_until_read(server)
            waited = time.monotonic() - begin
            figure = "longest seconds from the end of a POST run to its last order being readable"
            self.figures[figure] = round(max(self.figures.get(figure, 0), waited), 2)
        return result

    def wait_until_read(self, server):
        """Places so many more orders that each partition surely gets one, and waits for them.

        A partition is read in order: what was placed before them can be read by then, too.
        """
        orders = [
            json.loads(call(server.port, "POST", "/orders", ORDER)[1])["order_id"] for _ in range(40)
        ]
        for order in orders:
            while call(server.port, "GET", f"/orders/{order}")[0] != 200:
                time.sleep(0.005)

    def orders(self, server, count):
        """Places orders and returns a file of their ids, and the view of one."""
        ids = []

        def run():
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
            for _ in range(count // 8):
                connection.request("POST", "/orders", json.dumps(ORDER))
                ids.append(json.loads(connection.getresponse().read())["order_id"])

        threads = [threading.Thread(target=run) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        while True:
            status, view = call(server.port, "GET", f"/orders/{ids[-1]}")
            if status == 200 and b'"confirmed"' in view:
                break
            time.sleep(0.1)
        time.sleep(1)
        path = self.path("ids")
        pathlib.Path(path).write_text("".join(f"{order}\n" for order in ids))
        return path, view

    def idle(self, server):
        time.sleep(3)
        before = server.cpu_seconds()
        time.sleep(5)
        self.figures["idle dev, its broker included: CPU, % of a core"] = round((server.cpu_seconds() - before) / 5 * 100, 2)
        self.figures["idle dev, its broker included: resident MB"] = round(server.resident_bytes() / 1e6, 1)
        before, held = server.resident_bytes(), []
        for _ in range(2_000):
            connection = socket.create_connection(("127.0.0.1", server.port))
            connection.sendall(b"GET /orders/x HTTP/1.1\r\nHost: localhost\r\n\r\n")
            connection.recv(4096)
            held.append(connection)
        self.figures["an idle keep-alive connection: bytes"] = (server.resident_bytes() - before) // len(held)
        for connection in held:
            connection.close()

    def http2(self, gateway, order, view, duration):
        folder = pathlib.Path(self.path("files"))
        (folder / "orders").mkdir(parents=True)
        (folder / "orders" / order).write_bytes(view)
        # It speaks no HTTP/1.1, so it cannot be asked how it is.
        command = ["nghttpd", "--no-tls", "-n2", "-d", str(folder), "PORT"]
        nghttpd = self.start("nghttpd", command, ready=None)
        self.rounds(
            "GET over HTTP/2, 16 connections × 32 streams",
            "nghttpd",
            {
                server.name: lambda server=server: h2load(server, 16, 32, duration, f"/orders/{order}")
                for server in (gateway, nghttpd)
            },
        )
        self.stop("nghttpd")

    def pace(self, gateway):
        rate = 5000
        answers, readable = paced(gateway.port, rate, 6, self.work.name)
        self.figures[f"POST at {rate}/s: answers"] = len(answers)
        for name, values in (("answer", answers), ("readable", readable)):
            for percent in (50, 99):
                value = values[len(values) * percent // 100]
                self.figures[f"POST at {rate}/s: ms until {name}, p{percent}"] = round(value * 1000, 2)

    def ceiling(self):
        output = subprocess.run(
            ["bash", str(HERE / "peers/peers.sh"), "ceiling", "300000", "-w", "256"],
            capture_output=True,
            text=True,
        ).stdout
        found = re.search(r"= (\d+) messages/s", output)
        if found:
            self.figures["librdkafka alone in C, 256 in flight: messages/s"] = int(found[1])

    # MARK: Output

    def table(self):
        lines = [
            "| load | server | req/s | ratio | p50 ms | p99 ms | CPU µs/request | errors |",
            "|---|---|---:|---:|---:|---:|---:|---:|",
        ]
        for row in self.rows:
            def number(value, factor, form):
                return "" if value is None else format(value * factor, form)

            lines.append(
                f"| {row['what']} | {row['name']} | {row['rate']:,.0f} | {row['ratio']:.2f} |"
                f" {number(row['p50'], 1e3, '.2f')} | {number(row['p99'], 1e3, '.2f')} |"
                f" {number(row['cpu'], 1e6, '.1f')} | {row['errors']} |"
            )
        lines += ["", "| figure | value |", "|---|---:|"]
        lines += [f"| {name} | {value} |" for name, value in self.figures.items()]
        return "\n".join(lines) + "\n"

    def write(self):
        table = self.table()
        (self.folder / "bench.md").write_text(table)
        result = {"rows": self.rows, "figures": self.figures, "cores": os.cpu_count()}
        (self.folder / "bench.json").write_text(json.dumps(result, indent=1))
        self.plot()
        print(f"\n{table}\nwritten to {self.folder}")

    def plot(self):
        import matplotlib

        matplotlib.use("Agg")
        import matplotlib.pyplot as plt

        for method in ("GET", "POST"):
            figure, (rates, latencies) = plt.subplots(1, 2, figsize=(11, 4))
            rows = [r for r in self.rows if re.match(rf"{method}, \d+ connections", r["what"])]
            for name in dict.fromkeys(r["name"] for r in rows):
                own = [r for r in rows if r["name"] == name]
                x = [int(re.search(r"\d+", r["what"])[0]) for r in own]
                rates.plot(x, [r["rate"] for r in own], marker="o", label=name)
                latencies.plot(x, [r["p99"] * 1e3 for r in own], marker="o", label=name)
            rates.set_ylabel(f"{method} requests/s")
            latencies.set_ylabel("p99, ms")
            latencies.set_yscale("log")
            for axes in (rates, latencies):
                axes.set_xscale("log", base=2)
                axes.set_xlabel("connections")
                axes.set_ylim(bottom=0 if axes is rates else None)
                axes.legend()
            figure.tight_layout()
            figure.savefig(self.folder / f"{method.lower()}.png", dpi=110)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gateway", required=True, help="the order-gateway program, built for release")
    parser.add_argument("--output", default=".build/bench", help="folder for the results")
    parser.add_argument("--quick", action="store_true", help="fewer connections, rounds and seconds")
    parser.add_argument("--peers", default="hummingbird,flyingfox,fastapi", help="besides nginx")
    options = parser.parse_args()
    options.peers = [name for name in options.peers.split(",") if name]
    options.rounds, options.seconds = (3, 2) if options.quick else (5, 5)
    bench = Bench(options)
    try:
        bench.run()
    finally:
        bench.stop()
        bench.work.cleanup()
    bench.write()


if __name__ == "__main__":
    sys.exit(main())

"""Where it all takes place: the servers that run, the folder they work in, and the rounds."""
import pathlib
import re
import statistics
import tempfile
import time

from results import Results
from servers import Failure, Server, free_port

BENCHMARKS = pathlib.Path(__file__).resolve().parent.parent
PEERS = str(BENCHMARKS / "peers/peers.sh")
GET, POST = BENCHMARKS / "load/get-orders.lua", BENCHMARKS / "load/post-orders.lua"


class Stage:
    def __init__(self, options):
        self.options = options
        self.work = tempfile.TemporaryDirectory(prefix="order-gateway-bench-")
        self.servers = {}
        self.results = Results()

    def path(self, name):
        return str(pathlib.Path(self.work.name) / name)

    def start(self, name, command, environment=None, ready="/healthz"):
        port = free_port()
        command = [str(port) if part == "PORT" else part for part in command]
        print(f"starting {name}", flush=True)
        server = Server(name, command, port, self.path(f"{name}.log"), environment, ready)
        self.servers[name] = server
        return server

    def peer(self, name, *arguments, **environment):
        """Starts a peer; `None`, and a line in the results, when it does not run."""
        try:
            return self.start(name, ["bash", PEERS, "run", name, "PORT", *arguments], environment)
        except Failure as failure:
            self.results.fail(name, failure)
            return None

    def gateway(self, name, *arguments):
        command = [self.options.gateway, "dev", "--http-port", "PORT", *arguments]
        return self.start(name, command, ready="/readyz")

    def serve(self, name, brokers, folder):
        command = [self.options.gateway, "serve", "--http-port", "PORT"]
        command += ["--kafka-brokers", brokers, "--data-dir", folder]
        return self.start(name, command, ready="/readyz")

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
        raise Failure(f"{name} does not tell its broker:\n{log.read_text()[-2000:]}")

    def stop(self, *names):
        for name in names or list(self.servers):
            self.servers.pop(name).stop()

    def rounds(self, what, reference, loads, rounds=None, **more):
        """Runs each load once a round, one after the other, and notes the medians.

        - rounds: how many, unless as many as of everything
        - more: further members of each load's row, by its name
        """
        found = {name: [] for name in loads}
        for number in range(rounds or self.options.rounds):
            for name, load in loads.items():
                found[name].append(load())
                rate = found[name][-1]["rate"]
                print(f"  {what}, round {number + 1}: {name} {rate:,.0f}/s", flush=True)

        def median(name, key):
            values = [result[key] for result in found[name] if result[key] is not None]
            return statistics.median(values) if values else None

        base = median(reference, "rate")
        for name in loads:
            row = {key: median(name, key) for key in found[name][0] if key != "errors"}
            row |= {"what": what, "name": name, "errors": sum(r["errors"] for r in found[name])}
            row |= {"ratio": row["rate"] / base, "reference": reference}
            row |= {key: values[name] for key, values in more.items()}
            self.results.rows.append(row)

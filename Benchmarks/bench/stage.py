"""Where it all takes place: the servers that run, the folder they work in, and the rounds."""
import pathlib
import re
import shutil
import statistics
import tempfile
import time

from loads import PERCENTILES
from servers import Failure, Server, free_port

BENCHMARKS = pathlib.Path(__file__).resolve().parent.parent
PEERS = str(BENCHMARKS / "peers/peers.sh")
GET, POST = BENCHMARKS / "load/get-orders.lua", BENCHMARKS / "load/post-orders.lua"


class Stage:
    def __init__(self, options, results):
        self.options, self.results = options, results
        self.work = tempfile.TemporaryDirectory(prefix="order-gateway-bench-")
        self.servers = {}

    def path(self, name):
        return str(pathlib.Path(self.work.name) / name)

    def start(self, name, command, environment=None, ready="/healthz", port=None, listens=True):
        """Starts a program, and waits until it answers, or at least listens, unless it never does."""
        port = (port or free_port()) if listens else None
        command = [str(port) if part == "PORT" else part for part in command]
        print(f"starting {name}", flush=True)
        server = Server(name, command, port, self.path(f"{name}.log"), environment, ready)
        self.servers[name] = server
        return server

    def peer(self, name, *arguments, **environment):
        """Starts a peer; `None`, and a line in the results, when it does not run."""
        if name == "nginx" and self.lacks("/usr/sbin/nginx", "nginx-light"):
            return None
        try:
            return self.start(name, ["bash", PEERS, "run", name, "PORT", *arguments], environment)
        except Failure as failure:
            self.results.fail(name, failure)
            return None

    def lacks(self, program, package):
        """Whether a program is not installed; then a line says what is left out."""
        if shutil.which(program):
            return False
        self.results.leave_out(pathlib.Path(program).name, f"it is not installed ({package})")
        return True

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
                self.say(what, number, name, found[name][-1])
        self.note(what, reference, found, **more)

    def say(self, what, number, name, result):
        print(f"  {what}, round {number + 1}: {name} {result['rate']:,.0f}/s", flush=True)

    def note(self, what, reference, found, **more):
        """Makes a row of each server's results: their medians, and what each round had."""
        base = statistics.median(result["rate"] for result in found[reference])
        for name, results in found.items():
            row = {"what": what, "name": name, "reference": reference, "rounds": {}}
            for key in ("rate", *(f"p{percent}" for percent in PERCENTILES), "cpu"):
                values = [result[key] for result in results if result[key] is not None]
                row[key] = statistics.median(values) if values else None
                row["rounds"][key] = values
            row["errors"] = sum(result["errors"] for result in results)
            row["ratio"] = row["rate"] / base
            row["threads"] = {
                thread: [statistics.median(part) for part in zip(*(r["threads"].get(thread, [0, 0]) for r in results))]
                for thread in dict.fromkeys(thread for r in results for thread in r["threads"])
            }
            row |= {key: values[name] for key, values in more.items()}
            self.results.part["rows"].append(row)

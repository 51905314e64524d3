"""Which libraries and functions the CPU time of a POST goes to, in user mode, as perf sees it.

In a virtual machine without counters of its own, perf sees the kernel only where it allows interrupts.
"""
import concurrent.futures
import subprocess
import time

import apache_kafka
import kafka
import loads
from servers import Failure
from stage import POST

CONNECTIONS = 64
SECONDS = 5
# Samples a second and thread.
FREQUENCY = 1499
FUNCTIONS = 30


def measure(stage):
    brokers = apache_kafka.start(stage)
    kafka.warm(stage, brokers)
    server = stage.serve("gateway", brokers, stage.path("serve"))
    data = stage.path("perf.data")
    # Without perf, which makes it dearer.
    threads = loads.wrk(server, CONNECTIONS, SECONDS, POST, settle=kafka.SETTLE)["threads"]
    cpu = sum(user for user, _ in threads.values()) * 1e6
    command = ["perf", "record", "--event", "cpu-clock:u", "--freq", str(FREQUENCY)]
    command += ["--pid", str(server.process.pid), "--output", data]
    with concurrent.futures.ThreadPoolExecutor(1) as thread:
        load = thread.submit(loads.wrk, server, CONNECTIONS, SECONDS + 2, POST)
        time.sleep(1)
        done = subprocess.run([*command, "--", "sleep", str(SECONDS)], capture_output=True, text=True, check=False)
        load.result()
    if done.returncode:
        raise Failure(f"perf: {done.stderr[-500:]}")
    stage.results.part["profile"] = {
        "cpu": cpu,
        "libraries": [[name, share * cpu] for share, name in report(data, "dso")],
        "functions": [
            [name.removeprefix("[.] "), share * cpu] for share, name in report(data, "symbol")[:FUNCTIONS]
        ],
    }


def report(data, key):
    """The shares of the whole, the largest first, with what has them."""
    command = ["perf", "report", "--input", data, "--stdio", "--no-children", "--sort", key]
    output = subprocess.run([*command, "--field-separator", ";"], capture_output=True, text=True, check=True)
    text = subprocess.run(
        ["swift", "demangle", "--simplified"], input=output.stdout, capture_output=True, text=True, check=True
    ).stdout
    found = []
    for line in text.splitlines():
        share, separator, name = line.strip().partition(";")
        if separator and not share.startswith("#"):
            found.append((float(share.strip(" %")) / 100, name.partition(";")[0].strip()))
    return found

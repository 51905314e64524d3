"""Measures the gateway beside its peers, in interleaved rounds, and writes tables and plots.

Every figure is a ratio to a reference that was measured in the same run, on the same machine: times
by themselves say more about the machine than about the program. Run by `make bench`.
"""
import argparse
import datetime
import json
import pathlib
import shutil
import signal
import subprocess
import sys
import time

import apache_kafka
import functions
import growth
import history
import idle
import kafka
import plots
import tables
import throughput
from results import Results
from servers import Failure
from stage import Stage

# Each part, and what it cannot be measured without. A name selects all parts that begin with it.
PARTS = {
    "kafka-post-few": (kafka.few, ("KAFKA_HOME", "java", "wrk")),
    "kafka-post-many": (kafka.many, ("KAFKA_HOME", "java", "wrk")),
    "kafka-functions": (functions.measure, ("KAFKA_HOME", "java", "wrk", "perf")),
    "kafka-idle": (kafka.idle, ("KAFKA_HOME", "java")),
    "kafka-replay": (kafka.replay, ("KAFKA_HOME", "java", "wrk")),
    "growth": (growth.measure, ("wrk",)),
    "idle": (idle.measure, ()),
    "GET": (throughput.get, ("wrk",)),
    "POST": (throughput.post, ("wrk", "h2load")),
    "ceiling": (throughput.ceiling, ()),
    "replay": (history.measure, ("wrk",)),
}
# What is left out, and why, where something is absent.
ABSENT = {
    "KAFKA_HOME": ("Apache Kafka", "KAFKA_HOME names no folder with libs/kafka-clients-*.jar"),
    "java": ("Apache Kafka", "no java is installed (openjdk-17-jre-headless)"),
    "wrk": ("what wrk measures", "wrk is not installed (wrk)"),
    "h2load": ("what h2load measures", "h2load is not installed (nghttp2-client)"),
    "perf": ("the profile", "perf is not installed (linux-perf)"),
}


def absent(need):
    return not (apache_kafka.home() if need == "KAFKA_HOME" else shutil.which(need))


def main():
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--gateway", help="the order-gateway program, built for release")
    what.add_argument("--plot-only", metavar="BENCH_JSON", help="measure nothing, draw what was measured")
    parser.add_argument("--output", default=".build/bench", help="folder for the results")
    parser.add_argument("--page", help="with --plot-only: a page whose tables are written anew, too")
    parser.add_argument("--quick", action="store_true", help="fewer connections, rounds and seconds")
    parser.add_argument("--peers", default="hummingbird,flyingfox,fastapi", help="besides nginx")
    parser.add_argument("--parts", help="what to measure; the other parts keep the results that they have")
    options = parser.parse_args()
    folder = pathlib.Path(options.output)
    folder.mkdir(parents=True, exist_ok=True)
    if options.plot_only:
        results = Results(json.loads(pathlib.Path(options.plot_only).read_text())["parts"])
        plots.plot(results.rows, results.figures, folder, kinds=["svg"])
        if options.page:
            tables.fill(pathlib.Path(options.page), tables.all_of(results.parts))
        return 0
    options.peers = [name for name in options.peers.split(",") if name]
    options.rounds, options.seconds = (3, 2) if options.quick else (5, 5)
    file = folder / "bench.json"
    kept = json.loads(file.read_text())["parts"] if options.parts and file.exists() else {}
    results = Results({name: kept[name] for name in PARTS if name in kept})
    parts = chosen(parser, options.parts)
    for name in parts:
        measure(name, options, results)
    results.parts = {name: results.parts[name] for name in PARTS if name in results.parts}
    results.write(file)
    (folder / "tables.md").write_text(tables.text(tables.all_of(results.parts)))
    plots.plot(results.rows, results.figures, folder)
    measured = {name: results.parts[name] for name in parts}
    print(f"\n{tables.text(tables.all_of(measured))}\nwritten to {folder}")
    return 1 if any(part["missing"] for part in measured.values()) else 0


def chosen(parser, names):
    """The parts that are to be measured."""
    if not names:
        return list(PARTS)
    for name in names.split(","):
        if not any(part.startswith(name) for part in PARTS):
            parser.error(f"there is no part {name}")
    return [part for part in PARTS if any(part.startswith(name) for name in names.split(","))]


def measure(name, options, results):
    function, needs = PARTS[name]
    begin = time.monotonic()
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    results.begin(name, measured=now, quick=options.quick, rounds=options.rounds)
    if lacking := next((need for need in needs if absent(need)), None):
        results.leave_out(*ABSENT[lacking])
        return
    stage = Stage(options, results)
    try:
        function(stage)
    except (Failure, OSError, ValueError, LookupError, TypeError, subprocess.SubprocessError) as failure:
        results.fail(name, f"{type(failure).__name__}: {failure}")
    finally:
        stage.stop()
        stage.work.cleanup()
    print(f"{name}: {time.monotonic() - begin:.0f} s", flush=True)


if __name__ == "__main__":
    # Whoever ends it leaves no servers and no gigabytes behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main())

"""Measures the gateway beside its peers, in interleaved rounds, and writes a table and plots.

Every figure is a ratio to a reference that was measured in the same run, on the same machine: times
by themselves say more about the machine than about the program. Run by `make bench`.
"""
import argparse
import json
import pathlib
import signal
import sys
import time

import growth
import history
import idle
import plots
import throughput
from servers import Failure
from stage import Stage

PARTS = {
    "idle": idle.measure,
    "GET": throughput.get,
    "POST": throughput.post,
    "ceiling": throughput.ceiling,
    "replay": history.measure,
    "growth": growth.measure,
}


def main():
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--gateway", help="the order-gateway program, built for release")
    what.add_argument("--plot-only", metavar="BENCH_JSON", help="measure nothing, draw what was measured")
    parser.add_argument("--output", default=".build/bench", help="folder for the results")
    parser.add_argument("--quick", action="store_true", help="fewer connections, rounds and seconds")
    parser.add_argument("--peers", default="hummingbird,flyingfox,fastapi", help="besides nginx")
    parser.add_argument("--parts", default=",".join(PARTS), help="what to measure")
    options = parser.parse_args()
    folder = pathlib.Path(options.output)
    folder.mkdir(parents=True, exist_ok=True)
    if options.plot_only:
        found = json.loads(pathlib.Path(options.plot_only).read_text())
        plots.plot(found["rows"], found["figures"], folder, kinds=["svg"])
        return 0
    options.peers = [name for name in options.peers.split(",") if name]
    options.rounds, options.seconds = (3, 2) if options.quick else (5, 5)
    parts = [name for name in options.parts.split(",") if name]
    if unknown := [name for name in parts if name not in PARTS]:
        parser.error(f"there is no part {unknown[0]}")
    # Whoever ends it leaves no servers and no gigabytes behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    stage = Stage(options)
    results = stage.results
    try:
        for name in parts:
            begin = time.monotonic()
            try:
                PARTS[name](stage)
            except (Failure, OSError, ValueError, LookupError, TypeError) as failure:
                results.fail(name, f"{type(failure).__name__}: {failure}")
            finally:
                stage.stop()
            print(f"{name}: {time.monotonic() - begin:.0f} s", flush=True)
    finally:
        stage.work.cleanup()
    results.compare()
    table = results.write(folder)
    plots.plot(results.rows, results.figures, folder)
    print(f"\n{table}\nwritten to {folder}")
    return 1 if results.missing else 0


if __name__ == "__main__":
    sys.exit(main())

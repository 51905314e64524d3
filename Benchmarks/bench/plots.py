"""The results as pictures: PNG, and SVG whose bytes change only with the results."""
import re

import matplotlib.pyplot as plt
from matplotlib import ticker

import kafka
from drawing import (
    COLOURS,
    WANTED,
    by_name,
    goal,
    label_ends,
    scale_milliseconds,
    style,
    wanted,
)

PERCENTILES = (50, 75, 90, 99)
PACE = "POST at 5000/s"


def plot(rows, figures, folder, kinds=("png", "svg")):
    """Draws what there are results of; what there are none of has no picture afterwards."""
    pictures = {
        "kafka": throughput(rows, figures, kafka.TITLE),
        "threads": threads(rows),
        "get": throughput(rows, figures, "GET"),
        "post": throughput(rows, figures, "POST"),
        "latency": latency(rows, figures),
        "growth": growth(rows, figures),
    }
    for name, figure in pictures.items():
        for kind in kinds:
            path = folder / f"{name}.{kind}"
            if figure:
                figure.savefig(path, dpi=110, metadata={"Date": None} if kind == "svg" else None)
            else:
                path.unlink(missing_ok=True)
        if figure:
            plt.close(figure)


def throughput(rows, figures, method):
    """Requests a second, and p50 and p99, by the number of connections."""
    rows = [r for r in rows if re.fullmatch(rf"{method}, \d+ connections", r["what"])]
    if not rows:
        return None
    figure, (rates, latencies) = plt.subplots(1, 2, figsize=(12, 4.6), layout="constrained")
    figure.suptitle(f"{method}, by the number of connections, each server by itself in turn")
    ends = {rates: [], latencies: []}
    for name, own in by_name(rows).items():
        x = [int(re.search(r"\d+", r["what"])[0]) for r in own]
        rates.plot(x, [r["rate"] for r in own], **style(name))
        least, most = ([end(r["rounds"]["rate"]) for r in own] for end in (min, max))
        rates.fill_between(x, least, most, color=COLOURS.get(name), alpha=0.15, linewidth=0)
        ends[rates].append((x[-1], own[-1]["rate"], name, COLOURS.get(name)))
        p99 = [r["p99"] * 1e3 for r in own]
        latencies.plot(x, p99, **style(name))
        latencies.plot(x, [r["p50"] * 1e3 for r in own], **style(name) | {"linestyle": "--", "linewidth": 1.2})
        ends[latencies].append((x[-1], p99[-1], name, COLOURS.get(name)))
    goals(rates, method, rows, figures)
    rates.set_title("Throughput: median, least and most of the rounds")
    rates.set_ylabel("requests/s")
    rates.set_ylim(bottom=0)
    rates.yaxis.set_major_formatter(ticker.StrMethodFormatter("{x:,.0f}"))
    latencies.set_title("Latency: p99, and p50 dashed")
    scale_milliseconds(latencies)
    counts = sorted({int(re.search(r"\d+", r["what"])[0]) for r in rows})
    for axes in (rates, latencies):
        axes.set_xscale("log", base=2)
        axes.set_xticks(counts, [f"{count:,}" for count in counts], minor=False)
        axes.set_xlabel("connections (log₂)")
        label_ends(figure, axes, ends[axes])
    return figure


def goals(axes, method, rows, figures):
    """What is wanted at a number of connections, from what a peer reached there in the same run."""
    first = min(int(re.search(r"\d+", r["what"])[0]) for r in rows)
    for method_wanted, count, peer, figure in (
        ("POST", 256, "fastapi", "req/s to FastAPI's"),
        ("POST", 64, "nginx, GET", "req/s to nginx's GET"),
        (kafka.TITLE, 64, "rust", "orders/s to the Rust peer's"),
        (kafka.TITLE, 256, "rust", "orders/s to the Rust peer's"),
    ):
        what = f"{method}, {count} connections"
        found = next((r["rate"] for r in rows if (r["what"], r["name"]) == (what, peer)), None)
        factor = wanted(figures, f"{what}: {figure}")
        if method == method_wanted and found and factor:
            axes.plot(count, factor * found, marker="_", markersize=22, markeredgewidth=2.4, color=WANTED["color"])
            axes.annotate(
                f"wanted: {factor:g} × {peer}", (count, factor * found), (0, 5), textcoords="offset points",
                ha="left" if count == first else "right", color=WANTED["color"], fontsize=9,
            )


def threads(rows):
    """The CPU time of an order, by thread."""
    panels = [f"{kafka.TITLE}, {count} connections" for count in (64, 256)]
    panels = [what for what in panels if any(r["what"] == what for r in rows)]
    if not panels:
        return None
    figure, all_axes = plt.subplots(1, len(panels), figsize=(6.5 * len(panels), 5.6), layout="constrained", squeeze=False)
    figure.suptitle("CPU time of an order on Apache Kafka, by thread: user mode, and kernel pale")
    for axes, what in zip(all_axes[0], panels):
        bars = []
        for row in (r for r in rows if r["what"] == what and r["name"] != "go"):
            costs = {name: [s * 1e6 for s in both] for name, both in row["threads"].items()}
            own = sorted((name for name in costs if sum(costs[name]) >= 0.3), key=lambda name: -sum(costs[name]))
            bars += [(f"{row['name']}: {name}", *costs[name], COLOURS.get(row["name"])) for name in own]
        for place, (_, user, kernel, colour) in enumerate(reversed(bars)):
            axes.barh(place, user, 0.6, color=colour)
            axes.barh(place, kernel, 0.6, left=user, color=colour, alpha=0.4)
            axes.annotate(
                f"{user + kernel:.1f}", (user + kernel, place), (4, 0), textcoords="offset points", va="center", fontsize=9
            )
        axes.set_yticks(range(len(bars)), [name for name, *_ in reversed(bars)])
        axes.set_title(what.rpartition(", ")[2])
        axes.set_xlabel("µs an order")
        axes.grid(axis="y", visible=False)
    return figure


def latency(rows, figures):
    """How long it takes until there is an answer: of each server, and at a steady pace."""
    panels = [w for w in ("GET, 64 connections", "POST, 256 connections") if any(r["what"] == w for r in rows)]
    paced = [n for n in figures if n.startswith(f"{PACE}: ms until") and figures[n]["value"] is not None]
    if not panels:
        return None
    count = len(panels) + bool(paced)
    figure, all_axes = plt.subplots(1, count, figsize=(5 * count, 4.6), layout="constrained", squeeze=False)
    figure.suptitle("Latency: percentiles")
    for axes, what in zip(all_axes[0], panels):
        ends = []
        for name, own in by_name([r for r in rows if r["what"] == what]).items():
            points = [(p, own[0][f"p{p}"] * 1e3) for p in PERCENTILES if own[0].get(f"p{p}") is not None]
            if not points:
                continue
            places = [PERCENTILES.index(p) for p, _ in points]
            axes.plot(places, [value for _, value in points], **style(name))
            ends.append((places[-1], points[-1][1], name, COLOURS.get(name)))
        axes.set_title(what)
        axes.set_xticks(range(len(PERCENTILES)), [f"p{p}" for p in PERCENTILES])
        axes.set_xlabel("percentile")
        scale_milliseconds(axes)
        label_ends(figure, axes, ends)
    if paced:
        pace(all_axes[0][-1], figures, paced)
    return figure


def pace(axes, figures, names):
    for place, name in enumerate(reversed(names)):
        value = figures[name]["value"]
        axes.barh(place, value, 0.55, color=COLOURS["gateway"])
        axes.annotate(f"{value:.1f}", (value, place), (4, 0), textcoords="offset points", va="center", fontsize=9)
        if (bound := wanted(figures, name)) is not None:
            axes.plot([bound, bound], [place - 0.42, place + 0.42], **WANTED)
            axes.annotate(
                f"wanted: ≤ {bound:g}", (bound, place + 0.42), (0, 2), textcoords="offset points", ha="center",
                color=WANTED["color"], fontsize=9,
            )
    axes.set_yticks(range(len(names)), [name.removeprefix(f"{PACE}: ms ") for name in reversed(names)])
    axes.set_title("gateway, POST at 5,000/s")
    axes.set_xlabel("ms")
    axes.set_xlim(0, axes.get_xlim()[1] * 1.15)
    axes.grid(axis="y", visible=False)


def growth(rows, figures):
    """Throughput by how many orders are stored."""
    rows = [r for r in rows if "stored" in r]
    if not rows:
        return None
    kinds = list(dict.fromkeys(r["what"] for r in rows))
    figure, all_axes = plt.subplots(1, len(kinds), figsize=(6 * len(kinds), 4.2), layout="constrained", squeeze=False)
    figure.suptitle("Throughput of serve by the number of orders that are stored")
    for axes, what in zip(all_axes[0], kinds):
        own = [r for r in rows if r["what"] == what]
        counts = [r["stored"] for r in own]
        axes.plot(counts, [r["rate"] for r in own], **style("gateway"))
        for count, row in zip(counts, own):
            axes.annotate(
                f"{row['rate']:,.0f}", (count, row["rate"]), (0, 8), textcoords="offset points", ha="center", fontsize=9
            )
        bound = next((wanted(figures, name) for name in figures if name.startswith(f"{what}: with")), None)
        if bound:
            goal(axes, bound * own[0]["rate"], f"wanted: ≥ {bound:g} × that with {counts[0]:,}", below=True)
        axes.set_title(what.removesuffix(", by what is stored"))
        axes.set_xscale("log")
        axes.set_xticks(counts, [f"{count:,}" for count in counts])
        axes.minorticks_off()
        axes.margins(x=0.12)
        axes.set_xlabel("orders stored (log)")
        axes.set_ylabel("requests/s")
        axes.set_ylim(0, axes.get_ylim()[1] * 1.1)
        axes.yaxis.set_major_formatter(ticker.StrMethodFormatter("{x:,.0f}"))
    return figure

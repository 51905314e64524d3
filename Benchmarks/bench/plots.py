"""The results as pictures."""
import re

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402


def plot(rows, folder):
    for method in ("GET", "POST"):
        throughput(rows, method, folder / f"{method.lower()}.png")
    growth(rows, folder / "growth.png")


def throughput(rows, method, path):
    """Throughput, p50 (dashed) and p99 against connections."""
    rows = [r for r in rows if re.fullmatch(rf"{method}, \d+ connections", r["what"])]
    if not rows:
        return
    figure, (rates, latencies) = plt.subplots(1, 2, figsize=(11, 4))
    for name in dict.fromkeys(r["name"] for r in rows):
        own = [r for r in rows if r["name"] == name]
        x = [int(re.search(r"\d+", r["what"])[0]) for r in own]
        (line,) = rates.plot(x, [r["rate"] for r in own], marker="o", label=name)
        colour = line.get_color()
        latencies.plot(x, [r["p99"] * 1e3 for r in own], marker="o", color=colour, label=f"{name}, p99")
        latencies.plot(x, [r["p50"] * 1e3 for r in own], linestyle="--", color=colour)
    rates.set_ylabel(f"{method} requests/s")
    rates.set_ylim(bottom=0)
    latencies.set_ylabel("p50 (dashed) and p99, ms")
    latencies.set_yscale("log")
    for axes in (rates, latencies):
        axes.set_xscale("log", base=2)
        axes.set_xlabel("connections")
        axes.legend(fontsize=8)
    save(figure, path)


def growth(rows, path):
    """Throughput against the number of orders that are stored."""
    rows = [r for r in rows if "stored" in r]
    if not rows:
        return
    figure, axes = plt.subplots(figsize=(6, 4))
    for what in dict.fromkeys(r["what"] for r in rows):
        own = [r for r in rows if r["what"] == what]
        axes.plot([r["stored"] for r in own], [r["rate"] for r in own], marker="o", label=what)
    axes.set_xscale("log")
    axes.set_xlabel("orders stored")
    axes.set_ylabel("requests/s")
    axes.set_ylim(bottom=0)
    axes.legend(fontsize=8)
    save(figure, path)


def save(figure, path):
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    plt.close(figure)

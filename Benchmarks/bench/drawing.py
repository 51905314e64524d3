"""How the pictures look, and what several of them draw."""
import re

import matplotlib
from matplotlib import ticker

matplotlib.use("Agg")
# White, whatever page shows them; text stays text, which is small and can be searched; no random ids.
matplotlib.rcParams |= {
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "svg.fonttype": "none",
    "svg.hashsalt": "order-gateway",
    "font.family": ["DejaVu Sans", "sans-serif"],
    "font.size": 10,
    "axes.titlesize": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#e0e0e0",
    "axes.axisbelow": True,
}
COLOURS = {
    "gateway": "#d55e00",
    "rust": "#b8860b",
    "go": "#56b4e9",
    "nginx": "#0072b2",
    "nginx, GET": "#0072b2",
    "hummingbird": "#009e73",
    "flyingfox": "#aa4499",
    "fastapi": "#555555",
}
WANTED = {"color": "#117733", "linestyle": ":", "linewidth": 1.6}
LABEL_POINTS = 12


def wanted(figures, name):
    """The bound of a figure."""
    text = figures.get(name, {}).get("wanted")
    return float(re.sub(r"[^\d.]", "", text)) if text else None


def by_name(rows):
    return {name: [r for r in rows if r["name"] == name] for name in dict.fromkeys(r["name"] for r in rows)}


def style(name):
    width = 2.4 if name == "gateway" else 1.4
    return {"color": COLOURS.get(name), "linewidth": width, "marker": "o", "markersize": 4}


def goal(axes, value, text, below=False):
    axes.axhline(value, **WANTED)
    axes.annotate(
        text, (0, value), (4, -12 if below else 3), xycoords=("axes fraction", "data"), textcoords="offset points",
        color=WANTED["color"], fontsize=9,
    )


def scale_milliseconds(axes):
    axes.set_ylabel("ms (log)")
    axes.set_yscale("log")
    axes.yaxis.set_major_locator(ticker.LogLocator(subs=(1, 2, 5)))
    axes.yaxis.set_major_formatter(ticker.StrMethodFormatter("{x:g}"))
    axes.yaxis.set_minor_formatter(ticker.NullFormatter())


def label_ends(figure, axes, ends):
    """Names the lines beside their last points, moved apart where they would overlap."""
    figure.canvas.draw()
    # In points above the bottom of the figure.
    scale = 72 / figure.dpi
    places = [
        (axes.transData.transform((x, y))[1] * scale, x, y, text, colour) for x, y, text, colour in ends
    ]
    floor = None
    for height, x, y, text, colour in sorted(places, key=lambda place: place[0]):
        free = height if floor is None else max(height, floor + LABEL_POINTS)
        floor = free
        axes.annotate(
            text, (x, y), (8, free - height), textcoords="offset points", va="center", color=colour,
            fontsize=9, fontweight="bold" if text == "gateway" else "normal", annotation_clip=False,
        )

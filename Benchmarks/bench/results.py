"""What was measured, part by part, and what is wanted of it."""
import itertools
import json
import os
import statistics


class Results:
    """Rows are what a load got from a server; figures are single values.

    - parts: what an earlier run has measured, for parts that are not measured anew
    """

    def __init__(self, parts=None):
        self.parts = parts or {}
        self.part = None
        self.said = set()

    def begin(self, name, **about):
        """Begins a part, and forgets what it had before."""
        self.part = {**about, "rows": [], "figures": {}, "missing": {}, "left out": {}}
        self.parts[name] = self.part

    @property
    def rows(self):
        return list(itertools.chain.from_iterable(part["rows"] for part in self.parts.values()))

    @property
    def figures(self):
        return {name: entry for part in self.parts.values() for name, entry in part["figures"].items()}

    def figure(self, name, value, at_least=None, at_most=None, below=None, spread=None):
        """Notes a figure, the least and the most of its rounds, and within what it is wanted to be."""
        entry = {"value": value, "spread": spread}
        for sign, bound, holds in (
            ("≥", at_least, lambda: value >= at_least),
            ("≤", at_most, lambda: value <= at_most),
            ("<", below, lambda: value < below),
        ):
            if bound is not None:
                entry |= {"wanted": f"{sign} {bound:,}", "reached": None if value is None else holds()}
        self.part["figures"][name] = entry

    def median(self, name, values, digits=None, **wanted):
        """Notes the median of the rounds as a figure."""
        spread = [round(min(values), digits), round(max(values), digits)]
        self.figure(name, round(statistics.median(values), digits), spread=spread, **wanted)

    def compare(self, name, key, own, other, digits=2, **wanted):
        """Notes a row's value to another's as a figure, unless one of them was left out.

        Its spread is that of the ratios of single rounds, because both were measured side by side.
        """
        own, other = self.row(*own), self.row(*other)
        if own and other and other[key]:
            ratios = [a / b for a, b in zip(own["rounds"][key], other["rounds"][key]) if b]
            spread = [round(min(ratios), digits), round(max(ratios), digits)]
            self.figure(name, round(own[key] / other[key], digits), spread=spread, **wanted)

    def row(self, what, name):
        return next((r for r in self.part["rows"] if (r["what"], r["name"]) == (what, name)), None)

    def fail(self, what, why):
        self.part["missing"][what] = str(why)
        print(f"NOT MEASURED: {what}: {why}", flush=True)

    def leave_out(self, what, why):
        """Says once that something is not measured, because it is absent here."""
        self.part["left out"][what] = why
        if what not in self.said:
            print(f"left out: {what}: {why}", flush=True)
        self.said.add(what)

    def write(self, path):
        found = {"cores": os.cpu_count(), "parts": self.parts}
        path.write_text(json.dumps(found, indent=1, ensure_ascii=False))

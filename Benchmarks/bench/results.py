"""What was measured, what is wanted of it, and the table of both."""
import json
import os

ROW = "| load | server | req/s | ratio | p50 ms | p99 ms | CPU µs/request | errors |"


class Results:
    def __init__(self):
        self.rows = []
        self.figures = {}
        # What could not be measured, and why.
        self.missing = {}

    def figure(self, name, value, at_least=None, at_most=None, below=None):
        """Notes a figure, and within what it is wanted to be."""
        entry = {"value": value}
        for sign, bound, holds in (
            ("≥", at_least, lambda: value >= at_least),
            ("≤", at_most, lambda: value <= at_most),
            ("<", below, lambda: value < below),
        ):
            if bound is not None:
                entry |= {"wanted": f"{sign} {bound:,}", "reached": None if value is None else holds()}
        self.figures[name] = entry

    def fail(self, what, why):
        self.missing[what] = str(why)
        print(f"NOT MEASURED: {what}: {why}", flush=True)

    def row(self, what, name):
        return next((r for r in self.rows if (r["what"], r["name"]) == (what, name)), None)

    def quotient(self, key, row, other, digits=2):
        """One row's value to another's; `None` when one of them was not measured."""
        own, base = self.row(*row), self.row(*other)
        if not own or not base or not own[key] or not base[key]:
            return None
        return round(own[key] / base[key], digits)

    def compare(self):
        """Adds the figures that are ratios of what was measured."""
        for connections in (64, 512):
            what = f"GET, {connections} connections"
            own, nginx = (what, "gateway"), (what, "nginx")
            self.figure(f"{what}: req/s to nginx's", self.quotient("rate", own, nginx), at_least=1.0)
            self.figure(f"{what}: CPU/request to nginx's", self.quotient("cpu", own, nginx), at_most=1.1)
        what = "GET over HTTP/2, 16 connections × 32 streams"
        ratio = self.quotient("rate", (what, "gateway"), (what, "nghttpd"))
        self.figure("GET over HTTP/2: req/s to nghttpd's", ratio, at_least=1.0)
        what = "POST, 256 connections"
        own = (what, "gateway")
        ratio = self.quotient("rate", own, (what, "fastapi"))
        self.figure(f"{what}: req/s to FastAPI's", ratio, at_least=10)
        ratio = self.quotient("rate", own, ("GET, 64 connections", "nginx"), 3)
        self.figure(f"{what}: req/s to nginx's GET at 64", ratio, at_least=0.4)
        row = self.row(*own)
        spread = round(row["p99"] / row["p50"], 1) if row else None
        self.figure(f"{what}: p99 to p50", spread, at_most=5)
        cpu = round(row["cpu"] * 1e6, 1) if row else None
        self.figure(f"{what}, broker and inventory included: CPU µs/request", cpu, at_most=20)

    def table(self):
        lines = [ROW, "|---|---|---:|---:|---:|---:|---:|---:|"]
        for row in self.rows:

            def number(key, factor, form):
                return "" if row[key] is None else format(row[key] * factor, form)

            lines.append(
                f"| {row['what']} | {row['name']} | {row['rate']:,.0f} | {row['ratio']:.2f} |"
                f" {number('p50', 1e3, '.2f')} | {number('p99', 1e3, '.2f')} |"
                f" {number('cpu', 1e6, '.1f')} | {row['errors']} |"
            )
        lines += ["", "| figure | value | wanted | reached |", "|---|---:|---:|---|"]
        words = {True: "yes", False: "no", None: ""}
        for name, entry in self.figures.items():
            value = "not measured" if entry["value"] is None else f"{entry['value']:,}"
            lines.append(
                f"| {name} | {value} | {entry.get('wanted', '')} | {words[entry.get('reached')]} |"
            )
        if self.missing:
            lines += ["", "| not measured | why |", "|---|---|"]
            for what, why in self.missing.items():
                text = " ".join(why.split()).replace("|", "\\|")
                lines.append(f"| {what} | {text} |")
        return "\n".join(lines) + "\n"

    def write(self, folder):
        table = self.table()
        (folder / "bench.md").write_text(table)
        result = {
            "rows": self.rows,
            "figures": self.figures,
            "missing": self.missing,
            "cores": os.cpu_count(),
        }
        (folder / "bench.json").write_text(json.dumps(result, indent=1, ensure_ascii=False))
        return table

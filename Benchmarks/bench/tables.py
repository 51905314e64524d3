"""The results as tables in Markdown, and a page that has them between marks."""
import re

import kafka

# A thread, a library or a function with less, in µs an order, is not worth a line.
LEAST = 0.1
# How the names of those parts begin whose figures stand in the table about Kafka.
KAFKA = ("kafka", "growth")
MARKS = re.compile(r"(<!-- table: ([a-z-]+) -->\n).*?(<!-- end of the table -->)", re.DOTALL)


def all_of(parts):
    """Each table that has lines, by its name."""
    on_kafka = {name: part for name, part in parts.items() if name.startswith(KAFKA)}
    others = {name: part for name, part in parts.items() if name not in on_kafka}
    rows = [row for part in on_kafka.values() for row in part["rows"]]
    posts = [row for row in rows if row["what"].startswith(kafka.TITLE + ",") and "stored" not in row]
    profile = next((part["profile"] for part in on_kafka.values() if "profile" in part), None)
    found = {
        "kafka-figures": figures(on_kafka),
        "kafka-post": loads(posts),
        "kafka-threads": threads(posts),
        "kafka-libraries": profile and shares("library", profile["libraries"]),
        "kafka-functions": profile and shares("function", profile["functions"]),
        "growth": loads([row for row in rows if "stored" in row]),
        "figures": figures(others),
        "loads": loads([row for part in others.values() for row in part["rows"]]),
        "absent": absent(parts),
    }
    return {name: "\n".join(lines) + "\n" for name, lines in found.items() if lines}


def text(tables):
    return "\n".join(f"{name}:\n\n{table}" for name, table in tables.items())


def fill(page, tables):
    """Replaces the tables of a page that were measured."""

    def table(mark):
        begin, name, end = mark.groups()
        return f"{begin}\n{tables[name]}\n{end}" if name in tables else mark[0]

    page.write_text(MARKS.sub(table, page.read_text()))


def loads(rows):
    if not rows:
        return []
    lines = ["| load | server | req/s | least–most | ratio | p50 ms | p99 ms | CPU µs/request | least–most | errors |"]
    lines.append("|---|---|---:|---:|---:|---:|---:|---:|---:|---:|")
    for row in rows:
        p50, p99 = ("" if row[key] is None else f"{row[key] * 1e3:.2f}" for key in ("p50", "p99"))
        rates, costs = row["rounds"]["rate"], [cost * 1e6 for cost in row["rounds"]["cpu"]]
        lines.append(
            f"| {row['what']} | {row['name']} | {row['rate']:,.0f} | {min(rates):,.0f}–{max(rates):,.0f} |"
            f" {row['ratio']:.2f} | {p50} | {p99} | {row['cpu'] * 1e6:.1f} | {min(costs):.1f}–{max(costs):.1f} |"
            f" {row['errors']} |"
        )
    return lines


def figures(parts):
    lines = []
    words = {True: "yes", False: "no", None: ""}
    for part in parts.values():
        for name, entry in part["figures"].items():
            value = "not measured" if entry["value"] is None else f"{entry['value']:,}"
            spread = "–".join(f"{value:,}" for value in entry["spread"] or [])
            wanted, reached = entry.get("wanted", ""), words[entry.get("reached")]
            lines.append(f"| {name} | {value} | {spread} | {wanted} | {reached} |")
    return lines and ["| figure | value | least–most | wanted | reached |", "|---|---:|---:|---:|---|", *lines]


def threads(rows):
    """What each thread takes of an order, where there are many connections."""
    rows = [row for row in rows if row["what"].endswith((" 64 connections", " 256 connections")) and row["name"] != "go"]
    counts = list(dict.fromkeys(row["what"] for row in rows))
    lines = []
    for server in dict.fromkeys(row["name"] for row in rows):
        own = {row["what"]: row["threads"] for row in rows if row["name"] == server}
        first = own[counts[-1]]
        for thread in sorted(first, key=lambda name: -sum(first[name])):
            parts = [[s * 1e6 for s in own[what].get(thread, (0, 0))] for what in counts]
            if any(sum(part) >= LEAST for part in parts):
                cells = " | ".join(f"{sum(part):.1f} | {part[0]:.1f} + {part[1]:.1f}" for part in parts)
                lines.append(f"| {server} | `{thread}` | {cells} |")
        total = [sum(sum(seconds) for seconds in own[what].values()) * 1e6 for what in counts]
        lines.append(f"| {server} | all | {' | '.join(f'{value:.1f} | ' for value in total)} |")
    titles = " | ".join(f"{what.rpartition(', ')[2]}, µs | user + kernel" for what in counts)
    return lines and [f"| server | thread | {titles} |", "|---|---|" + "---:|---:|" * len(counts), *lines]


def shares(what, entries):
    lines = [f"| `{name.replace('|', ' ')}` | {cost:.1f} |" for name, cost in entries if cost >= LEAST]
    return [f"| {what} | CPU µs an order |", "|---|---:|", *lines]


def absent(parts):
    lines = []
    for key in ("missing", "left out"):
        for what, why in {what: why for part in parts.values() for what, why in part[key].items()}.items():
            lines.append(f"| {what} | {key} | {' '.join(why.split()).replace('|', ' ')} |")
    return lines and ["| what | | why |", "|---|---|---|", *lines]

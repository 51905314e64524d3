"""Whether throughput stays as it is while ever more orders are stored."""
import contextlib
import random
import sqlite3
import time

import apache_kafka
import loads
from servers import Failure, call
from stage import GET, POST

CHUNK = 250_000
# Seconds of load until a broker's Java code is compiled.
WARM = 6
# By how much throughput may differ from that with the fewest orders: up to this many, and with more.
MANY = 1_000_000
FLAT, FLAT_BEYOND = 0.9, 0.85

# Orders as the gateway writes them, confirmed, one a millisecond. Their ids are UUIDs of version 7, so
# that those of orders that are placed later come behind, as they do in production.
FILL = """
    WITH RECURSIVE numbers(n) AS (
        SELECT :first UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < :last
    )
    INSERT INTO orders (
        order_id, status, customer_id, items, total_amount, created_at, correlation_id, trace_id,
        reserved_at, currency
    )
    SELECT
        printf('%08x-%04x-7%03x-8%03x-%012x', (:begin + n) >> 16, (:begin + n) & 65535,
            random() & 0xFFF, random() & 0xFFF, random() & 0xFFFFFFFFFFFF),
        'confirmed', printf('customer-00-%09d', n),
        '[{"product_id":"product-01","quantity":2,"unit_price":"49.90"}]', '99.80', :begin + n,
        printf('%08x-0000-4000-8000-%012x', random() & 0xFFFFFFFF, random() & 0xFFFFFFFFFFFF),
        printf('%016x%016x', random(), random()), :begin + n + 30, 'USD'
    FROM numbers
"""


class Store:
    """A gateway's database, from outside."""

    def __init__(self, folder):
        self.path = f"{folder}/orders.sqlite"
        self.last = None

    @contextlib.contextmanager
    def open(self):
        database = sqlite3.connect(self.path, timeout=30, isolation_level=None)
        try:
            yield database
        finally:
            database.close()

    def fill(self, count):
        """Inserts orders while the gateway does not run: it would not look for them."""
        begin = int(time.time() * 1000) - count - 60_000
        with self.open() as database:
            for first in range(0, count, CHUNK):
                last = min(first + CHUNK, count)
                database.execute(FILL, {"first": first, "last": last, "begin": begin})
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            (self.last,) = database.execute("SELECT max(order_id) FROM orders").fetchone()

    def some(self, count):
        with self.open() as database:
            rows = database.execute("SELECT order_id FROM orders WHERE order_id <= ?", [self.last])
            ids = [order for (order,) in rows.fetchmany(1_000_000)]
        return random.sample(ids, count)

    def empty(self):
        """Deletes what was placed since it was filled, so that each round begins with as many."""
        with self.open() as database:
            database.execute("DELETE FROM orders WHERE order_id > ?", [self.last])


def measure(stage):
    quick = stage.options.quick
    counts = [10_000, MANY] if quick else [10_000, 100_000, MANY, 5_000_000]
    on_kafka = bool(apache_kafka.home())
    # Only a broker of `dev` has the inventory beside it.
    state = b"" if on_kafka else b'"confirmed"'
    # Short rounds: of the few, the orders that are placed meanwhile make many.
    seconds, rounds = (1, 3) if quick else (3, stage.options.rounds)
    servers, stores, ids = {}, {}, {}

    def post(name, seconds=seconds):
        result = loads.wrk(servers[name], 256, seconds, POST)
        loads.until_read(servers[name].port, state)
        # The last group of changes is written some tenths of a second later.
        time.sleep(0.5)
        stores[name].empty()
        return result

    for count in counts:
        name = f"{count:,} stored"
        folder = stage.path(f"growth-{count}")
        if on_kafka:
            brokers = apache_kafka.start(stage, f"Apache Kafka, {name}")
        else:
            # A `dev` begins with an empty folder, so it is but the broker here, and the inventory.
            stage.gateway(f"dev, {name}")
            brokers = stage.broker(f"dev, {name}")
        # The first start makes the tables.
        stage.serve(f"serve, {name}", brokers, folder)
        stage.stop(f"serve, {name}")
        stores[name] = Store(folder)
        stores[name].fill(count)
        servers[name] = stage.serve(f"serve, {name}", brokers, folder)
        for order in stores[name].some(100):
            status, text = call(servers[name].port, "GET", f"/orders/{order}")
            if status != 200 or b'"confirmed"' not in text:
                raise Failure(f"an order that was inserted is answered with {status}: {text[:200]}")
        if on_kafka:
            post(name, WARM)
        ids[name] = stage.path(f"growth-ids-{count}")
        loads.orders(servers[name].port, 1_000, ids[name], state)

    base = next(iter(servers))
    stored = dict(zip(servers, counts))
    where = " on Apache Kafka" if on_kafka else ""
    for what, load in (
        (
            f"GET of hot orders{where}, 64 connections, by what is stored",
            lambda name: loads.wrk(servers[name], 64, seconds, GET, ids[name]),
        ),
        (f"POST{where}, 256 connections, by what is stored", post),
    ):
        each = {name: lambda name=name, load=load: load(name) for name in servers}
        stage.rounds(what, base, each, rounds, stored=stored)
        for name, count in stored.items():
            if name != base:
                figure = f"{what}: with {count:,} to that with {counts[0]:,}"
                least = FLAT if count <= MANY else FLAT_BEYOND
                stage.results.compare(figure, "rate", (what, name), (what, base), at_least=least)
                figure = f"{figure}, CPU/request"
                stage.results.compare(figure, "cpu", (what, name), (what, base), at_most=round(2 - least, 2))

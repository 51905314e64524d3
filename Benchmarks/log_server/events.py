"""The events of orders that were placed and reserved, as gateway and inventory write them."""
import os
import time
import zlib
from datetime import datetime, timezone

import log

PARTITIONS = 3
# The other topics that the gateway makes when they are absent, and their partitions.
OTHERS = {"product-events": 3, "platform-events": 1, "dead-letter-queue": 1}
# How many orders a second were placed, and how long inventory took to answer.
ORDERS_PER_MILLISECOND = 5
RESERVATION_MILLISECONDS = 30

CREATED = (
    '{"event_id":"%s","event_type":"OrderCreated","event_version":"1.0","timestamp":"%s",'
    '"correlation_id":"%s","source_service":"order-gateway","trace_id":"%s","span_id":"%s",'
    '"data":{"order_id":"%s","customer_id":"customer-00-%09d","items":[{"product_id":"product-%02d",'
    '"quantity":2,"unit_price":"49.90"}],"total_amount":"99.80","status":"pending"}}'
)
RESERVED = (
    '{"event_id":"%s","event_type":"InventoryReserved","event_version":"1.0","timestamp":"%s",'
    '"correlation_id":"%s","source_service":"inventory-service","trace_id":"%s","span_id":"%s",'
    '"data":{"order_id":"%s"}}'
)


def identifiers(milliseconds, hexadecimal):
    """UUIDs of version 7, one for every 19 random hexadecimal digits."""
    head = f"{milliseconds >> 16:08x}-{milliseconds & 0xFFFF:04x}-7"
    for at in range(0, len(hexadecimal), 19):
        text = hexadecimal[at : at + 19]
        yield f"{head}{text[:3]}-{'89ab'[int(text[3], 16) & 3]}{text[4:7]}-{text[7:]}"


def headers(event_type, source, event, correlation, trace, span, moment):
    return [
        ("content-type", b"application/json"),
        ("traceparent", f"00-{trace}-{span}-01".encode()),
        ("correlation_id", correlation.encode()),
        ("ce_specversion", b"1.0"),
        ("ce_id", event.encode()),
        ("ce_type", event_type),
        ("ce_source", source),
        ("ce_time", moment.encode()),
    ]


def write(folder, orders):
    """Writes both events of so many orders, the last of which was placed a moment ago."""
    folder.mkdir(parents=True, exist_ok=True)
    created, reserved = (
        [log.PartitionWriter(folder, topic, number) for number in range(PARTITIONS)]
        for topic in ("order-events", "inventory-events")
    )
    begin = int(time.time() * 1000) - orders // ORDERS_PER_MILLISECOND - 60_000
    with open(folder / "ids.txt", "w") as ids:
        for number in range(0, orders, ORDERS_PER_MILLISECOND):
            at = begin + number // ORDERS_PER_MILLISECOND
            count = min(ORDERS_PER_MILLISECOND, orders - number)
            millisecond(at, range(number, number + count), created, reserved, ids)
    log.finish(folder, created + reserved, OTHERS)


def millisecond(at, numbers, created, reserved, ids):
    """Writes what was placed within one millisecond."""
    later = at + RESERVATION_MILLISECONDS
    moment, then = timestamp(at), timestamp(later)
    # Random digits: of three UUIDs and a trace id and a span for each order, and of one and a span.
    random = os.urandom(64 * len(numbers)).hex()
    for index, number in enumerate(numbers):
        digits = random[128 * index : 128 * (index + 1)]
        order, event, correlation = identifiers(at, digits[:57])
        (reservation,) = identifiers(later, digits[57:76])
        trace, span, answer = digits[76:108], digits[108:124], digits[112:128]
        key = order.encode()
        partition = zlib.crc32(key) % PARTITIONS
        value = CREATED % (
            event, moment, correlation, trace, span, order, number, number % 100
        )
        created[partition].append(
            at, key, value.encode(),
            headers(b"OrderCreated", b"/order-gateway", event, correlation, trace, span, moment),
        )  # fmt: skip
        value = RESERVED % (reservation, then, correlation, trace, answer, order)
        reserved[partition].append(
            later, key, value.encode(),
            headers(b"InventoryReserved", b"/inventory-service", reservation, correlation, trace, answer, then),
        )  # fmt: skip
        ids.write(order + "\n")


def timestamp(milliseconds):
    seconds, rest = divmod(milliseconds, 1000)
    return f"{datetime.fromtimestamp(seconds, timezone.utc):%Y-%m-%dT%H:%M:%S}.{rest:03d}Z"

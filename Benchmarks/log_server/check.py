"""Reads what is served with a client that has nothing to do with it."""
import collections
import json

from aiokafka import AIOKafkaConsumer, TopicPartition

TYPES = {"order-events": "OrderCreated", "inventory-events": "InventoryReserved"}


async def check(port):
    """Looks at every record, and prints how many there are, or what is wrong."""
    wrong = []
    counts = collections.Counter()
    orders = {topic: [set() for _ in range(3)] for topic in TYPES}
    consumer = AIOKafkaConsumer(bootstrap_servers=f"127.0.0.1:{port}", check_crcs=True)
    await consumer.start()
    try:
        partitions = [TopicPartition(topic, number) for topic in TYPES for number in range(3)]
        consumer.assign(partitions)
        await consumer.seek_to_beginning()
        ends = await consumer.end_offsets(partitions)
        next_offsets = dict.fromkeys(partitions, 0)
        while next_offsets != ends:
            for partition, records in (await consumer.getmany(timeout_ms=5000)).items():
                for record in records:
                    event = json.loads(record.value)
                    order = event["data"]["order_id"]
                    headers = {name: value.decode() for name, value in record.headers}
                    if not (
                        record.offset == next_offsets[partition]
                        and event["event_type"] == TYPES[record.topic] == headers["ce_type"]
                        and record.key.decode() == order
                        and event["event_id"] == headers["ce_id"]
                    ):
                        wrong.append(f"{partition} at {record.offset}")
                    next_offsets[partition] = record.offset + 1
                    orders[record.topic][record.partition].add(order)
                    counts[record.topic] += 1
    finally:
        await consumer.stop()
    if orders["order-events"] != orders["inventory-events"]:
        wrong.append("an order's events are in partitions of different numbers")
    if sum(map(len, orders["order-events"])) != counts["order-events"]:
        wrong.append("an order is there twice")
    print(wrong[:10] or f"all there: {dict(counts)}")
    return 1 if wrong else 0

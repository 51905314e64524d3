"""Reads a topic with a Python client as it is after `pip install`, its settings the default ones.

    read.py CLIENT SERVERS TOPIC COUNT

Prints a line for each record: its partition, the partition in which aiokafka places its key, its key,
its value, and its headers. Bytes are in hexadecimal digits, `-` stands for null.
"""

import asyncio
import sys
import uuid

SECONDS = 60
"""For how long to wait for the records."""


async def aiokafka_records(servers, topic, count):
    from aiokafka import AIOKafkaConsumer

    consumer = AIOKafkaConsumer(topic, bootstrap_servers=servers, auto_offset_reset="earliest")
    await consumer.start()
    try:
        return [await consumer.getone() for _ in range(count)]
    finally:
        await consumer.stop()


def read_aiokafka(servers, topic, count):
    reading = asyncio.wait_for(aiokafka_records(servers, topic, count), SECONDS)
    for record in asyncio.run(reading):
        yield record.partition, record.key, record.value, record.headers


def read_kafka_python(servers, topic, count):
    from kafka import KafkaConsumer

    consumer = KafkaConsumer(
        topic,
        bootstrap_servers=servers,
        auto_offset_reset="earliest",
        consumer_timeout_ms=SECONDS * 1000,
    )
    for _, record in zip(range(count), consumer):
        yield record.partition, record.key, record.value, record.headers
    consumer.close()


def read_confluent_kafka(servers, topic, count):
    from confluent_kafka import Consumer

    consumer = Consumer(
        {
            "bootstrap.servers": servers,
            # It knows no reading without a group.
            "group.id": str(uuid.uuid4()),
            "auto.offset.reset": "earliest",
        }
    )
    consumer.subscribe([topic])
    for record in consumer.consume(count, SECONDS):
        if record.error():
            sys.exit(str(record.error()))
        yield record.partition(), record.key(), record.value(), record.headers() or []
    consumer.close()


def placement(key, partitions):
    from aiokafka.partitioner import DefaultPartitioner

    return DefaultPartitioner()(key, partitions, partitions)


def text(value):
    return "-" if value is None else value.hex()


def main(client, servers, topic, count):
    readers = {
        "aiokafka": read_aiokafka,
        "kafka-python": read_kafka_python,
        "confluent-kafka": read_confluent_kafka,
    }
    for partition, key, value, headers in readers[client](servers, topic, int(count)):
        headers = ",".join(f"{name}={text(value)}" for name, value in headers)
        print(partition, placement(key, [0, 1, 2]), text(key), text(value), headers)


main(*sys.argv[1:])

"""A consumer group of aiokafka with a lag that is known.

    group.py SERVERS TOPIC GROUP OFFSET    joins the group, commits an offset of partition 0, prints
                                           "committed", and stays a member until SIGTERM
"""

import asyncio
import signal
import sys

from aiokafka import AIOKafkaConsumer, TopicPartition


async def main(servers, topic, group, offset):
    end = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, end.set)
    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=servers,
        group_id=group,
        client_id="python",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    await consumer.start()
    try:
        await consumer.commit({TopicPartition(topic, 0): int(offset)})
        print("committed", flush=True)
        await end.wait()
    finally:
        await consumer.stop()


asyncio.run(main(*sys.argv[1:]))

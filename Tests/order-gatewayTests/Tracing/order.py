"""Places an order by an event, as a service with OpenTelemetry does: its trace is in the headers alone.

    order.py SERVERS TRACEPARENT
"""

import asyncio
import json
import sys
from datetime import datetime
from uuid import uuid4

from aiokafka import AIOKafkaProducer


async def main(servers, traceparent):
    order_id = str(uuid4())
    item = {"product_id": "out-of-stock-1", "quantity": 1, "unit_price": "1.00"}
    event = {
        "event_id": str(uuid4()),
        "event_type": "OrderCreated",
        "timestamp": datetime.utcnow().isoformat(),
        "data": {"order_id": order_id, "customer_id": "c", "items": [item]},
    }
    producer = AIOKafkaProducer(bootstrap_servers=servers, acks="all")
    await producer.start()
    try:
        await producer.send_and_wait(
            "order-events",
            json.dumps(event).encode(),
            key=order_id.encode(),
            headers=[("traceparent", traceparent.encode())],
        )
    finally:
        await producer.stop()


asyncio.run(main(*sys.argv[1:]))

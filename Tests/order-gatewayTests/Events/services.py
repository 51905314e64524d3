"""The platform's other services, as its teams write them in Python.

    services.py orders SERVERS COUNT     places orders and cancels some; prints what is to become of each:
                                         its id, its status, its reason
    services.py inventory SERVERS        answers orders until SIGTERM; prints "ready" when it reads
"""

import asyncio
import json
import random
import signal
import sys
from datetime import datetime
from decimal import Decimal
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

ORDERS = "order-events"
INVENTORY = "inventory-events"

SPELLINGS = [str, lambda id: str(id).upper(), lambda id: id.hex, lambda id: f"{{{id}}}", lambda id: id.urn]
"""Of a UUID; the first is the usual one."""

SEED = 7
"""So that each run leaves out the same fields."""

choices = random.Random(SEED)


def event(event_type, data, service):
    """An event with what every service writes, and what only some do in one way or another."""
    fields = {
        "event_id": choices.choice(SPELLINGS)(uuid4()),
        "event_type": event_type,
        "timestamp": datetime.utcnow().isoformat(sep=choices.choice("TT ")),
        "data": data,
    }
    optional = {
        "event_version": ["1.0", "1", 1, 1.0],
        "correlation_id": [None, "", str(uuid4())],
        "source_service": [None, service],
        "trace_id": [None, "", "0" * 32, str(uuid4()), uuid4().hex.upper()],
        "span_id": [None, "", "0" * 16, str(uuid4()), uuid4().hex[:16].upper()],
    }
    for name, values in optional.items():
        value = choices.choice([..., *values])
        if value is not ...:
            fields[name] = value
    return fields


def new_order(number, order_id):
    price = Decimal(choices.randrange(1, 10_000)) / 100
    quantity = choices.randrange(1, 5)
    data = {
        "order_id": order_id,
        "customer_id": f"Zoë {number}",
        "items": [
            {
                "product_id": f"out-of-stock-{number}" if number % 3 == 1 else f"p-{number}",
                "quantity": choices.choice([quantity, float(quantity)]),
                "unit_price": str(price),
            }
        ],
    }
    if choices.choice([True, False]):
        data["total_amount"] = str(price * quantity)
    if choices.choice([True, False]):
        data["status"] = "pending"
    return data


class Service:
    def __init__(self, name, servers):
        self.name = name
        self.producer = AIOKafkaProducer(bootstrap_servers=servers, acks="all")

    async def publish(self, topic, event_type, data):
        """Publishes an event under its order's id, and returns when the broker has it."""
        value = json.dumps(event(event_type, data, self.name))
        await self.producer.send_and_wait(topic, value.encode(), key=data["order_id"].encode())


async def place_orders(servers, count):
    service = Service("order-service", servers)
    await service.producer.start()
    try:
        for number in range(count):
            order_id = uuid4()
            spelt = choices.choice(SPELLINGS)
            data = new_order(number, spelt(order_id))
            await service.publish(ORDERS, "OrderCreated", data)
            match number % 3:
                case 0:
                    expected = "confirmed"
                case 1:
                    expected = "cancelled insufficient_stock"
                case _:
                    # By hand, not because of an event.
                    data = {"order_id": spelt(order_id), "reason": "changed_my_mind"}
                    await service.publish(ORDERS, "OrderCancelled", data)
                    expected = "cancelled changed_my_mind"
            print(order_id, expected)
    finally:
        await service.producer.stop()


async def answer(service, order):
    order_id = order["order_id"]
    missing = [
        item["product_id"]
        for item in order["items"]
        if item["product_id"].startswith("out-of-stock")
    ]
    if not missing:
        await service.publish(INVENTORY, "InventoryReserved", {"order_id": order_id})
        return
    data = {"order_id": order_id, "reason": "insufficient_stock"}
    product = choices.choice([..., None, missing[0]])
    if product is not ...:
        data["product_id"] = product
    await service.publish(INVENTORY, "InventoryReservationFailed", data)


async def answer_orders(servers):
    service = Service("inventory-service", servers)
    consumer = AIOKafkaConsumer(
        ORDERS,
        bootstrap_servers=servers,
        group_id="platform-inventory",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    await service.producer.start()
    await consumer.start()
    print("ready", flush=True)
    try:
        async for record in consumer:
            created = json.loads(record.value)
            if created["event_type"] == "OrderCreated":
                await answer(service, created["data"])
            await consumer.commit()
    finally:
        await consumer.stop()
        await service.producer.stop()


async def until_terminated(work):
    task = asyncio.ensure_future(work)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        pass


match sys.argv[1:]:
    case ["orders", servers, count]:
        asyncio.run(place_orders(servers, int(count)))
    case ["inventory", servers]:
        asyncio.run(until_terminated(answer_orders(servers)))
    case _:
        sys.exit(__doc__)

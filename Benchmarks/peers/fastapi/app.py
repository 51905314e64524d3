"""FastAPI + aiokafka order gateway: the stack a team would otherwise pick."""
import asyncio
import contextlib
import gc
import os
import random
import sys
import time
import uuid
from datetime import datetime, timezone
from decimal import Decimal

import initpid_v3
import orjson
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError
from fastapi import FastAPI, Request, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError

initpid_v3.install()

BROKERS = os.environ.get("BROKERS", "")
TOPIC = os.environ.get("TOPIC", "order-events")
PARTITIONS = int(os.environ.get("PARTITIONS", "3"))
LINGER_MS = int(os.environ.get("LINGER_MS", "0"))
PREFILL = os.environ.get("PREFILL", "1") == "1"
PLAIN = os.environ.get("STYLE", "fast") == "plain"
CONSUME = os.environ.get("CONSUME", "1") == "1"
SERVICE = "order-gateway"
JSON = "application/json"


class Item(BaseModel):
    product_id: str = Field(min_length=1, max_length=64)
    product_name: str | None = Field(default=None, max_length=200)
    quantity: int = Field(ge=1, le=10_000)
    unit_price: Decimal = Field(ge=0, max_digits=14, decimal_places=4)


class NewOrder(BaseModel):
    model_config = ConfigDict(extra="ignore")
    customer_id: str = Field(min_length=1, max_length=64)
    items: list[Item] = Field(min_length=1, max_length=100)


orders: dict[str, bytes] = {}  # order id -> its view, already JSON
projected = 0
producer: AIOKafkaProducer | None = None
rng = random.Random(os.urandom(16))  # for ids that need to be unlike, not unguessable


def hex_id(bits: int) -> str:
    return f"{rng.getrandbits(bits):0{bits // 4}x}"


def uuid4() -> str:
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


def prefill() -> None:
    with open(os.environ["ORDERS"], "rb") as f:
        for line in f:
            orders[line[13:22].decode()] = line.rstrip(b"\n")


def project(raw: bytes) -> None:
    global projected
    event = orjson.loads(raw)
    if event["event_type"] != "OrderCreated":
        return
    view = event["data"]
    view["created_at"] = event["timestamp"]
    view["event_id"] = event["event_id"]
    view["correlation_id"] = event["correlation_id"]
    orders[view["order_id"]] = orjson.dumps(view)
    projected += 1


async def follow(consumer: AIOKafkaConsumer) -> None:
    while True:
        try:
            batches = await consumer.getmany(timeout_ms=500, max_records=500)
        except KafkaError as e:
            print(f"consumer: {e!r}", file=sys.stderr, flush=True)
            await asyncio.sleep(0.5)
            continue
        for records in batches.values():
            for record in records:
                try:
                    project(record.value)
                except (orjson.JSONDecodeError, KeyError, TypeError) as e:
                    print(f"skipped offset {record.offset}: {e!r}", file=sys.stderr, flush=True)


async def make_topic() -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=BROKERS)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(TOPIC, PARTITIONS, 1)])
    except TopicAlreadyExistsError:
        pass
    except AttributeError:
        # librdkafka's mock broker names no controller; whoever hosts it has made the topic.
        pass
    finally:
        await admin.close()


@contextlib.asynccontextmanager
async def lifespan(_: FastAPI):
    global producer
    if PREFILL:
        prefill()
    consumer = task = None
    if BROKERS:
        await make_topic()
        producer = AIOKafkaProducer(
            bootstrap_servers=BROKERS,
            client_id=SERVICE,
            acks="all",
            enable_idempotence=True,
            linger_ms=LINGER_MS,
            max_batch_size=65536,
        )
        await producer.start()
        if CONSUME:
            # No group: each worker keeps the whole view, so each reads every partition.
            consumer = AIOKafkaConsumer(
                bootstrap_servers=BROKERS,
                client_id=SERVICE,
                group_id=None,
                auto_offset_reset="earliest",
                enable_auto_commit=False,
                fetch_max_wait_ms=100,
            )
            await consumer.start()
            parts = [TopicPartition(TOPIC, n) for n in range(PARTITIONS)]
            consumer.assign(parts)
            await consumer.seek_to_beginning(*parts)
            task = asyncio.create_task(follow(consumer))
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        if task:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            await consumer.stop()
        if producer:
            await producer.stop()


app = FastAPI(lifespan=lifespan, openapi_url=None)


async def accept(order: NewOrder, request: Request) -> Response:
    headers = request.headers
    order_id = uuid4()
    correlation_id = headers.get("x-correlation-id") or uuid4()
    parent = headers.get("traceparent", "")
    trace_id = parent[3:35] if len(parent) == 55 else hex_id(128)
    event = {
        "event_id": uuid4(),
        "event_type": "OrderCreated",
        "event_version": "1.0",
        "timestamp": datetime.now(timezone.utc).isoformat(timespec="microseconds"),
        "correlation_id": correlation_id,
        "source_service": SERVICE,
        "trace_id": trace_id,
        "span_id": hex_id(64),
        "data": {
            "order_id": order_id,
            "customer_id": order.customer_id,
            "items": [item.__dict__ for item in order.items],
            "total_amount": sum(i.quantity * i.unit_price for i in order.items),
            "status": "pending",
        },
    }
    try:
        await producer.send_and_wait(TOPIC, orjson.dumps(event, default=str), key=order_id.encode())
    except KafkaError as e:
        return Response(orjson.dumps({"detail": f"not published: {e!r}"}), 503, media_type=JSON)
    return Response(
        orjson.dumps({"order_id": order_id, "status": "pending", "correlation_id": correlation_id}),
        202,
        media_type=JSON,
    )


if PLAIN:

    @app.post("/orders", status_code=202)
    async def post_order(order: NewOrder, request: Request):
        return await accept(order, request)

    @app.get("/orders/{order_id}")
    async def get_order(order_id: str):
        view = orders.get(order_id)
        if view is None:
            return Response(b'{"detail":"order not found"}', 404, media_type=JSON)
        return Response(view, media_type=JSON)

else:
    # Only `Request` in the signature: FastAPI has no body or parameter to resolve, and
    # pydantic reads the bytes itself.
    @app.post("/orders", status_code=202)
    async def post_order(request: Request):
        try:
            order = NewOrder.model_validate_json(await request.body())
        except ValidationError as e:
            detail = e.errors(include_url=False, include_input=False, include_context=False)
            return Response(orjson.dumps({"detail": detail}), 422, media_type=JSON)
        return await accept(order, request)

    @app.get("/orders/{order_id}")
    async def get_order(request: Request):
        view = orders.get(request.path_params["order_id"])
        if view is None:
            return Response(b'{"detail":"order not found"}', 404, media_type=JSON)
        return Response(view, media_type=JSON)


@app.get("/healthz")
async def healthz():
    return {"status": "ok", "orders": len(orders), "projected": projected, "pid": os.getpid(), "time": time.time()}

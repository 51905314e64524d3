"""Events of other services, with what a careless or hostile one may write."""

import json
from datetime import datetime, timezone
from uuid import uuid4

from confluent_kafka import Producer


def cancel(servers, order_id, reason):
    """Cancels an order for a reason of ours."""
    event = {
        "event_id": str(uuid4()),
        "event_type": "OrderCancelled",
        "event_version": "1.0",
        "timestamp": datetime.now(timezone.utc).isoformat(),
        "correlation_id": str(uuid4()),
        "source_service": "back-office",
        "data": {"order_id": order_id, "reason": reason, "caused_by": str(uuid4())},
    }
    send(servers, order_id, json.dumps(event))


def spoil(servers, text):
    """Writes a record that is an event of no known version: a dead letter, whose reason names it."""
    event = {
        "event_id": str(uuid4()),
        "event_type": "OrderCancelled",
        "event_version": text,
        "timestamp": datetime.now(timezone.utc).isoformat(),
        "data": {"order_id": str(uuid4()), "reason": "none", "caused_by": str(uuid4())},
    }
    send(servers, event["data"]["order_id"], json.dumps(event))


def send(servers, key, value):
    producer = Producer({"bootstrap.servers": servers})
    producer.produce("order-events", value, key)
    assert producer.flush(30) == 0, "the broker did not take the event"

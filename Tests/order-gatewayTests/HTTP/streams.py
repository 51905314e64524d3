"""Follows all orders on many event streams while orders are placed, and counts what each stream gets.

Usage: streams.py PORT STREAMS ORDERS

Prints a JSON object: the changes on each stream, and the streams that ended with all orders in their last states,
each in order, without a gap or a repetition in the ids.
"""

import asyncio
import json
import resource
import sys

PORT, STREAMS, ORDERS = (int(word) for word in sys.argv[1:4])


class Stream:
    def __init__(self):
        self.ids = []
        self.states = {}
        self.lagged = 0

    async def open(self):
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", PORT)
        self.writer.write(b"GET /orders/events HTTP/1.0\r\nHost: x\r\n\r\n")
        head = await self.reader.readuntil(b"\r\n\r\n")
        assert b" 200 " in head.split(b"\r\n")[0], head
        await self.reader.readuntil(b"\n\n")

    async def follow(self, is_done):
        while not is_done(self):
            fields = {}
            for line in (await self.reader.readuntil(b"\n\n")).decode().strip("\n").split("\n"):
                name, _, value = line.partition(": ")
                fields[name] = value
            if fields.get("event") == "lagged":
                self.lagged += 1
            if fields.get("event") != "order":
                continue
            order = json.loads(fields["data"])
            self.ids.append(int(fields["id"].split("-")[1]))
            self.states.setdefault(order["order_id"], []).append(order["status"])
        self.writer.close()


async def place(number):
    product = "out-of-stock-1" if number % 5 == 4 else "p-1"
    body = json.dumps(
        {
            "customer_id": f"c-{number % 3}",
            "items": [{"product_id": product, "quantity": 1, "unit_price": "9.99"}],
        }
    )
    reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
    writer.write(
        f"POST /orders HTTP/1.0\r\nHost: x\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
    )
    answer = await reader.read()
    writer.close()
    assert b" 202 " in answer.split(b"\r\n")[0], answer
    return json.loads(answer.split(b"\r\n\r\n", 1)[1])["order_id"]


async def main():
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    streams = [Stream() for _ in range(STREAMS)]
    for start in range(0, STREAMS, 100):
        await asyncio.gather(*(stream.open() for stream in streams[start : start + 100]))
    expected = {}

    def is_done(stream):
        return len(expected) == ORDERS and all(
            stream.states.get(order, [""])[-1] == last for order, last in expected.items()
        )

    following = [asyncio.create_task(stream.follow(is_done)) for stream in streams]
    for number in range(ORDERS):
        expected[await place(number)] = "cancelled" if number % 5 == 4 else "confirmed"
    await asyncio.gather(*following)
    whole = 0
    for stream in streams:
        # Inventory's answer may be read before the order that it is about, which then is never pending.
        in_order = all(
            states == sorted(states, key=lambda state: state != "pending")
            for states in stream.states.values()
        )
        consecutive = all(after == before + 1 for before, after in zip(stream.ids, stream.ids[1:]))
        whole += in_order and consecutive and stream.lagged == 0
    changes = [len(stream.ids) for stream in streams]
    print(json.dumps({"whole": whole, "least": min(changes), "most": max(changes)}))


asyncio.run(main())

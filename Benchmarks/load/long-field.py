"""Sends so many requests a second with a field that is as long as the head's limit lets it be.

    long-field.py PORT [REQUESTS_A_SECOND [FIELD [MEMBER]]]

Beside it, wrk tells what other clients get: `wrk -t1 -c8 -d5s http://127.0.0.1:PORT/healthz`.
"""

import asyncio
import sys
import time

port = int(sys.argv[1])
rate = float(sys.argv[2]) if len(sys.argv) > 2 else 120
field = sys.argv[3] if len(sys.argv) > 3 else "Accept"
member = sys.argv[4] if len(sys.argv) > 4 else "a/b,"
CONNECTIONS = 8
BYTES = 30_000

request = (
    "GET /orders/0190ffff-ffff-7fff-bfff-ffffffffffff HTTP/1.1\r\nHost: x\r\n"
    f"{field}: {member * (BYTES // len(member))}\r\n\r\n"
).encode()


async def client(number):
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    start = time.monotonic() + number / rate
    sent = 0
    while True:
        await asyncio.sleep(max(0, start + sent * CONNECTIONS / rate - time.monotonic()))
        writer.write(request)
        sent += 1
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")
        )
        await reader.readexactly(int(length.split(b":")[1]))


async def main():
    await asyncio.gather(*(client(number) for number in range(CONNECTIONS)))


asyncio.run(main())

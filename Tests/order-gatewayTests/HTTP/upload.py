"""Sends a body that is too large, with both versions, and prints what comes back. Argument: the port."""

import sys

import httpx

for is_http2 in (False, True):
    with httpx.Client(
        base_url=f"http://127.0.0.1:{sys.argv[1]}", http1=not is_http2, http2=is_http2
    ) as client:
        answer = client.post("/orders", content=b" " * 8 * 1024 * 1024)
        print(answer.http_version, answer.status_code)

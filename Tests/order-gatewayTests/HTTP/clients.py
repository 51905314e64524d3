"""Places an order and asks for it, with one client after the other. Argument: the port."""

import http.client
import json
import sys
import time

import httpx

port = int(sys.argv[1])
order = {
    "customer_id": "c-1",
    "items": [{"product_id": "p-1", "quantity": 2, "unit_price": "9.99"}],
}


def until_found(get):
    """Asks again for as long as the order's event has not been consumed."""
    for _ in range(300):
        status = get()
        if status != 404:
            return status
        time.sleep(0.1)
    return 404


connection = http.client.HTTPConnection("127.0.0.1", port)
connection.request(
    "POST", "/orders", json.dumps(order), {"Content-Type": "application/json"}
)
answer = connection.getresponse()
posted = answer.status
location = answer.headers["Location"]
answer.read()


def get():
    connection.request("GET", location)
    answer = connection.getresponse()
    answer.read()
    return answer.status


print("http.client", posted, until_found(get))
connection.close()

for is_http2 in (False, True):
    with httpx.Client(
        base_url=f"http://127.0.0.1:{port}", http1=not is_http2, http2=is_http2
    ) as client:
        answer = client.post("/orders", json=order)
        location = answer.headers["location"]
        found = until_found(lambda: client.get(location).status_code)
        print(answer.http_version, answer.status_code, found)

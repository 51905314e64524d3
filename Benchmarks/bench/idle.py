"""What a gateway takes while nobody asks for anything."""
import socket
import time

CONNECTIONS = 2_000
# Seconds until an embedded broker rests, and a little more.
RESTING = 7


def measure(stage):
    dev = stage.gateway("gateway")
    stage.gateway("broker")
    serve = stage.serve("serve", stage.broker("broker"), stage.path("idle"))
    time.sleep(RESTING)
    servers = {"dev, its broker included": dev, "serve": serve}
    before = {name: server.running_seconds() for name, server in servers.items()}
    begin = time.monotonic()
    time.sleep(5)
    for name, server in servers.items():
        share = (server.running_seconds() - before[name]) / (time.monotonic() - begin)
        megabytes = server.resident_bytes() / 1e6
        stage.results.figure(f"idle {name}: CPU, % of a core", round(share * 100, 2), below=0.5)
        stage.results.figure(f"idle {name}: resident MB", round(megabytes, 1), at_most=40)
    connections(stage, dev)


def connections(stage, server):
    before, held = server.resident_bytes(), []
    for _ in range(CONNECTIONS):
        connection = socket.create_connection(("127.0.0.1", server.port))
        connection.sendall(b"GET /orders/x HTTP/1.1\r\nHost: localhost\r\n\r\n")
        connection.recv(4096)
        held.append(connection)
    each = (server.resident_bytes() - before) // len(held)
    stage.results.figure("an idle keep-alive connection: bytes", each, at_most=8192)
    for connection in held:
        connection.close()

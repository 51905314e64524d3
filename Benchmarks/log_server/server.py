"""Answers Kafka's requests, one thread a connection."""
import os
import socket
import threading
import time

import requests
from wire import Reader, int32

REQUEST_BYTES = 1 << 20


def serve(topics, port):
    """Serves until the process is ended."""
    with socket.create_server(("127.0.0.1", port), backlog=64) as listener:
        broker = requests.Broker(topics, port)
        while True:
            connection, _ = listener.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=attend, args=(connection, broker), daemon=True).start()


def attend(connection, broker):
    with connection, connection.makefile("rb") as stream:
        try:
            while head := stream.read(4):
                length = int.from_bytes(head, "big")
                if length > REQUEST_BYTES:
                    return
                answer(connection, broker, Reader(stream.read(length)))
        except ConnectionError:
            pass


def answer(connection, broker, request):
    api, version, correlation = request.int16(), request.int16(), request.int32()
    request.string()
    parts = broker.answer(api, version, request)
    length = 4 + sum(len(part) if isinstance(part, bytes) else part.length for part in parts)
    waiting = [int32(length) + int32(correlation)]
    for part in parts:
        if isinstance(part, bytes):
            waiting.append(part)
            continue
        connection.sendall(b"".join(waiting), socket.MSG_MORE)
        waiting.clear()
        send(connection, part)
    connection.sendall(b"".join(waiting))


def send(connection, part):
    """Sends a piece of a file from the page cache."""
    at, left = part.position, part.length
    while left:
        sent = os.sendfile(connection.fileno(), part.file, at, left)
        at, left = at + sent, left - sent

"""Processes that answer requests, and what they take."""
import http.client
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import time

TICK = os.sysconf("SC_CLK_TCK")


class Failure(Exception):
    """Something could not be measured; says why."""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def call(port, method, path, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, path, json.dumps(body) if body else None)
    reply = connection.getresponse()
    return reply.status, reply.read()


class Server:
    """A process group that listens, and the CPU time that it takes.

    It is ready when the path `ready` is answered, or, without one, when it takes connections. One without a port
    is not waited for.
    """

    def __init__(self, name, command, port, log, environment=None, ready="/healthz"):
        self.name, self.port, self.log = name, port, log
        begin = time.monotonic()
        with open(log, "wb") as output:
            self.process = subprocess.Popen(
                command,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(environment or {})},
                start_new_session=True,
            )
        try:
            if port:
                self.wait(begin + 60, ready)
        except BaseException:
            # Nobody knows it yet who would end it.
            self.stop()
            raise
        # From before the program was executed on.
        self.ready_seconds = time.monotonic() - begin

    def wait(self, deadline, ready):
        while True:
            try:
                if ready is None:
                    socket.create_connection(("127.0.0.1", self.port)).close()
                    return
                if call(self.port, "GET", ready)[0] < 500:
                    return
            except OSError:
                pass
            if self.process.poll() is not None or time.monotonic() > deadline:
                text = pathlib.Path(self.log).read_text(errors="replace")[-2000:]
                raise Failure(f"{self.name} does not answer:\n{text}")
            time.sleep(0.01)

    def cpu_seconds(self):
        """Of all processes of the group that are alive."""
        total = 0
        for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[2]) == self.process.pid:
                total += int(fields[11]) + int(fields[12])
        return total / TICK

    def threads(self):
        """The seconds in user and in kernel mode of each thread of the first process, by its name and id."""
        found = {}
        for stat in pathlib.Path(f"/proc/{self.process.pid}/task").glob("*/stat"):
            try:
                name, _, rest = stat.read_text().partition("(")[2].rpartition(")")
            except OSError:
                continue
            fields = rest.split()
            found[name, stat.parent.name] = (int(fields[11]) / TICK, int(fields[12]) / TICK)
        return found

    def running_seconds(self):
        """CPU time of the first process alone, to the nanosecond, for as long as no thread ends."""
        tasks = pathlib.Path(f"/proc/{self.process.pid}/task").glob("*/schedstat")
        return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9

    def resident_bytes(self):
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", text)[1]) * 1024

    def stop(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()

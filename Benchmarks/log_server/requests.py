"""What a broker says to the requests that reading takes (https://kafka.apache.org/protocol).

Of each request there are the versions before the flexible ones, as far as librdkafka 2.0 and aiokafka
ask for them.
"""
import time
from dataclasses import dataclass

from wire import array, data, int8, int16, int32, int64, string

NODE = 1
UNKNOWN_TOPIC = 3
OFFSET_OUT_OF_RANGE = 1
UNSUPPORTED_VERSION = 35
LATEST, EARLIEST = -1, -2
# The bytes of one answer to Fetch, whatever the client would take.
FETCH_BYTES = 16 << 20


@dataclass
class FilePart:
    """Bytes of a file that belong into an answer."""

    file: int
    position: int
    length: int


class Broker:
    """One broker, which leads every partition and coordinates every group."""

    def __init__(self, topics, port):
        self.topics, self.port = topics, port
        self.committed = {}
        # Each by its number, with the versions that are spoken. Produce is there only because
        # librdkafka concludes from its versions which record format may be fetched.
        self.apis = {
            0: (None, 0, 7),
            1: (self.fetch, 4, 11),
            2: (self.list_offsets, 1, 2),
            3: (self.metadata, 0, 4),
            8: (self.offset_commit, 1, 7),
            9: (self.offset_fetch, 1, 5),
            10: (self.find_coordinator, 0, 2),
            11: (self.join_group, 0, 5),
            12: (self.heartbeat, 0, 3),
            13: (self.heartbeat, 0, 1),
            14: (self.sync_group, 0, 3),
            18: (self.api_versions, 0, 2),
            22: (self.init_producer_id, 0, 1),
        }

    def answer(self, api, version, request):
        """Parts of the answer's body: bytes, and pieces of files."""
        if api == 18 and version > 2:
            return [self.api_versions(0, request, UNSUPPORTED_VERSION)]
        answer, first, last = self.apis.get(api, (None, 0, -1))
        if answer is None or not first <= version <= last:
            raise ConnectionAbortedError(f"no answer to request {api}, version {version}")
        parts = answer(version, request)
        return parts if isinstance(parts, list) else [parts]

    def partition(self, topic, number):
        partitions = self.topics.get(topic, [])
        return partitions[number] if 0 <= number < len(partitions) else None

    # MARK: Topics

    def api_versions(self, version, request, error=0):
        apis = [int16(api) + int16(low) + int16(high) for api, (_, low, high) in self.apis.items()]
        return int16(error) + array(apis) + throttle(version, 1)

    def metadata(self, version, request):
        names = request.array(request.string)
        # Version 0 asks for all by an empty list.
        if names is None or (version == 0 and not names):
            names = list(self.topics)
        rack, internal = (string(None), int8(0)) if version >= 1 else (b"", b"")
        body = throttle(version, 3)
        body += array([int32(NODE) + string("127.0.0.1") + int32(self.port) + rack])
        body += string("log-server") if version >= 2 else b""
        body += int32(NODE) if version >= 1 else b""
        one = array([int32(NODE)])
        topics = []
        for name in names:
            partitions = range(len(self.topics.get(name, [])))
            topics.append(
                int16(0 if partitions else UNKNOWN_TOPIC) + string(name) + internal
                + array(int16(0) + int32(number) + int32(NODE) + one + one for number in partitions)
            )  # fmt: skip
        return body + array(topics)

    def list_offsets(self, version, request):
        request.int32()
        if version >= 2:
            request.int8()

        def partition(topic):
            number, when = request.int32(), request.int64()
            found = self.partition(topic, number)
            # A time is not looked up: nobody asks for one here.
            error = UNKNOWN_TOPIC if found is None else 0 if when in (LATEST, EARLIEST) else UNSUPPORTED_VERSION
            offset = -1 if error else found.end if when == LATEST else 0
            return int32(number) + int16(error) + int64(-1) + int64(offset)

        return throttle(version, 2) + by_topic(request, partition)

    def fetch(self, version, request):
        request.int32()
        wait, _, limit, _ = request.int32(), request.int32(), request.int32(), request.int8()
        limit = min(limit, FETCH_BYTES)
        if version >= 7:
            request.int32(), request.int32()
        parts, found = [], 0

        def partition(topic):
            nonlocal found
            number = request.int32()
            if version >= 9:
                request.int32()
            offset = request.int64()
            if version >= 5:
                request.int64()
            own = request.int32()
            log = self.partition(topic, number)
            error = UNKNOWN_TOPIC if log is None else 0 if 0 <= offset <= log.end else OFFSET_OUT_OF_RANGE
            end = -1 if error else log.end
            position, length = 0, 0
            if not error and found < limit:
                position, length = log.batches(offset, min(own, limit - found))
            found += length
            parts.append(int32(number) + int16(error) + int64(end) + int64(end))
            parts.append(int64(0) if version >= 5 else b"")
            # No aborted transactions, no better replica.
            parts.append(int32(0) + (int32(-1) if version >= 11 else b"") + int32(length))
            if length:
                parts.append(FilePart(log.file, position, length))

        def topic():
            name = request.string()
            parts.append(string(name))
            at = len(parts)
            parts.insert(at, int32(len(request.array(lambda: partition(name)))))

        count = len(request.array(topic))
        if not found:
            time.sleep(wait / 1000)
        session = int16(0) + int32(0) if version >= 7 else b""
        return [int32(0) + session + int32(count), *parts]

    # MARK: Groups

    def find_coordinator(self, version, request):
        error = int16(0) + (string(None) if version >= 1 else b"")
        return throttle(version, 1) + error + int32(NODE) + string("127.0.0.1") + int32(self.port)

    def join_group(self, version, request):
        """Whoever comes is the group's one member, and leads it."""
        request.string(), request.int32()
        if version >= 1:
            request.int32()
        member = request.string() or f"member-{time.monotonic_ns()}"
        instance = request.string() if version >= 5 else None
        request.string()
        name, subscription = request.array(lambda: (request.string(), request.bytes()))[0]
        itself = string(member) + (string(instance) if version >= 5 else b"") + data(subscription)
        return (
            throttle(version, 2) + int16(0) + int32(1) + string(name) + string(member) + string(member)
            + array([itself])
        )  # fmt: skip

    def sync_group(self, version, request):
        request.string(), request.int32(), request.string()
        if version >= 3:
            request.string()
        assignments = request.array(lambda: (request.string(), request.bytes()))
        return throttle(version, 1) + int16(0) + data(assignments[0][1] if assignments else b"")

    def heartbeat(self, version, request):
        """Also the answer to LeaveGroup."""
        return throttle(version, 1) + int16(0)

    def offset_commit(self, version, request):
        group = request.string()
        request.int32(), request.string()
        if version >= 7:
            request.string()
        if 2 <= version <= 4:
            request.int64()

        def partition(topic):
            number, offset = request.int32(), request.int64()
            if version == 1:
                request.int64()
            if version >= 6:
                request.int32()
            request.string()
            self.committed[group, topic, number] = offset
            return int32(number) + int16(0)

        return throttle(version, 3) + by_topic(request, partition)

    def offset_fetch(self, version, request):
        """A group that has committed nothing has consumed everything: as after a restart."""
        group = request.string()

        def partition(topic):
            number = request.int32()
            found = self.partition(topic, number)
            offset = self.committed.get((group, topic, number), found.end if found else -1)
            epoch = int32(-1) if version >= 5 else b""
            return int32(number) + int64(offset) + epoch + string("") + int16(0)

        body = throttle(version, 3) + by_topic(request, partition)
        return body + (int16(0) if version >= 2 else b"")

    def init_producer_id(self, version, request):
        """Producers ask for it as soon as they are there."""
        return int32(0) + int16(0) + int64(1) + int16(0)


def throttle(version, since):
    """Most answers have begun, since some version, with how long to be throttled: not at all."""
    return int32(0) if version >= since else b""


def by_topic(request, partition):
    """Answers for each partition of each topic of a request."""

    def topic():
        name = request.string()
        return string(name) + array(request.array(lambda: partition(name)) or [])

    return array(request.array(topic) or [])

"""Kafka's types as bytes (https://kafka.apache.org/protocol#protocol_types), in both directions."""
import struct


class Reader:
    """Takes values off a request."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def number(self, form):
        (value,) = struct.unpack_from(">" + form, self.data, self.at)
        self.at += struct.calcsize(">" + form)
        return value

    def int8(self):
        return self.number("b")

    def int16(self):
        return self.number("h")

    def int32(self):
        return self.number("i")

    def int64(self):
        return self.number("q")

    def take(self, length):
        if length < 0:
            return None
        self.at += length
        return self.data[self.at - length : self.at]

    def string(self):
        text = self.take(self.int16())
        return None if text is None else text.decode()

    def bytes(self):
        return self.take(self.int32())

    def array(self, element):
        """`None` for the null array."""
        count = self.int32()
        return None if count < 0 else [element() for _ in range(count)]


def int8(value):
    return struct.pack(">b", value)


def int16(value):
    return struct.pack(">h", value)


def int32(value):
    return struct.pack(">i", value)


def int64(value):
    return struct.pack(">q", value)


def string(text):
    return int16(-1) if text is None else int16(len(text.encode())) + text.encode()


def data(value):
    return int32(len(value)) + value


def array(elements):
    elements = list(elements)
    return int32(len(elements)) + b"".join(elements)

"""Partitions as files of record batches, one after the other, and where each batch begins."""
import bisect
import itertools
import json
import os
import struct

import cramjam
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.util import calc_crc32c

# What the gateway's producer fills a batch to (its batch.size), before compression.
BATCH_BYTES = 131_072
LZ4 = 3
# Where things are in a batch (https://kafka.apache.org/documentation/#recordbatch).
LENGTH, CHECKSUM, ATTRIBUTES, RECORDS = 8, 17, 21, 61


class PartitionWriter:
    """Appends records to a partition, in batches as the gateway's producer makes them."""

    def __init__(self, folder, topic, partition):
        self.topic, self.partition = topic, partition
        self.name = f"{topic}-{partition}.log"
        self.file = open(folder / self.name, "wb")
        self.offsets, self.positions = [], []
        self.next = 0
        self.begin()

    def begin(self):
        self.batch = DefaultRecordBatchBuilder(2, 0, 0, -1, -1, -1, BATCH_BYTES)
        self.count = 0

    def append(self, timestamp, key, value, headers):
        if self.batch.append(self.count, timestamp, key, value, headers) is None:
            self.flush()
            self.batch.append(0, timestamp, key, value, headers)
        self.count += 1

    def flush(self):
        if self.count == 0:
            return
        batch = compressed(self.batch.build())
        # A broker writes the offset of the first record into a batch: the checksum is of what
        # stands behind.
        struct.pack_into(">q", batch, 0, self.next)
        self.offsets.append(self.next)
        self.positions.append(self.file.tell())
        self.file.write(batch)
        self.next += self.count
        self.begin()

    def close(self):
        self.flush()
        self.positions.append(self.file.tell())
        self.file.close()
        return {key: getattr(self, key) for key in ("topic", "partition", "name", "next", "offsets", "positions")}


def compressed(batch):
    """A batch with lz4 at the level that librdkafka uses: aiokafka knows only a slow one."""
    compressor = cramjam.lz4.Compressor(level=0, content_checksum=False, block_linked=False)
    compressor.compress(bytes(batch[RECORDS:]))
    batch = batch[:RECORDS] + bytes(compressor.finish())
    struct.pack_into(">i", batch, LENGTH, len(batch) - LENGTH - 4)
    struct.pack_into(">h", batch, ATTRIBUTES, LZ4)
    struct.pack_into(">I", batch, CHECKSUM, calc_crc32c(bytes(batch[ATTRIBUTES:])))
    return batch


class Partition:
    """A partition to be read."""

    def __init__(self, folder, entry):
        self.end, self.offsets, self.positions = entry["next"], entry["offsets"], entry["positions"]
        self.file = os.open(folder / entry["name"], os.O_RDONLY)

    def batches(self, offset, limit):
        """Where in the file the batches from an offset on are, and how long: at most `limit` bytes,
        but at least one batch, which may begin before the offset."""
        if offset >= self.end:
            return 0, 0
        first = bisect.bisect_right(self.offsets, offset) - 1
        begin = self.positions[first]
        behind = bisect.bisect_right(self.positions, begin + limit) - 1
        return begin, self.positions[max(behind, first + 1)] - begin


class EmptyPartition:
    end = 0

    def batches(self, offset, limit):
        return 0, 0


def finish(folder, writers, absent):
    """Closes the partitions, and lists them together with topics that have no records."""
    index = {"partitions": [writer.close() for writer in writers], "empty": absent}
    (folder / "index.json").write_text(json.dumps(index))


def read(folder):
    """The partitions of each topic, by number."""
    index = json.loads((folder / "index.json").read_text())
    topics = {name: [EmptyPartition()] * count for name, count in index["empty"].items()}
    for topic, entries in itertools.groupby(index["partitions"], lambda entry: entry["topic"]):
        topics[topic] = [Partition(folder, entry) for entry in entries]
    return topics

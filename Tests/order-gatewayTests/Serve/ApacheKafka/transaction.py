"""Opens a transaction with a record: transaction.py SERVERS TOPIC PARTITION KEY VALUE

Prints "open" when the broker has the record. SIGINT commits, SIGTERM aborts.
"""
import signal
import sys

from confluent_kafka import Producer

servers, topic, partition, key, value = sys.argv[1:]
ends = {signal.SIGINT, signal.SIGTERM}
signal.pthread_sigmask(signal.SIG_BLOCK, ends)
producer = Producer(
    {"bootstrap.servers": servers, "transactional.id": key, "transaction.timeout.ms": 20000}
)
producer.init_transactions(30)
producer.begin_transaction()
producer.produce(topic, key=key, value=value, partition=int(partition))
producer.flush(30)
print("open", flush=True)
if signal.sigwait(ends) == signal.SIGINT:
    producer.commit_transaction(30)
else:
    producer.abort_transaction(30)

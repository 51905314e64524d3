"""A stand-in for a broker with a long history, for measuring how fast it is replayed.

It serves, over Kafka's protocol, topics that were written beforehand: `order-events` and
`inventory-events`, as full of orders as one likes. It is there because the embedded broker keeps
only 5 MiB a partition. It is no broker: nothing can be produced to it or committed for good, a group
has one member, and it never changes. Batches go from the page cache to the socket by sendfile(2), so
that what is measured is who reads.

    log_server write FOLDER ORDERS     writes the topics, and ids.txt with the ids of the orders
    log_server serve FOLDER PORT       serves them on 127.0.0.1
    log_server check PORT              reads them with aiokafka, and looks whether all is there

Run it as `python Benchmarks/log_server …`, with the packages of Benchmarks/requirements.txt.
"""
import asyncio
import pathlib
import sys

import check
import events
import log
import server


def main(arguments):
    match arguments:
        case ["write", folder, orders]:
            events.write(pathlib.Path(folder), int(orders))
        case ["serve", folder, port]:
            server.serve(log.read(pathlib.Path(folder)), int(port))
        case ["check", port]:
            return asyncio.run(check.check(int(port)))
        case _:
            print(__doc__, file=sys.stderr)
            return 64


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Apache Kafka with one node, in a folder of its own. Of KAFKA_HOME it uses only libs/*.jar."""
import asyncio
import base64
import os
import pathlib
import subprocess
import uuid

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError

from servers import Failure, free_port

PARTITIONS = 3
# Enough for a node, and no parallel collector, which would take the cores that are measured.
JAVA = ["java", "-Xmx512m", "-XX:+UseSerialGC", "-XX:-UsePerfData"]
LOG = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"


def home():
    """The folder that KAFKA_HOME names, when there is a Kafka in it."""
    folder = pathlib.Path(os.environ.get("KAFKA_HOME") or "/nonexistent")
    return folder if any(folder.glob("libs/kafka-clients-*.jar")) else None


def start(stage, name="Apache Kafka"):
    """Starts a node, waits until it serves, and returns its address."""
    folder = pathlib.Path(stage.path(name.replace(" ", "-").replace(",", "")))
    folder.mkdir()
    port, controller = free_port(), free_port()
    properties = folder / "server.properties"
    properties.write_text(
        f"""process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={folder}/data
num.partitions={PARTITIONS}
num.network.threads=2
num.io.threads=4
offsets.topic.num.partitions=5
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=5
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
controlled.shutdown.enable=false
"""
    )
    java = [*JAVA, LOG, f"-Djava.io.tmpdir={folder}", "-cp", f"{home()}/libs/*"]
    cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    tool = ["kafka.tools.StorageTool", "format", "--cluster-id", f"A{cluster[1:]}", "--config", properties]
    done = subprocess.run([*java, *tool], check=False, capture_output=True, text=True)
    if done.returncode:
        raise Failure(f"Kafka's folder cannot be formatted: {done.stdout}{done.stderr}")
    stage.start(name, [*java, "kafka.Kafka", str(properties)], ready=None, port=port)
    brokers = f"127.0.0.1:{port}"
    # It takes connections before it serves. It serves when it has made a topic.
    make_topic(brokers, "ready")
    return brokers


def make_topic(brokers, name):
    try:
        asyncio.run(asyncio.wait_for(made(brokers, name), 60))
    except KafkaError as error:
        raise Failure(f"Kafka's topic {name} cannot be made: {error}") from error


async def made(brokers, name):
    admin = AIOKafkaAdminClient(bootstrap_servers=brokers)
    await admin.start()
    try:
        # A node that has not yet told its controller of itself has no place for a replica.
        while True:
            answer = await admin.create_topics([NewTopic(name, PARTITIONS, 1)])
            if all(error == 0 for _, error, *_ in answer.topic_errors):
                return
            await asyncio.sleep(0.1)
    finally:
        await admin.close()

"""The broker node: the MQTT broker first, then the server, in one supervised process."""

import logging

from broker.model.hall import Hall
from broker.runtime.heart import Heart
from broker.runtime.mqtt_node import make_mqtt_node
from broker.runtime.process import Process
from broker.runtime.whereabouts import mqtt_listen
from broker.server.app import Server, serve

logger = logging.getLogger(__name__)


def run_node(hall: Hall, process: Process, database_name: str) -> None:
    """Start the hall's MQTT broker (unless it is somebody else's) and serve until asked to stop."""
    node = make_mqtt_node(hall.broker.url, process.data_folder, *mqtt_listen(hall))
    node.start()
    logger.info("MQTT broker kind=%s url=%s", node.kind, node.url)
    server = Server(hall, process.data_folder / database_name, node.url, process.clock)
    try:
        server.start()
        heart = Heart("server", [server.pulse, server.link.pulse])
        heart.start()
        serve(server, heart, process.stopping)
    finally:
        node.stop()

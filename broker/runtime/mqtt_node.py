"""The hall's MQTT broker, wherever it comes from: an address in the hall file, Mosquitto, or the embedded one."""

import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from broker.runtime.errors import MqttBrokerUnavailable, SettingError
from broker.runtime.link import parse_address
from broker.runtime.mqtt_access import MqttAccess
from broker.runtime.mqtt_child import ChildFailed, Listen, MqttChild, Recipe, free_port, port_is_free
from broker.runtime.node_amqtt import AmqttRecipe, amqtt_is_installed
from broker.runtime.node_mosquitto import PROGRAM_ENVIRONMENT_NAME, MosquittoRecipe, find_mosquitto
from broker.runtime.whereabouts import in_url

logger = logging.getLogger(__name__)

AUTO = "auto"
_FREE_PORT_TRIES = 3


class MqttNode(Protocol):
    """A broker to connect to; ``url`` is known once ``start`` returned."""

    kind: str
    url: str

    def start(self) -> None: ...

    def stop(self) -> None: ...


class ExternalNode:
    """Somebody else's broker. It may be down: links connect when it comes."""

    kind = "external"

    def __init__(self, url: str) -> None:
        self.url = str(parse_address(url))

    def start(self) -> None:
        """Nothing to start."""

    def stop(self) -> None:
        """Nothing to stop."""


class ChildNode:
    """``auto``: Mosquitto when it is installed, else amqtt; restarted when it dies, ended with this process.

    ``secure`` (host, port) is where other machines connect, by the users and rights of ``access``; only Mosquitto can.
    ``port`` 0 takes a free one. Raises MqttBrokerUnavailable from ``start`` with every reason.
    """

    def __init__(
        self,
        folder: Path,
        host: str = "127.0.0.1",
        port: int = 0,
        access: MqttAccess | None = None,
        environment: Mapping[str, str] | None = None,
        secure: tuple[str, int] | None = None,
    ) -> None:
        self.kind = "none"
        self.url = ""
        self.child: MqttChild | None = None
        self._folder = folder
        self._host = host
        self._port = port
        self._access = access
        self._secure = None if secure is None else Listen(*secure)
        self._environment = dict(os.environ if environment is None else environment)

    def start(self) -> None:
        """Try each kind in turn until one speaks MQTT."""
        tried: list[str] = []
        for recipe in self._recipes(tried):
            try:
                self.child = self._bring_up(recipe)
            except (ChildFailed, SettingError, OSError) as error:
                tried.append(str(error))
                logger.warning("MQTT broker cannot be used: %s", error)
                continue
            self.kind = recipe.name
            listen = self.child.listen
            self.url = f"mqtt://{in_url(listen.reach)}:{listen.port}"
            if recipe.name == AmqttRecipe.name:
                logger.warning("the embedded MQTT broker (amqtt) is for trial; install mosquitto for a real hall")
            return
        raise MqttBrokerUnavailable(tuple(tried))

    def stop(self) -> None:
        """End the child."""
        if self.child is not None:
            self.child.stop()

    def _recipes(self, tried: list[str]) -> list[Recipe]:
        recipes: list[Recipe] = []
        program = find_mosquitto(self._environment)
        if program is not None:
            recipes.append(MosquittoRecipe(program, self._folder, self._access, self._secure))
        else:
            tried.append(f"mosquitto: not installed (apt install mosquitto, or set {PROGRAM_ENVIRONMENT_NAME})")
        if self._access is not None or self._secure is not None:
            tried.append("amqtt: has no users and rights")
        elif amqtt_is_installed():
            recipes.append(AmqttRecipe())
        else:
            tried.append("amqtt: not installed (pip install 'jiaohao[broker]')")
        return recipes

    def _bring_up(self, recipe: Recipe) -> MqttChild:
        if self._port:
            if not port_is_free(self._host, self._port):
                raise ChildFailed(recipe.name, f"port {self._port} on {self._host} is taken by another program")
            return self._started(recipe, self._port)
        for remaining in reversed(range(_FREE_PORT_TRIES)):
            try:
                return self._started(recipe, free_port(self._host))
            except ChildFailed:
                if not remaining:
                    raise
        raise AssertionError("unreachable")

    def _started(self, recipe: Recipe, port: int) -> MqttChild:
        child = MqttChild(recipe, Listen(self._host, port), self._environment)
        child.start()
        return child


def make_mqtt_node(
    url: str,
    folder: Path,
    host: str = "127.0.0.1",
    port: int = 0,
    access: MqttAccess | None = None,
    environment: Mapping[str, str] | None = None,
    secure: tuple[str, int] | None = None,
) -> MqttNode:
    """The node for the hall file's ``broker`` table: ``auto`` or an address."""
    if url != AUTO:
        return ExternalNode(url)
    return ChildNode(folder, host, port, access, environment, secure)

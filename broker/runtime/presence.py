"""What a device says about itself: birth, Will, farewell with one boot id, so that a late Will can be told apart.

Whoever reads the status ignores ``online`` false whose ``boot`` is not the one of the last birth.
"""

from collections.abc import Callable
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from broker.contract.codec import encode
from broker.contract.envelope import DeviceStatus, EngineState
from broker.contract.topics import BY_NAME, Topics
from broker.runtime.link import Presence, Publication


def device_presence(topics: Topics, device: str, role: str) -> Callable[[str], Presence]:
    """For ``Link(presence_of=...)`` of a device."""

    def presence_of(boot: str) -> Presence:
        def status(online: bool) -> Publication:
            body = DeviceStatus(online=online, boot=boot, role=role, version=program_version())
            row = BY_NAME["status"]
            return Publication(topics.status(device), encode(body), row.qos, row.retain)

        return Presence(will=status(False), birth=status(True), farewell=status(False))

    return presence_of


def engine_presence(topics: Topics, state: Callable[[bool], EngineState]) -> Callable[[str], Presence]:
    """For ``Link(presence_of=...)`` of the server; ``state(online)`` is the heartbeat as it is now."""

    def presence_of(boot: str) -> Presence:
        def heartbeat(online: bool) -> Publication:
            row = BY_NAME["engine"]
            return Publication(topics.engine(), encode(state(online)), row.qos, row.retain)

        return Presence(will=heartbeat(False), birth=heartbeat(True), farewell=heartbeat(False))

    return presence_of


@cache
def program_version() -> str:
    """The version installed when first asked; empty where the program runs from its source without being installed.

    Asked once: the metadata are read from the disk and parsed, and every reconnect says the version three times.
    """
    try:
        return version("jiaohao")
    except PackageNotFoundError:
        return ""

"""Web push of one hall put together: its keys, who subscribed, the way, and who tells them."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from broker.collector.heard.live import Live
from broker.collector.notify.message import WayName
from broker.collector.notify.push_store import FILE_NAME, PushStore
from broker.collector.notify.queue import FILE_NAME as QUEUE_FILE
from broker.collector.notify.queue import Queue
from broker.collector.notify.sender import Sender
from broker.collector.notify.telling import Telling
from broker.collector.notify.ways import Way
from broker.collector.notify.web_push import PushKeys, PushWay, kept_keys
from broker.model.hall import Hall
from broker.runtime.clock import Clock

TRIAL_CONTACT = "mailto:hall@localhost"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Push:
    """What routes need of it."""

    keys: PushKeys
    store: PushStore
    way: PushWay
    telling: Telling


def open_notifier(
    hall: Hall,
    folder: Path,
    live: Live,
    clock: Clock,
    ways: Mapping[WayName, Way],
    public_url: str,
    is_here: Callable[[str], bool],
    *,
    alone: bool,
) -> tuple[Sender, Push | None]:
    """Who sends messages, and web push where the hall has it. ``alone``: only this machine can connect."""
    notifier = Sender(hall, Queue(folder / QUEUE_FILE, clock.now_ms), ways, clock.now_ms)
    return notifier, _open_push(hall, folder, live, notifier, clock, public_url, is_here, alone=alone)


def _open_push(
    hall: Hall,
    folder: Path,
    live: Live,
    notifier: Sender,
    clock: Clock,
    public_url: str,
    is_here: Callable[[str], bool],
    *,
    alone: bool,
) -> Push | None:
    """None where the hall wants none, or has no https address: no browser would let such a page be told anything."""
    secure = public_url.startswith("https://")
    if not hall.notify.push or not (secure or alone):
        return None
    contact = hall.notify.push_contact or (public_url if secure else TRIAL_CONTACT)
    try:
        keys = kept_keys(folder)
    except (OSError, ValueError) as error:
        _log.error("no web push: its key cannot be read or made (%s)", type(error).__name__)
        return None
    store = PushStore(folder / FILE_NAME, clock.now_ms)
    way = PushWay(keys, store, contact, hall.notify.push_hosts)
    notifier.add("push", way)
    return Push(keys, store, way, Telling(hall, live, store, notifier, clock.now_ms, clock.machine_s, is_here))

"""The link to the MQTT broker, and the only home of paho (in ``session.py``).

paho's own thread dies of an exception in a callback while ``is_connected`` stays true, keeps offline publishes in
memory only, sends its whole backlog at a reconnect and backs off without jitter. So each connection gets a fresh
client, driven by our own thread; callbacks only put into a bounded inbox; the loop of the process reads it with
``pump``; nothing is published while offline. MQTT 5 where the broker speaks it (for its reason codes), else 3.1.1.
"""

from broker.runtime.link.keeper import Link
from broker.runtime.link.parts import (
    Address,
    Credentials,
    LinkCounters,
    LinkOptions,
    LinkState,
    Message,
    Presence,
    Publication,
    parse_address,
)

__all__ = [
    "Address",
    "Credentials",
    "Link",
    "LinkCounters",
    "LinkOptions",
    "LinkState",
    "Message",
    "Presence",
    "Publication",
    "parse_address",
]

"""MQTT packets out of a stream of bytes, and a sieve that lets only some topics pass. Pure.

With it a kiosk can be an island: to its program the link looks alive, but nothing of the hall comes or goes except the
virtual finger on its screen and the picture of what the finger sees, which in a real hall do not use the network.
MQTT 3.1.1, section 2.2 (fixed header) and 3.3 (PUBLISH).
"""

from collections.abc import Collection

PUBLISH = 3


class Packets:
    """Feed bytes of one direction; gives whole packets, keeps the rest."""

    def __init__(self) -> None:
        self._pending = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """The packets that are complete now."""
        self._pending += data
        packets = []
        while (size := _size(self._pending)) is not None and len(self._pending) >= size:
            packets.append(bytes(self._pending[:size]))
            del self._pending[:size]
        return packets


def _size(head: bytearray) -> int | None:
    """Length of the packet that begins here, None while that cannot be told."""
    length = 0
    for place in range(1, 5):
        if len(head) <= place:
            return None
        length |= (head[place] & 0x7F) << 7 * (place - 1)
        if not head[place] & 0x80:
            return length + place + 1
    raise ValueError("not MQTT")


def topic_of(packet: bytes) -> str | None:
    """The topic of a PUBLISH; None for every other packet."""
    if packet[0] >> 4 != PUBLISH:
        return None
    at = 1
    while packet[at] & 0x80:
        at += 1
    at += 1
    length = int.from_bytes(packet[at : at + 2], "big")
    return packet[at + 2 : at + 2 + length].decode("utf-8", "replace")


def passes(packet: bytes, topics: Collection[str]) -> bool:
    """Whether an island's link carries this packet."""
    topic = topic_of(packet)
    return topic is None or topic in topics

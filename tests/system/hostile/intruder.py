"""Bytes that nobody honest would send, and somebody who sends them: a plain MQTT client without any of our manners."""

import contextlib
import copy
import json
import socket
from collections.abc import Iterator
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

MARK = "zq7privatemark"
IDENTITY = "11010519491231002X"
PHONE = "13912345678"
PRIVATE = (MARK, IDENTITY, PHONE)
"""Stands somewhere in nearly everything hostile; no log may ever hold it."""
PRIVATE_TEXT = f"{MARK} {IDENTITY} {PHONE}"
WRONG_VALUES: tuple[Any, ...] = ([PRIVATE_TEXT], {"private": PRIVATE_TEXT}, None, True, -1, 10**400, PRIVATE_TEXT * 9)
Hostile = tuple[str, bytes]
"""(what it is, the bytes)"""


def garbage() -> Iterator[Hostile]:
    """Bytes that are not even JSON, or not an object."""
    yield "nothing", b""
    yield "binary", bytes(range(256))
    yield "words", PRIVATE_TEXT.encode()
    yield "half an object", b'{"v":1,'
    yield "an array", json.dumps([PRIVATE_TEXT]).encode()
    yield "null", b"null"
    yield "deep nesting", b"[" * 50_000
    yield "deep objects", b'{"v":' * 8_000
    yield "not UTF-8", b'{"v":1,"id":"\xff\xfe\xfd","note":"' + MARK.encode() + b'"}'
    yield "a lone surrogate", b'{"v":1,"id":"\\ud800' + MARK.encode() + b'"}'
    yield "a number without end", b'{"v":1' + b"0" * 4_000 + b"}"
    yield "not a number", b'{"v":NaN}'


def twisted(valid: dict[str, Any], limit_bytes: int, *, noted: bool = True) -> Iterator[Hostile]:
    """A good message with something wrong in it; ``noted``: and a field that nobody knows, which is nothing wrong."""
    valid = {**valid, "note": PRIVATE_TEXT} if noted else valid
    text = json.dumps(valid, ensure_ascii=False).encode()
    yield "cut short", text[:-1]
    yield "cut in half", text[: len(text) // 2]
    yield "another version", json.dumps({**valid, "v": 2}).encode()
    yield "a version in words", json.dumps({**valid, "v": PRIVATE_TEXT}).encode()
    yield "too long", json.dumps({**valid, "more": PRIVATE_TEXT + "x" * limit_bytes}).encode()
    for index, name in enumerate(key for key in valid if key not in ("v", "note")):
        yield f"{name} is wrong", json.dumps({**valid, name: _wrong_for(valid[name], index)}).encode()
        if type(valid[name]) is int:
            for beyond in (10**400, 2**63, -1):
                yield f"{name} is beyond all bounds", json.dumps({**valid, name: beyond}).encode()
        yield f"{name} is named twice", text[:-1] + f',"{name}":{json.dumps([PRIVATE_TEXT])}}}'.encode()


def _wrong_for(value: Any, index: int) -> Any:
    """Of the wrong values one that cannot be meant where ``value`` is right."""
    fits = {str: (str,), bool: (bool,), int: (int,), dict: (dict,), list: (list,), tuple: (list,), type(None): ()}
    kinds = fits[type(value)]
    wrong = [other for other in WRONG_VALUES if type(other) not in kinds and other is not None]
    return copy.copy(wrong[index % len(wrong)])


class Intruder:
    """An anonymous client of the hall's MQTT broker. Every publish waits for the broker's acknowledgement."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="", protocol=mqtt.MQTTv311)
        self._client.max_inflight_messages_set(100)

    def __enter__(self) -> "Intruder":
        self._client.connect("127.0.0.1", self._port)
        self._client.loop_start()
        return self

    def __exit__(self, *error: object) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        self._client.publish(topic, payload, qos=1, retain=retain).wait_for_publish(10.0)

    def throw(self, data: bytes) -> None:
        """Raw bytes at the broker's port, and hang up."""
        with socket.create_connection(("127.0.0.1", self._port), timeout=25.0) as connection:
            connection.sendall(data)


def raw_http(port: int, data: bytes) -> bytes:
    """Raw bytes at the collector's port; what comes back before it hangs up, which it may do at any time."""
    found = b""
    with socket.create_connection(("127.0.0.1", port), timeout=25.0) as connection, contextlib.suppress(OSError):
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        while len(found) < 4_096 and (more := connection.recv(4_096)):
            found += more
    return found

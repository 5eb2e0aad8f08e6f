"""What travels: the envelope of a command, the reply, a view, and the small messages of devices.

Everything a command needs on its way (id, order, age, time to live) is in the envelope, not in the protocol, so
any MQTT 3.1.1 broker serves. Unknown fields are ignored, an unknown ``v`` is refused. JSON, UTF-8.
"""

from typing import Annotated, Any, Literal

import msgspec

from broker.model.words import Identifier, Milliseconds, Names, Slug

VERSION = 1
COMMAND_LIMIT_BYTES = 4096
REPLY_LIMIT_BYTES = 8192
VIEW_LIMIT_BYTES = 65_536
PICTURE_LIMIT_BYTES = 524_288
SOUND_LIMIT_BYTES = 2_097_152
SEQ_MOST = 2**53 - 1
CLERKS_MOST = 300
"""So many clerks with wrong PINs one caller tells of at a time: the newest."""
ENGINE_SILENT_S = 15.0
"""Real seconds without a sign of life after which the engine counts as away: three heartbeats (``EngineState``)."""

Span = Annotated[int, msgspec.Meta(ge=0, le=253_402_300_799_999)]
"""Milliseconds that passed. Bounded, because an age without end would be kept in the journal and break arithmetic."""

Position = Annotated[int, msgspec.Meta(ge=0, le=SEQ_MOST)]
"""A place in a row: of the journal, of a stream, of the server's starts. Bounded, because devices keep it on disk."""


Fingerprint = Annotated[str, msgspec.Meta(max_length=32)]
"""Names what somebody runs on; empty: not said."""


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """A command on its way up.

    ``seq`` counts 1, 2, 3 ... within ``epoch`` (the random id of the device's outbox); the engine takes them in order.
    Without ``epoch`` and ``seq`` a message stands alone: known by its id only (relayed evaluations, browser consoles).
    ``age_ms`` is how long ago the person acted, by the device's monotonic clock, written anew at each send;
    ``sure`` is False when the age crosses a restart. ``ttl_ms`` 0 means for ever. An age cannot tell how long the
    message itself lay about (a server that stood still, a slow network): ``until_ms`` is the end of its life by the
    engine's own clock as the device last heard it; None when there is no end, or the engine was not heard yet.
    """

    v: int = VERSION
    id: Identifier
    device: Slug
    epoch: Annotated[str, msgspec.Meta(min_length=1, max_length=32)] | None = None
    seq: Annotated[int, msgspec.Meta(ge=1, le=SEQ_MOST)] | None = None
    age_ms: Span = 0
    sure: bool = True
    ttl_ms: Span = 0
    until_ms: Milliseconds | None = None
    by: Annotated[str, msgspec.Meta(max_length=64)] = ""
    command: msgspec.Raw


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """The engine's answer, the same for ever for one id.

    ``kind``: ``done`` (with ``result``), ``refused`` (with ``refusal``) or ``go_back`` (send again from ``expected``).
    """

    v: int = VERSION
    id: str
    kind: Literal["done", "refused", "go_back"]
    epoch: str | None = None
    seq: Position | None = None
    expected: Position | None = None
    result: dict[str, Any] | None = None
    refusal: "RefusalMessage | None" = None
    as_of: Position = 0


class RefusalMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A refusal as it travels: stable code, sentence in both languages, facts."""

    code: str
    sentence: Names
    facts: dict[str, Any] = {}


class View(msgspec.Struct, frozen=True, kw_only=True):
    """A retained picture. ``epoch`` grows with every start of the server, ``as_of`` is the journal position."""

    v: int = VERSION
    kind: str
    name: str
    epoch: Position
    as_of: Position
    at_ms: Milliseconds
    body: msgspec.Raw


class EngineState(msgspec.Struct, frozen=True, kw_only=True):
    """The engine's heartbeat, every 5 s; retained; the Will is the same with ``online`` false.

    ``journal`` is the random name of the engine's journal: another one than before means that a backup was restored,
    which knows less than the devices do. ``trouble`` says why an engine that is there is not ``online``: it can keep
    nothing (``disk_full``, ``disk_read_only``, ``disk_failed``, ``disk_busy``); or, of one that is online, what a
    person must see to (``backup_failed``, ``archive_failed``, ``report_failed``). Empty: nothing. ``hall_file`` and
    ``numbering`` name the engine's hall file and, by kiosk, its cut of the numbers (``model/fingerprint.py``); empty
    from a program that does not say.
    """

    v: int = VERSION
    online: bool
    epoch: Position
    at_ms: Milliseconds
    as_of: Position = 0
    day: str | None = None
    journal: Annotated[str, msgspec.Meta(max_length=64)] = ""
    trouble: Annotated[str, msgspec.Meta(max_length=32)] = ""
    hall_file: Fingerprint = ""
    numbering: dict[Slug, Fingerprint] = {}


class DeviceStatus(msgspec.Struct, frozen=True, kw_only=True):
    """Birth and Will of a device carry the same ``boot``, so a late Will of an old connection is ignored.

    ``revoked``: the server says that the device was cut off for good and may not come back by what it holds.
    """

    v: int = VERSION
    online: bool
    boot: str
    role: str
    version: str = ""
    revoked: bool = False


class DeviceHealth(msgspec.Struct, frozen=True, kw_only=True):
    """How a device feels, every 5 s. ``parts`` are short states, e.g. ``{"printer": "paper_out"}``.

    ``hall_file`` names the hall file that it runs on, to be compared with the engine's (``EngineState``).
    """

    v: int = VERSION
    at_ms: Milliseconds
    outbox_length: Position = 0
    outbox_age_ms: Position = 0
    clock_offset_ms: Annotated[int, msgspec.Meta(ge=-SEQ_MOST, le=SEQ_MOST)] | None = None
    parts: dict[str, str] = {}
    hall_file: Fingerprint = ""


class WrongPin(msgspec.Struct, frozen=True, kw_only=True):
    """So many wrong PINs of one clerk at the counters of one caller, the last at ``at_ms``."""

    count: Annotated[int, msgspec.Meta(ge=1, le=SEQ_MOST)]
    at_ms: Milliseconds


class WrongPins(msgspec.Struct, frozen=True, kw_only=True):
    """What a caller tells the others, that a clerk's wrong PINs are counted for the hall; by the keys of clerks.

    ``proofs`` say when a clerk of whom wrong ones were counted showed a right PIN or card: earlier ones are void.
    Never what was typed. ``at_ms`` is when it was told, by the same clock as the times in it.
    """

    v: int = VERSION
    at_ms: Milliseconds
    wrong: Annotated[dict[Slug, WrongPin], msgspec.Meta(max_length=CLERKS_MOST)] = {}
    proofs: Annotated[dict[Slug, Milliseconds], msgspec.Meta(max_length=CLERKS_MOST)] = {}


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody is watching: publish a picture at every change, for ``for_s`` seconds from now."""

    v: int = VERSION
    for_s: Annotated[int, msgspec.Meta(ge=1, le=60)] = 10


class VirtualInput(msgspec.Struct, frozen=True, kw_only=True):
    """A person at virtual hardware: a touch at (x, y) of a screen, or a key of a pad, terminal or evaluator.

    ``part`` is the screen, console, keypad or printer name; ``key`` a key's name; printers take ``PRINTER_FAULTS``
    and ``REFILL``, a scanner the text of the code that is held before it.
    """

    v: int = VERSION
    part: Annotated[str, msgspec.Meta(max_length=64)]
    kind: Literal["touch", "key", "fault"]
    x: Annotated[int, msgspec.Meta(ge=0, le=8192)] = 0
    y: Annotated[int, msgspec.Meta(ge=0, le=8192)] = 0
    key: Annotated[str, msgspec.Meta(max_length=120)] = ""


REFILL = "ok"
"""What mends a simulated printer: nothing is wrong with it any more."""
PRINTER_FAULTS: dict[str, Names] = {
    "paper_out": Names("缺纸", "out of paper"),
    "near_end": Names("纸将尽", "paper nearly out"),
    "cover": Names("开盖", "cover open"),
    "cutter": Names("切刀故障", "cutter jammed"),
    "error": Names("故障", "fault"),
    "stalled": Names("不再接收数据", "takes no data"),
    "silent": Names("没有应答", "does not answer"),
    "dead": Names("没有应答", "does not answer"),
    "garbage": Names("应答有误", "answers nonsense"),
    "unplugged": Names("线缆断开", "unplugged"),
    "offline": Names("没有连接", "not connected"),
}
"""What may be wrong with a printer, real or simulated, as people are told."""


class PanelPart(msgspec.Struct, frozen=True, kw_only=True):
    """One piece of virtual hardware: its keys in order with their names, its lit lamps, what its digits show.

    ``targets`` of a screen: what can be touched now, by name, with the middle of each in the screen's own pixels.
    ``said`` of a simulated private output: the words that went to it since it was last told to speak.
    """

    part: str
    kind: Literal[
        "screen", "terminal", "evaluator", "pad", "strip", "printer", "speaker", "button", "reader", "scanner"
    ]
    counter: str | None = None
    size: tuple[int, int] | None = None
    keys: tuple[str, ...] = ()
    labels: tuple[Names, ...] = ()
    lamps: tuple[str, ...] = ()
    digits: str = ""
    state: str = ""
    targets: dict[str, tuple[int, int]] = {}
    said: tuple[str, ...] = ()


class Panel(msgspec.Struct, frozen=True, kw_only=True):
    """All virtual hardware of one device, published at every change."""

    v: int = VERSION
    device: str
    parts: tuple[PanelPart, ...]

"""What an outsider saw of a simulated hall: paper, screens, speech, answers, thanks, and the journal that survived.

Times ``at_ms`` are the world's own true milliseconds, not any device's opinion. Nothing here is computed by the engine:
the world writes down what left a device, the checkers compare it with the laws of ``docs/laws.md``.
"""

from dataclasses import dataclass, field

from broker.model.events import Event
from broker.model.hall import Hall


@dataclass(frozen=True)
class Paper:
    """A printer was fed; ``whole`` is false if power went in the middle, and nobody can say if it is legible."""

    at_ms: int
    kiosk: str
    ticket: str
    number: str
    service: str
    day: str
    whole: bool
    alone: bool
    """The kiosk had no engine at that moment."""
    waited_ms: int
    """From the visitor's touch to the first byte."""
    booked: bool = False
    """Somebody came for an appointment, of which only the engine knows."""


@dataclass(frozen=True)
class Sent:
    """A device put a command into its outbox (durable there) for the first time."""

    at_ms: int
    device: str
    id: str
    command: str
    durable: bool = True


@dataclass(frozen=True)
class Answered:
    """A device took an answer from the wire: every one, also repeats. ``reply`` is the reply without its frame."""

    at_ms: int
    device: str
    id: str
    reply: bytes
    committed: int
    """The last journal position that was safe on the server's disk at that moment."""
    as_of: int


@dataclass(frozen=True)
class Shown:
    """A display changed its picture. ``body`` is the view it shows, as bytes; ``calls`` the call ids on it."""

    at_ms: int
    display: str
    topic: str
    epoch: int
    as_of: int
    body: bytes
    committed: int


@dataclass(frozen=True)
class Spoken:
    """A display began to announce a call; ``reading`` is 1 the first time, 2 when it repeats the same call."""

    at_ms: int
    display: str
    call_id: str
    reading: int = 1


@dataclass(frozen=True)
class TurnedAway:
    """A kiosk told a visitor that there is no number now; ``reason`` is the sentence shown, in English."""

    at_ms: int
    kiosk: str
    service: str
    reason: str
    alone: bool
    waited_ms: int


@dataclass(frozen=True)
class FromAfar:
    """Somebody who is not in the hall wishes something: ``what`` is the command's name, ``own`` says whether it is
    about what is his own (nobody may move or give up what is somebody else's)."""

    id: str
    what: str
    own: bool


@dataclass(frozen=True)
class Alarm:
    """A program said loudly that something is wrong with itself, such as a law it would have broken."""

    at_ms: int
    who: str
    sentence: str


@dataclass(frozen=True)
class LookedFor:
    """Somebody was told the numbers of a telephone, as of a journal position, newest first."""

    at_ms: int
    phone_tail: str
    numbers: tuple[str, ...]
    as_of: int


@dataclass(frozen=True)
class Thanked:
    """A keypad thanked a citizen; ``evaluation`` is the id made on the device, ``level`` the key pressed."""

    at_ms: int
    keypad: str
    counter: str
    visit: str
    evaluation: str
    level: str


@dataclass(frozen=True)
class AskedNoMore:
    """A keypad stopped asking about a visit that nobody rated there; ``declined``: by its visitor's key."""

    at_ms: int
    keypad: str
    counter: str
    visit: str
    declined: bool


@dataclass(frozen=True)
class Entry:
    """One row of the journal that survived, with the command that caused it and the true time of its commit."""

    position: int
    command: str
    event: Event
    at_ms: int


@dataclass(frozen=True)
class Fault:
    """What the world did to the hall: ``kind`` such as ``power``, ``partition``, ``server kill``; ``whom`` it hit."""

    at_ms: int
    kind: str
    whom: str


@dataclass
class Rest:
    """The hall after the faults ended and everything had a minute of peace."""

    at_ms: int
    outboxes: dict[str, int]
    """Entries left, by device."""
    shown: dict[tuple[str, str], bytes]
    """(display, topic) -> body of the view it shows."""
    folded: dict[str, bytes]
    """topic -> body of the view as projected from a fresh fold of the journal."""
    live: dict[str, bytes]
    """topic -> body of the view as projected from the live state."""
    unprinted: set[str]
    """Tickets that their kiosk declared unprinted."""


@dataclass
class Trace:
    """One run. ``journal`` is read from the disk that survived, at the end."""

    seed: int
    papers: list[Paper] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    answered: list[Answered] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    spoken: list[Spoken] = field(default_factory=list)
    thanked: list[Thanked] = field(default_factory=list)
    asked_no_more: list[AskedNoMore] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    journal: list[Entry] = field(default_factory=list)
    rest: Rest | None = None
    turned_away: list[TurnedAway] = field(default_factory=list)
    looked_for: list[LookedFor] = field(default_factory=list)
    from_afar: list[FromAfar] = field(default_factory=list)
    ordered: dict[str, str] = field(default_factory=dict)
    """Ticket that the guide desk asked for -> the kiosk that is to give it."""
    alarms: list[Alarm] = field(default_factory=list)
    hall: Hall | None = None
    """The hall file the run was made with."""
    hall_ms: int = 0
    """How long the hall was open in its own time."""
    nights: list[tuple[int, int]] = field(default_factory=list)
    """From when until when no program of the hall ran: nothing that became due meanwhile could be done in time."""
    messages: dict[str, int] = field(default_factory=dict)
    """How many messages the network lost, repeated or let be overtaken."""

"""Small nouns that every other noun is made of: identifiers, bilingual text, life-cycle names."""

from enum import StrEnum
from typing import Annotated, Literal

import msgspec

# ``$(?!\n)``: ``$`` alone also matches before a final line break, and a name with one would be another MQTT topic.
Slug = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$(?!\n)")]
"""The name of a thing in the hall file and in topics: lower case, digits, hyphen, 32 at most."""

Identifier = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_.:-]{8,64}$(?!\n)")]
"""An id made by a device before its first send (ticket, command, evaluation): 8-64 safe characters."""

Milliseconds = Annotated[int, msgspec.Meta(ge=0, le=253_402_300_799_999)]
"""Epoch milliseconds of the hall's clock, up to the year 9999."""

Sentence = Annotated[str, msgspec.Meta(max_length=200)]
"""Free text a person typed; longer is refused at the door rather than cut."""


PrintedNumber = Annotated[str, msgspec.Meta(pattern=r"^[A-Z][0-9]{2,4}$(?!\n)")]
"""A number as it stands on paper and screens, e.g. ``A042``."""

SeenAtCounter = Annotated[str, msgspec.Meta(pattern=r"^([A-Z][0-9]{2,4})?$(?!\n)")]
"""Whose number stood at a counter when somebody pressed a key there; empty: nobody's."""

BusinessDay = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$(?!\n)")]
"""A date of the hall, e.g. ``2026-11-22``."""

Language = Literal["zh", "en"]
"""What a visitor chose at the kiosk."""

Phone = Annotated[str, msgspec.Meta(pattern=r"^[0-9+*# -]{0,24}$(?!\n)")]
"""A telephone that may be shown, as people write it; never a visitor's."""

PersonKey = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}$(?!\n)")]
"""Somebody who showed an ID: a salted hash made on the kiosk. The number itself never leaves it."""

PhoneTail = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}$(?!\n)")]
"""The last four digits of a telephone, by which a lost ticket is found where the hall allows it."""

Need = Literal["hearing", "sight", "mobility"]
"""What somebody said about themselves so that they are called and served well."""

WallRatings = Literal["none", "last_day", "today"]
"""Of which day a staff wall shows ratings."""


class Names(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One text in Chinese and in English; both are always there."""

    zh: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    en: Annotated[str, msgspec.Meta(min_length=1, max_length=300)]


class TicketStatus(StrEnum):
    """Where a ticket is in its life; the arrows between them are ``broker.model.ticket.LIFE``."""

    RESERVED = "reserved"
    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    HELD = "held"
    NO_SHOW = "no_show"
    SERVED = "served"
    VOID = "void"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class CounterStatus(StrEnum):
    """Whether a counter takes visitors."""

    CLOSED = "closed"
    OPEN = "open"
    PAUSED = "paused"


class Holding(StrEnum):
    """What is known about the visitor holding the number."""

    PAPER = "paper"
    SCREEN = "screen"
    PHONE = "phone"
    MAYBE = "maybe"


class Level(StrEnum):
    """The five levels of the national scale, best first."""

    VERY_SATISFIED = "very_satisfied"
    SATISFIED = "satisfied"
    BASICALLY_SATISFIED = "basically_satisfied"
    DISSATISFIED = "dissatisfied"
    VERY_DISSATISFIED = "very_dissatisfied"

    @property
    def stars(self) -> int:
        """5 for the best, 1 for the worst."""
        return 5 - list(Level).index(self)


STATUS_NAMES: dict[str, Names] = {
    TicketStatus.RESERVED: Names("已留号", "reserved"),
    TicketStatus.WAITING: Names("等候中", "waiting"),
    TicketStatus.CALLED: Names("已呼叫", "called"),
    TicketStatus.SERVING: Names("办理中", "being served"),
    TicketStatus.HELD: Names("已挂起", "on hold"),
    TicketStatus.NO_SHOW: Names("已过号", "a no-show"),
    TicketStatus.SERVED: Names("已办结", "served"),
    TicketStatus.VOID: Names("已作废", "void"),
    TicketStatus.CANCELLED: Names("已取消", "cancelled"),
    TicketStatus.EXPIRED: Names("已失效", "expired"),
    CounterStatus.CLOSED: Names("未开放", "closed"),
    CounterStatus.OPEN: Names("开放", "open"),
    CounterStatus.PAUSED: Names("暂停服务", "paused"),
}
"""How a status is said to people; statuses of tickets and counters never share a value."""

PRESENCE_NAMES: dict[str, Names] = {
    "revoked": Names("已吊销", "revoked"),
    "online": Names("在线", "online"),
    "offline": Names("离线", "offline"),
    "never": Names("尚未上线", "not online yet"),
}
"""Whether a device is heard, as staff read it everywhere; ``never``: not once since these pages were started."""

LEVEL_NAMES: dict[Level, Names] = {
    Level.VERY_SATISFIED: Names("非常满意", "Very satisfied"),
    Level.SATISFIED: Names("满意", "Satisfied"),
    Level.BASICALLY_SATISFIED: Names("基本满意", "Fairly satisfied"),
    Level.DISSATISFIED: Names("不满意", "Dissatisfied"),
    Level.VERY_DISSATISFIED: Names("非常不满意", "Very dissatisfied"),
}
NEED_NAMES: dict[Need, Names] = {
    "hearing": Names("听力不便", "Hard of hearing"),
    "sight": Names("视力不便", "Low vision"),
    "mobility": Names("行动不便", "Reduced mobility"),
}
"""How a need is said to the clerk, who alone sees it."""

SHUT_REASONS: dict[str, Names] = {
    "paused": Names("暂停取号", "Paused"),
    "full": Names("今日号已取完", "Full today"),
    "closed": Names("不在取号时间", "No tickets now"),
    "no_counter": Names("暂无窗口办理", "No counter open"),
}
"""Why a service gives no tickets, or why its visitors will wait, by its state (``views.ServiceStateName``)."""

PAUSE_REASONS: dict[str, Names] = {
    "1": Names("短暂离开", "Back in a moment"),
    "2": Names("吃饭", "Meal break"),
    "3": Names("会议", "Meeting"),
    "4": Names("设备故障", "Equipment fault"),
    "6": Names("换班", "Shift change"),
    "7": Names("协助办理", "Helping another counter"),
}
"""The usual reasons of a pause, by the digit typed at a terminal before its pause key, in the order they are offered.

What travels is the Chinese text; 5 closes the counter instead (``CLOSE_DIGIT``).
"""
CLOSE_DIGIT = "5"
"""Typed before the pause key: 下班, the counter closes."""

SERVED_ON_PAD = "窗口按键登记"
"""Why somebody was served without a ticket, when a pad has no way to say more."""
CALLED_ON_PAD = "呼叫器特呼"
"""The reason of a call by number from a key pad, which has no room for words."""
UNDO_NAMES: dict[str, Names] = {
    "TicketCalled": Names("呼叫", "call"),
    "ServiceStarted": Names("开始办理", "start"),
    "ServiceFinished": Names("办结", "finish"),
    "TicketMissed": Names("过号", "no-show"),
    "TicketHeld": Names("挂起", "hold"),
    "TicketTransferred": Names("转移", "transfer"),
    "VisitPartFinished": Names("办下一项", "next service"),
    "DirectServed": Names("未取号直接办理", "service without a ticket"),
}
"""What a counter may take back, by the type of the event."""

SATISFIED_LEVELS = (Level.VERY_SATISFIED, Level.SATISFIED, Level.BASICALLY_SATISFIED)

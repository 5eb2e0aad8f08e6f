"""Cases of the quality desk: what kinds there are, by which steps each goes, and what each step leads to. Data.

Six kinds live by one table. ``rating`` 差评: somebody rated low. ``complaint`` 投诉: by telephone, box, letter, visit
or on the net. ``promise`` 限时办结: work that was accepted and is promised by a day. ``blame`` 问责: a promise was not
kept (made by the engine), or the leader began it with a cause (``blame_causes``). ``finding`` 巡查: what an inspection
found. ``question`` 咨询交办: what could not be answered at once, or is a colleague's who is away.

A stage that has ``days`` must be left by the end of that many working days; the number is the hall's
(``hall_quality``), counted from the day the case began or from the day the stage did.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

CaseKind = Literal["rating", "complaint", "promise", "blame", "finding", "question"]
Who = Literal["desk", "leader", "assessed", "counter"]
"""Whose step it is: whoever follows up, whoever runs the hall, the clerk it is about, whoever serves."""
Since = Literal["opened", "stage"]
Unit = Literal["workday", "day"]
"""In which days are counted."""
CLOSED = "closed"

LETTERS: Mapping[CaseKind, str] = MappingProxyType(
    {"rating": "C", "complaint": "T", "promise": "X", "blame": "W", "finding": "J", "question": "Z"}
)
"""First of a number, as in ``T2026-0001``: 差评 (C), 投诉 (T), 限时 (X), 问责 (W), 检查 (J), 咨询 (Z)."""


@dataclass(frozen=True)
class Stage:
    """``days``: the key of the hall's number of working days in which it must be left (None: no deadline)."""

    days: str | None = None
    since: Since = "opened"


@dataclass(frozen=True)
class Step:
    """``to``: verdict -> stage; of a step without verdicts the one key is empty. ``other``: not by anybody who took a
    step of the case before, nor by whoever looks after it. ``reason``: it must be said why. ``target``: it must be
    said to whom. ``once``: only once in a case. ``anew``: with these verdicts the days of the case count anew."""

    at: tuple[str, ...]
    to: Mapping[str, str]
    who: Who = "desk"
    other: bool = False
    reason: bool = False
    target: bool = False
    once: bool = False
    anew: tuple[str, ...] = ()


@dataclass(frozen=True)
class Life:
    """A kind of case. It begins at ``first``; a closed one may be asked about for ``asked_days`` working days."""

    first: str
    stages: Mapping[str, Stage]
    steps: Mapping[str, Step]
    asked_days: str


_APPEAL = Step(at=("correct", "answer", "call_back", CLOSED), to={"": "review"}, who="assessed", reason=True, once=True)

LIVES: Mapping[CaseKind, Life] = MappingProxyType(
    {
        "rating": Life(
            first="verify",
            stages={
                "verify": Stage("verify_days"),
                "correct": Stage("correct_days"),
                "answer": Stage("answer_days"),
                "call_back": Stage("call_back_days", "stage"),
                "review": Stage("review_days", "stage"),
                CLOSED: Stage(),
            },
            steps={
                "verify": Step(("verify",), {"founded": "correct", "unfounded": "answer", "mistaken": "review"}),
                "correct": Step(("correct",), {"": "answer"}),
                "answer": Step(("answer",), {"": "call_back"}),
                "call_back": Step(
                    ("call_back",), {"content": CLOSED, "not_content": "review", "not_reached": "call_back"}
                ),
                "appeal": _APPEAL,
                "review": Step(
                    ("review",),
                    {"upheld": CLOSED, "again": "correct", "mistaken": CLOSED},
                    other=True,
                    reason=True,
                    anew=("again",),
                ),
            },
            asked_days="appeal_days",
        ),
        "complaint": Life(
            first="assign",
            stages={
                "assign": Stage("answer_days"),
                "answer": Stage("answer_days"),
                "forward": Stage("forward_days"),
                CLOSED: Stage(),
            },
            steps={
                "assign": Step(("assign", "answer"), {"": "answer"}, who="leader", target=True),
                "complex": Step(("assign", "answer"), {"": "answer"}, who="leader", reason=True, once=True),
                "not_ours": Step(("assign", "answer"), {"": "forward"}),
                "forward": Step(("forward",), {"": CLOSED}, target=True),
                "answer": Step(("answer",), {"founded": CLOSED, "unfounded": CLOSED}),
                "reopen": Step((CLOSED,), {"": "answer"}, reason=True, anew=("",)),
            },
            asked_days="reopen_days",
        ),
        "promise": Life(
            first="running",
            stages={"running": Stage(), "paused": Stage(), CLOSED: Stage()},
            steps={
                "pause": Step(("running",), {"": "paused"}, who="counter", reason=True),
                "resume": Step(("paused",), {"": "running"}, who="counter"),
                "extend": Step(("running",), {"": "running"}, who="leader", reason=True, once=True),
                "finish": Step(("running",), {"": CLOSED}, who="counter"),
                "withdraw": Step(("running", "paused"), {"": CLOSED}, who="counter"),
                "refuse": Step(("running", "paused"), {"": CLOSED}, who="counter", reason=True),
            },
            asked_days="kept_days",
        ),
        "blame": Life(
            first="decide",
            stages={
                "decide": Stage("decide_days"),
                "review": Stage("review_days", "stage"),
                CLOSED: Stage(),
            },
            steps={
                "decide": Step(
                    ("decide",),
                    {"light": CLOSED, "medium": CLOSED, "heavy": CLOSED, "none": CLOSED},
                    who="leader",
                    reason=True,
                ),
                "appeal": Step((CLOSED,), {"": "review"}, who="assessed", reason=True, once=True),
                "review": Step(
                    ("review",), {"upheld": CLOSED, "changed": "decide"}, other=True, reason=True, anew=("changed",)
                ),
                "cancel": Step(("decide", "review", CLOSED), {"": CLOSED}, who="leader", reason=True, once=True),
            },
            asked_days="appeal_days",
        ),
        "finding": Life(
            first="correct",
            stages={"correct": Stage("correct_days"), "check": Stage("check_days", "stage"), CLOSED: Stage()},
            steps={
                "correct": Step(("correct",), {"": "check"}),
                "check": Step(("check",), {"done": CLOSED, "not_done": "correct"}, other=True, anew=("not_done",)),
            },
            asked_days="kept_days",
        ),
        "question": Life(
            first="answer",
            stages={"answer": Stage("answer_days"), "tell": Stage("tell_days", "stage"), CLOSED: Stage()},
            steps={
                "answer": Step(("answer",), {"": "tell"}, who="counter"),
                "tell": Step(("tell",), {"told": CLOSED, "not_reached": "tell"}, who="counter"),
                "withdraw": Step(("answer", "tell"), {"": CLOSED}, who="counter"),
                "reopen": Step((CLOSED,), {"": "answer"}, who="counter", reason=True, anew=("",)),
            },
            asked_days="reopen_days",
        ),
    }
)

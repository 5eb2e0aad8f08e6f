"""What the cases of a span of time amount to, each share with its formula and its n. Pure.

A case belongs to the span in which it began (a complaint: in which it came). Version 1 of the formulas; a figure of
last year must mean what it meant, so a change of a formula is a new version beside the old one.
"""

from collections import Counter
from collections.abc import Iterable

import msgspec

from broker.model.words import Names
from broker.oversight.case_stories import Story

FORMULAS_VERSION = 1
DAY_MS = 86_400_000


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """``part`` of ``n``; ``percent`` is None where n is 0."""

    part: int
    n: int
    formula: Names

    @property
    def percent(self) -> float | None:
        """One decimal."""
        return round(100 * self.part / self.n, 1) if self.n else None


class RatingCases(msgspec.Struct, frozen=True, kw_only=True):
    """差评. A rating that proved to be mistaken is counted apart: it vanishes from no list."""

    opened: int
    open: int
    founded: int
    unfounded: int
    mistaken: int
    late: int
    put_right: Share
    called_back: Share
    content: Share


class ComplaintCases(msgspec.Struct, frozen=True, kw_only=True):
    """投诉; ``channels``: how many came in each way."""

    registered: int
    open: int
    founded: int
    unfounded: int
    forwarded: int
    reopened: int
    channels: dict[str, int]
    in_time: Share


class PromiseCases(msgspec.Struct, frozen=True, kw_only=True):
    """限时办结; those that are promised at once (of no day) are in it, and ``at_once`` says how many."""

    accepted: int
    open: int
    finished: int
    withdrawn: int
    refused: int
    extended: int
    at_once: int
    on_time: Share


class BlameCases(msgspec.Struct, frozen=True, kw_only=True):
    """问责; ``causes``: how many for what. Cancelled ones (a mistake of data) are counted apart, on record."""

    made: int
    open: int
    cancelled: int
    causes: dict[str, int]
    degrees: dict[str, int]


class FindingCases(msgspec.Struct, frozen=True, kw_only=True):
    """巡查."""

    found: int
    open: int
    late: int


class QuestionCases(msgspec.Struct, frozen=True, kw_only=True):
    """咨询交办; ``told``: whoever asked was reached with the answer."""

    asked: int
    open: int
    answered: int
    told: int
    withdrawn: int
    in_time: Share


class CaseFigures(msgspec.Struct, frozen=True, kw_only=True):
    """All kinds."""

    ratings: RatingCases
    complaints: ComplaintCases
    promises: PromiseCases
    blames: BlameCases
    findings: FindingCases
    questions: QuestionCases
    version: int = FORMULAS_VERSION


def case_figures(stories: Iterable[Story], from_ms: int, to_ms: int) -> CaseFigures:
    """Of the cases that began from one moment on and before the other."""
    begun = [story for story in stories if from_ms <= story.begun_ms < to_ms]
    by_kind: dict[str, list[Story]] = {}
    for story in begun:
        by_kind.setdefault(story.kind, []).append(story)
    return CaseFigures(
        ratings=_ratings(by_kind.get("rating", [])),
        complaints=_complaints(by_kind.get("complaint", [])),
        promises=_promises(by_kind.get("promise", [])),
        blames=_blames(by_kind.get("blame", [])),
        findings=_findings(by_kind.get("finding", [])),
        questions=_questions(by_kind.get("question", [])),
    )


def _ratings(cases: list[Story]) -> RatingCases:
    found = Counter(_finding_of(case) for case in cases)
    founded = [case for case in cases if _finding_of(case) == "founded"]
    wished = [case for case in cases if case.contact]
    reached = [case for case in wished if case.last_verdict("call_back") in ("content", "not_content")]
    return RatingCases(
        opened=len(cases),
        open=_open(cases),
        founded=found["founded"],
        unfounded=found["unfounded"],
        mistaken=found["mistaken"],
        late=sum(case.was_late for case in cases),
        put_right=Share(
            part=sum(bool(case.took("correct")) for case in founded),
            n=len(founded),
            formula=Names("已整改 / 核实属实", "put right / founded"),
        ),
        called_back=Share(
            part=sum(bool(case.took("call_back")) for case in wished),
            n=len(wished),
            formula=Names("已回访 / 留有联系方式", "called / left a telephone number"),
        ),
        content=Share(
            part=sum(case.last_verdict("call_back") == "content" for case in reached),
            n=len(reached),
            formula=Names("回访满意 / 回访接通", "content / reached"),
        ),
    )


def _finding_of(case: Story) -> str:
    """Founded, unfounded or mistaken; empty before anybody looked. What a review says counts more."""
    if case.last_verdict("review") == "mistaken":
        return "mistaken"
    looked = case.last_verdict("verify")
    return "" if looked == "mistaken" else looked  # mistaken only once somebody else has confirmed it


def _complaints(cases: list[Story]) -> ComplaintCases:
    due = [case for case in cases if case.took("answer") or case.took("forward") or case.alarms]
    return ComplaintCases(
        registered=len(cases),
        open=_open(cases),
        founded=sum(case.last_verdict("answer") == "founded" for case in cases),
        unfounded=sum(case.last_verdict("answer") == "unfounded" for case in cases),
        forwarded=sum(bool(case.took("forward")) for case in cases),
        reopened=sum(bool(case.took("reopen")) for case in cases),
        channels=dict(sorted(Counter(case.channel or "" for case in cases).items())),
        in_time=Share(
            part=sum(not case.was_late for case in due),
            n=len(due),
            formula=Names(
                "按期答复或转办 / （已答复或转办 + 逾期未答复）", "in time / (answered or passed on + overdue)"
            ),
        ),
    )


def _promises(cases: list[Story]) -> PromiseCases:
    finished = [case for case in cases if case.took("finish")]
    judged = [case for case in cases if case.took("finish") or case.alarms]
    kept = [case for case in finished if not case.was_late]
    return PromiseCases(
        accepted=len(cases),
        open=_open(cases),
        finished=len(finished),
        withdrawn=sum(bool(case.took("withdraw")) for case in cases),
        refused=sum(bool(case.took("refuse")) for case in cases),
        extended=sum(bool(case.took("extend")) for case in cases),
        at_once=sum(_is_at_once(case) for case in cases),
        on_time=Share(
            part=len(kept),
            n=len(judged),
            formula=Names("按时办结 / （已办结 + 逾期未办结）", "finished in time / (finished + overdue)"),
        ),
    )


def _is_at_once(case: Story) -> bool:
    """Promised for the end of its own day: at most a day after it began."""
    return 0 < case.first_due_ms - case.begun_ms <= DAY_MS


def _blames(cases: list[Story]) -> BlameCases:
    closed = [case for case in cases if not case.is_open]
    degrees = Counter(case.result for case in closed)
    cancelled = degrees.pop("cancel", 0)
    return BlameCases(
        made=len(cases),
        open=_open(cases),
        cancelled=cancelled,
        causes=dict(sorted(Counter(case.cause or "" for case in cases).items())),
        degrees=dict(sorted(degrees.items())),
    )


def _findings(cases: list[Story]) -> FindingCases:
    return FindingCases(found=len(cases), open=_open(cases), late=sum(case.was_late for case in cases))


def _questions(cases: list[Story]) -> QuestionCases:
    due = [case for case in cases if case.took("answer") or case.alarms]
    return QuestionCases(
        asked=len(cases),
        open=_open(cases),
        answered=sum(bool(case.took("answer")) for case in cases),
        told=sum(case.last_verdict("tell") == "told" for case in cases),
        withdrawn=sum(bool(case.took("withdraw")) for case in cases),
        in_time=Share(
            part=sum(not case.was_late for case in due),
            n=len(due),
            formula=Names(
                "按期答复并告知 / （已答复 + 逾期未答复）", "answered and told in time / (answered + overdue)"
            ),
        ),
    )


def _open(cases: list[Story]) -> int:
    return sum(case.is_open for case in cases)

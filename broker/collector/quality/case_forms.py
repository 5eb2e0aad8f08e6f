"""What was typed into the forms of the quality desk, as commands, texts and people; Malformed says which field."""

import re
from collections.abc import Collection, Mapping
from datetime import date, datetime, time
from typing import Literal, cast
from zoneinfo import ZoneInfo

from broker.collector.errors import Malformed, WebError
from broker.collector.forms import DAY
from broker.collector.quality.case_texts import NAME_MOST, PHONE_MOST, TEXT_MOST, Person
from broker.collector.quality.case_words import CHANNELS
from broker.model.blame_causes import BY_HAND
from broker.model.commands import OpenCase, TakeStep
from broker.model.commands.cases import Channel

SENTENCE_MOST = 200
_WORD = re.compile(r"[a-z_]{1,20}")
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_CASE = re.compile(r"[A-Z][0-9]{4}-[0-9]{4,9}(\.[A-Za-z0-9_-]{1,40})?")
_PHONE = re.compile(r"[0-9+() -]*")
_DAYS = re.compile(r"[0-9]{1,3}")
Kind = Literal["complaint", "promise", "finding", "blame", "question"]


class TextTooLong(WebError):
    """What was typed stays in the form."""

    status, code = 400, "text_too_long"
    zh = "文字太长（最多 {most} 字），没有保存，请删减后再提交"
    en = "Too long, nothing was saved: {most} characters at most. Shorten it and send it again."

    def __init__(self, most: int) -> None:
        super().__init__(most=most)


class NoTelephone(WebError):
    """As above."""

    status, code = 400, "no_telephone"
    zh = "电话没有保存：只能填数字、空格和 + - ( )，最多 {most} 位"
    en = "Not saved: a telephone has digits, blanks and + - ( ), {most} at most."

    def __init__(self) -> None:
        super().__init__(most=PHONE_MOST)


def opened_of(
    kind: str, form: Mapping[str, str], zone: ZoneInfo, items: Collection[str], owners: Collection[str]
) -> OpenCase:
    """The case that a form begins; ``items``: what an inspection may find; ``owners``: who may look after it."""
    channel, item, cause = (form.get(name) or None for name in ("channel", "item", "cause"))
    if channel is not None and channel not in CHANNELS:
        raise Malformed(detail="channel")
    if item is not None and item not in items:
        raise Malformed(detail="item")
    owner = form.get("owner") or None
    if owner is not None and owner not in owners:
        raise Malformed(detail="owner")
    if cause is not None and cause not in BY_HAND:
        raise Malformed(detail="cause")
    return OpenCase(
        kind=cast(Kind, kind),
        received_ms=_received_ms(form.get("received") or "", zone),
        channel=cast(Channel | None, channel),
        counter=_slug(form, "counter"),
        service=_slug(form, "service"),
        clerk=_slug(form, "clerk"),
        item=item,
        owner=owner,
        of=_case_id(form),
        cause=cause,
        reason=_sentence(form, "reason"),
    )


def step_of(case: str, form: Mapping[str, str]) -> TakeStep:
    """The step that a form takes."""
    step, stage, verdict = form.get("step", ""), form.get("stage", ""), form.get("verdict", "")
    if _WORD.fullmatch(step) is None or _WORD.fullmatch(stage) is None or (verdict and not _WORD.fullmatch(verdict)):
        raise Malformed(detail="step, stage, verdict")
    days = form.get("days") or ""
    if days and (_DAYS.fullmatch(days) is None or not 1 <= int(days) <= 120):
        raise Malformed(detail="days")
    return TakeStep(
        case=case,
        step=step,
        stage=stage,
        verdict=verdict,
        target=_sentence(form, "target"),
        reason=_sentence(form, "reason"),
        days=int(days) if days else None,
    )


def text_of(form: Mapping[str, str]) -> str:
    """What is noted apart from the journal."""
    text = form.get("note", "").strip()
    if len(text) > TEXT_MOST:
        raise TextTooLong(TEXT_MOST)
    return text


def person_of(form: Mapping[str, str]) -> Person | None:
    """Whom to call, if anybody was named."""
    name, phone = form.get("name", "").strip(), form.get("phone", "").strip()
    if len(name) > NAME_MOST:
        raise TextTooLong(NAME_MOST)
    if len(phone) > PHONE_MOST or _PHONE.fullmatch(phone) is None:
        raise NoTelephone
    return Person(name, phone) if name or phone else None


def _sentence(form: Mapping[str, str], name: str) -> str:
    text = form.get(name, "").strip()
    if len(text) > SENTENCE_MOST:
        raise TextTooLong(SENTENCE_MOST)
    return text


def _slug(form: Mapping[str, str], name: str) -> str | None:
    value = form.get(name) or None
    if value is not None and _SLUG.fullmatch(value) is None:
        raise Malformed(detail=name)
    return value


def _case_id(form: Mapping[str, str]) -> str | None:
    value = form.get("of") or None
    if value is not None and _CASE.fullmatch(value) is None:
        raise Malformed(detail="of")
    return value


def _received_ms(day: str, zone: ZoneInfo) -> int | None:
    """The beginning of the day on which it came; None: now."""
    if not day:
        return None
    try:
        if DAY.fullmatch(day) is None:
            raise ValueError(day)
        return round(datetime.combine(date.fromisoformat(day), time(0), zone).timestamp() * 1000)
    except (ValueError, OverflowError):
        raise Malformed(detail="received") from None

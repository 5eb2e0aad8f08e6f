"""The written one-time notice (一次性告知): a slip with everything to bring for one service. Pure.

It is given once, whole, and in writing, so that nobody has to come twice for a paper he was not told of; it stands on
a paper of its own because it is taken home, while the ticket is called away.
"""

from __future__ import annotations

from dataclasses import dataclass

from broker.model.words import Names
from broker.runtime.languages.lexicon import Language
from kiosk.printer.escpos import Size, qr_modules
from kiosk.printer.typesetting import Fields, Gap, Line, Qr, Rule, Text
from kiosk.ticket_layout import LARGE_CAPTION, LARGE_FIELDS, Say, labelled, plain_english

_DOUBLE, _TALL, _PLAIN = (2, 2), (1, 2), (1, 1)
TITLE = Names("一次性告知单", "What to bring")
TAKES, ONLINE, ASK_AT = Names("办理时限：", "Takes:"), Names("网上办理：", "Online:"), Names("咨询地点：", "Ask at:")
PHONE, PRINTED = Names("咨询电话：", "Phone:"), Names("打印时间：", "Printed:")
LABELS = (TAKES, ONLINE, ASK_AT, PHONE, PRINTED)
ALL_OF_THESE = Names("请带齐下列材料：", "Please bring all of these:")
SCAN_FOR_LIST = Names("所需材料请扫码查看。", "For what to bring scan the code.")
ASK_FOR_LIST = Names("所需材料请到咨询台询问。", "For what to bring ask at the help desk.")
WHOLE_LIST = Names("扫码看完整清单", "Scan for the whole list")


@dataclass(frozen=True)
class PapersSlip:
    """All that stands on one notice. ``papers`` are all papers of the service in order; ``url`` is the page with the
    whole list; ``large`` is for old eyes. Raises `QrTextTooLong`."""

    hall: Names
    service: Names
    papers: tuple[Names, ...]
    issued_text: str
    promised: Names | None = None
    online: Names | None = None
    consult: Names | None = None
    phone: str = ""
    url: str = ""
    language: str = "zh"
    further: Language | None = None
    large: bool = False

    def __post_init__(self) -> None:
        if self.url:
            qr_modules(self.url)


def compose(slip: PapersSlip) -> tuple[Line, ...]:
    """The notice as neutral lines, top to bottom."""
    if slip.further is not None:
        return _translated(slip, slip.further.say, chinese=slip.further.is_chinese)
    return _translated(slip, plain_english) if slip.language == "en" else _chinese(slip)


def _chinese(slip: PapersSlip) -> tuple[Line, ...]:
    facts = [
        ("办理时限：", slip.promised and slip.promised.zh),
        ("网上办理：", slip.online and slip.online.zh),
        ("咨询地点：", slip.consult and slip.consult.zh),
        ("咨询电话：", slip.phone),
        ("打印时间：", slip.issued_text),
    ]
    return (
        Text("一次性告知单", (_DOUBLE,), "centre", bold=True),
        Text(slip.hall.zh, (_TALL if slip.large else _PLAIN,), "centre"),
        Rule(),
        Text(slip.service.zh, (_DOUBLE,) if slip.large else (_DOUBLE, _TALL), bold=True, lines=2),
        Text(_introduction(slip, ALL_OF_THESE.zh, SCAN_FOR_LIST.zh, ASK_FOR_LIST.zh), _sizes(slip)),
        *_listed(slip, [paper.zh for paper in slip.papers]),
        Rule(),
        *_facts(slip, facts),
        *_code(slip, WHOLE_LIST.zh),
    )


def _translated(slip: PapersSlip, say: Say, *, chinese: bool = False) -> tuple[Line, ...]:
    """In another language than Chinese, with the Chinese names below, as staff at the counter know them."""
    facts = [
        (TAKES, slip.promised and say(slip.promised)),
        (ONLINE, slip.online and say(slip.online)),
        (ASK_AT, slip.consult and say(slip.consult)),
        (PHONE, slip.phone),
        (PRINTED, slip.issued_text),
    ]
    small = _TALL if slip.large else _PLAIN
    return (
        Text(say(TITLE), (_DOUBLE,), "centre", bold=True),
        *(() if chinese else (Text(TITLE.zh, (_PLAIN,), "centre"),)),
        Text(say(slip.hall), (small,), "centre"),
        Rule(),
        Text(say(slip.service), (_DOUBLE,) if slip.large else (_DOUBLE, _TALL), bold=True, lines=2),
        *(() if chinese else (Text(slip.service.zh, (small,)),)),
        Text(_introduction(slip, say(ALL_OF_THESE), say(SCAN_FOR_LIST), say(ASK_FOR_LIST)), _sizes(slip)),
        *_listed(slip, [say(paper) for paper in slip.papers]),
        Rule(),
        *_facts(slip, labelled([(label, text or "") for label, text in facts], say, chinese, LABELS)),
        *_code(slip, say(WHOLE_LIST)),
    )


def _introduction(slip: PapersSlip, listed: str, to_scan: str, to_ask: str) -> str:
    if slip.papers:
        return listed
    return to_scan if slip.url else to_ask


def _sizes(slip: PapersSlip) -> tuple[Size, ...]:
    return LARGE_CAPTION if slip.large else (_PLAIN,)


def _listed(slip: PapersSlip, papers: list[str]) -> tuple[Line, ...]:
    """Numbered, so that somebody at the counter can say which one is missing; the paper's name wraps under itself."""
    digits, size = len(str(len(papers))), _DOUBLE if slip.large else _PLAIN
    items = tuple((f"{place:>{digits}}. ", text) for place, text in enumerate(papers, start=1))
    return (Gap(8), Fields(items, ((size, size),)), Gap(8)) if items else ()


def _facts(slip: PapersSlip, facts: list[tuple[str, str | None]]) -> tuple[Line, ...]:
    said = tuple((label, text) for label, text in facts if text)
    return (Fields(said, LARGE_FIELDS if slip.large else ((_PLAIN, _PLAIN),)),)


def _code(slip: PapersSlip, caption: str) -> tuple[Line, ...]:
    return (Gap(16), Qr(slip.url), Gap(8), Text(caption, _sizes(slip), "centre")) if slip.url else ()

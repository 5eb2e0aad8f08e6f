"""The written one-time notice (一次性告知): a slip with everything to bring for one service. Pure.

It is given once, whole, and in writing, so that nobody has to come twice for a paper he was not told of; it stands on
a paper of its own because it is taken home, while the ticket is called away.
"""

from __future__ import annotations

from dataclasses import dataclass

from broker.model.words import Names
from kiosk.printer.escpos import Size, qr_modules
from kiosk.printer.typesetting import Fields, Gap, Line, Qr, Rule, Text
from kiosk.ticket_layout import LARGE_CAPTION, LARGE_FIELDS, plain

_DOUBLE, _TALL, _PLAIN = (2, 2), (1, 2), (1, 1)


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
    large: bool = False

    def __post_init__(self) -> None:
        if self.url:
            qr_modules(self.url)


def compose(slip: PapersSlip) -> tuple[Line, ...]:
    """The notice as neutral lines, top to bottom."""
    return _english(slip) if slip.language == "en" else _chinese(slip)


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
        Text(_introduction(slip, "请带齐下列材料：", "所需材料请扫码查看。", "所需材料请到咨询台询问。"), _sizes(slip)),
        *_listed(slip, [paper.zh for paper in slip.papers]),
        Rule(),
        *_facts(slip, facts),
        *_code(slip, "扫码看完整清单"),
    )


def _english(slip: PapersSlip) -> tuple[Line, ...]:
    facts = [
        ("Takes:   ", slip.promised and slip.promised.en),
        ("Online:  ", slip.online and slip.online.en),
        ("Ask at:  ", slip.consult and slip.consult.en),
        ("Phone:   ", slip.phone),
        ("Printed: ", slip.issued_text),
    ]
    return (
        Text("What to bring", (_DOUBLE,), "centre", bold=True),
        Text("一次性告知单", (_PLAIN,), "centre"),
        Text(plain(slip.hall.en), (_TALL if slip.large else _PLAIN,), "centre"),
        Rule(),
        Text(plain(slip.service.en), (_DOUBLE,) if slip.large else (_DOUBLE, _TALL), bold=True, lines=2),
        Text(slip.service.zh, (_TALL if slip.large else _PLAIN,)),
        Text(
            _introduction(
                slip,
                "Please bring all of these:",
                "For what to bring scan the code.",
                "For what to bring ask at the help desk.",
            ),
            _sizes(slip),
        ),
        *_listed(slip, [plain(paper.en) for paper in slip.papers]),
        Rule(),
        *_facts(slip, [(label, text and plain(text)) for label, text in facts]),
        *_code(slip, "Scan for the whole list"),
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

"""What a ticket says and in which order: a `TicketPaper` becomes neutral lines, which ``printout`` encodes. Pure.

A visitor reads it in this order: my number, what for, how many before me, how long, where, what to have ready. The
number is as large as the paper allows. A wait is always a range, for an exact minute would be a promise.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.printer.escpos import Size, columns_of, printable, qr_modules
from kiosk.printer.profile import PrinterProfile
from kiosk.printer.raster import Raster
from kiosk.printer.typesetting import Fields, Gap, Line, Mark, Qr, Rule, Text

_DOUBLE, _TALL, _PLAIN = (2, 2), (1, 2), (1, 1)
_LARGE_VALUES = ((_DOUBLE, _DOUBLE), (_PLAIN, _DOUBLE), (_PLAIN, _PLAIN))  # narrow paper keeps the values large
LARGE_FIELDS = ((_DOUBLE, _DOUBLE), (_TALL, _DOUBLE))
"""Labels and values of a paper for old eyes."""
LARGE_CAPTION = (_DOUBLE, _TALL)
LARGE_PAPERS_COLUMNS = 32
_ASCII_MARKS = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "～": "-"})


@dataclass(frozen=True)
class TicketPaper:
    """All that stands on one ticket. Every text exists in both languages; `language` chooses.

    `people_ahead` and `wait_minutes` (least, most) are None while the kiosk works alone and cannot know them.
    `papers_*` are the few papers to have ready. `issued_text` is local time as shown, e.g. ``2026-03-05 09:31``.
    `copy` marks a second print of the same number; `large` is for old eyes: nothing lower than double letters, and
    without what can be read elsewhere. `logo` stands on top. Raises `QrTextTooLong`.
    """

    hall_zh: str
    hall_en: str
    number: str
    service_zh: str
    service_en: str
    issued_text: str
    qr_text: str
    people_ahead: int | None = None
    wait_minutes: tuple[int, int] | None = None
    windows: tuple[str, ...] = ()
    papers_zh: tuple[str, ...] = ()
    papers_en: tuple[str, ...] = ()
    missed_rule_zh: str = ""
    missed_rule_en: str = ""
    notices_zh: tuple[str, ...] = ()
    notices_en: tuple[str, ...] = ()
    copy: bool = False
    language: str = "zh"
    large: bool = False
    logo: Raster | None = None

    def __post_init__(self) -> None:
        if self.qr_text:
            qr_modules(self.qr_text)


def compose(paper: TicketPaper, profile: PrinterProfile) -> tuple[Line, ...]:
    """The ticket as neutral lines, top to bottom; the profile only bounds the number's size."""
    body = _english if paper.language == "en" else _chinese
    mark = () if paper.logo is None else (Mark(paper.logo), Gap(16))
    return (*mark, *_copy_mark(paper), *body(paper, _number(paper.number, profile)))


def _copy_mark(paper: TicketPaper) -> tuple[Line, ...]:
    if not paper.copy:
        return ()
    return (Text("COPY 补打" if paper.language == "en" else "补打 COPY", (_DOUBLE,), "centre"),)


def _number(number: str, profile: PrinterProfile) -> Text:
    """The number fills at most seven eighths of the width, with equal sides so that the digits keep their shape."""
    room = profile.columns * 7 // 8
    scale = max(1, min(profile.largest_scale, room // max(1, columns_of(printable(number)))))
    return Text(number, ((scale, scale),), "centre", bold=True)


def _chinese(paper: TicketPaper, number: Text) -> tuple[Line, ...]:
    large = [("前面等候：", _ahead(paper.people_ahead, "{}人", "无人" if paper.large else "无人，请留意", "请看大屏"))]
    if paper.wait_minutes is not None:
        large.append(("预计等待：", f"{_range(paper.wait_minutes, '～')}分钟"))
    if paper.windows:
        large.append(("办理窗口：", "、".join(_runs(paper.windows, "～")) + "号"))
    small = [("取号时间：", paper.issued_text)]
    if bring := _bring(paper, "、".join(paper.papers_zh)):
        small.insert(0, ("所需材料：", bring))
    return (
        Text(paper.hall_zh, (_DOUBLE, _TALL), "centre"),
        Gap(16),
        number,
        Text(paper.service_zh, _names(paper), "centre", bold=True, lines=2),
        Rule(),
        *_fields(paper, large, small),
        Rule(),
        *_sentences(paper, paper.missed_rule_zh, paper.notices_zh),
        *_code(paper, "扫码看进度、评服务"),
    )


def _english(paper: TicketPaper, number: Text) -> tuple[Line, ...]:
    people = "{} person" if paper.people_ahead == 1 else "{} people"
    large = [("Ahead:   ", _ahead(paper.people_ahead, people, "nobody", "see screen"))]
    if paper.wait_minutes is not None:
        large.append(("Wait:    ", f"{_range(paper.wait_minutes, '-')} min"))
    if paper.windows:
        large.append(("Counter: ", ", ".join(_runs(paper.windows, "-"))))
    small = [("Issued:  ", paper.issued_text)]
    if bring := _bring(paper, ", ".join(map(plain, paper.papers_en))):
        small.insert(0, ("Bring:   ", bring))
    return (
        Text(plain(paper.hall_en), (_DOUBLE, _TALL), "centre"),
        Text(paper.hall_zh, (_TALL if paper.large else _PLAIN,), "centre"),
        Gap(16),
        number,
        Text(plain(paper.service_en), _names(paper), "centre", bold=True, lines=2),
        Text(paper.service_zh, (_TALL if paper.large else _PLAIN,), "centre"),
        Rule(),
        *_fields(paper, large, small),
        Rule(),
        *_sentences(paper, plain(paper.missed_rule_en), tuple(map(plain, paper.notices_en))),
        *_code(paper, "Scan to follow and to rate"),
    )


def _bring(paper: TicketPaper, papers: str) -> str:
    """In large letters a long list would be longer than the rest: the written notice holds it."""
    return "" if paper.large and columns_of(papers) > LARGE_PAPERS_COLUMNS else papers


def _names(paper: TicketPaper) -> tuple[Size, ...]:
    return (_DOUBLE,) if paper.large else (_DOUBLE, _TALL)


def _fields(paper: TicketPaper, large: list[tuple[str, str]], small: list[tuple[str, str]]) -> tuple[Line, ...]:
    below = LARGE_FIELDS if paper.large else ((_PLAIN, _PLAIN),)
    return (Fields(tuple(large), LARGE_FIELDS if paper.large else _LARGE_VALUES), Fields(tuple(small), below))


def _ahead(people: int | None, some: str, nobody: str, unknown: str) -> str:
    if people is None:
        return unknown
    return some.format(people) if people else nobody


def _sentences(paper: TicketPaper, missed_rule: str, notices: tuple[str, ...]) -> tuple[Line, ...]:
    if paper.large:
        return (Text(missed_rule, (_DOUBLE,)),) if missed_rule else ()
    return tuple(Text(sentence) for sentence in (missed_rule, *notices) if sentence)


def _code(paper: TicketPaper, caption: str) -> tuple[Line, ...]:
    sizes = LARGE_CAPTION if paper.large else (_PLAIN,)
    return (Gap(16), Qr(paper.qr_text), Gap(8), Text(caption, sizes, "centre")) if paper.qr_text else ()


def _range(minutes: tuple[int, int], dash: str) -> str:
    least, most = minutes
    return f"{least}{dash}{most}" if least != most else str(least)


def _runs(windows: tuple[str, ...], dash: str) -> list[str]:
    """Window names, three and more neighbours in a row written as a range: 1, 2, 3, 5 -> 1-3, 5."""
    runs: list[list[str]] = []
    for name in windows:
        if runs and name.isdecimal() and runs[-1][-1].isdecimal() and int(name) == int(runs[-1][-1]) + 1:
            runs[-1].append(name)
        else:
            runs.append([name])
    return [part for run in runs for part in ([f"{run[0]}{dash}{run[-1]}"] if len(run) > 2 else run)]


def plain(text: str) -> str:
    """Western text without typographic marks, which a Chinese printer font draws two columns wide."""
    return text.translate(_ASCII_MARKS)

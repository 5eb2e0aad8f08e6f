"""What a ticket says and in which order: a `TicketPaper` becomes neutral lines, which ``printout`` encodes. Pure.

A visitor reads it in this order: my number, what for, how many before me, how long, where, what to have ready. The
number is as large as the paper allows. A wait is always a range, for an exact minute would be a promise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from broker.model.phrases import phrase
from broker.model.waits import SHORT_MIN
from broker.model.words import Names
from broker.runtime.languages.lexicon import Language
from kiosk.printer.escpos import Size, columns_of, printable, qr_modules
from kiosk.printer.profile import PrinterProfile
from kiosk.printer.raster import Raster
from kiosk.printer.typesetting import Fields, Gap, Line, Mark, Qr, Rule, Text
from kiosk.ticket import Booked, more_on_it

_DOUBLE, _TALL, _PLAIN = (2, 2), (1, 2), (1, 1)
_LARGE_VALUES = ((_DOUBLE, _DOUBLE), (_PLAIN, _DOUBLE), (_PLAIN, _PLAIN))  # narrow paper keeps the values large
LARGE_FIELDS = ((_DOUBLE, _DOUBLE), (_TALL, _DOUBLE))
"""Labels and values of a paper for old eyes."""
LARGE_CAPTION = (_DOUBLE, _TALL)
LARGE_PAPERS_COLUMNS = 32
Say = Callable[[Names], str]
AHEAD, WAIT, COUNTER = Names("前面等候：", "Ahead:"), Names("预计等待：", "Wait:"), Names("办理窗口：", "Counter:")
BRING, ISSUED = Names("所需材料：", "Bring:"), Names("取号时间：", "Issued:")
RATING = Names("评价代码：", "To rate:")
LABELS = (AHEAD, WAIT, COUNTER, BRING, ISSUED)
NOBODY, SEE_SCREEN = Names("无人", "nobody"), Names("请看大屏", "see screen")
NO_COUNTER, NO_COUNTER_SHORT = Names("暂无窗口办理", "no counter open"), Names("暂无窗口", "no counter")
CAPTION = Names("扫码看进度、评服务", "Scan to follow and to rate")
COPY = Names("补打 COPY", "COPY 补打")
APPOINTMENT = Names("预约", "APPOINTMENT")
LATE = Names("预约时间已过，按普通号排队", "Late for your appointment: ordinary ticket")
WIDE_COLUMNS = 40
_ASCII_MARKS = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "～": "-"})


@dataclass(frozen=True)
class TicketPaper:
    """All that stands on one ticket. Every text exists in both languages; `language` chooses, or `further`, the
    visitor's own language where it is neither of the two.

    `people_ahead` and `wait_minutes` (least, most) are None while the kiosk works alone and cannot know them;
    `no_counter`: the engine knows that no counter is open for it yet, so that nobody can say how long it takes.
    `papers_*` are the few papers to have ready. `issued_text` is local time as shown, e.g. ``2026-03-05 09:31``.
    `copy` marks a second print of the same number; `large` is for old eyes: nothing lower than double letters, and
    without what can be read elsewhere. `logo` stands on top. `booked` is a ticket for an appointment at `booked_for`
    (local ``HH:MM``), in time or not; `more` services of the booking follow on it. `rating_code` is typed at a kiosk to
    rate the visit. Raises `QrTextTooLong`.
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
    no_counter: bool = False
    windows: tuple[str, ...] = ()
    papers_zh: tuple[str, ...] = ()
    papers_en: tuple[str, ...] = ()
    missed_rule: Names | None = None
    notices_zh: tuple[str, ...] = ()
    notices_en: tuple[str, ...] = ()
    copy: bool = False
    language: str = "zh"
    further: Language | None = None
    large: bool = False
    logo: Raster | None = None
    booked: Booked = ""
    booked_for: str = ""
    more: int = 0
    rating_code: str = ""

    def __post_init__(self) -> None:
        if self.qr_text:
            qr_modules(self.qr_text)


def compose(paper: TicketPaper, profile: PrinterProfile) -> tuple[Line, ...]:
    """The ticket as neutral lines, top to bottom; the profile only bounds the number's size."""
    number, narrow = _number(paper.number, profile), profile.columns < WIDE_COLUMNS
    if paper.further is not None:
        body = _translated(paper, number, paper.further.say, chinese=paper.further.is_chinese, narrow=narrow)
    elif paper.language == "en":
        body = _translated(paper, number, plain_english, narrow=narrow)
    else:
        body = _chinese(paper, number, narrow=narrow)
    mark = () if paper.logo is None else (Mark(paper.logo), Gap(16))
    return (*mark, *_copy_mark(paper), *_booked_mark(paper), *body)


def _copy_mark(paper: TicketPaper) -> tuple[Line, ...]:
    if not paper.copy:
        return ()
    words = COPY.en if paper.language == "en" else COPY.zh
    return (Text(words if paper.further is None else paper.further.say(COPY), (_DOUBLE,), "centre"),)


def _booked_mark(paper: TicketPaper) -> tuple[Line, ...]:
    """What tells the ticket of an appointment from others at a glance; who came late reads why it is like others."""
    if not paper.booked:
        return ()
    names = APPOINTMENT if paper.booked == "in_time" else LATE
    said = plain_english(names) if paper.language == "en" else names.zh
    words = said if paper.further is None else paper.further.say(names)
    if paper.booked == "late":
        return (Text(words, (_TALL if paper.large else _PLAIN,), "centre"), *_more_mark(paper))
    appointed = Text(f"{words} {paper.booked_for}".strip(), (_DOUBLE, _TALL), "centre", bold=True)
    return (Rule(), appointed, *_more_mark(paper), Rule())


def _more_mark(paper: TicketPaper) -> tuple[Line, ...]:
    """That the other services of an employer's booking need no other number."""
    if not paper.more:
        return ()
    names = more_on_it(paper.more)
    said = plain_english(names) if paper.language == "en" else names.zh
    words = said if paper.further is None else paper.further.say(names)
    return (Text(words, (_DOUBLE, _TALL) if paper.large else (_TALL, _PLAIN), "centre", bold=True, lines=2),)


def _number(number: str, profile: PrinterProfile) -> Text:
    """The number fills at most seven eighths of the width, with equal sides so that the digits keep their shape."""
    room = profile.columns * 7 // 8
    scale = max(1, min(profile.largest_scale, room // max(1, columns_of(printable(number)))))
    return Text(number, ((scale, scale),), "centre", bold=True)


def _chinese(paper: TicketPaper, number: Text, *, narrow: bool) -> tuple[Line, ...]:
    nobody = "无人" if paper.large or narrow else "无人，请留意"  # more would make every value on the paper small
    large = [("前面等候：", _ahead(paper.people_ahead, "{}人", nobody, "请看大屏"))]
    if paper.wait_minutes is not None:
        short = paper.wait_minutes[1] <= SHORT_MIN
        span = f"不到{SHORT_MIN}" if short else _range(paper.wait_minutes, "～")
        large.append(("预计等待：", f"{span}分钟"))
    elif paper.no_counter:
        large.append(("预计等待：", _no_counter(paper, narrow).zh))
    if paper.windows:
        large.append(("办理窗口：", "、".join(_runs(paper.windows, "～")) + "号"))
    small = [("取号时间：", paper.issued_text)]
    if paper.rating_code:
        small.append((RATING.zh, paper.rating_code))
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
        *_sentences(paper, paper.missed_rule.zh if paper.missed_rule else "", paper.notices_zh),
        *_code(paper, "扫码看进度、评服务"),
    )


def _translated(
    paper: TicketPaper, number: Text, say: Say, *, chinese: bool = False, narrow: bool = False
) -> tuple[Line, ...]:
    """In another language than Chinese, with the Chinese names below, as the hall's signs and staff have them."""
    comma = "、" if chinese else ", "
    below = () if chinese else (_TALL if paper.large else _PLAIN,)
    large = [(AHEAD, say(_people(paper.people_ahead)))]
    if paper.wait_minutes is not None:
        large.append((WAIT, say(_wait(paper.wait_minutes))))
    elif paper.no_counter:
        large.append((WAIT, say(_no_counter(paper, narrow))))
    if paper.windows:
        counters = Names("、".join(_runs(paper.windows, "～")), ", ".join(_runs(paper.windows, "-")))
        large.append((COUNTER, say(phrase("{counters}号", "{counters}", counters=counters))))
    small = [(ISSUED, paper.issued_text)]
    if paper.rating_code:
        small.append((RATING, paper.rating_code))
    papers = [say(Names(zh, en)) for zh, en in zip(paper.papers_zh, paper.papers_en, strict=False)]
    if bring := _bring(paper, comma.join(papers)):
        small.insert(0, (BRING, bring))
    notices = tuple(say(Names(zh, en)) for zh, en in zip(paper.notices_zh, paper.notices_en, strict=False))
    return (
        Text(say(Names(paper.hall_zh, paper.hall_en)), (_DOUBLE, _TALL), "centre"),
        *(Text(paper.hall_zh, (size,), "centre") for size in below),
        Gap(16),
        number,
        Text(say(Names(paper.service_zh, paper.service_en)), _names(paper), "centre", bold=True, lines=2),
        *(Text(paper.service_zh, (size,), "centre") for size in below),
        Rule(),
        *_fields(paper, labelled(large, say, chinese), labelled(small, say, chinese)),
        Rule(),
        *_sentences(paper, say(paper.missed_rule) if paper.missed_rule else "", notices),
        *_code(paper, say(CAPTION)),
    )


def labelled(
    rows: list[tuple[Names, str]], say: Say, chinese: bool, labels: tuple[Names, ...] = ()
) -> list[tuple[str, str]]:
    """The rows with their labels made equally wide, so that the values stand below one another."""
    width = max(columns_of(printable(say(label))) for label in labels or LABELS) + (0 if chinese else 1)
    return [(_padded(say(label), width), value) for label, value in rows]


def _padded(label: str, width: int) -> str:
    return label + " " * (width - columns_of(printable(label)))


def _people(count: int | None) -> Names:
    if not count:
        return SEE_SCREEN if count is None else NOBODY
    if count == 1:
        return phrase("{count}人", "{count} person", count=count)
    return phrase("{count}人", "{count} people", count=count)


def _no_counter(paper: TicketPaper, narrow: bool) -> Names:
    """Why there are no minutes; in few words where more would make every value on the paper small."""
    return NO_COUNTER_SHORT if paper.large or narrow else NO_COUNTER


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


def _wait(minutes: tuple[int, int]) -> Names:
    if minutes[1] <= SHORT_MIN:
        return phrase("不到{span}分钟", "under {span} min", span=str(SHORT_MIN))
    return phrase("{span}分钟", "{span} min", span=Names(_range(minutes, "～"), _range(minutes, "-")))


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


def plain_english(names: Names) -> str:
    """English as a Chinese printer can set it."""
    return plain(names.en)


def plain(text: str) -> str:
    """Western text without typographic marks, which a Chinese printer font draws two columns wide."""
    return text.translate(_ASCII_MARKS)

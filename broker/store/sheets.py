"""工作日报表: the day's sheet of a counter, counted from the journal alone. Pure.

The figures depend on nothing but the day's events: no hall file, no clock. So the content of a sheet, and with it the
digest that a signature covers, stays the same for as long as nothing happens to it. Of ratings there are sums only: no
visit, no time and no person is named. They are told when their day is over and are not part of what is signed, so that
neither a signature nor a mark of the content moves when somebody rates. One that comes after the business day has ended
is in the hall's figures (``statistics``), and beside the sheet as ``late_ratings``.
"""

import hashlib
from collections import Counter

import msgspec

from broker.model.hall import Hall
from broker.model.sheet_items import (
    CLERK_SIGNATURE,
    ITEMS_VERSION,
    LEADER_SIGNATURE,
    SheetItem,
    SheetPart,
    SheetStage,
    items_of,
    missing_entries,
)
from broker.model.words import Level
from broker.oversight.spread import spread
from broker.store.day_fold import DayFold
from broker.store.disclosure import Disclosure
from broker.store.sheet_fold import CoverTask, Paper, SheetPause
from broker.store.sheet_shape import (
    BANDS,
    OUTCOMES,
    Band,
    DaySheets,
    Entries,
    OnPost,
    PauseLine,
    PostLine,
    RatingSums,
    SentLine,
    Sheet,
    SheetFigures,
    Signed,
    TaskLine,
)

FORMAT = 2
"""Of the content: raised when the same day would be written otherwise. Digests compare only within one format.
2: without ratings."""
MINUTE_MS = 60_000


def day_sheets(hall: Hall, fold: DayFold, now_ms: int) -> DaySheets:
    """Every counter at which something happened; one that the hall file has lost since stands at the end."""
    known = {key: index for index, key in enumerate(hall.counters)}
    keys = sorted(fold.sheets.papers, key=lambda key: (known.get(key, len(known)), key))
    closes = [session.closes_ms for session in fold.sheets.sessions]
    disclosure = Disclosure(hall, fold, now_ms)
    return DaySheets(
        day=fold.day,
        as_of=max(fold.position, fold.sheets.papers_position),
        position=fold.position if disclosure.over else None,
        ended=not fold.sheets.open or now_ms >= max(closes, default=0),
        sheets=tuple(
            msgspec.structs.replace(
                _sheet(hall, fold, key),
                sums_told=disclosure.sums(key),
                levels_told=disclosure.sheet(key),
                late_told=len(disclosure.late(_late(fold, key))),
            )
            for key in keys
        ),
    )


def figures_of(fold: DayFold, counter: str) -> SheetFigures:
    """Counted from the day's events."""
    ended = [one for one in fold.endings if one.counter == counter]
    calls = [one for one in fold.calls if one.counter == counter]
    served = [one for one in ended if one.what == "served"]
    what = Counter(one.what for one in ended)
    outcomes = Counter(one.outcome for one in served)
    pauses = tuple(_pause(fold, one) for one in fold.sheets.pauses if one.counter == counter)
    bands = Counter(one.band for one in pauses)
    tasks = tuple(_task(one) for one in fold.sheets.tasks if one.wanted.counter == counter)
    own = fold.sheets
    return SheetFigures(
        opened_ms=own.opened_ms.get(counter),
        closed_ms=own.closed_ms.get(counter),
        served=len(served),
        direct=sum(one.direct for one in served),
        next_services=sum(one.part for one in served),
        items=sum(one.items for one in served),
        outcomes={name: outcomes[name] for name in OUTCOMES},
        wait=spread([one.waited_ms for one in calls if one.waited_ms is not None]),
        service=spread([one.took_ms for one in served if one.took_ms is not None]),
        calls=len(calls),
        recalls=what["recalled"],
        no_shows=what["no_show"],
        held=what["held"],
        transferred=what["transferred"],
        slips=sum(one.counter == counter for one in own.slips),
        posts=_posts(fold, counter),
        on_post=_on_post(fold, counter),
        pauses=pauses,
        bands={band: bands[band] for band in BANDS},
        paused_s=sum(one.took_s or 0 for one in pauses),
        tasks=tasks,
        left_empty=sum(one.outcome == "left_empty" for one in tasks),
        sent=tuple(SentLine(at_ms=one.at_ms, clerk=one.clerk) for one in own.sent if one.counter == counter),
        ratings=_ratings(fold, [one.visit for one in served if one.rateable and one.visit]),
    )


def digest_of(hall_id: str, day: str, counter: str, figures: SheetFigures, entries: Entries) -> str:
    """What a signature covers: every figure and every entry, but no rating."""
    signed = without_ratings(figures)
    content = msgspec.json.encode([FORMAT, hall_id, day, counter, signed, entries], order="deterministic")
    return f"{FORMAT}:{hashlib.sha256(content).hexdigest()}"


def without_ratings(figures: SheetFigures) -> SheetFigures:
    """The same whether anybody rated or not; how many may rate is counted from the visits and stays."""
    silent = msgspec.structs.replace(
        figures.ratings, rated=0, levels={}, declined=0, device_fault=0, unrated=0, on_paper=0
    )
    return msgspec.structs.replace(figures, ratings=silent)


def _sheet(hall: Hall, fold: DayFold, counter: str) -> Sheet:
    paper, figures = fold.sheets.paper(counter), figures_of(fold, counter)
    filled = paper.filled
    entries = Entries(
        items_version=ITEMS_VERSION if filled is None else filled.items_version,
        counts={} if filled is None else filled.counts,
        checks={} if filled is None else filled.checks,
        remark="" if filled is None else filled.remark,
    )
    digest = digest_of(hall.hall.id, fold.day, counter, figures, entries)
    clerk, leader = _signed(paper, "clerk", digest), _signed(paper, "leader", digest)
    stage = _stage(clerk, leader)
    return Sheet(
        day=fold.day,
        counter=counter,
        figures=figures,
        entries=entries,
        filled_by="" if filled is None else filled.by,
        filled_ms=None if filled is None else filled.at_ms,
        clerk=clerk,
        leader=leader,
        stage=stage,
        missing=() if stage == "finished" else _missing(hall.sheet_items, entries, clerk),
        reopened=tuple(one.reason for one in paper.reopened),
        late_ratings=len(_late(fold, counter)),
        digest=digest,
    )


def _late(fold: DayFold, counter: str) -> list[str]:
    """Visits rated after the business day."""
    visits = (one.visit for one in fold.endings if one.counter == counter and one.rateable)
    return [visit for visit in visits if visit and visit in fold.ratings and visit not in fold.sheets.levels]


def _signed(paper: Paper, who: SheetPart, digest: str) -> Signed | None:
    """The newest signature of a part; it holds if nothing touched the sheet since and it is of this very content."""
    if who not in paper.signed:
        return None
    event = paper.signed[who][1]
    same = event.digest == digest or event.digest.partition(":")[0] != str(FORMAT)
    return Signed(by=event.by, clerk=event.clerk, at_ms=event.at_ms, holds=paper.holds(who) and same, note=event.note)


def _stage(clerk: Signed | None, leader: Signed | None) -> SheetStage:
    clerk_holds = clerk is not None and clerk.holds
    if leader is not None and leader.holds and (clerk_holds or bool(leader.note)):
        return "finished"
    given = [one for one in (clerk, leader) if one is not None]
    if any(not one.holds for one in given):
        return "void"
    return "clerk" if given else "open"


def _missing(own: dict[str, SheetItem], entries: Entries, clerk: Signed | None) -> tuple[str, ...]:
    empty = missing_entries(items_of(own, entries.items_version), entries.counts, entries.checks, entries.remark)
    unsigned = clerk is None or not clerk.holds
    return (*empty, *((CLERK_SIGNATURE,) if unsigned else ()), LEADER_SIGNATURE)


def _ratings(fold: DayFold, visits: list[str]) -> RatingSums:
    """Each visit is rated, or left unrated for one reason, or just unrated: nothing of that is satisfied."""
    levels = [fold.sheets.levels[visit] for visit in visits if visit in fold.sheets.levels]
    silent = [visit for visit in visits if visit not in fold.sheets.levels]
    why = Counter(fold.sheets.unrated.get(visit, "unrated") for visit in silent)
    return RatingSums(
        rateable=len(visits),
        rated=len(levels),
        levels={level.value: levels.count(level) for level in Level},
        declined=why["declined"],
        device_fault=why["device_fault"],
        unrated=why["unrated"],
        on_paper=sum(visit in fold.sheets.on_paper for visit in visits),
    )


def _pause(fold: DayFold, one: SheetPause) -> PauseLine:
    pieces_ms = [] if one.until_ms is None else fold.sheets.served_ms(one.from_ms, one.until_ms)
    absent_ms = [] if one.until_ms is None else fold.sheets.served_ms(one.absent_ms, one.until_ms)
    return PauseLine(
        from_ms=one.from_ms,
        until_ms=one.until_ms,
        took_s=None if one.until_ms is None else sum(pieces_ms) // 1000,
        band=None if one.until_ms is None else band_of(max(absent_ms, default=0)),
        reason=one.reason,
        clerk=one.clerk,
        substitute=one.substitute,
        warned=one.warned,
        asked=one.asked,
        left_empty=one.left_empty,
        excused=one.excused,
    )


def band_of(took_ms: int) -> Band:
    """The service standard's 5, 8 and 10 minutes, whatever the hall's own rules are: a sheet needs no hall file."""
    if took_ms > 10 * MINUTE_MS:
        return "over_10"
    if took_ms >= 8 * MINUTE_MS:
        return "to_10"
    return "to_8" if took_ms > 5 * MINUTE_MS else "to_5"


def _task(one: CoverTask) -> TaskLine:
    return TaskLine(
        at_ms=one.wanted.at_ms,
        kind=one.wanted.kind,
        since_ms=one.wanted.since_ms,
        due_ms=one.wanted.due_ms,
        clerk=one.wanted.clerk,
        waiting=one.wanted.waiting,
        substitute=one.substitute,
        outcome=one.outcome,
        settled_ms=one.settled_ms,
        reason=one.reason,
    )


def _posts(fold: DayFold, counter: str) -> tuple[PostLine, ...]:
    return tuple(
        PostLine(clerk=post.clerk, from_ms=post.from_ms, until_ms=post.until_ms)
        for post in fold.sheets.posts
        if post.counter == counter
    )


def _on_post(fold: DayFold, counter: str) -> tuple[OnPost, ...]:
    posts = _posts(fold, counter)
    return tuple(
        _presence(session.name, session.opens_ms, session.closes_ms, posts)
        for session in sorted(fold.sheets.sessions, key=lambda session: session.opens_ms)
    )


def _presence(name: str, opens_ms: int, closes_ms: int, posts: tuple[PostLine, ...]) -> OnPost:
    """Whoever hands over to another without a gap was there as long as both."""
    since_ms: int | None = None
    for post in posts:
        if post.from_ms <= opens_ms and (post.until_ms is None or post.until_ms > opens_ms):
            since_ms = post.from_ms
    earlier = [post for post in posts if post.until_ms is not None]
    for post in reversed(earlier):
        if since_ms is not None and post.until_ms == since_ms:
            since_ms = post.from_ms
    if since_ms is None:
        since_ms = next((post.from_ms for post in posts if opens_ms < post.from_ms < closes_ms), None)
    early_ms = None if since_ms is None else opens_ms - since_ms
    minutes = None if early_ms is None else abs(early_ms) // MINUTE_MS * (1 if early_ms >= 0 else -1)
    return OnPost(session=name, opens_ms=opens_ms, since_ms=since_ms, minutes_before=minutes)

"""What a strip over a counter says, worked out from the counter's view as the sign does it. Pure; times are hall ms.

A strip has one line of few characters, so what is longer comes in pages, one after the other.
"""

from __future__ import annotations

from collections.abc import Iterable

from broker.model.views import CounterTicket, CounterView, PausedCounter
from broker.model.words import CounterStatus, TicketStatus
from broker.runtime.frames.text import cells, pages

IDLE = "欢迎光临热情服务"
CALLING = "请{number}号"
CALLING_TO = "请{number}号到{counter}号窗口"
SERVING = "正在办理{number}"
PAUSED = "暂停服务"
INSTEAD = "请到{counters}号窗口"
RATING = "请您评价"
CLOSED, NOT_OPEN = "下班", "未开放"


def strip_pages(view: CounterView | None, now_ms: int, idle: str, characters: int) -> tuple[str, ...]:
    """The pages of a strip over one counter; without a view yet, it welcomes."""
    texts: tuple[str, ...] = (idle,)
    if view is None:
        pass
    elif view.emergency is not None:
        texts = (view.emergency.zh,)
    elif view.status is CounterStatus.PAUSED:
        texts = _of_pause(view.pause)
    elif view.ticket is not None:
        texts = (_of_ticket(view.ticket),)
    elif view.evaluation is not None and now_ms < view.evaluation.until_ms:
        texts = (RATING,)
    elif view.status is CounterStatus.CLOSED:
        texts = (CLOSED if view.open.state == "closed" else NOT_OPEN,)
    return _fitted(texts, characters)


def board_pages(views: Iterable[CounterView | None], idle: str, characters: int) -> tuple[str, ...]:
    """The pages of a board for several counters: the newest call in full, and nothing of anybody else."""
    known = [view for view in views if view is not None]
    emergency = next((view.emergency for view in known if view.emergency is not None), None)
    if emergency is not None:
        return _fitted((emergency.zh,), characters)
    called = [
        (view.ticket.called_at_ms, view.ticket.number, view.name)
        for view in known
        if view.ticket is not None and view.ticket.status is TicketStatus.CALLED
    ]
    if not called:
        return _fitted((idle,), characters)
    _, number, counter = max(called)
    return _fitted((CALLING_TO.format(number=number, counter=counter),), characters)


def _of_ticket(ticket: CounterTicket) -> str:
    serving = ticket.status is TicketStatus.SERVING
    return (SERVING if serving else CALLING).format(number=ticket.number)


def _of_pause(pause: PausedCounter | None) -> tuple[str, ...]:
    """That it pauses, where to go instead, whom to ask."""
    if pause is None:
        return (PAUSED,)
    instead = (INSTEAD.format(counters="、".join(pause.instead)),) if pause.instead else ()
    contact = tuple(text for text in (pause.contact.zh, pause.phone) if text)
    return (PAUSED, *instead, *contact)


def _fitted(texts: Iterable[str], characters: int) -> tuple[str, ...]:
    """Each text whole on a page if it fits, else on several."""
    found: list[str] = []
    for text in texts:
        found += [text] if cells(text) <= 2 * characters else pages(text, characters)
    return tuple(found)

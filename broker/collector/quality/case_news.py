"""Tells by telephone who waits for a piece of work: papers are missing, its day moved, it is done, it is not accepted.

Only who left a telephone, and only where the hall has a way to telephones (``[notify] phone``). What was told is known
by the id of the message, so it is looked again each hour and after each step, and nobody is told twice.
"""

from datetime import datetime

from broker.collector.notify.message import Message
from broker.collector.quality.case_texts import DAY_MS
from broker.collector.web import Web
from broker.oversight.case_stories import Story, Taken

TOLD_FOR_MS, KEPT_MS = 3 * DAY_MS, 7 * DAY_MS
"""A step older than the first is told to nobody any more; that it was told is known for as long as the second."""
NEWS = {
    "pause": "work_lacks_papers",
    "extend": "work_extended",
    "finish": "work_done",
    "refuse": "work_not_accepted",
}
"""Step of a promise -> kind of message."""


def tell_who_waits(web: Web) -> int:
    """Write down the messages of new steps; how many of them there are, told or to be told."""
    if "phone" not in web.notifier.ways():
        return 0
    since_ms = web.clock.now_ms() - TOLD_FOR_MS
    promises = [one for one in web.reports.cases().stories.values() if one.kind == "promise" and one.steps]
    fresh = [one for one in promises if one.steps[-1].at_ms >= since_ms]
    return sum(_tell(web, story, since_ms) for story in fresh)


def _tell(web: Web, story: Story, since_ms: int) -> int:
    """Of each step since then; a newer one of the same kind has its own id."""
    steps = [(at, step) for at, step in enumerate(story.steps) if step.step in NEWS and step.at_ms >= since_ms]
    person = web.case_texts.person(story.case) if steps else None
    if person is None or not person.phone:
        return 0
    return sum(web.notifier.send(_message(web, story, at, step, person.phone)) for at, step in steps)


def _message(web: Web, story: Story, at: int, step: Taken, phone: str) -> Message:
    names = web.hall.services[story.service].names if story.service in web.hall.services else None
    due = datetime.fromtimestamp((story.due_ms or step.due_ms) / 1000, web.zone)
    return Message(
        id=f"case-{story.case}-{at}",
        way="phone",
        to=phone,
        kind=NEWS[step.step],
        facts={
            "number": story.number,
            "service": names.zh if names else "",
            "service_en": names.en if names else "",
            "day": f"{due:%Y-%m-%d}",
            "phone": web.hall.hall.phone,
        },
        erase_ms=step.at_ms + KEPT_MS,
        until_ms=step.at_ms + TOLD_FOR_MS,
    )

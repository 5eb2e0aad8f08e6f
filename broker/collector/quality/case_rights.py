"""Who may see a case and take which step of it. Pure.

Whoever follows up sees all but those about the own service; the clerk it is about sees the stage and may object, and
learns neither who rated nor of which visit it was.
"""

from collections.abc import Iterator

from broker.collector.safety.accounts import Account
from broker.collector.safety.rights import Right
from broker.model.blame_causes import OVERDUE
from broker.model.case_life import LIVES, CaseKind, Step
from broker.oversight.case_stories import Story

NEEDED: dict[str, tuple[Right, ...]] = {
    "desk": (Right.FOLLOW_UP,),
    "leader": (Right.FLOOR,),
    "counter": (Right.COUNTER, Right.FOLLOW_UP),
}
"""Whose step it is -> which rights may take it; the step of whom it is about needs to be that clerk."""
OPENS: dict[CaseKind, tuple[Right, ...]] = {
    "complaint": (Right.FOLLOW_UP,),
    "promise": (Right.COUNTER, Right.FOLLOW_UP),
    "finding": (Right.FOLLOW_UP,),
    "question": (Right.COUNTER, Right.FOLLOW_UP),
    "blame": (Right.FLOOR,),
}
"""Which kinds people begin, and who may."""
EVERYBODYS: tuple[CaseKind, ...] = ("promise", "question")
"""Which kinds whoever serves sees and leads on: the work itself, and nothing about anybody's conduct."""


def is_about(account: Account, story: Story) -> bool:
    """Whether the account belongs to the clerk whom the case is about."""
    return story.clerk is not None and account.clerk == story.clerk


def sees(account: Account, story: Story) -> bool:
    """The whole case. Promised times and questions are everybody's who serves; of the rest nobody sees his own."""
    if story.kind in EVERYBODYS:
        return account.may(Right.COUNTER, Right.FOLLOW_UP)
    return account.may(Right.FOLLOW_UP) and not is_about(account, story)


def hears_of_it(account: Account, story: Story, today_ms: int) -> bool:
    """Whether the clerk it is about is told that there is such a case: once it was looked into, and never on the day
    itself, or the day would tell who rated or complained. Of a promise there is nobody to be told of."""
    if not is_about(account, story) or story.kind not in ("rating", "blame"):
        return False
    if story.kind == "blame" and story.cause == OVERDUE:
        return True
    return story.opened_ms < today_ms and story.stage != "verify"


def may_account(account: Account, story: Story) -> bool:
    """Whether the account may begin a record of accountability that comes from this case; the engine checks it too."""
    if not account.may(*OPENS["blame"]) or not sees(account, story) or is_about(account, story):
        return False
    return story.kind in ("promise", "finding", "question") or (story.kind in ("complaint", "rating") and story.founded)


def steps_for(account: Account, story: Story) -> Iterator[tuple[str, Step]]:
    """What the account may do with the case where it stands now."""
    for name, step in LIVES[story.kind].steps.items():
        if story.stage in step.at and may_take(account, story, step):
            yield name, step


def may_take(account: Account, story: Story, step: Step) -> bool:
    """By right, and not in the own cause; who hears it must have had no part in it, which the engine checks too."""
    if step.who == "assessed":
        return is_about(account, story)
    if story.kind not in EVERYBODYS and is_about(account, story):
        return False
    if step.other and account.name in (story.owner, *(taken.by for taken in story.steps)):
        return False
    return account.may(*NEEDED[step.who])

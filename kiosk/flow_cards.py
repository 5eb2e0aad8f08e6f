"""What a card laid down means, by where the visit stands. Pure."""

from dataclasses import replace

from broker.model.words import Names
from kiosk.events import Wish
from kiosk.menu import Offer
from kiosk.readers.cards import CardPresent, CardRead, CardUnread
from kiosk.visit import Scene, Step, Visit, to

ELDERLY_AGE = 60
"""Law on the protection of the rights of the elderly, article 2."""
ELDERLY = "elderly"
"""The hall's class for them."""
SAME_CARD = Names("这是同一张证件，请放上被代理人的证件", "The same card again: lay down the other one")
CANNOT_READ = Names("本机不能读出证件号码，请到导办台取号", "Your card cannot be read: ask at the help desk")
NO_READER = Names("该业务实名取号，本机不能读身份证，请到导办台", "ID cards cannot be read here: ask at the help desk")


def laid(visit: Visit, event: CardRead | CardUnread | CardPresent, scene: Scene) -> Visit:
    """Nothing of a card is kept but at the steps that ask for one.

    What says nothing new is no sign of a person: a card that was forgotten at the edge of the reader comes and goes all
    day, and must not keep a visit alive with what somebody typed.
    """
    after = _laid(visit, event, scene)
    return visit if after == visit else replace(after, touched_s=scene.now_s)


def _laid(here: Visit, event: CardRead | CardUnread | CardPresent, scene: Scene) -> Visit:
    if here.step in (Step.DETAIL, Step.PRIORITY) and isinstance(event, CardRead):
        return _by_age(here, event, scene)
    if here.step is not Step.CARD:
        return here
    if isinstance(event, CardUnread):
        return replace(here, card_trouble=event.names)
    if isinstance(event, CardPresent):
        return replace(here, card_trouble=CANNOT_READ)
    if here.card is None or not here.for_another:
        return replace(_by_age(here, event, scene), card=event, card_trouble=None)
    if event.person == here.card.person:
        return replace(here, card_trouble=SAME_CARD)
    return replace(here, principal=event, card_trouble=None)


def _by_age(visit: Visit, card: CardRead, scene: Scene) -> Visit:
    """Who is old enough goes first without asking for it; another claim stays as it is."""
    offered = any(choice.key == ELDERLY for choice in scene.menu.priorities)
    if card.age < ELDERLY_AGE or not offered or visit.priority is not None:
        return visit
    aged = replace(visit, priority=ELDERLY)
    return to(aged, Step.DETAIL, scene) if visit.step is Step.PRIORITY else aged


def complete(visit: Visit) -> bool:
    """Whether all cards that are needed were read."""
    return visit.card is not None and (visit.principal is not None or not visit.for_another)


def ask_for_card(visit: Visit, offer: Offer, scene: Scene) -> tuple[Visit, tuple[Wish, ...]]:
    """The service wants to know who comes; a kiosk that cannot tell says where to go."""
    if scene.menu.reader != "ok":
        return to(visit, Step.NOTE, scene, note=NO_READER, note_good=False), ()
    return to(visit, Step.CARD, scene), ()


def act_for_another(visit: Visit, argument: str, scene: Scene) -> tuple[Visit, tuple[Wish, ...]]:
    """The card that lies there is the agent's; now the other one."""
    return (visit if visit.card is None else replace(visit, for_another=True)), ()


def leave_card(visit: Visit, argument: str, scene: Scene) -> tuple[Visit, tuple[Wish, ...]]:
    """Back to the service; the cards are forgotten."""
    bare = replace(visit, card=None, principal=None, for_another=False, card_trouble=None)
    return to(bare, Step.DETAIL, scene), ()

"""A service and a category as cards; what cannot be served stays, greyed, with its reason. Pure."""

from broker.model.words import Names
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.ops import Box, Icon, Op, text
from broker.runtime.canvas.theme import BLUE, KIOSK_INK, KIOSK_OFF, KIOSK_SUB, KIOSK_TINT, rgb
from kiosk import targets as t
from kiosk.menu import NOT_NOW, Choice, Offer
from kiosk.screens import words as w
from kiosk.screens.frame import Frame
from kiosk.screens.parts import STRIP, card, pill, size_for, split, tile, width_of

STRIP_H = 66
SIGN_W = 38
FEW_LEFT = 10
OFF_TILE, OFF_INK, OFF_SUB = rgb("#D3DCE8"), rgb("#34495F"), rgb("#4A6078")


def state_of(offer: Offer, *, brief: bool = False) -> tuple[str, Names]:
    """(icon, words) for a service that cannot be taken; ``brief`` where there is little room."""
    if offer.reopens:
        return "clock", w.opens_at(offer.reopens)
    if offer.next_opening:
        return "clock", (w.opens_soon if brief else w.opens_on)(offer.next_opening)
    reason = offer.reason or w.CANNOT
    return ("clock" if reason == NOT_NOW else "pause"), reason


def service_card(frame: Frame, rect: Rect, offer: Offer) -> list[Op]:
    """One service."""
    target = t.target(t.SERVICE, offer.service)
    if frame.larger:
        return _large_card(frame, rect, target, offer)
    ops = _plate(rect, target, offer.open)
    ops += _names(frame, rect, offer.names, offer.icon, offer.open)
    strip = Rect(rect.x, rect.bottom - STRIP_H, rect.w, STRIP_H)
    ops.append(Box(rect=strip, fill=STRIP if offer.open else KIOSK_OFF, corners=(0, 0, 26, 26)))
    inner = strip.inset(26 if rect.w > 440 else 18, 0)
    return ops + (_open_strip(frame, inner, offer) if offer.open else _closed_strip(frame, inner, offer))


def category_card(frame: Frame, rect: Rect, choice: Choice) -> list[Op]:
    """One category with how much is in it; greyed when nothing of it can be had now, as a single service is."""
    offers = frame.menu.in_category(choice.key)
    target = t.target(t.CATEGORY, choice.key)
    waiting = [offer.waiting for offer in offers if offer.waiting is not None]
    takes = any(offer.open for offer in offers)
    said = frame.first(w.count_of(len(offers)))
    if not takes:
        said += " · " + frame.first(w.CANNOT)
    elif waiting:
        said += " · " + frame.first(w.people(sum(waiting)))
    if frame.larger:
        return [*_plate(rect, target, takes), *_large_names(frame, rect, choice.names, choice.icon, said, takes)]
    ops = [*_plate(rect, target, takes), *_names(frame, rect, choice.names, choice.icon, takes)]
    strip = Rect(rect.x, rect.bottom - STRIP_H, rect.w, STRIP_H)
    return [
        *ops,
        Box(rect=strip, fill=STRIP if takes else KIOSK_OFF, corners=(0, 0, 26, 26)),
        text(strip.inset(26, 0), said, 28, KIOSK_SUB, bold=True),
    ]


def _plate(rect: Rect, target: str, is_open: bool) -> list[Op]:
    return [card(rect, target) if is_open else Box(rect=rect, fill=KIOSK_OFF, radius=26, target=target)]


def _names(frame: Frame, rect: Rect, names: Names, icon: str, is_open: bool) -> list[Op]:
    top = rect.h - STRIP_H
    wide = rect.w > 700
    side = min(140 if wide else 108, top - 34, rect.w // 5)
    place = Rect(rect.x + 24, rect.y + (top - side) // 2, side, side)
    x = place.right + 22
    room = Rect(x, rect.y + 10, rect.right - 18 - x, top - 18)
    ink, sub = (KIOSK_INK, KIOSK_SUB) if is_open else (OFF_INK, OFF_SUB)
    ground, colour = (KIOSK_TINT, BLUE) if is_open else (OFF_TILE, OFF_SUB)
    size = 62 if wide else 44 if top >= 150 else 40
    ops = tile(place, icon, ground, colour)
    said, other = frame.first(names), frame.second(names)
    if width_of(said, 27) > room.w or width_of(other, 24) > room.w * 1.08:
        # A very long name: one language, whole, rather than two cut short.
        return [*ops, text(room, said, size_for(said, size, room.w), ink, bold=True, lines=5, min_size=24)]
    first, second = split(room, 0.6)
    ops.append(text(first, said, size, ink, bold=True, vertical="bottom", min_size=26))
    return [*ops, text(second, other, 32 if wide else 26, sub, vertical="top")]


def _open_strip(frame: Frame, rect: Rect, offer: Offer) -> list[Op]:
    if offer.reason is not None:
        return pill(rect.inset(-8, 10), frame.first(offer.reason), 27, good=False)
    if offer.waiting is None:
        return _sign(rect, "people", frame.first(w.WAITING_UNKNOWN))
    if _few_left(offer):
        words = frame.first(w.quota(offer.quota_left or 0))
        width = width_of(words, 26) + 46
        few = Rect(rect.right - width + 8, rect.y + 10, width, rect.h - 20)
        left = Rect(rect.x, rect.y, few.x - rect.x - 16, rect.h)
        said = frame.first(w.people(offer.waiting))
        if width_of(said, 24) > left.w - SIGN_W:
            said = str(offer.waiting)
        return [*_sign(left, "people", said), *pill(few, words, 26, good=False)]
    if offer.wait_min is None:
        return _sign(rect, "people", frame.first(w.people(offer.waiting)))
    if offer.waiting == 0 and offer.wait_min[1] == 0:
        return pill(rect.inset(-8, 10), frame.first(w.NO_WAIT), 27, good=True)
    return _waiting_and_wait(frame, rect, offer.waiting, offer.wait_min)


def _waiting_and_wait(frame: Frame, rect: Rect, waiting: int, wait_min: tuple[int, int]) -> list[Op]:
    """Both figures side by side, each with the room its words need; a very long first one is the bare figure."""
    said, wait = frame.first(w.people(waiting)), frame.first(w.minutes(wait_min))
    free = rect.w - 2 * SIGN_W - 12
    if width_of(said, 24) + width_of(wait, 24) > free:
        said = str(waiting)
    share = free * width_of(said, 29) // (width_of(said, 29) + width_of(wait, 29))
    left = Rect(rect.x, rect.y, SIGN_W + share, rect.h)
    right = Rect(left.right + 12, rect.y, rect.right - left.right - 12, rect.h)
    if rect.w > 400:
        right = Rect(max(right.x, rect.x + rect.w * 48 // 100), rect.y, rect.w * 52 // 100, rect.h)
    return [*_sign(left, "people", said), *_sign(right, "clock", wait)]


def _few_left(offer: Offer) -> bool:
    return offer.quota_left is not None and offer.quota_left <= FEW_LEFT


def _sign(rect: Rect, icon: str, words: str) -> list[Op]:
    return [
        Icon(rect=Rect(rect.x, rect.centre_y - 15, 30, 30), name=icon, colour=KIOSK_SUB),
        text(Rect(rect.x + SIGN_W, rect.y, rect.w - SIGN_W, rect.h), words, 29, KIOSK_INK, bold=True),
    ]


def _closed_strip(frame: Frame, rect: Rect, offer: Offer) -> list[Op]:
    icon, names = state_of(offer, brief=not frame.around.ear)
    first, second = frame.first(names), frame.second(names)
    ops: list[Op] = [Icon(rect=Rect(rect.x, rect.centre_y - 18, 36, 36), name=icon, colour=OFF_SUB)]
    first_w = min(rect.w - 48, width_of(first, 30))
    ops.append(text(Rect(rect.x + 48, rect.y, first_w, rect.h), first, 30, OFF_INK, bold=True))
    left = rect.w - 48 - first_w - 16
    if second != first and left >= width_of(second, 25):
        ops.append(text(Rect(rect.right - left, rect.y, left, rect.h), second, 25, OFF_SUB, align="right"))
    return ops


def _large_card(frame: Frame, rect: Rect, target: str, offer: Offer) -> list[Op]:
    if not offer.open:
        said = frame.first(state_of(offer, brief=not frame.around.ear)[1])
    elif offer.reason is not None:
        said = frame.first(offer.reason)
    elif offer.waiting is None:
        said = frame.first(w.WAITING_UNKNOWN)
    elif offer.wait_min is not None and offer.waiting == 0 and offer.wait_min[1] == 0:
        said = frame.first(w.NO_WAIT)
    else:
        said = frame.first(w.people(offer.waiting))
        if _few_left(offer):
            left = frame.first(w.quota(offer.quota_left or 0))
            said += frame.comma + left[:1].lower() + left[1:]
        elif offer.wait_min is not None:
            said += frame.comma + frame.first(w.minutes(offer.wait_min))
    return [*_plate(rect, target, offer.open), *_large_names(frame, rect, offer.names, offer.icon, said, offer.open)]


def _large_names(frame: Frame, rect: Rect, names: Names, icon: str, said: str, is_open: bool) -> list[Op]:
    side = min(148, rect.h - 52)
    place = Rect(rect.x + 32, rect.centre_y - side // 2, side, side)
    x = place.right + 34
    margin = 14 if rect.h >= 170 else 6
    room = Rect(x, rect.y + margin, rect.right - 96 - x, rect.h - 2 * margin)
    ink, sub = (KIOSK_INK, KIOSK_SUB) if is_open else (OFF_INK, OFF_SUB)
    ground, colour = (KIOSK_TINT, BLUE) if is_open else (OFF_TILE, OFF_SUB)
    first, second = split(room, 0.58)
    lines = 2 if width_of(frame.first(names), 44) > room.w else 1
    return [
        *tile(place, icon, ground, colour),
        text(
            first,
            frame.first(names),
            min(72, max(34, first.h * (9 if lines == 1 else 4) // 10)),
            ink,
            bold=True,
            min_size=34,
            vertical="bottom",
            lines=lines,
        ),
        text(second, said, 44, sub, min_size=34, vertical="top"),
        Icon(rect=Rect(rect.right - 84, rect.centre_y - 32, 64, 64), name="chevron-right", colour=colour),
    ]

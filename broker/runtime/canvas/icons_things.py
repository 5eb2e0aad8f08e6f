"""Icons of services and of things to do: papers, cards, people, tools. Drawn on a 24 x 24 grid."""

from __future__ import annotations

from broker.runtime.canvas.icon_book import icon
from broker.runtime.canvas.pencil import Pencil, bezier, curve


@icon("id-card")
def _id_card(p: Pencil) -> None:
    p.frame(2, 5, 20, 14, 2.4)
    p.circle((8, 10.4), 1.9, 1.7)
    p.line(*curve((8, 16.4), 3.2, 200, 340), width=1.7)
    p.line((14, 10), (18.5, 10), width=1.7)
    p.line((14, 14), (18.5, 14), width=1.7)


def _shield(p: Pencil) -> None:
    right = bezier(((20, 5.6), (20, 14), (18.5, 18.5), (12, 21.6)))
    left = [(24 - x, y) for x, y in reversed(right)]
    p.line((12, 2.6), (20, 5.6), *right, *left, (4, 5.6), closed=True)


@icon("shield-check")
def _shield_check(p: Pencil) -> None:
    _shield(p)
    p.line((8.4, 12), (11, 14.6), (15.8, 9.4))


@icon("shield-person")
def _shield_person(p: Pencil) -> None:
    _shield(p)
    p.circle((12, 9.6), 2.0, 1.7)
    p.line(*curve((12, 17.0), 4.0, 205, 335), width=1.7)


def _heart(p: Pencil) -> None:
    right = bezier(((12, 7.4), (14, 3.2), (21.6, 3.4), (21.4, 9.4)))
    lower = bezier(((21.4, 9.4), (21.2, 14), (16, 17.6), (12, 20.8)))
    half = [*right, *lower]
    p.line(*half, *[(24 - x, y) for x, y in reversed(half)], closed=True)


@icon("heart-plus")
def _heart_plus(p: Pencil) -> None:
    _heart(p)
    p.line((12, 9.2), (12, 14.6))
    p.line((9.3, 11.9), (14.7, 11.9))


@icon("heart")
def _plain_heart(p: Pencil) -> None:
    _heart(p)


@icon("briefcase")
def _briefcase(p: Pencil) -> None:
    p.frame(2.4, 7, 19.2, 13, 2.4)
    p.line((8, 7), (8, 5), (9, 4), (15, 4), (16, 5), (16, 7))
    p.line((2.4, 12.4), (12, 14.6), (21.6, 12.4))
    p.line((12, 13.4), (12, 15.6))


@icon("house")
def _house(p: Pencil) -> None:
    p.line((2.6, 11.4), (12, 3), (21.4, 11.4))
    p.line((5, 9.4), (5, 20.6), (19, 20.6), (19, 9.4))
    p.line((9.6, 20.6), (9.6, 14), (14.4, 14), (14.4, 20.6))


@icon("yen")
def _yen(p: Pencil) -> None:
    p.circle((12, 12), 9.4)
    p.line((8.4, 6.8), (12, 11.6), (15.6, 6.8))
    p.line((12, 11.6), (12, 17.6))
    p.line((8.6, 12.2), (15.4, 12.2), width=1.7)
    p.line((8.6, 15), (15.4, 15), width=1.7)


@icon("document")
def _document(p: Pencil) -> None:
    p.line((14, 2.6), (5, 2.6), (4.6, 3), (4.6, 21), (5, 21.4), (19, 21.4), (19.4, 21), (19.4, 8), closed=True)
    p.line((14, 2.6), (14, 8), (19.4, 8))
    p.line((8.4, 13), (15.6, 13), width=1.8)
    p.line((8.4, 17), (15.6, 17), width=1.8)


@icon("documents")
def _documents(p: Pencil) -> None:
    p.frame(8, 2.6, 12.4, 15, 2)
    p.line((16, 21.4), (5.6, 21.4), (3.6, 19.4), (3.6, 7))
    p.line((11.6, 8), (16.8, 8), width=1.8)
    p.line((11.6, 12), (16.8, 12), width=1.8)


@icon("car")
def _car(p: Pencil) -> None:
    p.line((3, 12.6), (5.4, 6.4), (6.6, 5.4), (17.4, 5.4), (18.6, 6.4), (21, 12.6))
    p.frame(2.4, 12, 19.2, 6, 1.4)
    p.line((5, 18.4), (5, 20))
    p.line((19, 18.4), (19, 20))
    p.dot((6.4, 15), 1.2)
    p.dot((17.6, 15), 1.2)


@icon("family")
def _family(p: Pencil) -> None:
    for x, y, r in ((7, 6, 2.7), (17, 6, 2.7), (12, 12.6, 2.0)):
        p.circle((x, y), r, 1.8)
    p.line((2.4, 20.6), (2.4, 15.6), (4.6, 12.6), (8, 12.4), width=1.8)
    p.line((21.6, 20.6), (21.6, 15.6), (19.4, 12.6), (16, 12.4), width=1.8)
    p.line((8, 21.4), (8, 19.6), (9.6, 17.6), (14.4, 17.6), (16, 19.6), (16, 21.4), width=1.8)


@icon("graduation")
def _graduation(p: Pencil) -> None:
    p.line((12, 4.4), (22, 9.2), (12, 14), (2, 9.2), closed=True)
    p.line((6, 11.6), (6, 16.4), *curve((12, 16.4), 6, 180, 0, 0.5), (18, 11.6))
    p.line((22, 9.2), (22, 15))


@icon("tools")
def _tools(p: Pencil) -> None:
    p.line((3.6, 20.4), (12.4, 11.6), width=3.0)
    p.line(*curve((15.6, 8.4), 4.8, -50, -310))
    p.line((15.6, 8.4), (19.6, 4.4), width=0.6)


@icon("card")
def _card(p: Pencil) -> None:
    p.frame(2, 5, 20, 14, 2.4)
    p.area((2, 8.4), (22, 8.4), (22, 11.4), (2, 11.4))
    p.line((5.6, 15.2), (10, 15.2), width=1.7)


@icon("social-card")
def _social_card(p: Pencil) -> None:
    p.frame(2, 5, 20, 14, 2.4)
    p.frame(5, 9.6, 4.6, 4, 0.8, 1.5)
    p.line((12.6, 10), (18.6, 10), width=1.7)
    p.line((12.6, 14), (18.6, 14), width=1.7)


@icon("globe")
def _globe(p: Pencil) -> None:
    p.circle((12, 12), 9.4)
    p.line((2.6, 12), (21.4, 12), width=1.7)
    p.line(*[(12 + 4.2 * (x - 12) / 9.4, y) for x, y in curve((12, 12), 9.4, 0, 360)], width=1.7)


@icon("letters")
def _letters(p: Pencil) -> None:
    p.line((1.8, 19.4), (7.8, 4.6), (13.8, 19.4))
    p.line((4, 14.4), (11.6, 14.4))
    p.line((14.8, 19.4), (18.6, 10), (22.4, 19.4))
    p.line((16.2, 16.2), (21, 16.2))


@icon("wheelchair")
def _wheelchair(p: Pencil) -> None:
    p.dot((10.4, 3.6), 1.9)
    p.line((10.4, 7.4), (10.8, 13.4), (16.4, 13.4), (18.6, 19), (20.8, 18.2))
    p.line((10.8, 9.8), (15.4, 9.8))
    p.line(*curve((10.2, 16.2), 5.4, 60, 235))


@icon("help")
def _help(p: Pencil) -> None:
    p.circle((12, 12), 9.4)
    p.line(*curve((12, 9.6), 3, 190, 390), (12.6, 12.6), (12, 13.8))
    p.dot((12, 17), 1.25)


@icon("info")
def _info(p: Pencil) -> None:
    p.circle((12, 12), 9.4)
    p.line((12, 11.4), (12, 16.6))
    p.dot((12, 7.6), 1.25)


@icon("bell")
def _bell(p: Pencil) -> None:
    p.line(*curve((12, 9), 6, 180, 360), (18.2, 13.4), (20.4, 17.4), (3.6, 17.4), (5.8, 13.4), closed=True)
    p.line(*curve((12, 19.6), 2.2, 30, 150))
    p.line((12, 2), (12, 2.8))


@icon("clock")
def _clock(p: Pencil) -> None:
    p.circle((12, 12), 9.4)
    p.line((12, 6.6), (12, 12), (15.8, 14))


@icon("people")
def _people(p: Pencil) -> None:
    p.circle((9, 7.6), 3.8)
    p.line((2.2, 20.4), *curve((9, 20), 6.8, 200, 340, 1.0)[:1], *curve((9, 20.4), 6.8, 180, 360, 0.86))
    p.line(*curve((15.4, 7.6), 3.8, -62, 62))
    p.line(*curve((15, 20.4), 6.8, -50, 0, 0.86))


@icon("person")
def _person(p: Pencil) -> None:
    p.circle((12, 7), 4)
    p.line(*curve((12, 21.6), 8, 180, 360, 0.85))


@icon("pause")
def _pause(p: Pencil) -> None:
    p.circle((12, 12), 9.4)
    p.line((9.4, 8.6), (9.4, 15.4))
    p.line((14.6, 8.6), (14.6, 15.4))


@icon("no-entry")
def _no_entry(p: Pencil) -> None:
    p.circle((12, 12), 9.4)
    p.line((7.4, 12), (16.6, 12))


@icon("moon")
def _moon(p: Pencil) -> None:
    p.line(*curve((12, 12), 9.2, 20, 290), *reversed(curve((16.2, 7.4), 6.8, 70, 205)), closed=True)


@icon("sun")
def _sun(p: Pencil) -> None:
    p.circle((12, 12), 4.4)
    for angle in range(0, 360, 45):
        p.line(curve((12, 12), 7.6, angle, angle)[0], curve((12, 12), 10, angle, angle)[0])


@icon("calendar-check")
def _calendar_check(p: Pencil) -> None:
    p.frame(3, 4.4, 18, 17, 2.4)
    p.line((8, 2.2), (8, 6.4))
    p.line((16, 2.2), (16, 6.4))
    p.line((3, 9.6), (21, 9.6))
    p.line((8.4, 15), (11, 17.4), (15.8, 12.8))


@icon("printer")
def _printer(p: Pencil) -> None:
    p.line((6.4, 8.4), (6.4, 2.8), (17.6, 2.8), (17.6, 8.4))
    p.line((6.4, 17.6), (2.6, 17.6), (2.6, 8.6), (21.4, 8.6), (21.4, 17.6), (17.6, 17.6))
    p.frame(6.4, 13.6, 11.2, 7.8, 0.6)


@icon("ticket")
def _ticket(p: Pencil) -> None:
    right = [(21.6, 5.4), (21.6, 9.4), *curve((21.6, 12), 2.6, -90, -270), (21.6, 18.6)]
    left = [(2.4, 18.6), (2.4, 14.6), *curve((2.4, 12), 2.6, 90, -90), (2.4, 5.4)]
    p.line(*right, *left, closed=True)
    p.line((14.6, 8.6), (14.6, 10.2), width=1.7)
    p.line((14.6, 13.8), (14.6, 15.4), width=1.7)


@icon("scan")
def _scan(p: Pencil) -> None:
    for flip_x in (False, True):
        for flip_y in (False, True):
            points = [(3, 8), (3, 3), (8, 3)]
            p.line(*[(24 - x if flip_x else x, 24 - y if flip_y else y) for x, y in points])
    p.line((4.6, 12), (19.4, 12))


@icon("qr")
def _qr(p: Pencil) -> None:
    for x, y in ((3, 3), (14, 3), (3, 14)):
        p.frame(x, y, 7, 7, 0.8, 1.9)
        p.block(x + 2.4, y + 2.4, 2.2, 2.2, 0.3)
    for x, y in ((14, 14), (18.6, 14), (16.3, 16.6), (14, 19), (18.6, 19)):
        p.block(x, y, 2.2, 2.2, 0.3)


@icon("phone")
def _phone(p: Pencil) -> None:
    p.frame(6, 2.4, 12, 19.2, 2.4)
    p.line((10.8, 18), (13.2, 18))


@icon("call")
def _call(p: Pencil) -> None:
    body = bezier(((4.2, 5.2), (4.2, 13.6), (10.4, 19.8), (18.8, 19.8)), 20)
    ear = bezier(((13.8, 15.8), (11, 14.4), (9.6, 13), (8.2, 10.2)))
    p.line(*body, (20.4, 18.2), (20.4, 15.6), (16, 13.8), *ear, (10.2, 8), (8.4, 3.6), (5.8, 3.6), closed=True)


@icon("keypad")
def _keypad(p: Pencil) -> None:
    for x in (5.4, 12, 18.6):
        for y in (5.4, 12, 18.6):
            p.dot((x, y), 1.7)

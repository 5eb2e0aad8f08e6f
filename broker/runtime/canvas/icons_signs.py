"""Icons that tell a state or a way: warnings, marks, arrows, and the five faces of a rating."""

from __future__ import annotations

from broker.runtime.canvas.icon_book import icon
from broker.runtime.canvas.pencil import Pencil, bezier, curve


@icon("warning")
def _warning(p: Pencil) -> None:
    p.line((12, 3), (22, 20.4), (2, 20.4), closed=True)
    p.line((12, 9.4), (12, 14.2))
    p.dot((12, 17.2), 1.2)


@icon("speaker")
def _speaker(p: Pencil) -> None:
    p.line((11, 4.6), (6.2, 8.8), (2.6, 8.8), (2.6, 15.2), (6.2, 15.2), (11, 19.4), closed=True)
    p.line(*curve((11.6, 12), 4, -42, 42))
    p.line(*curve((11.6, 12), 8, -45, 45))


@icon("link-lost")
def _link_lost(p: Pencil) -> None:
    for radius in (9.6, 5.8):
        p.line(*curve((12, 17), radius * 1.25, -138, -42))
    p.dot((12, 18), 1.7)
    p.line((3.4, 3.4), (20.6, 20.6), width=4.6, erase=True)
    p.line((3.4, 3.4), (20.6, 20.6))


@icon("check")
def _check(p: Pencil) -> None:
    p.line((4.6, 12.6), (9.8, 17.8), (19.4, 6.8))


@icon("check-circle")
def _check_circle(p: Pencil) -> None:
    p.circle((12, 12), 9.4)
    p.line((7.6, 12.4), (10.8, 15.4), (16.4, 9))


@icon("cross")
def _cross(p: Pencil) -> None:
    p.line((6, 6), (18, 18))
    p.line((18, 6), (6, 18))


@icon("cross-circle")
def _cross_circle(p: Pencil) -> None:
    p.circle((12, 12), 9.4)
    p.line((8.8, 8.8), (15.2, 15.2))
    p.line((15.2, 8.8), (8.8, 15.2))


@icon("backspace")
def _backspace(p: Pencil) -> None:
    p.line((8, 5), (21.4, 5), (21.4, 19), (8, 19), (2, 12), closed=True)
    p.line((11.4, 9.4), (16.6, 14.6))
    p.line((16.6, 9.4), (11.4, 14.6))


@icon("star")
def _star(p: Pencil) -> None:
    points = []
    for i in range(5):
        points += [curve((12, 12.6), 10, -90 + 72 * i, -90)[0], curve((12, 12.6), 4.4, -54 + 72 * i, 0)[0]]
    p.line(*points, closed=True)


@icon("refresh")
def _refresh(p: Pencil) -> None:
    p.line(*curve((12, 12), 8.6, -30, 280))
    p.line((20.6, 2.8), (20, 7.8), (15, 7.2))


@icon("plus")
def _plus(p: Pencil) -> None:
    p.line((12, 4.6), (12, 19.4))
    p.line((4.6, 12), (19.4, 12))


@icon("pin")
def _pin(p: Pencil) -> None:
    right = bezier(((19.4, 10), (19.4, 15), (14.6, 18.6), (12, 22)))
    p.line(*curve((12, 10), 7.4, 180, 360), *right, *[(24 - x, y) for x, y in reversed(right)], closed=True)
    p.circle((12, 10), 2.6)


def _arrow(p: Pencil, turn: int) -> None:
    def turned(x: float, y: float) -> tuple[float, float]:
        for _ in range(turn):
            x, y = 24 - y, x
        return x, y

    p.line(turned(3.4, 12), turned(20.6, 12))
    p.line(turned(13.2, 4.6), turned(20.6, 12), turned(13.2, 19.4))


def _chevron(p: Pencil, turn: int) -> None:
    def turned(x: float, y: float) -> tuple[float, float]:
        for _ in range(turn):
            x, y = 24 - y, x
        return x, y

    p.line(turned(9, 5), turned(16, 12), turned(9, 19))


for _turn, _side in enumerate(("right", "down", "left", "up")):
    icon(f"arrow-{_side}")(lambda p, turn=_turn: _arrow(p, turn))
    icon(f"chevron-{_side}")(lambda p, turn=_turn: _chevron(p, turn))


def _face(p: Pencil) -> None:
    p.circle((12, 12), 9.6)


@icon("face-5")
def _face_very_satisfied(p: Pencil) -> None:
    _face(p)
    p.line(*curve((8.4, 10), 1.7, 200, 340))
    p.line(*curve((15.6, 10), 1.7, 200, 340))
    mouth = curve((12, 13), 4.8, 0, 180)
    p.area(*mouth)
    p.line(*mouth, closed=True, width=1.2)


@icon("face-4")
def _face_satisfied(p: Pencil) -> None:
    _face(p)
    p.dot((8.6, 9.6), 1.3)
    p.dot((15.4, 9.6), 1.3)
    p.line(*curve((12, 12), 5, 25, 155))


@icon("face-3")
def _face_fair(p: Pencil) -> None:
    _face(p)
    p.dot((8.6, 9.6), 1.3)
    p.dot((15.4, 9.6), 1.3)
    p.line(*curve((12, 9), 7.2, 62, 118))


@icon("face-2")
def _face_dissatisfied(p: Pencil) -> None:
    _face(p)
    p.dot((8.6, 9.8), 1.3)
    p.dot((15.4, 9.8), 1.3)
    p.line(*curve((12, 20), 5, 225, 315))


@icon("face-1")
def _face_very_dissatisfied(p: Pencil) -> None:
    _face(p)
    p.dot((8.6, 10.6), 1.3)
    p.dot((15.4, 10.6), 1.3)
    p.line((6.6, 7.2), (9.8, 8.6), width=1.7)
    p.line((17.4, 7.2), (14.2, 8.6), width=1.7)
    p.line(*curve((12, 19.2), 4.6, 205, 335))


@icon("ear")
def _ear(p: Pencil) -> None:
    p.line(
        *bezier(((5.6, 9.8), (5.6, 0.6), (18.4, 0.6), (18.4, 9.6))),
        *bezier(((18.4, 9.6), (18.4, 14), (14, 14.4), (13.6, 17.8))),
        *bezier(((13.6, 17.8), (13.2, 22.8), (6.8, 22.4), (6.6, 17.6))),
    )
    p.line(
        *bezier(((9.2, 10), (9.2, 4.8), (14.8, 4.8), (14.8, 9.4))),
        *bezier(((14.8, 9.4), (14.6, 12), (11.2, 11.6), (10.8, 14.6))),
    )


@icon("eye")
def _eye(p: Pencil) -> None:
    p.line(
        *bezier(((1.8, 12), (6.6, 3.6), (17.4, 3.6), (22.2, 12))),
        *bezier(((22.2, 12), (17.4, 20.4), (6.6, 20.4), (1.8, 12))),
        closed=True,
    )
    p.circle((12, 12), 3.4)

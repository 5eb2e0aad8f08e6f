"""What a touch may lead to is in the caches before it is touched: counted in things made, never in time."""

import functools
import gc
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import msgspec
import pytest

from broker.model.hall import Hall
from broker.model.words import Names
from broker.runtime.canvas.ops import Op
from broker.runtime.canvas.screen import VirtualScreen
from broker.runtime.hall_source import load_hall
from broker.runtime.languages.offered import languages_of
from firmware_config.demo import HALLS
from kiosk import node, preparing
from kiosk.ahead import FAR_MOST, Picture, ahead, bare, targets_of, touched_from
from kiosk.gallery import AROUND, EVACUATE, LOOKUP, MENU, PENSION, WITH_KOREAN
from kiosk.menu import Circumstances, Menu, menu_of
from kiosk.preparing import BEGIN_S, FAR_AFTER_S, FAR_EVERY_S, NEAR_EVERY_S, Preparing
from kiosk.readers.cards import CardRead
from kiosk.screens.frame import LANDSCAPE, PORTRAIT, Surroundings
from kiosk.screens.view import view
from kiosk.visit import Scene, Step, Visit
from tests.kiosk.app_bench import Bench
from tests.kiosk.kiosk_rig import view_of
from tests.kiosk.small_hall import BUTTONS, parsed

ALL = {"language", "larger", "lower", "help", "missed", "more"} | {f"service/{o.service}" for o in MENU.offers}

MADE_OF_A_NUMBER = 4
"""The number itself and who is before it, each measured and drawn: nobody knew them. All else on a ticket was known."""


def near_of(visit: Visit, menu: Menu, around: Surroundings = AROUND) -> list[Picture]:
    return [picture for picture in ahead(visit, menu, around) if picture.near]


def rested(bench: Bench) -> None:
    """Nobody touches for half a second: on this clock, which stands still meanwhile, one slice is enough."""
    bench.turn(0.5)
    bench.app.prepare()
    assert not bench.app.prepare(), "nothing is near any more"


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path, parsed(more=BUTTONS)).goes_online()
    yield bench
    bench.close()


@pytest.fixture(scope="module")
def town() -> Hall:
    return load_hall(HALLS / "town_hall.toml")


# -- what may come ------------------------------------------------


def test_everything_that_can_be_touched_is_touched_in_thought():
    home = view(Visit(), MENU, AROUND)
    assert set(targets_of(home)) == ALL
    scene = Scene(MENU, 0.0, "t")
    after = list(touched_from(Visit(), targets_of(home), scene, set()))
    assert {visit.service for visit in after} == {None, *(offer.service for offer in MENU.offers)}
    assert {visit.step for visit in after} == {Step.HOME, Step.DETAIL, Step.HELP, Step.MISSED, Step.MORE}
    assert len(near_of(Visit(), MENU)) == len(ALL)
    assert view(Visit(step=Step.MORE), MENU, AROUND) in [picture.ops for picture in near_of(Visit(), MENU)]


def test_a_touch_of_a_moment_ago_and_a_person_about_to_be_forgotten_change_nothing():
    usual = list(ahead(PENSION, LOOKUP, AROUND))
    assert list(ahead(replace(PENSION, touched_at=(9, 9), touched_s=-44.0, entered_s=0.0), LOOKUP, AROUND)) == usual


def test_the_next_persons_first_pictures_follow_in_every_language_also_from_deep_in_a_visit():
    far = [
        picture.ops for picture in ahead(replace(PENSION, step=Step.PRIORITY), LOOKUP, WITH_KOREAN) if not picture.near
    ]
    for language in ("zh", "en", "ko"):
        assert view(Visit(language=language), LOOKUP, WITH_KOREAN) in far
        assert view(Visit(step=Step.MORE, language=language), LOOKUP, WITH_KOREAN) in far


def test_what_two_touches_lead_to_is_bounded():
    pictures = list(ahead(Visit(step=Step.CHECK_IN, letters=True), replace(LOOKUP, appointments=True), WITH_KOREAN))
    assert len([picture for picture in pictures if not picture.near]) == FAR_MOST
    assert len({picture.ops for picture in pictures}) > FAR_MOST


def test_in_an_emergency_nothing_can_be_touched_so_nothing_is_near():
    assert near_of(Visit(), replace(MENU, state="emergency", emergency=EVACUATE)) == []


# -- in the caches ------------------------------------------------


def touches(bench: Bench, *way: str) -> list[str]:
    """The targets of the picture at the end of a way, each touched from there after a rest; what was made then."""

    def go() -> None:
        bench.app.visit = Visit(touched_s=bench.hand.machine_s())
        bench.hears()
        bench.turn()
        bench.tap(*way)
        rested(bench)

    go()
    found = list(bench.app.screen.targets())
    for target in found:
        go()
        made = bench.app.screen.brush.made
        bench.tap(target)
        number = MADE_OF_A_NUMBER if target == "take" else 0
        assert bench.app.screen.brush.made - made <= number, target
    return found


@pytest.mark.parametrize("way", [(), ("larger", "service/pension"), ("service/pension", "claim"), ("missed", "key/A"),
                                 ("help",)])  # fmt: skip
def test_after_a_rest_whatever_is_touched_was_prepared(bench: Bench, way: tuple[str, ...]):
    assert len(touches(bench, *way)) >= 2


def test_without_a_rest_it_was_not_and_the_touch_draws_it(bench: Bench):
    made = bench.app.screen.brush.made
    bench.tap("service/pension")
    assert bench.app.screen.brush.made > made + 20


def test_a_queue_that_moved_and_a_renamed_service_are_prepared_anew(bench: Bench):
    rested(bench)
    shown = view_of(bench.hall, bench.kiosk)
    new = {"waiting": 17, "names": Names("新名字", "New name")}
    changed = tuple(msgspec.structs.replace(line, **new) for line in shown.services)
    bench.hears(services=changed)
    bench.turn(NEAR_EVERY_S)
    rested(bench)
    made = bench.app.screen.brush.made
    bench.tap("service/pension")
    assert bench.app.screen.brush.made == made


@pytest.mark.parametrize(("size", "visit", "words_made"), [
    (PORTRAIT, Visit(step=Step.CATEGORY, category="housing"), 0),
    (LANDSCAPE, Visit(step=Step.CATEGORY, category="personal"), 0),
    (PORTRAIT, Visit(language="en"), 60),  # of all pictures within two touches that with the most words ahead: 10 MB
])  # fmt: skip
def test_in_the_largest_hall_shipped_the_caches_hold_what_one_touch_leads_to(
    town: Hall, size: tuple[int, int], visit: Visit, words_made: int
):
    languages, _ = languages_of(town, HALLS)
    around = replace(AROUND, size=size, languages=languages)
    now = Circumstances(heard=True, day="2026-03-05", today="2026-03-05", minute=600)
    menu = menu_of(town, "kiosk-2", view_of(town, "kiosk-2"), now)
    screen = VirtualScreen(size)
    screen.start()
    hand = Hand(screen)
    screen.show(view(visit, menu, around))
    hand.look(visit, menu, around)
    hand.work()
    made, words = screen.brush.made, screen.brush._pictures.made
    pictures = near_of(visit, menu, around)
    assert len(pictures) >= 9
    for picture in pictures:
        screen.show(picture.ops)
    made, words = screen.brush.made - made, screen.brush._pictures.made - words
    assert made == words, "places and shapes are all there"
    assert words <= words_made


# -- before the first visitor ------------------------------------------------


def made_by_the_first_touch(folder: Path, target: str, *, begun: bool) -> int:
    """Of a kiosk that heard the engine a moment ago and had no rest since."""
    bench = Bench(folder, parsed(more=BUTTONS))
    bench.turn()
    assert bench.app.offering.menu(bench.hand.machine_s()).state == "connecting", "nothing can be touched yet"
    if begun:
        bench.app.begin()
    bench.goes_online()
    made = bench.app.screen.brush.made
    bench.tap(target)
    made = bench.app.screen.brush.made - made
    bench.close()
    return made


@pytest.mark.parametrize("target", ["service/pension", "lower", "larger", "help", "language", "missed"])
def test_the_first_touch_of_a_kiosk_that_just_began_finds_most_of_its_picture_prepared(tmp_path: Path, target: str):
    """All but the figures of the line, which only the engine's first view tells."""
    without = made_by_the_first_touch(tmp_path / "without", target, begun=False)
    assert made_by_the_first_touch(tmp_path / "begun", target, begun=True) * 2 < without


def test_what_is_shown_when_a_kiosk_begins_is_looked_at_afterwards(tmp_path: Path):
    bench = Bench(tmp_path, parsed(more=BUTTONS))
    bench.turn()
    bench.app.begin()
    assert not bench.turn(), "the picture stands"
    assert not bench.app.showing._preparing.done
    bench.close()


def test_a_slow_machine_begins_in_time_with_what_it_managed(hand: "Hand", monkeypatch: pytest.MonkeyPatch):
    prepared: list[Op] = []

    def slow(op: Op, *, words: bool) -> None:
        prepared.append(op)
        hand.now_s += BEGIN_S / 5

    monkeypatch.setattr(hand._screen.brush, "prepare", slow)
    hand.begin(Visit(), MENU, AROUND)
    assert 5 <= len(prepared) <= 6
    assert hand.done


def test_a_screen_without_fonts_begins_at_once():
    hand = Hand(VirtualScreen(PORTRAIT))
    hand.begin(Visit(), MENU, AROUND)
    assert hand.done


def test_a_kiosk_tells_that_it_is_ready_after_first_picture_preparing_and_settling(monkeypatch: pytest.MonkeyPatch):
    parts = Mock()
    parts.ledger.start.return_value = Mock(unclear=(), voided=())
    monkeypatch.setattr(node, "settle", parts.settle)
    node.KioskNode.start(parts)
    called = [call[0] for call in parts.mock_calls]
    assert called[-4:] == ["app.turn", "app.begin", "settle", "_heart.ready"]


# -- the hand ------------------------------------------------


class Hand(Preparing):
    """On a clock of its own that stands still unless told."""

    def __init__(self, screen: VirtualScreen) -> None:
        self.now_s = 0.0
        super().__init__(screen, lambda: self.now_s)

    def rest(self) -> None:
        for _ in range(3):
            self.now_s += FAR_EVERY_S
            self.work()
        assert self.done


@pytest.fixture
def hand() -> Hand:
    screen = VirtualScreen(PORTRAIT)
    screen.start()
    return Hand(screen)


def test_it_stops_when_its_slice_is_over_and_goes_on_in_the_next(hand: Hand, monkeypatch: pytest.MonkeyPatch):
    prepared: list[Op] = []

    def slow(op: Op, *, words: bool) -> None:
        prepared.append(op)
        hand.now_s += 0.002

    monkeypatch.setattr(hand._screen.brush, "prepare", slow)
    hand.look(Visit(), MENU, AROUND)
    hand.work()
    assert len(prepared) == 2, "one and what was begun before 3 ms had passed"
    hand.work()
    assert len(prepared) == 4


def test_a_finger_on_the_screen_is_not_kept_waiting(hand: Hand):
    hand._screen.show(view(Visit(), MENU, AROUND))
    x, y = hand._screen.targets()["more"]
    hand.look(Visit(), MENU, AROUND)
    made = hand._screen.brush.made
    hand._screen._finger(x, y, down=True)
    hand.work()
    hand._screen._finger(x, y, down=False)
    hand.work()
    assert hand._screen.brush.made == made, "it is up, and what it did is not fetched yet"
    hand._screen.inputs()
    hand.work()
    assert hand._screen.brush.made > made


def test_only_a_visitors_touch_is_hurried_after_and_not_that_of_one_who_listens(hand: Hand):
    hand.look(Visit(), MENU, AROUND)
    hand.work()
    assert not hand.hurried
    hand.look(Visit(), replace(MENU, hours="09:00-12:00"), AROUND)
    assert not hand.hurried
    hand.look(PENSION, MENU, AROUND)
    assert hand.hurried
    hand.work()
    assert not hand.hurried, "what is near was prepared"
    hand.look(replace(PENSION, guided=True), MENU, AROUND)
    assert not hand.hurried


def test_a_kiosk_that_begins_hurries_before_anybody_touches_and_again_when_it_begins_to_give_tickets(hand: Hand):
    hand.look(Visit(), replace(MENU, state="closed"), AROUND)
    assert hand.hurried, "nothing is drawn yet, and somebody may stand there"
    hand.work()
    assert not hand.hurried
    hand.look(Visit(), MENU, AROUND)
    assert hand.hurried
    hand.work()
    assert not hand.hurried


def test_a_screen_without_fonts_is_hurried_after_by_nobody():
    hand = Hand(VirtualScreen(PORTRAIT))
    hand.look(Visit(), MENU, AROUND)
    hand.look(PENSION, MENU, AROUND)
    hand.work()
    assert not hand.hurried, "the loop would turn without a pause for as long as the visit stays"


def kept_words(screen: VirtualScreen) -> list[str]:
    """Every key of the caches that hold words: of this screen, and of each function of ours that remembers answers."""
    assert screen.brush is not None
    caches = (screen.brush._pictures, screen.brush._fitted, screen.fonts._bounds)
    # By type(), not isinstance(): a weak proxy that outlived its object refuses to say its class.
    remembering = [one for one in gc.get_objects() if type(one) is functools._lru_cache_wrapper]
    ours = [one for one in remembering if one.__module__.partition(".")[0] in ("kiosk", "broker")]
    assert ours
    books = [book for one in ours for book in gc.get_referents(one) if isinstance(book, dict)]
    return [repr(key) for book in (*(cache._values for cache in caches), *books) for key in book]


def test_what_a_visitor_typed_or_showed_has_no_picture_any_more_once_he_has_gone(bench: Bench):
    bench.turn()
    before = set(kept_words(bench.app.screen))  # other tests' answers are remembered too, with figures of their own
    card = CardRead(masked="31**********92", age=70, person="0" * 32)
    for visit in (
        replace(PENSION, step=Step.PHONE, typed="739"),
        replace(PENSION, phone_tail="7391"),
        replace(PENSION, step=Step.CARD, card=card),
    ):
        bench.app.visit = replace(visit, touched_s=bench.hand.machine_s())
        bench.hears()
        bench.turn()
        rested(bench)
    shown = [key for key in kept_words(bench.app.screen) if key not in before]
    assert any("31****" in key for key in shown) and not any("739" in key for key in shown)
    bench.app.visit = Visit(touched_s=bench.hand.machine_s())
    bench.turn()
    rested(bench)
    assert not [key for key in kept_words(bench.app.screen) if key not in before and ("31****" in key or "739" in key)]


def test_the_code_of_a_ticket_is_kept_by_nobody_but_its_slip(bench: Bench):
    bench.tap("service/pension", "take")
    (slip,) = [slip for _, slip in bench.press.printed]
    assert slip.qr_rows
    assert not [key for key in kept_words(bench.app.screen) if slip.qr_text in key]


def test_what_is_far_waits_for_a_quiet_moment_and_comes_seldom_while_only_figures_change(hand: Hand):
    hand.look(Visit(), MENU, AROUND)
    hand.work()
    near = hand._screen.brush.made
    hand.work()
    assert (hand.done, hand._screen.brush.made) == (False, near)
    hand.now_s += FAR_AFTER_S
    hand.work()
    assert hand.done
    hand.look(Visit(), replace(MENU, hours="09:00-12:00"), AROUND)
    hand.now_s += FAR_AFTER_S
    hand.work()
    assert not hand.done
    hand.now_s += FAR_EVERY_S
    hand.work()
    assert hand.done


def test_figures_that_change_every_second_are_looked_through_seldom_and_the_newest_in_the_end(
    hand: Hand, monkeypatch: pytest.MonkeyPatch
):
    looked: list[str] = []

    def noted(visit: Visit, menu: Menu, around: Surroundings) -> Iterator[Picture]:
        for picture in ahead(visit, menu, around):
            looked.append(menu.hours)
            yield picture

    monkeypatch.setattr(preparing, "ahead", noted)
    seconds = [f"09:00-12:{second:02}" for second in range(int(3 * NEAR_EVERY_S))]
    for second in seconds:
        hand.look(Visit(), replace(MENU, hours=second), AROUND)
        hand.work()
        hand.now_s += 1.0
    assert list(dict.fromkeys(looked)) == seconds[:: int(NEAR_EVERY_S)]
    hand.now_s += NEAR_EVERY_S
    hand.work()
    assert looked[-1] == seconds[-1]


def test_a_visitors_touch_and_news_beside_the_figures_are_not_kept_waiting_for_them(hand: Hand):
    hand.look(Visit(), MENU, AROUND)
    hand.work()
    for visit, around in ((PENSION, AROUND), (PENSION, replace(AROUND, emergency_since="10:04"))):
        before = hand._screen.brush.made
        hand.look(visit, MENU, around)
        hand.work()
        assert hand._near_s == hand.now_s
        assert hand._screen.brush.made > before or around is not AROUND


def test_a_new_minute_begins_nothing_anew(hand: Hand):
    hand.look(Visit(), MENU, AROUND)
    hand.rest()
    hand.look(Visit(touched_s=60.0), MENU, replace(AROUND, clock="14:33", warned_s=12))
    assert hand.done


def test_a_picture_that_cannot_be_drawn_is_logged_and_the_next_visit_prepared(
    hand: Hand, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def broken(*_: object) -> None:
        raise KeyError("icon")

    with monkeypatch.context() as patched, caplog.at_level(logging.ERROR):
        patched.setattr(preparing, "ahead", lambda *_: map(broken, (1,)))
        hand.look(Visit(), MENU, AROUND)
        hand.work()
    assert hand.done
    assert [record.message for record in caplog.records] == ["the next pictures cannot be prepared"]
    hand.look(PENSION, MENU, AROUND)
    hand.work()
    assert hand._screen.brush.made > 0


def test_nothing_is_prepared_while_a_ticket_is_on_its_way(bench: Bench):
    rested(bench)
    bench.tap("service/pension", "take")
    assert bench.app.visit.step in (Step.TAKING, Step.TICKET)
    made = bench.app.screen.brush.made
    bench.app.prepare()
    assert bench.app.screen.brush.made == made
    assert bare(bench.app.visit).ticket is not None

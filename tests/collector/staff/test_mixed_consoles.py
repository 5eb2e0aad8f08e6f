"""Keypad, button pad, browser and tablet at one counter: whoever presses what, in whatever order, they always agree.

The minds, the rules, the journal and the pages are the real ones; only cables and the network are missing. Each console
sees the counter a little later than it is, as in a hall, and some keys are pressed on two of them at once.
"""

import html
import json
import random
import re
from collections import Counter as Tally

import msgspec
import pytest

from broker.contract.codec import decode, decode_view, encode_view
from broker.engine.project import project
from broker.model import commands as c
from broker.model.views import CounterView
from broker.model.words import CounterStatus
from broker.runtime.frames.driver import Key, KeyPress
from caller.console.keys import ConsoleKey, Press, press_of_terminal
from caller.console.mind import Console, Refuse, Send
from caller.console.picture import picture_of
from caller.directory import directory_of
from caller.lines.strip_text import strip_pages
from tests.collector.conftest import Browser
from tests.collector.town import TownHub, town_hall

COUNTER = "c1"
KEYS = "onsfrmhxbz"
"""Of the page; those that open dialogs are pressed in test_console_dialogs.py."""
TYPED = (
    (Key.CALL, ("", "", "", "01")),
    (Key.CONFIRM, ("", "", "6", "0", "3", "9", "8", "72")),
    (Key.RATE, ("",)),
    (Key.RECALL, ("",)),
    (Key.PAUSE, ("",)),
    (Key.TRANSFER, ("2",)),
)
TERMINAL = [KeyPress(1, digits, key) for key, typed in TYPED for digits in typed]


class Pad:
    """One caller's mind: a keypad or a button pad, with the newest view that has reached it."""

    def __init__(self, hub: TownHub, name: str) -> None:
        self.hub, self.name = hub, name
        self._made = 0
        self.mind = Console(directory_of(hub.hall, COUNTER), self._id)
        self.mind.link(True, 0.0)
        self.hear()

    def _id(self) -> str:
        self._made += 1
        return f"{self.name}-{self._made:06d}"

    def hear(self) -> None:
        self.mind.shown(view_of(self.hub))

    def press(self, press: Press, now_s: float) -> list[tuple[str, c.Command]]:
        effects = self.mind.press(press, now_s, self.hub.clock.now_ms())
        return [(effect.id, effect.command) for effect in effects if isinstance(effect, Send)]

    def ask(self, sent: list[tuple[str, c.Command]], now_s: float) -> None:
        for id, command in sent:
            reply = self.hub.send(command, "desk-1", id=id)
            said = reply.refusal
            refusal = None if said is None else Refuse(said.code, said.sentence)
            self.mind.answered(id, refusal, now_s)


class Page:
    """A browser or a tablet: what its buttons send is read from the page it last loaded."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self._made = 0
        self.load()

    def load(self) -> None:
        self.text = self.browser.client.get(f"/console/{COUNTER}").get_data(as_text=True)

    def press(self, key: str) -> list[dict[str, object]]:
        found = re.search(rf'<button[^>]*data-key="{key}"[^>]*data-command=\'([^\']*)\'[^>]*>', self.text)
        if found is None or " disabled" in found[0]:
            return []
        commands = json.loads(html.unescape(found[1]))
        return commands if isinstance(commands, list) else [commands]

    def ask(self, commands: list[dict[str, object]]) -> None:
        for command in commands:
            self._made += 1
            body = {"id": f"page-{id(self)}-{self._made:06d}", "command": command}
            answer = self.browser.post("/api/commands", body)
            if answer.status_code != 200 and answer.get_json()["code"] != "done_already":
                return


def view_of(hub: TownHub) -> CounterView:
    """The counter as the engine has it, by way of the wire."""
    shown = project(hub.hall, hub.writer.state, ("counter",))["counter", COUNTER]
    body = encode_view("counter", COUNTER, 1, hub.writer.state.position, hub.clock.now_ms(), msgspec.json.encode(shown))
    view = decode_view(body)[1]
    assert isinstance(view, CounterView)
    return view


def agree(hub: TownHub, pads: list[Pad], pages: list[Page]) -> None:
    """Once every view has arrived: one number, one state, on digits, lamps, pages and the sign."""
    truth = view_of(hub)
    number = truth.ticket.number if truth.ticket is not None else None
    now_ms = hub.clock.now_ms()
    pictures = [picture_of(pad.mind, now_ms) for pad in pads]
    for picture in pictures:
        assert picture.number == number
        assert picture.state == truth.status.value
        assert picture.waiting == (None if truth.status is CounterStatus.CLOSED else truth.waiting)
        refused = [name for name, lit in picture.lamps if name == "refused" and lit != "off"]
        assert [lamp for lamp in picture.lamps if lamp[0] not in ("refused", *refused)] == [
            lamp for lamp in pictures[0].lamps if lamp[0] not in ("refused", *refused)
        ], "lamps differ"
    shown = [re.search(r'<section class="stage (\w+)".*?</section>', page.text, re.S) for page in pages]
    assert all(stage is not None and stage[1] == truth.status.value for stage in shown)
    on_pages = {tuple(re.findall(r'<p class="number">([A-Z]\d+)</p>', stage[0])) for stage in shown if stage}
    assert on_pages == {(number,) if number else ()}
    sign = strip_pages(truth, now_ms, "欢迎光临", 8)
    if truth.status is CounterStatus.PAUSED:
        assert "暂停服务" in sign
    elif number is not None and truth.emergency is None:
        assert any(number in text for text in sign) or truth.ticket.status != "called"


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_every_console_of_a_counter_agrees_whatever_is_pressed_where(hub: TownHub, logged_in, seed: int) -> None:  # type: ignore[no-untyped-def]
    chance = random.Random(seed)
    for _ in range(25):
        hub.take_ticket("pension")
    hub.done(c.OpenCounter(counter=COUNTER, clerk="staff-16"))
    pads = [Pad(hub, "keypad"), Pad(hub, "buttons")]
    pages = [Page(logged_in("clerk")), Page(logged_in("clerk"))]
    now_s = 10.0
    done: Tally[str] = Tally()
    for _ in range(70):
        slow = chance.random() < 0.5
        hub.clock.advance(8 if slow else 0.4)
        now_s += 8 if slow else 0.4
        if chance.random() < 0.05:
            hub.take_ticket("pension")
        before = hub.writer.state.position
        pad, page = chance.choice(pads), chance.choice(pages)
        wish = press_of_terminal(chance.choice(TERMINAL))
        assert wish is not None
        if chance.random() < 0.5:
            pad.ask(pad.press(wish, now_s), now_s)
        else:
            page.ask(page.press(chance.choice(KEYS)))
        done.update(["changed" if hub.writer.state.position != before else "nothing"])
        for one in pads:
            if slow or chance.random() < 0.6:
                one.hear()
        for other in pages:
            if slow or chance.random() < 0.6:
                other.load()
        if slow:
            agree(hub, pads, pages)
    assert done["changed"] > 10, "too little happened to prove anything"


PAIRS = [
    (ConsoleKey.CALL, "n"), (ConsoleKey.START, "s"), (ConsoleKey.FINISH, "f"), (ConsoleKey.NO_SHOW, "m"),
    (ConsoleKey.RECALL, "r"), (ConsoleKey.UNDO, "z"), (ConsoleKey.CLOSE, "x"), (ConsoleKey.OPEN, "o"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "letter"), PAIRS)
@pytest.mark.parametrize("devices", ["pad+page", "page+pad", "pad+pad", "page+page"])
def test_the_same_key_on_any_two_consoles_is_one_press(  # type: ignore[no-untyped-def]
    hub: TownHub, logged_in, key: ConsoleKey, letter: str, devices: str
) -> None:
    for _ in range(3):
        hub.take_ticket("pension")
    if key is not ConsoleKey.OPEN:
        hub.done(c.OpenCounter(counter=COUNTER, clerk="staff-16"))
    if key not in (ConsoleKey.OPEN, ConsoleKey.CLOSE, ConsoleKey.CALL):
        hub.clock.advance(30)
        hub.done(c.CallNext(counter=COUNTER))
        hub.clock.advance(6)
    elif key is not ConsoleKey.OPEN:
        hub.clock.advance(30)
    first, second = devices.split("+")
    made = {"pad": lambda: Pad(hub, f"pad{id(object())}"), "page": lambda: Page(logged_in("clerk"))}
    one, other = made[first](), made[second]()
    before = hub.writer.state.position

    def press(console):  # type: ignore[no-untyped-def]
        return console.press(Press(key), 50.0) if isinstance(console, Pad) else console.press(letter)

    pressed, again = press(one), press(other)
    assert pressed and again, "both consoles offer the key"
    for console, sent in ((one, pressed), (other, again)):
        hub.clock.advance(0.2)
        console.ask(sent, 50.2) if isinstance(console, Pad) else console.ask(sent)
    assert hub.writer.state.position - before == 1
    if isinstance(other, Pad):
        assert other.mind.refusal is None, "the clerk did nothing wrong"


@pytest.mark.parametrize("hall", [msgspec.structs.replace(town_hall(), keypads={})], ids=["no evaluator"])
def test_a_page_that_finishes_and_calls_while_the_pad_finishes_serves_the_next_visitor(hub: TownHub, logged_in) -> None:  # type: ignore[no-untyped-def]
    for _ in range(3):
        hub.take_ticket("pension")
    hub.done(c.OpenCounter(counter=COUNTER, clerk="staff-16"))
    hub.done(c.CallNext(counter=COUNTER))
    hub.done(c.StartService(counter=COUNTER))
    hub.clock.advance(60)
    pad, page = Pad(hub, "keypad"), Page(logged_in("clerk"))
    sent, commands = pad.press(Press(ConsoleKey.FINISH), 50.0), page.press("n")
    page.ask(commands)
    pad.ask(sent, 50.1)
    assert hub.writer.state.find("A001").status == "served"
    assert hub.writer.state.find("A002").status == "called", "the pad's finish was the first visitor's"
    assert decode(msgspec.json.encode(view_of(hub)), CounterView).ticket.number == "A002"

"""One counter's place: its console and rating minds, and the devices that stand there."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from broker.contract.envelope import PanelPart, Reply
from broker.model.commands import ExplainEvaluation, LeaveUnrated, RecordEvaluation
from broker.model.views import CounterView
from broker.model.words import Names
from broker.runtime.errors import NodeError, OutboxFull
from broker.runtime.frames.driver import Key, KeyPress
from caller.console.keys import Press, press_of_terminal
from caller.console.mind import AskRating, Console, Effect, Refuse, Send
from caller.console.picture import Picture, picture_of
from caller.devices import ConsoleDevice, KeypadDevice
from caller.evaluator.screen import ScreenEvaluator
from caller.pads.card_reader import CardReader
from caller.rating import mind as r
from caller.rating.book import RatedAlready
from caller.rating.mind import Rating, RatingState

log = logging.getLogger(__name__)

NOT_KEPT = Refuse("not_kept", Names("设备存储故障，按键未执行", "This device's disk failed; nothing was done."))
OUTBOX_FULL = Refuse(
    "outbox_full",
    Names(
        "系统没有应答，按键已满，未执行",
        "The server does not answer; no more presses can be kept.",
    ),
)
REJECTED_KEPT = 100


class Station:
    """``ask`` puts a command into the outbox, ``keep`` a rating into the book, ``tell`` what belongs to one.

    A NodeError says that they cannot.
    """

    def __init__(
        self,
        console: Console,
        rating: Rating | None,
        consoles: Sequence[ConsoleDevice],
        keypad: KeypadDevice | None,
        *,
        ask: Callable[[Send], None],
        keep: Callable[[RecordEvaluation], None],
        tell: Callable[[str, ExplainEvaluation | LeaveUnrated], None],
        readers: Sequence[CardReader] = (),
    ) -> None:
        self.console = console
        self.rating = rating
        self.consoles = tuple(consoles)
        self.keypad = keypad
        self.readers = tuple(readers)
        self.rejected: list[tuple[str, str]] = []
        """Keys that did not count, newest last: (code, raw key)."""
        self.unknown_keys = 0
        """Keys of the evaluator that its map does not have: a wrong map, or another device than was thought."""
        self.on_prompt: Callable[[str], None] = lambda visit: None
        """Hears which visit is asked about; of one and the same perhaps more than once."""
        self._ask = ask
        self._keep = keep
        self._tell = tell
        if rating is not None and keypad is not None:
            rating.faulty = lambda: bool(keypad.fault())

    @property
    def counter(self) -> str:
        return self.console.directory.counter

    @property
    def visit(self) -> str | None:
        """The visit that the keypad asked about last."""
        return None if self.rating is None else self.rating.visit

    def shown(self, view: CounterView, now_ms: int) -> None:
        """The engine's newest picture of this counter."""
        self.console.shown(view)
        if isinstance(self.keypad, ScreenEvaluator):
            self.keypad.shown(view, now_ms)
        if self.rating is not None:
            self._rate(self.rating.shown(view.evaluation, now_ms))

    def link(self, online: bool, now_s: float) -> None:
        self.console.link(online, now_s)

    def press(self, press: Press, now_s: float, now_ms: int) -> None:
        """A clerk's key."""
        self._do(self.console.press(press, now_s, now_ms), now_s)

    def lay(self, card: str, now_s: float) -> None:
        """A clerk's work card."""
        self._do(self.console.card(card, now_s), now_s)

    def press_terminal(self, key: KeyPress, now_s: float, now_ms: int) -> None:
        """A key of a terminal; 取消 only clears what was typed, and the terminal did that itself."""
        press = press_of_terminal(key)
        if press is not None:
            self.press(press, now_s, now_ms)
        elif key.key is not Key.CANCEL:
            self._do(self.console.no_such_key(now_s), now_s)

    def rate(self, raw_key: str, now_ms: int) -> None:
        """A visitor's key."""
        if self.rating is None:
            return
        if not self.rating.knows(raw_key):
            self.unknown_keys += 1
            if self.unknown_keys & (self.unknown_keys - 1) == 0:  # the first, the second, the fourth ...
                log.warning(
                    "keypad %s: key %s is not in its map and never a rating (%d such keys so far)",
                    self.rating.keypad,
                    key_in_hex(raw_key),
                    self.unknown_keys,
                )
        self._rate(self.rating.press(raw_key, now_ms))

    def answered(self, id: str, reply: Reply, now_s: float) -> None:
        """The engine's answer to a command of this counter."""
        said = reply.refusal
        refusal = None if said is None else Refuse(said.code, said.sentence)
        self._do(self.console.answered(id, refusal, now_s), now_s)

    def tick(self, now_s: float, now_ms: int) -> Picture:
        """Let time pass and bring every device up to date; returns what they show."""
        self._do(self.console.tick(now_s), now_s)
        if self.rating is not None:
            self._rate(self.rating.tick(now_ms))
            if isinstance(self.keypad, ScreenEvaluator):
                for said in self.keypad.take_explained():
                    self._rate(self.rating.explain(said.reasons, contact=said.contact))
        picture = picture_of(self.console, now_ms)
        for device in self.consoles:
            device.show(picture)
        return picture

    def refresh(self, prompt: bool) -> None:
        """Show everything again; ``prompt`` asks a waiting visitor again too, after the line came back."""
        for device in self.consoles:
            device.refresh()
        if prompt and self.rating is not None:
            self._rate(self.rating.again())

    def panels(self) -> list[PanelPart]:
        """How the virtual devices among these look now."""
        said = self.console.refusal
        state = said.sentence.zh if said is not None else picture_of(self.console, 0).state
        parts = [device.panel(state) for device in self.consoles if hasattr(device, "panel")]
        parts += [reader.panel(reader.fault() or state) for reader in self.readers]
        if self.keypad is not None and self.rating is not None and hasattr(self.keypad, "panel"):
            parts.append(self.keypad.panel(self.rating.state.value))
        return parts

    def health(self) -> dict[str, str]:
        """A short word for each device."""
        parts = {device.name: device.fault() or "ok" for device in self.consoles}
        parts |= {reader.name: reader.fault() or "ok" for reader in self.readers}
        if self.keypad is not None:
            broken = self.rating is not None and self.rating.state is RatingState.FAULT
            parts[self.keypad.name] = self.keypad.fault() or ("disk-failed" if broken else "ok")
            if self.unknown_keys:
                parts[f"{self.keypad.name}-keys"] = f"unknown:{self.unknown_keys}"
        return parts

    # -- effects

    def _do(self, effects: Sequence[Effect], now_s: float) -> None:
        for effect in effects:
            match effect:
                case Send():
                    self._send(effect, now_s)
                case Refuse():
                    log.info("counter %s refuses a press: %s", self.counter, effect.code)
                    for device in self.consoles:
                        device.refuse()
                case AskRating():
                    if self.rating is not None:
                        self._rate(self.rating.again())

    def _send(self, send: Send, now_s: float) -> None:
        try:
            self._ask(send)
        except NodeError as error:
            log.error("counter %s: a command cannot be kept: %s", self.counter, error)
            refusal = OUTBOX_FULL if isinstance(error, OutboxFull) else NOT_KEPT
            self._do(self.console.answered(send.id, refusal, now_s), now_s)

    def _rate(self, effects: Sequence[r.Effect]) -> None:
        keypad = self.keypad
        if keypad is None or self.rating is None:
            return
        for effect in effects:
            match effect:
                case r.Prompt(visit):
                    keypad.prompt()
                    self.on_prompt(visit)
                case r.Store():
                    self._rate(self._stored(self.rating, effect.evaluation))
                case r.Thank():
                    keypad.thank(effect.level)
                case r.Apologise():
                    keypad.apologise()
                case r.Rest():
                    keypad.rest()
                case r.Keep():
                    self._keep_told(effect)
                case r.Reject():
                    log.info("keypad %s: key %s does not count: %s", keypad.name, effect.raw_key, effect.code)
                    self.rejected = [*self.rejected[1 - REJECTED_KEPT :], (effect.code, effect.raw_key)]
                    keypad.reject()

    def _keep_told(self, effect: r.Keep) -> None:
        """Nobody was thanked for it, so that a failing disk costs no more than this."""
        try:
            self._tell(effect.id, effect.told)
        except NodeError as error:
            log.error("counter %s: what belongs to a rating cannot be kept: %s", self.counter, error)

    def _stored(self, rating: Rating, evaluation: RecordEvaluation) -> list[r.Effect]:
        """On disk before any thanks. A visit the book already has was thanked for before a restart."""
        try:
            self._keep(evaluation)
        except RatedAlready:
            log.warning("keypad %s: the visit was rated before", rating.keypad)
            return rating.stored(evaluation.evaluation)
        except NodeError as error:
            log.error("keypad %s: a rating cannot be kept: %s", rating.keypad, error)
            return rating.failed(evaluation.evaluation)
        return rating.stored(evaluation.evaluation)


def key_in_hex(raw_key: str) -> str:
    """A raw key as a technician compares it with the device's papers: ``7 (0x07)``, ``KEY_A``."""
    number = raw_key if raw_key.isascii() and raw_key.isdecimal() else ""
    return f"{raw_key} (0x{int(number):02X})" if number else raw_key[:40]

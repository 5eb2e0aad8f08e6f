"""The clerk's console as a mind: presses become commands, answers and views become digits and lamps. Pure.

One console per counter, however many pads and terminals stand there: they share its state. The engine alone decides;
what is refused here is only what could not be asked (no such counter, nobody to ask). Times: ``now_s`` is monotonic
machine seconds, ``now_ms`` hall time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from broker.model import commands as c
from broker.model.commands.base import AtCounter
from broker.model.refusals import DoneAlready, TooLate
from broker.model.views import CounterView
from broker.model.words import (
    CALLED_ON_PAD,
    CLOSE_DIGIT,
    PAUSE_REASONS,
    SERVED_ON_PAD,
    CounterStatus,
    Names,
    TicketStatus,
)
from caller.console.guesses import Guesses
from caller.console.keys import ConsoleKey, Press
from caller.console.log_in import LogInPad
from caller.directory import Directory, numbers_meant

MERGE_S = 1.5
"""The same press again within this time of the last one is the same press: a nervous finger, a resent frame."""
PIECE_MERGE_S = 0.6
"""The same for a piece of a staff number or PIN, of which two may well be alike (0101): longer than a terminal waits
before it sends a frame again, shorter than a hand takes for two digits and the key."""
JUST_CALLED_MS = 10_000
"""The call key does not end a visit that was called so recently and not started."""
UNANSWERED_LIMIT = 4
SLOW_S = 1.0
"""An answer that takes longer than this is missed by whoever pressed: shown, so that nobody presses again for it."""
REFUSAL_SHOWN_S = 4.0


@dataclass(frozen=True)
class Send:
    """Ask the engine."""

    id: str
    command: c.Command


@dataclass(frozen=True)
class Refuse:
    """Tell the clerk no: beep, flash, sentence."""

    code: str
    sentence: Names


@dataclass(frozen=True)
class AskRating:
    """Prompt the visitor once more; the visit is already finished."""


Effect = Send | Refuse | AskRating

FOR_NOBODY = (c.CallNext, c.CallNumber, c.ServeDirect)
"""What is pressed while nobody is at the counter."""
DONE_ALREADY = DoneAlready().code
NOT_READY = Refuse("not_ready", Names("系统尚未就绪，请稍候", "Not ready yet: the counter's state is not known."))
ENGINE_AWAY = Refuse(
    "engine_away", Names("系统连接中断，按键未执行", "The server cannot be reached; nothing was done.")
)
TOO_MANY = Refuse("too_many", Names("按键太快，请等待结果", "Too many presses are waiting for an answer."))
JUST_CALLED = Refuse(
    "just_called", Names("刚刚呼叫，请稍候或重呼", "This visitor was called just now; wait or recall.")
)
NO_COUNTER = Refuse("no_counter", Names("没有这个窗口，未转移", "There is no such counter; nothing was transferred."))
NO_NUMBER = Refuse("no_number", Names("没有这个号码", "No ticket of this counter has that number."))
WHICH_NUMBER = Refuse(
    "which_number", Names("号码不唯一，请在电脑上选择", "Several tickets end in these digits; choose on the screen.")
)
NO_SERVICE = Refuse(
    "no_service", Names("请先输入业务序号", "Type the service's place in the hall file before this key.")
)
NOBODY_SET_ASIDE = Refuse("nobody_set_aside", Names("没有挂起或过号的号票", "Nobody is on hold or missed here."))
NOT_LOGGED_IN = {
    "unknown": Refuse("no_such_clerk", Names("没有这个工号", "There is no such staff number.")),
    "no_pin": Refuse("no_pin", Names("此工号没有设密码，请在网页登录", "This clerk has no PIN: log in on the page.")),
    "wrong": Refuse("wrong_pin", Names("密码不对，请重新输入工号", "Wrong PIN: type the staff number again.")),
}
NO_CARD = {
    "unknown": Refuse("no_such_card", Names("此卡没有登记", "This card is not registered.")),
}
CARD_WHILE_OPEN = Refuse(
    "card_while_open", Names("窗口正在服务，请先暂停或关闭", "The counter is open: pause or close it first.")
)
NO_SUCH_KEY = Refuse("no_such_key", Names("此按键没有功能", "This key does nothing here."))


@dataclass
class _Asked:
    press: Press
    at_s: float


class Console:
    """The state of one counter's consoles. ``make_id`` gives a fresh command id; ``ttl_s`` is a press's life."""

    def __init__(
        self, directory: Directory, make_id: Callable[[], str], ttl_s: float = 5.0, guesses: Guesses | None = None
    ) -> None:
        self.directory = directory
        self.view: CounterView | None = None
        self.refusal: Refuse | None = None
        """The last refusal, until the next press or for a few seconds."""
        self.pin_next = False
        """A staff number was typed here, its PIN comes next."""
        self.slow = False
        """A press is on its way and has no answer yet, for longer than usual."""
        self._make_id = make_id
        self._log_in = LogInPad(directory.clerks, directory.counter, guesses or Guesses())
        self._ttl_s = ttl_s
        self._asked: dict[str, _Asked] = {}
        self._last: tuple[Press, float] | None = None
        self._status: CounterStatus | None = None
        self._status_since_s = float("-inf")
        self._away_since_s: float | None = float("-inf")
        self._refused_at_s = 0.0

    @property
    def away(self) -> bool:
        """The engine cannot be asked at this moment."""
        return self._away_since_s is not None

    def link(self, online: bool, now_s: float) -> None:
        """The way to the engine is open, or is not any more."""
        if online:
            self._away_since_s = None
        elif self._away_since_s is None:
            self._away_since_s = now_s

    def shown(self, view: CounterView) -> None:
        """The engine's newest picture of the counter."""
        self.view = view
        self._status = self._status or view.status  # the first status heard is not news

    def press(self, press: Press, now_s: float, now_ms: int) -> list[Effect]:
        """A key went down."""
        self._notice(now_s)
        if self._merged(press, now_s):
            return []
        self.refusal = None
        view = self._can_ask(now_s)
        wish = view if isinstance(view, Refuse) else self._wish(press, view, now_s, now_ms)
        if isinstance(wish, Refuse):
            return self._refused(wish, now_s)
        if isinstance(wish, AskRating):
            return [wish]
        return [self._send(press, command, now_s) for command in wish]

    def card(self, number: str, now_s: float) -> list[Effect]:
        """A work card was laid: its clerk logs in, or leaves a closed counter. The number goes no further than this."""
        self._notice(now_s)
        self.refusal = None
        view = self._can_ask(now_s)
        if isinstance(view, Refuse):
            return self._refused(view, now_s)
        what, clerk = self._log_in.laid(number, now_s)
        if what != "in":
            return self._refused(NO_CARD.get(what) or self._locked("card_locked", now_s), now_s)
        as_press = Press(ConsoleKey.OPEN, clerk)  # the same card again is merged as the same key is
        if self._merged(as_press, now_s):
            return []
        if view.status is CounterStatus.OPEN:
            return self._refused(CARD_WHILE_OPEN, now_s)
        leaves = view.status is CounterStatus.CLOSED and view.clerk == clerk
        wish = c.LogOut(counter=view.counter) if leaves else c.LogIn(counter=view.counter, clerk=clerk)
        return [self._send(as_press, wish, now_s)]

    def no_such_key(self, now_s: float) -> list[Effect]:
        """A key that means nothing here."""
        return self._refused(NO_SUCH_KEY, now_s)

    def answered(self, id: str, refusal: Refuse | None, now_s: float) -> list[Effect]:
        """The engine's answer; one that comes after the press was given up on is not shown any more."""
        if self._asked.pop(id, None) is None or refusal is None:
            return []
        if refusal.code == DONE_ALREADY:
            return []  # another console of the counter was faster with the same key: what was wished is done
        return self._refused(refusal, now_s)

    def tick(self, now_s: float) -> list[Effect]:
        """Give up on presses whose time is over."""
        self._notice(now_s)
        self.pin_next = self._log_in.asks_pin(now_s)
        if now_s - self._refused_at_s >= REFUSAL_SHOWN_S:
            self.refusal = None
        self.slow = any(SLOW_S <= now_s - asked.at_s < self._ttl_s for asked in self._asked.values())
        late = [id for id, asked in self._asked.items() if now_s - asked.at_s >= self._ttl_s]
        if not late:
            return []
        age_ms = int((now_s - min(self._asked.pop(id).at_s for id in late)) * 1_000)
        refusal = TooLate(age_ms=age_ms)
        return self._refused(Refuse(refusal.code, refusal.sentence), now_s)

    def _can_ask(self, now_s: float) -> CounterView | Refuse:
        """The counter as it is in view, or why nothing can be asked now."""
        if self._away_since_s is not None and now_s - self._away_since_s >= self._ttl_s:
            return ENGINE_AWAY
        if self.view is None:
            return NOT_READY
        return TOO_MANY if len(self._asked) >= UNANSWERED_LIMIT else self.view

    def _merged(self, press: Press, now_s: float) -> bool:
        """Whether this was just asked or done. Each repetition prolongs the time, as a resending terminal does."""
        within_s = PIECE_MERGE_S if self._is_piece(press) else MERGE_S
        again = self._last is not None and self._last[0] == press and now_s - self._last[1] < within_s
        self._last = (press, now_s)
        done = press.key is ConsoleKey.PAUSE and now_s - self._status_since_s < MERGE_S
        return again or done or any(asked.press == press for asked in self._asked.values())

    def _is_piece(self, press: Press) -> bool:
        """Whether somebody logs in with it: such a key is empty of digits when a nervous finger presses it again."""
        logs_in = self.view is not None and self.view.status is not CounterStatus.OPEN
        return logs_in and press.key is ConsoleKey.PAUSE and bool(press.digits)

    def _notice(self, now_s: float) -> None:
        """When the counter was last paused, resumed, opened or closed, by whatever hand: here, a browser, a manager.

        The key that does all of it would undo what its clerk has just done elsewhere, so it waits as long as a press
        that comes twice.
        """
        if self.view is not None and self.view.status is not self._status:
            self._status, self._status_since_s = self.view.status, now_s

    def _send(self, press: Press, command: c.Command, now_s: float) -> Send:
        send = Send(self._make_id(), self._as_seen(command))
        self._asked[send.id] = _Asked(press, now_s)
        return send

    def _as_seen(self, command: c.Command) -> c.Command:
        """With whoever stood at the counter when the key was pressed: it is for nobody else.

        Who presses before the view has followed the last answer sees nobody yet; then only a call says so.
        """
        view = self.view
        if isinstance(command, AtCounter) and view is not None:
            seen = view.ticket.number if view.ticket is not None else ""
            return msgspec.structs.replace(command, seen=seen) if seen or isinstance(command, FOR_NOBODY) else command
        if isinstance(command, c.UndoLast) and view is not None and view.undo is not None:
            return msgspec.structs.replace(command, what=view.undo.what, until_ms=view.undo.until_ms)
        return command

    def _refused(self, refusal: Refuse, now_s: float) -> list[Effect]:
        self.refusal, self._refused_at_s = refusal, now_s
        return [refusal]

    # -- what each key asks for

    def _wish(
        self, press: Press, view: CounterView, now_s: float, now_ms: int
    ) -> tuple[c.Command, ...] | Refuse | AskRating:
        counter = view.counter
        match press.key:
            case ConsoleKey.CALL:
                return self._call(press.digits, view, now_ms)
            case ConsoleKey.FINISH:
                return self._finish(press.digits, view)
            case ConsoleKey.CALL_BACK:
                return self._call_back(view)
            case ConsoleKey.TRANSFER:
                return self._transfer(press.digits, view)
            case ConsoleKey.NEXT_SERVICE:
                return self._next_service(press.digits, view)
            case ConsoleKey.DIRECT:
                return self._direct(press.digits, view)
            case ConsoleKey.PAUSE:
                return self._pause(press.digits, view, now_s)
            case ConsoleKey.CLOSE if view.status is CounterStatus.CLOSED:
                return self._leave(view, now_s)
        plain: dict[ConsoleKey, type[c.Command]] = {
            ConsoleKey.RECALL: c.Recall,
            ConsoleKey.START: c.StartService,
            ConsoleKey.NO_SHOW: c.MarkNoShow,
            ConsoleKey.HOLD: c.HoldTicket,
            ConsoleKey.OPEN: c.OpenCounter,
            ConsoleKey.CLOSE: c.CloseCounter,
            ConsoleKey.UNDO: c.UndoLast,
        }
        return (plain[press.key](counter=counter),)

    def _call(self, digits: str, view: CounterView, now_ms: int) -> tuple[c.Command, ...] | Refuse:
        """Next, or by number. With a visitor at the counter the key ends that visit, so that it can be rated."""
        if digits:
            return self._call_number(view, numbers_meant(self.directory, view, digits))
        if view.ticket is None:
            return (c.CallNext(counter=view.counter),)
        called = view.ticket.status is TicketStatus.CALLED
        if called and now_ms - view.ticket.called_at_ms < JUST_CALLED_MS:
            return JUST_CALLED
        return (c.FinishService(counter=view.counter),)

    def _call_number(self, view: CounterView, numbers: tuple[str, ...]) -> tuple[c.Command, ...] | Refuse:
        if len(numbers) != 1:
            return WHICH_NUMBER if numbers else NO_NUMBER
        known = numbers[0] in (*view.held, *view.missed)
        reason = "" if known else CALLED_ON_PAD  # out of turn
        return (c.CallNumber(counter=view.counter, number=numbers[0], reason=reason),)

    def _finish(self, digits: str, view: CounterView) -> tuple[c.Command, ...] | AskRating:
        """Digits say how many items were handled."""
        if view.ticket is None and view.evaluation is not None:
            return AskRating()
        return (c.FinishService(counter=view.counter, items=int(digits[-3:]) if digits else 1),)

    def _call_back(self, view: CounterView) -> tuple[c.Command, ...] | Refuse:
        numbers = (*view.held, *view.missed)
        return self._call_number(view, numbers[:1]) if numbers else NOBODY_SET_ASIDE

    def _transfer(self, digits: str, view: CounterView) -> tuple[c.Command, ...] | Refuse:
        target = self.directory.counters.get(digits.lstrip("0"))
        if target is None:
            return NO_COUNTER
        return (c.TransferTicket(counter=view.counter, to_counter=target),)

    def _next_service(self, digits: str, view: CounterView) -> tuple[c.Command, ...] | Refuse:
        """Digits name the service. Here if this counter serves it, and it is the visitor's turn; else anywhere."""
        service = self.directory.service_meant(digits)
        if service is None:
            return NO_SERVICE
        here = view.counter if service in self.directory.served(view) else None
        return (c.NextService(counter=view.counter, service=service, to_counter=here),)

    def _direct(self, digits: str, view: CounterView) -> tuple[c.Command, ...] | Refuse:
        """Somebody without a ticket was served: in the service of the digits, else in the counter's first."""
        service = self.directory.service_meant(digits) if digits else next(iter(self.directory.served(view)), None)
        if service is None:
            return NO_SERVICE
        return (c.ServeDirect(counter=view.counter, service=service, reason=SERVED_ON_PAD),)

    def _pause(self, digits: str, view: CounterView, now_s: float) -> tuple[c.Command, ...] | Refuse:
        """One key for all of it: pause an open counter, resume a paused one, open a closed one.

        With digits somebody logs in at a counter that is closed or pauses. Without a reason the engine takes the usual
        one, and refuses while somebody is at the window.
        """
        if digits and view.status is not CounterStatus.OPEN:
            return self._logged_in(digits, view, now_s)
        if view.status is CounterStatus.PAUSED:
            return (c.ResumeCounter(counter=view.counter),)
        if view.status is CounterStatus.CLOSED:
            return (c.OpenCounter(counter=view.counter),)
        usual = PAUSE_REASONS.get(digits)
        if digits and usual is None:
            return NO_SUCH_KEY
        return (c.PauseCounter(counter=view.counter, reason="" if usual is None else usual.zh),)

    def _logged_in(self, digits: str, view: CounterView, now_s: float) -> tuple[c.Command, ...] | Refuse:
        """A piece of a staff number or of a PIN; only who it is goes to the engine."""
        what, clerk = self._log_in.typed(digits, now_s)
        if what == "in":
            return (c.LogIn(counter=view.counter, clerk=clerk),)
        return self._locked("pin_locked", now_s) if what == "locked" else NOT_LOGGED_IN.get(what, ())

    def _locked(self, code: str, now_s: float) -> Refuse:
        wait_min = self._log_in.locked_min(now_s)
        zh = f"密码或卡多次不对，请 {wait_min} 分钟后再试，值班领导会看到"
        return Refuse(code, Names(zh, f"Wrong too often: wait {wait_min} min. The duty leader is told."))

    def _leave(self, view: CounterView, now_s: float) -> tuple[c.Command, ...] | Refuse:
        """Closing a counter that is closed: its clerk goes; amid a log-in it was the digit."""
        if self._log_in.begun(now_s):
            return self._logged_in(CLOSE_DIGIT, view, now_s)
        wish = c.LogOut if view.clerk is not None else c.CloseCounter
        return (wish(counter=view.counter),)

"""The keys of a console, whatever they are made of: GPIO buttons, a 16-key terminal, a virtual panel. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from broker.model.words import CLOSE_DIGIT, Names
from broker.runtime.frames.driver import Key, KeyPress


class ConsoleKey(StrEnum):
    """What a clerk can press. Names are those of ``[consoles.X.keys]`` in the hall file."""

    CALL = "call"
    RECALL = "recall"
    START = "start"
    FINISH = "finish"
    NO_SHOW = "no_show"
    HOLD = "hold"
    CALL_BACK = "call_back"
    TRANSFER = "transfer"
    PAUSE = "pause"
    OPEN = "open"
    CLOSE = "close"
    UNDO = "undo"
    NEXT_SERVICE = "next_service"
    DIRECT = "direct"


KEY_NAMES: dict[ConsoleKey, Names] = {
    ConsoleKey.CALL: Names("呼叫", "Call next"),
    ConsoleKey.RECALL: Names("重呼", "Recall"),
    ConsoleKey.START: Names("到达", "Start"),
    ConsoleKey.FINISH: Names("办结评价", "Finish"),
    ConsoleKey.NO_SHOW: Names("过号", "No-show"),
    ConsoleKey.HOLD: Names("挂起", "Hold"),
    ConsoleKey.CALL_BACK: Names("回呼", "Call back"),
    ConsoleKey.TRANSFER: Names("转移", "Transfer"),
    ConsoleKey.PAUSE: Names("暂停/恢复", "Pause/resume"),
    ConsoleKey.OPEN: Names("开放", "Open"),
    ConsoleKey.CLOSE: Names("关闭", "Close"),
    ConsoleKey.UNDO: Names("撤销", "Undo"),
    ConsoleKey.NEXT_SERVICE: Names("下一项", "Next service"),
    ConsoleKey.DIRECT: Names("未取号办理", "No ticket"),
}


@dataclass(frozen=True)
class Press:
    """One key with the digits typed before it, if the console has digits."""

    key: ConsoleKey
    digits: str = ""


MOST_TYPED = 4
TYPED_FOR_S = 10.0


class Typing:
    """Digits typed before a key, on a console that sends each digit for itself. Old ones are forgotten."""

    def __init__(self) -> None:
        self._digits = ""
        self._at_s = 0.0

    def digit(self, digit: str, at_s: float) -> None:
        """One more digit; of too many the newest count, as on a 16-key terminal."""
        self._digits = (self.typed(at_s) + digit)[-MOST_TYPED:]
        self._at_s = at_s

    def typed(self, now_s: float) -> str:
        """What stands there now."""
        return self._digits if now_s - self._at_s < TYPED_FOR_S else ""

    def take(self, now_s: float) -> str:
        """The digits for a function key; they are used up."""
        digits, self._digits = self.typed(now_s), ""
        return digits

    def clear(self) -> None:
        """取消."""
        self._digits = ""


_CONFIRMED = {
    "": ConsoleKey.START,
    "6": ConsoleKey.NO_SHOW,
    "0": ConsoleKey.HOLD,
    "3": ConsoleKey.CALL_BACK,
    "9": ConsoleKey.UNDO,
}
_CONFIRMED_FIRST = {"7": ConsoleKey.NEXT_SERVICE, "8": ConsoleKey.DIRECT}
"""First digit before 确认, when the others name a service by its place in the hall file."""
_PLAIN = {
    Key.RATE: ConsoleKey.FINISH,
    **{key: ConsoleKey(key.value) for key in Key if key.value in ConsoleKey._value2member_map_},
}
DIGIT_KEYS = tuple("0123456789")
_TERMINAL_NAMES: dict[str, Names] = {
    Key.RATE: Names("评价", "Rate"),
    Key.CANCEL: Names("取消", "Cancel"),
    Key.CONFIRM: Names("确认", "OK"),
    Key.ONE_METRE_LINE: Names("一米线", "1 m line"),
    Key.CALL: Names("呼叫", "Call"),
    Key.PAUSE: Names("暂停", "Pause"),
}


def terminal_labels(keys: Sequence[str]) -> tuple[Names, ...]:
    """What is printed on the keys of a terminal."""
    return tuple(_TERMINAL_NAMES.get(key) or _named(key) for key in keys)


def _named(key: str) -> Names:
    return KEY_NAMES[ConsoleKey(key)] if key in ConsoleKey._value2member_map_ else Names(key, key)


def press_of_terminal(press: KeyPress) -> Press | None:
    """What a terminal's key asks for; None for keys that ask nothing of the engine (取消, 一米线, unknown ones).

    确认 alone says that the visitor came; with digits it is 6 弃号, 0 挂起, 3 回呼, 9 撤销, 7 and a service 下一项,
    8 and a service 未取号办理 (8 alone: the counter's first service).
    """
    if press.key is Key.CONFIRM:
        confirmed = _CONFIRMED.get(press.digits)
        if confirmed is None and press.digits[:1] in _CONFIRMED_FIRST:
            return Press(_CONFIRMED_FIRST[press.digits[:1]], press.digits[1:])
        return None if confirmed is None else Press(confirmed)
    plain = None if press.key is None else _PLAIN.get(press.key)
    return None if plain is None else press_with(plain, press.digits)


def press_with(key: ConsoleKey, digits: str) -> Press:
    """A key with the digits typed before it; those of closing before the pause key close the counter."""
    if key is ConsoleKey.PAUSE and digits == CLOSE_DIGIT:
        return Press(ConsoleKey.CLOSE)
    return Press(key, digits)

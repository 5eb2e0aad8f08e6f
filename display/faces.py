"""The two faces a display program can wear: wall display or counter sign. Each joins a mind with its drawing. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

import msgspec

from broker.model.hall import Hall
from broker.model.views import BoardView, Call, CounterView, Emergency, Shown
from broker.model.zones import counters_of
from broker.runtime.canvas.ops import Op
from broker.runtime.newest import Position
from broker.runtime.next_opening import NextOpenings
from display.board import BoardMind, BoardState, Medium, Place
from display.care import Shift, dimmed, shift_at, shifted
from display.emergency_view import emergency_ops
from display.facts import Facts
from display.layout import Fitted, fit_shape, shape_of
from display.layouts import draw_board, room_of
from display.reopening import serves_no_more, shut_until
from display.sign import SignMind, SignState
from display.sign_view import sign_ops

if TYPE_CHECKING:
    from display.film_sound import FilmSound


class Voice(Protocol):
    """The loudspeaker of a wall display. Every method returns at once."""

    def start(self) -> None: ...

    def silent(self, calls: tuple[Call, ...]) -> None: ...

    def show(self, calls: tuple[Call, ...]) -> None: ...

    def keep_time(self, offset_ms: int) -> None: ...

    def warm_tickets(self, numbers: tuple[str, ...]) -> None: ...

    def emergency(self, texts: Mapping[str, str] | None) -> None: ...

    def play_beneath(self, sound: FilmSound) -> None: ...

    def stop(self) -> None: ...


class NoVoice:
    """A display without a loudspeaker."""

    def start(self) -> None:
        """Nothing to open."""

    def silent(self, calls: tuple[Call, ...]) -> None:
        """Nothing is spoken anyway."""

    def show(self, calls: tuple[Call, ...]) -> None:
        """Nothing is spoken."""

    def keep_time(self, offset_ms: int) -> None:
        """Nothing is spoken too late."""

    def warm_tickets(self, numbers: tuple[str, ...]) -> None:
        """Nothing is spoken of them."""

    def emergency(self, texts: Mapping[str, str] | None) -> None:
        """It is on the screen."""

    def play_beneath(self, sound: FilmSound) -> None:
        """Films are silent here."""

    def stop(self) -> None:
        """Nothing to close."""


class Face(Protocol):
    """What a display program shows: takes views of (`kind`, `name`), draws, and then speaks."""

    kind: str
    name: str
    fitted: Fitted

    def connected(self) -> None: ...

    def heard(self, now_s: float, now_ms: int) -> None: ...

    def engine_at(self, position: Position) -> None: ...

    def take(self, view: Shown, position: Position, now_s: float) -> None: ...

    def draw(self, now_s: float, now_ms: int, sure: bool) -> tuple[Op, ...]: ...

    def is_private(self, now_ms: int) -> bool: ...

    def speak(self) -> None: ...

    def stop(self) -> None: ...


def of_own_counters(view: BoardView, own: frozenset[str]) -> BoardView:
    """Return a board that sends nobody to a counter of another part of the hall."""
    lines = (
        msgspec.structs.replace(line, counters=tuple(name for name in line.counters if name in own))
        for line in view.services
    )
    return msgspec.structs.replace(view, services=tuple(lines))


class Media(Protocol):
    """What stands in a place while it is free: `at` is told which one is, and stops what it must."""

    def at(self, now_s: float, place: Place | None) -> Medium | None: ...

    def stop(self) -> None: ...


class NoMedia:
    """A display without a folder of pictures and videos."""

    def at(self, now_s: float, place: Place | None) -> Medium | None:
        """Calls and greetings only."""
        return None

    def stop(self) -> None:
        """Nothing runs."""


State = TypeVar("State", BoardState, SignState)
Mind = TypeVar("Mind", BoardMind, SignMind)


class _Drawn(Generic[Mind, State]):
    """A mind and its picture, which is drawn anew only when what it shows has changed."""

    def __init__(self, mind: Mind, fitted: Fitted, size: tuple[int, int], zone: tzinfo) -> None:
        self.fitted = fitted
        self._mind = mind
        self._size = size
        self._zone = zone
        self._drawn: tuple[State, Shift, tuple[Op, ...]] | None = None

    def connected(self) -> None:
        self._mind.connected()

    def heard(self, now_s: float, now_ms: int) -> None:
        self._mind.heard(now_s, now_ms)

    def engine_at(self, position: Position) -> None:
        self._mind.engine_at(position)

    def is_private(self, now_ms: int) -> bool:
        """Whether what stands here is for who stands before it, and no picture of it is sent elsewhere."""
        return False

    def _picture(self, state: State, now_s: float) -> tuple[Op, ...]:
        shift = shift_at(now_s)
        if self._drawn is None or self._drawn[:2] != (state, shift):
            self._drawn = (state, shift, self._cared(state, shift))
        return self._drawn[2]

    def _cared(self, state: State, shift: Shift) -> tuple[Op, ...]:
        """The picture, spared for the panel; in an emergency it stands still and shines."""
        raise NotImplementedError


class BoardFace(_Drawn[BoardMind, BoardState]):
    """A wall display. What it took is spoken by `speak`, which is called after painting.

    `facts` are what the hall file alone tells; `media` gives what stands in a place while it is free.
    """

    kind = "board"

    def __init__(
        self,
        hall: Hall,
        name: str,
        size: tuple[int, int],
        zone: tzinfo,
        voice: Voice,
        facts: Facts | None = None,
        media: Media | None = None,
    ) -> None:
        self.name = name
        self.layout = hall.displays[name].layout
        fitted = fit_shape(shape_of(self.layout, size), size)
        whole = hall.displays[name].after_hours == "media"
        mind = BoardMind(hall.hall.names, room_of(fitted, self.layout), whole_when_shut=whole)
        super().__init__(mind, fitted, size, zone)
        self._voice = voice
        self._facts = facts or Facts()
        self._media = media or NoMedia()
        self._openings = NextOpenings(hall)
        self._own = frozenset(hall.counters[key].name for key in counters_of(hall, name))
        self._to_speak: list[tuple[bool, tuple[Call, ...]]] = []
        self._emergency: Emergency | None = None
        self._emergency_told: Emergency | None = None

    def take(self, view: Shown, position: Position, now_s: float) -> None:
        if not isinstance(view, BoardView):
            return
        silent = self._mind.silent_next
        view = of_own_counters(view, self._own) if self._own else view
        if self._mind.take(view, position, now_s):
            self._to_speak.append((silent, view.calls))
            self._emergency = view.emergency

    def draw(self, now_s: float, now_ms: int, sure: bool) -> tuple[Op, ...]:
        local = datetime.fromtimestamp(now_ms / 1000, self._zone).replace(second=0, microsecond=0) if sure else None
        state = self._mind.look(now_s, local, lambda place: self._media.at(now_s, place))
        if sure and serves_no_more(state.open) and state.open is not None:
            again = self._openings.after(now_ms, state.contact_ms)
            state = replace(state, open=shut_until(state.open, again))
        return self._picture(state, now_s)

    def _cared(self, state: BoardState, shift: Shift) -> tuple[Op, ...]:
        ops = draw_board(state, self.layout, self.fitted, self._zone, self._facts)
        if state.emergency is not None:
            return ops
        return shifted(dimmed(ops) if state.resting else ops, shift, self._size)

    def speak(self) -> None:
        if self._emergency != self._emergency_told:
            self._emergency_told = found = self._emergency
            self._voice.emergency(None if found is None else {"zh": found.zh, "en": found.en})
        for silent, calls in self._to_speak:
            if silent:
                self._voice.silent(calls)
            else:
                self._voice.show(calls)
        self._to_speak.clear()

    def stop(self) -> None:
        """No video outlives the display."""
        self._media.stop()


class SignFace(_Drawn[SignMind, SignState]):
    """A counter sign."""

    kind = "counter"

    def __init__(
        self,
        hall: Hall,
        name: str,
        size: tuple[int, int],
        zone: tzinfo,
        code_of: Callable[[str], str] = lambda visit: "",
    ) -> None:
        self.name = hall.signs[name].counter
        super().__init__(SignMind(hall.counters[self.name].name, code_of), fit_shape("sign", size), size, zone)

    def take(self, view: Shown, position: Position, now_s: float) -> None:
        if isinstance(view, CounterView):
            self._mind.take(view, position, now_s)

    def draw(self, now_s: float, now_ms: int, sure: bool) -> tuple[Op, ...]:
        return self._picture(self._mind.look(now_s, now_ms), now_s)

    def is_private(self, now_ms: int) -> bool:
        return self._mind.is_private(now_ms)

    def _cared(self, state: SignState, shift: Shift) -> tuple[Op, ...]:
        if state.view is not None and state.view.emergency is not None:
            return emergency_ops(state.view.emergency, self.fitted, self._zone)
        ops = sign_ops(state, self.fitted, self._zone)
        return shifted(dimmed(ops) if state.mode == "closed" else ops, shift, self._size)

    def speak(self) -> None:
        """A sign says nothing."""

    def stop(self) -> None:
        """Nothing runs."""

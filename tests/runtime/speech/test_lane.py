"""A channel of the mixer as pygame keeps it: between two sounds it says that nothing plays, and it can forget one."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pygame
import pytest

from broker.runtime.speech.lane import LONGEST_LOOK_S, LONGEST_SETTLING_S, Lane
from tests.waiting import until

QUARTER_SECOND = b"\1\0" * 2 * 12_000


@pytest.fixture
def _mixer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("SDL_AUDIODRIVER", "disk")
    monkeypatch.setenv("SDL_DISKAUDIOFILE", str(tmp_path / "tape.raw"))
    monkeypatch.setenv("SDL_DISKAUDIODELAY", "1")
    pygame.mixer.init(48_000, -16, 2, 512, allowedchanges=0)
    yield
    pygame.mixer.quit()


@pytest.fixture
def _busy_interpreter() -> Iterator[None]:
    """The mixer's thread waits some milliseconds for its turn."""
    over = threading.Event()

    def work() -> None:
        while not over.is_set():
            sum(range(1_000))

    worker = threading.Thread(target=work)
    worker.start()
    yield
    over.set()
    worker.join()


@pytest.mark.usefixtures("_mixer", "_busy_interpreter")
def test_a_lane_is_busy_until_the_last_sound_is_over() -> None:
    for _ in range(3):
        lane = Lane(0, now_s=lambda: 0.0)
        lane.put(QUARTER_SECOND)
        lane.put(QUARTER_SECOND)
        until(lambda lane=lane: not lane.is_busy)
        assert (lane._channel.get_sound(), lane._channel.get_queue()) == (None, None)


class ForgetfulChannel:
    """As pygame's: what is queued while the sound before it is ending stays there and is never played."""

    def __init__(self, sound: object | None, queue: object | None) -> None:
        self.sound, self.queued, self.played = sound, queue, []
        self.busy = False

    def get_busy(self) -> bool:
        return self.busy

    def get_sound(self) -> object | None:
        return self.sound

    def get_queue(self) -> object | None:
        return self.queued

    def queue(self, sound: object) -> None:
        self.queued, self.sound = sound, None

    def play(self, sound: object) -> None:
        self.played.append(sound)
        self.sound, self.queued, self.busy = sound, None, True


@pytest.mark.usefixtures("_mixer")
def test_a_sound_queued_while_the_one_before_it_ends_is_played() -> None:
    lane = Lane(0, now_s=lambda: 0.0)
    lane._channel = channel = ForgetfulChannel(sound=object(), queue=None)
    lane.put(QUARTER_SECOND)
    assert len(channel.played) == 1
    assert lane.is_busy


@pytest.mark.usefixtures("_mixer")
def test_a_lane_whose_sound_was_forgotten_is_free_again() -> None:
    now_s = [0.0]
    lane = Lane(0, now_s=lambda: now_s[0])
    lane._channel = channel = ForgetfulChannel(sound=object(), queue=object())
    assert lane.is_busy
    assert not lane.has_room
    for _ in range(round(LONGEST_SETTLING_S / LONGEST_LOOK_S)):
        assert lane.is_busy
        now_s[0] += LONGEST_LOOK_S
    assert not lane.is_busy
    assert lane.has_room
    lane.put(QUARTER_SECOND)
    assert len(channel.played) == 1


@pytest.mark.usefixtures("_mixer")
def test_two_silences_with_sound_between_them_are_not_one_long_silence() -> None:
    now_s = [0.0]
    lane = Lane(0, now_s=lambda: now_s[0])
    lane._channel = ForgetfulChannel(sound=object(), queue=object())
    for _ in range(2):
        assert lane.is_busy
        now_s[0] += 60.0
    assert lane.is_busy

"""Films with sound: in step with what is seen, beneath the voice, and nothing of them in the way of a call."""

import logging
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest

from broker.model.hall_speech import Speech
from broker.runtime.speech.levels import RATE_HZ, decibels, ratio_of
from display.backing import OUT_OF_STEP, PIECE, Backing
from display.board import Place
from display.decoder import find_decoder
from display.faces import NoVoice
from display.film import FRAMES_A_SECOND, Film
from display.film_sound import NO_SOUND, PIECES_KEPT, STALLED_S, FilmSound
from display.layout import fit_shape
from display.media import Shelf, Shelves
from display.node import make_shelves
from display.sound import Sound
from display.sound_settings import SoundSettings
from display.volume import VolumePeriod, VolumePlan, volume_db
from tests.display.test_film import PATIENCE_S, SLOT, children, clip, until, written
from tests.display.test_sound import CLOCK, ONE, Room, call_now, room
from tests.halls import small_hall
from tests.runtime.speech.rig import position

__all__ = ["room"]
pytestmark = pytest.mark.skipif(find_decoder() is None, reason="ffmpeg is not installed: no video can be decoded")
TONE = 0.5
MARK_S = 1.0
"""The film with a mark is black and silent before this second, white and loud from it on."""


def video(path: Path, sound: str, seconds: int, picture: str = "null") -> Path:
    """A film made by ffmpeg itself; Matroska keeps every sample as it was made."""
    subprocess.run(
        ["ffmpeg", "-y", "-loglevel", "error", "-f", "lavfi", "-i", f"color=c=black:s=320x192:r=25:d={seconds}",
         "-f", "lavfi", "-i", f"aevalsrc={sound}:s=48000:d={seconds}", "-vf", picture, "-c:a", "pcm_s16le", str(path)],
        check=True, timeout=60, capture_output=True,
    )  # fmt: skip
    return path


@pytest.fixture(scope="module")
def toned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Half a minute of a tone on the right channel alone: on the left, nothing but words is ever heard."""
    return video(tmp_path_factory.mktemp("films") / "tone.mkv", f"0|{TONE}*sin(2*PI*500*t)", 30)


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    loud = f"{TONE}*gte(t\\,{MARK_S})*sin(2*PI*500*t)"
    white = f"drawbox=c=white:t=fill:enable='gte(t,{MARK_S})'"
    return video(tmp_path_factory.mktemp("films") / "mark.mkv", f"{loud}|{loud}", 4, white)


@pytest.fixture
def nothing_left() -> Iterator[list[Film | FilmSound]]:
    """Whatever is opened is ended, and leaves no child behind."""
    before = children()
    opened: list[Film | FilmSound] = []
    yield opened
    for one in opened:
        one.stop()
        assert (one if isinstance(one, Film) else one.decoder).join(PATIENCE_S)
    assert children() <= before


def decoder() -> str:
    found = find_decoder()
    assert found is not None
    return found


class Channel:
    """A loudspeaker in the time of a hand: two pieces at most, every sample at its moment."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.tape = np.zeros((0, 2), np.int16)
        self.began_s = self.now_s
        self._ends_s: list[float] = []
        self.stopped = 0

    def _waiting(self) -> list[float]:
        return [end_s for end_s in self._ends_s if end_s > self.now_s + 1e-9]

    @property
    def has_room(self) -> bool:
        return len(self._waiting()) < 2

    def ahead_s(self) -> float:
        return max([0.0, *(end_s - self.now_s for end_s in self._waiting())])

    def put(self, samples: np.ndarray) -> None:
        assert self.has_room
        begins = round((self.now_s + self.ahead_s() - self.began_s) * RATE_HZ)
        self._ends_s.append(self.now_s + self.ahead_s() + len(samples) / RATE_HZ)
        silence = np.zeros((max(0, begins - len(self.tape)), 2), np.int16)
        self.tape = np.concatenate((self.tape, silence, samples))

    def stop(self) -> None:
        self.stopped += 1
        self._ends_s.clear()
        self.tape = self.tape[: max(0, round((self.now_s - self.began_s) * RATE_HZ))]


class Cinema:
    """A film and its sound, shown and played in the time of a hand; on a busy machine it waits for the decoders."""

    def __init__(self, opened: list[Film | FilmSound], path: Path, from_s: float = 0.0) -> None:
        self.channel = Channel()
        self.gain: Callable[[float], float | None] = lambda at_s: 0.0
        self.backing = Backing(self.channel, lambda at_s: self.gain(at_s))
        self.film = Film(decoder(), path, SLOT, from_s, self.backing.take)
        opened.append(self.film)
        self.film.start()
        assert self.film.wait_ready(PATIENCE_S)
        assert self.film.sound is not None
        self.sound = self.film.sound
        self.white_s: float | None = None

    def run(self, seconds: float, *, shows: bool = True) -> None:
        for _ in range(round(seconds * 100)):
            until(lambda: self.film.decoder.waiting or self.film.over)
            until(lambda: self.sound.decoder.waiting >= 5 or self.sound.decoder.ended)
            frame = self.film.frame(self.channel.now_s) if shows else None
            if frame is not None and self.white_s is None and frame.rgb[0] > 200:
                self.white_s = self.channel.now_s
            self.backing.turn(self.channel.now_s)
            self.channel.now_s += 0.01

    @property
    def loud_s(self) -> float:
        """When the tone begins, by the loudspeaker's time."""
        return self.channel.began_s + int(np.flatnonzero(np.abs(self.channel.tape[:, 0]) > 300)[0]) / RATE_HZ


@pytest.mark.parametrize("from_s", [0.0, 0.52])
def test_what_is_heard_is_in_step_with_what_is_seen(
    marked: Path, nothing_left: list[Film | FilmSound], from_s: float
) -> None:
    cinema = Cinema(nothing_left, marked, from_s)
    cinema.run(2.0)
    assert cinema.white_s is not None
    assert cinema.white_s - 100.0 == pytest.approx(MARK_S - from_s, abs=0.06)
    assert cinema.loud_s == pytest.approx(cinema.white_s, abs=0.1)


def test_a_picture_that_stood_still_keeps_its_sound_waiting_and_both_go_on_in_step(
    marked: Path, nothing_left: list[Film | FilmSound]
) -> None:
    cinema = Cinema(nothing_left, marked)
    cinema.run(0.3)
    cinema.run(STALLED_S + 1.5, shows=False)
    cinema.run(1.5)
    assert cinema.white_s is not None
    assert cinema.loud_s == pytest.approx(cinema.white_s, abs=0.1)


def test_what_was_decoded_is_bounded_and_what_is_too_late_is_given_up(
    toned: Path, nothing_left: list[Film | FilmSound]
) -> None:
    sound = FilmSound(decoder(), toned)
    nothing_left.append(sound)
    sound.start()
    until(lambda: sound.decoder.waiting == PIECES_KEPT)
    first = sound.piece(0, PIECE)
    assert first is not None
    assert abs(int(np.abs(first[:, 1]).max()) - TONE * 32767) < 10
    assert not first[:, 0].any()
    later = RATE_HZ * 9 + 12
    until(lambda: (found := sound.piece(later, PIECE)) is not None and found.any())
    assert sound.decoder.waiting <= PIECES_KEPT
    assert sound.piece(RATE_HZ * 9 + 12 + PIECE, 48) is not None


def test_a_hand_over_is_whole_and_a_gain_goes_over_into_the_next_without_a_step(
    toned: Path, nothing_left: list[Film | FilmSound]
) -> None:
    cinema = Cinema(nothing_left, toned)
    cinema.run(0.4)
    cinema.gain = lambda at_s: -18.0
    cinema.run(0.4)
    right = cinema.channel.tape[:, 1].astype(float) / 32767
    steepest = TONE * 2 * np.pi * 500 / RATE_HZ
    assert np.abs(np.diff(right)).max() < 1.1 * steepest, "no click, neither at a joint nor in a change of gain"
    assert np.abs(right[-PIECE:]).max() == pytest.approx(TONE * ratio_of(-18.0), rel=0.02)


def test_silence_that_is_wanted_comes_at_once_and_ends_in_step(
    marked: Path, nothing_left: list[Film | FilmSound]
) -> None:
    cinema = Cinema(nothing_left, marked)
    cinema.gain = lambda at_s: None
    cinema.run(0.5)
    assert not len(cinema.channel.tape)
    cinema.gain = lambda at_s: 0.0
    cinema.run(1.5)
    assert cinema.white_s is not None
    assert cinema.loud_s == pytest.approx(cinema.white_s, abs=0.1)
    cinema.gain = lambda at_s: None
    before = cinema.channel.stopped
    cinema.run(0.02)
    assert cinema.channel.stopped == before + 1


def test_the_sound_ends_with_its_film_and_the_next_one_takes_its_place(
    toned: Path, marked: Path, nothing_left: list[Film | FilmSound]
) -> None:
    cinema = Cinema(nothing_left, toned)
    cinema.run(0.5)
    cinema.film.stop()
    heard = len(cinema.channel.tape)
    cinema.backing.turn(cinema.channel.now_s)
    assert cinema.channel.stopped == 1
    assert not cinema.backing.active
    assert len(cinema.channel.tape) <= heard
    assert cinema.sound.decoder.join(PATIENCE_S)
    assert cinema.sound.decoder.process is not None
    assert cinema.sound.decoder.process.returncode is not None


def test_a_film_without_sound_is_shown_in_silence_and_said_once(
    tmp_path: Path, nothing_left: list[Film | FilmSound], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        cinema = Cinema(nothing_left, written(tmp_path, "mute.mp4", clip(seconds=2.0)))
        until(lambda: cinema.sound.decoder.ended)
        cinema.run(1.0)
    assert cinema.film.at_s > 0.9
    assert not len(cinema.channel.tape)
    assert [record.getMessage() for record in caplog.records] == [
        f"{tmp_path / 'mute.mp4'} is shown without sound: {NO_SOUND}"
    ]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_a_dead_or_hanging_decoder_of_the_sound_costs_the_picture_nothing(
    toned: Path, nothing_left: list[Film | FilmSound], how: int
) -> None:
    cinema = Cinema(nothing_left, toned)
    cinema.run(0.3)
    assert cinema.sound.decoder.process is not None
    os.kill(cinema.sound.decoder.process.pid, how)
    at_s = cinema.film.at_s
    for _ in range(300):
        until(lambda: cinema.film.decoder.waiting or cinema.film.over)
        cinema.film.frame(cinema.channel.now_s)
        cinema.backing.turn(cinema.channel.now_s)
        cinema.channel.now_s += 0.01
    assert cinema.film.at_s - at_s == pytest.approx(3.0, abs=2 / FRAMES_A_SECOND)
    assert not cinema.film.over
    assert cinema.film.trouble == ""


def test_a_sound_that_cannot_be_started_leaves_the_film_alone(
    toned: Path, nothing_left: list[Film | FilmSound], monkeypatch: pytest.MonkeyPatch, caplog
) -> None:
    film = Film(decoder(), toned, SLOT, 0.0, lambda sound: pytest.fail("there is none"))
    nothing_left.append(film)
    monkeypatch.setattr(FilmSound, "start", lambda self: exec("raise OSError('no more processes')"))
    film.start()
    assert film.wait_ready(PATIENCE_S)
    assert film.frame(1.0) is not None
    assert "without its sound" in caplog.text


def test_a_fault_in_the_sound_of_a_film_is_said_and_nobody_else_hears_of_it(
    toned: Path, nothing_left: list[Film | FilmSound], monkeypatch: pytest.MonkeyPatch, caplog
) -> None:
    cinema = Cinema(nothing_left, toned)
    monkeypatch.setattr(FilmSound, "piece", lambda *_: 1 / 0)
    cinema.run(0.1)
    assert not cinema.backing.active
    assert "given up" in caplog.text


def test_only_videos_in_the_place_of_a_call_sound_and_only_where_the_hall_wants_it(toned: Path) -> None:
    display = next(iter(small_hall().displays.values()))
    fitted = fit_shape("landscape", (1920, 1080))

    def sounds(place: Place, **wishes: object) -> bool:
        wishes = {"media": ".", "after_hours": "media", "speaker": "virtual://speaker"} | wishes
        shelves = make_shelves(msgspec.structs.replace(display, **wishes), fitted, NoVoice(), toned.parent)
        open_film = shelves._shelves[place]._open_film
        assert open_film is not None
        return open_film(toned, 0.0).sound is not None

    assert sounds("slot", media_volume=40)
    assert not sounds("slot"), "silence is what a hall has that did not ask"
    assert not sounds("slot", media_volume=40, speaker="none")
    assert not sounds("screen", media_volume=40), "a hall that is shut is not filled with sound"


# --- On the tape, beneath a real voice ------------------------------------------------------------------------------

VOLUME = 50
MEDIA_DB = decibels(TONE) + volume_db(VOLUME)


class Show:
    """A film shown in real time by a thread of its own, as the loop of a display does."""

    def __init__(self, hall: Room, path: Path) -> None:
        self.film = Film(decoder(), path, SLOT, 0.0, hall.sound.play_beneath)
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Show":
        self.film.start()
        assert self.film.wait_ready(PATIENCE_S)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.end()
        assert self.film.join(PATIENCE_S)

    def end(self) -> None:
        self._ends.set()
        self._thread.join(PATIENCE_S)
        self.film.stop()

    def _run(self) -> None:
        while not self._ends.wait(0.02):
            self.film.frame(time.monotonic())


def tape_of(hall: Room) -> tuple[np.ndarray, np.ndarray]:
    """(words, media): media are what the right channel has more than the left."""
    stereo = np.fromfile(hall.tape, np.int16)
    stereo = stereo[: len(stereo) // 2 * 2].reshape(-1, 2).astype(int)
    return stereo[:, 0].astype(np.int16), stereo[:, 1] - stereo[:, 0]


def level_db(media: np.ndarray) -> float:
    """By its highest sample: a machine that is too busy may leave gaps, which change no level of a tone."""
    return decibels(float(np.abs(media).max(initial=0)) / 32767)


def now_db(hall: Room) -> float:
    return level_db(tape_of(hall)[1][-RATE_HZ // 4 :])


def test_a_film_goes_down_for_the_voice_and_comes_back_and_no_word_is_touched(
    room: Callable[..., Room], toned: Path
) -> None:
    hall = room(fast=False, media_db=volume_db(VOLUME), duck_db=-18.0)
    with Show(hall, toned) as show:
        hall.until(lambda: now_db(hall) == pytest.approx(MEDIA_DB, abs=0.2))
        hall.sound.announce(call_now())
        hall.until_spoken(1)
        hall.until(lambda: now_db(hall) == pytest.approx(MEDIA_DB, abs=0.2))
        show.end()
        hall.until(lambda: not tape_of(hall)[1][-RATE_HZ // 4 :].any())
    hall.sound.stop()
    words, media = tape_of(hall)
    (rung,), (said,) = hall.samples("chime"), hall.samples("zh")
    chimes = position(rung, words)
    assert chimes >= 0, "the chime is whole, bit for bit"
    speaks = position(said, words, chimes)
    assert speaks >= chimes + len(rung), "so is every word"
    assert level_db(media[:chimes]) == pytest.approx(MEDIA_DB, abs=0.2)
    during = level_db(media[speaks : speaks + len(said)])
    assert during == pytest.approx(MEDIA_DB - 18.0, abs=0.3)
    assert level_db(media[speaks + len(said) :]) == pytest.approx(MEDIA_DB, abs=0.2)


def loudness(**wishes: object) -> float | None:
    """How loud a film would be now, of a sound that was never started."""
    sound = Sound(SoundSettings(speaker="virtual://speaker", **wishes), CLOCK)
    return sound._media_db(0.0)


def test_films_follow_the_hall_s_hours_and_are_never_louder_than_recorded() -> None:
    at_any_hour = (0, 1440)
    assert loudness() is None, "no hall hears films that did not ask for them"
    assert loudness(media_db=-6.0) == -6.0
    assert loudness(media_db=-6.0, volume=VolumePlan(gain_db=6.0)) == -6.0
    softer = VolumePlan(gain_db=-2.0, periods=(VolumePeriod(*at_any_hour, -10.0),))
    assert loudness(media_db=-6.0, volume=softer) == -18.0
    quiet = VolumePlan(periods=(VolumePeriod(*at_any_hour, None),))
    assert loudness(media_db=0.0, volume=quiet) is None


def test_a_volume_is_a_share_of_what_was_recorded() -> None:
    assert volume_db(100) == 0.0
    assert volume_db(50) == pytest.approx(-6.02, abs=0.01)
    settings = SoundSettings.from_hall(Speech(), "virtual://speaker", (), None, media_volume=50)
    assert settings.media_db == volume_db(50)
    assert SoundSettings.from_hall(Speech(), "virtual://speaker", (), None).media_db is None


def test_an_emergency_silences_a_film_until_it_is_over(room: Callable[..., Room], toned: Path) -> None:
    hall = room(media_db=0.0, emergency_every_s=300.0)
    hall.sound.emergency({"zh": "请回"})
    hall.until(lambda: hall.messages() == ["chime", "zh"])
    with Show(hall, toned) as show:
        hall.until(lambda: show.film.at_s > 1.0)
        assert not tape_of(hall)[1].any()
        hall.sound.emergency(None)
        hall.until(lambda: bool(tape_of(hall)[1].any()))


def test_without_a_loudspeaker_a_film_is_shown_and_a_call_is_still_told(
    room: Callable[..., Room], toned: Path, tmp_path: Path
) -> None:
    hall = room(speaker=f"virtual://speaker?record={tmp_path}/nowhere/tape.raw", media_db=0.0, policy=ONE)
    with Show(hall, toned) as show:
        hall.until(lambda: show.film.at_s > 0.5)
        hall.sound.announce(call_now())
        hall.until(lambda: hall.sound.health().screen_only == 1)
        assert hall.sound.health().speaker == "unavailable"
        at_s = show.film.at_s
        hall.until(lambda: show.film.at_s > at_s + 0.5)


def test_out_of_step_is_less_than_what_people_notice() -> None:
    assert OUT_OF_STEP / RATE_HZ <= 0.1


def test_a_call_ends_the_sound_with_the_picture(toned: Path, nothing_left: list[Film | FilmSound]) -> None:
    told: list[FilmSound] = []
    opened: list[Film] = []

    def open_film(path: Path, from_s: float) -> Film:
        opened.append(Film(decoder(), path, SLOT, from_s, told.append))
        nothing_left.append(opened[-1])
        return opened[-1]

    shelf = Shelf(toned.parent, 10.0, lambda path: b"", open_film)
    shelves = Shelves({"slot": shelf})
    shelf.prepare()
    medium = shelves.at(1.0, "slot")
    assert medium is not None
    assert shelves.frame(medium.film, 1.0) is not None
    assert told == [opened[0].sound]
    assert not told[0].decoder.stopped
    assert shelves.at(1.1, None) is None
    assert told[0].decoder.stopped

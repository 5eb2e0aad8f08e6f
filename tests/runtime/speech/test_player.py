"""The loudspeaker, heard through SDL's disk driver: what is played is in the file, sample for sample."""

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pygame
import pytest

from broker.runtime.speaker_address import SpeakerAddress, SpeakerAddressError, parse_speaker_address
from broker.runtime.speech.levels import RATE_HZ, chime, pink_noise, stereo16
from broker.runtime.speech.player import RETRY_S, Player
from broker.runtime.speech.player import _choose_driver as choose_driver
from tests.runtime.speech.rig import played, position
from tests.waiting import until


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The player speaks to SDL through the environment; nothing of it may stay for other tests."""
    for name in ("SDL_AUDIODRIVER", "SDL_DISKAUDIOFILE", "AUDIODEV", "PULSE_SINK"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    yield
    pygame.mixer.quit()


@pytest.fixture
def tape(tmp_path: Path) -> Path:
    return tmp_path / "tape.raw"


def recorder(tape: Path, frames: int = 512, awake: bool = False, **wishes: object) -> Player:
    player = Player(SpeakerAddress("virtual", "speaker", frames, str(tape), awake), **wishes)
    player.open()
    assert player.fault is None
    return player


def short_noise(seed: int, seconds: float = 0.2) -> np.ndarray:
    return (np.random.default_rng(seed).uniform(-0.3, 0.3, round(seconds * RATE_HZ))).astype(np.float32)


@pytest.mark.parametrize("frames", [512, 1024])
def test_parts_follow_one_another_without_a_single_sample_between(frames: int, tape: Path) -> None:
    player = recorder(tape, frames)
    # Each lasts so long that a busy machine still brings the next one in time.
    parts = [chime(), *(short_noise(seed, 1.5) for seed in range(2))]
    put = []
    for part in parts:
        until(lambda: player.has_room)
        put.append(player.put(part)[:, 0])
    until(lambda: not player.is_busy)
    # On a busy machine the driver writes later than the mixer counts: let as much silence follow as there were sounds.
    written = tape.stat().st_size
    until(lambda: tape.stat().st_size >= written + 4 * sum(len(part) for part in put))
    player.close()
    recording = played(tape)
    start = position(put[0], recording)
    assert start >= 0
    whole = np.concatenate(put)
    assert (recording[start : start + len(whole)] == whole).all(), "bit for bit, in order, no gap"


def test_gain_is_applied_to_the_samples(tape: Path) -> None:
    player = recorder(tape)
    quiet = player.put(short_noise(1), -26.0)
    until(lambda: not player.is_busy)
    player.close()
    assert (quiet == stereo16(short_noise(1), -26.0)).all()
    assert position(quiet[:, 0], played(tape)) >= 0


def test_an_interruption_fades_within_thirty_milliseconds_and_forgets_what_was_queued(tape: Path) -> None:
    """Left alone the mixer plays the queued part after a stop. A busy machine may sleep over a fade, not over ten."""
    assert any(samples_of_a_fade(tape.with_name(f"tape-{take}.raw")) for take in range(10))


def samples_of_a_fade(tape: Path) -> int:
    """How many samples of an interrupted part are fading ones."""
    player = recorder(tape)
    first, second = np.full(RATE_HZ, 0.5, np.float32), np.full(RATE_HZ // 2, -0.25, np.float32)
    player.put(first)
    player.put(second)
    until(lambda: tape.stat().st_size > 40_000)
    player.interrupt()
    until(lambda: not player.is_busy)
    after = player.put(short_noise(5))[:, 0]
    until(lambda: not player.is_busy)
    player.close()
    recording = played(tape)
    assert position(after, recording) > 0, "the next part is whole"
    before = recording[: position(after, recording)]
    assert (before >= 0).all(), "nothing of the queued part was played"
    loud = np.flatnonzero(recording == stereo16(first)[0, 0])
    fading = np.flatnonzero((before > 0) & (before < stereo16(first)[0, 0]))
    assert len(fading) < 0.06 * RATE_HZ
    assert loud[-1] < min(fading, default=len(recording))
    return len(fading)


def test_an_interruption_of_nothing_is_nothing(tape: Path) -> None:
    player = recorder(tape)
    player.interrupt()
    assert not player.is_busy
    player.close()
    assert not played(tape).any()


def test_remaining_time_counts_down_over_all_that_was_put(tape: Path) -> None:
    player = recorder(tape)
    assert player.remaining_s() == 0
    player.put(short_noise(1, 0.5))
    player.put(short_noise(2, 0.5))
    assert 0.5 < player.remaining_s() <= 1.0
    assert not player.has_room
    player.interrupt()
    player.close()


def test_between_calls_the_mixer_stays_open_and_writes_silence(tape: Path) -> None:
    player = recorder(tape)
    until(lambda: tape.stat().st_size > 20_000)
    size = tape.stat().st_size
    until(lambda: tape.stat().st_size > size)
    player.close()
    assert not played(tape).any()


def test_a_television_can_be_kept_awake_with_noise_of_one_bit(tape: Path) -> None:
    player = recorder(tape, awake=True)
    until(lambda: tape.stat().st_size > 60_000)
    player.close()
    recording = played(tape)
    assert set(np.unique(recording)) == {0, 1}


class HandClock:
    def __init__(self) -> None:
        self.now_s = 1_000.0

    def __call__(self) -> float:
        return self.now_s


def test_without_a_device_the_dummy_plays_on_and_the_device_is_tried_again(tmp_path: Path) -> None:
    clock, place = HandClock(), tmp_path / "later"
    player = Player(SpeakerAddress("virtual", "speaker", 512, str(place / "tape.raw")), now_s=clock)
    player.open()
    assert "cannot be opened" in player.fault
    assert not player.is_heard
    player.put(short_noise(1, 0.05))
    until(lambda: not player.is_busy)
    place.mkdir()
    clock.now_s += RETRY_S - 0.1
    player.check()
    assert player.fault is not None, "not yet"
    clock.now_s += 0.2
    player.check()
    assert player.fault is None
    assert player.is_heard
    put = player.put(short_noise(2))[:, 0]
    until(lambda: not player.is_busy)
    player.close()
    assert position(put, played(place / "tape.raw")) >= 0


def test_a_device_that_stays_away_is_tried_at_most_every_thirty_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, tried = HandClock(), []
    player = Player(SpeakerAddress("alsa", "no_such_card"), now_s=clock)
    really = player._open
    monkeypatch.setattr(player, "_open", lambda address: (tried.append((clock.now_s, address.kind)), really(address)))
    player.open()
    for _ in range(200):
        clock.now_s += 1
        player.check()
    times = [at_s for at_s, kind in tried if kind == "alsa"]
    waits = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert waits[:2] == [10, 15]
    assert set(waits[3:]) == {30}
    player.close()


def test_a_device_that_stops_taking_sound_is_noticed(tape: Path) -> None:
    clock = HandClock()
    player = recorder(tape, now_s=clock)
    player.put(short_noise(1, 2.0))
    clock.now_s += 4.9
    player.check()
    assert player.fault is None
    clock.now_s += 0.2
    player.check()
    assert "stopped taking sound" in player.fault
    assert not player.is_busy
    player.close()


def test_a_device_that_was_interrupted_is_not_taken_for_one_that_stopped(tape: Path) -> None:
    """While it fades out it is busy, and the end of what it plays is not in the past."""
    clock = HandClock()
    clock.now_s = 1_000.0
    player = recorder(tape, now_s=clock)
    player.put(short_noise(1, 2.0))
    player.interrupt()
    player.check()
    assert player.fault is None
    until(lambda: not player.is_busy)
    player.close()


def test_a_mixer_shut_down_by_somebody_else_is_a_fault_that_heals(tape: Path) -> None:
    clock = HandClock()
    player = recorder(tape, now_s=clock)
    pygame.mixer.quit()
    assert not player.is_heard
    assert "shut down" in player.fault
    player.put(short_noise(1))
    player.check()
    assert player.is_heard
    player.close()


def test_the_address_tells_sdl_driver_and_device(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("AUDIODEV", "PULSE_SINK", "SDL_DISKAUDIOFILE")
    for text, driver, device in (
        ("alsa://hw:9,0", "alsa", {"AUDIODEV": "hw:9,0"}),
        ("alsa://default", "alsa", {}),
        ("pulse://hall_sink", "pulseaudio", {"PULSE_SINK": "hall_sink"}),
        (f"virtual://speaker?record={tmp_path}/a.raw", "disk", {"SDL_DISKAUDIOFILE": f"{tmp_path}/a.raw"}),
        ("virtual://speaker", "dummy", {}),
    ):
        for name in names:
            monkeypatch.delenv(name, raising=False)
        choose_driver(parse_speaker_address(text))
        assert os.environ["SDL_AUDIODRIVER"] == driver
        assert {name: os.environ[name] for name in names if name in os.environ} == device


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("none", SpeakerAddress("none")),
        ("alsa://default", SpeakerAddress("alsa", "default")),
        ("alsa://plughw:CARD=Device,DEV=0?frames=512", SpeakerAddress("alsa", "plughw:CARD=Device,DEV=0", 512)),
        ("virtual://speaker", SpeakerAddress("virtual", "speaker")),
        ("pulse://tv?awake=1", SpeakerAddress("pulse", "tv", awake=True)),
        ("virtual://speaker?record=/tmp/x.raw", SpeakerAddress("virtual", "speaker", 1024, "/tmp/x.raw")),
    ],
)
def test_addresses_are_taken_apart(text: str, address: SpeakerAddress) -> None:
    assert parse_speaker_address(text) == address


@pytest.mark.parametrize(
    "text",
    [
        *("", "default", "hdmi://0", "alsa://", "alsa://a b", "alsa://x;rm", "virtual://speaker?record=tape.raw"),
        *("virtual://speaker?loud=1", "alsa://default?record=/x", "alsa://default?frames=9", "alsa://default?frames=x"),
    ],
)
def test_an_address_that_is_none_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(SpeakerAddressError, match="loudspeaker address"):
        parse_speaker_address(text)


def test_the_noise_for_the_amplifier_can_be_played(tape: Path) -> None:
    player = recorder(tape)
    put = player.put(pink_noise(0.3))[:, 0]
    until(lambda: not player.is_busy)
    player.close()
    assert position(put, played(tape)) >= 0


def test_the_name_in_the_address_reaches_alsa_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A device that only this configuration knows; ALSA's null device takes everything at once and plays nothing."""
    configuration = tmp_path / "asound.conf"
    configuration.write_text("pcm.hall_only_here { type null }\n")
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(configuration))
    for device, works in (("hall_only_here", True), ("hall_not_there", False)):
        player = Player(SpeakerAddress("alsa", device))
        player.open()
        heard = player.is_heard
        player.close()
        assert heard == works, device

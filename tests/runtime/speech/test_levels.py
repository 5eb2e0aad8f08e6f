"""Loudness, peaks, rates: against published test signals, pyloudnorm and scipy, which are not ours.

Those two are imported by the tests that ask them: they are slow to load, and every worker reads this file.
"""

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

from broker.model.hall_speech import Speech, SpeechHours, SpeechZone
from broker.runtime.speech.levels import (
    CEILING_DBTP,
    CHIME_LUFS,
    RATE_HZ,
    SPEECH_LUFS,
    _lowest_within,
    chime,
    decibels,
    k_response,
    levelled,
    limited,
    loudness_lufs,
    mastered,
    pink_noise,
    ratio_of,
    resampled,
    silence,
    stereo16,
    trimmed,
    true_peak,
)
from display.volume import VolumePeriod, VolumePlan


def sine(hertz: float, seconds: float, level_db: float = 0.0, phase_degrees: float = 0.0) -> np.ndarray:
    time_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return (ratio_of(level_db) * np.sin(2 * np.pi * hertz * time_s + np.deg2rad(phase_degrees))).astype(np.float32)


def talk(seed: int, seconds: float, level: float = 0.2) -> np.ndarray:
    """Noise with syllables in it: loud and quiet by turns, some peaks far above the rest."""
    chance = np.random.default_rng(seed)
    time_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    noise = np.cumsum(chance.standard_normal(len(time_s)))
    noise -= np.convolve(noise, np.ones(200) / 200, mode="same")
    shape = np.clip(np.sin(2 * np.pi * 3.1 * time_s + seed), 0.02, None) ** 2
    sound = noise / np.abs(noise).max() * shape * level
    sound[chance.integers(0, len(sound), 5)] *= 4
    return sound.astype(np.float32)


def test_the_first_conformance_signal_of_ebu_tech_3341_measures_minus_23() -> None:
    assert loudness_lufs(sine(1_000, 20, -23)) == pytest.approx(-23.0, abs=0.1)


def test_the_gates_of_conformance_signal_three_are_kept() -> None:
    """EBU Tech 3341, signal 3: -36, -23, -36 dBFS for 10, 60, 10 s must measure -23 (shortened here, same shares)."""
    parts = [sine(1_000, 2, -36), sine(1_000, 12, -23), sine(1_000, 2, -36)]
    assert loudness_lufs(np.concatenate(parts)) == pytest.approx(-23.0, abs=0.1)


@pytest.mark.parametrize("seed", range(6))
def test_loudness_agrees_with_pyloudnorm(seed: int) -> None:
    import pyloudnorm

    sound = talk(seed, 1.2 + 0.3 * seed)
    stereo = np.repeat(sound[:, None], 2, axis=1)
    assert loudness_lufs(sound) == pytest.approx(pyloudnorm.Meter(RATE_HZ).integrated_loudness(stereo), abs=0.1)


def test_the_response_worked_out_once_measures_the_same_and_is_kept_by_nobody() -> None:
    sound = talk(3, 2.0)
    response = k_response(len(sound))
    assert loudness_lufs(sound, response) == loudness_lufs(sound)
    assert k_response(len(sound)) is not k_response(len(sound)), "each has 0.5 to 20 MB"


@pytest.mark.parametrize(("divisor", "phase_degrees"), [(4, 0), (4, 45), (6, 60), (8, 67.5)])
def test_true_peaks_of_ebu_tech_3341_are_found_between_the_samples(divisor: int, phase_degrees: float) -> None:
    """Signals 15 to 18: a sine of half scale must read -6 dBTP, +0.2 / -0.4, wherever its samples fall."""
    wave = sine(RATE_HZ / divisor, 1, decibels(0.5), phase_degrees)
    ramp = np.linspace(0, 1, 4_800, dtype=np.float32)
    wave[:4_800] *= ramp
    wave[-4_800:] *= ramp[::-1]
    assert -6.4 < decibels(true_peak(wave)) < -5.8


@pytest.mark.parametrize("rate_hz", [16_000, 22_050, 44_100])
def test_resampling_agrees_with_scipys_filters(rate_hz: int) -> None:
    from scipy.signal import resample_poly

    time_s = np.arange(rate_hz) / rate_hz
    sound = np.hanning(rate_hz) * (np.sin(2 * np.pi * 440 * time_s) + 0.5 * np.sin(2 * np.pi * 3_000 * time_s))
    divisor = np.gcd(rate_hz, RATE_HZ)
    foreign = resample_poly(sound, RATE_HZ // divisor, rate_hz // divisor)
    ours = resampled(sound.astype(np.float32), rate_hz)
    assert len(ours) == len(foreign) == RATE_HZ
    assert np.abs(ours - foreign).max() < 0.005


def test_resampling_to_the_same_rate_changes_nothing_and_nothing_stays_nothing() -> None:
    sound = talk(1, 0.5)
    assert (resampled(sound, RATE_HZ) == sound).all()
    assert resampled(np.zeros(0, np.float32), 22_050).size == 0


def test_silence_before_and_after_is_cut_and_the_edges_do_not_click() -> None:
    sound = np.concatenate((silence(0.05), sine(500, 0.5, -6, 90), silence(0.2)))
    kept = trimmed(sound)
    assert 0.5 < len(kept) / RATE_HZ < 0.55
    assert abs(kept[0]) < 0.001 > abs(kept[-1])
    assert trimmed(silence(0.3)).size == 0


@pytest.mark.parametrize("level", [0.02, 0.2, 0.9])
def test_speech_of_any_level_comes_out_at_the_same_loudness_under_the_ceiling(level: float) -> None:
    for seed in range(3):
        out = levelled(talk(seed, 2.0, level))
        assert loudness_lufs(out) == pytest.approx(SPEECH_LUFS, abs=0.5)
        assert decibels(true_peak(out)) <= CEILING_DBTP


def test_the_limiter_holds_scipys_true_peak_too_and_leaves_the_quiet_alone() -> None:
    from scipy.signal import resample_poly

    loud = talk(3, 1.0, 3.0)
    foreign = np.abs(resample_poly(limited(loud).astype(np.float64), 8, 1)).max()
    assert decibels(float(foreign)) <= CEILING_DBTP + 0.1
    quiet = talk(3, 1.0, 0.1)
    assert limited(quiet) is quiet


@pytest.mark.parametrize("width", [1, 2, 3, 8, 100, 385])
def test_the_lowest_of_neighbours_is_what_looking_at_all_of_them_finds(width: int) -> None:
    for length in (width, width + 1, 2 * width + 5):
        values = np.random.default_rng(length).random(length)
        assert (_lowest_within(values, width) == sliding_window_view(values, width).min(axis=1)).all()


def test_silence_can_be_levelled_without_dividing_by_it() -> None:
    assert not levelled(silence(1)).any()
    assert loudness_lufs(silence(1)) == float("-inf")
    assert loudness_lufs(np.zeros(0, np.float32)) == float("-inf")
    assert mastered(np.zeros(2_000, np.int16), 22_050).size == 0


def test_the_chime_is_two_notes_two_units_under_the_speech() -> None:
    long, short = chime(), chime(True)
    assert loudness_lufs(long) == pytest.approx(CHIME_LUFS, abs=0.1)
    assert len(long) == RATE_HZ
    assert len(short) == round(0.35 * RATE_HZ)
    for sound, first, second in ((long, (0.05, 0.4), (0.5, 0.9)), (short, (0.02, 0.11), (0.15, 0.3))):
        for (start_s, end_s), hertz in ((first, 988), (second, 784)):
            part = sound[round(start_s * RATE_HZ) : round(end_s * RATE_HZ)]
            spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part)), RATE_HZ))
            assert spectrum.argmax() == pytest.approx(hertz, abs=6)
        assert abs(sound[0]) < 0.001 > abs(sound[-1])
        assert decibels(true_peak(sound)) < CEILING_DBTP


def test_the_test_noise_is_as_loud_as_speech_and_equal_in_each_octave() -> None:
    noise = pink_noise(3.0)
    assert loudness_lufs(noise) == pytest.approx(SPEECH_LUFS, abs=0.2)
    power = np.abs(np.fft.rfft(noise)) ** 2
    hertz = np.fft.rfftfreq(len(noise), 1 / RATE_HZ)
    octaves = [power[(hertz >= low) & (hertz < 2 * low)].sum() for low in (250, 500, 1_000, 2_000)]
    assert max(octaves) / min(octaves) < 1.6


@pytest.mark.parametrize("gain_db", [0.0, -0.5, -6.0, -26.0, -30.0])
def test_gain_is_exact_where_a_mixers_volume_would_be_coarse(gain_db: float) -> None:
    out = stereo16(sine(1_000, 1, -6), gain_db)
    assert decibels(np.abs(out).max() / 32767) == pytest.approx(-6 + gain_db, abs=0.05)
    assert out.shape == (RATE_HZ, 2)
    assert (out[:, 0] == out[:, 1]).all()


def test_gain_above_zero_is_limited_and_gain_below_the_floor_stays_audible() -> None:
    assert decibels(true_peak(stereo16(sine(1_000, 1, -2), 6.0)[:, 0] / 32767)) <= CEILING_DBTP
    assert decibels(np.abs(stereo16(sine(1_000, 1, 0), -80.0)).max() / 32767) == pytest.approx(-30, abs=0.1)


def test_volume_follows_the_periods_of_the_day_also_over_midnight() -> None:
    noon, night = VolumePeriod(12 * 60, 13 * 60 + 30, -10.0), VolumePeriod(22 * 60, 6 * 60, None)
    plan = VolumePlan(-2.0, (noon, night))
    assert plan.gain_at(11 * 60 + 59) == -2.0
    assert plan.gain_at(12 * 60) == -12.0
    assert plan.gain_at(13 * 60 + 30) == -2.0
    assert plan.gain_at(23 * 60) is plan.gain_at(5 * 60 + 59) is None
    assert plan.gain_at(6 * 60) == -2.0
    assert VolumePlan(-99.0).gain_at(0) == -30.0


def test_a_zone_has_its_own_gain_and_its_own_hours_instead_of_the_halls() -> None:
    noon = SpeechHours(from_time="12:00", until_time="14:00", gain_db=-6.0)
    night = SpeechHours(from_time="22:30", until_time="06:00", quiet=True)
    speech = Speech(
        gain_db=-2.0,
        hours=(noon, night),
        zones={"east": SpeechZone(gain_db=-3.0), "west": SpeechZone(hours=(night,))},
    )
    at = {"noon": 12 * 60, "two": 14 * 60, "late": 22 * 60 + 30, "six": 6 * 60}
    hall, east, west = (VolumePlan.of(speech, zone) for zone in (None, "east", "west"))
    assert [hall.gain_at(minute) for minute in at.values()] == [-8.0, -2.0, None, -2.0]
    assert [east.gain_at(minute) for minute in at.values()] == [-11.0, -5.0, None, -5.0]
    assert [west.gain_at(minute) for minute in at.values()] == [-2.0, -2.0, None, -2.0]
    assert (hall.always_db, east.always_db) == (-2.0, -5.0)

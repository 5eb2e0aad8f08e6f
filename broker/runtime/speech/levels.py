"""Loudness, peaks and rates of short programmes, in numpy. Pure.

Loudness after ITU-R BS.1770-4 (K-weighting, 400 ms blocks, gates at -70 LUFS and 10 LU under the rest), true peak by
fourfold oversampling. Samples are float32 mono, full scale 1.0, at 48 kHz; they are played on both channels, and the
same sound on two channels measures 3 LU louder than on one, so everything here speaks of the stereo programme.
"""

from functools import lru_cache

import numpy as np

RATE_HZ = 48_000
FULL_SCALE = 32767
SPEECH_LUFS = -16.0
CHIME_LUFS = SPEECH_LUFS - 2.0
CEILING_DBTP = -1.0
FLOOR_DB = -30.0
MOST_GAIN_DB = 30.0
RECIPE = "48k trim lufs-16 tp-1 v1"
"""Part of every clip's key: change it when anything in this file changes how a clip sounds."""

_BLOCK_S, _STEP_S = 0.4, 0.1
_ABSOLUTE_GATE_LUFS, _RELATIVE_GATE_LU = -70.0, -10.0
_SURE_LUFS = -40.0
"""Louder than that, and the absolute gate takes out nothing that the relative one leaves, at any gain in question."""
_TURNS, _NEAR_LU = 5, 0.05
_LOOK_AHEAD_S = 0.004
_TRIM_BELOW_PEAK_DB = -46.0
_KEEP_BEFORE_S, _KEEP_AFTER_S, _FADE_S = 0.008, 0.03, 0.004
_SHELF = ((1.53512485958697, -2.69169618940638, 1.19839281085285), (1.0, -1.69065929318241, 0.73248077421585))
_HIGH_PASS = ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))
"""The two filters of BS.1770-4, tables 1 and 2, given there for 48 kHz: (numerator, denominator)."""


def decibels(ratio: float) -> float:
    """20 log10, with silence as -inf."""
    return float(20 * np.log10(ratio)) if ratio > 0 else float("-inf")


def ratio_of(gain_db: float) -> float:
    """The factor of a gain in dB."""
    return float(10 ** (gain_db / 20))


def loudness_lufs(samples: np.ndarray, response: np.ndarray | None = None) -> float:
    """Integrated loudness of ``samples`` played on both channels; one ungated measurement when under 400 ms.

    ``response`` is ``k_response`` of their length, for whoever measures as many of them several times.
    """
    if not samples.size or not samples.any():
        return float("-inf")
    weighted = _k_weighted(samples, k_response(len(samples)) if response is None else response)
    power = 2 * weighted**2  # two equal channels, weight 1 each
    block, step = int(_BLOCK_S * RATE_HZ), int(_STEP_S * RATE_HZ)
    if len(power) < block:
        return _lufs(power.mean())
    sums = np.concatenate(([0.0], np.cumsum(power)))
    starts = np.arange(0, len(power) - block + 1, step)
    blocks = (sums[starts + block] - sums[starts]) / block
    for gate_lufs in (_ABSOLUTE_GATE_LUFS, None):
        gate = _lufs(blocks.mean()) + _RELATIVE_GATE_LU if gate_lufs is None else gate_lufs
        kept = blocks[10 * np.log10(np.maximum(blocks, 1e-30)) - 0.691 > gate]
        if not kept.size:
            return float("-inf")
        blocks = kept
    return _lufs(blocks.mean())


def true_peak(samples: np.ndarray) -> float:
    """The highest magnitude between the samples too, as a ratio of full scale."""
    return float(_peaks_per_sample(samples).max(initial=0.0))


def resampled(samples: np.ndarray, rate_hz: int) -> np.ndarray:
    """``samples`` at ``rate_hz`` brought to 48 kHz through the spectrum: exact for what lies below both halves."""
    if rate_hz == RATE_HZ or not samples.size:
        return samples.astype(np.float32)
    divisor = int(np.gcd(rate_hz, RATE_HZ))
    unit = rate_hz // divisor * 64
    margin = rate_hz // 50  # silence at both ends, because a spectrum has no ends
    units = -(-(len(samples) + 2 * margin) // unit)
    padded = np.zeros(units * unit, np.float64)
    padded[margin : margin + len(samples)] = samples
    size = len(padded) * RATE_HZ // rate_hz
    spectrum = np.fft.rfft(padded)
    wanted = np.zeros(size // 2 + 1, complex)
    kept = min(len(spectrum), len(wanted)) - 1  # without the last bin, which has no partner
    wanted[:kept] = spectrum[:kept]
    moved = np.fft.irfft(wanted, size) * (RATE_HZ / rate_hz)
    first = margin * RATE_HZ // rate_hz
    return moved[first : first + -(-len(samples) * RATE_HZ // rate_hz)].astype(np.float32)


def trimmed(samples: np.ndarray) -> np.ndarray:
    """Without the silence before and after (espeak-ng begins Mandarin 40 ms late), edges faded so that none clicks."""
    loud = np.flatnonzero(np.abs(samples) > np.abs(samples).max(initial=0.0) * ratio_of(_TRIM_BELOW_PEAK_DB))
    if not loud.size:
        return samples[:0]
    first = max(0, int(loud[0]) - int(_KEEP_BEFORE_S * RATE_HZ))
    kept = samples[first : int(loud[-1]) + int(_KEEP_AFTER_S * RATE_HZ)].astype(np.float32, copy=True)
    fade = min(int(_FADE_S * RATE_HZ), len(kept) // 2)
    ramp = np.linspace(0, 1, fade, dtype=np.float32)
    kept[:fade] *= ramp
    kept[len(kept) - fade :] *= ramp[::-1]
    return kept


def levelled(samples: np.ndarray, target_lufs: float = SPEECH_LUFS) -> np.ndarray:
    """Brought to a loudness, true peaks held under -1 dBTP; further turns make up for what the limiter took."""
    response = k_response(len(samples))
    for _ in range(_TURNS):
        measured = loudness_lufs(samples, response)
        wanted_db = target_lufs - measured
        if measured == float("-inf") or abs(wanted_db) < _NEAR_LU:
            return samples
        louder = samples * np.float32(ratio_of(min(wanted_db, MOST_GAIN_DB)))
        samples = limited(louder)
        if samples is louder and measured > _SURE_LUFS and wanted_db <= MOST_GAIN_DB:
            return samples  # a gain alone moves the loudness by itself, there is nothing left to measure
    return samples


def limited(samples: np.ndarray, ceiling_db: float = CEILING_DBTP) -> np.ndarray:
    """Peaks turned down smoothly, beginning some milliseconds before them; untouched when there is none."""
    ceiling = ratio_of(ceiling_db - 0.05)
    peaks = _peaks_per_sample(samples)
    if peaks.max(initial=0.0) <= ceiling:
        return samples
    reach = int(_LOOK_AHEAD_S * RATE_HZ)
    gain = np.pad(np.minimum(1.0, ceiling / np.maximum(peaks, 1e-9)), reach, mode="edge")
    lowest = _lowest_within(gain, 2 * reach + 1)
    window = np.hanning(2 * reach + 3)[1:-1]
    smooth = np.convolve(np.pad(lowest, reach, mode="edge"), window / window.sum(), mode="valid")
    return (samples * smooth).astype(np.float32)


def mastered(recorded: np.ndarray, rate_hz: int) -> np.ndarray:
    """A voice's 16-bit recording made into a clip: 48 kHz, trimmed, -16 LUFS, under -1 dBTP."""
    return levelled(trimmed(resampled(recorded.astype(np.float32) / 32768, rate_hz)))


def mastered16(recorded: np.ndarray, rate_hz: int) -> np.ndarray:
    """The same as 16-bit samples, as clips are kept."""
    return np.rint(mastered(recorded, rate_hz) * FULL_SCALE).astype(np.int16)


def silence(seconds: float) -> np.ndarray:
    """Nothing, for a time."""
    return np.zeros(round(seconds * RATE_HZ), np.float32)


def stereo16(samples: np.ndarray, gain_db: float = 0.0) -> np.ndarray:
    """What the loudspeaker takes: 16-bit, both channels alike, shape (n, 2). Gains under -30 dB stay at -30 dB."""
    loud = samples * np.float32(ratio_of(max(gain_db, FLOOR_DB)))
    if gain_db > 0:
        loud = limited(loud)
    mono = np.clip(np.rint(loud * FULL_SCALE), -32768, 32767).astype(np.int16)
    return np.repeat(mono[:, None], 2, axis=1)


@lru_cache(maxsize=2)
def chime(short: bool = False) -> np.ndarray:
    """Two falling notes, 988 Hz (b) then 784 Hz (g), 2 LU under the speech; 1.0 s, or 0.35 s where time is short."""
    long = _two_notes(0.45, 0.45, 1.0)
    if not short:
        return levelled(long, CHIME_LUFS)
    scale = ratio_of(CHIME_LUFS - loudness_lufs(long))
    return limited((_two_notes(0.12, 0.16, 0.35) * scale).astype(np.float32))


def pink_noise(seconds: float) -> np.ndarray:
    """Noise as loud as the speech, with equal power in each octave from 125 Hz to 8 kHz: to set the amplifier by."""
    size = round(seconds * RATE_HZ)
    white = np.random.default_rng(5).standard_normal(size)
    hertz = np.fft.rfftfreq(size, 1 / RATE_HZ)
    shape = np.where((hertz >= 125) & (hertz <= 8000), 1 / np.sqrt(np.maximum(hertz, 1)), 0)
    return levelled(np.fft.irfft(np.fft.rfft(white) * shape, size).astype(np.float32) * 10)


def _two_notes(first_s: float, decay_s: float, total_s: float) -> np.ndarray:
    sound = np.zeros(round(total_s * RATE_HZ))
    for hertz, start_s in ((988.0, 0.0), (784.0, first_s)):
        time_s = np.arange(len(sound) - round(start_s * RATE_HZ)) / RATE_HZ
        note = np.sin(2 * np.pi * hertz * time_s) + 0.25 * np.sin(4 * np.pi * hertz * time_s)
        note *= np.exp(-time_s * 5 / (decay_s * 1.4)) * np.minimum(1, time_s / 0.004)
        sound[len(sound) - len(note) :] += note
    fade = round(0.03 * RATE_HZ)
    sound[-fade:] *= np.linspace(1, 0, fade)
    return (sound / 3).astype(np.float32)


def _k_weighted(samples: np.ndarray, response: np.ndarray) -> np.ndarray:
    """The filters' exact response applied to the spectrum."""
    size = _room_for(len(samples))
    return np.fft.irfft(np.fft.rfft(samples, size) * response, size)[: len(samples)]


def k_response(samples: int) -> np.ndarray:
    """How the filters turn the spectrum of so many samples. 0.5 to 20 MB, so nobody keeps it."""
    size = _room_for(samples)
    turn = np.exp(np.arange(size // 2 + 1) * (-2j * np.pi / size))
    above, below = (
        _sum_of_powers(np.polymul(shelf, high), turn) for shelf, high in zip(_SHELF, _HIGH_PASS, strict=True)
    )
    return np.divide(above, below, out=above)


def _sum_of_powers(factors: np.ndarray, turn: np.ndarray) -> np.ndarray:
    """factors[0] + factors[1] turn + factors[2] turn^2 ..., in one array."""
    total = np.full(len(turn), factors[-1], complex)
    for factor in factors[-2::-1]:
        total *= turn
        total += factor
    return total


def _room_for(samples: int) -> int:
    """Half a second more lets the high-pass ring out."""
    size = samples + RATE_HZ // 2
    return size + -size % 4096


def _peaks_per_sample(samples: np.ndarray) -> np.ndarray:
    """For each sample the highest magnitude of the fourfold oversampled wave from it to the next."""
    if not samples.size:
        return np.zeros(0)
    size = len(samples) + 128
    size += -size % 1024
    fine = np.fft.irfft(np.fft.rfft(samples, size), size * 4)[: len(samples) * 4] * 4
    quarters = np.abs(fine).reshape(-1, 4).T
    return np.maximum(np.maximum(quarters[0], quarters[1]), np.maximum(quarters[2], quarters[3]))


def _lowest_within(values: np.ndarray, width: int) -> np.ndarray:
    """The lowest of each ``width`` neighbours, by the lowest of 1, 2, 4 ... of them instead of by looking at all."""
    reach = 1
    while 2 * reach <= width:
        values = np.minimum(values[:-reach], values[reach:])
        reach *= 2
    return np.minimum(values[: len(values) - (width - reach)], values[width - reach :])


def _lufs(power: float) -> float:
    return float(10 * np.log10(power) - 0.691) if power > 0 else float("-inf")

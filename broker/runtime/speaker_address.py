"""The loudspeaker's address in the hall file. Pure.

``alsa://default``, ``alsa://hw:1,0`` (any ALSA name), ``pulse://default``, ``virtual://speaker`` and ``none``. A
virtual speaker plays into nothing at the speed of a real one; with ``virtual://speaker?record=/path/file.raw``
everything played is written there, silence included, as 16-bit stereo at 48 kHz. ``alsa://default?frames=512`` asks for
a shorter buffer than the usual 1024 frames; ``awake=1`` plays noise of one bit between calls, for televisions that fall
asleep in digital silence.
"""

import re
from dataclasses import dataclass
from typing import Literal

from broker.model.address import BadAddress, parse_address

Kind = Literal["alsa", "pulse", "virtual", "none"]
KINDS: tuple[Kind, ...] = ("alsa", "pulse", "virtual", "none")
OPTIONS: dict[Kind, set[str]] = {
    "alsa": {"frames", "awake"},
    "pulse": {"frames", "awake"},
    "virtual": {"frames", "awake", "record"},
    "none": set(),
}
USUAL_FRAMES, LEAST_FRAMES, MOST_FRAMES = 1024, 128, 8192
_DEVICE = re.compile(r"[A-Za-z0-9_.:,=+-]{1,80}")


class SpeakerAddressError(BadAddress):
    """The loudspeaker's address in the hall file is not one of those known."""

    def __init__(self, address: str, reason: str, zh: str) -> None:
        super().__init__(f"loudspeaker address {address[:80]!r}: {reason}", f"扬声器地址“{address[:80]}”：{zh}")
        self.address = address
        self.reason = reason


@dataclass(frozen=True)
class SpeakerAddress:
    """``device`` is the ALSA or PulseAudio name, ``frames`` the buffer; ``record`` a file of a virtual speaker."""

    kind: Kind
    device: str = ""
    frames: int = USUAL_FRAMES
    record: str | None = None
    awake: bool = False


def parse_speaker_address(text: str) -> SpeakerAddress:
    """The address taken apart; raises SpeakerAddressError."""
    try:
        address = parse_address(text)
        awake = address.option_int("awake", 0, 0, 1)
        frames = address.option_int("frames", USUAL_FRAMES, LEAST_FRAMES, MOST_FRAMES)
    except BadAddress as error:
        raise SpeakerAddressError(text, str(error), error.zh) from None
    if address.scheme not in KINDS:
        raise SpeakerAddressError(text, f"must begin with one of {', '.join(KINDS)}", f"开头应为：{'、'.join(KINDS)}")
    kind: Kind = address.scheme
    unknown = set(address.options) - OPTIONS[kind]
    if unknown:
        raise SpeakerAddressError(text, f"unknown option {min(unknown)}", f"没有选项“{min(unknown)}”")
    if kind != "none" and not _DEVICE.fullmatch(address.path):
        raise SpeakerAddressError(
            text, "the device's name is missing or has unusual characters", "缺少设备名，或设备名里有不能用的字符"
        )
    record = address.options.get("record")
    if record is not None and not record.startswith("/"):
        raise SpeakerAddressError(text, "record needs an absolute path", "record 应写绝对路径")
    return SpeakerAddress(kind, address.path, frames, record, bool(awake))

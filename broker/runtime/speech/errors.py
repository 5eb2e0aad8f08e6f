"""Everything that can go wrong on the way to the loudspeaker. None of it stops a call: the screen still shows it."""


class SoundError(Exception):
    """Base of all faults of speech and sound."""


class WordingRefused(SoundError):
    """A text cannot be spoken as asked: empty, too long, or a template with an unknown variable."""

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(f"cannot speak {text[:60]!r}: {reason}")
        self.text = text
        self.reason = reason


class ReadingsMissing(SoundError):
    """The dictionary that says how hanzi are read cannot be opened."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the readings of hanzi cannot be had: {reason}")
        self.reason = reason


class ReadingsNotYet(ReadingsMissing):
    """It is being opened; who can wait asks again soon."""

    def __init__(self) -> None:
        super().__init__("the dictionary is being opened")


class NoSpeechLibrary(SoundError):
    """Neither Debian's espeak-ng nor the one from PyPI can be loaded."""

    def __init__(self, tried: dict[str, str]) -> None:
        listed = "; ".join(f"{where}: {why}" for where, why in tried.items())
        super().__init__(
            f"no speech library ({listed}). Install one: apt install espeak-ng, or pip install espeakng-loader"
        )
        self.tried = tried


class VoiceError(SoundError):
    """Base of what a voice can fail with; the caller tries the next voice."""


class VoiceDied(VoiceError):
    """The process of a voice ended or could not be started."""

    def __init__(self, engine: str, reason: str) -> None:
        super().__init__(f"voice {engine} is gone: {reason}")
        self.engine = engine
        self.reason = reason


class VoiceTimedOut(VoiceError):
    """A voice gave no answer in time; its process was ended."""

    def __init__(self, engine: str, waited_s: float) -> None:
        super().__init__(f"voice {engine} gave no answer within {waited_s:.1f} s")
        self.engine = engine
        self.waited_s = waited_s


class VoiceFailed(VoiceError):
    """A voice answered that it could not speak, or answered with something that is no speech."""

    def __init__(self, engine: str, reason: str) -> None:
        super().__init__(f"voice {engine} failed: {reason}")
        self.engine = engine
        self.reason = reason


class VoiceSaidTooLittle(VoiceFailed):
    """A voice called silence, or much too short a sound, its success; a fresh process is given one more chance."""


class NoLoudspeaker(SoundError):
    """There is none; a serial voice module speaks alone."""

    def __init__(self) -> None:
        super().__init__("this device has no loudspeaker")


class SpeakerUnavailable(SoundError):
    """The loudspeaker cannot be opened now; it is tried again later."""

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(f"loudspeaker {address} cannot be opened: {reason}")
        self.address = address
        self.reason = reason

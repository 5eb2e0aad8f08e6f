"""Where espeak-ng is: Debian's library, or the one with voices that PyPI's ``espeakng-loader`` carries."""

import ctypes
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from broker.runtime.speech.errors import NoSpeechLibrary

Origin = Literal["system", "embedded"]
SYSTEM_NAME = "libespeak-ng.so.1"


@dataclass(frozen=True)
class SpeechLibrary:
    """One loadable espeak-ng. ``path`` for the linker; ``data`` its folder of voices, None where it knows its own."""

    origin: Origin
    path: str
    data: str | None
    version: str

    @property
    def sentence(self) -> str:
        """One line for the log."""
        where = "the system's" if self.origin == "system" else "the embedded (espeakng-loader)"
        return f"speech: {where} espeak-ng {self.version}, {self.path}"


def find_speech_library(wanted: tuple[Origin, ...] = ("system", "embedded")) -> SpeechLibrary:
    """The first of ``wanted`` that loads; raises NoSpeechLibrary, which names what was tried and how to install one."""
    finders = {"system": _system, "embedded": _embedded}
    tried: dict[str, str] = {}
    for origin in wanted:
        try:
            return finders[origin]()
        except (OSError, AttributeError) as error:
            tried[origin] = str(error)
    raise NoSpeechLibrary(tried)


def _system() -> SpeechLibrary:
    return SpeechLibrary("system", SYSTEM_NAME, None, _version(SYSTEM_NAME))


def _embedded() -> SpeechLibrary:
    """Found by its files, not through its own functions: those print instead of raising."""
    spec = find_spec("espeakng_loader")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("the package espeakng-loader is not installed")
    folder = Path(spec.submodule_search_locations[0])
    libraries = sorted(folder.glob("libespeak-ng.so*")) + sorted(folder.glob("libespeak-ng*.dylib"))
    data = folder / "espeak-ng-data"
    if not libraries or not (data / "phontab").is_file():
        raise FileNotFoundError(f"{folder} holds no library or no voices for this machine")
    return SpeechLibrary("embedded", str(libraries[0]), str(data), _version(str(libraries[0])))


def _version(path: str) -> str:
    """Asked of the library itself without starting it, which would make threads in this process."""
    library = ctypes.CDLL(path)
    library.espeak_Info.restype = ctypes.c_char_p
    library.espeak_Info.argtypes = [ctypes.POINTER(ctypes.c_char_p)]
    return (library.espeak_Info(ctypes.byref(ctypes.c_char_p())) or b"unknown").decode("ascii", "replace")

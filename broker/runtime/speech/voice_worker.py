"""One voice in a process of its own: requests as JSON lines on stdin, answers with raw sound on stdout.

Run by ``voice`` as a plain file, so that it imports nothing but the engine and starts fast. The only home of pyttsx3,
piper and sherpa_onnx; the last two are imported only where a hall names a model for them. It is a process
because pyttsx3 2.99 hangs for ever on a full disk or a second thread, and a hang can only be ended from outside. What
it writes to is guarded by whoever started it: deadline, validation, restart.

Request ``{"id": 7, "text": "...", "voice": "en-us+f2", "rate": 155}``; answer one JSON line
``{"id": 7, "rate_hz": 22050, "bytes": 88200}`` and that many bytes of 16-bit mono, or ``{"id": 7, "error": "..."}``.
The first line, once the engine works, is ``{"ready": "pyttsx3 2.99"}``.
"""

import argparse
import array
import contextlib
import ctypes
import json
import os
import queue
import sys
import threading
import wave
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Protocol

VOLUME_PERCENT = 70  # at 100 espeak-ng clips some syllables; the level is set later anyway
RATE, VOLUME = 1, 2  # espeak_PARAMETER
CHARS_UTF8, END_PAUSE = 1, 0x1000
AUDIO_OUTPUT_SYNCHRONOUS, DO_NOT_EXIT = 2, 0x8000
WARM_UP = ("en-us", "one", 160)
WRITTEN_S = 1.0


class Engine(Protocol):
    """What all of them can do."""

    name: str

    def say(self, text: str, voice: str, rate: int) -> tuple[int, bytes]:
        """(Hz, 16-bit mono)."""
        ...


class Pyttsx3Engine:
    """pyttsx3 writing one file per utterance."""

    def __init__(self, library: str, data: str | None, scratch: Path) -> None:
        if data is not None:
            os.environ["ESPEAK_DATA_PATH"] = data
            loaded = ctypes.CDLL(library)
            ctypes.cdll.LoadLibrary = lambda _name: loaded  # pyttsx3 knows only names that the linker finds
        import pyttsx3
        from pyttsx3.drivers import _espeak
        from pyttsx3.drivers.espeak import EspeakDriver

        EspeakDriver.stop = _stops_nothing
        self.name = f"pyttsx3 {version('pyttsx3')}"
        self._file = scratch
        self._synchronize = _espeak.Synchronize
        self._errors: list[str] = []
        self._finished = threading.Event()
        self._engine = pyttsx3.init("espeak")
        self._engine.connect("error", lambda name=None, exception=None: self._errors.append(str(exception)))
        self._engine.connect("finished-utterance", lambda name=None, completed=None: self._finished.set())
        self._engine.setProperty("volume", VOLUME_PERCENT / 100)

    def say(self, text: str, voice: str, rate: int) -> tuple[int, bytes]:
        """(Hz, 16-bit mono). Waits for the word that the file is written, not for espeak-ng to be idle: it also looks
        idle before it begins, and the very first ``runAndWait`` returns at once; a later one hangs where no file can
        be written, which whoever asked must notice. Synchronize lets the callback end."""
        self._errors.clear()
        self._file.unlink(missing_ok=True)
        self._synchronize()
        self._engine.setProperty("voice", voice)
        self._engine.setProperty("rate", rate)
        self._engine.save_to_file(text, str(self._file))
        self._finished.clear()
        self._engine.runAndWait()
        if not self._finished.wait(WRITTEN_S):
            raise RuntimeError("no file was written")
        self._synchronize()
        if self._errors:
            raise RuntimeError(self._errors[0])
        with wave.open(str(self._file), "rb") as spoken:
            self._file.unlink()  # open it still is: whoever kills this program leaves nothing in the machine's memory
            return spoken.getframerate(), spoken.readframes(spoken.getnframes())


def _stops_nothing(_driver: object) -> None:
    """Stands in for the ``stop`` that pyttsx3 calls before each utterance. Where espeak-ng is still busy with a
    parameter, that one cancels what is said next: an empty file, as a success. What hangs is ended from outside."""


class EspeakEngine:
    """espeak-ng itself, called synchronously: nothing to wait for, no file; the second voice."""

    def __init__(self, library: str, data: str | None, scratch: Path) -> None:
        del scratch
        self._library = ctypes.CDLL(library)
        path = None if data is None else data.encode()
        self._hz = self._library.espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, 0, path, DO_NOT_EXIT)
        if self._hz <= 0:
            raise RuntimeError("espeak-ng found no voices")
        self._library.espeak_Info.restype = ctypes.c_char_p
        self.name = f"espeak-ng {self._library.espeak_Info(None).decode()}"
        self._sound = bytearray()
        shape = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)
        self._callback = shape(self._take)  # kept, or it is collected while C still calls it
        self._library.espeak_SetSynthCallback(self._callback)
        self._library.espeak_SetParameter(VOLUME, VOLUME_PERCENT, 0)

    def say(self, text: str, voice: str, rate: int) -> tuple[int, bytes]:
        """(Hz, 16-bit mono)."""
        self._sound.clear()
        if self._library.espeak_SetVoiceByName(voice.encode()):
            raise RuntimeError(f"there is no voice {voice}")
        self._library.espeak_SetParameter(RATE, rate, 0)
        data = text.encode()
        flags = CHARS_UTF8 | END_PAUSE
        if self._library.espeak_Synth(data, ctypes.c_size_t(len(data) + 1), 0, 1, 0, flags, None, None):
            raise RuntimeError("espeak-ng refused the text")
        return self._hz, bytes(self._sound)

    def _take(self, samples: int | None, count: int, _events: int | None) -> int:
        if samples and count > 0:
            self._sound += ctypes.string_at(samples, count * 2)
        return 0


class PiperEngine:
    """piper-tts with one voice of one language: the path of its ``.onnx``, with the ``.onnx.json`` beside it.

    A Chinese voice also needs the folder ``g2pW`` there: piper would fetch it, and a device fetches nothing.
    """

    def __init__(self, model: Path) -> None:
        from piper import PiperVoice, SynthesisConfig

        self.name = f"piper {version('piper-tts')}"
        self._config = SynthesisConfig
        config = json.loads(Path(f"{model}.json").read_bytes())
        if config.get("phoneme_type") == "pinyin" and not (model.parent / "g2pW").is_dir():
            raise FileNotFoundError(f"{model.parent / 'g2pW'} is missing, which a Chinese voice of piper needs")
        self._voice = PiperVoice.load(model, download_dir=model.parent)

    def say(self, text: str, voice: str, rate: int) -> tuple[int, bytes]:
        """(Hz, 16-bit mono); ``rate`` in percent of the model's own tempo."""
        del voice
        chunks = list(self._voice.synthesize(text, self._config(length_scale=100 / rate)))
        return chunks[0].sample_rate, b"".join(chunk.audio_int16_bytes for chunk in chunks)


class SherpaEngine:
    """sherpa-onnx with the folder of a VITS, Matcha or Kokoro model, whose files have their published names."""

    def __init__(self, model: Path) -> None:
        import sherpa_onnx

        self.name = f"sherpa-onnx {version('sherpa-onnx')}"
        config = sherpa_onnx.OfflineTtsConfig(
            model=sherpa_onnx.OfflineTtsModelConfig(**sherpa_parts(sherpa_onnx, model), num_threads=1),
            rule_fsts=",".join(str(file) for file in sorted(model.glob("*.fst"))),
        )
        if not config.validate():
            raise FileNotFoundError(f"{model} holds no model that sherpa-onnx knows")
        self._voice = sherpa_onnx.OfflineTts(config)

    def say(self, text: str, voice: str, rate: int) -> tuple[int, bytes]:
        """(Hz, 16-bit mono); ``rate`` in percent of the model's own tempo."""
        del voice
        spoken = self._voice.generate(text, sid=0, speed=rate / 100)
        sound = array.array("h", (int(max(-1.0, min(1.0, sample)) * 32767) for sample in spoken.samples))
        return spoken.sample_rate, sound.tobytes()


NEURAL = {"piper": PiperEngine, "sherpa": SherpaEngine}


def sherpa_parts(sherpa_onnx: ModuleType, model: Path) -> dict[str, object]:
    """The model's own part of sherpa-onnx's configuration, by the files that are in its folder."""
    usual = {
        "tokens": str(model / "tokens.txt"),
        "lexicon": ",".join(str(file) for file in sorted(model.glob("lexicon*.txt"))),
        "data_dir": existing(model / "espeak-ng-data"),
    }
    onnx = sorted(model.glob("*.onnx"))
    vocoder = [file for file in onnx if file.name.startswith(("vocos", "hifigan"))]
    if vocoder:
        acoustic = next((str(file) for file in onnx if file not in vocoder), "")
        part = sherpa_onnx.OfflineTtsMatchaModelConfig(acoustic_model=acoustic, vocoder=str(vocoder[0]), **usual)
        return {"matcha": part}
    first = str(onnx[0]) if onnx else ""
    if (model / "voices.bin").is_file():
        part = sherpa_onnx.OfflineTtsKokoroModelConfig(model=first, voices=str(model / "voices.bin"), **usual)
        return {"kokoro": part}
    return {"vits": sherpa_onnx.OfflineTtsVitsModelConfig(model=first, dict_dir=existing(model / "dict"), **usual)}


def existing(folder: Path) -> str:
    """Its path, or nothing where it is not there."""
    return str(folder) if folder.is_dir() else ""


def read_requests(requests: "queue.Queue[str]") -> None:
    """Hand over lines; when whoever started us is gone, end at once, even if the engine hangs."""
    for line in sys.stdin:
        requests.put(line)
    os._exit(0)


def serve(engine: Engine, answers: int) -> None:
    """Answer requests for ever."""
    requests: queue.Queue[str] = queue.Queue()
    threading.Thread(target=read_requests, args=(requests,), daemon=True).start()
    while True:
        write_all(answers, b"".join(answer(engine, json.loads(requests.get()))))


def answer(engine: Engine, request: dict) -> tuple[bytes, bytes]:
    """(header line, sound) for one request."""
    try:
        rate_hz, sound = engine.say(str(request["text"]), str(request["voice"]), int(request["rate"]))
    except Exception as error:  # whatever it was, the asker must hear of it instead of waiting
        return header(id=request.get("id"), error=f"{type(error).__name__}: {error}"[:300]), b""
    return header(id=request.get("id"), rate_hz=rate_hz, bytes=len(sound)), sound


def header(**fields: object) -> bytes:
    """One JSON line."""
    return json.dumps(fields).encode() + b"\n"


def write_all(answers: int, data: bytes) -> None:
    """A pipe may take less than all of it at once."""
    while data:
        data = data[os.write(answers, data) :]


def made_engine(given: argparse.Namespace) -> Engine:
    """The engine, ready; espeak-ng's have said one word to nobody, because their first utterance is the unsure one."""
    if given.engine in NEURAL:
        os.nice(19)  # nobody waits for it
        os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1")  # nothing is fetched
        return NEURAL[given.engine](given.model)
    maker = {"pyttsx3": Pyttsx3Engine, "espeak": EspeakEngine}[given.engine]
    engine: Engine = maker(given.library, given.data, given.scratch)
    with contextlib.suppress(RuntimeError, OSError, wave.Error, EOFError):
        engine.say(WARM_UP[1], WARM_UP[0], WARM_UP[2])
    return engine


def main() -> None:
    """Start the engine, then serve."""
    parser = argparse.ArgumentParser()
    parser.add_argument("engine", choices=("pyttsx3", "espeak", *NEURAL))
    parser.add_argument("--library")
    parser.add_argument("--data")
    parser.add_argument("--model", type=Path)
    parser.add_argument("--scratch", type=Path, required=True)
    given = parser.parse_args()
    answers = os.dup(1)
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)  # pyttsx3 prints to stdout, which would be read as an answer
    try:
        engine = made_engine(given)
    except BaseException as error:
        write_all(answers, header(error=f"{type(error).__name__}: {error}"[:300]))
        raise SystemExit(1) from None
    write_all(answers, header(ready=engine.name))
    serve(engine, answers)


if __name__ == "__main__":
    main()

"""How an engine is given a text: Mandarin as pinyin. The dictionary is made once, by a process of its own, and kept.

Most calls need no dictionary. It is opened in the background, from the file beside the clips or, on the first start of
a device and after a new pypinyin, by a child process that writes it and ends; what fails is tried again later. Nobody
waits here: a text whose readings are in it is told that they are not there yet, or that they cannot be had.
"""

import contextlib
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from broker.runtime.speech.errors import ReadingsMissing, ReadingsNotYet, WordingRefused
from broker.runtime.speech.pronounce import cantonese, latin, mandarin
from broker.runtime.speech.readings import Readings, check
from broker.runtime.speech.utterance import Utterance

log = logging.getLogger(__name__)

MADE_WITHIN_S = 30.0  # 0.6 s here; a cold Raspberry Pi that starts everything at once
FIRST_REST_S, LONGEST_REST_S = 2.0, 60.0
PACKAGE = "pypinyin"
ROOT = Path(__file__).parents[3]
COMMAND = (sys.executable, "-P", "-m", "broker.runtime.speech.readings_maker")


class Reader:
    """``start``, then ``fed`` from any thread; ``folder`` keeps the dictionary, None makes one at every start."""

    def __init__(
        self,
        folder: Path | None = None,
        *,
        command: Sequence[str] = COMMAND,
        made_within_s: float = MADE_WITHIN_S,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = folder
        self._command = tuple(command)
        self._made_within_s = made_within_s
        self._now_s = now_s
        self._readings: Readings | None = None
        self._lock = threading.Lock()
        self._busy = False
        self._stopped = False
        self._child: subprocess.Popen[bytes] | None = None
        self._rest_s, self._rests_until_s = FIRST_REST_S, float("-inf")
        self.fault: str | None = None

    def start(self) -> None:
        """Open the dictionary in the background, unless it is open, being opened, or rests after a failure."""
        with self._lock:
            rests = self._now_s() < self._rests_until_s
            if self._readings is None and not self._busy and not rests and not self._stopped:
                self._busy = True
                threading.Thread(target=self._open, name="readings", daemon=True).start()

    def stop(self) -> None:
        """End the child if one is at work."""
        with self._lock:
            self._stopped = True
            if self._child is not None:
                self._child.kill()

    def fed(self, utterance: Utterance) -> str:
        """What espeak-ng is given. Raises ReadingsNotYet, ReadingsMissing, WordingRefused where nothing is left."""
        if utterance.language == "yue":
            spoken = cantonese(utterance.text)
        else:
            spoken = {"zh": mandarin, "en": latin}[utterance.language](utterance.text, self._syllables)
        if not any(sign.isalnum() for sign in spoken):
            raise WordingRefused(utterance.text, "nothing in it can be spoken")
        return spoken

    def read(self, utterance: Utterance) -> str:
        """What a voice is given that reads as people do; an English one cannot read hanzi. Raises as ``fed``."""
        return latin(utterance.text, self._syllables) if utterance.language == "en" else utterance.text

    def _syllables(self, hanzi: str) -> list[str]:
        self.start()
        with self._lock:
            readings, busy, fault = self._readings, self._busy, self.fault
        if readings is None:
            raise ReadingsNotYet if busy else ReadingsMissing(fault or "the program ends")
        return readings.syllables(hanzi)

    # -- the thread ------------------------------------------------

    def _open(self) -> None:
        readings, fault = None, None
        try:
            readings = self._opened()
        except (OSError, ValueError, subprocess.SubprocessError, PackageNotFoundError) as error:
            fault = str(error) or type(error).__name__
        except Exception as error:  # a fault of ours; what waits must hear of it
            log.exception("the readings of hanzi could not be opened")
            fault = type(error).__name__
        with self._lock:
            self._readings, self.fault, self._busy = readings, fault, False
            if fault is not None and not self._stopped:
                log.warning("%s; tried again after %.0f s", ReadingsMissing(fault), self._rest_s)
                self._rests_until_s = self._now_s() + self._rest_s
                self._rest_s = min(2 * self._rest_s, LONGEST_REST_S)

    def _opened(self) -> Readings:
        path = None if self._folder is None else self._folder / f"{PACKAGE}-{version(PACKAGE)}.readings"
        block = None if path is None else _kept(path)
        if block is None:
            block = self._made()
            if path is not None:
                _keep(path, block)
        return Readings(block)

    def _made(self) -> bytes:
        """From the child. Its errors go to our own log; one that hangs is killed."""
        paths = os.pathsep.join(part for part in (str(ROOT), os.environ.get("PYTHONPATH", "")) if part)
        with self._lock:
            if self._stopped:
                raise OSError("the program ends")
            self._child = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": paths}
            )
        with self._child as child:
            try:
                block, _ = child.communicate(timeout=self._made_within_s)
            except BaseException:
                child.kill()
                raise
        if child.returncode != 0:
            raise OSError(f"the process that makes it ended with {child.returncode}")
        check(block)
        log.info("the readings of hanzi were made from %s, %d bytes", PACKAGE, len(block))
        return block


def _kept(path: Path) -> bytes | None:
    """The file, whole; None where there is none."""
    try:
        block = path.read_bytes()
        check(block)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        log.warning("the readings kept in %s are made again: %s", path, error)
        return None
    return block


def _keep(path: Path, block: bytes) -> None:
    """Written beside, then renamed, in the place of those of other versions; without room they are made again."""
    part = path.with_suffix(f".{os.getpid()}.part")
    try:
        part.write_bytes(block)
        part.replace(path)
        for old in path.parent.glob(f"{PACKAGE}-*.readings"):
            if old != path:
                old.unlink(missing_ok=True)
    except OSError as error:
        log.warning("the readings of hanzi cannot be kept: %s", error)
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)

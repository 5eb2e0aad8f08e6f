"""A worker's pyttsx3 whose espeak-ng always looks busy, as it does where its own thread is held up by a loaded machine.

Run as ``busy_espeak.py VOICE_WORKER LIBRARY DATA SCRATCH``; prints the seconds of three utterances.
"""

import importlib.util
import os
import sys
from pathlib import Path

PROGRAM, LIBRARY, DATA, SCRATCH = sys.argv[1:]
answers = os.dup(1)
os.dup2(2, 1)  # pyttsx3 prints to stdout
spec = importlib.util.spec_from_file_location("voice_worker", PROGRAM)
worker = importlib.util.module_from_spec(spec)
spec.loader.exec_module(worker)
engine = worker.Pyttsx3Engine(LIBRARY, DATA or None, Path(SCRATCH))

from pyttsx3.drivers import _espeak  # noqa: E402 - only now does it know which library

_espeak.IsPlaying = lambda: 1
for _ in range(3):
    try:
        rate_hz, sound = engine.say("Please go to counter 3.", "en-us+f2", 155)
        told = str(len(sound) / 2 / rate_hz)
    except Exception as error:
        told = f"{type(error).__name__}"
    os.write(answers, told.encode() + b"\n")
os._exit(0)

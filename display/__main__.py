"""``python -m display hall.toml NAME [NAME...]``: run wall displays and counter signs of a hall."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from broker.model.hall import Display, Hall
from broker.model.hall_file import HallFileError
from broker.runtime.canvas.metrics import Fonts, FontsMissing
from broker.runtime.canvas.window import open_screen
from broker.runtime.hall_source import load_hall
from broker.runtime.process import ExitCode, Process, run_process
from broker.runtime.whereabouts import mqtt_url
from display.app import Station, run_stations
from display.faces import BoardFace, NoVoice, SignFace, Voice
from display.layout import DESIGN_PX
from display.legibility import too_small

log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Load the hall, find the named displays, run them; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m display", description=__doc__)
    parser.add_argument("hall", type=Path, help="the hall file, e.g. hall.toml")
    parser.add_argument("names", nargs="+", metavar="NAME", help="a display or sign of the hall file")
    options = parser.parse_args(arguments)
    try:
        hall = load_hall(options.hall)
    except HallFileError as error:
        print(f"{options.hall} cannot be used:\n{error}", file=sys.stderr)
        return int(ExitCode.CONFIGURATION)
    known = {**hall.displays, **hall.signs}
    unknown = [name for name in options.names if name not in known]
    if unknown:
        print(f"there is no display or sign {unknown[0]!r} (known: {', '.join(known)})", file=sys.stderr)
        return int(ExitCode.CONFIGURATION)
    name = options.names[0] if len(options.names) == 1 else "signs"
    return run_process(name, lambda process: run(hall, tuple(options.names), process))


def run(hall: Hall, names: tuple[str, ...], process: Process) -> None:
    """Open the screens and run until asked to stop."""
    fonts = Fonts()
    try:
        fonts.start()
    except FontsMissing as error:
        log.error("%s; the screens show their failsafe picture", error)
    stations = [make_station(hall, name, process, fonts) for name in names]
    run_stations(stations, process.name, process.stopping)


def make_station(hall: Hall, name: str, process: Process, fonts: Fonts) -> Station:
    """Return the station of a display or sign, its screen open."""
    declared = hall.displays.get(name)
    address = declared.screen if declared else hall.signs[name].screen
    screen = open_screen(address, DESIGN_PX[declared.layout if declared else "sign"], fonts, title=name)
    screen.start()
    zone, url = ZoneInfo(hall.hall.time_zone), mqtt_url(hall)
    if declared is None:
        return Station(hall.hall.id, name, SignFace(hall, name, screen.size, zone), screen, process.clock, url)
    outlet: list[Station] = []
    voice = make_voice(hall, declared, process, lambda wav: outlet[0].take_sound(wav))
    face = BoardFace(hall, name, screen.size, zone, voice)
    for text in too_small(face.fitted, screen.size, declared.inches, declared.distance_m):
        log.warning("%s on %s", text, name)
    outlet.append(Station(hall.hall.id, name, face, screen, process.clock, url, voice))
    return outlet[0]


def make_voice(hall: Hall, display: Display, process: Process, on_wav: Callable[[bytes], None]) -> Voice:
    """Return the loudspeaker of a wall display; speech and its numpy are loaded only where something is spoken."""
    if display.speaker == "none":
        return NoVoice()
    from display.sound import Sound
    from display.sound_settings import SoundSettings
    from display.speech_log import FILE_NAME as SPEECH_LOG_NAME

    names = [hall.counters[key].name for key in display.counters or hall.counters]
    zone = ZoneInfo(hall.hall.time_zone)
    settings = SoundSettings.from_hall(hall.speech, display.speaker, names, process.data_folder / "clips", zone)
    settings = replace(settings, log=process.data_folder / SPEECH_LOG_NAME)
    return Sound(settings, process.clock, on_wav=lambda spoken: on_wav(spoken.wav))


if __name__ == "__main__":
    sys.exit(main())

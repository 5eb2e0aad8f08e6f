"""Puts a display's screens, faces and loudspeakers together and runs them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from broker.model.fingerprint import hall_fingerprint
from broker.model.hall import Hall
from broker.model.hall_devices import Display
from broker.model.zones import counters_named, services_of
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.metrics import Fonts, FontsMissing
from broker.runtime.canvas.theme import INK, PANEL
from broker.runtime.canvas.window import open_screen
from broker.runtime.process import Process
from broker.runtime.rating_secret import sign_codes
from broker.runtime.whereabouts import mqtt_url
from display.app import Station, run_stations
from display.board import Place
from display.board_view import HERO_RADIUS
from display.decoder import find_decoder
from display.faces import BoardFace, NoVoice, SignFace, Voice
from display.facts import facts_of
from display.film import Film, Slot
from display.layout import DESIGN_PX, Fitted, Shape, board_grid, fit_shape, shape_of, whole_grid
from display.layouts import WITH_PICTURES
from display.legibility import too_small
from display.media import Shelf, Shelves
from display.staff_view import PHOTO_RADIUS, staff_photo_size

if TYPE_CHECKING:
    from display.film_sound import FilmSound
    from display.sound_settings import SoundSettings

log = logging.getLogger(__name__)


def run(hall: Hall, names: tuple[str, ...], process: Process, folder: Path = Path()) -> None:
    """Open the screens and run until asked to stop; in ``folder`` lies the hall file, and what it names."""
    fonts = Fonts()
    try:
        fonts.start()
    except FontsMissing as error:
        log.error("%s; the screens show their failsafe picture", error)
    stations = [make_station(hall, name, process, fonts, folder) for name in names]
    run_stations(stations, process.name, process.stopping)


def make_station(hall: Hall, name: str, process: Process, fonts: Fonts, folder: Path = Path()) -> Station:
    """Return the station of a display or sign, its screen open."""
    declared = hall.displays.get(name)
    address = declared.screen if declared else hall.signs[name].screen
    usual: Shape = "sign" if declared is None else "portrait" if declared.layout == "portrait" else "landscape"
    screen = open_screen(address, DESIGN_PX[usual], fonts, title=name)
    screen.start()
    zone, url = ZoneInfo(hall.hall.time_zone), mqtt_url(hall)
    file = hall_fingerprint(hall)
    if declared is None:
        sign = SignFace(hall, name, screen.size, zone, sign_codes(hall, name, process.data_folder))
        return Station(hall.hall.id, name, sign, screen, process.clock, url, hall_file=file)
    outlet: list[Station] = []
    voice = make_voice(hall, name, process, lambda wav: outlet[0].take_sound(wav))
    fitted = fit_shape(shape_of(declared.layout, screen.size), screen.size)
    media = make_shelves(declared, fitted, voice, folder)
    facts = facts_of(hall, photos_of(hall, name, fitted, folder))
    face = BoardFace(hall, name, screen.size, zone, voice, facts, media)
    screen.frames = lambda film: media.frame(film, process.clock.machine_s())
    media.start()
    for text in () if screen.failed else too_small(hall, name, fitted, screen.size, fonts):
        log.warning("%s on %s", text, name)
    heard = () if isinstance(voice, NoVoice) else services_of(hall, name)
    outlet.append(Station(hall.hall.id, name, face, screen, process.clock, url, voice, services=heard, hall_file=file))
    return outlet[0]


def make_shelves(display: Display, fitted: Fitted, voice: Voice, folder: Path = Path()) -> Shelves:
    """Return the pictures and videos of a display that has a folder of them, for each place it has for them.

    Those in the place of a call may sound from `voice`; a hall that is shut is not filled with sound.
    """
    shelves: dict[Place, Shelf] = {}
    files, media_s = folder / display.media, display.media_s
    if display.media and display.layout in WITH_PICTURES:
        hero = board_grid(fitted.size, fitted.shape).hero.scaled(fitted.scale)
        sounds = display.media_volume > 0 and display.speaker != "none"
        sound = voice.play_beneath if sounds else None
        shelves["slot"] = make_shelf(files, media_s, "slot", hero, round(HERO_RADIUS * fitted.scale), sound)
    if display.media and display.after_hours == "media":
        body = whole_grid(fitted.size, fitted.shape).body.scaled(fitted.scale)
        shelves["screen"] = make_shelf(files, media_s, "screen", body)
    if display.media and not shelves:
        log.warning("media: the layout %s has no place for pictures while the hall serves", display.layout)
    return Shelves(shelves)


def make_shelf(
    files: Path,
    media_s: float,
    name: Place,
    place: Rect,
    radius: int = 0,
    sound: Callable[[FilmSound], None] | None = None,
) -> Shelf:
    """Return the pictures and videos for one place in real pixels, with round corners of `radius`."""
    from broker.runtime.canvas.pictures import load_picture

    slot, decoder = Slot((place.w, place.h), INK), find_decoder()
    return Shelf(
        files, media_s, lambda path: load_picture(path, slot.size, radius, INK),
        None if decoder is None else lambda path, from_s: Film(decoder, path, slot, from_s, sound), name,
    )  # fmt: skip


def photos_of(hall: Hall, name: str, fitted: Fitted, folder: Path = Path()) -> dict[str, bytes]:
    """Return the photos of a staff wall by clerk; without one, or with a wrong one, a person is drawn."""
    if hall.displays[name].layout != "staff":
        return {}
    from broker.runtime.canvas.pictures import PictureUnusable, load_picture

    people = len(counters_named(hall, name))
    width, height = (round(side * fitted.scale) for side in staff_photo_size(fitted, people))
    photos: dict[str, bytes] = {}
    for key, clerk in hall.clerks.items():
        if clerk.photo:
            try:
                size, radius = (width, height), round(PHOTO_RADIUS * fitted.scale)
                photos[key] = load_picture(folder / clerk.photo, size, radius, PANEL, cut=True)
            except PictureUnusable as error:
                log.warning("%s", error)
    return photos


def make_voice(hall: Hall, name: str, process: Process, on_wav: Callable[[bytes], None]) -> Voice:
    """Return the loudspeaker of a wall display; speech and its numpy are loaded only where something is spoken."""
    display = hall.displays[name]
    if (display.speaker, display.voice_module) == ("none", "none"):
        return NoVoice()
    from display.sound import Sound
    from display.speech_log import FILE_NAME as SPEECH_LOG_NAME

    settings = replace(
        sound_settings(hall, name, process.data_folder / "clips"), log=process.data_folder / SPEECH_LOG_NAME
    )
    return Sound(settings, process.clock, on_wav=lambda spoken: on_wav(spoken.wav))


def sound_settings(hall: Hall, name: str, clips: Path | None = None) -> SoundSettings:
    """Return how a display sounds, by the hall file."""
    from display.sound_settings import SoundSettings

    display = hall.displays[name]
    return SoundSettings.from_hall(
        hall.speech,
        display.speaker,
        [hall.counters[key].name for key in counters_named(hall, name)],
        clips,
        ZoneInfo(hall.hall.time_zone),
        module=display.voice_module,
        part=display.zone,
        media_volume=display.media_volume,
    )

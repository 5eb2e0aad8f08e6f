"""A display's voice belongs to its part of the lobby: its counters, its services, its loudness."""

from pathlib import Path
from types import SimpleNamespace

import msgspec

from broker.model.hall import Hall
from broker.model.hall_speech import SpeechZone
from broker.model.zones import services_of
from broker.runtime.clock import SystemClock
from display.faces import NoVoice
from display.node import make_voice
from tests.halls import small_hall


def hall_with(zone: str | None, speaker: str = "virtual://speaker", module: str = "none") -> Hall:
    """The small hall with its last counter in the east, and a display that stands in a zone."""
    hall = small_hall()
    last = next(reversed(hall.counters))
    display = msgspec.structs.replace(
        next(iter(hall.displays.values())), counters=(), zone=zone, speaker=speaker, voice_module=module
    )
    return msgspec.structs.replace(
        hall,
        counters=hall.counters | {last: msgspec.structs.replace(hall.counters[last], zone="east")},
        displays={"display-1": display},
        speech=msgspec.structs.replace(hall.speech, zones={"east": SpeechZone(gain_db=-9.0)}),
    )


def voice_of(hall: Hall, tmp_path: Path) -> object:
    process = SimpleNamespace(data_folder=tmp_path, clock=SystemClock())
    return make_voice(hall, "display-1", process, lambda wav: None)


def test_a_voice_makes_ready_and_hears_of_what_belongs_to_its_zone_alone(tmp_path: Path) -> None:
    hall = hall_with("east")
    last = hall.counters[next(reversed(hall.counters))]
    settings = voice_of(hall, tmp_path)._settings
    assert settings.counters == (last.name,)
    assert settings.volume.gain_at(0) == -9.0
    assert services_of(hall, "display-1") == tuple(service for service in hall.services if service in last.services)


def test_without_a_zone_the_whole_hall_is_spoken_at_the_halls_own_loudness(tmp_path: Path) -> None:
    hall = hall_with(None)
    settings = voice_of(hall, tmp_path)._settings
    assert settings.counters == tuple(counter.name for counter in hall.counters.values())
    assert settings.volume.gain_at(0) == 0.0


def test_a_display_with_a_serial_module_alone_has_a_voice_and_one_with_nothing_has_none(tmp_path: Path) -> None:
    assert isinstance(voice_of(hall_with(None, "none"), tmp_path), NoVoice)
    assert (
        voice_of(hall_with(None, "none", "virtual://voice-module"), tmp_path)._settings.module
        == "virtual://voice-module"
    )

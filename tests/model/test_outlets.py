"""An entrusted outlet: what belongs to it stands nowhere in the hall."""

from broker.model.hall import Hall
from broker.model.hall_file import hall_of
from broker.model.numbers import ENGINE, offered_by, ranges_of
from broker.model.outlets import outlet_of, own_counters, services_at, services_away
from broker.model.words import Names
from broker.model.zones import counters_of, services_of, zone_names
from tests.model.hall_edits import edited
from tests.model.hall_mistake_table import AT_BANK


def hall_with(**edits: object) -> Hall:
    return hall_of(edited({**AT_BANK, **edits}))


def test_an_outlet_knows_its_counters_and_services() -> None:
    hall = hall_with()
    assert outlet_of(hall, "counter-9") == "bank"
    assert outlet_of(hall, "counter-1") is None
    assert "counter-9" not in own_counters(hall)
    assert services_at(hall, "bank") == ("at-bank",)
    assert services_away(hall) == {"at-bank"}


def test_a_kiosk_of_the_hall_offers_nothing_of_an_outlet_unless_it_names_it() -> None:
    assert "at-bank" not in offered_by(hall_with(), "kiosk-1")
    named = hall_with(**{"kiosks.kiosk-1.services": ["at-bank", "pension"]})
    assert set(offered_by(named, "kiosk-1")) == {"at-bank", "pension"}


def test_the_engine_gives_an_outlets_numbers() -> None:
    assert list(ranges_of(hall_with(), "z")) == [ENGINE]


def test_a_display_of_the_whole_hall_shows_no_counter_of_an_outlet() -> None:
    hall = hall_with()
    assert counters_of(hall, "display-1") == own_counters(hall)
    assert "at-bank" not in services_of(hall, "display-1")
    named = hall_with(**{"displays.display-1.counters": ["counter-9"]})
    assert counters_of(named, "display-1") == ("counter-9",)


def test_a_zone_of_the_hall_has_no_counter_of_an_outlet() -> None:
    zone = {"displays.display-1.zone": "lobby"}
    assert "counter-9" not in counters_of(hall_with(**zone), "display-1")


def test_a_zone_is_called_as_the_hall_says_else_as_the_outlet_that_it_is() -> None:
    east = {"lobby": {"names": {"zh": "东区", "en": "East"}}}
    hall = hall_with(**{"counters.counter-9.zone": "branch", "zones": east})
    assert zone_names(hall, "lobby") == Names("东区", "East")
    assert zone_names(hall, "branch") == hall.outlets["bank"].names
    plain = hall_with()
    assert zone_names(plain, "lobby") == Names("大厅", "Lobby")
    assert zone_names(hall_with(**{"counters.counter-1.zone": "hall-b"}), "hall-b") == Names("hall-b", "hall-b")

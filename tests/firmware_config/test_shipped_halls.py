"""The halls that come with the program: free of mistakes, runnable without hardware, ready for real devices."""

import datetime as dt
import json
import re
import tomllib
from pathlib import Path

import jsonschema
import pytest

from broker.model.hall import Hall
from broker.model.hall_address_checks import address_rows
from broker.model.hall_file import HallFileError, editor_schema, hall_of
from broker.model.numbers import ENGINE, ranges_of
from broker.model.outlets import at_home, services_at
from broker.runtime.business_calendar import sessions_of
from broker.runtime.hall_source import load_hall
from tests.model.hall_edits import HALLS, edited
from tests.model.hall_mistake_table import SHAPES, Row

FILES = sorted(HALLS.glob("*.toml"))
REAL = (HALLS / "branch_office.toml",)
"""To build cards from: its devices are real ones."""
SCHEMA = HALLS / "hall.schema.json"
TOWN = HALLS / "town_hall.toml"


@pytest.fixture(scope="module")
def town() -> Hall:
    return load_hall(TOWN)


def in_real(text: str) -> str:
    """The same hall with the real address that each remark gives; signs share one remark above their table."""
    lines = []
    for line in text.splitlines():
        real = re.search(r"(?:window|serial|sdt|gpio|alsa|pulse)://[^\s；，]*", line.partition("#")[2])
        if "screen?size=1280x400" in line:
            line = re.sub(r'"virtual://[^"]*"', '"window://0?fullscreen=1"', line)
        elif '"virtual://' in line.partition("#")[0]:
            assert real, f"no real address beside {line}"
            line = re.sub(r'"virtual://[^"]*"', f'"{real[0]}"', line, count=1)
        lines.append(line)
    return "\n".join(lines)


# -- every shipped hall ------------------------------------------------


def test_there_is_a_hall_to_start_from_and_a_whole_one():
    assert {"one_kiosk.toml", "town_hall.toml"} <= {path.name for path in FILES}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_shipped_hall_has_no_mistake(path: Path):
    assert load_hall(path).counters


@pytest.mark.parametrize("path", [path for path in FILES if path not in REAL], ids=lambda path: path.stem)
def test_a_shipped_hall_runs_without_hardware(path: Path):
    schemes = {text.split("://")[0] for _, _, text, _ in address_rows(load_hall(path))}
    assert schemes <= {"virtual", "p1", "none"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_real_addresses_in_the_remarks_make_a_hall_too(path: Path, tmp_path: Path):
    real = tmp_path / "real.toml"
    real.write_text(in_real(path.read_text(encoding="utf-8")), encoding="utf-8")
    schemes = {text.split("://")[0] for _, _, text, _ in address_rows(load_hall(real))}
    assert "virtual" not in schemes and {"window", "serial", "gpio", "p1"} <= schemes


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_editor_finds_the_schema_from_the_first_line(path: Path):
    assert path.read_text(encoding="utf-8").splitlines()[0] == "#:schema ./hall.schema.json"
    assert SCHEMA.is_file()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_editor_finds_no_mistake_either(path: Path):
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(tomllib.loads(path.read_text(encoding="utf-8")), schema)


# -- the editor schema ------------------------------------------------


def test_the_schema_file_is_current():
    """Write it again with: python -m broker schema > firmware_config/halls/hall.schema.json"""
    assert SCHEMA.read_text(encoding="utf-8") == json.dumps(editor_schema(), ensure_ascii=False, indent=2) + "\n"


def _for_editors(row: Row) -> bool:
    """What JSON editors can judge: no placeholders, dates, endless numbers or line breaks that ``$`` skips."""
    values = [item for value in row.edits.values() for item in (value if isinstance(value, list) else [value])]
    strange = any(
        isinstance(value, dt.date | dt.time) or value != value or value == 10**400 or str(value).endswith("\n")
        for value in values
    )
    return row.code != "placeholder" and not strange


@pytest.mark.parametrize("row", [row for row in SHAPES if _for_editors(row)], ids=lambda row: row.path)
def test_an_editor_refuses_what_the_program_refuses_for_its_form(row: Row):
    raw = edited(row.edits)
    with pytest.raises(HallFileError):
        hall_of(raw)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(raw, editor_schema())


# -- the town hall ------------------------------------------------


def test_the_town_hall_is_as_large_as_a_real_one(town: Hall):
    town = at_home(town)
    tables = ("counters", "kiosks", "displays", "signs", "keypads", "callers")
    assert {name: len(getattr(town, name)) for name in tables} == {
        "counters": 12,
        "kiosks": 3,
        "displays": 3,
        "signs": 12,
        "keypads": 12,
        "callers": 2,
    }
    assert sorted(display.layout for display in town.displays.values()) == ["landscape", "landscape", "portrait"]
    assert {sign.counter for sign in town.signs.values()} == set(town.counters)
    assert {keypad.counter for keypad in town.keypads.values()} == set(town.counters)
    assert {console.counter for console in town.consoles.values()} == set(town.counters)
    assert len(town.callers["caller-1"].lines) == 2
    assert sum(console.address.startswith("virtual://pad") for console in town.consoles.values()) == 2


def test_the_hours_are_five_days_with_lunch_duty_and_a_saturday(town: Hall):
    def hours(day: str) -> str:
        found = [town.sessions[times.name] for times in sessions_of(town, dt.date.fromisoformat(day))[0]]
        return " ".join(f"{session.opens}-{session.closes}" for session in found)

    assert hours("2026-03-04") == "09:00-12:00 12:00-14:00 14:00-17:30"
    assert hours("2026-03-07") == "08:30-12:00 13:30-16:30"
    assert hours("2026-03-08") == hours("2026-10-01") == ""


def counters_in(town: Hall, session: str) -> set[str]:
    return {key for key, counter in town.counters.items() if not counter.sessions or session in counter.sessions}


def test_lunch_duty_has_fewer_counters(town: Hall):
    town = at_home(town)
    assert counters_in(town, "morning") == set(town.counters)
    assert counters_in(town, "lunch-duty") == {"c1", "c2", "c6", "c9"}


def test_every_service_has_a_counter_in_each_opening_in_which_it_is_offered(town: Hall):
    for key, service in town.services.items():
        for session in service.sessions or town.sessions:
            assert any(key in town.counters[counter].services for counter in counters_in(town, session)), (key, session)


@pytest.mark.parametrize(
    ("service", "days", "unit"),
    [
        ("injury-ruling", 60, "day"),
        ("injury-medical", 30, "workday"),
        ("transfer-in", 15, "workday"),
        ("card-apply", 7, "workday"),
        ("maternity", 5, "workday"),
        ("fund-in", 5, "workday"),
        ("contributions", 3, "workday"),
        ("info-change", 1, "workday"),
        ("relief", 1, "workday"),
        ("staff-change", 0, "workday"),
        ("certificate", 0, "workday"),
    ],
)
def test_the_promised_times_are_those_of_the_published_commitments(town: Hall, service: str, days: int, unit: str):
    declared = town.services[service]
    assert (declared.promised_days, declared.promised_unit) == (days, unit)
    assert declared.promised is not None
    assert days == 0 or str(days) in declared.promised.zh


def test_every_promise_that_people_read_agrees_with_the_clock_that_watches_it(town: Hall):
    for key, service in town.services.items():
        if service.promised_days:
            unit = "日内" if service.promised_unit == "day" else "个工作日"
            assert service.promised and f"{service.promised_days:g} {unit}" in service.promised.zh, key


def test_staff_are_numbers_with_a_substitute_and_no_names(town: Hall):
    for key, clerk in town.clerks.items():
        assert clerk.substitute and re.fullmatch(r"\d{4}", clerk.staff_number), key
        assert re.fullmatch(r"8\d{3}", clerk.phone), "extensions only"
    assert {counter.clerk for counter in town.counters.values()} <= set(town.clerks)


def test_what_a_member_of_staff_does_has_a_name_in_both_languages(town: Hall) -> None:
    said = [clerk.titles for clerk in town.clerks.values()]
    assert all(names is not None and names.en.isascii() and names.en != names.zh for names in said)


def test_all_tickets_have_three_digits_and_each_kiosk_has_numbers_of_its_own(town: Hall):
    assert {series.digits for series in town.series.values()} == {3}
    assert set(ranges_of(town, "card")) == {ENGINE, "kiosk-1", "kiosk-2", "kiosk-3"}
    assert set(ranges_of(town, "pension")) == {ENGINE, "kiosk-1", "kiosk-2"}


def test_the_lawful_priorities_can_be_chosen_and_the_others_only_given(town: Hall):
    chosen = {key for key, declared in town.priority.items() if declared.at_kiosk}
    assert chosen == {"elderly", "disabled", "pregnant", "military", "infant"}
    assert {"appointment", "urgent"} == set(town.priority) - chosen


def test_the_outlet_has_counters_of_its_own_and_no_gear(town: Hall):
    outlet = town.outlets["bank-lakeside"]
    assert outlet.counters == ("c21", "c22")
    assert set(services_at(town, "bank-lakeside")) == {"outlet-collect", "outlet-loan"}
    gear = (*town.signs.values(), *town.consoles.values(), *town.keypads.values())
    assert not {device.counter for device in gear} & set(outlet.counters)
    assert set(ranges_of(town, "outlet")) == {ENGINE}


def test_the_zones_have_counters_and_the_boards_show_whole_zones(town: Hall):
    town = at_home(town)
    zones = {zone: {k for k, c in town.counters.items() if c.zone == zone} for zone in ("east", "west", "south")}
    assert set.union(*zones.values()) == set(town.counters)
    assert not town.displays["display-lobby"].counters
    assert set(town.displays["display-west"].counters) == zones["west"]
    assert set(town.displays["display-south"].counters) == zones["south"]


def test_the_town_hall_gives_numbers_on_phones_for_what_its_own_kiosks_give_too(town: Hall) -> None:
    assert town.remote.services
    for key in town.remote.services:
        service = town.services[key]
        assert not service.hidden and not service.sessions, f"{key}: whoever is on the way would find it closed"
        assert len(ranges_of(town, service.series)[ENGINE]) >= 100, f"{key}: the engine has hardly any number to give"
        assert key in at_home(town).services, f"{key} is served at an outlet, where nobody can check in at a kiosk"

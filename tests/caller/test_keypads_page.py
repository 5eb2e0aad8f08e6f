"""docs/keypads.md: its hall file has no mistake, and says what the page says it says."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from broker.model.hall_file import hall_of
from broker.model.work_cards import hash_card
from broker.runtime.evdev_keys import _CURES
from caller.wiring import equipment_of
from tests.model.hall_edits import base

PAGE = (Path(__file__).parent.parent.parent / "docs" / "keypads.md").read_text(encoding="utf-8")


def test_the_hall_file_of_the_page_has_no_mistake_and_its_devices_can_be_made(tmp_path):
    raw = base()
    raw["consoles"], raw["keypads"] = {}, {}
    raw["counters"]["counter-3"] = {**raw["counters"]["counter-2"], "name": "3"}
    raw["counters"]["counter-3"].pop("clerk", None)
    raw["callers"]["screen-caller-3"] = {"names": {"zh": "评价屏", "en": "Screen"}}
    card = hash_card("0004512345", b"s" * 16)
    for shown in re.findall("```toml\n(.*?)```", PAGE, re.DOTALL):
        for table, devices in tomllib.loads(shown.replace("scrypt:...", card)).items():
            for name, told in devices.items():
                raw[table].setdefault(name, {}).update(told)
    made = equipment_of(hall_of(raw), "caller-1", tmp_path, lambda: 0.0)
    assert set(made.consoles) == {"block-1"}
    assert set(made.keypads) == {"face-1", "face-2"}


def test_every_word_of_a_usb_keypad_s_health_is_on_the_page():
    assert all(f"`{word}`" in PAGE for word in _CURES)

"""When a kiosk has a guide, and what it says when it cannot have one."""

import sys
from pathlib import Path

import pytest

from broker.collector.floor.attention_words import fault_words, part_words
from broker.model.hall_file import parse_hall
from kiosk.guidance.guide import Guide, NoGuide
from kiosk.guidance.opening import guide_of
from kiosk.node import is_virtual
from tests.kiosk.small_hall import small_hall

EARPHONE = """
[kiosks.kiosk-1.guidance]
output = "{output}"
next = "gpio://5"
choose = "gpio://6"
"""
REAL = {"screen": "window://0", "printer": "serial:///dev/hall/printer"}


def test_without_an_output_there_is_no_guide_and_no_word_of_it(tmp_path: Path) -> None:
    guide = guide_of(parse_hall(small_hall()), "kiosk-1", tmp_path, lambda: None)
    assert isinstance(guide, NoGuide)
    assert guide.health() == {}
    assert guide.panel() == guide.poll(0.0) == []


def test_an_output_in_the_hall_file_makes_a_guide(tmp_path: Path) -> None:
    hall = parse_hall(small_hall() + EARPHONE.format(output="virtual://earphone"))
    guide = guide_of(hall, "kiosk-1", tmp_path, lambda: None)
    assert isinstance(guide, Guide)
    assert not guide.keys.has_plug


def test_without_the_packages_of_speech_staff_read_that_they_are_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall = parse_hall(small_hall() + EARPHONE.format(output="virtual://earphone"))
    monkeypatch.setitem(sys.modules, "broker.runtime.speech.voices", None)
    guide = guide_of(hall, "kiosk-1", tmp_path, lambda: None)
    assert guide.health() == {"guidance": "missing"}
    assert fault_words("missing") is not None
    assert fault_words("stopped") is not None  # the thread of an earphone or of a display's loudspeaker has died
    assert part_words("guidance").zh == "语音引导按键"


def test_a_virtual_key_alone_gives_hands_of_the_virtual_hall_something_to_touch() -> None:
    earphone = EARPHONE.format(output="alsa://plughw:1,0")
    assert not is_virtual(parse_hall(small_hall(**REAL) + earphone), "kiosk-1")
    virtual = earphone.replace("gpio://5", "virtual://pad")
    assert is_virtual(parse_hall(small_hall(**REAL) + virtual), "kiosk-1")

"""``caller --check``: wrong makes, places and keys are said in plain sentences before anything is wired."""

import os

import pytest

from broker.__main__ import main as describe
from broker.model.hall_file import HallFileError, parse_hall
from broker.runtime.frames.strip_options import option_mistakes
from broker.runtime.gpio import GpioUnavailable, PinTaken, UnknownKey
from broker.runtime.serial_port import SerialAddress, SerialPort, SerialPortError
from caller.__main__ import main
from caller.check import PINS, _here, check_callers, hints
from tests.halls import SMALL, small_hall

STRIP = '[strips.s1]\ncounter = "c1"\ncaller = "desk-1"\naddress = "{address}"\n'


def said_of(text: str) -> tuple[str, bool]:
    lines, good = check_callers(parse_hall(text), ["desk-1"])
    return "\n".join(lines), good


def test_what_hangs_on_each_line_is_told_make_by_make():
    said, good = said_of(SMALL + STRIP.format(address="p2://a/9"))
    assert good
    assert "线路 line a: virtual://rs485" in said
    assert "呼叫器 terminals 1-2" in said
    assert "p2 (条屏 P2（平安力合） LED strip or board P2): 条屏 strips 9" in said


@pytest.mark.parametrize("address", ["window://0?size=1280x400", "virtual://evaluator", "virtual://usb-keypad"])
def test_an_evaluator_that_is_on_no_line_is_asked_for_none(address):
    """A touch screen or USB keypad beside terminals on a line."""
    keypad = f'address = "{address}"\nlevels.2 = "very_satisfied"\nlevels.3 = "dissatisfied"\n'
    text = SMALL + STRIP.format(address="p2://a/9")
    before, _, after = text.partition('[keypads.keypad-1]\ncounter = "c1"\ncaller = "desk-1"\n')
    rest = after[after.index("[") :]
    said, good = said_of(f'{before}[keypads.keypad-1]\ncounter = "c1"\ncaller = "desk-1"\n{keypad}{rest}')
    assert good, said
    assert f"keypad-1: {address}" in said


@pytest.mark.parametrize(
    ("old", "new", "zh", "en"),
    [
        ('"p1://a/', '"p9://a/', "没有协议“p9”；可用：modbus, p1", "there is no make 'p9'; makes: modbus, p1"),
        ('"p1://a/', '"p2://a/', "协议“p2”没有呼叫器；呼叫器可用：p1", "'p2' is no make of terminals; terminals: p1"),
        ("", STRIP.format(address="p7://a/9"), "没有条屏协议“p7”；条屏可用：modbus, p2", "no make of strips 'p7'"),
        ("", STRIP.format(address="p2://a/9?form=round"), "地址里的选项不对", "form=round must be one of strip, board"),
    ],
)
def test_a_make_or_option_that_does_not_exist_is_named_with_those_that_do(old, new, zh, en):
    said, good = said_of(SMALL.replace(old, new) if old else SMALL + new)
    assert not good
    assert zh in said
    assert en in said


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("p1://a/1", "p1://z/1", "no line 'z'"),
        ("p1://a/1", "p1://a/0", "with a unit from 1 to 250"),
        ('levels.0 = "very_satisfied"\n', 'levels.999 = "very_satisfied"\n', "never sends a key '999'"),
        ("p1://a/2", "p1://a/1", "unit 1"),
        ("p1://a/1", "gpoi://17", "gpoi"),
        ("p1://a/1", "p11://a/1", "the spelling of both makes"),
    ],
)
def test_wrong_places_and_keys_are_mistakes_of_the_hall_file(old, new, words):
    with pytest.raises(HallFileError) as error:
        parse_hall(SMALL.replace(old, new))
    assert words in str(error.value)


KEYPAD_1 = '[keypads.keypad-1]\ncounter = "c1"\ncaller = "desk-1"\n'
TWO_LINES = SMALL.replace('lines.a = "virtual://rs485"\n', 'lines.a = "virtual://rs485"\nlines.m = "virtual://rs485"\n')
PAD = '[consoles.m1]\ncounter = "c1"\ncaller = "desk-1"\naddress = "modbus://m/1"\nkeys.call = "key://0"\n{lamp}\n'


@pytest.mark.parametrize(
    ("address", "zh", "en"),
    [
        ("window://0?sise=1280x400", "屏幕没有选项“sise”", "no option 'sise'"),
        ("window://0?size=big", "写法应为 宽x高", "must be WIDTHxHEIGHT"),
        ("virtual://evaluator?size=30x20", "每边应为", "each side is"),
    ],
)
def test_an_evaluator_screen_that_cannot_be_opened_is_said_in_both_languages(address, zh, en):
    before, _, after = SMALL.partition(KEYPAD_1)
    said, good = said_of(f'{before}{KEYPAD_1}address = "{address}"\n\n{after[after.index("[") :]}')
    assert not good
    assert zh in said and en in said


@pytest.mark.parametrize(
    ("lamp", "zh", "en"),
    [
        ('lamps.lnk = "lamp://9"', "没有指示灯“lnk”；可用：link", "there is no lamp 'lnk'; lamps: link"),
        ('lamps.link = "lamp://16"', "应写作 lamp://0 到 lamp://15", "is written lamp://0 to lamp://15"),
    ],
)
def test_a_lamp_that_no_pad_has_is_said_in_both_languages(lamp, zh, en):
    said, good = said_of(TWO_LINES + PAD.format(lamp=lamp))
    assert not good
    assert zh in said and en in said


@pytest.mark.parametrize("there", [True, False])
def test_a_machine_without_the_library_of_usb_keypads_is_told_so(monkeypatch, there):
    monkeypatch.setattr("caller.check.find_spec", lambda name: object() if there else None)
    before, _, after = SMALL.partition(KEYPAD_1)
    keypad = (
        'address = "evdev:///dev/input/by-path/a-kbd"\nlevels = { KEY_1 = "satisfied", KEY_2 = "dissatisfied" }\n\n'
    )
    said, good = said_of(f"{before}{KEYPAD_1}{keypad}{after[after.index('[') :]}")
    assert good
    assert ("python3-evdev" in said) is not there


def test_a_rule_under_which_somebody_may_wait_for_ever_is_said_here_as_the_engine_says_it():
    strict = '[calling]\nrule = "strict"\n'
    said, good = said_of(SMALL + strict)
    assert good
    assert "calling 的规则是 strict" in said and "the rule of calling is strict" in said
    assert "strict" not in said_of(f"{SMALL}{strict}cap_min = 45\n")[0]


def test_a_device_file_is_commented_for_this_machine():
    plain = list(hints("/dev/serial/by-path/a", "dialout", exists=True, allowed=True))
    assert plain == []
    (moving,) = hints("/dev/ttyUSB0", "dialout", exists=True, allowed=True)
    assert "by-path" in moving.en
    assert "udev" in moving.zh
    (forbidden,) = hints("/dev/input/by-path/a-event-kbd", "input", exists=True, allowed=False)
    assert "usermod -aG input" in forbidden.zh
    (absent,) = hints("/dev/serial/by-path/a", "dialout", exists=False, allowed=False)
    assert "is not on this machine now" in absent.en


def test_the_program_checks_all_callers_or_one_and_needs_a_name_otherwise(tmp_path, capsys):
    hall = tmp_path / "hall.toml"
    hall.write_text(SMALL, "utf-8")
    assert main([str(hall), "--check"]) == 0
    said = capsys.readouterr().out
    assert all(f"== {name} " in said for name in small_hall().callers)
    assert main([str(hall), "desk-1", "--check"]) == 0
    hall.write_text(SMALL.replace('"p1://a/', '"p9://a/'), "utf-8")
    assert main([str(hall), "--check"]) == 78
    assert "没有协议“p9”" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main([str(hall)])


@pytest.mark.parametrize("address", ["p2://a/9?form=boards", "p2://a/9?colour=red", "p2://a/9?form=board&colour=red"])
def test_describe_refuses_an_option_that_no_such_strip_has(address, tmp_path, capsys):
    file = tmp_path / "hall.toml"
    file.write_text(SMALL + STRIP.format(address=address), encoding="utf-8")
    assert describe(["describe", str(file)]) != 0
    said = capsys.readouterr().err
    assert "strips.s1.address" in said and "选项" in said and "option" in said
    assert not list(option_mistakes(parse_hall(SMALL + STRIP.format(address="p2://a/9?form=board"))))


def test_pads_on_pins_are_hinted_at_their_group_too():
    said = "\n".join(f"{hint.zh}\n{hint.en}" for hint in hints("/dev/gpiochip0", "gpio", exists=True, allowed=False))
    assert "usermod -aG gpio" in said
    lines = "\n".join(_here("gpio://pad"))
    assert ("/dev/gpiochip0" in lines) is not os.access(PINS, os.R_OK)


def test_what_goes_wrong_with_pins_and_lines_is_said_in_chinese_first():
    for error in (PinTaken("next", 17, "busy"), GpioUnavailable("no chip"), UnknownKey("x", ("next",))):
        assert any("\u4e00" <= letter <= "\u9fff" for letter in error.zh) and str(error).isascii()
    with pytest.raises(SerialPortError) as refused:
        SerialPort(SerialAddress.parse("serial:///dev/null")).open()
    assert "不是串口" in refused.value.zh and "no serial line" in str(refused.value)

"""Addresses of hardware: what is one, and what is refused with a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.model.address import BadAddress, DeviceAddress, line_and_unit, parse_address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("none", DeviceAddress("none", "")),
        ("gpio://17", DeviceAddress("gpio", "17")),
        ("gpio://", DeviceAddress("gpio", "")),
        ("serial:///dev/hall/a?baud=9600", DeviceAddress("serial", "/dev/hall/a", {"baud": "9600"})),
        ("virtual://pad/17?lamp=27", DeviceAddress("virtual", "pad/17", {"lamp": "27"})),
        ("alsa://hw:1,0", DeviceAddress("alsa", "hw:1,0")),
        ("p1://a/3", DeviceAddress("p1", "a/3")),
        ("gpio://5?lamp=", DeviceAddress("gpio", "5", {"lamp": ""})),
    ],
)
def test_an_address_is_scheme_path_and_options(text: str, address: DeviceAddress):
    assert parse_address(text) == address


NO_ADDRESSES = (
    *("", "printer", "/dev/ttyUSB0", "serial:/dev/x", "://x", "Serial:///dev/x", "none ", "x" * 20 + "://y"),
    *("gpio://1 7", "gpio://17\n", "a\tb://x", "gpio://17#x", "serial://[x"),
    *("serial:///x?baud", "serial:///x?baud=1&baud=2"),
)


@pytest.mark.parametrize("text", NO_ADDRESSES)
def test_what_is_no_address_is_refused_in_both_languages(text: str):
    with pytest.raises(BadAddress) as caught:
        parse_address(text)
    assert "address" in str(caught.value) or "option" in str(caught.value)
    assert "地址" in caught.value.zh or "选项" in caught.value.zh
    assert "\n" not in str(caught.value)


@given(st.text(max_size=60) | st.from_regex(r"[a-z]{1,6}://[ -~]{0,30}", fullmatch=True))
def test_any_text_is_an_address_or_a_bad_address(text: str):
    try:
        address = parse_address(text)
    except BadAddress:
        return
    assert address.scheme and all(isinstance(value, str) for value in address.options.values())


def test_only_the_simulator_is_virtual():
    assert parse_address("virtual://pad").is_virtual
    assert not parse_address("gpio://17").is_virtual


def test_a_whole_number_option_has_bounds_and_a_default():
    address = parse_address("serial:///x?baud=9600&odd=12.5&wide=９&minus=-1&long=00000000009600")
    assert address.option_int("baud", 1, 300, 115200) == 9600
    assert address.option_int("bits", 8, 7, 8) == 8
    for name in ("odd", "wide", "minus", "long"):
        with pytest.raises(BadAddress, match="must be a whole number from 0 to 99"):
            address.option_int(name, 1, 0, 99)
    with pytest.raises(BadAddress):
        address.option_int("baud", 1, 300, 4800)


def test_a_bus_address_names_a_line_and_a_unit():
    assert line_and_unit(parse_address("p1://a/3")) == ("a", 3)
    assert line_and_unit(parse_address("p1://line-b/250")) == ("line-b", 250)


@pytest.mark.parametrize("text", ["p1://", "p1://a", "p1://a/", "p1:///3", "p1://a/0", "p1://a/251", "p1://a/x"])
def test_a_bus_address_without_line_or_unit_is_refused(text: str):
    with pytest.raises(BadAddress, match="LINE/UNIT"):
        line_and_unit(parse_address(text))


def test_a_bad_address_made_without_chinese_still_has_some():
    assert BadAddress("is odd").zh == "地址不能用（is odd）"

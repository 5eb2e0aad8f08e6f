import pytest

from broker.model.address import BadAddress
from broker.runtime.canvas.address import ScreenAddress, parse_screen_address


def test_a_window_is_described_in_full() -> None:
    found = parse_screen_address("window://1?size=1080x1920&fullscreen=1&rotate=90")
    assert found == ScreenAddress("window", 1, (1080, 1920), True, 90)


def test_size_and_display_may_be_left_out() -> None:
    assert parse_screen_address("window://?fullscreen=1") == ScreenAddress("window", 0, None, True)
    assert parse_screen_address("virtual://screen") == ScreenAddress("virtual")


@pytest.mark.parametrize(
    "text",
    [
        "hdmi://0", "window://left?fullscreen=1", "window://0?rotate=45", "window://0?fullscreen=yes",
        "virtual://screen?size=10x10", "virtual://screen?size=99999x1080", "virtual://screen?size=1080",
        "virtual://screen?sise=1080x1920", "screen",
    ],
)  # fmt: skip
def test_what_names_no_screen_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(BadAddress) as caught:
        parse_screen_address(text)
    assert len(str(caught.value)) > 15

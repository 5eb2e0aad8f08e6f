import pytest

from broker.runtime.canvas import theme
from broker.runtime.canvas.geometry import Rect
from broker.runtime.canvas.lint import lint
from broker.runtime.canvas.ops import Box, Op, Text, Ticker, Zone, text
from tests.runtime.canvas.ruler import Ruler

SIZE = (800, 600)
GOOD: tuple[Op, ...] = (
    Box(rect=Rect(0, 0, 800, 200), fill=theme.BLUE),
    text(Rect(20, 20, 400, 60), "正在叫号", 48, theme.WHITE, bold=True),
    text(Rect(20, 90, 400, 40), "Now calling", 28, theme.ICE),
    Box(rect=Rect(20, 220, 200, 100), fill=theme.WHITE, target="card"),
)


def kinds(*added: Op) -> list[str]:
    return [finding.kind for finding in lint((*GOOD, *added), SIZE, Ruler())]


def test_a_good_screen_has_no_findings() -> None:
    assert kinds() == []


@pytest.mark.parametrize(
    ("bad", "kind"),
    [
        (Box(rect=Rect(700, 500, 200, 50), fill=theme.BLUE), "outside"),
        (Box(rect=Rect(700, 500, 50, -2), fill=theme.BLUE), "empty"),
        (text(Rect(500, 400, 200, 40), "小字", 20, theme.WHITE), "small"),
        (text(Rect(500, 400, 200, 40), "看不清", 30, theme.LINE), "contrast"),
        (text(Rect(30, 30, 300, 50), "重叠的字", 40, theme.WHITE), "overlap"),
        (text(Rect(500, 400, 60, 40), "放不下的长名字", 30, theme.WHITE), "shortened"),
        (text(Rect(500, 400, 300, 20), "太高", 60, theme.WHITE), "overflow"),
        (Box(rect=Rect(500, 400, 40, 40), fill=theme.WHITE, target="tiny"), "target"),
        (Zone(rect=Rect(200, 300, 100, 100), target="covering"), "target"),
        (Ticker(rect=Rect(0, 540, 800, 60), words="通知", size=30, colour=theme.LINE, ground=theme.INK), "contrast"),
    ],
)
def test_each_fault_is_found(bad: Op, kind: str) -> None:
    assert kinds(bad) == [kind]


def test_contrast_is_judged_against_what_lies_below() -> None:
    words: Text = text(Rect(30, 230, 180, 60), "取号", 40, theme.WHITE)
    assert kinds(words) == ["contrast"]
    assert kinds(Box(rect=Rect(20, 220, 200, 100), fill=theme.BLUE), words) == []


def test_words_under_a_dialogue_do_not_overlap_with_it() -> None:
    curtain = Box(rect=Rect(0, 0, 800, 600), fill=theme.INK, target="curtain")
    assert kinds(curtain, text(Rect(20, 20, 400, 60), "需要更多时间吗", 48, theme.WHITE)) == []


def test_contrast_follows_wcag() -> None:
    assert theme.contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21.0)
    assert theme.contrast(theme.rgb("#767676"), theme.WHITE) == pytest.approx(4.54, abs=0.01)
    assert theme.contrast(theme.AMBER, theme.AMBER_INK) > 7


def test_the_tokens_that_are_used_together_can_be_read() -> None:
    needed = {
        (theme.WHITE, theme.INK): 7, (theme.WHITE, theme.PANEL): 7, (theme.WHITE, theme.BLUE): 7,
        (theme.AMBER_INK, theme.AMBER): 7, (theme.SOFT, theme.PANEL): 4.5, (theme.SOFT, theme.PANEL_RAISED): 4.5,
        (theme.ICE, theme.BLUE_DARK): 4.5, (theme.MINT, theme.PANEL): 4.5, (theme.SAND, theme.PANEL): 4.5,
        (theme.SAND, theme.SAND_GROUND): 4.5, (theme.WHITE, theme.SLATE): 7, (theme.WHITE, theme.HELP): 4.5,
        (theme.KIOSK_INK, theme.KIOSK_GROUND): 7,
        (theme.KIOSK_SUB, theme.KIOSK_OFF): 4.5, (theme.KIOSK_GOOD_INK, theme.KIOSK_GOOD_GROUND): 4.5,
        (theme.KIOSK_WARN_INK, theme.KIOSK_WARN_GROUND): 4.5,
    }  # fmt: skip
    weak = {pair: theme.contrast(*pair) for pair, least in needed.items() if theme.contrast(*pair) < least}
    assert not weak

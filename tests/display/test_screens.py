"""All states of all screens, read by the lint; and what painting them costs."""

import re

import msgspec
import pytest

from broker.model.words import SHUT_REASONS, Names
from broker.runtime.canvas.lint import lint
from broker.runtime.canvas.metrics import Fonts
from broker.runtime.canvas.ops import Box, Image, Op, Text, Ticker
from broker.runtime.canvas.texts import fit, ink_of
from display import phrases
from display.board import BAND_EN, BAND_ZH
from display.board_frame import urgent_band
from display.emergency_view import emergency_ops
from display.gallery import BOARD, board_sample, boards, sign_sample, signs
from display.gallery_boards import layout_sample, layout_states
from display.gallery_hall import EMERGENCY, LONG_EMERGENCY, ZONE
from display.layout import DESIGN_PX, fit_shape, frame_grid, shape_of, whole_grid
from display.measure import measure_board
from display.whole_view import poster_ops
from tests.display.pictures import designed

CROWDED = ("long-names",)
LAYOUTS = ("landscape", "portrait", "overview", "services", "entrance", "staff")
SAMPLES = designed()


@pytest.fixture(scope="module")
def fonts() -> Fonts:
    fonts = Fonts()
    fonts.start()
    return fonts


def findings(ops: tuple[Op, ...], size: tuple[int, int], fonts: Fonts, name: str) -> list:
    allowed = {"shortened"} if name.endswith(CROWDED) else set()
    return [finding for finding in lint(ops, size, fonts) if finding.kind not in allowed]


@pytest.mark.parametrize("name", SAMPLES)
def test_every_state_can_be_read(name: str, fonts: Fonts) -> None:
    size, ops = SAMPLES[name]
    assert findings(ops, size, fonts, name) == []


@pytest.mark.parametrize("name", SAMPLES)
def test_nothing_is_painted_over_words(name: str, fonts: Fonts) -> None:
    """A box that holds none of a text may not lie on a part of it."""
    ops = SAMPLES[name][1]
    hidden = []
    for position, op in enumerate(ops):
        if isinstance(op, Text):
            ink = ink_of(fit(op, fonts), fonts)
            later = (o for o in ops[position + 1 :] if isinstance(o, Box | Image) and ink.shared(o.rect).area > 4)
            hidden += [(op.plain, tuple(o.rect)) for o in later]
    assert hidden == []


@pytest.mark.parametrize("name", boards())
@pytest.mark.parametrize(("shape", "size"), [("landscape", (2560, 1440)), ("landscape", (2560, 2048)),
                                             ("portrait", (1440, 2560))])  # fmt: skip
def test_boards_stay_readable_on_other_screens(name: str, shape, size: tuple[int, int], fonts: Fonts) -> None:
    assert findings(board_sample(shape, size, name), size, fonts, name) == []


@pytest.mark.parametrize(("layout", "name"), [(layout, name) for layout in LAYOUTS for name in layout_states(layout)])
@pytest.mark.parametrize("size", [(2560, 2048), (1440, 2560), (1366, 768), (1200, 1920)])
def test_every_layout_stays_readable_on_other_screens(layout, name: str, size: tuple[int, int], fonts: Fonts) -> None:
    if layout in ("landscape", "portrait") and (size[1] > size[0]) != (layout == "portrait"):
        size = (size[1], size[0])
    found = [f for f in findings(layout_sample(layout, size, name), size, fonts, name) if f.kind != "small"]
    assert found == []


@pytest.mark.parametrize("name", signs())
def test_signs_stay_readable_on_other_screens(name: str, fonts: Fonts) -> None:
    size = (1920, 720)
    assert findings(sign_sample(size, name), size, fonts, name) == []


@pytest.mark.parametrize("name", SAMPLES)
def test_no_state_is_blank_or_shows_an_error(name: str) -> None:
    words = [op.plain for op in SAMPLES[name][1] if isinstance(op, Text)]
    assert len(words) >= 3
    assert not re.search(r"(?i)error|exception|none|null|traceback|错误|异常", " ".join(words))


PAUSED_BOARDS = [
    f"{kind}-{shape}-{state}"
    for shape in ("landscape", "portrait")
    for kind in ("board", "overview", "services", "entrance", "staff")
    for state in ("calling", "urgent")
]


@pytest.mark.parametrize("name", PAUSED_BOARDS)
def test_every_board_says_of_a_paused_counter_where_to_go_instead_and_whom_to_ask(name: str) -> None:
    told = next(pause for pause in BOARD.paused if pause.instead)
    words = " ".join(op.plain if isinstance(op, Text) else op.words for op in SAMPLES[name][1]
                     if isinstance(op, Text | Ticker))  # fmt: skip
    for wanted in (told.counter_name, "暂停服务", "aused", "请到 2、4 号窗口办理", "2, 4", told.phone, told.contact.zh):
        assert wanted in words, wanted


def test_a_counter_without_another_in_its_place_says_why_it_is_paused() -> None:
    ops = SAMPLES["board-landscape-many-paused"][1]
    words = [op.plain for op in ops if isinstance(op, Text)]
    assert "短暂离开Back in a moment" in words
    assert {"+12", "14:45 返回Back"} <= set(words), "beside when it is back, how many others there are has room"
    words = [op.plain for op in SAMPLES["overview-landscape-many-paused"][1] if isinstance(op, Text)]
    assert {"21", "+11"} <= set(words), "the others, and how many there are no tiles for"


@pytest.mark.parametrize(
    "name", [name for name in SAMPLES if name.endswith("-calling") and not name.startswith("sign")]
)
def test_every_board_says_when_a_paused_counter_is_back_in_both_languages(name: str) -> None:
    said = " ".join(op.plain for op in SAMPLES[name][1] if isinstance(op, Text))
    assert "14:45 返回" in said and "Back" in said


@pytest.mark.parametrize("name", [name for name in SAMPLES if name.endswith("-closed-until")])
def test_every_layout_says_after_hours_when_the_hall_opens_again(name: str) -> None:
    said = " ".join(op.plain for op in SAMPLES[name][1] if isinstance(op, Text))
    assert "11月25日 星期三 09:00 开始服务" in said and "Service starts Wed 25 Nov, 09:00" in said


def test_in_the_hall_s_break_a_counter_that_paused_before_it_runs_in_the_line_below() -> None:
    ops = SAMPLES["overview-landscape-break"][1]
    assert "13:30 开始服务" in {op.plain for op in ops if isinstance(op, Text)}
    (line,) = (op for op in ops if isinstance(op, Ticker))
    assert line.words.startswith("5 号窗口暂停服务，请到 2、4 号窗口办理，预计 14:45 返回。")


def test_a_call_shows_number_and_counter_larger_than_all_else() -> None:
    texts = [op for op in SAMPLES["board-landscape-calling"][1] if isinstance(op, Text)]
    by_size = sorted(texts, key=lambda op: -op.spans[0].size)
    assert [op.plain for op in by_size[:2]] == ["A0123", "3"]


@pytest.mark.parametrize("shape", ["landscape", "portrait"])
def test_a_visit_that_is_over_sends_nobody_to_its_counter(shape: str) -> None:
    shown = {state: {op.plain for op in SAMPLES[f"board-{shape}-{state}"][1] if isinstance(op, Text)}
             for state in ("calling", "visit-over")}  # fmt: skip
    assert {"A0123", "3", "请到", "正在叫号Now calling"} <= shown["calling"]
    assert {"A0123", "3", "最近叫号Last called"} <= shown["visit-over"]
    assert not {"请到", "正在叫号Now calling"} & shown["visit-over"]


@pytest.mark.parametrize("shape", ["landscape", "portrait"])
def test_painting_touches_only_what_changed(shape) -> None:
    costs = measure_board(shape)
    assert costs.unchanged == 0
    assert 0 < costs.ticker <= 0.06
    assert 0 < costs.pulse <= 0.06
    assert 0 < costs.minute <= 0.02
    assert 0 < costs.new_call <= 0.45


@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920)])
def test_the_entrance_sends_nobody_to_a_kiosk_while_the_hall_is_shut(size: tuple[int, int]) -> None:
    take = phrases.TAKE_FIRST.zh
    for state, sent in (("calling", True), ("closed", False), ("night", False)):
        ops = layout_sample("entrance", size, state)
        shown = " ".join(op.plain for op in ops if isinstance(op, Text))
        assert (take in shown) is sent
        assert sent or "09:00–12:00 / 13:30–17:00" in shown


def test_all_fixed_words_are_there_in_both_languages() -> None:
    everything = [value for value in vars(phrases).values() if isinstance(value, Names)]
    everything += [
        *SHUT_REASONS.values(),
        *phrases.WEEKDAYS,
        *(n for _, n in phrases.STEPS + phrases.SIGN_FACES),
    ]
    assert len(everything) > 40
    lower = (phrases.WAITING_PEOPLE, phrases.ABOUT, phrases.UNDER, phrases.MINUTES)
    for names in everything:
        assert re.search(r"[\u4e00-\u9fff]", names.zh), names
        assert names.en.isascii(), names
        assert names.en[0].isupper() or names in lower, names


def test_words_made_of_figures_are_short_and_exact() -> None:
    assert phrases.use_instead(("2",)) == Names("请到 2 号窗口办理", "Please use counter 2")
    assert phrases.use_numbers(("2", "12")) == "Use 2, 12"
    assert phrases.waiting(3, 8, 8) == "3 waiting · 8 min"
    assert phrases.waiting(3, 8, 12) == "3 waiting · 8–12 min"
    assert phrases.waiting(3, None, None) == "3 waiting"
    assert phrases.waiting(3, 0, 2) == "3 waiting · under 2 min"
    assert phrases.minutes(0, 2) == (phrases.UNDER, "2", "under 2 min")
    assert phrases.minutes(0, 4) == (phrases.ABOUT, "0–4", "min")
    assert phrases.hours("09:00-12:00 13:30-17:00") == "09:00–12:00 / 13:30–17:00"
    assert phrases.hours("09:00-12:00 12:00-14:00 14:00-17:30") == "09:00–17:30"
    assert phrases.hours("") == ""
    assert phrases.english_marks("Press “Return”, it’s there") == 'Press "Return", it\'s there'


@pytest.mark.parametrize("shape", ["landscape", "portrait", "sign"])
@pytest.mark.parametrize("length", [20, 66, 120, 200])
def test_an_emergency_as_long_as_staff_can_type_is_whole_on_every_screen(shape, length: int, fonts: Fonts) -> None:
    """Whoever reads half a sentence may take the wrong way out."""
    emergency = msgspec.structs.replace(
        EMERGENCY, zh=(LONG_EMERGENCY.zh * 2)[:length], en=(LONG_EMERGENCY.en * 2)[:length]
    )
    ops = emergency_ops(emergency, fit_shape(shape, DESIGN_PX[shape]), ZONE)
    assert lint(ops, DESIGN_PX[shape], fonts) == []


@pytest.mark.parametrize("shape", ["landscape", "portrait"])
def test_a_notice_of_the_whole_screen_is_whole(shape, fonts: Fonts) -> None:
    grid = whole_grid(DESIGN_PX[shape], shape)
    ops = poster_ops(Names(LONG_EMERGENCY.zh, LONG_EMERGENCY.en), grid, urgent=True)
    assert lint(tuple(ops), DESIGN_PX[shape], fonts) == []


@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920)])
def test_every_band_holds_an_urgent_notice_that_does_not_run_below(size, fonts: Fonts) -> None:
    notice = Names(LONG_EMERGENCY.zh[:BAND_ZH], LONG_EMERGENCY.en[:BAND_EN])
    grid = frame_grid(size, shape_of("staff", size), urgent=True)
    assert grid.urgent is not None and lint(tuple(urgent_band(notice, grid.urgent)), size, fonts) == []


def test_in_a_break_no_free_counter_says_that_it_is_ready() -> None:
    for shape in ("landscape", "portrait"):
        said = [op.plain for op in SAMPLES[f"overview-{shape}-break"][1] if isinstance(op, Text)]
        assert phrases.COUNTER_READY.zh not in said and said.count(phrases.COUNTER_BREAK.zh) > 1

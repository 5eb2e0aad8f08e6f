"""The evaluator's screen: what it says when, what a touch means, and that every picture can be read and hit."""

import msgspec
import pygame
import pytest
import zxingcpp
from PIL import Image

from broker.model.hall_file import parse_hall
from broker.model.words import CounterStatus, Level, TicketStatus
from broker.runtime.canvas.lint import lint
from broker.runtime.canvas.metrics import Fonts
from broker.runtime.canvas.ops import Text
from broker.runtime.canvas.texts import fit
from caller.evaluator.mind import SORRY_S, THANKS_S, WHY_S, EvaluatorMind, Explained
from caller.evaluator.screen import ALL_LEVELS, ScreenEvaluator
from caller.evaluator.view import evaluator_ops, face_of
from caller.gallery import ANNA, COUNTER, LEVELS, NEXT, NOW_MS, PAUSE, RATING, SIZES, ZONE, changed, sample, samples
from tests.halls import SMALL

PAUSED = changed(status=CounterStatus.PAUSED, pause=PAUSE)


def mind(view=COUNTER):
    made = EvaluatorMind(LEVELS, "decline")
    made.shown(view)
    return made


def mode(made, now_s=0.0):
    return made.look(now_s, NOW_MS).mode


@pytest.fixture(scope="module")
def fonts():
    found = Fonts()
    found.start()
    return found


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", samples())
def test_every_picture_can_be_read_and_hit(name, size, fonts):
    assert lint(sample(name, size), size, fonts) == []


def test_a_closed_counter_says_what_its_hours_are_in_both_languages():
    said = [op.plain for op in sample("closed", (1280, 400)) if isinstance(op, Text)]
    assert "开放时间 09:00–12:00 / 13:30–17:00" in said
    assert "Opening hours" in said


def words_of(ops):
    return " ".join(op.plain for op in ops if isinstance(op, Text))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", samples())
def test_no_word_is_cut(name, size, fonts):
    assert [op.plain for op in sample(name, size) if isinstance(op, Text) and fit(op, fonts).shortened] == []


@pytest.mark.parametrize("size", SIZES)
def test_a_return_that_is_over_time_is_not_promised_any_more(size):
    made = mind(PAUSED)
    at_ms = PAUSE.returns_at_ms

    def draw(now_ms):
        return evaluator_ops(made.look(0.0, now_ms), face_of(size), ANNA, ZONE)

    before = draw(at_ms - 600_000)
    assert "14:45" in words_of(before)
    assert draw(at_ms) == before, "in its own minute it is still true, and nothing is painted"
    late = draw(at_ms + 60_000)
    assert "14:45" not in words_of(late)
    assert "稍后返回Back soon" in words_of(late)
    assert draw(at_ms + 3_600_000) == late


@pytest.mark.parametrize("size", SIZES)
def test_a_paused_counter_says_where_to_go_instead_in_both_languages(size):
    for name, zh, en in (("paused", "2、5、12", "2, 5, 12"), ("paused-long", "122、124、125", "122, 124, 125")):
        words = words_of(sample(name, size))
        assert f"请到 {zh} 号窗口办理" in words
        assert f"Use {en}" in words or f"Please use counters {en}" in words


def test_idle_then_asked_then_thanked_then_idle():
    made = mind()
    assert mode(made) == "idle"
    made.prompt()
    assert mode(made) == "rating"
    assert made.touch("face/satisfied", 1.0, NOW_MS) == "1"
    made.thank(Level.SATISFIED, 1.0)
    assert [mode(made, 1.0), mode(made, 1.0 + THANKS_S)] == ["thanks", "idle"]


def test_nobody_is_thanked_by_a_touch_alone():
    made = mind()
    made.prompt()
    made.touch("face/satisfied", 1.0, NOW_MS)
    assert mode(made, 1.0) == "rating"


def test_a_low_rating_may_be_explained_with_reasons_and_the_wish_to_be_called():
    made = mind()
    made.prompt()
    made.thank(Level.DISSATISFIED, 0.0)
    for target in ("reason/unclear", "reason/slow", "reason/attitude", "reason/attitude", "contact"):
        assert made.touch(target, 1.0, NOW_MS) is None
    state = made.look(1.0, NOW_MS)
    assert (state.mode, state.reasons, state.contact) == ("why", ("slow", "unclear"), True)
    assert made.touch("send", 2.0, NOW_MS) == Explained(("slow", "unclear"), 1, True)
    assert mode(made, 2.0) == "thanks"


def test_whoever_says_nothing_or_skips_tells_nothing():
    for ends in (["send"], ["reason/slow", "skip"]):
        made = mind()
        made.prompt()
        made.thank(Level.VERY_DISSATISFIED, 0.0)
        assert [made.touch(target, 1.0, NOW_MS) for target in ends] == [None] * len(ends)
        assert mode(made, 1.0) == "thanks"


def test_reasons_wait_as_long_as_somebody_chooses_and_go_when_nobody_does():
    made = mind()
    made.thank(Level.DISSATISFIED, 0.0)
    made.touch("reason/slow", WHY_S - 1, NOW_MS)
    assert mode(made, WHY_S + 1) == "why"
    assert mode(made, 2 * WHY_S) == "idle"


def test_the_next_visitor_sees_nothing_of_the_one_before():
    made = mind()
    made.thank(Level.DISSATISFIED, 0.0)
    made.touch("contact", 0.0, NOW_MS)
    made.prompt()
    state = made.look(0.0, NOW_MS)
    assert (state.mode, state.reasons, state.contact) == ("rating", (), False)


def test_a_rating_that_was_not_kept_is_not_thanked_for_and_may_be_tried_again():
    made = mind()
    made.prompt()
    made.sorry(0.0)
    assert [mode(made, 0.0), mode(made, SORRY_S)] == ["sorry", "rating"]


def test_a_paused_counter_says_so_at_once_but_not_over_somebody_who_rates():
    made = mind(PAUSED)
    assert mode(made) == "paused"
    made.prompt()
    assert mode(made) == "rating"
    made.rest()
    assert mode(made) == "paused"


def test_nothing_is_touched_while_nobody_is_asked():
    made = mind()
    assert [made.touch(t, 0.0, NOW_MS) for t in ("face/satisfied", "send", "contact", "decline")] == [None] * 4
    made.prompt()
    assert made.touch("decline", 0.0, NOW_MS) == "decline"


def test_faces_stand_best_first_all_alike_in_every_size():
    for size in SIZES:
        ops = sample("rating", size)
        faces = [op for op in ops if op.target and op.target.startswith("face/")]
        assert [op.target for op in faces] == [f"face/{level.value}" for level in Level]
        assert [op.rect.x for op in faces] == sorted(op.rect.x for op in faces)
        assert len({(op.fill, op.rect.h) for op in faces}) == 1


def words_asking(ticket):
    state = EvaluatorMind(LEVELS, "decline")
    state.shown(changed(evaluation=RATING, ticket=ticket))
    state.prompt()
    assert state.touch("face/satisfied", 0.0, NOW_MS) is not None, "the window goes on"
    ops = evaluator_ops(state.look(0.0, NOW_MS), face_of(SIZES[0]), ANNA, ZONE)
    return msgspec.json.encode([getattr(op, "plain", "") for op in ops]).decode()


def test_no_name_of_a_visitor_and_no_ticket_stands_on_it():
    going_on = msgspec.structs.replace(NEXT, number=RATING.number, status=TicketStatus.SERVING)
    for ticket in (None, going_on):
        assert RATING.number not in words_asking(ticket) and "请您对本次服务进行评价" in words_asking(ticket)


def test_once_another_is_called_it_says_for_whom_the_faces_are():
    said = words_asking(NEXT)
    assert f"请上一位（{RATING.number} 号）评价" in said and f"{RATING.number}: how was your visit?" in said
    assert "请您" not in said and NEXT.number not in said


SCREEN = SMALL.replace(
    """address = "p1://a/1"
levels.0 = "very_satisfied"
levels.1 = "satisfied"
levels.2 = "basically_satisfied"
levels.3 = "dissatisfied"
levels.4 = "very_dissatisfied"
""",
    'address = "virtual://evaluator?size=800x480"\n',
    1,
)


@pytest.fixture
def screen():
    hall = parse_hall(SCREEN)
    made = ScreenEvaluator(hall, "keypad-1", lambda: 50.0)
    made.pad.start()
    made.shown(changed(clerk="a1", evaluation=RATING), NOW_MS)
    yield made
    made.pad.close()


def test_a_finger_on_a_face_is_a_raw_key_and_reasons_follow_the_thanks(screen):
    assert screen.poll() == []
    screen.prompt()
    screen.poll()
    x, y = screen.pad.screen.targets()["face/dissatisfied"]
    screen.pad.screen.press(x, y)
    assert screen.poll() == ["2"]
    assert ALL_LEVELS["2"] is Level.DISSATISFIED
    screen.thank(Level.DISSATISFIED)
    screen.poll()
    for target in ("reason/slow", "send"):
        screen.tap(target)
    assert screen.take_explained() == [Explained(("slow",), 1, False)]
    assert screen.take_explained() == []


def test_the_code_of_the_visit_stands_beside_the_faces_and_a_foreign_reader_reads_it(screen):
    screen.sign_with(lambda visit: f"https://hall.example/r/keypad-1/{visit}?k=abcdefghijklm")
    assert codes_on(screen) == []
    screen.prompt()
    assert codes_on(screen) == [f"https://hall.example/r/keypad-1/{RATING.visit}?k=abcdefghijklm"]
    screen.thank(Level.SATISFIED)
    assert codes_on(screen) == []


def codes_on(screen):
    screen.poll()
    surface = screen.pad.screen.surface
    picture = Image.frombytes("RGB", surface.get_size(), pygame.image.tobytes(surface, "RGB"))
    return [code.text for code in zxingcpp.read_barcodes(picture)]


def test_a_virtual_key_that_is_not_shown_cannot_be_pressed(screen):
    screen.poll()
    with pytest.raises(KeyError):
        screen.tap("5")

"""What is said when, and what a key does."""

from dataclasses import replace

import pytest

from broker.model.words import Names
from kiosk import gallery
from kiosk import targets as t
from kiosk.events import Touched
from kiosk.guidance.mind import LEVELS, STEP_DB, GuidanceMind, Key
from kiosk.menu import Menu
from kiosk.screens.frame import Surroundings
from kiosk.visit import IDLE_LARGER_S, Step, Visit

HOME = Visit()
DETAIL = gallery.PENSION


class Listener:
    """A mind with somebody who listens; ``said`` is the last thing told, in one line."""

    def __init__(self, *, by_plug: bool = True) -> None:
        self.mind = GuidanceMind("zh", -12.0, by_plug=by_plug)
        self.said, self.gain_db, self.orders = "", 0.0, 0
        self.visit, self.menu, self.around = HOME, gallery.MENU, gallery.AROUND

    def sees(
        self, visit: Visit | None = None, menu: Menu | None = None, around: Surroundings | None = None, now_s: float = 0
    ) -> str:
        """What is said at a picture; empty when nothing is."""
        self.visit, self.menu, self.around = visit or self.visit, menu or self.menu, around or self.around
        self.mind.see(self.visit, self.menu, self.around, now_s)
        return self._heard()

    def press(self, *keys: Key, speaking: bool = False, now_s: float = 0) -> list[str]:
        """The targets that the keys touch."""
        touched = [touch for key in keys for touch in self.mind.press(key, now_s, speaking)]
        self.sees(now_s=now_s)
        return [touch.target for touch in touched if isinstance(touch, Touched)]

    def _heard(self) -> str:
        orders = self.mind.take()
        self.orders += len(orders)
        if orders:
            self.said = " | ".join(piece.text for piece in orders[-1].pieces)
            self.gain_db = orders[-1].gain_db
        return self.said if orders else ""


@pytest.fixture
def listener() -> Listener:
    made = Listener()
    made.mind.plugged(True)
    made.sees()
    return made


def test_without_an_earphone_nothing_is_said_and_no_key_counts() -> None:
    alone = Listener()
    assert alone.sees() == ""
    assert alone.press("next", "choose", "repeat", "louder") == []
    assert (alone.orders, alone.mind.in_use, alone.mind.focus) == (0, False, None)


def test_the_plug_begins_with_how_to_use_it_then_the_screen(listener: Listener) -> None:
    parts = listener.said.split(" | ")
    assert parts[0].startswith("语音引导")
    assert "请选择要办理的业务" in parts
    assert parts[-1] == "共14项可选"
    assert "语音引导" not in listener.sees(DETAIL)


def test_taking_the_plug_out_is_silence_at_once(listener: Listener) -> None:
    listener.mind.plugged(False)
    assert listener.mind.take()[-1].pieces == ()
    assert listener.sees(DETAIL) == ""
    assert listener.mind.focus is None


def test_without_a_contact_the_first_key_begins_and_a_while_of_rest_ends_it() -> None:
    listener = Listener(by_plug=False)
    assert listener.sees() == ""
    assert listener.press("choose", now_s=1.0) == []
    assert listener.said.startswith("语音引导")
    assert listener.press("next", now_s=2.0) == [t.STAY]
    listener.sees(replace(HOME, touched_s=60.0), now_s=60.0)
    assert listener.mind.in_use
    listener.sees(replace(HOME, touched_s=93.0), now_s=3.0 + IDLE_LARGER_S)
    assert not listener.mind.in_use


def test_somebody_in_the_middle_of_something_is_not_left_alone_without_a_contact() -> None:
    listener = Listener(by_plug=False)
    listener.press("next", now_s=1.0)
    listener.sees(DETAIL, now_s=500.0)
    assert listener.mind.in_use


def test_the_keys_walk_over_all_that_can_be_chosen_and_around(listener: Listener) -> None:
    first = listener.mind.focus
    assert first is None
    walked = []
    for _ in range(14):
        assert listener.press("next") == [t.STAY]
        walked.append((listener.mind.focus, listener.said))
    assert len({target for target, _ in walked}) == 14
    assert walked[1] == ("service/pension", "养老保险 | 等候 12 人 | 约 20到35分钟")
    listener.press("next")
    assert listener.mind.focus == walked[0][0]
    listener.press("previous")
    assert listener.mind.focus == walked[-1][0]


def test_choosing_touches_what_was_said_and_nothing_before_something_was_said(listener: Listener) -> None:
    assert listener.press("choose") == [t.STAY]
    assert "下一项" in listener.said
    listener.press("next", "next")
    assert listener.press("choose") == ["service/pension"]


def test_a_new_screen_cuts_the_old_words_and_begins_without_focus(listener: Listener) -> None:
    listener.press("next")
    assert "养老保险" in listener.sees(DETAIL)
    assert listener.mind.focus is None


def test_what_changes_by_itself_is_not_said_again(listener: Listener) -> None:
    fewer = replace(gallery.MENU, offers=tuple(replace(offer, waiting=1) for offer in gallery.OFFERS))
    assert listener.sees(menu=fewer) == ""
    assert listener.sees(around=replace(gallery.AROUND, clock="14:33")) == ""
    assert listener.sees(replace(HOME, touched_s=5.0, touched_at=(1, 1))) == ""


def test_a_change_within_a_screen_says_what_is_new(listener: Listener) -> None:
    listener.sees(DETAIL)
    assert listener.sees(replace(DETAIL, notice="asked")) == "正在打印"
    listener.press("next")
    need = listener.mind.focus
    assert need is not None and need.startswith(t.NEED)
    said = listener.sees(replace(DETAIL, notice="asked", needs=(t.parse(need)[1],)))
    assert said.endswith("已选中")
    assert listener.mind.focus == need


def test_the_paper_is_told_when_it_comes_out_and_the_number_on_request(listener: Listener) -> None:
    printing = Visit(step=Step.TICKET, slip=gallery.SLIP)
    assert "您的号码 | 养老保险 | A零四二" in listener.sees(printing)
    assert listener.sees(replace(printing, printed=True)) == "请取走号票 | 您的号码 | 出票口在屏幕下方" or (
        "请取走号票" in listener.said
    )
    listener.press("repeat")
    assert "您的号码 | A零四二" in listener.said
    listener.press("repeat", speaking=True)
    assert listener.said == ""


def test_repeat_says_the_focus_again(listener: Listener) -> None:
    listener.press("next", "next")
    said = listener.said
    listener.press("repeat", speaking=True)
    assert listener.said == ""
    listener.press("repeat")
    assert listener.said == said


def test_the_volume_goes_up_around_and_each_visitor_begins_as_the_hall_says(listener: Listener) -> None:
    listener.sees(DETAIL)
    heard = []
    for _ in range(LEVELS):
        listener.press("louder")
        heard.append(listener.gain_db)
    assert heard == [-12 + STEP_DB, -12 + 2 * STEP_DB, -12 + 3 * STEP_DB, -12 - STEP_DB, -12]
    listener.press("louder")
    assert "音量3" in listener.said
    listener.sees(HOME)
    assert listener.gain_db == -12
    listener.press("louder")
    listener.mind.plugged(False)
    listener.mind.plugged(True)
    listener.sees()
    assert listener.gain_db == -12


def test_going_back_home_keeps_the_volume(listener: Listener) -> None:
    listener.sees(DETAIL)
    listener.press("louder")
    for _ in range(20):
        listener.press("next")
        if listener.mind.focus == t.BACK:
            break
    assert listener.press("choose") == [t.BACK]
    listener.sees(HOME)
    assert listener.gain_db == -12 + STEP_DB


def test_typing_says_each_sign_and_that_it_is_enough(listener: Listener) -> None:
    missed = Visit(step=Step.MISSED)
    listener.sees(missed)
    assert listener.sees(replace(missed, typed="A")) == "A"
    assert listener.sees(replace(missed, typed="A0")) == "0"
    assert listener.sees(replace(missed, typed="A04")) == "4 | 重新排队"
    assert listener.sees(replace(missed, typed="A042")) == "2"
    assert listener.sees(replace(missed, typed="A04")) == "已删除 | A零四"


def test_the_digits_of_a_telephone_are_said_while_typed_and_never_together(listener: Listener) -> None:
    find = Visit(step=Step.FIND)
    listener.sees(find, gallery.LOOKUP)
    for count, digit in enumerate("4321", start=1):
        assert listener.sees(replace(find, typed="4321"[:count])).split(" | ")[0] == digit
    assert "4321" not in listener.said
    listener.press("repeat")
    assert "已输入4位" in listener.said
    assert "4321" not in listener.said
    assert listener.sees(replace(find, typed="432")) == "已删除"


def test_the_warning_is_said_once_and_any_key_goes_on(listener: Listener) -> None:
    listener.sees(DETAIL)
    listener.press("next")
    focus = listener.mind.focus
    warned = replace(gallery.AROUND, warned_s=20)
    assert listener.sees(around=warned) == "您还在操作吗？ | 20秒后返回首页并清除信息 | 继续操作"
    assert listener.sees(around=replace(warned, warned_s=19)) == ""
    for key in ("next", "choose", "repeat", "louder"):
        assert listener.press(key) == [t.STAY]
    del focus
    assert listener.sees(around=gallery.AROUND) == "继续"


def test_an_emergency_cuts_everything_and_its_end_is_the_first_screen(listener: Listener) -> None:
    alarm = replace(gallery.MENU, state="emergency", emergency=gallery.EVACUATE)
    assert gallery.EVACUATE.zh in listener.sees(HOME, alarm)
    listener.press("next")
    assert listener.said == "这里没有可选的项目"
    assert "请选择要办理的业务" in listener.sees(HOME, gallery.MENU)


def test_the_language_changes_with_the_screens(listener: Listener) -> None:
    assert "Tap a service to take a number" in listener.sees(Visit(language="en"))
    listener.press("next")
    assert listener.said == "Household and ID | 6 waiting | 12 to 20 minutes"


def test_a_call_for_help_is_followed_to_its_end(listener: Listener) -> None:
    help = Visit(step=Step.HELP)
    assert "正在通知工作人员" in listener.sees(help)
    assert "已通知工作人员" in listener.sees(around=replace(gallery.AROUND, help="called"))
    assert "工作人员正在赶来" in listener.sees(around=replace(gallery.AROUND, help="coming"))


def test_a_note_in_the_halls_words_is_said_as_it_stands(listener: Listener) -> None:
    note = Visit(step=Step.NOTE, note=Names("B012 请到 3 号窗口", "B012: go to counter 3"))
    assert "B零一二 请到 3 号窗口" in listener.sees(note)

"""An emergency comes back until it is ended."""

from display.sound_messages import Emergency

TEXTS = {"zh": "请离开", "en": "Please leave."}


def test_nothing_is_due_without_an_emergency() -> None:
    assert not Emergency(20.0).due(0.0)


def test_an_emergency_is_due_at_once_and_again_after_its_pause() -> None:
    emergency = Emergency(20.0)
    assert emergency.tell(TEXTS)
    assert emergency.due(5.0)
    emergency.said(emergency.message, 9.0)
    assert not emergency.due(28.9)
    assert emergency.due(29.0)


def test_the_same_words_told_again_are_no_news_and_change_no_time() -> None:
    emergency = Emergency(20.0)
    emergency.tell(TEXTS)
    emergency.said(emergency.message, 0.0)
    assert not emergency.tell(dict(TEXTS))
    assert not emergency.due(10.0)


def test_other_words_are_due_at_once_also_when_the_old_ones_were_just_being_said() -> None:
    emergency = Emergency(20.0)
    emergency.tell(TEXTS)
    being_said = emergency.message
    assert emergency.tell({"zh": "请回"})
    emergency.said(being_said, 10.0)
    assert emergency.due(10.0)


def test_an_ended_emergency_is_due_no_more() -> None:
    emergency = Emergency(20.0)
    emergency.tell(TEXTS)
    assert emergency.tell(None)
    assert not emergency.due(100.0)
    assert not emergency.tell(None)

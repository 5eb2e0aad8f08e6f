from broker.runtime.canvas.press import Presser, Touch


def target_at(x: float, y: float) -> str | None:
    return "left" if x < 100 else "right" if x < 200 else None


def tap(presser: Presser, x: float, at_s: float) -> Touch | None:
    presser.down(x, 5, at_s)
    return presser.up(x, 5, at_s)


def test_a_touch_counts_when_the_finger_goes_up_over_the_same_target() -> None:
    presser = Presser(target_at)
    presser.down(10, 5, 1.0)
    assert presser.held() == "left"
    assert presser.up(90, 6, 1.2) == Touch("left", 90, 6)
    assert presser.held() is None


def test_sliding_off_the_target_takes_the_press_back() -> None:
    presser = Presser(target_at)
    presser.down(10, 5, 1.0)
    assert presser.up(150, 5, 1.2) is None


def test_a_screen_that_changed_under_the_finger_is_not_touched() -> None:
    names = ["before"]
    presser = Presser(lambda x, y: names[0])
    presser.down(10, 5, 1.0)
    names[0] = "after"
    assert presser.up(10, 5, 1.1) is None


def test_a_ghost_second_press_is_dropped_and_a_later_one_counts() -> None:
    presser = Presser(target_at)
    assert tap(presser, 10, 1.0)
    assert tap(presser, 10, 1.2) is None
    assert tap(presser, 10, 1.5)


def test_two_keys_may_be_tapped_quickly_one_after_the_other() -> None:
    presser = Presser(target_at)
    assert tap(presser, 10, 1.0)
    assert tap(presser, 150, 1.05) == Touch("right", 150, 5)


def test_nothing_lies_outside() -> None:
    presser = Presser(target_at)
    assert tap(presser, 500, 1.0) is None
    assert presser.up(10, 5, 2.0) is None

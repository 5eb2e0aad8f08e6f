"""Push services that did not answer are spared for a while, house by house."""

import pytest

from broker.collector.notify.silent_services import SERVICES_MOST, SPARED_LONGEST_S, SilentServices, house_of


@pytest.mark.parametrize(
    ("host", "house"),
    [
        ("fcm.googleapis.com", "googleapis.com"),
        ("a.b.push.example.com.cn", "example.com.cn"),
        ("localhost", "localhost"),
        ("127.0.0.1", "127.0.0.1"),
    ],
)
def test_all_names_of_one_house_are_one(host: str, house: str) -> None:
    assert house_of(host) == house


def test_services_that_did_not_answer_are_remembered_by_the_hundred_and_no_more() -> None:
    silent = SilentServices(lambda: 0.0)
    for number in range(5 * SERVICES_MOST):
        silent.add(f"{number}.example")
    assert sum(silent.spared_s(f"{number}.example") > 0 for number in range(5 * SERVICES_MOST)) == SERVICES_MOST
    for _ in range(20):
        silent.add("one.example")
    assert silent.spared_s("one.example") == SPARED_LONGEST_S

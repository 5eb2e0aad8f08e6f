"""Behind a reverse proxy: only one that the hall file names is believed, and then each person counts by himself."""

import pytest
from flask import Flask

from broker.collector.run import web_options
from broker.collector.safety.failures import FAILURES_MOST
from broker.collector.safety.proxies import TrustedProxies
from broker.collector.web import WebOptions
from broker.model.hall_file import parse_hall
from tests.collector.conftest import PASSWORD, Browser
from tests.halls import SMALL

PROXY, STRANGER, CLERK = "127.0.0.1", "198.51.100.7", "192.0.2.9"


def through(app: Flask, told: str, near: str = PROXY) -> Browser:
    """A browser whose requests come from ``near`` with this X-Forwarded-For."""
    made = Browser(app.test_client())
    made.client.environ_base |= {"REMOTE_ADDR": near, "HTTP_X_FORWARDED_FOR": told}
    return made


@pytest.mark.parametrize(
    ("near", "told", "far"),
    [
        (PROXY, STRANGER, STRANGER),
        (PROXY, f"{CLERK}, {STRANGER}", STRANGER),  # what stands before a stranger may be his own word
        (PROXY, f"{STRANGER}, 10.0.0.4", STRANGER),  # two proxies, one behind the other
        (PROXY, f"{CLERK}, {STRANGER}, 10.0.0.4", STRANGER),
        (PROXY, "10.0.0.5, 10.0.0.4", "10.0.0.5"),
        (PROXY, "", PROXY),
        (PROXY, "somebody", PROXY),
        (PROXY, f"somebody, {STRANGER}", STRANGER),
        (PROXY, "2001:DB8::1", "2001:db8::1"),
        (f"::ffff:{PROXY}", f"::ffff:{STRANGER}", STRANGER),
        (STRANGER, CLERK, STRANGER),  # nobody's proxy
        ("", CLERK, ""),
    ],
)
def test_who_asks(near: str, told: str, far: str) -> None:
    assert TrustedProxies([PROXY, "10.0.0.0/24"]).far_end(near, told) == far


class TestTrusted:
    @pytest.fixture
    def options(self) -> WebOptions:
        return WebOptions(listen="0.0.0.0", trusted_proxies=(PROXY,))

    def test_a_stranger_who_guesses_through_the_proxy_locks_himself_out_and_nobody_else(self, app: Flask) -> None:
        stranger = through(app, STRANGER)
        for _ in range(FAILURES_MOST):
            stranger.log_in("the-clerk", "wrong-password-1")
        assert stranger.log_in("the-clerk", PASSWORD).status_code == 403
        assert through(app, CLERK).log_in("the-clerk", PASSWORD).status_code == 302

    def test_a_stranger_who_uses_up_his_tries_leaves_everybody_elses(self, app: Flask) -> None:
        stranger = through(app, STRANGER)
        assert [stranger.log_in(f"name-{number}", "wrong-password-1").status_code for number in range(12)][-1] == 429
        assert through(app, CLERK).log_in("the-clerk", PASSWORD).status_code == 302

    def test_made_up_addresses_give_a_stranger_no_more_tries(self, app: Flask) -> None:
        codes = [
            through(app, f"192.0.2.{number}, {STRANGER}").log_in(f"name-{number}", "wrong-password-1").status_code
            for number in range(12)
        ]
        assert codes[-1] == 429


def test_without_a_name_in_the_hall_file_no_proxy_is_believed(app: Flask) -> None:
    codes = [through(app, f"192.0.2.{number}").log_in(f"name-{number}", "wrong-password-1").status_code
             for number in range(12)]  # fmt: skip
    assert codes[-1] == 429


def test_the_hall_file_names_the_proxies() -> None:
    hall = parse_hall(f'{SMALL}\n[collector]\ntrusted_proxies = ["{PROXY}", "10.0.0.0/24"]\n')
    assert web_options(hall, {}, virtual=False).trusted_proxies == (PROXY, "10.0.0.0/24")
    assert web_options(parse_hall(SMALL), {}, virtual=False).trusted_proxies == ()

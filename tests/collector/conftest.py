"""One town hall with its web side, for every test of the collector."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from broker.collector.app import create_app
from broker.collector.safety.accounts import Accounts
from broker.collector.safety.rights import Role
from broker.collector.web import WebOptions
from broker.model.hall import Hall
from broker.model.person_keys import PersonKeys
from broker.runtime.business_calendar import sessions_of
from broker.runtime.clock import ManualClock
from broker.store.reports import JournalReports
from tests.collector.compiled_once import compile_once
from tests.collector.town import TownHub, town_clock, town_hall

compile_once()
PASSWORD = "correct-horse-42"
PERSONS = PersonKeys(b"a secret of the hall", "town")
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture
def clock() -> ManualClock:
    return town_clock()


@pytest.fixture
def hall() -> Hall:
    return town_hall()


@pytest.fixture
def hub(tmp_path: Path, clock: ManualClock, hall: Hall) -> TownHub:
    made = TownHub(tmp_path, hall, clock)
    made.open_day()
    return made


@pytest.fixture
def accounts(tmp_path: Path, clock: ManualClock) -> Accounts:
    made = Accounts(tmp_path / "accounts.db", clock, CHEAP)
    for role in Role:
        own = "staff-16" if role is Role.CLERK else None
        made.add(f"the-{role.value}", role, PASSWORD, clerk=own, must_change=False)
    return made


@pytest.fixture
def options() -> WebOptions:
    return WebOptions(virtual=True, persons=PERSONS, quiet_s=0.05, gap_s=0.0, stream_s=2.0)


@pytest.fixture
def app(hub: TownHub, accounts: Accounts, clock: ManualClock, options: WebOptions) -> Flask:
    reports = JournalReports(hub.path, hub.hall, clock.now_ms)
    return create_app(
        hub.hall, hub, reports, accounts, clock, lambda day: sessions_of(hub.hall, date.fromisoformat(day))[0], options
    )


class Browser:
    """A browser at the collector: keeps cookies, knows its page's anti-forgery token."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.token = ""

    def get(self, path: str, **more: object) -> object:
        return self.client.get(path, **more)

    def read_token(self, path: str) -> str:
        text = self.client.get(path).get_data(as_text=True)
        for mark in ('name="csrf" value="', 'name="csrf" content="'):
            if mark in text:
                self.token = text.split(mark)[1].split('"')[0]
        return self.token

    def log_in(self, name: str, password: str = PASSWORD) -> object:
        self.read_token("/login")
        answer = self.client.post("/login", data={"csrf": self.token, "name": name, "password": password})
        self.read_token("/login")
        return answer

    def post(self, path: str, body: object, token: str | None = None) -> object:
        headers = {"X-CSRF-Token": self.token if token is None else token}
        return self.client.post(path, json=body, headers=headers)


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app.test_client())


@pytest.fixture
def logged_in(app: Flask) -> Iterator[Callable[[str], Browser]]:
    def make(role: str) -> Browser:
        made = Browser(app.test_client())
        made.log_in(f"the-{role}")
        return made

    yield make

"""What is compiled once for many applications says of each only its own."""

import msgspec
import pytest
from flask import Flask
from jinja2 import Environment
from werkzeug.routing import Map

from broker.model.hall import Hall
from broker.model.words import Names
from tests.collector.compiled_once import KeptRule
from tests.collector.conftest import Browser
from tests.collector.town import town_hall

NAMES = ("甲厅", "乙厅")


@pytest.fixture(params=NAMES)
def hall(request: pytest.FixtureRequest) -> Hall:
    hall = town_hall()
    own = msgspec.structs.replace(hall.hall, names=Names(request.param, "Hall"))
    return msgspec.structs.replace(hall, hall=own)


def test_each_application_names_its_own_hall_and_compiles_no_template_again(
    app: Flask, hall: Hall, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def compiled_again(*_: object, **__: object) -> None:
        pytest.fail("a template was compiled again")

    first = browser.client.get("/").get_data(as_text=True)
    assert [name for name in NAMES if name in first] == [hall.hall.names.zh]
    assert app.jinja_env.cache is not None
    app.jinja_env.cache.clear()
    monkeypatch.setattr(Environment, "compile", compiled_again)
    assert browser.client.get("/").status_code == 200


@pytest.mark.parametrize("first", [1, 2])
def test_addresses_of_the_same_text_with_other_set_values_are_others(first: int) -> None:
    pages = [
        KeptRule("/all", defaults={"page": first}, endpoint="all"),
        KeptRule("/all/<int:page>", endpoint="all"),
    ]
    made = Map(pages).bind("localhost")
    assert made.build("all", {"page": first}) == "/all"
    assert made.build("all", {"page": 7, "q": "号"}) == "/all/7?q=%E5%8F%B7"

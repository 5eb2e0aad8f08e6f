"""The document says what the application does, and nothing else."""

import json
import re
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from flask import Flask
from openapi_spec_validator import OpenAPIV31SpecValidator

from broker.collector.openapi import document
from broker.collector.operations import OPERATIONS
from broker.model import commands as c
from broker.model.hall import Hall
from broker.model.words import Level
from tests.collector.conftest import Browser
from tests.collector.public.bank import hall_with_outlets
from tests.collector.town import TownHub

DOCUMENT = json.loads(document())
NUMBER = "11010519491231002X"
"""The example of the standard: nobody has it."""


def test_a_foreign_validator_finds_nothing_wrong_with_the_document_and_something_with_a_broken_one() -> None:
    assert [error.message for error in OpenAPIV31SpecValidator(DOCUMENT).iter_errors()] == []
    broken = {**DOCUMENT, "paths": {"/api/of/{nothing}": {"get": {"responses": {"200": {"description": "fine"}}}}}}
    assert ["'nothing'" in error.message for error in OpenAPIV31SpecValidator(broken).iter_errors()] == [True]


def test_every_route_is_documented_and_every_documented_route_exists(app: Flask) -> None:
    routes = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    documented = {(path, method) for path, methods in DOCUMENT["paths"].items() for method in methods}
    assert documented == routes


def test_every_reference_leads_somewhere_and_every_schema_is_used() -> None:
    text = json.dumps(DOCUMENT)
    wanted = set(re.findall(r'"#/components/schemas/([^"]+)"', text))
    assert wanted == set(DOCUMENT["components"]["schemas"])


def test_path_parameters_are_declared_and_required() -> None:
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            declared = {p["name"] for p in operation.get("parameters", []) if p["in"] == "path" and p["required"]}
            assert declared == set(re.findall(r"{(\w+)}", path)), (method, path)


def test_every_operation_has_its_own_name_and_words_in_both_languages() -> None:
    assert len({operation.id for operation in OPERATIONS}) == len(OPERATIONS)
    for operation in OPERATIONS:
        assert re.search("[\u4e00-\u9fff]", operation.zh), operation.id
        assert operation.en and not re.search("[\u4e00-\u9fff]", operation.en), operation.id


def test_commands_are_told_apart_by_their_type() -> None:
    schema = DOCUMENT["components"]["schemas"]["CommandBody"]["properties"]["command"]
    assert schema["discriminator"]["propertyName"] == "type"
    assert "CallNext" in schema["discriminator"]["mapping"]


@pytest.fixture
def hall() -> Hall:
    return hall_with_outlets()


@pytest.fixture
def busy(hub: TownHub) -> TownHub:
    """A hall in which everything that an answer can hold has happened."""
    for counter in ("c1", "c2", "c3"):
        hub.done(c.OpenCounter(counter=counter))
    for _ in range(3):
        hub.take_ticket("pension", priority="elderly")
    hub.serve("c1", level=Level.SATISFIED)
    hub.done(c.CallNext(counter="c1"))
    hub.done(c.PauseCounter(counter="c2", reason="会议", return_in_min=5))
    hub.device("kiosk-1", parts={"printer": "paper_out"})
    return hub


EXAMPLES = {
    "/api/tickets/{key}": "/api/tickets/A003",
    "/api/appointments/slots": "/api/appointments/slots?service=pension",
    "/api/consoles/{counter}": "/api/consoles/c1",
    "/api/outlets/{outlet}": "/api/outlets/bank",
    "/api/why/{number}": "/api/why/A003",
    "/api/floor/calls/{call_id}": "/api/floor/calls/2026-03-04-c1",
    "/api/floor/calls/{call_id}/{number}": "/api/floor/calls/2026-03-04-c1/A003",
}


@pytest.mark.parametrize(
    "operation", [o for o in OPERATIONS if o.method == "get" and isinstance(o.answers, type)], ids=lambda o: o.id
)
def test_every_answer_is_what_the_document_says(
    busy: TownHub, logged_in: Callable[[str], Browser], operation: Any
) -> None:
    answer = logged_in("manager").client.get(EXAMPLES.get(operation.path, operation.path))
    assert answer.status_code in (operation.status, *operation.errors)
    body = answer.get_json()
    msgspec.convert(body, operation.answers)
    name = operation.answers.__name__
    assert set(body) <= set(DOCUMENT["components"]["schemas"][name]["properties"])


@pytest.mark.parametrize("operation", [o for o in OPERATIONS if 404 in o.errors], ids=lambda o: o.id)
def test_what_is_not_there_is_told_in_the_documented_form(logged_in: Callable[[str], Browser], operation: Any) -> None:
    browser = logged_in("manager")
    path = re.sub(r"{\w+}", "nothing-here", operation.path)
    bodies = {
        "rateOnPhone": {"id": "phone-00001", "level": "satisfied"},
        "bookAppointment": {"id": f"home-{1:024d}", "service": "nothing-here", "at_ms": 1, "number": NUMBER},
        "findAppointment": {"code": "12345678", "number": NUMBER},
        "cancelAppointment": {"k": "made-up"},
        "moveAppointment": {"k": "made-up", "at_ms": 1, "number": NUMBER},
        "acknowledge": {"key": "nothing/here"},
        "cancelWhatIf": {"run": 9},
        "virtualInput": {"device": "nothing-here", "part": "x", "kind": "touch"},
    }
    queries = {"statistics": {"day": "1999-01-01"}, "ratings": {"day": "1999-01-01"}, "events": {"ticket": "A999"}}
    if operation.method == "get":
        answer = browser.client.get(path, query_string=queries.get(operation.id, {}))
    else:
        answer = browser.post(path, bodies[operation.id])
    assert answer.status_code == 404
    assert answer.get_json()["code"] in ("not_found", "unknown_ticket", "no_such_booking")

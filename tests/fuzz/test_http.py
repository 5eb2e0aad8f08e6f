"""The web side against its own OpenAPI document, judged by schemathesis: strangers, a clerk, a manager, and whatever
they send. No server error, no status and no body that the document does not name. ``JIAOHAO_FUZZ_HTTP_S`` is for longer
searches.
"""

import json
import os
from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from broker.collector.openapi import document
from broker.collector.operations import OPERATIONS
from broker.collector.safety.limits import Buckets
from broker.model import commands as c
from tests.collector.conftest import Browser
from tests.collector.town import TownHub

SECONDS = float(os.environ.get("JIAOHAO_FUZZ_HTTP_S", "0"))
EXAMPLES = 8 if not SECONDS else max(12, int(SECONDS * 40 / len(OPERATIONS) / 3))
DEGRADED = "/api/health"
"""Says 503 to monitors, in full words, while devices of the hall are away; here most of them always are."""


def no_accident(context: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case) -> None:
    """The engine of these tests always answers, so that nothing is an excuse for a server error."""
    assert response.status_code < 500 or (response.status_code, case.path) == (503, DEGRADED)


CHECKS = (
    no_accident,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)
WHO = ("nobody", "clerk", "manager")
STREAMS = ("events",)
"""A stream does not end by itself; tests/collector holds what it sends."""
ASKED = [operation for operation in OPERATIONS if operation.id not in STREAMS]


@pytest.fixture
def busy(hub: TownHub) -> TownHub:
    """A hall in which something happens."""
    for counter in ("c1", "c2"):
        hub.done(c.OpenCounter(counter=counter))
    for _ in range(2):
        hub.take_ticket("pension")
    hub.serve("c1")
    hub.device("kiosk-1", parts={"printer": "paper_out"})
    return hub


@pytest.fixture
def unhurried(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """How often one address may ask is another test's business."""
    monkeypatch.setattr(Buckets, "take", lambda self, key: None)
    return app


def test_every_operation_of_the_document_is_asked() -> None:
    documented = {
        operation["operationId"] for path in json.loads(document())["paths"].values() for operation in path.values()
    }
    assert {operation.id for operation in OPERATIONS} == documented
    assert documented - {operation.id for operation in ASKED} == set(STREAMS)


@pytest.mark.parametrize("operation", ASKED, ids=lambda o: o.id)
@pytest.mark.usefixtures("busy")
def test_whatever_is_sent_the_answer_is_in_the_document(
    unhurried: Flask, logged_in: Callable[[str], Browser], operation: Any
) -> None:
    for who in WHO:
        _ask(unhurried, operation, _person(logged_in, who))


def _ask(app: Flask, operation: Any, browser: Browser | None) -> None:
    headers = {} if browser is None else {"Cookie": _cookie(browser), "X-CSRF-Token": browser.token}
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", app)
    found = schema[operation.path][operation.method.upper()]

    @settings(
        max_examples=EXAMPLES,
        derandomize=not SECONDS,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=found.as_strategy())
    def fits(case: schemathesis.Case) -> None:
        case.call_and_validate(headers=headers, checks=CHECKS)

    fits()


def _person(logged_in: Callable[[str], Browser], who: str) -> Browser | None:
    return None if who == "nobody" else logged_in(who)


def _cookie(browser: Browser) -> str:
    cookie = browser.client.get_cookie("jh_staff")
    assert cookie is not None
    return f"jh_staff={cookie.value}"


WILD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize("operation", [o for o in OPERATIONS if o.method == "post"], ids=lambda o: o.id)
@pytest.mark.usefixtures("busy")
def test_a_body_that_no_document_foresees_is_refused_in_words(
    unhurried: Flask, logged_in: Callable[[str], Browser], operation: Any
) -> None:
    browser = logged_in("manager")
    named = {str(status) for status in (operation.status, *operation.errors)}
    path = operation.path.replace("{key}", "A001")
    properties = _properties(operation)

    @settings(max_examples=4 * EXAMPLES, derandomize=not SECONDS, deadline=None, database=None)
    @given(
        body=st.binary(max_size=60)
        | WILD.map(lambda value: json.dumps(value).encode())
        | st.fixed_dictionaries({}, optional=dict.fromkeys(properties, WILD)).map(lambda v: json.dumps(v).encode()),
        kind=st.sampled_from(("application/json", "application/json", "text/plain", "application/json; charset=x")),
    )
    def refused(body: bytes, kind: str) -> None:
        headers = {"X-CSRF-Token": browser.token, "Content-Type": kind}
        answer = browser.client.post(path, data=body, headers=headers)
        assert str(answer.status_code) in named, answer.get_data()[:200]
        if answer.status_code >= 400:
            said = answer.get_json()
            assert said["zh"]
            assert said["en"]

    refused()


def _properties(operation: Any) -> list[str]:
    if operation.body is None:  # whatever comes is not read
        return []
    schemas = json.loads(document())["components"]["schemas"]
    return sorted(schemas[operation.body.__name__]["properties"])

"""The OpenAPI 3.1 document, made from the table of operations and the schemas of the very structs that are sent."""

from functools import cache
from typing import Any

import msgspec

from broker.collector.errors import ErrorAnswer
from broker.collector.operations import OPERATIONS, Operation, Parameter
from broker.collector.safety.guard import STAFF_COOKIE, TOKEN_HEADER

_REF = "#/components/schemas/{name}"
_REASONS = {
    204: "Nothing was sent yet; asking has made the device send",
    304: "Not changed since the ETag you sent",
    400: "Malformed request",
    401: "Log in first, or wrong device key",
    403: "Not allowed for this account, or the page is out of date",
    404: "Not found",
    409: "The engine refuses: somebody or something was there first. Final for this id",
    413: "Too large",
    415: "Not application/json",
    422: "The engine or the hall file refuses. Final for this id",
    425: "What this belongs to is not there yet; send the same request again",
    429: "Too many requests; see Retry-After",
    503: "Nothing was decided or nothing is known; send the same request again after Retry-After",
}
_SECURITY: dict[str, list[dict[str, list[str]]]] = {
    "public": [],
    "device": [{}, {"deviceKey": []}],
    "clerk": [{"staff": []}],
    "manager": [{"staff": []}],
    "virtual": [{}, {"staff": []}],
}


FIGURES_PATHS = ("/api/statistics", "/api/ratings", "/api/report", "/api/waits")


def scope_of(operation: Operation) -> str:
    """What a program's token must have for it; empty where none is of use."""
    if operation.method != "get" or operation.who != "manager":
        return ""
    return "read:figures" if operation.path in FIGURES_PATHS else "read:floor"


@cache
def document() -> bytes:
    """The document as JSON bytes."""
    kinds = {kind for op in OPERATIONS for kind in (op.answers, op.body) if isinstance(kind, type)} | {ErrorAnswer}
    ordered = sorted(kinds, key=lambda kind: kind.__name__)
    schemas, components = msgspec.json.schema_components(ordered, ref_template=_REF)
    links = dict(zip(ordered, schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method] = _operation(operation, links)
    return msgspec.json.encode(
        {
            "openapi": "3.1.0",
            "info": {
                "title": "Jiaohao 叫号",
                "version": "1",
                "summary": "排队叫号、显示与评价 Queue calling, display and evaluation",
                "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            },
            "paths": paths,
            "components": {"schemas": components, "securitySchemes": _schemes()},
        }
    )


def _schemes() -> dict[str, Any]:
    return {
        "staff": {
            "type": "apiKey",
            "in": "cookie",
            "name": STAFF_COOKIE,
            "description": f"Log in at /login. Changes also need the page's token in the header {TOKEN_HEADER}.",
        },
        "program": {
            "type": "http",
            "scheme": "bearer",
            "description": "A token that an administrator makes under /tokens, with the scopes named here; 120 requests"
            " a minute, 60 at once, more get 429 with Retry-After.",
        },
        "deviceKey": {"type": "http", "scheme": "bearer", "description": "Only where the hall has set a device key."},
    }


def _operation(operation: Operation, links: dict[type, Any]) -> dict[str, Any]:
    responses: dict[str, Any] = {str(operation.status): _answer(operation, links)}
    if operation.method == "get" and operation.answers != "text/event-stream":
        responses["304"] = {"description": _REASONS[304]}
    if operation.id == "picture":
        responses["204"] = {"description": _REASONS[204]}
    for status in operation.errors:
        if str(status) not in responses:
            content = {"application/json": {"schema": _error(operation, status, links)}}
            responses[str(status)] = {"description": _REASONS[status], "content": content}
    made: dict[str, Any] = {
        "operationId": operation.id,
        "tags": [operation.who],
        "summary": operation.en,
        "description": operation.zh,
        "security": [*_SECURITY[operation.who], *([{"program": [scope]}] if (scope := scope_of(operation)) else [])],
        "responses": responses,
    }
    if operation.parameters:
        made["parameters"] = [_parameter(one) for one in operation.parameters]
    if operation.body is not None:
        content = {"application/json": {"schema": links[operation.body]}}
        made["requestBody"] = {"required": True, "content": content}
    return made


def _answer(operation: Operation, links: dict[type, Any]) -> dict[str, Any]:
    if isinstance(operation.answers, str):
        schema: Any = {} if operation.answers == "application/json" else {"type": "string"}
        return {"description": operation.en, "content": {operation.answers: {"schema": schema}}}
    return {"description": operation.en, "content": {"application/json": {"schema": links[operation.answers]}}}


def _error(operation: Operation, status: int, links: dict[type, Any]) -> Any:
    """Monitors get the full health answer with its 503; everybody else a typed error."""
    if operation.id == "health" and isinstance(operation.answers, type):
        return links[operation.answers]
    if operation.id == "virtualInput" and status == 503 and isinstance(operation.answers, type):
        return links[operation.answers]
    return links[ErrorAnswer]


def _parameter(one: Parameter) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    if one.choices:
        schema["enum"] = list(one.choices)
    made = {"name": one.name, "in": one.place, "required": one.required, "description": one.text, "schema": schema}
    if one.example:
        made["example"] = one.example
    return made

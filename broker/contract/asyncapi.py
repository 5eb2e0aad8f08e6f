"""The AsyncAPI 3.0 document of the MQTT contract, made from the table of topics and the very structs that travel. Pure.

Every channel is a row of ``topics``, every operation what one role does there, with the QoS and the retain flag that it
must use. Nothing is written twice, so the document cannot say what the programs do not do.
"""

from functools import cache
from typing import Any, get_args

import msgspec

from broker.contract import envelope as wire
from broker.contract.topics import ROOT, TOPICS, Topic
from broker.model.commands import AnyCommand
from broker.model.views import VIEW_KINDS

MQTT_BINDING = "0.2.0"
_REF = "#/components/schemas/{name}"
_MESSAGES: dict[str, type | str] = {
    "command": wire.Envelope,
    "reply": wire.Reply,
    "view": wire.View,
    "engine": wire.EngineState,
    "status": wire.DeviceStatus,
    "health": wire.DeviceHealth,
    "guesses": wire.WrongPins,
    "ask": wire.Ask,
    "picture": "image/png",
    "sound": "audio/wav",
    "panel": wire.Panel,
    "input": wire.VirtualInput,
}
"""Row of the table -> what is sent there: a struct as JSON, or the type of other content."""
_PARTS = {
    "hall": "The hall's id, `hall.id` of its file",
    "device": "A device's name in the hall file",
    "kind": "What the view shows",
    "name": "The display, counter, kiosk, service or hall that it is of; of a picture, the screen or paper",
}


@cache
def document() -> bytes:
    """The document as JSON bytes."""
    structs = [kind for kind in _MESSAGES.values() if isinstance(kind, type)]
    commands, views = get_args(AnyCommand), tuple(VIEW_KINDS.values())
    _, schemas = msgspec.json.schema_components([*structs, *commands, *views], ref_template=_REF)
    # Both travel as raw JSON inside their frames; what may stand there is known all the same.
    schemas["Envelope"]["properties"]["command"] = {"oneOf": _refs(commands)}
    schemas["View"]["properties"]["body"] = {"oneOf": _refs(views)}
    return msgspec.json.encode(
        {
            "asyncapi": "3.0.0",
            "info": {
                "title": "Jiaohao 叫号: MQTT",
                "version": str(wire.VERSION),
                "description": "One central broker per hall; MQTT 3.1.1 or 5, JSON in UTF-8. "
                "Unknown fields are ignored, an unknown `v` is refused.",
                "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
            },
            "defaultContentType": "application/json",
            "channels": {row.name: _channel(row) for row in TOPICS},
            "operations": {name: made for row in TOPICS for name, made in _operations(row)},
            "components": {"schemas": schemas, "messages": {row.name: _message(row) for row in TOPICS}},
        }
    )


def _refs(kinds: tuple[type, ...]) -> list[dict[str, str]]:
    return [{"$ref": _REF.format(name=kind.__name__)} for kind in kinds]


def _channel(row: Topic) -> dict[str, Any]:
    address = f"{ROOT}/{{hall}}/{row.pattern}"
    parameters: dict[str, Any] = {
        part: {"description": text} for part, text in _PARTS.items() if f"{{{part}}}" in address
    }
    if "kind" in parameters:
        parameters["kind"]["enum"] = sorted(VIEW_KINDS)
    own = " Each device publishes under its own name alone." if row.own else ""
    return {
        "address": address,
        "description": f"{row.carries}.{own}",
        "messages": {row.name: {"$ref": f"#/components/messages/{row.name}"}},
        "parameters": parameters,
    }


def _operations(row: Topic) -> list[tuple[str, dict[str, Any]]]:
    """What each role does at a channel: publish to it, or read it."""
    done = [(role, "send") for role in row.publishers] + [(role, "receive") for role in row.readers]
    return [(f"{role}-{action}s-{row.name}", _operation(row, role, action)) for role, action in done]


def _operation(row: Topic, role: str, action: str) -> dict[str, Any]:
    binding: dict[str, Any] = {"qos": row.qos, "bindingVersion": MQTT_BINDING}
    if action == "send":
        binding["retain"] = row.retain
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{row.name}"},
        "summary": f"{role} {'publishes' if action == 'send' else 'reads'}: {row.carries.split(':')[0]}",
        "tags": [{"name": role}],
        "bindings": {"mqtt": binding},
        "messages": [{"$ref": f"#/channels/{row.name}/messages/{row.name}"}],
    }


def _message(row: Topic) -> dict[str, Any]:
    kind = _MESSAGES[row.name]
    made: dict[str, Any] = {"name": row.name, "title": row.carries.split(":")[0], "summary": row.carries}
    if isinstance(kind, str):
        return made | {"contentType": kind, "payload": {"type": "string", "format": "binary"}}
    return made | {"contentType": "application/json", "payload": {"$ref": _REF.format(name=kind.__name__)}}

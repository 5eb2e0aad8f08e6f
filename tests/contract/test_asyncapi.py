"""The AsyncAPI document says of MQTT what the programs do, and its own schema finds nothing wrong with it."""

import json
import re
from typing import Any, get_args

import pytest
from jsonschema import Draft7Validator

from broker.contract.asyncapi import document
from broker.contract.topics import TOPICS, Topics
from broker.model.commands import AnyCommand
from broker.model.views import VIEW_KINDS
from tests.foreign.node_tools import HERE, required_node

DOCUMENT: dict[str, Any] = json.loads(document())


def test_every_row_of_the_table_is_a_channel_and_every_role_has_its_operation() -> None:
    assert set(DOCUMENT["channels"]) == {row.name for row in TOPICS}
    wanted = {f"{role}-sends-{row.name}" for row in TOPICS for role in row.publishers}
    wanted |= {f"{role}-receives-{row.name}" for row in TOPICS for role in row.readers}
    assert set(DOCUMENT["operations"]) == wanted


def test_an_address_with_its_parts_filled_in_is_the_topic_that_the_programs_use() -> None:
    topics = Topics("town")
    for row in TOPICS:
        parts = dict.fromkeys(re.findall(r"{(\w+)}", row.pattern), "x-1")
        address = DOCUMENT["channels"][row.name]["address"].format(hall="town", **parts)
        assert address == topics.of(row.name, **parts)
        assert topics.parse(address) == (row.name, parts)


def test_operations_bind_the_qos_and_the_retain_flag_of_the_table() -> None:
    for row in TOPICS:
        for name, made in DOCUMENT["operations"].items():
            if name.endswith(f"-{row.name}"):
                bound = made["bindings"]["mqtt"]
                assert bound["qos"] == row.qos
                assert bound.get("retain") == (row.retain if made["action"] == "send" else None)


def test_every_reference_leads_somewhere_and_every_command_and_view_is_described() -> None:
    for path in set(re.findall(r'"#/([^"]+)"', json.dumps(DOCUMENT))):
        found: Any = DOCUMENT
        for key in path.split("/"):
            found = found[key]
    schemas = DOCUMENT["components"]["schemas"]
    commands = {one["$ref"].split("/")[-1] for one in schemas["Envelope"]["properties"]["command"]["oneOf"]}
    assert commands == {kind.__name__ for kind in get_args(AnyCommand)}
    views = {one["$ref"].split("/")[-1] for one in schemas["View"]["properties"]["body"]["oneOf"]}
    assert views == {kind.__name__ for kind in VIEW_KINDS.values()}


def judged(document: object) -> list[str]:
    """What the schema that the AsyncAPI initiative publishes finds wrong."""
    required_node()  # which brings the package
    schema = json.loads((HERE / "node_modules/@asyncapi/specs/schemas/3.0.0-without-$id.json").read_text("utf-8"))
    return [f"{one.json_path}: {one.message}" for one in Draft7Validator(schema).iter_errors(document)]


def test_the_schema_of_the_foreign_specification_finds_nothing_wrong() -> None:
    assert judged(DOCUMENT) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"action":"send"', '"action":"shout"'),
        ('"qos":1', '"qos":3'),
        ('"asyncapi":"3.0.0"', '"asyncapi":"3.0.0","topics":1'),
        ('"title":"Jiaohao', '"name":"Jiaohao'),
    ],
)
def test_it_finds_what_is_wrong(old: str, new: str) -> None:
    """Or its silence would prove nothing."""
    text = document().decode()
    assert old in text
    assert judged(json.loads(text.replace(old, new, 1))) != []

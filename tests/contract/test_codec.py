"""The codec: what is written is read the same; what cannot be read is one typed error that repeats no content."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from broker.contract import envelope as wire
from broker.contract.codec import (
    CodecError,
    decode,
    decode_envelope,
    decode_view,
    encode,
    encode_envelope,
    encode_view,
)
from broker.model.commands import CallNext, RecordEvaluation
from broker.model.views import VIEW_KINDS
from broker.model.words import Level
from tests.contract.strategies import COMMANDS, JSON_VALUES, MESSAGES, messages_of

patient = settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
FRAME = {"id": "abcdefgh-1", "device": "caller-1", "epoch": "e1", "seq": 7, "age_ms": 12, "ttl_ms": 5000}
GOOD = encode_envelope(CallNext(counter="c1"), **FRAME)
VIEW = encode_view("counter", "c1", 3, 4, 5, b"{}")


def read_any(payload: bytes) -> None:
    """Read as everything it could be; nothing but CodecError may come out."""
    readers = [decode_envelope, decode_view, *(lambda raw, kind=kind: decode(raw, kind) for kind in MESSAGES)]
    for read in readers:
        try:
            read(payload)
        except CodecError as error:
            assert error.detail and "\n" not in error.detail and len(error.detail) <= 160


# -- round trips ------------------------------------------------


@pytest.mark.parametrize("kind", COMMANDS, ids=lambda kind: kind.__name__)
@given(st.data())
@patient
def test_a_command_comes_back_from_its_envelope(kind: type, data: st.DataObject):
    command = data.draw(messages_of(kind))
    payload = encode_envelope(command, **FRAME)
    assume(len(payload) <= wire.COMMAND_LIMIT_BYTES)
    outer, inner = decode_envelope(payload)
    assert inner == command
    assert {name: getattr(outer, name) for name in FRAME} == FRAME
    assert encode(inner) == bytes(outer.command)


@pytest.mark.parametrize("kind", VIEW_KINDS)
@given(st.data())
@patient
def test_a_view_comes_back_with_its_frame(kind: str, data: st.DataObject):
    body = data.draw(messages_of(VIEW_KINDS[kind]))
    outer, inner = decode_view(encode_view(kind, "any", 1, 2, 3, encode(body)))
    assert inner == body
    assert (outer.kind, outer.name, outer.epoch, outer.as_of, outer.at_ms) == (kind, "any", 1, 2, 3)


@pytest.mark.parametrize("kind", MESSAGES, ids=lambda kind: kind.__name__)
@given(st.data())
@patient
def test_every_message_comes_back(kind: type, data: st.DataObject):
    message = data.draw(messages_of(kind))
    again = decode(encode(message), kind)
    assert encode(again) == encode(message)


def test_all_commands_have_a_name_of_their_own_on_the_wire():
    names = {msgspec.inspect.type_info(kind).tag for kind in COMMANDS}  # type: ignore[attr-defined]
    assert names == {kind.__name__ for kind in COMMANDS}


def test_fields_that_a_later_version_adds_are_ignored():
    extra = json.loads(GOOD) | {"colour": "red"}
    extra["command"]["mood"] = [1, 2]
    _, inner = decode_envelope(json.dumps(extra).encode())
    assert inner == CallNext(counter="c1")


# -- what cannot be read ------------------------------------------------


@given(st.integers(0, len(GOOD) - 1))
def test_a_cut_envelope_is_refused(length: int):
    with pytest.raises(CodecError):
        decode_envelope(GOOD[:length])


@given(st.integers(0, len(VIEW) - 1))
def test_a_cut_view_is_refused(length: int):
    with pytest.raises(CodecError):
        decode_view(VIEW[:length])


@given(st.lists(st.integers(0, len(GOOD) * 8 - 1), min_size=1, max_size=4))
@patient
def test_flipped_bits_give_a_command_or_a_codec_error(bits: list[int]):
    payload = bytearray(GOOD)
    for bit in bits:
        payload[bit // 8] ^= 1 << bit % 8
    read_any(bytes(payload))


@given(st.binary(max_size=300))
@patient
def test_any_bytes_give_nothing_but_codec_errors(payload: bytes):
    read_any(payload)


@given(JSON_VALUES)
@patient
def test_any_json_gives_nothing_but_codec_errors(value: Any):
    read_any(json.dumps(value).encode())


@given(st.sampled_from(sorted(json.loads(GOOD))), JSON_VALUES)
@patient
def test_an_envelope_with_any_field_exchanged_gives_nothing_but_codec_errors(field: str, value: Any):
    read_any(json.dumps(json.loads(GOOD) | {field: value}).encode())


@given(st.sampled_from(COMMANDS), JSON_VALUES, st.data())
@patient
def test_a_command_with_any_field_exchanged_gives_nothing_but_codec_errors(kind, value, data):
    command = json.loads(encode(data.draw(messages_of(kind))))
    command[data.draw(st.sampled_from([*command, "type"]))] = value
    outer = json.loads(GOOD) | {"command": command}
    read_any(json.dumps(outer).encode())


@pytest.mark.parametrize(
    "payload",
    [
        b'{"v":1,"id":"abcdefgh","device":"d","command":' + b"[" * 4000,
        b'{"v":1,"id":"abcdefgh","device":"d","command":' + b"[" * 1900 + b"]" * 1900 + b"}",
        b'{"v":1,"kind":"hall","name":"x","epoch":1,"as_of":1,"at_ms":1,"body":' + b'{"a":' * 12000,
        b'{"code":"x","sentence":{"zh":"a","en":"b"},"facts":{"a":' + b"[" * 30000 + b"]" * 30000 + b"}}",
        b"[" * wire.VIEW_LIMIT_BYTES,
        b'"' + b"\\u0000" * 10000 + b'"',
    ],
)
def test_deep_nesting_is_refused_and_does_not_end_the_process(payload: bytes):
    with pytest.raises(CodecError):
        decode_envelope(payload)
    read_any(payload)


@pytest.mark.parametrize(
    ("read", "limit"),
    [
        (decode_envelope, wire.COMMAND_LIMIT_BYTES),
        (decode_view, wire.VIEW_LIMIT_BYTES),
        (lambda payload: decode(payload, wire.Reply, wire.REPLY_LIMIT_BYTES), wire.REPLY_LIMIT_BYTES),
        (lambda payload: decode(payload, wire.Panel), wire.VIEW_LIMIT_BYTES),
    ],
)
def test_more_than_the_limit_is_refused_before_it_is_read(read, limit: int):
    with pytest.raises(CodecError, match=f"at most {limit} are allowed"):
        read(b" " * (limit + 1))


def test_exactly_the_limit_is_read():
    payload = GOOD + b" " * (wire.COMMAND_LIMIT_BYTES - len(GOOD))
    assert decode_envelope(payload)[1] == CallNext(counter="c1")
    with pytest.raises(CodecError):
        decode_envelope(payload + b" ")


@pytest.mark.parametrize("version", [0, 2, -1, 2**40])
def test_another_version_is_refused_by_name(version: int):
    other = json.loads(GOOD) | {"v": version}
    with pytest.raises(CodecError, match=f"version {version} is not 1"):
        decode_envelope(json.dumps(other).encode())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "short"),
        ("id", "abcdefgh/1"),
        ("id", "abcdefgh\n"),
        ("device", "caller-1\n"),
        ("device", "Caller"),
        ("device", "a/b"),
        ("device", "#"),
        ("device", "+"),
        ("seq", 0),
        ("seq", 2**53),
        ("seq", 1.5),
        ("seq", True),
        ("age_ms", -1),
        ("age_ms", 10**400),
        ("ttl_ms", "5"),
        ("epoch", ""),
        ("epoch", "e" * 33),
        ("by", "n" * 65),
        ("sure", 1),
        ("command", {"type": "DropTables"}),
        ("command", {"counter": "c1"}),
        ("command", {"type": "CallNext"}),
        ("command", {"type": "CallNext", "counter": "c1\n"}),
        ("command", {"type": "CallNumber", "counter": "c1", "number": "A042\n"}),
        ("command", {"type": "CallNumber", "counter": "c1", "number": "A42;"}),
        ("command", {"type": "HoldTicket", "counter": "c1", "note": "x" * 201}),
        ("command", {"type": "PauseCounter", "counter": "c1", "phone": "1\n"}),
        ("command", {"type": "OpenDay", "day": "2026-03-04\n"}),
    ],
)
def test_a_value_outside_its_bounds_is_refused(field: str, value: Any):
    payload = json.dumps(json.loads(GOOD) | {field: value}).encode()
    with pytest.raises(CodecError):
        decode_envelope(payload)


@pytest.mark.parametrize(
    "text", ["+86 13800000000", "it's 13800000000", "'13800000000'", "a'b'13800000000", "\n13800000000"]
)
def test_the_error_does_not_repeat_what_was_sent(text: str):
    rating = RecordEvaluation(
        evaluation="abcdefgh1", visit="abcdefgh2", level=Level.SATISFIED, device="k", pressed_at_ms=1
    )
    good = json.loads(encode_envelope(rating, id="abcdefgh3", device="k"))
    places = [good | {"id": text}, good | {"sure": text}, {"sentence": {"zh": "a", "en": "b", text: "c"}, "code": "x"}]
    places += [good | {"command": good["command"] | {name: text}} for name in ("level", "type", "visit", "device")]
    for place in places:
        payload = json.dumps(place).encode()
        for read in (decode_envelope, lambda raw: decode(raw, wire.RefusalMessage)):
            with pytest.raises(CodecError) as caught:
                read(payload)
            assert "13800000000" not in caught.value.detail


def test_an_unknown_view_kind_is_refused():
    with pytest.raises(CodecError, match="unknown view kind"):
        decode_view(encode_view("secret", "x", 1, 1, 1, b"{}"))


def test_half_a_character_is_refused():
    with pytest.raises(CodecError):
        decode_envelope(GOOD.replace(b'"c1"', b'"\\ud800"'))
    with pytest.raises(CodecError):
        decode_envelope(GOOD.replace(b"c1", "窗".encode()[:2]))


@pytest.mark.parametrize("kind", MESSAGES, ids=lambda kind: kind.__name__)
def test_every_whole_number_that_travels_is_bounded_so_that_any_disk_can_hold_it(kind: type):
    """A heartbeat at position 10**400 once upset a kiosk that wanted to keep it in its ledger."""

    def whole(info: Any) -> list[Any]:
        inner = [info.type] if isinstance(info, msgspec.inspect.Metadata) else getattr(info, "types", ())
        return [info] if isinstance(info, msgspec.inspect.IntType) else [i for one in inner for i in whole(one)]

    for field in msgspec.inspect.type_info(kind).fields:  # type: ignore[attr-defined]
        for info in whole(field.type):
            if field.name != "v":
                assert info.le is not None and info.le <= 2**53, f"{kind.__name__}.{field.name}"
                assert info.ge is not None and info.ge >= -(2**53), f"{kind.__name__}.{field.name}"

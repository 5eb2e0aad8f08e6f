"""Whatever comes in, every reader reads it or refuses it in its own words. One table, and none is missing from it."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.corpus import CORPUS, LIMIT_BYTES, corpus_of
from tests.fuzz.targets import COMMANDS, MESSAGES, NO_READERS, Target, targets
from tests.fuzz.volume import blocks, pour
from tests.test_architecture import MODULES

TARGETS = targets()
ONE_OF_EACH = pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
BRIEF = settings(
    deadline=None, max_examples=25, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
HUGE = 100_000
HUGE_ON_A_LINE = 15_000
"""Eight seconds of a line at 19,200 baud, and sixty times what a codec of a line ever holds (256 bytes, Modbus)."""
JSON_LEAVES: tuple[Any, ...] = (
    None, True, -1, 0.5, 1e308, 2**63, -(2**63), 10**400, "", "x" * 5_000, "\ud83d\ude00", "13800000000", [], {}, [[]]
)  # fmt: skip
READER = re.compile(r"^_?(parse|read|decode)(_|$|d$)|^feed$|^_cells$|^_looked$|^_header$")
PRIMITIVES = ("json.loads", "msgspec.json.decode", "msgspec.json.Decoder", "tomllib.loads", "csv.reader")


# -- none is missing ------------------------------------------------


def readers() -> Iterator[str]:
    """Functions that are named like readers and take text or bytes, or that use a reader of the library."""
    for module, path in MODULES.items():
        for name, function in _functions(ast.parse(path.read_text(encoding="utf-8"))):
            arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
            fed = any(ast.unparse(a.annotation or ast.Constant("")) in ("str", "bytes") for a in arguments)
            called = {ast.unparse(node.func) for node in ast.walk(function) if isinstance(node, ast.Call)}
            if (READER.match(function.name) and fed) or called & set(PRIMITIVES):
                yield f"{module}.{name}"


def _functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from ((f"{node.name}.{one.name}", one) for one in node.body if isinstance(one, ast.FunctionDef))


def test_every_reader_of_the_code_is_in_the_table_or_has_a_reason() -> None:
    listed = {name for target in TARGETS for name in target.covers} | set(NO_READERS)
    found = set(readers())
    assert not (missing := found - listed), f"give them a Target in tests/fuzz/targets.py: {sorted(missing)}"
    assert len(found) > 20, "the search finds nothing any more"


def test_no_row_of_the_table_is_about_code_that_is_gone() -> None:
    for name in {name for target in TARGETS for name in target.covers} | set(NO_READERS):
        module = next((m for m in sorted(MODULES, key=len, reverse=True) if name.startswith(f"{m}.")), None)
        assert module is not None, name
        functions = dict(_functions(ast.parse(MODULES[module].read_text(encoding="utf-8"))))
        assert name.removeprefix(f"{module}.") in functions, name


def test_each_target_has_a_name_of_its_own_and_a_seed_that_it_reads() -> None:
    assert len({target.name for target in TARGETS}) == len(TARGETS) > len(COMMANDS) + len(MESSAGES)
    for target in TARGETS:
        assert target.seeds
        target.read(target.seeds[0])


# -- what is thrown at them ------------------------------------------------


@ONE_OF_EACH
def test_what_is_cut_at_any_byte_is_read_or_refused(target: Target) -> None:
    for seed in target.seeds[:6]:
        steps = range(0, len(seed), max(1, len(seed) // 300))
        for length in steps:
            target(seed[:length])
            target(seed[length:])


@ONE_OF_EACH
def test_flipped_bits_are_read_or_refused(target: Target) -> None:
    for seed in target.seeds[:3]:
        bits = range(0, len(seed) * 8, max(1, len(seed) * 8 // 400))
        for bit in bits:
            spoilt = bytearray(seed)
            spoilt[bit // 8] ^= 1 << bit % 8
            target(bytes(spoilt))


@ONE_OF_EACH
def test_what_is_huge_deep_or_no_text_at_all_is_read_or_refused(target: Target) -> None:
    seed = target.seeds[0]
    for data in (
        b"", b"\0", b"\xff\xfe", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80", "\ufeff".encode() + seed, seed * 2,
        b"[" * HUGE, b'{"a":' * 40_000, b"9" * HUGE, b'{"v":1' + b"0" * 5_000 + b"}", b"{\"v\":NaN}", b"-Infinity",
        b'"' + b"\\u0000" * 9_000 + b'"', seed + b"\0" * HUGE, b"\n" * 50_000, bytes(range(256)) * 40,
        "\u202e\u2066𠮷㐂".encode() * 900, b"a=" + b"[" * 3_000, b"\xff\x68" * 9_000,
    ):  # fmt: skip
        target(data[:HUGE_ON_A_LINE] if target.grammar == "bytes" else data)


@ONE_OF_EACH
@given(st.data())
@BRIEF
def test_any_bytes_and_any_mixture_with_a_seed_are_read_or_refused(target: Target, data: st.DataObject) -> None:
    seed = data.draw(st.sampled_from(target.seeds))
    at = data.draw(st.integers(0, len(seed)))
    until = data.draw(st.integers(at, len(seed)))
    wild = data.draw(st.binary(max_size=40) | st.text(max_size=20).map(lambda text: text.encode("utf-8", "replace")))
    target(seed[:at] + wild + seed[until:])
    target(wild)


@pytest.mark.parametrize("target", [t for t in TARGETS if t.grammar == "json"], ids=lambda target: target.name)
def test_json_with_wrong_doubled_missing_or_absurd_values_is_read_or_refused(target: Target) -> None:
    for seed in target.seeds[:8]:
        for path in _paths(json.loads(seed)):
            for leaf in JSON_LEAVES:
                target(json.dumps(_with(json.loads(seed), path, leaf)).encode("utf-8", "surrogatepass"))
            target(json.dumps(_with(json.loads(seed), path, ...), default=str).encode())
        for key in json.loads(seed) if seed[:1] == b"{" else ():
            for value in (b"[1]", b"null", b'"x"', b"{}"):
                target(seed[:-1] + b"," + json.dumps(key).encode() + b":" + value + b"}")
                target(b"{" + json.dumps(key).encode() + b":" + value + b"," + seed[1:])
            deep = b"[" * 1_200 + b"]" * 1_200
            target(seed[:-1] + b',"' + b"unknown" + b'":' + deep + b"}")
            target(seed[:-1] + b"," + json.dumps(key).encode() + b":" + deep + b"}")


def _paths(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if above:
        yield above
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from _paths(inner, (*above, key))


def _with(value: Any, path: tuple[Any, ...], leaf: Any) -> Any:
    """The value with another one at a place; ``...`` takes the place away."""
    *above, last = path
    inner = value
    for key in above:
        inner = inner[key]
    if leaf is ...:
        del inner[last]
    else:
        inner[last] = leaf
    return value


def test_a_volume_of_bytes_is_repeatable_and_holds_whole_frames() -> None:
    target = next(target for target in TARGETS if target.name == "p4")
    one, two = (b"".join(blocks(target, 20_000)) for _ in range(2))
    assert one == two
    assert target.seeds[0] in one
    assert pour(target, 20_000) == len(one)


def test_of_a_volume_of_messages_each_comes_alone() -> None:
    target = next(target for target in TARGETS if target.name == "message CallNext")
    assert target.seeds[0] in list(blocks(target, 20_000))


@pytest.mark.parametrize("target", [t for t in TARGETS if t.grammar == "bytes"], ids=lambda target: target.name)
def test_a_little_of_the_long_run_goes_through_each_codec(target: Target) -> None:
    """``script/fuzz --bytes 10000000`` is the long one; this is its beginning."""
    assert pour(target, 20_000) >= 20_000


# -- what was found before ------------------------------------------------


@ONE_OF_EACH
def test_what_the_fuzzer_found_interesting_is_read_or_refused(target: Target) -> None:
    for data in corpus_of(target.name):
        target(data)


def test_the_corpus_is_small_and_belongs_to_targets_that_exist() -> None:
    names = {target.name for target in TARGETS}
    assert {path.stem.replace("_", " ") for path in Path(CORPUS).glob("*.json")} <= names
    assert sum(path.stat().st_size for path in CORPUS.glob("*.json")) < LIMIT_BYTES

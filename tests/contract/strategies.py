"""Hypothesis strategies of the wire's own types, derived from their declarations."""

from typing import Any, get_args

import msgspec
from hypothesis import strategies as st
from msgspec import inspect

from broker.contract import envelope as wire
from broker.model.commands import AnyCommand

COMMANDS: tuple[type, ...] = get_args(AnyCommand)
MESSAGES: tuple[type, ...] = tuple(
    kind
    for kind in vars(wire).values()
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind.__module__ == wire.__name__
)
"""Every message of the envelope module."""
RAW_JSON = st.sampled_from([b"{}", b"[1,2]", b'{"type":"CloseDay"}', b"null"])
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def messages_of(kind: type) -> st.SearchStrategy[Any]:
    """Valid messages of a struct."""
    return _of(inspect.type_info(kind))


def _of(info: Any) -> st.SearchStrategy[Any]:
    if isinstance(info, inspect.Metadata):
        return _of(info.type)
    if isinstance(info, inspect.UnionType):
        return st.one_of([_of(part) for part in info.types])
    if isinstance(info, inspect.StructType):
        return _struct(info)
    if isinstance(info, inspect.VarTupleType):
        least = info.min_length or 0
        return st.lists(_of(info.item_type), min_size=least, max_size=max(3, least)).map(tuple)
    if isinstance(info, inspect.TupleType):
        return st.tuples(*(_of(item) for item in info.item_types))
    if isinstance(info, inspect.DictType):
        return st.dictionaries(_of(info.key_type), _of(info.value_type), max_size=3)
    if isinstance(info, inspect.StrType):
        return _text(info)
    if isinstance(info, inspect.IntType):
        return st.integers(-(2**53) if info.ge is None else info.ge, 2**53 if info.le is None else info.le)
    if isinstance(info, inspect.FloatType):
        least, most = (info.ge if info.gt is None else info.gt), (info.le if info.lt is None else info.lt)
        ends = {"exclude_min": info.gt is not None, "exclude_max": info.lt is not None}
        return st.floats(least, most, allow_nan=False, allow_infinity=False, **ends)
    return _simple(info)


def _simple(info: Any) -> st.SearchStrategy[Any]:
    if isinstance(info, inspect.LiteralType):
        return st.sampled_from(info.values)
    if isinstance(info, inspect.EnumType):
        return st.sampled_from(list(info.cls))
    if isinstance(info, inspect.RawType):
        return RAW_JSON.map(msgspec.Raw)
    simple = {
        inspect.BoolType: st.booleans(),
        inspect.NoneType: st.none(),
        inspect.AnyType: JSON_VALUES,
    }
    return simple[type(info)]


def _text(info: inspect.StrType) -> st.SearchStrategy[str]:
    if info.pattern is not None:
        return st.from_regex(info.pattern, fullmatch=True)
    letters = st.characters(exclude_categories=["Cs"])
    return st.text(letters, min_size=info.min_length or 0, max_size=min(40, info.max_length or 40))


def _struct(info: inspect.StructType) -> st.SearchStrategy[Any]:
    fields = {field.name: _of(field.type) for field in info.fields}
    if "v" in fields and info.cls.__module__ == wire.__name__:
        fields["v"] = st.just(wire.VERSION)
    required = {field.name for field in info.fields if field.required}
    return st.fixed_dictionaries(
        {name: values for name, values in fields.items() if name in required},
        optional={name: values for name, values in fields.items() if name not in required},
    ).map(lambda values: info.cls(**values))

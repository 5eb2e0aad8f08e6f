"""Templates and addresses of the collector compiled once in a process, not once more for each test's application.

Two thirds of what the collector's tests took went into compiling the same templates and addresses again:
the programs have one application each, the tests a thousand. What an application knows (its hall, its filters' clock)
is no part of what is compiled; a template whose text changed is another template.
"""

from collections.abc import Callable
from types import CodeType

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule


class KeptTemplates(BytecodeCache):
    """By name, file and text."""

    def __init__(self) -> None:
        self.codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        self.codes[bucket.key, bucket.checksum] = bucket.code


_Build = Callable[..., tuple[str, str]]


class KeptRule(Rule):
    """What puts an address together depends on its text and its set values; the rule itself is handed to it."""

    made: dict[object, _Build] = {}  # noqa: RUF012 - shared by all rules, as is meant

    def _compile_builder(self, append_unknown: bool = True) -> _Build:
        key = (self.rule, tuple(self._trace), repr(self.defaults), append_unknown)
        if key not in self.made:
            self.made[key] = super()._compile_builder(append_unknown)
        return self.made[key]


def compile_once() -> None:
    """For every application that this process makes from now on."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": KeptTemplates()}
    Flask.url_rule_class = KeptRule

"""What every refusal is: a code, facts, and one sentence in each language."""

import re
from typing import Any, ClassVar

import msgspec

from broker.model.words import STATUS_NAMES, Names

FACT_MOST = 80
"""Characters of one fact in a sentence; sentences are at most 200 in Chinese and 300 in English."""


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all refusals. ``template`` is filled from the attributes."""

    template: ClassVar[Names] = Names("无法办理", "This cannot be done.")

    @property
    def code(self) -> str:
        """Stable snake_case name of the cause."""
        return code_of(type(self))

    @property
    def facts(self) -> dict[str, Any]:
        """The attributes, for programs."""
        return {name: getattr(self, name) for name in self.__struct_fields__}

    @property
    def sentence(self) -> Names:
        """What a person reads: what happened and what to do."""
        return self.said(self.facts)

    def said(self, facts: dict[str, Any]) -> Names:
        """The sentence with these facts, of which ``Names`` are said in each language."""
        status = STATUS_NAMES.get(str(facts.get("status")))
        known = {**facts, "status": status} if status else facts
        zh = {name: clipped(fact.zh if isinstance(fact, Names) else fact) for name, fact in known.items()}
        en = {name: clipped(fact.en if isinstance(fact, Names) else fact) for name, fact in known.items()}
        return Names(self.template.zh.format(**zh), self.template.en.format(**en))


def clipped(value: Any) -> Any:
    """A fact as a sentence can hold it: sentences travel, and what travels is bounded."""
    long = isinstance(value, str) and len(value) > FACT_MOST
    return f"{value[: FACT_MOST - 1]}…" if long else value


def code_of(kind: type[Refusal]) -> str:
    """``NumberTaken`` -> ``number_taken``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()

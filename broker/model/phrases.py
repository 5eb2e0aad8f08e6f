"""A text with facts in it, kept apart from them so that a further language can say it in its own order."""

from collections.abc import Mapping
from typing import Any

from broker.model.words import Names


class Phrase(Names, frozen=True, eq=False):
    """What was said, in both languages, with the two ``template``s and the ``facts`` it was made of.

    A fact is a number, a text that is the same in every language, or ``Names``, which are said in each language. As
    ``Names`` it equals all that say the same.
    """

    template: Names
    facts: tuple[tuple[str, Any], ...]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Names) and (self.zh, self.en) == (other.zh, other.en)

    def __hash__(self) -> int:
        return hash(Names(self.zh, self.en))


def phrase(zh: str, en: str, **facts: Any) -> Phrase:
    """``phrase("等候 {count} 人", "{count} waiting", count=3)``; both templates name facts of the call."""
    said_zh = {name: fact.zh if isinstance(fact, Names) else fact for name, fact in facts.items()}
    said_en = {name: fact.en if isinstance(fact, Names) else fact for name, fact in facts.items()}
    return Phrase(zh.format_map(said_zh), en.format_map(said_en), Names(zh, en), tuple(facts.items()))


def filled(template: Names, facts: Mapping[str, Any]) -> Phrase:
    """The same for a template from a table, such as a refusal's; facts that it does not name are left out."""
    named = {name: fact for name, fact in facts.items() if "{" + name + "}" in template.zh + template.en}
    return phrase(template.zh, template.en, **named)

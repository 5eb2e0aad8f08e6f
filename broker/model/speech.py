"""The template of a spoken call: exactly ``{ticket}`` and ``{counter}``, plainly written."""

from string import Formatter
from typing import Literal

TEMPLATE_FIELDS = frozenset({"ticket", "counter"})
TemplateFault = Literal["template_broken", "template_fields"]


def template_fault(template: str) -> TemplateFault | None:
    """What is wrong with a template: its braces do not match, or its fields are not the two of a call."""
    try:
        parts = list(Formatter().parse(template))
    except ValueError:
        return "template_broken"
    fields = {name for _, name, _, _ in parts if name is not None}
    # {ticket:>9} and {ticket!r} are not for halls
    plain = all(not shape and not change for _, _, shape, change in parts)
    return None if fields == TEMPLATE_FIELDS and plain else "template_fields"

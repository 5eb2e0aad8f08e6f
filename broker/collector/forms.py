"""The hidden id of a form, by which it is one wish however often it is sent; and how a day is written."""

import re
import secrets

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
"""Written like one; whether there is such a day is for who reads it."""


def form_id(kind: str) -> re.Pattern[str]:
    """What ``new_form_id`` of that kind makes; for ``fullmatch``."""
    return re.compile(rf"{re.escape(kind)}-[0-9a-f]{{24}}")


def new_form_id(kind: str) -> str:
    """For a form that is made now."""
    return f"{kind}-{secrets.token_hex(12)}"

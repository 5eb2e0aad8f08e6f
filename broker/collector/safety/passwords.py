"""What a password of staff must be, and how a random one is made."""

import secrets

from broker.collector.safety.staff_errors import PASSWORD_LEAST, PASSWORD_MOST, WeakPassword

_EASY = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits that nobody mixes up when reading them off a terminal."""


def check_password(name: str, password: str) -> None:
    """WeakPassword unless it is long enough, mixed, and does not contain the account's name."""
    long_enough = PASSWORD_LEAST <= len(password) <= PASSWORD_MOST
    mixed = any(c.isalpha() for c in password) and any(c.isdigit() for c in password)
    if not long_enough or not mixed or name.lower() in password.lower():
        raise WeakPassword


def new_password() -> str:
    """Random and easy to type: four groups of four, about 79 bits, with letters and digits."""
    while True:
        text = "-".join("".join(secrets.choice(_EASY) for _ in range(4)) for _ in range(4))
        if any(c.isdigit() for c in text) and any(c.isalpha() for c in text):
            return text

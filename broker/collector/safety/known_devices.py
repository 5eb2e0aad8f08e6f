"""Devices on which somebody logged in well before: a guesser elsewhere must not keep a name's owner from work. Pure.

A browser keeps ``NUMBER.DAY-MARK.DAY-MARK...``: a random number of its own, and for each of the last few names that
logged in there a mark, which only the hall can make. It names nobody, opens nothing and proves no identity: whoever
shows it has his failures counted apart from everybody else's. A mark holds for the password that it was earned with,
so whoever has one knew that password, and guesses it no better.
"""

import hashlib
import hmac
import re
from collections.abc import Iterator

DEVICE_DAYS = 180
NAMES_MOST = 8
"""People who take turns at one counter's computer."""
DAY_MS = 86_400_000
_NUMBER = r"[0-9A-Za-z_-]{22}"
_COOKIE = re.compile(rf"({_NUMBER})((?:\.[0-9]{{1,6}}-[0-9a-f]{{32}}){{1,{NAMES_MOST}}})")


def device_of(cookie: str, secret: bytes, name: str, password_hash: str, now_ms: int) -> str | None:
    """Under what this device's failures for the name are counted; None for one that is not known for that name.

    ``password_hash`` is the account's stored hash, ``now_ms`` the machine's time since 1970.
    """
    number, marks = _parts(cookie)
    today = now_ms // DAY_MS
    for day, mark in marks:
        right = 0 <= today - day <= DEVICE_DAYS and _is(mark, secret, number, day, name, password_hash)
        if right:
            return hashlib.sha256(f"{number} {name}".encode()).hexdigest()[:32]
    return None


def with_mark(cookie: str, secret: bytes, name: str, password_hash: str, now_ms: int, fresh: str) -> str:
    """The cookie after a good log-in: the same device, with this name's mark first. ``fresh`` is 22 random characters
    for a browser that has no such cookie yet."""
    number, marks = _parts(cookie)
    kept = [one for one in marks if not _is(one[1], secret, number, one[0], name, password_hash)]
    number, day = number or fresh, now_ms // DAY_MS
    all_marks = [(day, _mark(secret, number, day, name, password_hash)), *kept][:NAMES_MOST]
    return ".".join((number, *(f"{then}-{mark}" for then, mark in all_marks)))


def _parts(cookie: str) -> tuple[str, list[tuple[int, str]]]:
    found = _COOKIE.fullmatch(cookie)
    return ("", []) if found is None else (found[1], list(_marks(found[2])))


def _marks(text: str) -> Iterator[tuple[int, str]]:
    for part in text.split(".")[1:]:
        day, _, mark = part.partition("-")
        yield int(day), mark


def _is(mark: str, secret: bytes, number: str, day: int, name: str, password_hash: str) -> bool:
    return hmac.compare_digest(mark, _mark(secret, number, day, name, password_hash))


def _mark(secret: bytes, number: str, day: int, name: str, password_hash: str) -> str:
    said = f"device {number} {day} {name} {password_hash}".encode()
    return hmac.new(secret, said, hashlib.sha256).hexdigest()[:32]

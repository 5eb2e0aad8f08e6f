"""Cross-checks of ``[webhooks]`` and ``[upward]``: addresses that may be used, fields and codes that exist."""

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from broker.model.hall import Hall
from broker.model.hall_mistakes import Mistake, complain, did_you_mean, listed
from broker.model.hall_outward import CONSTANT, UPWARD_FIELDS
from broker.model.hall_sentences import TABLE_WORDS

WEBHOOKS_MOST = 8
EXAMPLE = "https://city.example.cn/queue/events"


def _webhooks(hall: Hall) -> Iterator[Mistake]:
    if len(hall.webhooks) > WEBHOOKS_MOST:
        yield complain("webhooks", "webhooks_many", most=WEBHOOKS_MOST)
    for key, one in hall.webhooks.items():
        yield from _address(f"webhooks.{key}.url", one.url, private=one.private)
        for kind in one.kinds:
            if one.kinds.count(kind) > 1:
                yield complain(f"webhooks.{key}.kinds", "written_twice", item=kind)
                break


def _address(path: str, text: str, *, private: bool) -> Iterator[Mistake]:
    try:
        parts = urlsplit(text)
        host, port, scheme = parts.hostname, parts.port, parts.scheme
    except ValueError:
        yield complain(path, "notify_host", example=EXAMPLE)
        return
    if scheme not in ("http", "https") or not host or port == 0 or parts.fragment:
        yield complain(path, "notify_host", example=EXAMPLE)
    elif scheme == "http" and not private:
        yield complain(path, "outward_plain")
    if parts.username is not None or parts.password is not None:
        yield complain(path, "outward_secret")


def _upward(hall: Hall) -> Iterator[Mistake]:
    upward = hall.upward
    if not upward.url:
        if upward.fields:
            yield complain("upward", "upward_nowhere", example=EXAMPLE)
        return
    yield from _address("upward.url", upward.url, private=upward.private)
    if "id" not in upward.fields.values():
        yield complain("upward.fields", "upward_id")
    for name, value in upward.fields.items():
        if value not in UPWARD_FIELDS and not value.startswith(CONSTANT):
            hint = did_you_mean(value, UPWARD_FIELDS)
            yield complain(f"upward.fields.{name}", "upward_field", field=value[:40], hint=hint)


def _codes(hall: Hall) -> Iterator[Mistake]:
    for key in hall.upward.services:
        if key not in hall.services:
            hint, what = did_you_mean(key, hall.services), TABLE_WORDS["services"]
            known = listed(hall.services)
            yield complain("upward.services", "unknown_reference", what=what, name=key, hint=hint, known=known)
    if hall.upward.url and "service_code" in hall.upward.fields.values():
        for key in hall.services:
            if key not in hall.upward.services:
                yield complain("upward.services", "upward_code", service=key)


OUTWARD_CHECKS: tuple[tuple[Callable[[Hall], Iterator[Mistake]], str], ...] = (
    (_webhooks, "webhooks"),
    (_upward, "upward"),
    (_codes, "upward services"),
)
"""Each check with the tables it reads."""

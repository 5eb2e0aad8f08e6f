"""Cross-checks of what concerns phones: each way's address, each text's places, services that are given from afar."""

import json
import re
from collections.abc import Callable, Iterator
from urllib.parse import parse_qsl, urlsplit

from broker.model.hall import Hall
from broker.model.hall_mistakes import Mistake, complain, did_you_mean
from broker.model.hall_notify import BODY_PLACES, PLACES, places_of

PHONE_WAYS = ("none", "file", "https", "http", "sms+https", "sms+http")
MAIL_WAYS = ("none", "file", "https", "http", "smtp", "smtps")
SAID = {
    "phone": "none, file:///..., https://..., sms+https://...",
    "mail": "none, file:///..., https://..., smtp://..., smtps://...",
}
EXAMPLES = {"phone": "sms+https://sms.example.cn/send?sender=HALL", "mail": "smtp://mail.example.cn:587?from=a@b.cn"}
PLAIN = ("http", "sms+http")
LOCAL = ("localhost", "127.0.0.1", "::1")
_NAMED = re.compile(r"\$([a-z]+)")


def _ways(hall: Hall) -> Iterator[Mistake]:
    for name, allowed in (("phone", PHONE_WAYS), ("mail", MAIL_WAYS)):
        path, text = f"notify.{name}", getattr(hall.notify, name)
        scheme = text.split(":")[0]
        if scheme not in allowed:
            yield complain(path, "notify_scheme", scheme=scheme[:20], allowed=SAID[name])
        elif scheme != "none":
            yield from _way(path, name, scheme, text)


def _way(path: str, name: str, scheme: str, text: str) -> Iterator[Mistake]:
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        yield complain(path, "notify_host", example=EXAMPLES[name])
        return
    if scheme == "file":
        if parts.netloc or len(parts.path) < 2:
            yield complain(path, "notify_path")
        return
    if not host or port == 0:
        yield complain(path, "notify_host", example=EXAMPLES[name])
    elif scheme in PLAIN and host not in LOCAL:
        yield complain(path, "notify_plain")
    options = dict(parse_qsl(parts.query))
    if parts.password is not None or "password" in options:
        yield complain(path, "notify_secret", variable=f"JIAOHAO_NOTIFY_{name.upper()}_SECRET")
    if scheme in ("smtp", "smtps") and "@" not in options.get("from", ""):
        yield complain(path, "notify_from")
    if scheme == "smtp" and options.get("tls") == "none" and host not in LOCAL:
        yield complain(path, "notify_plain")


def _texts(hall: Hall) -> Iterator[Mistake]:
    for kind, names in hall.notify.texts.items():
        path = f"notify.texts.{kind}"
        if kind not in PLACES:
            yield complain(path, "notify_kind", kind=kind[:40], hint=did_you_mean(kind, PLACES))
            continue
        for language in ("zh", "en"):
            found = places_of(getattr(names, language))
            if found is None or not found <= PLACES[kind]:
                allowed = " ".join(f"{{{place}}}" for place in sorted(PLACES[kind]))
                yield complain(f"{path}.{language}", "notify_place", allowed=allowed)


def _body(hall: Hall) -> Iterator[Mistake]:
    text = hall.notify.sms_body
    if not text:
        return
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict) or not set(_NAMED.findall(text)) <= BODY_PLACES:
        yield complain("notify.sms_body", "notify_body", places=" $".join(sorted(BODY_PLACES)))


def _push(hall: Hall) -> Iterator[Mistake]:
    contact = hall.notify.push_contact
    if contact and not contact.startswith(("mailto:", "https://")):
        yield complain("notify.push_contact", "push_contact")


def _remote(hall: Hall) -> Iterator[Mistake]:
    for key in hall.remote.services:
        if key not in hall.services:
            hint = did_you_mean(key, hall.services)
            yield complain("remote.services", "remote_service", service=key, hint=hint)
        elif hall.remote.services.count(key) > 1:
            yield complain("remote.services", "written_twice", item=key)


NOTIFY_CHECKS: tuple[tuple[Callable[[Hall], Iterator[Mistake]], str], ...] = (
    (_ways, "notify"),
    (_texts, "notify"),
    (_body, "notify"),
    (_push, "notify"),
    (_remote, "remote services"),
)
"""Each check with the tables it reads."""

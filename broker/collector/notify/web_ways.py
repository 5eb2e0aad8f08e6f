"""Ways over HTTP: a webhook with our own JSON, an SMS gateway with the JSON it wants. Both are signed.

``X-Jiaohao-Signature: t=SECONDS,v1=HEX`` is HMAC-SHA256 of ``SECONDS.BODY`` under the way's secret, so a receiver knows
who sent it and that it is not an old one sent again. An SMS gateway gets the secret itself as a bearer token too, since
that is what gateways ask for.
"""

import hmac
import json
import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from broker.collector.notify.http_post import post
from broker.collector.notify.ways import Letter, WayAddress, fault_of_status

SIGNATURE = "X-Jiaohao-Signature"
_NAMED = re.compile(r"\$(id|to|text|template|language|sender)\b")


def signature(secret: str, body: bytes, at_s: int) -> str:
    """The header's value."""
    made = hmac.new(secret.encode(), f"{at_s}.".encode() + body, sha256).hexdigest()
    return f"t={at_s},v1={made}"


class WebhookWay:
    """``https://HOST/PATH``: whatever we know of the message, as JSON."""

    def __init__(self, url: str, secret: str) -> None:
        self._url, self._secret = url, secret

    def deliver(self, letter: Letter) -> None:
        _post(self._url, _whole(letter), letter, self._secret, bearer=False)


class SmsWay:
    """``sms+https://HOST/PATH?sender=NAME``: the gateway's own form where the hall file has it (``sms_body``)."""

    def __init__(self, address: WayAddress, secret: str, body: str) -> None:
        scheme = address.scheme.removeprefix("sms+")
        host = f"[{address.host}]" if ":" in address.host else address.host
        self._url = f"{scheme}://{host}{f':{address.port}' if address.port else ''}{address.target}"
        self._sender = address.options.get("sender", "")
        self._secret = secret
        self._body = json.loads(body) if body else None

    def deliver(self, letter: Letter) -> None:
        if self._body is None:
            data = _whole(letter) | {"sender": self._sender}
        else:
            facts = {
                "id": letter.id,
                "to": letter.to,
                "text": letter.text,
                "template": letter.kind,
                "language": letter.language,
                "sender": self._sender,
            }
            data = _filled(self._body, facts)
        _post(self._url, data, letter, self._secret, bearer=True)


def _whole(letter: Letter) -> dict[str, Any]:
    return {
        "id": letter.id,
        "to": letter.to,
        "template": letter.kind,
        "language": letter.language,
        "text": letter.text,
        "facts": dict(letter.facts),
        "at_ms": letter.at_ms,
    }


def _filled(value: Any, facts: Mapping[str, str]) -> Any:
    """Every text of a JSON value with its ``$names`` filled in: in the value, so nothing can break the JSON."""
    if isinstance(value, dict):
        return {key: _filled(item, facts) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, facts) for item in value]
    if isinstance(value, str):
        return _NAMED.sub(lambda found: facts[found[1]], value)
    return value


def _post(url: str, data: Any, letter: Letter, secret: str, *, bearer: bool) -> None:
    body = json.dumps(data, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json", "User-Agent": "jiaohao", "Idempotency-Key": letter.id}
    if secret:
        headers[SIGNATURE] = signature(secret, body, letter.at_ms // 1000)
        if bearer:
            headers["Authorization"] = f"Bearer {secret}"
    answer = post(url, body, headers)
    if not 200 <= answer.status < 300:
        raise fault_of_status(answer.status, answer.after)

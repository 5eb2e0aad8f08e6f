"""A message to a browser that asked for it: encrypted for that browser alone (RFC 8291), signed as ours (RFC 8292).

The push service (the browser maker's) carries bytes it cannot read; it learns that this hall wrote to that browser, and
when. Keys are made at the first start and kept beside the accounts, for their owner alone. Whoever loses the file loses
every subscription, no more.
"""

import base64
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from broker.collector.notify.http_post import is_public, post
from broker.collector.notify.push_store import PushStore
from broker.collector.notify.silent_services import SilentServices, house_of
from broker.collector.notify.ways import Letter, NotDelivered, fault_of_status

KEY_FILE = "push.key"
RECORD_BYTES = 4_096
PLAIN_MOST_BYTES = 2_000
TOKEN_S = 12 * 3_600
"""RFC 8292 allows a day; half of it leaves room for clocks."""
GONE = (404, 410)
CURVE = ec.SECP256R1()


class PushKeys:
    """Who we are to push services."""

    def __init__(self, private: ec.EllipticCurvePrivateKey) -> None:
        self._private = private
        self.public = to_text(public_bytes(private))
        """What a browser is given when it subscribes: 65 bytes in base64url."""

    def authorization(self, endpoint: str, contact: str, now_s: float) -> str:
        """The header of one request (``vapid``); ``contact`` is a mailto: or https: address of the hall."""
        parts = urlsplit(endpoint)
        claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": int(now_s) + TOKEN_S, "sub": contact}
        body = f"{_json({'typ': 'JWT', 'alg': 'ES256'})}.{_json(claims)}"
        first, second = decode_dss_signature(self._private.sign(body.encode(), ec.ECDSA(hashes.SHA256())))
        signed = to_text(first.to_bytes(32) + second.to_bytes(32))
        return f"vapid t={body}.{signed}, k={self.public}"


def kept_keys(folder: Path) -> PushKeys:
    """The keys of this folder, made at the first start; whole at once, readable by the owner alone. OSError."""
    path = folder / KEY_FILE
    if not path.exists():
        made = path.with_name(f"{KEY_FILE}.{os.getpid()}")
        text = ec.generate_private_key(CURVE).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        made.replace(path)
    private = serialization.load_pem_private_key(path.read_bytes(), None)
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise OSError(f"{path} holds another kind of key")
    return PushKeys(private)


def encrypted(
    plain: bytes,
    browser_key: bytes,
    secret: bytes,
    *,
    salt: bytes | None = None,
    own: ec.EllipticCurvePrivateKey | None = None,
) -> bytes:
    """``plain`` as one record of ``aes128gcm`` for the browser with this public key and secret; ValueError for a key
    that is no point of the curve. ``salt`` and ``own`` are new for each message (given in tests alone)."""
    salt, own = salt or os.urandom(16), own or ec.generate_private_key(CURVE)
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, browser_key)
    ours = public_bytes(own)
    info = b"WebPush: info\x00" + browser_key + ours
    shared = _derived(own.exchange(ec.ECDH(), theirs), secret, info, 32)
    key = _derived(shared, salt, b"Content-Encoding: aes128gcm\x00", 16)
    nonce = _derived(shared, salt, b"Content-Encoding: nonce\x00", 12)
    header = salt + RECORD_BYTES.to_bytes(4) + len(ours).to_bytes(1) + ours
    return header + AESGCM(key).encrypt(nonce, plain + b"\x02", None)


class PushWay:
    """A letter to a subscription; its text stands in a small JSON that the service worker shows."""

    def __init__(
        self,
        keys: PushKeys,
        store: PushStore,
        contact: str,
        listed: tuple[str, ...] = (),
        now_s: Callable[[], float] = time.time,
        machine_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._keys, self._store, self._contact, self._listed, self._now_s = keys, store, contact, listed, now_s
        self._silent = SilentServices(machine_s)
        self.reached = True
        """Whether the last push service that was asked answered: a hall may have no way to the Internet."""

    def deliver(self, letter: Letter) -> None:
        found = self._store.get(letter.to)
        if found is None:
            raise NotDelivered("the browser is not subscribed any more", for_good=True)
        host = urlsplit(found.endpoint).hostname or ""
        if (spared_s := self._silent.spared_s(house_of(host))) > 0:
            raise NotDelivered("the push service did not answer others a moment ago", after_s=spared_s)
        body = encrypted(_shown(letter), from_text(found.browser_key), from_text(found.secret))
        ttl_s = 60 if letter.until_ms is None else max(0, (letter.until_ms - letter.at_ms) // 1000)
        headers = {
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(ttl_s),
            "Urgency": "high",
            "Topic": to_text(letter.kind.encode())[:32],
            "Authorization": self._keys.authorization(found.endpoint, self._contact, self._now_s()),
        }
        self.reached, before = False, self.reached
        try:
            answer = post(found.endpoint, body, headers, allow=None if host in self._listed else is_public)
            self.reached = True
            self._silent.answered(house_of(host))
        except NotDelivered as error:
            self.reached = before if error.for_good else False
            if not error.for_good:
                self._silent.add(house_of(host))
            raise
        if answer.status in GONE:
            self._store.remove(found.id)
            raise NotDelivered(f"HTTP {answer.status}: the browser is not subscribed any more", for_good=True)
        if not 200 <= answer.status < 300:
            raise fault_of_status(answer.status, answer.after)


def usable(endpoint: str, browser_key: str, secret: str, listed: tuple[str, ...] = ()) -> bool:
    """Whether these are a subscription that we would write to: HTTPS, a host name of the Internet, keys of the form.

    Where a name leads is judged at each sending (``is_public``); here only what can be seen without asking anybody.
    """
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port
        ec.EllipticCurvePublicKey.from_encoded_point(CURVE, from_text(browser_key))
        fits = len(from_text(secret)) == 16 and len(endpoint) <= 1_000 and endpoint.isprintable()
    except ValueError:
        return False
    if not fits or parts.username is not None or parts.fragment:
        return False
    if host in listed:
        return parts.scheme in ("https", "http")
    return parts.scheme == "https" and port in (None, 443) and "." in host and not host.replace(".", "").isdecimal()


def public_bytes(private: ec.EllipticCurvePrivateKey) -> bytes:
    """The uncompressed point."""
    return private.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def to_text(data: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def from_text(text: str) -> bytes:
    """The bytes; ValueError."""
    return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True)


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)


def _json(value: object) -> str:
    return to_text(json.dumps(value, separators=(",", ":")).encode())


def _shown(letter: Letter) -> bytes:
    lines = letter.text.split("\n", 1)
    shown = {
        "kind": letter.kind,
        "title": lines[0],
        "body": lines[1] if len(lines) > 1 else "",
        "number": letter.facts.get("number", ""),
        "page": letter.facts.get("page", "/"),
    }
    return json.dumps(shown, ensure_ascii=False).encode()[:PLAIN_MOST_BYTES]

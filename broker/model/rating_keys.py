"""What proves that a rating comes from a visitor: short codes and long proofs under keys that staff do not have. Pure.

The hall has a secret, which the server alone needs. Each device that prints or shows a code has a key of its own, made
from the secret and its name, so that a stolen kiosk can sign for the tickets it gave and for nobody else's. A secret is
replaced by putting a new one before it: the first signs, all are believed until the old ones are taken away.
"""

import hmac
from base64 import b32encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Annotated

import msgspec

CODE_DIGITS = 6
PROOF_BYTES = 8
SECRETS_MOST = 4
"""So many secrets are believed at once: today's and those that papers of the last days were signed with."""

Proof = Annotated[str, msgspec.Meta(pattern=r"^[a-z2-7]{13}$(?!\n)")]
"""64 bits in the letters of base32, as they stand in a QR code."""


@dataclass(frozen=True)
class DeviceKeys:
    """The keys of one device, newest first; none: it cannot sign and nothing of it is believed."""

    keys: tuple[bytes, ...] = field(default=(), repr=False)

    def code(self, ticket: str) -> str:
        """The digits printed on the paper of a ticket, typed at a kiosk; empty without a key."""
        return _code(self.keys[0], ticket) if self.keys else ""

    def ticket_proof(self, ticket: str) -> str:
        """What the QR code on the paper adds to the ticket's id; empty without a key."""
        return _proof(self.keys[0], "ticket", ticket) if self.keys else ""

    def visit_proof(self, visit: str) -> str:
        """What the QR code at a counter adds to the visit that was just served; empty without a key."""
        return _proof(self.keys[0], "visit", visit) if self.keys else ""

    def made_code(self, ticket: str, code: str) -> bool:
        """Whether the code is one of this device."""
        return _among(code, [_code(key, ticket) for key in self.keys])

    def made_ticket_proof(self, ticket: str, proof: str) -> bool:
        return _among(proof, [_proof(key, "ticket", ticket) for key in self.keys])

    def made_visit_proof(self, visit: str, proof: str) -> bool:
        return _among(proof, [_proof(key, "visit", visit) for key in self.keys])


@dataclass(frozen=True)
class RatingKeys:
    """The hall's secrets, newest first. Without one no code of anybody is believed."""

    hall: str = ""
    secrets: tuple[bytes, ...] = field(default=(), repr=False)

    def of(self, device: str) -> DeviceKeys:
        """The keys of one device of the hall."""
        return DeviceKeys(tuple(_mac(secret, "device", self.hall, device) for secret in self.secrets))

    def bearers(self) -> tuple[str, ...]:
        """What callers show to the collector where no key was set by hand, newest first."""
        return tuple(_mac(secret, "evaluators", self.hall).hex() for secret in self.secrets)


def _mac(key: bytes, *parts: str) -> bytes:
    """Each part with its length before it, so that no two lists of parts give the same bytes."""
    message = b"".join(len(part.encode()).to_bytes(4) + part.encode() for part in ("jiaohao rating 1", *parts))
    return hmac.new(key, message, sha256).digest()


def _code(key: bytes, ticket: str) -> str:
    return f"{int.from_bytes(_mac(key, 'code', ticket)) % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def _proof(key: bytes, kind: str, id: str) -> str:
    return b32encode(_mac(key, kind, id)[:PROOF_BYTES]).decode().rstrip("=").lower()


def _among(told: str, made: Iterable[str]) -> bool:
    """Compared in the same time whatever is wrong, with every key."""
    found = False
    for one in made:
        found |= hmac.compare_digest(told.encode(), one.encode())
    return found

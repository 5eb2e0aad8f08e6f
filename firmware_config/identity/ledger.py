"""What the hall's authority has signed, and what was taken back: the memory behind its list of revocations. Pure."""

from datetime import datetime

import msgspec

FILE_NAME = "ledger.json"


class Issued(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One certificate. ``revoked`` is the moment from which it counts no more; ``serial`` in hexadecimal."""

    name: str
    serial: str
    ends: datetime
    revoked: datetime | None = None


class Ledger(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``revoked`` are names that may not connect by anything; ``number`` counts the lists of revocations."""

    hall: str
    v: int = 1
    number: int = 1
    issued: tuple[Issued, ...] = ()
    revoked: tuple[str, ...] = ()


def with_issued(ledger: Ledger, name: str, serial: str, ends: datetime) -> Ledger:
    """A name that gets a certificate may connect (again); older ones of it stay what they are."""
    revoked = tuple(one for one in ledger.revoked if one != name)
    return msgspec.structs.replace(ledger, issued=(*ledger.issued, Issued(name, serial, ends)), revoked=revoked)


def with_revoked(ledger: Ledger, name: str, now: datetime) -> Ledger:
    """The name, and every certificate that it still has."""
    issued = tuple(
        msgspec.structs.replace(one, revoked=now)
        if one.name == name and one.revoked is None and one.ends > now
        else one
        for one in ledger.issued
    )
    revoked = ledger.revoked if name in ledger.revoked else (*ledger.revoked, name)
    return msgspec.structs.replace(ledger, issued=issued, revoked=revoked, number=ledger.number + 1)


def with_name_back(ledger: Ledger, name: str) -> Ledger:
    """The name may connect again, by what it gets from now on."""
    return msgspec.structs.replace(ledger, revoked=tuple(one for one in ledger.revoked if one != name))


def list_of(ledger: Ledger, now: datetime) -> tuple[tuple[str, datetime], ...]:
    """Serial and moment of what was revoked and has not ended by itself."""
    return tuple((one.serial, one.revoked) for one in ledger.issued if one.revoked is not None and one.ends > now)


def newest_of(ledger: Ledger, name: str) -> Issued | None:
    """The certificate of a name that ends last and counts; None where it has none."""
    good = [one for one in ledger.issued if one.name == name and one.revoked is None]
    return max(good, key=lambda one: one.ends, default=None)

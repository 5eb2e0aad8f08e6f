"""Who books: a number that is typed becomes keys at once, and nothing else of it is kept, logged or sent on."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from broker.collector.errors import NotFound, WebError, WrongIdentity
from broker.collector.web import Web
from broker.model.person_keys import NotAnIdentityNumber, PersonKeys, identity_number
from broker.model.unit_code import NotAUnitCode, unit_code

Kind = Literal["person", "unit"]


class WrongUnitCode(WebError):
    status, code = 422, "wrong_unit_code"
    zh = "统一社会信用代码不正确，请核对 18 位代码"
    en = "That is no unified social credit code. Check all 18 places."


@dataclass(frozen=True)
class Keys:
    """``person`` is of the day of the appointment, ``who`` and ``who_before`` count what was missed."""

    person: str
    who: str
    who_before: str


@dataclass(frozen=True)
class Counted:
    """The keys by which missed appointments are counted: of this period, and of the one before."""

    who: str
    who_before: str


class Identities:
    """The hall's secret is the kiosks' own, so that a card laid there is known as whose number was typed here."""

    def __init__(self, web: Web) -> None:
        self._web = web

    def day_key(self, kind: Kind, typed: str, at_ms: int) -> str:
        """The key of the day that a moment is of; WrongIdentity or WrongUnitCode."""
        return self._keys.key(_checked(kind, typed), self._day(at_ms).date().isoformat())

    def keys(self, kind: Kind, typed: str, at_ms: int) -> Keys:
        """Everything a booking needs; WrongIdentity or WrongUnitCode."""
        number = _checked(kind, typed)
        who, before = self._keys.of_bookings(number, self._day(self._web.clock.now_ms()).date())
        return Keys(self._keys.key(number, self._day(at_ms).date().isoformat()), who, before)

    def counted(self, kind: Kind, typed: str) -> Counted:
        """Under which keys somebody's missed appointments count now; WrongIdentity or WrongUnitCode."""
        return Counted(*self._keys.of_bookings(_checked(kind, typed), self._day(self._web.clock.now_ms()).date()))

    @property
    def _keys(self) -> PersonKeys:
        if self._web.options.persons is None:
            raise NotFound  # a web side without keys offers no booking (``routes.offers_booking``)
        return self._web.options.persons

    def _day(self, at_ms: int) -> datetime:
        return datetime.fromtimestamp(at_ms / 1000, self._web.zone)


def check_identity(kind: Kind, typed: str) -> None:
    """WrongIdentity or WrongUnitCode; costs nothing, so it comes before everything else."""
    _checked(kind, typed)


def _checked(kind: Kind, typed: str) -> str:
    if kind == "unit":
        try:
            return unit_code(typed)
        except NotAUnitCode:
            raise WrongUnitCode from None
    try:
        return identity_number(typed)
    except NotAnIdentityNumber:
        raise WrongIdentity from None

"""Why a kiosk cannot give a number: one base, one class per cause, the facts as attributes."""


class KioskError(Exception):
    """Base of everything a kiosk refuses or cannot do."""


class NumbersExhausted(KioskError):
    """This kiosk's own part of a series is used up today."""

    def __init__(self, series: str, last: int) -> None:
        super().__init__(f"series {series} has no number after {last} left for this kiosk today")
        self.series = series
        self.last = last


class NotOffered(KioskError):
    """A service that this kiosk does not offer, or that is not in the hall file."""

    def __init__(self, service: str) -> None:
        super().__init__(f"this kiosk does not offer the service {service!r}")
        self.service = service


class DayUnknown(KioskError):
    """No business day was ever heard of: numbers of a fresh card could repeat papers already given."""

    def __init__(self) -> None:
        super().__init__("the engine has not named a business day yet, so no number is safe to give")


class TicketUnknown(KioskError):
    """The ledger holds no such ticket, or it is past the step that was asked for."""

    def __init__(self, ticket: str, step: str) -> None:
        super().__init__(f"ticket {ticket} cannot be {step} now")
        self.ticket = ticket
        self.step = step

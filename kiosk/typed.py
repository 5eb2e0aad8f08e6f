"""What can be typed at which step, and when it is enough. Pure."""

from dataclasses import dataclass
from typing import Literal

from broker.model.rating_keys import CODE_DIGITS
from kiosk.visit import Step


@dataclass(frozen=True)
class Typed:
    """``number``: a letter of the hall's tickets, then digits; ``digits``: nothing else; ``code``: both."""

    kind: Literal["number", "digits", "code"]
    least: int
    most: int

    def takes(self, before: str, key: str) -> bool:
        """Whether this key may follow what was typed."""
        if len(key) != 1 or not key.isascii() or len(before) >= self.most:
            return False
        if self.kind == "code":
            return key.isalnum()
        letter = self.kind == "number" and not before
        return key.isalpha() if letter else key.isdecimal()

    def enough(self, typed: str) -> bool:
        """Whether it can be sent."""
        return self.least <= len(typed) <= self.most


TICKET, TAIL, CODE = Typed("number", 3, 5), Typed("digits", 4, 4), Typed("code", 6, 16)
RATING = Typed("digits", CODE_DIGITS, CODE_DIGITS)
TYPED = {
    Step.CHECK_IN: CODE,
    Step.MISSED: TICKET,
    Step.RATE: TICKET,
    Step.RATE_CODE: RATING,
    Step.FIND: TAIL,
    Step.PHONE: TAIL,
}

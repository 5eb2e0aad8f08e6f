"""Who asks for an identity, for how long, and who was let in: the desk's memory and its limits. Time is handed in.

Nothing here outlives the command: a desk that is closed has forgotten everybody.
"""

import secrets
from dataclasses import dataclass, field

from broker.model.words import Names
from firmware_config.identity import enrol_code

WAITS_S = 900.0
MOST_WAITING = 16
MOST_OF_ONE = 4
"""From one address; a hall behind one router has few new devices at a time."""
EVERY_S = 2.0
"""One address asks so often at most."""
WRONG_MOST = 5
WRONG_WAIT_S = 30.0


class DeskRefuses(Exception):
    """``status`` is what HTTP answers, ``what`` the sentence."""

    def __init__(self, status: int, what: Names) -> None:
        super().__init__(what.en)
        self.status, self.what = status, what


@dataclass
class Asking:
    """A device that asks. ``ticket`` is known to it alone, ``answer`` once it was let in."""

    address: str
    request: bytes
    key_print: bytes
    digest: bytes
    number: bytes
    ticket: str
    until_s: float
    answer: bytes | None = field(default=None, repr=False)
    fetched: bool = False


class Desk:
    """Requests that wait. Call it from one thread at a time."""

    def __init__(self, ca_print: bytes) -> None:
        self._ca_print = ca_print
        self._asking: dict[str, Asking] = {}
        self._last_s: dict[str, float] = {}
        self._wrong, self._closed_until_s = 0, 0.0

    def ask(self, address: str, request: bytes, key_print: bytes, now_s: float) -> Asking:
        """Note a request, and draw its number. DeskRefuses when there are too many."""
        self._forget(now_s)
        if now_s - self._last_s.get(address, float("-inf")) < EVERY_S:
            raise DeskRefuses(429, Names("请求太频繁", "asked too often"))
        self._last_s[address] = now_s
        waiting = [one for one in self._asking.values() if one.answer is None and one.key_print != key_print]
        of_it = sum(one.address == address for one in waiting)
        if len(waiting) >= MOST_WAITING or of_it >= MOST_OF_ONE:
            raise DeskRefuses(429, Names("等待登记的设备太多", "too many devices wait to be let in"))
        number = secrets.token_bytes(enrol_code.NUMBER_BYTES)
        digest = enrol_code.digest_of(key_print, self._ca_print, number)
        # A device that was restarted asks with its key again, and shows the new code alone.
        self._asking = {t: one for t, one in self._asking.items() if one.key_print != key_print or one.answer}
        asking = Asking(address, request, key_print, digest, number, secrets.token_urlsafe(32), now_s + WAITS_S)
        self._asking[asking.ticket] = asking
        return asking

    def of_ticket(self, ticket: str, now_s: float) -> Asking:
        """The request of this ticket. DeskRefuses: there is none (any more)."""
        self._forget(now_s)
        found = self._asking.get(ticket)
        if found is None:
            raise DeskRefuses(404, Names("登记码已过期，请重新开始", "the code has expired: begin anew"))
        return found

    def find(self, code: str, now_s: float) -> Asking:
        """The one that shows this code and was not let in yet. DeskRefuses, and after some wrong codes for a while."""
        self._forget(now_s)
        if now_s < self._closed_until_s:
            wait_s = round(self._closed_until_s - now_s) + 1
            raise DeskRefuses(429, Names(f"错误太多，请等 {wait_s} 秒", f"too many wrong codes: wait {wait_s} s"))
        if not enrol_code.is_code(code):
            raise DeskRefuses(400, Names("登记码是 12 个字母和数字", "a code has 12 letters and digits"))
        for one in self._asking.values():
            if one.answer is None and enrol_code.matches(code, one.digest, self._ca_print):
                self._wrong = 0
                return one
        self._wrong += 1
        if self._wrong >= WRONG_MOST:
            self._wrong, self._closed_until_s = 0, now_s + WRONG_WAIT_S
        raise DeskRefuses(
            404,
            Names(
                "没有设备显示这个登记码：请核对；如果一字不差，说明有人冒充本机，不要登记这台设备",
                "no device that asks here shows this code: compare it. If each letter is right, somebody stands between"
                " the device and this server: do not use that device",
            ),
        )

    def waiting(self, now_s: float) -> int:
        """How many ask and were not let in."""
        self._forget(now_s)
        return sum(one.answer is None for one in self._asking.values())

    def unfetched(self, now_s: float) -> int:
        """How many were let in and have not asked since."""
        self._forget(now_s)
        return sum(one.answer is not None and not one.fetched for one in self._asking.values())

    def _forget(self, now_s: float) -> None:
        self._asking = {ticket: one for ticket, one in self._asking.items() if one.until_s > now_s}
        self._last_s = {address: s for address, s in self._last_s.items() if now_s - s < EVERY_S}

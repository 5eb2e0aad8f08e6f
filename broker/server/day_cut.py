"""One cut of the numbers a business day: a kiosk added at midday would get numbers that others have on paper."""

from broker.engine.state import State
from broker.model.fingerprint import numbering_fingerprint
from broker.model.hall import Hall
from broker.runtime.errors import SettingError
from broker.store.journal import Journal

FACT = "cut"


class DayCut:
    """``by_kiosk`` names each kiosk's cut, for the heartbeat; the whole hall's is kept in the journal with its day."""

    def __init__(self, hall: Hall, journal: Journal) -> None:
        self.by_kiosk = {kiosk: numbering_fingerprint(hall, kiosk) for kiosk in hall.kiosks}
        self._cut = numbering_fingerprint(hall)
        self._journal = journal
        self._kept = ""

    def check(self, state: State, *, sure: bool) -> None:
        """SettingError when numbers of the open day were given by another cut. Else this one is kept.

        A server that does not know the date (not ``sure``) cannot tell whether the day is still that one: it goes on.
        """
        day, _, cut = (self._journal.fact(FACT) or "").partition(" ")
        given = state.day is not None and bool(state.highest)
        if given and sure and day == state.day and cut != self._cut:
            raise SettingError(
                "hall file",
                f"its kiosks, or their services and series, share the numbers otherwise than when business day {day}"
                " began, and papers by the former rule are about: put the former hall file back for today, and change"
                " it after closing, on all machines (or try it with another JIAOHAO_DATA)",
            )
        self.keep(state)

    def keep(self, state: State) -> None:
        """Write down by which cut the day's numbers are given."""
        text = f"{state.last_day} {self._cut}"
        if state.last_day is not None and text != self._kept:
            self._journal.note(FACT, text)
            self._kept = text

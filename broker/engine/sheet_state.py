"""What the engine knows of the day's sheet of a counter; parts of ``State``. Its figures are counted elsewhere.

``touched`` is the journal position of whatever changed the sheet last, figures or entries: a signature holds as long
as it is the one that was signed.
"""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Signature:
    """Who signed what stood there at ``touched``. ``note``: why the duty leader signed alone."""

    by: str
    clerk: str | None
    at_ms: int
    touched: int
    note: str = ""


@dataclass(slots=True)
class Sheet:
    """One counter and day. ``clerks`` stood there; ``filled`` is the position of the last entries by hand.

    ``task`` is the duty leader's, where it was unfinished as the next day opened.
    """

    counter: str
    touched: int = 0
    filled: int = 0
    clerks: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    checks: dict[str, bool] = field(default_factory=dict)
    remark: str = ""
    clerk: Signature | None = None
    leader: Signature | None = None
    task: str = ""

    def holds(self, signature: Signature | None) -> bool:
        """Whether somebody signed what stands there now."""
        return signature is not None and signature.touched == self.touched

    @property
    def finished(self) -> bool:
        """Both signatures hold, or the duty leader's with a note why there is only that."""
        leader = self.leader
        return leader is not None and self.holds(leader) and (self.holds(self.clerk) or bool(leader.note))

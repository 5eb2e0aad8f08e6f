"""Whether the engine cuts the numbers as this kiosk does: a kiosk added to the hall file moves the parts of the others.

While they differ, this kiosk's own numbers may be somebody else's, so it asks the engine for each. What the engine said
last is kept: a kiosk that starts out of reach knows whether its hall file is still the one that was in use.
"""

import sqlite3

from broker.runtime.database import transaction


class NumberingPlan:
    """One row in the ledger's file: the name of the engine's cut (``model/fingerprint.py``), as heard last."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._engine = ""
        self._kept = ""

    def start(self) -> None:
        """Read what was heard before. Call it once the tables are made."""
        row = self._connection.execute("SELECT name FROM numbering").fetchone()
        self._engine = self._kept = "" if row is None else str(row[0])

    def heard(self, numbering: str) -> None:
        """The engine named its cut, or (empty) says none, as older programs do: then nobody knows of a difference.

        DatabaseError: it counts all the same, and is kept when it is heard again.
        """
        self._engine = numbering
        if self._kept != numbering:
            with transaction(self._connection) as connection:
                connection.execute("INSERT OR REPLACE INTO numbering VALUES (1, ?)", (numbering,))
            self._kept = numbering

    def differs(self, own: str) -> bool:
        """Whether the engine's cut is known, and not ``own``."""
        return self._engine not in ("", own)

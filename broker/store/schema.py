"""Tables of the hall's database, versioned. What SQL can hold of the laws it holds: unique numbers, one rating a visit.

``events`` is the truth. ``receipts`` are stored answers, written in the same transaction as the events they answer.
``numbers`` and ``evaluations`` repeat what events say, for SQL to refuse a second one; ``digests`` is what the views
amounted to at some positions, for a replay to compare.
"""

VERSION = 1

STATEMENTS: tuple[str, ...] = (
    """CREATE TABLE events (
        position INTEGER PRIMARY KEY,
        at_ms INTEGER NOT NULL,
        type TEXT NOT NULL,
        command TEXT NOT NULL,
        day TEXT,
        ticket TEXT,
        counter TEXT,
        body BLOB NOT NULL
    ) STRICT""",
    "CREATE INDEX events_by_day ON events (day, type)",
    "CREATE INDEX events_by_ticket ON events (ticket) WHERE ticket IS NOT NULL",
    """CREATE TABLE receipts (
        device TEXT NOT NULL,
        id TEXT NOT NULL,
        epoch TEXT,
        seq INTEGER,
        at_ms INTEGER NOT NULL,
        position INTEGER NOT NULL,
        reply BLOB NOT NULL,
        PRIMARY KEY (device, id)
    ) STRICT, WITHOUT ROWID""",
    "CREATE UNIQUE INDEX receipts_by_seq ON receipts (device, epoch, seq) WHERE seq IS NOT NULL",
    "CREATE INDEX receipts_by_time ON receipts (at_ms)",
    """CREATE TABLE streams (
        device TEXT NOT NULL,
        epoch TEXT NOT NULL,
        last_seq INTEGER NOT NULL,
        at_ms INTEGER NOT NULL,
        PRIMARY KEY (device, epoch)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE numbers (
        day TEXT NOT NULL,
        number TEXT NOT NULL,
        ticket TEXT NOT NULL,
        PRIMARY KEY (day, number)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE evaluations (
        visit TEXT PRIMARY KEY,
        evaluation TEXT NOT NULL UNIQUE,
        position INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE digests (
        position INTEGER PRIMARY KEY,
        digest TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE facts (
        name TEXT PRIMARY KEY,
        value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
)

"""Tables of the hall's database, versioned. What SQL can hold of the laws it holds: unique numbers, one rating a visit.

``events`` is the truth. ``receipts`` are stored answers, written in the same transaction as the events they answer.
``numbers`` and ``evaluations`` repeat what events say, for SQL to refuse a second one; ``digests`` is what the views
amounted to at some positions, for a replay to compare (``views`` says which shape of views that was).

``archives`` says which positions were moved into which file of the archive, and what they amount to; ``snapshots`` are
states to begin a fold with. ``facts`` hold the hall, the count of starts (``epoch``) and ``journal``: the random
identity of this journal, made anew when a backup is restored.
"""

VERSION = 2
"""Raised with each change of a table, together with a step in ``broker.store.migrations``."""

EVENTS: tuple[str, ...] = (
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
)
EVALUATIONS = """CREATE TABLE evaluations (
    visit TEXT PRIMARY KEY,
    evaluation TEXT NOT NULL UNIQUE,
    position INTEGER NOT NULL
) STRICT, WITHOUT ROWID"""
DIGESTS = """CREATE TABLE digests (
    position INTEGER PRIMARY KEY,
    digest TEXT NOT NULL,
    views TEXT NOT NULL DEFAULT ''
) STRICT"""
FACTS = """CREATE TABLE facts (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID"""
"""These the archive has too: rows go there as they are, so a change here needs a new version of the archive."""

STATEMENTS: tuple[str, ...] = (
    *EVENTS,
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
    EVALUATIONS,
    DIGESTS,
    """CREATE TABLE snapshots (
        position INTEGER PRIMARY KEY,
        shape TEXT NOT NULL,
        digest TEXT NOT NULL,
        state BLOB NOT NULL
    ) STRICT""",
    """CREATE TABLE archives (
        name TEXT PRIMARY KEY,
        first INTEGER NOT NULL,
        last INTEGER NOT NULL UNIQUE,
        chain TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    FACTS,
)

"""A ticket's life as one table. Every status change asks it; the diagram in the docs is drawn from it."""

from broker.model.words import TicketStatus as S

LIFE: dict[S, frozenset[S]] = {
    S.RESERVED: frozenset({S.WAITING, S.VOID}),
    S.WAITING: frozenset({S.CALLED, S.HELD, S.CANCELLED, S.EXPIRED}),
    S.CALLED: frozenset({S.SERVING, S.SERVED, S.NO_SHOW, S.HELD, S.WAITING}),
    S.SERVING: frozenset({S.SERVED, S.HELD, S.WAITING}),
    S.HELD: frozenset({S.CALLED, S.WAITING, S.EXPIRED}),
    S.NO_SHOW: frozenset({S.WAITING, S.EXPIRED}),
    S.SERVED: frozenset(),
    S.VOID: frozenset(),
    S.CANCELLED: frozenset(),
    S.EXPIRED: frozenset(),
}
UNDO: dict[S, frozenset[S]] = {
    S.CALLED: frozenset({S.WAITING, S.HELD, S.NO_SHOW}),
    S.SERVING: frozenset({S.CALLED, S.SERVING}),
    S.SERVED: frozenset({S.CALLED, S.SERVING}),
    S.NO_SHOW: frozenset({S.CALLED}),
    S.HELD: frozenset({S.CALLED, S.SERVING}),
    S.WAITING: frozenset({S.CALLED, S.SERVING}),
}
"""The arrows that only an undo goes: back over what the same counter did last, within ``rules.undo_s``."""
FINAL = frozenset(status for status, after in LIFE.items() if not after)
AT_COUNTER = frozenset({S.CALLED, S.SERVING})


def may_be_undone(now: S, before: S) -> bool:
    """Whether an undo may take a ticket back from ``now`` to ``before``."""
    return before in UNDO.get(now, frozenset())


def allowed(before: S, after: S) -> bool:
    """Whether the life cycle has an arrow from ``before`` to ``after``."""
    return after in LIFE[before]

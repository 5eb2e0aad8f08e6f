"""Who may do what: six roles of accounts and, in one table, the rights of each. Routes ask for rights, never for roles.

Administrator, operator and auditor are separate (等保: 三权分立): who makes accounts works at no counter and sees no
figure, and who reads the audit log changes nothing.
"""

from enum import StrEnum


class Right(StrEnum):
    """What a route may ask of whoever comes."""

    COUNTER = "counter"
    """Serve at a counter."""
    GUIDE = "guide"
    """Help in the lobby: take tickets for others, confirm priority, answer a call for help."""
    FLOOR = "floor"
    """Run the hall: every counter, devices, pauses, broadcasts, the duty leader's signature."""
    FIGURES = "figures"
    """Read statistics, ratings and day sheets."""
    FOLLOW_UP = "follow_up"
    """Look after who rated low: telephones of those who wish to be called, paper forms."""
    AUDIT = "audit"
    """Read the audit log."""
    ACCOUNTS = "accounts"
    """Make, change and close accounts."""


class Role(StrEnum):
    """What an account is. The first administrator is made at the machine itself: ``python -m broker account``."""

    CLERK = "clerk"
    GUIDE = "guide"
    MANAGER = "manager"
    QUALITY = "quality"
    AUDITOR = "auditor"
    ADMIN = "admin"


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.CLERK: frozenset({Right.COUNTER}),
    Role.GUIDE: frozenset({Right.GUIDE}),
    Role.MANAGER: frozenset({Right.COUNTER, Right.GUIDE, Right.FLOOR, Right.FIGURES, Right.FOLLOW_UP}),
    Role.QUALITY: frozenset({Right.FIGURES, Right.FOLLOW_UP}),
    Role.AUDITOR: frozenset({Right.AUDIT, Right.FIGURES}),
    Role.ADMIN: frozenset({Right.ACCOUNTS}),
}
AT_A_DESK = (Right.COUNTER, Right.GUIDE)
"""Either will do: both speak with visitors."""
IN_THE_HALL = (Right.COUNTER, Right.GUIDE, Right.FLOOR)
"""Whoever works in the hall itself may see its screens."""
ROLE_WORDS: dict[Role, tuple[str, str]] = {
    Role.CLERK: ("窗口人员", "clerk"),
    Role.GUIDE: ("导办人员", "guide"),
    Role.MANAGER: ("大厅负责人", "manager"),
    Role.QUALITY: ("服务质量人员", "quality officer"),
    Role.AUDITOR: ("审计员", "auditor"),
    Role.ADMIN: ("系统管理员", "administrator"),
}

"""How many go before somebody under the rotating rule: divided, not walked. Pure.

At a counter so many people of priority classes (``in_a_row``) are called one after the other, then one of the others,
by arrival. Where one side has nobody left the other goes on. ``favoured``: so many of classes were called since the
last of the others. Who has waited so long that he goes in either turn (``cap_min``) is not reckoned here.
"""


def others_before(index: int, others: int, in_a_row: int, favoured: int) -> int:
    """How many of no class go before the one at ``index`` of those of classes, with ``others`` in line."""
    return min(others, (index + min(favoured, in_a_row)) // in_a_row)


def of_class_before(index: int, of_class: int, in_a_row: int, favoured: int) -> int:
    """How many of classes go before the one at ``index`` of those of no class, with ``of_class`` in line."""
    return min(of_class, in_a_row - min(favoured, in_a_row) + index * in_a_row)

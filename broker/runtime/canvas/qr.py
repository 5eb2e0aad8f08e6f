"""A code on a screen: text to modules. Home of segno for screens; pure.

What is drawn again with every picture, the address of a list or the code by which a visit is rated, is kept
(``qr_rows``). The code of a ticket is drawn once, when it is given; it is its holder's and is not kept.
"""

from functools import lru_cache

import segno

LEVEL = "m"
QUIET_MODULES = 2


def qr_rows_once(text: str) -> tuple[str, ...]:
    """Rows of ``#`` and blanks with a quiet edge, level M; nothing for an empty text."""
    if not text:
        return ()
    code = segno.make_qr(text, error=LEVEL, boost_error=False)
    return tuple(
        "".join("#" if module else " " for module in row) for row in code.matrix_iter(scale=1, border=QUIET_MODULES)
    )


qr_rows = lru_cache(maxsize=32)(qr_rows_once)

"""A code on a screen: text to modules. Home of segno for screens; pure."""

from functools import lru_cache

import segno

LEVEL = "m"
QUIET_MODULES = 2


@lru_cache(maxsize=128)
def qr_rows(text: str) -> tuple[str, ...]:
    """Rows of ``#`` and blanks with a quiet edge, level M; nothing for an empty text."""
    if not text:
        return ()
    code = segno.make_qr(text, error=LEVEL, boost_error=False)
    return tuple(
        "".join("#" if module else " " for module in row) for row in code.matrix_iter(scale=1, border=QUIET_MODULES)
    )

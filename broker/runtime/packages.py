"""A Python package that a device's role needs and this machine lacks: said in a sentence, not in a traceback."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

OURS = ("broker", "caller", "display", "firmware_config", "kiosk")
CONFIGURATION = 78
"""As in `process.ExitCode`; a supervisor that starts the program again would meet the same gap."""


@contextmanager
def packages_of(role: str) -> Iterator[None]:
    """Around the imports and the work of a role. SystemExit(78), and what to install, when a package is missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        name = (error.name or "").partition(".")[0]
        if not name or name in OURS:
            raise
        sys.stderr.write(
            f"缺少 Python 软件包 {name}；请安装：pip install 'jiaohao[{role}]'\n"
            f"the Python package '{name}' is not installed; a {role} needs it. Install: pip install 'jiaohao[{role}]'\n"
        )
        raise SystemExit(CONFIGURATION) from None

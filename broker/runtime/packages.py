"""A Python package that a device's role needs and this machine lacks: said in a sentence, not in a traceback."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from broker.runtime.process import ExitCode

OURS = ("broker", "caller", "display", "firmware_config", "kiosk")


@contextmanager
def packages_of(role: str) -> Iterator[None]:
    """Around the imports and work of a role. SystemExit(CONFIGURATION), and what to install, when a package is missing.

    Whoever starts the program again would meet the same gap.
    """
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
        raise SystemExit(ExitCode.CONFIGURATION) from None

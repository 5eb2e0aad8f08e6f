"""A child process that does not outlive the process that made it. Linux only; elsewhere nothing is promised."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1


def die_with_parent(by: signal.Signals) -> Callable[[], None] | None:
    """A ``preexec_fn`` that asks the kernel to send ``by`` to the child when its maker ends (prctl(2)).

    The maker is the *thread* that starts the child: it must live as long as the child may. A parent that is gone before
    the kernel could be asked ends the child at once. None where the kernel knows no such wish.
    """
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl  # looked up here: nothing may be loaded after the fork
    parent = os.getpid()

    def before_exec() -> None:
        prctl(_PR_SET_PDEATHSIG, by, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return before_exec

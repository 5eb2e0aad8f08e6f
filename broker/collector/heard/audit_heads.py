"""Has the engine keep the audit log's head in the hall's journal, once an hour in which somebody did something.

Whoever can write the collector's files can make a chain of his own there; in the journal only the engine writes, and
what it has written is never taken out. So a log that was cut off or made anew does not fit what the journal knows.
"""

import contextlib
import threading
from collections.abc import Callable

from broker.collector.heard.hub import Asker
from broker.collector.safety.audit_log import AuditLog, Head
from broker.model.commands import KeepAuditHead
from broker.runtime.errors import DatabaseError

EVERY_S = 3_600.0
AGAIN_S = 60.0
"""So soon it is tried once more where the engine did not answer."""
BY = "audit"


class HeadKeeper:
    """``turn`` is called often and never waits: who asks the engine is a thread of its own."""

    def __init__(self, log: AuditLog, hub: Asker, machine_s: Callable[[], float]) -> None:
        self._log, self._hub, self._machine_s = log, hub, machine_s
        self._next_s = float("-inf")
        self._kept: Head | None = None
        self._asking: threading.Thread | None = None

    def turn(self) -> None:
        """Ask, if it is time and there is something new."""
        now_s = self._machine_s()
        if now_s < self._next_s or not self._hub.live.engine_alive():
            return
        if self._asking is not None and self._asking.is_alive():
            return
        self._next_s = now_s + AGAIN_S
        with contextlib.suppress(DatabaseError):  # whoever opens its page is told so
            head = self._log.head()
            if head.sequence and head != self._kept:
                self._asking = threading.Thread(target=self._keep, args=(head, now_s), name="audit-head", daemon=True)
                self._asking.start()

    def _keep(self, head: Head, now_s: float) -> None:
        command = KeepAuditHead(sequence=head.sequence, digest=head.digest)
        # The same head has the same id: told again after a restart it is the same wish.
        reply = self._hub.submit(command, f"audit-{head.sequence}-{head.digest[:24]}", BY)
        if reply is not None and reply.kind == "done":
            self._kept, self._next_s = head, now_s + EVERY_S

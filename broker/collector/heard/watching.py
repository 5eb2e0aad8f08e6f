"""Who wants to know of changes: open live pages. A name that changed often waits once, so nothing can pile up."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Watcher:
    """One listener: which names it wants and which of them changed since its last look."""

    wanted: Callable[[str], bool]
    names: set[str] = field(default_factory=set)
    bell: threading.Event = field(default_factory=threading.Event)
    displaced: bool = False
    """Whether it was asked to end, for another of the same person."""

    def displace(self) -> None:
        """Ask it to end; may be called by any thread."""
        self.displaced = True
        self.bell.set()


class Watchers:
    """All listeners of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listening: dict[int, Watcher] = {}
        self._stopped = False

    def join(self, wanted: Callable[[str], bool]) -> Watcher:
        """Be told of changes whose name is wanted, until ``leave``."""
        watcher = Watcher(wanted)
        with self._lock:
            self._listening[id(watcher)] = watcher
            if self._stopped:
                watcher.bell.set()
        return watcher

    def leave(self, watcher: Watcher) -> None:
        """No more news."""
        with self._lock:
            self._listening.pop(id(watcher), None)

    def news(self, watcher: Watcher, timeout_s: float) -> frozenset[str]:
        """Wait for changes, ``timeout_s`` at most; empty when there were none."""
        watcher.bell.wait(timeout_s)
        with self._lock:
            names = frozenset(watcher.names)
            watcher.names.clear()
            if not self._stopped:
                watcher.bell.clear()
        return names

    def tell(self, name: str) -> None:
        """Something of this name changed."""
        with self._lock:
            for watcher in self._listening.values():
                if watcher.wanted(name):
                    watcher.names.add(name)
                    watcher.bell.set()

    @property
    def stopped(self) -> bool:
        """Whether the process is ending, so that open streams end too."""
        return self._stopped

    def stop(self) -> None:
        """Let every listener go."""
        with self._lock:
            self._stopped = True
            for watcher in self._listening.values():
                watcher.bell.set()

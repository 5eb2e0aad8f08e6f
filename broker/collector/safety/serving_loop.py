"""waitress's loop, whose work grows with those who ask, not with all who are connected.

As it comes, waitress looks at every connection before each poll: with four hundred phones that hold one open, that is a
millisecond for every answer to anybody. Here the system keeps the list (epoll); a connection is looked at again when
something happened to it: it was read from or written to, a thread finished with it (``changed``), or a second went by.
"""

import contextlib
import select
import threading
import time
from collections import deque
from collections.abc import Callable, MutableMapping
from typing import Any

from waitress.server import BaseWSGIServer
from waitress.wasyncore import readwrite

ACCEPT_AT_ONCE = 64
"""So many who wait at the door come in together; each for itself would cost a turn of the loop."""
ALL_S = 1.0
"""So often everything is looked at after all: what another thread closes is noticed as soon as in waitress itself."""
_READ, _WRITE = select.EPOLLIN | select.EPOLLPRI, select.EPOLLOUT


class ServingLoop:
    """Put where waitress looks for its own (``server.asyncore``), before the server runs."""

    def __init__(self, listeners: list[BaseWSGIServer]) -> None:
        self._poll = select.epoll()
        self._told: dict[int, tuple[Any, int]] = {}
        """File -> what it belongs to, and what the system was asked to watch for."""
        self._changed: deque[Any] = deque()
        self._mine = threading.local()
        self._listeners = listeners
        self._all_s = float("-inf")
        for listener in listeners:
            listener.handle_accept = _many_at_once(listener, listener.handle_accept)
            listener.pull_trigger = self._by_thread(listener.pull_trigger)

    def changed(self, channel: Any) -> None:
        """Look at this connection before the next poll; may be called by any thread."""
        self._changed.append(channel)

    def serves(self, channel: Any) -> None:
        """This thread works for this connection from now on: when it wakes the loop, that is whom it means."""
        self._mine.channel = channel

    def loop(
        self,
        timeout: float = 30.0,
        use_poll: bool = True,
        map: MutableMapping[int, Any] | None = None,
        count: int | None = None,
    ) -> None:
        """Until nothing is open any more; called by waitress, with its arguments.

        Then its workers end too, which waitress leaves waiting, each with the files it opened.
        """
        assert map is not None and use_poll and count is None
        while map:
            self._turn(timeout, map)
        self._poll.close()
        for listener in self._listeners:
            listener.task_dispatcher.set_thread_count(0)

    def _turn(self, timeout_s: float, map: MutableMapping[int, Any]) -> None:
        if time.monotonic() >= self._all_s:
            self._all_s = time.monotonic() + ALL_S
            self._told = {fd: told for fd, told in self._told.items() if map.get(fd) is told[0]}
            for fd, one in list(map.items()):
                self._watch(fd, one)
        while self._changed:
            self._look_at(self._changed.popleft(), map)
        for listener in self._listeners:  # which also let go of idle connections, and count all of them
            self._look_at(listener, map)
        for fd, flags in self._poll.poll(min(timeout_s, ALL_S)):
            one = map.get(fd)
            if one is None:
                with contextlib.suppress(OSError):
                    self._poll.unregister(fd)
                continue
            readwrite(one, flags)
            self._look_at(one, map)

    def _look_at(self, one: Any, map: MutableMapping[int, Any]) -> None:
        fd = one._fileno
        if fd is not None and map.get(fd) is one:
            self._watch(fd, one)

    def _watch(self, fd: int, one: Any) -> None:
        """Have the system tell of what is of use now: of nothing while a thread works for a connection."""
        flags = _READ if one.readable() else 0
        if one.writable() and not one.accepting:
            flags |= _WRITE
        whose, known = self._told.get(fd, (None, 0))
        if whose is not one:
            known = 0  # the number of a file that was closed, which the system has forgotten
        if flags == known:
            return
        with contextlib.suppress(OSError):  # closed this very moment by another thread
            try:
                if not flags:
                    self._poll.unregister(fd)
                elif known:
                    self._poll.modify(fd, flags)
                else:
                    self._poll.register(fd, flags)
            except FileExistsError:
                self._poll.modify(fd, flags)
            except FileNotFoundError:
                if flags:
                    self._poll.register(fd, flags)
        self._told[fd] = (one, flags)

    def _by_thread(self, wake: Callable[[], None]) -> Callable[[], None]:
        def wake_for_mine() -> None:
            channel = getattr(self._mine, "channel", None)
            if channel is not None:
                self._changed.append(channel)
            wake()

        return wake_for_mine


def _many_at_once(listener: BaseWSGIServer, accept: Callable[[], None]) -> Callable[[], None]:
    def accept_many() -> None:
        for _ in range(ACCEPT_AT_ONCE):
            before = len(listener.active_channels)
            accept()
            if len(listener.active_channels) <= before or len(listener._map) >= listener.adj.connection_limit:
                return

    return accept_many

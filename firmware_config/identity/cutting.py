"""Throws a revoked name out of the running message broker, at once and whatever the server does meanwhile.

Mosquitto looks at a list of revocations when somebody connects; whoever is connected stays. So it is told to read its
files again (SIGHUP: from now on nobody gets in by what was revoked), and then the keeper connects on the loopback
listener under the name's client id, which by the protocol ends the older connection of that id. As each device's client
id is its name, that is the thief's. The keeper stays for a moment: is it thrown out in its turn, the thief came in
before the files were read, and it is done again.
"""

import os
import signal
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from broker.model.words import Names
from broker.runtime.link import Link, LinkOptions, LinkState
from broker.runtime.mqtt_access import KEEPER, PID
from firmware_config.identity.files import IdentityError

_STAYS_S = 0.3
_TRIES = 5
_CONNECTS_WITHIN_S = 3.0
_PROGRAM = "mosquitto"


@dataclass(frozen=True)
class Cut:
    """How it went: ``running`` is false where no broker runs here, so that nobody is connected; ``seconds`` it took."""

    running: bool
    seconds: float


def broker_process(folder: Path) -> int | None:
    """The process of the Mosquitto that reads this folder; None where none runs.

    The number in its file may be another program's by now, which must not get a signal.
    """
    try:
        number = int((folder / PID).read_text(encoding="ascii").strip())
        said = Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0")[0]
    except (OSError, ValueError):
        return None
    return number if Path(os.fsdecode(said)).name == _PROGRAM else None


def read_again(folder: Path) -> bool:
    """Tell the broker that its files changed; False where none runs. IdentityError: we may not."""
    number = broker_process(folder)
    if number is None:
        return False
    try:
        os.kill(number, signal.SIGHUP)
    except ProcessLookupError:
        return False
    except PermissionError:
        raise IdentityError(
            Names(
                f"文件已改，但无权通知消息服务（进程 {number}）：请用 sudo 再运行一次，或重启大厅主机",
                f"the files are changed, but this user may not tell the message broker (process {number}): run it again"
                " with sudo, or restart the hall server",
            )
        ) from None
    return True


def cut_off(folder: Path, names: Iterable[str], address: str, password: str) -> Cut:
    """End the connections of revoked names; the files must say already that they are revoked.

    ``address`` is the loopback listener. IdentityError when the broker runs and does not do it.
    """
    begun_s = time.monotonic()
    if not read_again(folder):
        return Cut(running=False, seconds=time.monotonic() - begun_s)
    left = tuple(names)
    for _ in range(_TRIES):
        left = _take_places(left, address, password)
        if not left:
            return Cut(running=True, seconds=time.monotonic() - begun_s)
        read_again(folder)
    raise _still_there(", ".join(left))


def _take_places(names: tuple[str, ...], address: str, password: str) -> tuple[str, ...]:
    """Connect in place of all names at once; those whose place was not had, or was taken back, are left."""
    guards = [_Guard(name, address, password) for name in names]
    try:
        _until(guards, lambda guard: guard.stood, _CONNECTS_WITHIN_S)
        _until(guards, lambda guard: guard.thrown_out, _STAYS_S)
        return tuple(guard.name for guard in guards if not guard.stood or guard.thrown_out)
    finally:
        for guard in guards:
            guard.link.stop(0.5)


class _Guard:
    """The keeper's connection in the place of one name."""

    def __init__(self, name: str, address: str, password: str) -> None:
        self.name = name
        self.stood = self.thrown_out = False
        options = LinkOptions(username=KEEPER, password=password, first_wait_s=(5.0, 5.0))
        self.link = Link(address, name, on_message=lambda message: None, on_state=self._on_state, options=options)
        self.link.start()

    def _on_state(self, state: LinkState, reason: str) -> None:
        self.stood = self.stood or state is LinkState.ONLINE
        self.thrown_out = self.thrown_out or (self.stood and state is LinkState.WAITING)


def _until(guards: list[_Guard], done: Callable[[_Guard], bool], within_s: float) -> None:
    until_s = time.monotonic() + within_s
    while not all(done(guard) for guard in guards) and time.monotonic() < until_s:
        for guard in guards:
            guard.link.pump(0.01)


def _still_there(name: str) -> IdentityError:
    return IdentityError(
        Names(
            f"“{name}”不能再连接，但现有的连接没有切断：请重启大厅主机上的消息服务",
            f"'{name}' cannot connect again, but its present connection was not ended: restart the hall's broker",
        )
    )

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
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from broker.model.words import Names
from broker.runtime.link import Link, LinkOptions, LinkState, parse_address
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
    for name in names:
        for _ in range(_TRIES):
            if _take_place(name, address, password):
                break
            read_again(folder)
        else:
            raise _still_there(name)
    return Cut(running=True, seconds=time.monotonic() - begun_s)


def _take_place(name: str, address: str, password: str) -> bool:
    """Connect in place of the name; whether nobody took the place back."""
    states: list[LinkState] = []
    options = LinkOptions(username=KEEPER, password=password, first_wait_s=(5.0, 5.0))
    link = Link(
        str(parse_address(address)),
        name,
        on_message=lambda message: None,
        on_state=lambda state, reason: states.append(state),
        options=options,
    )
    link.start()
    try:
        if not _until(link, states, LinkState.ONLINE, _CONNECTS_WITHIN_S):
            return False
        return not _until(link, states, LinkState.WAITING, _STAYS_S)
    finally:
        link.stop(0.5)


def _until(link: Link, states: list[LinkState], wanted: LinkState, within_s: float) -> bool:
    until_s = time.monotonic() + within_s
    while wanted not in states and time.monotonic() < until_s:
        link.pump(max(0.0, min(0.05, until_s - time.monotonic())))
    return wanted in states


def _still_there(name: str) -> IdentityError:
    return IdentityError(
        Names(
            f"“{name}”不能再连接，但现有的连接没有切断：请重启大厅主机上的消息服务",
            f"'{name}' cannot connect again, but its present connection was not ended: restart the hall server's broker",
        )
    )

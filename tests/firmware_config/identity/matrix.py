"""Every name of a hall says something on every topic, and everybody listens: judged by what arrives, over real TLS.

An acknowledgement proves nothing: a subscription to ``#`` is granted to anyone and filtered on delivery. What may
arrive is stated here anew from the table of topics, not asked of ``rights``. For a hall file, and how long it takes to
throw somebody out: ``python -m tests.firmware_config.identity.matrix HALL.toml``.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from broker.contract.topics import TOPICS, Topic
from broker.model.hall import Hall
from broker.runtime.hall_source import load_hall
from broker.runtime.mqtt_access import FOLDER
from firmware_config.identity.broker_files import write_broker_files
from firmware_config.identity.cutting import cut_off
from tests.firmware_config.identity.rig import Device, Running, devices, running_broker, stolen

STRANGE = (
    "jh/other/cmd/kiosk-1",
    "jh/{hall}/cmd",
    "jh/{hall}/device",
    "jh/{hall}",
    "sold/{hall}",
    "$SYS/broker/uptime",
)
"""Topics of no row: of another hall, too short, of nobody."""


@dataclass(frozen=True)
class Outcome:
    """``wrong`` are sentences, ``said`` how many messages were published, ``allowed`` how many of them may be heard."""

    wrong: tuple[str, ...]
    said: int
    allowed: int
    arrived: int


def roles(hall: Hall, name: str) -> set[str]:
    """By the tables in which a name stands."""
    tables = {"kiosk": hall.kiosks, "display": {**hall.displays, **hall.signs}, "caller": hall.callers}
    found = {role for role, table in tables.items() if name in table} | ({"agent"} if name in hall.machines else set())
    return found | ({name} & {"server", "collector"})


def may_say(hall: Hall, name: str, row: Topic, device: str, played: frozenset[str]) -> bool:
    """A device speaks of itself alone; the server of everybody; touches go to simulated hardware alone."""
    if row.name == "input":
        return name == "collector" and device in played
    allowed = roles(hall, name) & set(row.publishers)
    return bool(allowed) and (not row.own or "server" in allowed or device in ("", name))


def may_hear(hall: Hall, name: str, row: Topic, device: str, played: frozenset[str]) -> bool:
    """What is said to one device is for it alone."""
    if not roles(hall, name) & set(row.readers):
        return False
    to_one = bool(device) and not row.own
    return not to_one or (device == name and (row.name != "input" or name in played))


def topics_of(hall: Hall, names: tuple[str, ...]) -> list[tuple[Topic, str, str]]:
    """(row, the device in it or "", whole topic) of every row and every name."""
    made = []
    for row in TOPICS:
        for device in names if "{device}" in row.pattern else ("",):
            parts = row.pattern.format(device=device, kind="board", name="any")
            made.append((row, device, f"jh/{hall.hall.id}/{parts}"))
    return made


def try_all(running: Running, names: tuple[str, ...], played: frozenset[str], *, password: bool = False) -> Outcome:
    """``played`` are the names with simulated hardware."""
    hall, held, wrong = running.vault.hall, running.vault.identity, []
    everybody = [Device(name, held, running.secure_port, password=password) for name in names]
    with devices(*everybody):
        for one in everybody:
            one.client.subscribe([("#", 0), (f"jh/{hall.hall.id}/#", 0), ("$SYS/#", 0)])
            one.listen("nothing/at/all")
        expected: dict[str, Counter[tuple[str, bytes]]] = {name: Counter() for name in names}
        said = allowed = 0
        for one in everybody:
            for row, device, topic in topics_of(hall, names):
                payload, fine = f"{one.name} says".encode(), may_say(hall, one.name, row, device, played)
                said, allowed = said + 1, allowed + fine
                one.client.publish(topic, payload, qos=1)
                for name in names:
                    if fine and may_hear(hall, name, row, device, played):
                        expected[name][topic, payload] += 1
            for strange in STRANGE:
                one.client.publish(strange.format(hall=hall.hall.id), b"strange", qos=1)
                said += 1
            one.say("nothing/at/all", b"the last")
        for one in everybody:
            one.listen("nothing/more")  # all that was sent before has arrived when this is answered
            heard, due = Counter(set(one.heard)), expected[one.name]
            wrong += [f"{one.name} heard {topic} of {payload.decode()}" for topic, payload in heard - due]
            wrong += [f"{one.name} missed {topic} of {payload.decode()}" for topic, payload in due - heard]
    return Outcome(tuple(wrong), said, allowed, sum(sum(one.values()) for one in expected.values()))


def _revoked_after_s(running: Running, name: str, folder: Path) -> float:
    thief = Device(name, stolen(running.vault.identity, folder), running.secure_port)
    with devices(thief):
        begun_s = time.monotonic()
        running.vault.revoke(name, datetime.now(UTC))
        write_broker_files(running.vault, datetime.now(UTC), running.vault.identity)
        keeper = (running.vault.folder / "keeper.password").read_text().strip()
        cut_off(running.vault.identity / FOLDER, [name], running.node.url, keeper)
        assert thief.ended_s is not None, f"{name} is still connected"
        return thief.ended_s - begun_s


def main(path: str) -> int:
    """The matrix of a hall file, in certificates and TLS; 1 when something arrived or was missed."""
    hall = load_hall(Path(path))
    names = tuple(dict.fromkeys(("server", "collector", *hall.kiosks, *hall.displays, *hall.signs, *hall.callers)))
    names += tuple(name for name in hall.machines if name not in names)
    played = frozenset(name for name in names if _is_played(hall, name))
    with tempfile.TemporaryDirectory() as folder, running_broker(hall, Path(folder)) as running:
        found = try_all(running, names, played, password=hall.network.devices_by == "password")
        kiosk = next(iter(hall.kiosks))
        took_s = _revoked_after_s(running, kiosk, Path(folder)) if hall.network.devices_by == "certificate" else None
    took = (
        f"{kiosk} thrown out {took_s:.3f} s after the word" if took_s is not None else "revocation: not run (passwords)"
    )
    lines = [f"{len(names)} names, {found.said} said, {found.allowed} allowed, {found.arrived} to arrive", took]
    sys.stdout.write("\n".join([*lines, *(found.wrong or ("as it should be",))]) + "\n")
    return 1 if found.wrong else 0


def _is_played(hall: Hall, name: str) -> bool:
    """Whether anything of it begins with ``virtual://``, also what hangs on a caller's lines."""
    own = repr(hall.kiosks.get(name) or hall.callers.get(name) or "")
    hanging = [one for table in (hall.consoles, hall.keypads) for one in table.values() if one.caller == name]
    return "virtual://" in own or any("virtual://" in repr(one) for one in hanging)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

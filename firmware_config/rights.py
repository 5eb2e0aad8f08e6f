"""Who may publish and who may read what on the hall's message broker, worked out from the table of topics. Pure.

Each name has rights of its own: a pattern with the user's name in it would be one line for all, but a role shared in
that way served only the first device on Mosquitto 2.0. What nobody is given here, nobody has.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from broker.contract.topics import ROOT, TOPICS, Role, Topic
from broker.model.hall import Hall
from broker.model.hall_address_checks import address_rows
from broker.model.hall_machines import SERVER
from broker.model.simulated import is_virtual
from broker.runtime.mqtt_access import KEEPER

COLLECTOR = "collector"


@dataclass(frozen=True)
class Rights:
    """Topic filters of one name, whole (``jh/town/cmd/kiosk-1``), in the order of the table of topics."""

    publish: tuple[str, ...]
    read: tuple[str, ...]


def names_of(hall: Hall) -> tuple[str, ...]:
    """Everybody who speaks MQTT, the hall's own programs first: also each computer, which has an agent."""
    devices = (*hall.kiosks, *hall.displays, *hall.signs, *hall.callers)
    return tuple(dict.fromkeys((SERVER, COLLECTOR, *devices, *hall.machines)))


def roles_of(hall: Hall, name: str) -> tuple[Role, ...]:
    """As whom a name speaks; two where the server's computer is called ``server`` too; none for a stranger."""
    if name == COLLECTOR:
        return ("collector",)
    tables: tuple[tuple[Role, Collection[str]], ...] = (
        ("server", (SERVER,)),
        ("kiosk", hall.kiosks),
        ("display", (*hall.displays, *hall.signs)),
        ("caller", hall.callers),
        ("agent", hall.machines),
    )
    return tuple(role for role, known in tables if name in known)


def rights_of(hall: Hall, name: str) -> Rights:
    """What the name may do; nothing where the hall has nobody of that name."""
    publish: dict[str, None] = {}
    read: dict[str, None] = {}
    for role in roles_of(hall, name):
        for row in TOPICS:
            if role in row.publishers:
                publish |= dict.fromkeys(_published(hall, row, role, name))
            if role in row.readers:
                read |= dict.fromkeys(_readable(hall, row, role, name))
    return Rights(tuple(publish), tuple(read))


def rights_file(hall: Hall, revoked: Collection[str] = ()) -> str:
    """Mosquitto's file of rights: one user a name, without those who are revoked; all names are in it only once.

    Whoever has no line may do nothing. Mosquitto reads it again at SIGHUP.
    """
    lines = ["# Made by python -m firmware_config identity; changes are overwritten."]
    for name in names_of(hall):
        if name in revoked:
            continue
        rights = rights_of(hall, name)
        lines += ["", f"user {name}"]
        lines += [f"topic write {topic}" for topic in rights.publish]
        lines += [f"topic read {topic}" for topic in rights.read]
    # Whoever throws a revoked device out takes its place for a moment, and has nothing to say or to hear there.
    lines += ["", f"user {KEEPER}", f"topic deny {ROOT}/#"]
    return "\n".join(lines) + "\n"


def _published(hall: Hall, row: Topic, role: Role, name: str) -> Iterator[str]:
    if row.name == "input":  # a touch over the network exists for virtual hardware alone
        yield from (_whole(hall, row, device) for device in (*hall.kiosks, *hall.callers) if _is_played(hall, device))
    elif "{device}" in row.pattern and row.own and role != "server":
        yield _whole(hall, row, name)
    else:
        yield _whole(hall, row, "+")


def _readable(hall: Hall, row: Topic, role: Role, name: str) -> Iterator[str]:
    if row.own or "{device}" not in row.pattern or role == "server":
        yield _whole(hall, row, "+")
    elif row.name != "input" or _is_played(hall, name):
        yield _whole(hall, row, name)  # said to one device


def _whole(hall: Hall, row: Topic, device: str) -> str:
    pattern = row.pattern.replace("{device}", device).replace("{kind}", "+").replace("{name}", "+")
    return f"{ROOT}/{hall.hall.id}/{pattern}"


def _is_played(hall: Hall, device: str) -> bool:
    """Whether any part of its hardware is simulated, so that it listens to touches over the network."""
    return any(node == device and is_virtual(text) for _, node, text, _ in address_rows(hall))

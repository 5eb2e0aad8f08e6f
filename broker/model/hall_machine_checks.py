"""Cross-checks of the computers: every program runs somewhere, once, at an address of its own, and finds its gear.

What a board can do (pins, ports, outputs) is ``firmware_config``'s to check.
"""

import ipaddress
from collections.abc import Callable, Iterator

from broker.model.address import BadAddress, parse_address
from broker.model.hall import Hall
from broker.model.hall_address_checks import address_rows
from broker.model.hall_machines import SERVER
from broker.model.hall_mistakes import Mistake, complain, did_you_mean, listed, twice
from broker.model.simulated import is_virtual

PORT_FOLDERS = ("/dev/hall/", "/dev/input/hall/")
"""Where the names of ``ports`` appear on a machine; the second are keyboards and scanners that type."""
MACHINE_TABLES = "machines network kiosks displays signs callers consoles keypads strips"


def runnable(hall: Hall) -> tuple[str, ...]:
    """All that a machine can be asked to run."""
    return (SERVER, *hall.kiosks, *hall.displays, *hall.signs, *hall.callers)


def machine_of(hall: Hall, program: str) -> str | None:
    """The machine that runs a device or the server; None where none does."""
    return next((name for name, machine in hall.machines.items() if program in machine.runs), None)


def _runs(hall: Hall) -> Iterator[Mistake]:
    known = runnable(hall)
    taken: dict[str, str] = {}
    for key, machine in hall.machines.items():
        path = f"machines.{key}.runs"
        if key != SERVER and key in (*known, "collector"):
            yield complain(f"machines.{key}", "machine_named_as_device", name=key)
        if not machine.runs:
            yield complain(path, "machine_idle")
        yield from twice(path, machine.runs)
        for name in dict.fromkeys(machine.runs):
            if name not in known:
                yield complain(
                    path, "machine_runs_unknown", name=name, hint=did_you_mean(name, known), known=listed(known)
                )
            elif name in taken:
                yield complain(path, "machine_runs_twice", name=name, other=taken[name])
            taken.setdefault(name, key)
    if hall.machines:
        for name in known:
            sign = hall.signs.get(name)
            if name not in taken and not (sign is not None and is_virtual(sign.screen)):
                yield complain("machines", "runs_nowhere", name=name)


def _boards(hall: Hall) -> Iterator[Mistake]:
    for key, machine in hall.machines.items():
        if machine.wifi and not hall.network.wifi:
            yield complain(f"machines.{key}.wifi", "no_wifi_name")
        if machine.board == "zero2w" and SERVER in machine.runs:
            yield complain(f"machines.{key}.board", "board_too_small")


def _own_addresses(hall: Hall) -> Iterator[Mistake]:
    taken: dict[str, str] = {}
    for key, machine in hall.machines.items():
        path = f"machines.{key}.address"
        if not machine.address:
            continue
        try:
            address = ipaddress.ip_interface(machine.address)
        except ValueError:
            yield complain(path, "machine_address", given=machine.address)
            continue
        if "/" not in machine.address or address.ip in (address.network.network_address,):
            yield complain(path, "machine_address", given=machine.address)
        if str(address.ip) in taken:
            yield complain(path, "machine_address_taken", given=str(address.ip), other=taken[str(address.ip)])
        taken.setdefault(str(address.ip), path)
    yield from _network_addresses(hall)


def _network_addresses(hall: Hall) -> Iterator[Mistake]:
    for name, text in (("server", hall.network.server), ("gateway", hall.network.gateway)):
        if text and not _is_ip(text):
            yield complain(f"network.{name}", "network_address", given=text)
    for name in ("web_from", "administered_from"):
        for text in getattr(hall.network, name):
            try:
                ipaddress.ip_network(text)
            except ValueError:
                yield complain(f"network.{name}", "network_range", given=text)
    if len(hall.machines) > 1 and not hall.network.server:
        yield complain("network.server", "no_server_address")
    server = machine_of(hall, SERVER)
    if server and hall.network.server and _is_ip(hall.network.server):
        own = hall.machines[server].address.partition("/")[0]
        if own and own != hall.network.server:
            yield complain("network.server", "server_elsewhere", given=hall.network.server, machine=server, own=own)


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _ports(hall: Hall) -> Iterator[Mistake]:
    """Each place holds one thing; what a device calls ``/dev/hall/NAME`` is plugged in on its machine."""
    for key, machine in hall.machines.items():
        places: dict[str, str] = {}
        for name, place in machine.ports.items():
            path = f"machines.{key}.ports.{name}"
            if place in places:
                yield complain(path, "port_taken", place=place, other=places[place])
            places.setdefault(place, path)
    for path, node, text, _ in address_rows(hall):
        home = machine_of(hall, node)
        port = port_of(text)
        if home is not None and port is not None and port not in hall.machines[home].ports:
            yield complain(
                path, "port_unknown", port=port, machine=home, hint=did_you_mean(port, hall.machines[home].ports)
            )


def port_of(address: str) -> str | None:
    """The name of a port that an address speaks to; None when it speaks to something else."""
    try:
        path = parse_address(address).path
    except BadAddress:
        return None
    folder, _, name = path.rpartition("/")
    return name if f"{folder}/" in PORT_FOLDERS and name else None


MACHINE_CHECKS: tuple[tuple[Callable[[Hall], Iterator[Mistake]], str], ...] = (
    (_runs, "machines kiosks displays signs callers"),
    (_boards, "machines network"),
    (_own_addresses, "machines network"),
    (_ports, MACHINE_TABLES),
)
"""Check and the tables it reads."""

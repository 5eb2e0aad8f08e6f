"""What several commands of identities do at the hall server: where its secrets are, whom a name means."""

import argparse
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from broker.model.hall import Hall
from broker.model.hall_machine_checks import machine_of
from broker.model.hall_machines import SERVER
from broker.model.hall_mistakes import did_you_mean, listed
from broker.model.words import Names
from broker.runtime.link_identity import identity_folder
from broker.runtime.mqtt_access import FOLDER
from broker.runtime.whereabouts import in_url, mqtt_listen
from firmware_config.identity.broker_files import hand_out, same_folder, write_broker_files
from firmware_config.identity.cutting import Cut, cut_off, read_again
from firmware_config.identity.files import IdentityError, make_folder, read_whole, remove
from firmware_config.identity.vault import KEEPER_PASSWORD, Vault
from firmware_config.rights import names_of


def vault_of(hall: Hall, options: argparse.Namespace) -> Vault:
    """The hall's secrets: where the command says, else below ``var``."""
    return Vault(hall, options.secrets or Path("var") / "secrets" / hall.hall.id)


def live_folder(vault: Vault, options: argparse.Namespace) -> Path:
    """The identity folder that the hall server's programs use."""
    return options.identity or identity_folder() or vault.identity


def publish(vault: Vault, options: argparse.Namespace, now: datetime) -> None:
    """Give the hall server's programs what changed, and its broker, where it runs."""
    live = live_folder(vault, options)
    make_folder(live)
    if not same_folder(live, vault.identity):
        hand_out(vault, vault.local_names(), live)
    write_broker_files(vault, now, live)
    read_again(live / FOLDER)


def cut_names(vault: Vault, options: argparse.Namespace, names: Iterable[str], now: datetime) -> Cut:
    """Write what the names may from now on, and throw out whoever is connected by them."""
    names = tuple(names)
    live = live_folder(vault, options)
    if not same_folder(live, vault.identity):
        for name in names:
            for kind in ("key", "pem", "password"):
                remove(live / f"{name}.{kind}")
    write_broker_files(vault, now, live)
    host, port = mqtt_listen(vault.hall)
    password = read_whole(vault.folder / KEEPER_PASSWORD).decode("ascii").strip()
    return cut_off(live / FOLDER, names, f"mqtt://{in_url(host)}:{port}", password)


def names_meant(vault: Vault, named: str, *, whole_machine: bool = False) -> tuple[str, ...]:
    """A device, or all that runs on a machine; ``whole_machine``: also on the one that runs this device.

    IdentityError: the hall has none of that name.
    """
    known = names_of(vault.hall)
    if named in vault.hall.machines and named != SERVER:
        return vault.names_on(named)
    if named in known:
        home = machine_of(vault.hall, named)
        serves = home is None or SERVER in vault.hall.machines[home].runs
        return (named,) if serves or not whole_machine else vault.names_on(home or "")
    if named in {one.name for one in vault.read().issued}:  # it was of this hall once, and may hold a certificate
        return (named,)
    hint = did_you_mean(named, known)
    raise IdentityError(
        Names(
            f"大厅里没有“{named}”{hint.zh}；可写 {listed(known).zh}",
            f"the hall has no '{named}'{hint.en}; known: {listed(known).en}",
        )
    )

"""What the hall server's Mosquitto reads, made anew from secrets and hall file; and a machine's own identity."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import msgspec

from broker.model.hall_machines import SERVER
from broker.model.words import Names
from broker.runtime import mqtt_access as access
from broker.runtime.link_identity import CA_FILE
from firmware_config.identity import authority, ledger
from firmware_config.identity.files import IdentityError, make_folder, read_or_none, read_whole, write_whole
from firmware_config.identity.passwords import password_file
from firmware_config.identity.vault import KEEPER_PASSWORD, Vault
from firmware_config.rights import names_of, rights_file

_KINDS = ("pem", "key", "password")


def write_broker_files(vault: Vault, now: datetime, live: Path) -> None:
    """All files of ``mqtt_access`` in ``live/broker``, each whole; the same secrets give the same bytes.

    Revocations come first: at no moment may somebody revoked be let in by the half that was written.
    """
    folder = live / access.FOLDER
    make_folder(folder)
    found = vault.read()
    revoked = access.Revoked(found.revoked, vault.hall.network.devices_by == "certificate")
    write_whole(folder / access.CRL, _list(vault, found, now, folder / access.CRL))
    write_whole(folder / access.PASSWORDS, password_file(_passwords(vault)).encode())
    write_whole(folder / access.RIGHTS, rights_file(vault.hall, found.revoked).encode())
    write_whole(folder / access.REVOKED, msgspec.json.encode(revoked) + b"\n")
    write_whole(folder / access.CA, vault.ca)
    for name, source in ((access.KEY, f"{SERVER}.key"), (access.CERTIFICATE, f"{SERVER}.pem")):
        write_whole(folder / name, read_whole(vault.identity / source))


def hand_out(vault: Vault, names: Iterable[str], into: Path) -> tuple[str, ...]:
    """Copy what some names prove themselves by, with ``ca.pem``, into a machine's identity folder; says which names.

    IdentityError for a folder that is another hall's.
    """
    make_folder(into)
    there = read_or_none(into / CA_FILE)
    if there is not None and there != vault.ca:
        raise IdentityError(
            Names(
                f"{into} 里是另一个发证机构的身份；请换一个文件夹，或先清空它",
                f"{into} holds identities of another authority: take another folder, or empty it first",
            )
        )
    handed = []
    for name in names:
        found = {kind: read_or_none(vault.identity / f"{name}.{kind}") for kind in _KINDS}
        for kind, content in found.items():
            if content is not None:
                write_whole(into / f"{name}.{kind}", content)
        if any(content is not None for content in found.values()):
            handed.append(name)
    write_whole(into / CA_FILE, vault.ca)
    return tuple(handed)


def same_folder(one: Path, other: Path) -> bool:
    """Whether two paths are one folder, also by way of a link."""
    return one.exists() and other.exists() and one.samefile(other)


def _passwords(vault: Vault) -> dict[str, bytes]:
    passwords = {access.KEEPER: read_whole(vault.folder / KEEPER_PASSWORD)}
    for name in names_of(vault.hall):
        held = read_or_none(vault.identity / f"{name}.password")
        if held is not None:
            passwords[name] = held
    return passwords


def _list(vault: Vault, found: ledger.Ledger, now: datetime, path: Path) -> bytes:
    """The list that lies there, where it says the same: a signature differs each time it is made."""
    rows = ledger.list_of(found, now)
    there = read_or_none(path)
    if there is not None and authority.same_list(vault.ca, there, [serial for serial, _ in rows]):
        return there
    return authority.revocation_list(vault.ca_key, vault.ca, rows, found.number)

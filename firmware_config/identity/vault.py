"""The folder of a hall's secrets: its authority, and key, certificate or password of each name, made once.

``ca.key``, ``keeper.password`` and ``ledger.json`` never leave it; ``identity/`` in it is what machines get:
``ca.pem``, ``NAME.pem``, ``NAME.key``, ``NAME.password``, and for the hall server ``broker/``. That folder may be
the hall server's identity itself (``JIAOHAO_IDENTITY=SECRETS/identity``).
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from broker.model.hall import Hall
from broker.model.hall_machine_checks import machine_of
from broker.model.hall_machines import SERVER
from broker.model.words import Names
from broker.runtime.link_identity import CA_FILE
from firmware_config.identity import authority, ledger
from firmware_config.identity.files import (
    IdentityError,
    make_folder,
    read_or_none,
    read_whole,
    remove,
    unusable,
    write_once,
    write_whole,
)
from firmware_config.identity.passwords import new_password
from firmware_config.machines import computers
from firmware_config.rights import COLLECTOR, names_of

CA_KEY, KEEPER_PASSWORD, IDENTITY = "ca.key", "keeper.password", "identity"
_OWN_NAMES = ("localhost", "127.0.0.1", "::1")
_EVERYWHERE = ("0.0.0.0", "::")


@dataclass(frozen=True)
class Held:
    """What a name has: its certificate's end (None: a password only), whether it was made just now, whether revoked."""

    name: str
    ends: datetime | None
    made: bool = False
    revoked: bool = False


class Vault:
    """One hall's secrets. Whoever changes something holds ``files.alone`` on the folder."""

    def __init__(self, hall: Hall, folder: Path) -> None:
        self.hall = hall
        self.folder = folder
        self.identity = folder / IDENTITY

    @property
    def ca(self) -> bytes:
        return read_whole(self.identity / CA_FILE)

    @property
    def ca_key(self) -> bytes:
        return read_whole(self.folder / CA_KEY)

    def open(self, now: datetime) -> None:
        """Make the folder and the authority where there is none. IdentityError: it is another hall's, or damaged."""
        make_folder(self.folder)
        make_folder(self.identity)
        self.read()
        if not (self.folder / ledger.FILE_NAME).exists():
            self.write(ledger.Ledger(self.hall.hall.id))
        if not (self.folder / CA_KEY).exists():
            if (self.identity / CA_FILE).exists():
                raise self._damaged(self.folder / CA_KEY)  # another authority would lock every machine out
            write_once(self.folder / CA_KEY, authority.new_key())
        if not (self.identity / CA_FILE).exists():
            write_once(self.identity / CA_FILE, authority.new_authority(self.hall.hall.id, self.ca_key, now))
        write_once(self.folder / KEEPER_PASSWORD, new_password())

    def must_exist(self) -> None:
        """IdentityError where no identities were made yet."""
        if not (self.identity / CA_FILE).is_file():
            raise IdentityError(
                Names(
                    f"{self.folder} 里还没有身份，请先运行 python -m firmware_config identity 大厅文件",
                    f"no identities in {self.folder} yet: run python -m firmware_config identity HALL_FILE first",
                )
            )

    def read(self) -> ledger.Ledger:
        """What was signed; an empty one where nothing was."""
        path = self.folder / ledger.FILE_NAME
        content = read_or_none(path)
        if content is None:
            return ledger.Ledger(self.hall.hall.id)
        try:
            found = msgspec.json.decode(content, type=ledger.Ledger)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise self._damaged(path) from error
        if found.hall != self.hall.hall.id:
            raise IdentityError(
                Names(
                    f"{self.folder} 是大厅“{found.hall}”的身份，而大厅文件写的是“{self.hall.hall.id}”",
                    f"{self.folder} holds the identities of hall '{found.hall}', the hall file is of"
                    f" '{self.hall.hall.id}'",
                )
            )
        return found

    def write(self, changed: ledger.Ledger) -> None:
        """On disk before anything signed is handed out."""
        write_whole(self.folder / ledger.FILE_NAME, msgspec.json.format(msgspec.json.encode(changed)) + b"\n")

    def make_missing(self, now: datetime) -> tuple[Held, ...]:
        """Every name of the hall with what it needs; what is there stays. A revoked name gets nothing."""
        return tuple(self._held(name, now) for name in names_of(self.hall))

    def held(self, name: str) -> Held:
        """What a name has now."""
        found = self.read()
        paper = ledger.newest_of(found, name)
        return Held(name, None if paper is None else paper.ends, revoked=name in found.revoked)

    def renew(self, name: str, now: datetime) -> Held:
        """A new key and certificate, or a new password; certificates from before count until they end or are revoked.

        A revoked name may connect again by these. IdentityError where the key lies on the device alone.
        """
        certificate, key = self._file(name, "pem"), self._file(name, "key")
        if certificate.exists() and not key.exists():
            raise IdentityError(
                Names(
                    f"“{name}”的私钥只在设备上：请清空该设备的身份文件夹，重启后重新登记（firmware_config enrol）",
                    f"the key of '{name}' is on the device alone: empty its identity folder there, start it anew and"
                    " let it in again (firmware_config enrol)",
                )
            )
        self.write(ledger.with_name_back(self.read(), name))
        if self.by_certificate(name):
            fresh = authority.new_key()
            signed = self._sign(name, fresh, now)
            write_whole(key, fresh)
            write_whole(certificate, signed)
        if self.by_password(name):
            write_whole(self._file(name, "password"), new_password())
        return _made(self.held(name))

    def let_in(self, name: str, asked: bytes, now: datetime) -> dict[str, bytes]:
        """What a device gets that asked for an identity, by the names of the files; older ones end. NotSigned.

        One name is one device: whoever held the name before is out, also a lost one that was never revoked.
        """
        authority.check_request(asked)
        self.write(ledger.with_revoked(self.read(), name, now))
        for kind in ("key", "pem", "password"):
            remove(self._file(name, kind))
        files = {}
        if self.by_certificate(name):
            files[f"{name}.pem"] = self._signed_request(name, asked, now)
        else:
            self.write(ledger.with_name_back(self.read(), name))
        if self.by_password(name):
            write_whole(self._file(name, "password"), new_password())
            files[f"{name}.password"] = read_whole(self._file(name, "password"))
        return files

    def _signed_request(self, name: str, asked: bytes, now: datetime) -> bytes:
        signed = authority.sign_request(self.ca_key, self.ca, asked, name, now)
        paper = authority.read_paper(signed)
        self.write(ledger.with_issued(self.read(), name, paper.serial, paper.ends))
        write_whole(self._file(name, "pem"), signed)
        return signed

    def revoke(self, name: str, now: datetime) -> None:
        """Whatever the name holds counts no more, and what lies here of it is deleted."""
        self.write(ledger.with_revoked(self.read(), name, now))
        for kind in ("key", "pem", "password"):
            remove(self._file(name, kind))

    def by_certificate(self, name: str) -> bool:
        """Whether a name gets a certificate; the server always has one: it is what devices know the broker by."""
        return name == SERVER or self.hall.network.devices_by == "certificate"

    def by_password(self, name: str) -> bool:
        """Whether a name gets a password: where the hall insists, and for what runs beside the broker."""
        return self.hall.network.devices_by == "password" or name in self.local_names()

    def local_names(self) -> tuple[str, ...]:
        """Who speaks with the broker on its own machine, without TLS."""
        home = next((one for one in computers(self.hall) if one.serves), None)
        if home is None:
            return (SERVER, COLLECTOR) if self.hall.machines else names_of(self.hall)
        return tuple(dict.fromkeys((SERVER, COLLECTOR, *self.names_on(home.name))))

    def names_on(self, machine: str) -> tuple[str, ...]:
        """The MQTT names of what runs on a machine, its agent last."""
        declared = self.hall.machines[machine].runs
        serves = SERVER in declared
        placed = {device for one in self.hall.machines.values() for device in one.runs}
        shared = [sign for sign in self.hall.signs if serves and sign not in placed]  # virtual ones run with the server
        own = [COLLECTOR] if serves else []
        return tuple(dict.fromkeys((*declared, *own, *shared, machine)))

    def hosts(self) -> tuple[str, ...]:
        """The addresses and names at which machines find the hall server."""
        home = machine_of(self.hall, SERVER)
        named = (self.hall.network.server, *((home, f"{home}.local") if home else ()), self.hall.broker.listen)
        return tuple(dict.fromkeys(host for host in (*named, *_OWN_NAMES) if host and host not in _EVERYWHERE))

    def _held(self, name: str, now: datetime) -> Held:
        if name in self.read().revoked:
            return self.held(name)
        made = False
        if self.by_certificate(name) and not self._has_certificate(name):
            write_once(self._file(name, "key"), authority.new_key())
            write_whole(self._file(name, "pem"), self._sign(name, read_whole(self._file(name, "key")), now))
            made = True
        if self.by_password(name) and not self._file(name, "password").exists():
            write_once(self._file(name, "password"), new_password())
            made = True
        held = self.held(name)
        return _made(held) if made else held

    def _has_certificate(self, name: str) -> bool:
        content = read_or_none(self._file(name, "pem"))
        if content is None:
            return False
        try:
            hosts = authority.hosts_of(content)
        except ValueError as error:
            raise self._damaged(self._file(name, "pem")) from error
        return name != SERVER or set(hosts) >= set(self.hosts())

    def _sign(self, name: str, key: bytes, now: datetime) -> bytes:
        hosts = self.hosts() if name == SERVER else ()
        try:
            signed = authority.issue(self.ca_key, self.ca, name, key, now, hosts)
        except (ValueError, TypeError) as error:
            raise self._damaged(self._file(name, "key")) from error
        paper = authority.read_paper(signed)
        self.write(ledger.with_issued(self.read(), name, paper.serial, paper.ends))
        return signed

    def _file(self, name: str, kind: str) -> Path:
        return self.identity / f"{name}.{kind}"

    @staticmethod
    def _damaged(path: Path) -> IdentityError:
        if not path.exists():
            return unusable(path, FileNotFoundError(2, "it is missing, restore it from your copy"))
        return IdentityError(
            Names(f"{path} 已损坏，请从备份恢复", f"{path} is damaged: restore it from your copy of the folder")
        )


def _made(held: Held) -> Held:
    return Held(held.name, held.ends, made=True, revoked=held.revoked)

"""The files by which the hall's message broker knows who may connect and do what, and who was revoked.

They lie in ``broker`` in the identity folder of the hall server (``JIAOHAO_IDENTITY``). ``python -m firmware_config
identity`` and ``revoke`` write them, Mosquitto reads them at its start and at SIGHUP, the server reads who was revoked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from broker.runtime.errors import SettingError
from broker.runtime.link_identity import identity_folder

FOLDER = "broker"
CA, CERTIFICATE, KEY, CRL = "ca.pem", "server.pem", "server.key", "crl.pem"
PASSWORDS, RIGHTS, REVOKED, PID = "passwords", "rights", "revoked.json", "mosquitto.pid"
KEEPER = "_keeper"
"""The user who throws revoked devices out, on the loopback listener only; names of devices have no ``_``."""


@dataclass(frozen=True)
class MqttAccess:
    """Mosquitto's files of users and rights, without which it listens on this machine only.

    ``certificates``: devices prove themselves by a certificate of the hall's authority, else by a password of theirs.
    """

    folder: Path
    certificates: bool = True

    @property
    def pid_file(self) -> Path:
        return self.folder / PID

    def file(self, name: str) -> Path:
        return self.folder / name


class Revoked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``revoked.json``: names that may not connect any more; it tells no secret."""

    names: tuple[str, ...] = ()
    certificates: bool = True


def access_of(environment: Mapping[str, str] | None = None) -> MqttAccess | None:
    """The files of this machine's broker; None where no identity was made, or this is not the hall server.

    SettingError when they are there but cannot be read.
    """
    identity = identity_folder(environment)
    if identity is None or not (identity / FOLDER).is_dir():
        return None
    folder = identity / FOLDER
    return MqttAccess(folder.absolute(), read_revoked(folder).certificates)


def read_revoked(folder: Path) -> Revoked:
    """Who was revoked; SettingError when the file is missing or damaged."""
    path = folder / REVOKED
    try:
        return msgspec.json.decode(path.read_bytes(), type=Revoked)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise SettingError(str(path), f"cannot be read ({why})", f"无法读取（{why}）") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SettingError(
            str(path),
            f"is damaged ({error}); make it anew: python -m firmware_config identity",
            f"已损坏（{error}）；请重新运行 python -m firmware_config identity",
        ) from error

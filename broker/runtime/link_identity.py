"""By what a program proves to the message broker who it is: files in the folder that ``JIAOHAO_IDENTITY`` names.

``ca.pem`` is the hall's authority; ``NAME.pem`` and ``NAME.key`` are a program's own certificate and key, or
``NAME.password`` its password, where NAME is its device name. They are read anew for each connection, so what was
renewed is used from the next one on. A password goes over an encrypted line only, or never leaves the machine.
"""

import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from broker.runtime.errors import SettingError
from broker.runtime.link.parts import Address, Credentials, LinkOptions, parse_address

ENVIRONMENT_NAME = "JIAOHAO_IDENTITY"
CA_FILE = "ca.pem"
PASSWORD_BYTES_MOST = 1_024


def identity_folder(environment: Mapping[str, str] | None = None) -> Path | None:
    """The folder of this machine's identities; None where none is named: a hall of one machine needs none."""
    told = (os.environ if environment is None else environment).get(ENVIRONMENT_NAME, "").strip()
    return Path(told) if told else None


def with_identity(
    options: LinkOptions, name: str, environment: Mapping[str, str] | None = None, *, check: str = ""
) -> LinkOptions:
    """The options of a link that proves to be ``name``; as they are where the environment names no identity.

    ``check`` is the address it will connect to: SettingError now when the files for it are missing or unreadable, for
    programs that would be of no use. Others go on: their link says it at each try, and connects once they are there.
    """
    folder = identity_folder(environment)
    if folder is None:
        return options
    identity = LinkIdentity(folder, name)
    if check:
        identity.credentials(parse_address(check))
    return replace(options, identity=identity.credentials)


@dataclass(frozen=True)
class LinkIdentity:
    """The files of one name in one folder."""

    folder: Path = field(repr=False)
    name: str

    def credentials(self, address: Address) -> Credentials:
        """What to show at this address. SettingError, which names the file, when something is missing or unusable."""
        if address.encrypted:
            return self._encrypted()
        if not is_this_machine(address.host):
            raise SettingError(
                ENVIRONMENT_NAME,
                f"{address} is not encrypted: who has an identity connects by mqtts://",
                f"{address} 没有加密：有身份的设备要用 mqtts:// 连接",
            )
        return Credentials(username=self.name, password=self._password(self._file("password")))

    def _encrypted(self) -> Credentials:
        authority = self._file("", CA_FILE)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # certificate and host name are checked
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        try:
            context.load_verify_locations(cadata=_read(authority).decode("ascii"))
        except (ssl.SSLError, ValueError):
            raise _unusable(authority, "no certificate in PEM", "不是 PEM 格式的证书") from None
        certificate, key, password = (self._file(kind) for kind in ("pem", "key", "password"))
        if not certificate.exists() and password.exists():
            return Credentials(context=context, username=self.name, password=self._password(password))
        _read(certificate)
        _read(key)
        try:
            context.load_cert_chain(certificate, key, _no_passphrase)
        except (ssl.SSLError, _Locked, OSError):
            raise _unusable(
                key, f"no key without a passphrase for {certificate}", f"不是 {certificate} 的私钥，或有口令"
            ) from None
        return Credentials(context=context)

    def _password(self, path: Path) -> str:
        try:
            password = _read(path).decode("ascii").strip()
        except UnicodeDecodeError:
            password = ""
        if not password or not password.isprintable():
            raise _unusable(path, "no password of one line in ASCII", "不是一行 ASCII 密码")
        return password

    def _file(self, kind: str, name: str = "") -> Path:
        return self.folder / (name or f"{self.name}.{kind}")


def is_this_machine(host: str) -> bool:
    """Whether what is said to this host never leaves the machine."""
    return host in ("localhost", "::1") or host.startswith("127.")


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(64 * PASSWORD_BYTES_MOST)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise SettingError(
            ENVIRONMENT_NAME,
            f"{path} cannot be read ({why}); the hall's identities are made by python -m firmware_config identity",
            f"无法读取 {path}（{why}）；大厅各设备的身份由 python -m firmware_config identity 生成",
        ) from error


def _unusable(path: Path, why: str, why_zh: str) -> SettingError:
    return SettingError(ENVIRONMENT_NAME, f"{path} holds {why}", f"{path} {why_zh}")


class _Locked(Exception):
    """The key asks for a passphrase, and nobody would type it."""


def _no_passphrase() -> bytes:
    raise _Locked

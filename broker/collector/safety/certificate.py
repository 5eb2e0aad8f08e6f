"""The certificate with which the collector itself speaks HTTPS: two files in PEM, read again when they are renewed."""

import logging
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509

from broker.model.hall import Hall
from broker.model.words import Names
from broker.runtime.errors import SettingError

WARNED_BEFORE = timedelta(days=14)
_CERTIFICATE, _KEY = "web.tls_certificate", "web.tls_key"
_log = logging.getLogger(__name__)


class Certificate:
    """``chain``: the server's certificate first, then those between it and its root; ``key``: without a passphrase.

    Raises SettingError, which says what is wrong with which of the two.
    """

    def __init__(self, chain: Path, key: Path) -> None:
        self._chain, self._key = chain, key
        self.context, self.ends = _read(chain, key)
        self._seen = self._stamp()

    def refresh(self) -> bool:
        """Whether renewed files were taken for connections from now on; unusable ones are told once and not taken."""
        stamp = self._stamp()
        if stamp == self._seen:
            return False
        self._seen = stamp
        try:
            self.context, self.ends = _read(self._chain, self._key)
        except SettingError as error:
            _log.error("the old certificate stays in use: %s", error)
            return False
        _log.info("a renewed certificate is in use, good until %s", self.ends.date())
        return True

    def hints(self, now: datetime) -> tuple[Names, ...]:
        """What who looks after the hall should know: that it has ended, or soon will."""
        day = f"{self.ends:%Y-%m-%d}"
        if self.ends <= now:
            return (Names(f"提示：网页证书已于 {day} 到期", f"note: the web certificate ended on {day}"),)
        if self.ends - now < WARNED_BEFORE:
            return (Names(f"提示：网页证书将于 {day} 到期", f"note: the web certificate ends on {day}"),)
        return ()

    def _stamp(self) -> tuple[tuple[int, int, int], ...]:
        found = []
        for path in (self._chain, self._key):
            try:
                status = path.stat()
                found.append((status.st_mtime_ns, status.st_size, status.st_ino))
            except OSError:
                found.append((0, 0, 0))
        return tuple(found)


def certificate_of(hall: Hall) -> Certificate | None:
    """The hall's own certificate; None where it speaks HTTP. SettingError when a file cannot be used."""
    if not hall.web.tls_certificate:
        return None
    return Certificate(Path(hall.web.tls_certificate), Path(hall.web.tls_key))


def _read(chain: Path, key: Path) -> tuple[ssl.SSLContext, datetime]:
    try:
        ends = x509.load_pem_x509_certificate(_bytes(_CERTIFICATE, chain)).not_valid_after_utc
    except ValueError:
        raise SettingError(
            _CERTIFICATE, f"{chain} holds no certificate in PEM", f"{chain} 不是 PEM 格式的证书"
        ) from None
    if b"PRIVATE KEY" not in _bytes(_KEY, key):
        raise SettingError(_KEY, f"{key} holds no private key in PEM", f"{key} 不是 PEM 格式的私钥")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_RENEGOTIATION
    context.set_alpn_protocols(["http/1.1"])
    try:
        context.load_cert_chain(chain, key, _no_passphrase)
    except _Locked:
        raise SettingError(
            _KEY,
            f"{key} has a passphrase, which nobody types when the hall starts; give one without",
            f"{key} 有口令，开机时无人输入；请改用没有口令的私钥",
        ) from None
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            why = f"{key} does not belong to the certificate {chain}", f"{key} 与证书 {chain} 不是一对"
            raise SettingError(_KEY, *why) from None
        why = f"{chain} and {key} cannot be used ({error.reason})", f"{chain} 和 {key} 不能使用（{error.reason}）"
        raise SettingError(_CERTIFICATE, *why) from None
    return context, ends.astimezone(UTC)


def _bytes(setting: str, path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise SettingError(setting, f"{path} cannot be read ({why})", f"无法读取 {path}（{why}）") from None


class _Locked(Exception):
    """The key asks for a passphrase."""


def _no_passphrase() -> bytes:
    raise _Locked

"""A device without an identity asks the hall server for one. Its private key is made here and never leaves the device.

The first thing it learns is the hall's authority, from a server that nobody vouches for yet; all the rest is said
over TLS that this authority proves. Who that authority is, is settled by the code (``enrol_code``), or told beforehand
by its fingerprint, so that no other is taken.
"""

import contextlib
import http.client
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from broker.model.words import Names
from broker.runtime.link_identity import CA_FILE
from firmware_config.identity import authority, enrol_code
from firmware_config.identity.enrol_server import PORT
from firmware_config.identity.files import IdentityError, make_folder, read_or_none, remove, write_once, write_whole

KEY_FILE = "enrol.key"
ANSWER_BYTES_MOST = 262_144
_ASK_EVERY_S = 1.0
_WITHIN_S = 10.0
_KINDS = (".pem", ".password")


class Lapsed(Exception):
    """The code is not known to the desk any more: begin anew."""


class NotReached(Exception):
    """The desk is closed, or does not answer; the text says what was met."""


@dataclass(frozen=True)
class Shown:
    """What the device shows: the code to type, the text of the QR code, the authority's fingerprint in hexadecimal."""

    code: str
    scanned: str
    ca_print: str


class _Ticket(msgspec.Struct, frozen=True):
    ticket: str
    number: str


class _Answer(msgspec.Struct, frozen=True):
    files: dict[str, str]


class Applicant:
    """Asks once: ``ask`` gives what to show, ``wait`` returns the names once somebody let it in."""

    def __init__(self, host: str, into: Path, port: int = PORT, ca_print: str = "") -> None:
        self._host, self._port, self._into = host, port, into
        self._expected = ca_print.lower().replace(":", "")
        self._ticket = ""
        self._ca = b""
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._context.minimum_version = ssl.TLSVersion.TLSv1_2

    def ask(self) -> Shown:
        """Meet the authority, send the request. NotReached; IdentityError: it is not the authority it was told of."""
        self._ca = self._meet()
        met = authority.ca_print(self._ca)
        if self._expected and met.hex() != self._expected:
            raise IdentityError(
                Names(
                    f"{self._host} 的发证机构不是所给的那一个：网络里可能有人冒充大厅主机",
                    f"the authority at {self._host} is not the one that was told: somebody may play the hall server",
                )
            )
        self._context.load_verify_locations(cadata=self._ca.decode("ascii"))
        make_folder(self._into)
        write_once(self._into / KEY_FILE, authority.new_key())
        request = authority.request("device", read_or_none(self._into / KEY_FILE) or b"")
        status, content = self._say(self._context, "POST", "/enrol", request)
        if status != 201:
            raise NotReached(f"the desk answers {status}: {_sentence(content)}")
        try:
            drawn = msgspec.json.decode(content, type=_Ticket)
            number = bytes.fromhex(drawn.number)
            digest = enrol_code.digest_of(authority.key_print(request), met, number)
        except ValueError as error:
            raise NotReached("the desk's answer cannot be read") from error
        self._ticket = drawn.ticket
        return Shown(enrol_code.code_of(digest), enrol_code.scanned_of(digest, met), met.hex())

    def wait(self, stopping: threading.Event, within_s: float = 1_200.0) -> tuple[str, ...]:
        """The names under which the device may connect from now on; none when stopped. Lapsed, IdentityError."""
        until_s = time.monotonic() + within_s
        while not stopping.is_set() and time.monotonic() < until_s:
            with contextlib.suppress(NotReached):  # a server that is restarted; what lapsed it says itself
                status, content = self._say(self._context, "GET", "/enrol", b"")
                if status == 200:
                    return self._take(content)
                if status == 404:
                    raise Lapsed
            stopping.wait(_ASK_EVERY_S)
        if not stopping.is_set():
            raise Lapsed
        return ()

    def _take(self, content: bytes) -> tuple[str, ...]:
        """Write the identity: keys first, ``ca.pem`` last, which says that the whole is there."""
        key = read_or_none(self._into / KEY_FILE) or b""
        try:
            files = msgspec.json.decode(content, type=_Answer).files
            if not files or not all(_is_ours(name) for name in files):
                raise ValueError("files of other names")
            for name, text in files.items():
                if name.endswith(".pem") and not authority.is_good(self._ca, text.encode(), key, name[:-4]):
                    raise ValueError(f"{name} is not for this device's key, or of another authority")
        except ValueError as error:
            raise IdentityError(
                Names(
                    f"大厅主机给的身份不能用（{error}）",
                    f"the identity that the hall server gave is of no use: {error}",
                )
            ) from error
        names = tuple(dict.fromkeys(name.rpartition(".")[0] for name in files))
        for name in names:
            if f"{name}.pem" in files:
                write_whole(self._into / f"{name}.key", key)
        for name, text in files.items():
            write_whole(self._into / name, text.encode())
        write_whole(self._into / CA_FILE, self._ca)
        remove(self._into / KEY_FILE)
        return names

    def _meet(self) -> bytes:
        """The authority as this server says it; then it must prove it. NotReached."""
        unproved = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        unproved.minimum_version = ssl.TLSVersion.TLSv1_2
        unproved.check_hostname, unproved.verify_mode = False, ssl.CERT_NONE
        status, content = self._say(unproved, "GET", "/ca", b"")
        try:
            authority.read_paper(content)
            content.decode("ascii")
        except ValueError:
            raise NotReached(f"answers {status} and no certificate") from None
        return content

    def _say(self, context: ssl.SSLContext, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        headers = {"Authorization": f"Bearer {self._ticket}"} if self._ticket else {}
        connection = http.client.HTTPSConnection(self._host, self._port, timeout=_WITHIN_S, context=context)
        try:
            connection.request(method, path, body or None, headers)
            answer = connection.getresponse()
            return answer.status, answer.read(ANSWER_BYTES_MOST)
        except (OSError, http.client.HTTPException) as error:
            raise NotReached(f"{type(error).__name__}: {error}"[:200]) from error
        finally:
            connection.close()


def ask_until_let_in(
    make: Callable[[], Applicant], show: Callable[[Shown], None], stopping: threading.Event, pause_s: float = 5.0
) -> tuple[str, ...]:
    """Ask, show, wait, and begin anew with another code as often as it lapses; none when stopped. IdentityError."""
    while not stopping.is_set():
        applicant = make()
        try:
            show(applicant.ask())
            return applicant.wait(stopping)
        except (Lapsed, NotReached):
            stopping.wait(pause_s)
    return ()


def _is_ours(name: str) -> bool:
    """Only files of an identity folder, whatever a server may send."""
    stem, dot, kind = name.rpartition(".")
    return f"{dot}{kind}" in _KINDS and stem != "ca" and all(letter.isalnum() or letter == "-" for letter in stem)


def _sentence(content: bytes) -> str:
    try:
        return str(msgspec.json.decode(content, type=dict[str, str]).get("en", ""))[:200]
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""

"""One POST over HTTP(S) with a limit in time and size, no redirects, and a say in which addresses it may go to."""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from broker.collector.notify.ways import TIMEOUT_S, NotDelivered

ANSWER_MOST_BYTES = 4_096
WHOLE_S = 20.0
"""All of one exchange: whoever answers a byte now and then would otherwise hold up everybody else's messages."""
AddressRule = Callable[[str], bool]
"""Whether a connection to this IP address is allowed."""


@dataclass(frozen=True)
class Posted:
    """What came back."""

    status: int
    after: str
    body: bytes


def is_public(address: str) -> bool:
    """Whether an IP address is one of the Internet: no private, loopback, link-local, multicast or other network.

    An IPv6 address that carries an IPv4 one (mapped, 6to4, NAT64, Teredo) counts as what it carries.
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            found = found.ipv4_mapped
        elif found.sixtofour is not None or found.teredo is not None or found in _NAT64:
            return False
    return found.is_global and not found.is_multicast


_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    allow: AddressRule | None = None,
    timeout_s: float = TIMEOUT_S,
    whole_s: float = WHOLE_S,
    trust: ssl.SSLContext | None = None,
) -> Posted:
    """Send and read the answer; NotDelivered when nobody answers or no address of the host is allowed.

    The address that was judged is the one connected to, so a name cannot lead elsewhere a moment later.
    """
    parts = urlsplit(url)
    secure, host = parts.scheme == "https", parts.hostname or ""
    port = parts.port or (443 if secure else 80)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    address = _address_of(host, port, allow)
    connection = http.client.HTTPConnection(host, port, timeout=timeout_s)
    try:
        plain = socket.create_connection((address, port), timeout_s)
        with _cut_after(plain, whole_s) as is_cut:
            trusted = trust or ssl.create_default_context()
            connection.sock = trusted.wrap_socket(plain, server_hostname=host) if secure else plain
            connection.request("POST", target, body, dict(headers))
            reply = connection.getresponse()
            posted = Posted(reply.status, reply.headers.get("Retry-After", ""), reply.read(ANSWER_MOST_BYTES))
        if is_cut.is_set():  # what was heard until then may look like a whole answer
            raise NotDelivered("no answer (too slow)")
        return posted
    except ssl.SSLError as error:
        raise NotDelivered(f"TLS: {error.reason or type(error).__name__}") from None
    except (OSError, http.client.HTTPException) as error:
        raise NotDelivered(f"no answer ({type(error).__name__})") from None
    finally:
        connection.close()


@contextlib.contextmanager
def _cut_after(plain: socket.socket, whole_s: float) -> Iterator[threading.Event]:
    """End the connection after so many seconds, whatever it is doing; the event says that it came to that.

    A second handle lasts through the wrapping.
    """
    cut = threading.Event()
    with plain.dup() as handle:
        timer = threading.Timer(whole_s, _cut, (handle, cut))
        timer.daemon = True
        timer.start()
        try:
            yield cut
        finally:
            timer.cancel()
            timer.join()


def _cut(handle: socket.socket, cut: threading.Event) -> None:
    cut.set()
    with contextlib.suppress(OSError):
        handle.shutdown(socket.SHUT_RDWR)


def _address_of(host: str, port: int, allow: AddressRule | None) -> str:
    try:
        found = [str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except OSError:
        raise NotDelivered("the name of the server is not known") from None
    if allow is not None and not all(allow(address) for address in found):
        raise NotDelivered("the server is not one of the Internet", for_good=True)
    return found[0]

"""Cross-checks of how the hall's programs are reached: the broker, the web, whose word a proxy's is, HTTPS."""

import ipaddress
from collections.abc import Callable, Iterator

from broker.model.hall import Hall
from broker.model.hall_mistakes import Mistake, complain, twice

SMALLEST_PREFIX = 8
"""A network of proxies wider than this holds everybody, and everybody could name himself as he likes."""


def _network(hall: Hall) -> Iterator[Mistake]:
    url, public, port = hall.broker.url, hall.collector.public_url, hall.collector.port
    if url != "auto" and not (url.startswith(("mqtt://", "mqtts://")) and len(url.split("://")[1]) > 0):
        yield complain("broker.url", "broker_url")
    if public and not (public.startswith(("http://", "https://")) and len(public.split("://")[1]) > 0):
        yield complain("collector.public_url", "public_url")
    if url == "auto" and not _is_loopback(hall.broker.listen) and not hall.machines:
        yield complain("broker.listen", "broker_on_network")
    if url == "auto" and hall.broker.secure_port in (hall.broker.port, port):
        taken = "broker.port" if hall.broker.secure_port == hall.broker.port else "collector.port"
        yield complain("broker.secure_port", "secure_port_taken", port=hall.broker.secure_port, other=taken)
    if port and url == "auto" and port == hall.broker.port:
        yield complain("collector.port", "ports_equal", port=port)
    for proxy in hall.collector.trusted_proxies:
        try:
            network = ipaddress.ip_network(proxy)
        except ValueError:
            yield complain("collector.trusted_proxies", "no_such_network", given=proxy)
        else:
            if network.prefixlen < SMALLEST_PREFIX:
                yield complain("collector.trusted_proxies", "too_wide_network", given=proxy)
    yield from twice("collector.trusted_proxies", hall.collector.trusted_proxies)


def _tls(hall: Hall) -> Iterator[Mistake]:
    files = {"tls_certificate": hall.web.tls_certificate, "tls_key": hall.web.tls_key}
    for name, path in files.items():
        if bool(path) != any(files.values()):
            yield complain(f"web.{name}", "tls_half")
        elif path and not path.startswith("/"):
            yield complain(f"web.{name}", "tls_path", given=path)
    if all(files.values()) and not hall.collector.public_url.startswith("https://"):
        yield complain("collector.public_url", "tls_public_url")


def _is_loopback(host: str) -> bool:
    return host in ("localhost", "::1") or host.startswith("127.")


NETWORK_CHECKS: tuple[tuple[Callable[[Hall], Iterator[Mistake]], str], ...] = (
    (_network, "broker collector machines"),
    (_tls, "collector web"),
)
"""Check and the tables it reads."""

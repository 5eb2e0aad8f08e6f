"""Who really asks, where a reverse proxy stands between: only proxies that the hall file names are believed."""

import ipaddress
from collections.abc import Callable, Iterable
from typing import Any

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
WsgiApplication = Callable[[dict[str, Any], Any], Any]


class TrustedProxies:
    """``named`` are addresses (``127.0.0.1``) and networks (``10.0.0.0/24``), as ``hall_checks`` lets them pass."""

    def __init__(self, named: Iterable[str]) -> None:
        self._networks = [ipaddress.ip_network(one) for one in named]

    def __contains__(self, address: str) -> bool:
        """Whether this address is such a proxy."""
        found = _parsed(address)
        return found is not None and any(found in network for network in self._networks)

    def far_end(self, near: str, told: str) -> str:
        """Who asks, given the connection's address and the ``X-Forwarded-For`` that came with it.

        Each proxy adds whom it heard at the end, so it is read from there, as long as who added it is believed. What
        stands before the first stranger may be made up by him.
        """
        hops = told.split(",") if told else []
        while hops and near in self:
            before = _parsed(hops.pop())
            if before is None:
                break
            near = str(before)
        return near

    def around(self, application: WsgiApplication) -> WsgiApplication:
        """The application, to which the far end looks as if it had connected by itself."""

        def told(environ: dict[str, Any], start_response: Any) -> Any:
            near = environ.get("REMOTE_ADDR") or ""
            environ["REMOTE_ADDR"] = self.far_end(near, environ.get("HTTP_X_FORWARDED_FOR", ""))
            return application(environ, start_response)

        return told


def _parsed(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address

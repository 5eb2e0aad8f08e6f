"""Where the MQTT broker and the collector are: the hall file says it, the environment may overrule it."""

import os
from collections.abc import Mapping
from urllib.parse import urlsplit

from broker.model.hall import Hall
from broker.runtime.errors import SettingError
from broker.runtime.link_identity import is_this_machine

MQTT_ENVIRONMENT_NAME = "JIAOHAO_MQTT_URL"
COLLECTOR_ENVIRONMENT_NAME = "JIAOHAO_COLLECTOR_URL"
DEVICE_KEY_ENVIRONMENT_NAME = "JIAOHAO_DEVICE_KEY"
"""What evaluators show to the collector, the same on all machines of the hall."""
WINDOWS_ENVIRONMENT_NAME = "JIAOHAO_WINDOWS"
"""``1``: virtual screens open windows too, where there is a desktop."""
_OWN_END = {"0.0.0.0": "127.0.0.1", "::": "::1"}


def mqtt_url(hall: Hall, environment: Mapping[str, str] | None = None) -> str:
    """The address every process connects to; ``auto`` means the broker node's own listener on this machine."""
    told = (os.environ if environment is None else environment).get(MQTT_ENVIRONMENT_NAME)
    if told:
        return told
    if hall.broker.url != "auto":
        return hall.broker.url
    return f"mqtt://{in_url(_own_listener(hall))}:{hall.broker.port}"


def collector_url(hall: Hall, environment: Mapping[str, str] | None = None) -> str:
    """Base URL of the collector, without a trailing slash, for devices that post to it."""
    told = (os.environ if environment is None else environment).get(COLLECTOR_ENVIRONMENT_NAME)
    if hall.web.tls_certificate and not told:
        return hall.collector.public_url.rstrip("/")  # the certificate is for this name
    return (told or f"http://{in_url(reachable(hall.collector.listen))}:{hall.collector.port}").rstrip("/")


def mqtt_listen(hall: Hall, environment: Mapping[str, str] | None = None) -> tuple[str, int]:
    """Host and port on which the broker node's own MQTT broker serves this machine, without TLS; SettingError when the
    environment's is unreadable. Always loopback: the environment moves a port, it never opens a wider listener.
    """
    return _own_listener(hall), _told_port(("mqtt", "ws"), environment) or hall.broker.port


def secure_listen(hall: Hall, environment: Mapping[str, str] | None = None) -> tuple[str, int]:
    """Host and port on which it serves other machines, with TLS and identities; the environment moves the port."""
    return hall.broker.listen, _told_port(("mqtts", "wss"), environment) or hall.broker.secure_port


def _told_port(schemes: tuple[str, ...], environment: Mapping[str, str] | None) -> int | None:
    told = (os.environ if environment is None else environment).get(MQTT_ENVIRONMENT_NAME)
    port = host_and_port(MQTT_ENVIRONMENT_NAME, told)[1] if told else None
    return port if told and told.partition("://")[0] in schemes else None


def _own_listener(hall: Hall) -> str:
    return hall.broker.listen if is_this_machine(hall.broker.listen) else "127.0.0.1"


def host_and_port(setting: str, url: str) -> tuple[str | None, int | None]:
    """What a URL names of host and port; SettingError, which names the ``setting``, when it cannot be read."""
    try:
        parts = urlsplit(url)
        return parts.hostname, parts.port
    except ValueError:
        raise SettingError(setting, "host or port cannot be read") from None


def device_key(environment: Mapping[str, str] | None = None) -> str:
    """The hall's device key, empty when there is none; SettingError when no HTTP header can carry it."""
    key = (os.environ if environment is None else environment).get(DEVICE_KEY_ENVIRONMENT_NAME, "")
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise SettingError(DEVICE_KEY_ENVIRONMENT_NAME, "may hold letters, digits and signs of ASCII only, no blanks")
    return key


def public_url(hall: Hall, environment: Mapping[str, str] | None = None) -> str:
    """What QR codes point to: the hall's public address; where that is this machine itself, as it is found here."""
    declared = hall.collector.public_url.rstrip("/")
    told = (os.environ if environment is None else environment).get(COLLECTOR_ENVIRONMENT_NAME)
    here = urlsplit(declared).hostname in ("127.0.0.1", "localhost", "::1")
    return told.rstrip("/") if told and here else declared


def reachable(listen: str) -> str:
    """A host of this machine to connect to for a listening address."""
    return _OWN_END.get(listen, listen)


def in_url(host: str) -> str:
    """A host as it stands in a URL: an IPv6 address in brackets."""
    return f"[{host}]" if ":" in host else host

"""Mosquitto as a private child process: where its program is, and the configuration written for it.

No persistence: commands live in outboxes, views are published again, and Mosquitto's own persistence either loses what
it acknowledged or writes half a megabyte per message. Anonymous clients only where nobody but this machine can connect;
with the files of ``mqtt_access`` everybody has a name and rights, and other machines come by TLS.
"""

import os
import pwd
import shutil
from pathlib import Path

from broker.contract.envelope import SOUND_LIMIT_BYTES
from broker.runtime.errors import SettingError
from broker.runtime.mqtt_access import CA, CERTIFICATE, CRL, KEY, PASSWORDS, RIGHTS, MqttAccess
from broker.runtime.mqtt_child import Listen

PROGRAM_ENVIRONMENT_NAME = "JIAOHAO_MOSQUITTO"
_PLACES = "/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin"
_HEADER_BYTES = 1_024
_BOUNDS = (
    "persistence false",
    "set_tcp_nodelay true",
    f"max_packet_size {SOUND_LIMIT_BYTES + _HEADER_BYTES}",
    "max_connections 500",
    "max_inflight_messages 100",
    "max_queued_messages 2000",
    "max_queued_bytes 67108864",
    "memory_limit 268435456",
    "max_keepalive 120",
    "log_dest stderr",
    "log_type error",
    "log_type warning",
    "log_type notice",
    "connection_messages false",
    "sys_interval 0",
)


def find_mosquitto(environment: dict[str, str]) -> Path | None:
    """The program, from ``JIAOHAO_MOSQUITTO``, the path, or where Debian keeps it."""
    named = environment.get(PROGRAM_ENVIRONMENT_NAME)
    if named:
        return Path(named) if os.access(named, os.X_OK) else None
    found = shutil.which("mosquitto", path=f"{environment.get('PATH', '')}:{_PLACES}")
    return None if found is None else Path(found)


def configuration(
    listen: Listen,
    user: str,
    access: MqttAccess | None = None,
    secure: Listen | None = None,
    plugins: Path | None = None,
) -> str:
    """The text of mosquitto.conf: ``listen`` for this machine, without TLS; ``secure`` for others, where there is
    ``access``. SettingError for a listener on the network that would take anybody.

    All settings of rights are global, as ``per_listener_settings`` will not be there any more in Mosquitto 3; with
    ``plugins`` (their folder, from 2.1 on) the files of users and rights are read by plugins, as they must be then.
    """
    if not listen.loopback or (access is None and secure is not None):
        host = listen.host if secure is None else secure.host
        raise SettingError(
            "broker.listen",
            f"{host} is open to the network: that needs users and rights (python -m firmware_config identity), or"
            " listen on 127.0.0.1",
            f"{host} 向网络开放，需要先给各设备授权（python -m firmware_config identity），否则请写 127.0.0.1",
        )
    lines = [f"listener {listen.port} {listen.host}"]
    if access is not None:
        lines += _secure_listener(access, secure) if secure is not None else []
        lines += [f"pid_file {access.pid_file}", "allow_anonymous false", *_readers(access, plugins)]
    else:
        lines.append("allow_anonymous true")
    return "\n".join([*lines, f"user {user}", *_BOUNDS]) + "\n"


def _secure_listener(access: MqttAccess, secure: Listen) -> list[str]:
    """With certificates a device's name is what its certificate says, whatever it calls itself; with either, the name
    is its client id, so that nobody takes the place of another."""
    lines = [
        f"listener {secure.port} {secure.host}",
        f"cafile {access.file(CA)}",
        f"certfile {access.file(CERTIFICATE)}",
        f"keyfile {access.file(KEY)}",
        "tls_version tlsv1.2",
        "use_username_as_clientid true",
    ]
    if access.certificates:
        lines += ["require_certificate true", "use_identity_as_username true", f"crlfile {access.file(CRL)}"]
    return lines


def _readers(access: MqttAccess, plugins: Path | None) -> list[str]:
    if plugins is None:
        return [f"password_file {access.file(PASSWORDS)}", f"acl_file {access.file(RIGHTS)}"]
    return [
        f"global_plugin {plugins / 'mosquitto_password_file.so'}",
        f"plugin_opt_password_file {access.file(PASSWORDS)}",
        f"global_plugin {plugins / 'mosquitto_acl_file.so'}",
        f"plugin_opt_acl_file {access.file(RIGHTS)}",
    ]


def find_plugins(program: Path) -> Path | None:
    """The folder of the plugins that read users and rights from Mosquitto 2.1 on; None for the ones before.

    Debian keeps them in ``lib/TRIPLET``, others in ``lib``, of the prefix in which the program is.
    """
    prefix = program.resolve().parent.parent
    found = [*prefix.glob("lib/*/mosquitto_acl_file.so"), *prefix.glob("lib/mosquitto_acl_file.so")]
    return found[0].parent if found else None


class MosquittoRecipe:
    """Writes ``mosquitto.conf`` into ``folder`` and starts ``program`` with it."""

    name = "mosquitto"

    def __init__(
        self, program: Path, folder: Path, access: MqttAccess | None = None, secure: Listen | None = None
    ) -> None:
        self._program = program
        self._folder = folder
        self._access, self._secure = access, secure

    def prepare(self, listen: Listen) -> list[str]:
        # Started by root it would become the user "mosquitto", who may not read our folder.
        user = pwd.getpwuid(os.getuid()).pw_name
        file = self._folder / "mosquitto.conf"
        text = configuration(listen, user, self._access, self._secure, find_plugins(self._program))
        file.write_text(text, encoding="utf-8")
        return [str(self._program), "-c", str(file)]

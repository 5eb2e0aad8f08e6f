"""Mosquitto as a private child process: where its program is, and the configuration written for it.

No persistence: commands live in outboxes, views are published again, and Mosquitto's own persistence either loses what
it acknowledged or writes half a megabyte per message. Anonymous clients only where nobody but this machine can connect.
"""

import os
import pwd
import shutil
from dataclasses import dataclass
from pathlib import Path

from broker.contract.envelope import SOUND_LIMIT_BYTES
from broker.runtime.errors import SettingError
from broker.runtime.mqtt_child import Listen

PROGRAM_ENVIRONMENT_NAME = "JIAOHAO_MOSQUITTO"
_PLACES = "/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin"
_HEADER_BYTES = 1_024


@dataclass(frozen=True)
class MqttAccess:
    """Mosquitto's own files of users and rights, without which it listens on this machine only.

    Nothing writes such files yet, so the hall file refuses a wider ``broker.listen``; a hall of several machines names
    a broker of its own in ``broker.url``.
    """

    password_file: Path
    rights_file: Path


def find_mosquitto(environment: dict[str, str]) -> Path | None:
    """The program, from ``JIAOHAO_MOSQUITTO``, the path, or where Debian keeps it."""
    named = environment.get(PROGRAM_ENVIRONMENT_NAME)
    if named:
        return Path(named) if os.access(named, os.X_OK) else None
    found = shutil.which("mosquitto", path=f"{environment.get('PATH', '')}:{_PLACES}")
    return None if found is None else Path(found)


def configuration(listen: Listen, user: str, access: MqttAccess | None) -> str:
    """The text of mosquitto.conf. SettingError for anonymous clients on a network."""
    if access is None and not listen.loopback:
        raise SettingError(
            "broker.listen",
            f"{listen.host} is open to the network: that needs users and rights, or listen on 127.0.0.1",
        )
    lines = [
        f"listener {listen.port} {listen.host}",
        f"user {user}",
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
    ]
    if access is None:
        lines.append("allow_anonymous true")
    else:
        lines += ["allow_anonymous false", f"password_file {access.password_file}", f"acl_file {access.rights_file}"]
    return "\n".join(lines) + "\n"


class MosquittoRecipe:
    """Writes ``mosquitto.conf`` into ``folder`` and starts ``program`` with it."""

    name = "mosquitto"

    def __init__(self, program: Path, folder: Path, access: MqttAccess | None = None) -> None:
        self._program = program
        self._folder = folder
        self._access = access

    def prepare(self, listen: Listen) -> list[str]:
        # Started by root it would become the user "mosquitto", who may not read our folder.
        user = pwd.getpwuid(os.getuid()).pw_name
        file = self._folder / "mosquitto.conf"
        file.write_text(configuration(listen, user, self._access), encoding="utf-8")
        return [str(self._program), "-c", str(file)]

"""First boot of stock Raspberry Pi OS or Debian: the seed files of cloud-init (NoCloud), read once. Pure.

Raspberry Pi OS trixie reads them from its boot partition (pi-gen, stage 2, 04-cloud-init). Keys are those of cloud-init
25.1, which Debian 13 has: no ``rpi:`` module. The network's file is netplan's version 2.
"""

import hashlib
import ipaddress
import json
from collections.abc import Iterator, Sequence
from typing import Any

from broker.model.hall import Hall
from firmware_config.build.files import BOOT, File, text
from firmware_config.build.packages import packages_of
from firmware_config.machines import Computer

ADMIN = "hall-admin"
SEED = "jiaohao"
"""Folder of the boot partition with the root overlay and, where it is put there, the bundle."""
ROOT_ARCHIVE = f"{SEED}/root.tar"
MOUNTED = "/boot/firmware"
FIRST_BOOT = "/usr/local/sbin/jiaohao-first-boot"


class NoWifiPassword(ValueError):
    """A machine has no cable, and the secrets do not hold the password of the hall's wireless network."""

    def __init__(self, machine: str, network: str) -> None:
        self.machine, self.network = machine, network
        self.zh = f"{machine} 用无线网“{network}”，但没有给出密码（--wifi-password-file）"
        super().__init__(f"{machine} uses the wireless network '{network}', whose password was not given")


def files(hall: Hall, computer: Computer, made: Sequence[File], wifi_password: str | None = None) -> Iterator[File]:
    """The three seed files; ``made`` are the machine's other files: whenever one changes, a card is a new instance."""
    yield text(f"{BOOT}user-data", "#cloud-config\n" + yaml(_user_data(hall, computer)))
    yield text(f"{BOOT}meta-data", yaml(_meta_data(computer, made)))
    network = yaml(_network(hall, computer, wifi_password))
    yield text(f"{BOOT}network-config", network, 0o600)


def yaml(value: Any) -> str:
    """JSON is YAML, and no text in it needs a rule of its own for quotes; one key a line for people."""
    return "".join(f"{key}: {json.dumps(part, ensure_ascii=False)}\n" for key, part in value.items())


def _user_data(hall: Hall, computer: Computer) -> dict[str, Any]:
    admin: dict[str, Any] = {
        "name": ADMIN,
        "gecos": "Hall administrator",
        "groups": ["adm", "sudo", "systemd-journal"],
        "shell": "/bin/bash",
        "lock_passwd": True,
        "sudo": "ALL=(ALL) NOPASSWD:ALL",
        "ssh_authorized_keys": list(hall.network.ssh_keys),
    }
    unpack = ["tar", "--extract", "--file", f"{MOUNTED}/{ROOT_ARCHIVE}", "--directory", "/", "--no-overwrite-dir"]
    return {
        "hostname": computer.name,
        "prefer_fqdn_over_hostname": False,
        "timezone": hall.hall.time_zone,
        "locale": "C.UTF-8",
        "ssh_pwauth": False,
        "disable_root": True,
        "users": [admin] if hall.network.ssh_keys else [],
        "package_update": False,
        "runcmd": [unpack, [FIRST_BOOT, *packages_of(hall, computer)]],
        "final_message": f"{computer.name}: first boot ended",
    }


def _meta_data(computer: Computer, made: Sequence[File]) -> dict[str, Any]:
    digest = hashlib.sha256()
    for file in sorted(made, key=lambda one: one.path):
        digest.update(f"{file.path}\0{file.mode}\0{len(file.content)}\0".encode() + file.content)
    return {"instance-id": f"{computer.name}-{digest.hexdigest()[:16]}", "local-hostname": computer.name}


def _network(hall: Hall, computer: Computer, wifi_password: str | None) -> dict[str, Any]:
    """The one interface that a machine is reached by."""
    machine, network = computer.machine, hall.network
    link: dict[str, Any] = {"optional": True}
    if machine.address:
        link["addresses"] = [str(ipaddress.ip_interface(machine.address))]
        link["dhcp4"] = False
        if network.gateway:
            link["routes"] = [{"to": "default", "via": network.gateway}]
        if network.name_servers:
            link["nameservers"] = {"addresses": list(network.name_servers)}
    else:
        link["dhcp4"] = True
    if not machine.wifi:
        kind = {"ethernets": {"eth0": link}}
    else:
        if wifi_password is None:
            raise NoWifiPassword(computer.name, network.wifi)
        points = {network.wifi: {"password": wifi_password}}
        kind = {"wifis": {"wlan0": {**link, "access-points": points, "regulatory-domain": network.country}}}
    return {"network": {"version": 2, **kind}}

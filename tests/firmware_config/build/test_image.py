"""A machine's files: the same for the same hall, the programs of the plan, and no secret where it does not belong."""

import io
import json
import os
import subprocess
import sys
import tarfile
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
import yaml

from broker.model.hall_file import parse_hall
from firmware_config.build.cloud import NoWifiPassword
from firmware_config.build.image import image_of
from firmware_config.build.udev import id_path
from firmware_config.machines import computers
from firmware_config.plan import plan_hall
from tests.firmware_config.build.office import FILE, PASSWORD, computer, image, office, said, text

MACHINES = ("server", "pi-kiosk", "pi-board", "pi-caller", "pi-sign")
DIGEST = """
import hashlib, sys
from pathlib import Path
from broker.model.hall_file import parse_hall
from firmware_config.build.image import image_of
from firmware_config.machines import computers
text = Path(sys.argv[1]).read_text(encoding="utf-8")
digest = hashlib.sha256()
for computer in computers(parse_hall(text)):
    for file in image_of(parse_hall(text), computer, text.encode(), "x"):
        digest.update(f"{file.path} {file.mode} ".encode() + file.content)
print(digest.hexdigest())
"""


def test_the_same_hall_gives_the_same_bytes_in_any_process() -> None:
    told = set()
    for seed in ("0", "1", "77"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": "Asia/Tokyo" if seed == "1" else "UTC"}
        made = subprocess.run(
            [sys.executable, "-c", DIGEST, str(FILE)], env=environment, capture_output=True, text=True, check=True
        )
        told.add(made.stdout)
    assert len(told) == 1


def test_every_program_of_the_plan_runs_on_one_machine_as_it_does_on_a_laptop() -> None:
    hall = office()
    planned = {program.name: program.arguments for program in plan_hall(hall, "/etc/jiaohao/hall.toml")}
    found = [(one.name, program) for one in computers(hall) for program in one.programs]
    assert sorted(program.name for _, program in found) == sorted(planned)
    for machine, program in found:
        unit = said(image(machine), f"root/etc/systemd/system/jiaohao-{program.name}.service")
        assert f"ExecStart=/opt/jiaohao/current/bin/python {' '.join(planned[program.name])}\n" in unit
        assert "Type=notify" in unit and "WatchdogSec=20" in unit and "Restart=always" in unit
        assert f"Wants=jiaohao-{program.name}.service" in said(image(machine), "root/etc/systemd/system/jiaohao.target")


def test_a_kiosk_waits_for_no_network_and_no_clock() -> None:
    unit = said(image("pi-kiosk"), "root/etc/systemd/system/jiaohao-kiosk-1.service")
    assert "network" not in unit and "time-sync" not in unit


def test_a_program_may_open_its_own_gear_and_no_other() -> None:
    folder = "root/etc/systemd/system/jiaohao-"
    kiosk = said(image("pi-kiosk"), f"{folder}kiosk-1.service")
    assert "DeviceAllow=char-drm rw" in kiosk and "DeviceAllow=char-ttyUSB rw" in kiosk and "char-alsa" not in kiosk
    board = said(image("pi-board"), f"{folder}board-1.service")
    assert "DeviceAllow=char-alsa rw" in board and "gpiochip" not in board and "ttyUSB" not in board
    server = said(image("server"), f"{folder}server.service")
    assert "DeviceAllow" not in server and "PrivateDevices=yes" in server


def test_boards_differ_where_they_must() -> None:
    kiosk, caller = said(image("pi-kiosk"), "boot/config.txt"), said(image("pi-caller"), "boot/config.txt")
    assert "[pi5]" in kiosk and "rtc_bbat_vchg=3000000" in kiosk and "i2c-rtc" not in kiosk
    assert "[pi3]" in caller and "dtoverlay=i2c-rtc,ds3231" in caller
    uart = text(**{'ports = { line-a = "usb:1.2" }': 'ports = { line-a = "uart" }'})
    assert "dtoverlay=disable-bt" in said(image("pi-caller", uart), "boot/config.txt")
    moved = uart.replace('[machines.pi-caller]\nboard = "pi3"', '[machines.pi-caller]\nboard = "pi5"')
    assert "dtoverlay=uart0-pi5" in said(image("pi-caller", moved), "boot/config.txt")
    assert 'KERNEL=="ttyAMA0", SYMLINK+="hall/line-a"' in said(
        image("pi-caller", moved), "root/etc/udev/rules.d/90-jiaohao.rules"
    )
    assert "noaudio" in said(image("pi-board"), "boot/config.txt") and "CARD=Headphones" in said(
        image("pi-board"), "root/etc/asound.conf"
    )
    assert "root/etc/asound.conf" not in image("pi-kiosk"), "nobody hears it"
    assert not any(path.startswith("boot/") for path in image("server")), "a PC has no boot partition of ours"


@pytest.mark.parametrize(
    ("place", "fits", "does_not"),
    [
        (
            "usb:1.3",
            "platform-fd500000.pcie-pci-0000:01:00.0-usb-0:1.3:1.0",
            ("platform-fd500000.pcie-pci-0000:01:00.0-usb-0:1.3.1:1.0", "platform-3f980000.usb-usb-0:1.2:1.0"),
        ),
        (
            "usb0:1",
            "platform-xhci-hcd.0-usb-0:1:1.0",
            ("platform-xhci-hcd.1-usb-0:1:1.0", "platform-xhci-hcd.0-usb-0:1.1:1.0"),
        ),
        ("usb:1.2:1", "platform-3f980000.usb-usb-0:1.2:1.1", ("platform-3f980000.usb-usb-0:1.2:1.0",)),
    ],
)
def test_a_port_is_itself_and_no_other(place: str, fits: str, does_not: tuple[str, ...]) -> None:
    """As udev matches: a glob over what ``path_id`` says of the port."""
    assert fnmatchcase(fits, id_path(place))
    assert not [other for other in does_not if fnmatchcase(other, id_path(place))]


def test_first_boot_is_read_as_yaml_by_others_and_names_a_new_instance_when_anything_changed() -> None:
    files = image("pi-kiosk")
    user, meta = yaml.safe_load(said(files, "boot/user-data")), yaml.safe_load(said(files, "boot/meta-data"))
    assert said(files, "boot/user-data").startswith("#cloud-config\n")
    assert user["hostname"] == meta["local-hostname"] == "pi-kiosk" and user["ssh_pwauth"] is False
    assert user["users"] == [], "without a key nobody can log in, and the image's own user is not made"
    other = image("pi-kiosk", text(**{"baud=115200": "baud=9600"}))
    assert yaml.safe_load(said(other, "boot/meta-data"))["instance-id"] != meta["instance-id"]
    assert image("pi-kiosk")["boot/meta-data"] == files["boot/meta-data"]
    network = yaml.safe_load(said(files, "boot/network-config"))["network"]["ethernets"]["eth0"]
    assert network["addresses"] == ["10.20.0.21/24"] and network["dhcp4"] is False
    assert network["routes"] == [{"to": "default", "via": "10.20.0.1"}]


def test_the_wireless_password_stands_in_one_file_for_its_owner_alone() -> None:
    files = image("pi-sign")
    holding = [path for path, file in files.items() if PASSWORD.encode() in file.content]
    assert holding == ["boot/network-config"] and files["boot/network-config"].mode == 0o600
    for name in MACHINES[:-1]:
        assert not [path for path, file in image(name).items() if PASSWORD.encode() in file.content], name
    with pytest.raises(NoWifiPassword, match="hall-signs") as refused:
        image_of(office(), computer("pi-sign"), b"")
    assert "pi-sign" in refused.value.zh


@pytest.mark.parametrize("name", MACHINES)
def test_the_archive_is_the_root_overlay_and_belongs_to_root(name: str) -> None:
    files = image(name)
    place = "install/root.tar" if name == "server" else "boot/jiaohao/root.tar"
    with tarfile.open(fileobj=io.BytesIO(files[place].content)) as archive:
        held = {f"root/{entry.name}": entry for entry in archive.getmembers()}
        assert set(held) == {path for path in files if path.startswith("root/")}
        for path, entry in held.items():
            read = archive.extractfile(entry)
            assert read is not None and read.read() == files[path].content and entry.mode == files[path].mode
            assert entry.isreg() and (entry.uid, entry.gid, entry.mtime) == (0, 0, 0)
            assert entry.uname == entry.gname == "root", path


def test_only_the_server_is_reached_and_only_from_where_the_hall_says() -> None:
    server, kiosk = said(image("server"), "root/etc/nftables.conf"), said(image("pi-kiosk"), "root/etc/nftables.conf")
    assert "policy drop" in server and "ip saddr { 10.20.0.0/24 } tcp dport 8883 accept" in server
    assert "tcp dport 8080 accept" in server and "udp dport 123 accept" in server
    assert "dport 22" not in server + kiosk, "nobody has a key"
    assert "8883" not in kiosk and "8080" not in kiosk
    keyed = text(**{"# ssh_keys = [": f'ssh_keys = ["ssh-ed25519 {"A" * 68} someone"] # ['})
    opened = said(image("pi-kiosk", keyed), "root/etc/nftables.conf")
    assert "ip saddr { 10.20.0.10/32 } tcp dport 22 accept" in opened
    admin = yaml.safe_load(said(image("pi-kiosk", keyed), "boot/user-data"))["users"]
    assert [one["name"] for one in admin] == ["hall-admin"] and admin[0]["lock_passwd"] is True


def test_two_windows_of_a_machine_share_its_card_through_a_session() -> None:
    both = (
        text(**{'runs = ["board-1"]': 'runs = ["board-1", "sign-1"]', 'screens = ["1920x1080@60"]': ""})
        .replace('counter = "counter-1"\nscreen = "window://0', 'counter = "counter-1"\nscreen = "window://1')
        .partition("[machines.pi-sign]")[0]
    )
    files = image("pi-board", both)
    session = said(files, "root/etc/systemd/system/jiaohao-session.service")
    assert "ExecStart=/usr/bin/labwc" in session
    for name in ("board-1", "sign-1"):
        unit = said(files, f"root/etc/systemd/system/jiaohao-{name}.service")
        assert "Requires=jiaohao-session.service" in unit and "TTYPath" not in unit
    assert "SDL_VIDEODRIVER=wayland" in said(files, "root/etc/jiaohao/environment")
    assert "SDL_VIDEODRIVER=kmsdrm" in said(image("pi-board"), "root/etc/jiaohao/environment")


def test_devices_find_the_server_by_tls_and_the_server_finds_itself() -> None:
    kiosk, server = (said(image(name), "root/etc/jiaohao/environment") for name in ("pi-kiosk", "server"))
    assert "JIAOHAO_MQTT_URL=mqtts://10.20.0.10:8883\n" in kiosk
    assert "JIAOHAO_COLLECTOR_URL=http://10.20.0.10:8080\n" in kiosk
    assert "JIAOHAO_MQTT_URL" not in server and "JIAOHAO_IDENTITY=/var/lib/jiaohao/identity" in kiosk + server


def test_a_sheet_names_every_pin_port_and_screen(tmp_path: Path) -> None:
    sheet = said(image("pi-caller"), "sheet.html")
    for pin, place in ((5, 29), (6, 31), (13, 33), (19, 35), (26, 37), (16, 36), (20, 38)):
        assert f"GPIO {pin}</td><td><b>{place}</b>" in sheet, pin
    assert "callers.caller-1.lines.a" in sheet and "usb:1.2" in sheet and "line-a" in sheet
    assert "<script" not in sheet and "http" not in sheet.replace("http://www.w3.org", "")
    assert "HDMI 0" in said(image("pi-kiosk"), "sheet.html")


def test_layer_and_rules_hold_no_word_of_yaml_that_breaks() -> None:
    layer = said(image("pi-kiosk"), "layer/jiaohao-pi-kiosk.yaml")
    body = yaml.safe_load(layer.partition("---\n")[2])
    assert "nftables" in body["mmdebstrap"]["packages"] and len(body["mmdebstrap"]["customize-hooks"]) == 3
    assert json.dumps(body)


def test_a_hall_without_machines_has_no_computers() -> None:
    hall = parse_hall((FILE.parent / "one_kiosk.toml").read_text(encoding="utf-8"))
    assert computers(hall) == ()

"""The boot partition of a Raspberry Pi: config.txt and cmdline.txt. Pure.

Words of config.txt and of its overlays as ``overlays/README`` of the Raspberry Pi firmware has them (2026); the
kernel's command line is that of Raspberry Pi OS (pi-gen, stage 1) with what a kiosk wants. Not tried on a board.
"""

from collections.abc import Iterator

from broker.model.hall import Hall
from firmware_config.boards import BOARDS
from firmware_config.build.files import BOOT, File, text
from firmware_config.gear import parts_of, screens_of
from firmware_config.machines import Computer

MADE = "# Made by python -m firmware_config build; changes are overwritten."
BOOT_WATCHDOG_S = 90
CLOCK_OVERLAY = "dtoverlay=i2c-rtc,ds3231"
CLOCK_BATTERY = "dtparam=rtc_bbat_vchg=3000000"
"""Microvolts: the charging voltage of a Pi 5's battery; without it a rechargeable one is not charged."""


def files(hall: Hall, computer: Computer) -> Iterator[File]:
    """Nothing for a PC."""
    if BOARDS[computer.machine.board].is_pi:
        yield text(f"{BOOT}config.txt", "\n".join(_config(hall, computer)))
        yield text(f"{BOOT}cmdline.txt", " ".join(_cmdline(hall, computer)))


def _config(hall: Hall, computer: Computer) -> Iterator[str]:
    machine, board = computer.machine, BOARDS[computer.machine.board]
    yield from (MADE, f"# {computer.name}: {board.names}", "", "[all]")
    yield from ("arm_64bit=1", "auto_initramfs=1", "disable_splash=1", "disable_overscan=1")
    yield from ("dtparam=watchdog=on", f"kernel_watchdog_timeout={BOOT_WATCHDOG_S}")
    hdmi_sound = "" if machine.sound == "hdmi" else ",noaudio"
    yield f"dtoverlay=vc4-kms-v3d{hdmi_sound}"
    yield f"dtparam=audio={'on' if machine.sound == 'headphones' else 'off'}"
    if machine.clock == "ds3231":
        yield from ("dtparam=i2c_arm=on", CLOCK_OVERLAY)
    if machine.sound == "i2s":
        yield from ("dtparam=i2s=on", "dtoverlay=hifiberry-dac")
    yield from ("", f"[{board.filter}]")
    if "uart" in machine.ports.values():
        yield from board.uart
    if not machine.wifi:
        yield "dtoverlay=disable-wifi"
    if machine.clock == "onboard":
        yield CLOCK_BATTERY
    yield from ("", "[all]")


def _cmdline(hall: Hall, computer: Computer) -> Iterator[str]:
    """No console on the serial pins, so that a line on them is the hall's; no text over the picture."""
    screens = screens_of(parts_of(hall, computer))
    yield from ("console=tty1", "root=LABEL=rootfs", "rootfstype=ext4", "fsck.repair=yes", "rootwait")
    yield from ("quiet", "loglevel=3", "consoleblank=0", "vt.global_cursor_default=0", "panic=10")
    yield f"cfg80211.ieee80211_regdom={hall.network.country}"
    for screen in screens:
        output = int(screen.address.path or 0)
        modes = computer.machine.screens
        if output < len(modes):
            yield f"video=HDMI-A-{output + 1}:{_mode(modes[output])}"
    if screens:
        yield "vc4.force_hotplug=1" if len(screens) == 1 else "vc4.force_hotplug=3"


def _mode(mode: str) -> str:
    """``D``: the output is driven although no monitor answers, for a board that is on before its monitor."""
    size, _, rate = mode.partition("@")
    return f"{size}@{rate or 60}D"

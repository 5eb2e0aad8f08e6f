"""systemd units of a machine's programs: watched, started again, and shut in as far as their gear allows. Pure.

Each program says itself that it is ready and that it lives (``Type=notify``, ``WatchdogSec``); systemd itself is
watched by the board's own watchdog (``system``). Names of settings: systemd.exec(5), systemd.service(5).
"""

from collections.abc import Iterator

from broker.model.hall import Hall
from firmware_config.build.boot import MADE
from firmware_config.build.files import (
    CONFIGURATION,
    DATA,
    ENVIRONMENT,
    PROGRAMS,
    PYTHON,
    ROOT,
    USER,
    File,
    text,
    unit_of,
)
from firmware_config.gear import parts_of, schemes_of, screens_of
from firmware_config.machines import Computer
from firmware_config.plan import Program

FOLDER = f"{ROOT}etc/systemd/system/"
TARGET = "jiaohao.target"
SESSION = "jiaohao-session.service"
SESSION_FOLDER = "/run/jiaohao-session"
WATCHDOG_S, START_S, STOP_S = 20, 120, 20
CONFIGURATION_EXIT = 78
"""The program would end the same way again (EX_CONFIG): somebody has to mend a file first."""
DEVICES: dict[str, tuple[str, ...]] = {
    "window": ("char-drm rw", "char-input r", "/dev/tty1 rw", "char-tty rw"),
    "serial": ("char-ttyUSB rw", "char-ttyACM rw", "char-ttyAMA rw"),
    "sdt": ("char-ttyUSB rw", "char-ttyACM rw", "char-ttyAMA rw"),
    "gpio": ("char-gpiochip rw",),
    "evdev": ("char-input rw",),
    "alsa": ("char-alsa rw",),
    "pulse": ("char-alsa rw",),
}
"""Scheme of gear -> which device nodes its program may open; of all others none."""
GROUPS: dict[str, tuple[str, ...]] = {
    "window": ("video", "render", "input"),
    "serial": ("dialout", "lp"),
    "sdt": ("dialout",),
    "gpio": ("gpio",),
    "evdev": ("input",),
    "alsa": ("audio",),
    "pulse": ("audio",),
}
HARDENING = (
    "NoNewPrivileges=yes",
    "CapabilityBoundingSet={capabilities}",
    "ProtectSystem=strict",
    f"ReadWritePaths={DATA}",
    "ProtectHome=yes",
    "PrivateTmp=yes",
    "PrivateMounts=yes",
    "DevicePolicy=closed",
    "ProtectProc=invisible",
    "ProtectClock=yes",
    "ProtectHostname=yes",
    "ProtectKernelTunables=yes",
    "ProtectKernelModules=yes",
    "ProtectKernelLogs=yes",
    "ProtectControlGroups=yes",
    "RestrictNamespaces=yes",
    "RestrictRealtime=yes",
    "RestrictSUIDSGID=yes",
    "LockPersonality=yes",
    "RemoveIPC=yes",
    "KeyringMode=private",
    "UMask=0077",
    "SystemCallArchitectures=native",
    "SystemCallFilter=@system-service",
    "SystemCallFilter=~@resources @privileged @obsolete @keyring",
    "SystemCallErrorNumber=EPERM",
    "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK",
)
"""For every program. ``ProcSubset=pid`` would hide what gpiozero reads of the board; ``MemoryDenyWriteExecute`` is no
friend of Mesa's shaders and of ctypes."""


def files(hall: Hall, computer: Computer) -> Iterator[File]:
    """A unit for each program, the target that holds them, and a session where several windows share a card."""
    several = len(screens_of(parts_of(hall, computer))) > 1
    for program in computer.programs:
        unit = "\n".join(_unit(hall, computer, program, several=several))
        yield text(f"{FOLDER}{unit_of(program.name)}", unit)
    if several:
        yield text(f"{FOLDER}{SESSION}", _session())
    yield text(f"{FOLDER}{TARGET}", _target(computer, several=several))
    if computer.serves:
        # Debian starts its own Mosquitto, which would take the port of the one that our server starts and watches.
        yield text(f"{ROOT}etc/systemd/system-preset/10-jiaohao.preset", "disable mosquitto.service")


def _unit(hall: Hall, computer: Computer, program: Program, *, several: bool) -> Iterator[str]:
    schemes = schemes_of(parts_of(hall, computer), program)
    window = "window" in schemes
    yield from (MADE, "[Unit]", f"Description=Jiaohao {program.name} ({program.role})", f"PartOf={TARGET}")
    yield from ("StartLimitIntervalSec=0", "After=local-fs.target systemd-tmpfiles-setup.service")
    # Never after the network or the clock: a kiosk that is alone gives paper.
    if program.stage:
        same = [unit_of(one.name) for one in computer.programs if one.stage < program.stage]
        yield from (f"After={name}" for name in same)
    if window:
        yield from _owner_of_screen(several=several)
    yield from ("", "[Service]", "Type=notify", "NotifyAccess=main", f"User={USER}", f"Group={USER}")
    groups = sorted({group for scheme in schemes for group in GROUPS.get(scheme, ())})
    if groups:
        yield f"SupplementaryGroups={' '.join(groups)}"
    yield from (f"EnvironmentFile={ENVIRONMENT}", f"WorkingDirectory={DATA}")
    yield f"RuntimeDirectory=jiaohao-{program.name}"
    yield f"ExecStart={PYTHON} {' '.join(program.arguments)}"
    yield from ("Restart=always", "RestartSec=2", f"RestartPreventExitStatus={CONFIGURATION_EXIT}")
    yield from (f"WatchdogSec={WATCHDOG_S}", f"TimeoutStartSec={START_S}", f"TimeoutStopSec={STOP_S}")
    yield from _priority(program)
    if window:
        yield from _terminal(several=several)
    yield from (
        f"DeviceAllow={one}" for one in sorted({node for scheme in schemes for node in DEVICES.get(scheme, ())})
    )
    yield from _shut_in(hall, computer, program)
    yield from ("", "[Install]", f"WantedBy={TARGET}")


def _priority(program: Program) -> Iterator[str]:
    """The hall goes on where memory is short: what calls is ended last, pages before it."""
    yield f"OOMScoreAdjust={-500 if program.name == 'server' else 200 if program.name == 'collector' else -200}"
    if program.name == "collector":
        yield from ("LimitNOFILE=8192", "Nice=10")


def _owner_of_screen(*, several: bool) -> Iterator[str]:
    if several:
        yield from (f"Requires={SESSION}", f"After={SESSION}")
    else:
        yield from ("Conflicts=getty@tty1.service", "After=getty@tty1.service")


def _terminal(*, several: bool) -> Iterator[str]:
    """Alone, a program owns the first console: nobody logs in beneath the picture."""
    if several:
        yield f"Environment=XDG_RUNTIME_DIR={SESSION_FOLDER} WAYLAND_DISPLAY=wayland-0"
        yield f"ReadWritePaths={SESSION_FOLDER}"
    else:
        yield from ("TTYPath=/dev/tty1", "TTYReset=yes", "TTYVHangup=yes", "StandardInput=tty-fail")
        yield from ("StandardOutput=journal", "StandardError=journal")


def _shut_in(hall: Hall, computer: Computer, program: Program) -> Iterator[str]:
    low = computer.serves and program.name == "collector" and 0 < hall.collector.port < 1024
    capability = "CAP_NET_BIND_SERVICE" if low else ""
    for line in HARDENING:
        yield line.format(capabilities=capability)
    if low:
        yield f"AmbientCapabilities={capability}"
    if not schemes_of(parts_of(hall, computer), program):
        yield "PrivateDevices=yes"
    yield f"ReadOnlyPaths={CONFIGURATION} {PROGRAMS}"


def _session() -> str:
    """A Wayland session without a desktop: one program at a time may own a card, this one shares it. seatd hands out
    the devices. Not tried on a board."""
    return f"""{MADE}
[Unit]
Description=Jiaohao screens
Conflicts=getty@tty1.service
After=getty@tty1.service seatd.service
Wants=seatd.service
PartOf={TARGET}
StartLimitIntervalSec=0

[Service]
User={USER}
Group={USER}
SupplementaryGroups=video render input
RuntimeDirectory=jiaohao-session
RuntimeDirectoryMode=0700
Environment=XDG_RUNTIME_DIR={SESSION_FOLDER} LIBSEAT_BACKEND=seatd
ExecStart=/usr/bin/labwc
Restart=always
RestartSec=2
TTYPath=/dev/tty1
StandardOutput=journal
StandardError=journal
NoNewPrivileges=yes
CapabilityBoundingSet=
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
ProtectClock=yes
ProtectHostname=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectProc=invisible
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
UMask=0077
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources @obsolete
SystemCallErrorNumber=EPERM
RestrictAddressFamilies=AF_UNIX AF_NETLINK
DevicePolicy=closed
DeviceAllow=char-drm rw
DeviceAllow=char-input rw
DeviceAllow=/dev/tty1 rw
PrivateNetwork=yes

[Install]
WantedBy={TARGET}
"""


def _target(computer: Computer, *, several: bool) -> str:
    wanted = [unit_of(program.name) for program in computer.programs] + ([SESSION] if several else [])
    wants = "\n".join(f"Wants={name}" for name in wanted)
    return f"{MADE}\n[Unit]\nDescription=Jiaohao on {computer.name}\n{wants}\n\n[Install]\nWantedBy=multi-user.target"

"""What every machine has: users, folders, a journal in memory, the hardware watchdog, what programs are told. Pure."""

from collections.abc import Iterator

from broker.model.hall import Hall
from broker.runtime.whereabouts import in_url
from firmware_config.boards import BOARDS
from firmware_config.build.boot import MADE
from firmware_config.build.files import CONFIGURATION, DATA, ENVIRONMENT, IDENTITY, PROGRAMS, ROOT, USER, File, text
from firmware_config.gear import parts_of, screens_of, sounds
from firmware_config.machines import Computer

HARDWARE_WATCHDOG_S = 14
"""The chip of a Raspberry Pi counts to about 15 seconds."""
GROUPS = ("video", "render", "input", "audio", "dialout", "lp", "gpio", "i2c")


def files(hall: Hall, computer: Computer, hall_text: bytes) -> Iterator[File]:
    """``hall_text``: the hall file as it is, which every machine keeps a copy of."""
    yield File(f"{ROOT}{CONFIGURATION[1:]}/hall.toml", hall_text)
    yield text(f"{ROOT}{ENVIRONMENT[1:]}", "\n".join(_environment(hall, computer)))
    yield text(f"{ROOT}usr/lib/sysusers.d/jiaohao.conf", "\n".join(_users(computer)))
    yield text(f"{ROOT}usr/lib/tmpfiles.d/jiaohao.conf", "\n".join(_folders()))
    yield text(f"{ROOT}etc/systemd/journald.conf.d/jiaohao.conf", _journal(computer))
    yield text(f"{ROOT}etc/systemd/system.conf.d/jiaohao.conf", _manager(computer))
    yield text(f"{ROOT}etc/sysctl.d/90-jiaohao.conf", _kernel())


def _environment(hall: Hall, computer: Computer) -> Iterator[str]:
    """No secret: every program of the machine may read it."""
    yield MADE
    yield f"JIAOHAO_DATA={DATA}"
    yield f"JIAOHAO_IDENTITY={IDENTITY}"
    parts, server = parts_of(hall, computer), in_url(hall.network.server)
    if not computer.serves:
        if hall.broker.url == "auto":
            yield f"JIAOHAO_MQTT_URL=mqtts://{server}:{hall.broker.secure_port}"
        if not hall.web.tls_certificate:
            yield f"JIAOHAO_COLLECTOR_URL=http://{server}:{hall.collector.port}"
    if screens_of(parts):
        yield f"SDL_VIDEODRIVER={'kmsdrm' if len(screens_of(parts)) == 1 else 'wayland'}"
    if sounds(parts):
        yield "SDL_AUDIODRIVER=alsa"
    if "gpio" in {part.address.scheme for part in parts}:
        yield "GPIOZERO_PIN_FACTORY=lgpio"
    yield from ("PYTHONUNBUFFERED=1", "PYTHONDONTWRITEBYTECODE=1")


def _users(computer: Computer) -> Iterator[str]:
    """Groups are named so that rules and units find them also where no package has made them yet."""
    yield MADE
    yield from (f"g {name} -" for name in GROUPS)
    yield f'u {USER} - "Jiaohao" {DATA} /usr/sbin/nologin'
    if BOARDS[computer.machine.board].is_pi:
        yield from (f"m {USER} {name}" for name in ("gpio", "i2c"))


def _folders() -> Iterator[str]:
    yield MADE
    yield f"d {DATA} 0750 {USER} {USER} -"
    yield f"d {IDENTITY} 0700 {USER} {USER} -"
    yield f"d {CONFIGURATION} 0755 root root -"
    yield f"d {PROGRAMS} 0755 root root -"
    yield f"d {PROGRAMS}/releases 0755 root root -"


def _journal(computer: Computer) -> str:
    """A card wears out by logs; the server keeps its own, for it has a disk and the audit of it matters."""
    storage = "Storage=persistent\nSystemMaxUse=500M" if computer.serves else "Storage=volatile\nRuntimeMaxUse=24M"
    return f"{MADE}\n[Journal]\n{storage}\nRateLimitIntervalSec=30s\nRateLimitBurst=2000"


def _manager(computer: Computer) -> str:
    """The last link of the watchdog's chain: systemd is fed by nobody and feeds the chip, which resets the board."""
    return f"""{MADE}
[Manager]
RuntimeWatchdogSec={HARDWARE_WATCHDOG_S}s
RebootWatchdogSec=2min
DefaultTimeoutStopSec=20s"""


def _kernel() -> str:
    """A panic restarts the machine; nothing is forwarded; no core of a program that held a secret is written."""
    return f"""{MADE}
kernel.panic = 10
kernel.core_pattern = |/bin/false
fs.suid_dumpable = 0
net.ipv4.ip_forward = 0
net.ipv4.conf.all.accept_redirects = 0
net.ipv6.conf.all.accept_redirects = 0
net.ipv4.conf.all.rp_filter = 1"""

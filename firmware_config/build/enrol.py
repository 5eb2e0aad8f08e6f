"""What a device does at its first start: show a code at its screen until somebody lets it into the hall. Pure.

Before everything else, for its programs would take the screen, and without an identity they are of no use yet. Once the
identity is there the unit does nothing: a device that was let in never waits for anybody.
"""

from collections.abc import Iterator

from broker.model.hall import Hall
from firmware_config.build.files import ENVIRONMENT, IDENTITY, PYTHON, ROOT, USER, File, text
from firmware_config.machines import HALL_FILE, Computer

UNIT = "jiaohao-enrol.service"
_TEXT = f"""[Unit]
Description=Jiaohao: ask the hall server for this device's identity
ConditionPathExists=!{IDENTITY}/ca.pem
Wants=network-online.target
After=network-online.target
Before=jiaohao.target jiaohao-session.service
Conflicts=getty@tty1.service

[Service]
Type=oneshot
User={USER}
EnvironmentFile={ENVIRONMENT}
ExecStart={PYTHON} -m firmware_config enrol --ask --hall {HALL_FILE} --into {IDENTITY}
TimeoutStartSec=infinity
StandardInput=null
StandardOutput=tty
StandardError=journal
TTYPath=/dev/tty1
TTYReset=yes
TTYVHangup=yes
UMask=0077
NoNewPrivileges=yes
ProtectSystem=strict
ReadWritePaths=/var/lib/jiaohao
ProtectHome=yes
PrivateTmp=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6

[Install]
WantedBy=jiaohao.target
"""


def files(hall: Hall, computer: Computer) -> Iterator[File]:
    """The unit, for every machine but the hall server, which has its identity from the command that makes them."""
    if not computer.serves and hall.network.server:
        yield text(f"{ROOT}etc/systemd/system/{UNIT}", _TEXT)

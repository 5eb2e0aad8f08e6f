"""The script of a machine's first boot: packages, users, the release from the bundle, services on. Pure.

It may run again: each step asks whether it is done. Without a bundle on the card it asks the hall server for one.
"""

from collections.abc import Iterator

from broker.model.hall import Hall
from firmware_config.build.cloud import FIRST_BOOT, MOUNTED, SEED
from firmware_config.build.files import PROGRAMS, ROOT, File, text
from firmware_config.build.units import TARGET
from firmware_config.machines import Computer

ON_CARD = f"{MOUNTED}/{SEED}/bundle.tar.gz"
SERVICES = ("nftables.service",)


def files(hall: Hall, computer: Computer) -> Iterator[File]:
    """One shell script, for root."""
    clock = "chrony.service" if computer.serves else "systemd-timesyncd.service"
    yield text(f"{ROOT}{FIRST_BOOT[1:]}", _script((*SERVICES, clock)), 0o755)


def _script(services: tuple[str, ...]) -> str:
    return f"""#!/bin/sh
# Made by python -m firmware_config build; changes are overwritten.
# First boot of a machine of a hall: jiaohao-first-boot PACKAGE...
set -eu
bundle=${{JIAOHAO_BUNDLE:-{ON_CARD}}}
say() {{ printf 'jiaohao: %s\\n' "$*"; }}

systemd-sysusers
systemd-tmpfiles --create || true
systemctl daemon-reload
udevadm control --reload || true
udevadm trigger || true

missing=""
for package in "$@"; do
  status=$(dpkg-query --show --showformat '${{db:Status-Status}}' "$package" 2>/dev/null || true)
  [ "$status" = installed ] || missing="$missing $package"
done
if [ -n "$missing" ]; then
  say "安装系统软件包 installing Debian packages:$missing"
  # shellcheck disable=SC2086 # a list of words
  DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends $missing ||
    say "没有装全，请接通软件源后再运行一次 not all could be installed; run this again with a package source"
fi

if [ ! -e {PROGRAMS}/current ]; then
  if [ ! -r "$bundle" ]; then
    say "卡上没有安装包，请从大厅主机拷贝后再运行一次：$bundle"
    say "no bundle on the card; copy it from the hall server and run this again: $bundle"
    exit 1
  fi
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  tar --extract --gzip --file "$bundle" --directory "$folder" --no-same-owner
  sh "$folder/install.sh"
fi

for service in {" ".join(services)} {TARGET}; do
  systemctl enable "$service"
done
[ ! -d /etc/cloud ] || touch /etc/cloud/cloud-init.disabled
say "完成，重新启动 done, restarting"
systemctl reboot
"""

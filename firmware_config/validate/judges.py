"""Which tool judges which files of a machine: a function for each, which yields a verdict for each thing it judged."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from firmware_config.validate.tools import Place, Verdict, judged

EXPOSURE_MOST = 25
"""Tenths: the bar of ``systemd-analyze security`` is 2.5 of 10."""
UDEV_VERIFIES, CLOUD_INIT_SEES = 254, 24
"""From these versions on: udevadm has ``verify``; cloud-init refuses keys that it does not know."""
UNITS = "etc/systemd/system"
MIXER = "hall_dmix"
Judge = Callable[[Place, Path], Iterator[Verdict]]


def judge_all(place: Place) -> list[Verdict]:
    """Every judge over the files of a machine, in the order of the table."""
    files = place.here / "files"
    return [verdict for judge in JUDGES for verdict in judge(place, files)]


def _not_asked(
    place: Place, program: str, subject: str, tool: str = "", files: list[Path] | None = None
) -> list[Verdict]:
    """Why the program cannot be asked, as one verdict; none where it can. ``files`` are what ``tool`` would judge."""
    if files == []:
        return [Verdict(tool, subject, "not run", "the machine has no such file")]
    return [] if place.has(program) else [Verdict(program, subject, "not run", "it is not installed")]


def _there(path: Path) -> list[Path]:
    return [path] if path.is_file() else []


def _units(place: Place, files: Path) -> Iterator[Verdict]:
    """Verified in a root of their own: with the base units of the tool's Debian, and something to start."""
    tool, subject = "systemd-analyze verify", "units"
    if lacks := _not_asked(place, "systemd-analyze", subject):
        yield from lacks
        return
    root, base = place.here / "root", place.base
    shutil.copytree(files / "root", root)
    _stand_in(root / "opt/jiaohao/current/bin/python")
    _stand_in(root / "usr/bin/labwc")
    shutil.copytree(base / "usr/lib/systemd/system", root / "usr/lib/systemd/system", symlinks=True, dirs_exist_ok=True)
    units = sorted(unit.name for unit in (root / UNITS).iterdir())
    said = place.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", f"--root={place.inside}/root", *units]
    )
    yield judged(tool, f"{len(units)} units", said, quiet=True)


def _stand_in(program: Path) -> None:
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)


def _exposure(place: Place, files: Path) -> Iterator[Verdict]:
    if lacks := _not_asked(place, "systemd-analyze", "exposure"):
        yield from lacks
        return
    for unit in sorted((files / "root" / UNITS).glob("*.service")):
        path = f"{place.inside}/files/root/{UNITS}/{unit.name}"
        command = ["systemd-analyze", "security", "--no-pager", "--offline=true", f"--threshold={EXPOSURE_MOST}", path]
        yield judged("systemd-analyze security", unit.name, place.run(command))


def _rules(place: Place, files: Path) -> Iterator[Verdict]:
    tool, subject = "udevadm verify", "names of ports"
    rules = sorted((files / "root/etc/udev/rules.d").glob("*.rules"))
    if lacks := _not_asked(place, "udevadm", subject, tool, rules):
        yield from lacks
    elif (version := place.version("udevadm", "--version")) < UDEV_VERIFIES:
        yield Verdict(tool, subject, "not run", f"udevadm {version} has no verify, which came with {UDEV_VERIFIES}")
    else:
        for rule in rules:
            path = f"{place.inside}/files/root/etc/udev/rules.d/{rule.name}"
            yield judged(tool, rule.name, place.run(["udevadm", "verify", "--resolve-names=never", path]))


def _cloud(place: Place, files: Path) -> Iterator[Verdict]:
    tool = "cloud-init schema"
    kinds = {"user-data": "cloud-config", "network-config": "network-config"}
    found = [files / "boot" / name for name in kinds if (files / "boot" / name).is_file()]
    if lacks := _not_asked(place, "cloud-init", "first boot", tool, found):
        yield from lacks
    elif (version := place.version("cloud-init", "--version")) < CLOUD_INIT_SEES:
        yield Verdict(tool, "first boot", "not run", f"cloud-init {version} calls every key valid")
    else:
        for file in found:
            path = f"{place.inside}/files/boot/{file.name}"
            command = ["cloud-init", "schema", "--schema-type", kinds[file.name], "--config-file", path]
            yield judged(tool, file.name, place.run(command))


def _network(place: Place, files: Path) -> Iterator[Verdict]:
    source = files / "boot/network-config"
    if lacks := _not_asked(place, "netplan", "network", "netplan generate", _there(source)):
        yield from lacks
        return
    target = place.here / "netplan/etc/netplan/50-hall.yaml"
    target.parent.mkdir(parents=True)
    shutil.copyfile(source, target)
    target.chmod(0o600)
    yield judged(
        "netplan generate",
        "network-config",
        place.run(["netplan", "generate", "--root-dir", f"{place.inside}/netplan"]),
    )


def _firewall(place: Place, files: Path) -> Iterator[Verdict]:
    if lacks := _not_asked(place, "nft", "nftables.conf"):
        yield from lacks
        return
    said = place.run(["nft", "--check", "--file", f"{place.inside}/files/root/etc/nftables.conf"])
    if "Operation not permitted" in said.words or "Protocol not supported" in said.words:
        yield Verdict("nft --check", "nftables.conf", "not run", f"this kernel does not let it look: {said.words}")
    else:
        yield judged("nft --check", "nftables.conf", said)


def _scripts(place: Place, files: Path) -> Iterator[Verdict]:
    scripts = [path for path in sorted(files.rglob("*")) if path.is_file() and path.read_bytes()[:10] == b"#!/bin/sh\n"]
    if lacks := _not_asked(place, "shellcheck", "scripts", "shellcheck", scripts):
        yield from lacks
        return
    for script in scripts:
        name = script.relative_to(files)
        yield judged("shellcheck", str(name), place.run(["shellcheck", f"{place.inside}/files/{name}"]))


def _sound(place: Place, files: Path) -> Iterator[Verdict]:
    conf = files / "root/etc/asound.conf"
    if lacks := _not_asked(place, "aplay", "asound.conf", "aplay -L", _there(conf)):
        yield from lacks
        return
    said = place.run(
        ["aplay", "-L"], [f"ALSA_CONFIG_PATH=/usr/share/alsa/alsa.conf:{place.inside}/files/root/etc/asound.conf"]
    )
    # It ends with 0 whatever it read; what it lists tells whether ours was understood.
    found = MIXER in said.words
    yield Verdict("aplay -L", "asound.conf", "pass" if found else "fail", "" if found else said.words)


def _accounts(place: Place, files: Path) -> Iterator[Verdict]:
    for tool, folder, options in (
        ("systemd-sysusers", "sysusers.d", ["--dry-run"]),
        ("systemd-tmpfiles", "tmpfiles.d", ["--create"]),
    ):
        if lacks := _not_asked(place, tool, folder):
            yield from lacks
            continue
        root = place.here / f"{folder}-root"
        for name in ("etc", "tmp", "var", "opt"):
            (root / name).mkdir(parents=True)
        users = "root:x:0:0::/root:/bin/sh\njiaohao:x:999:999::/var/lib/jiaohao:/usr/sbin/nologin\n"
        (root / "etc/passwd").write_text(users if folder == "tmpfiles.d" else users.split("\n")[0] + "\n")
        (root / "etc/group").write_text("root:x:0:\njiaohao:x:999:\n" if folder == "tmpfiles.d" else "root:x:0:\n")
        path = f"{place.inside}/files/root/usr/lib/{folder}/jiaohao.conf"
        said = place.run([tool, *options, f"--root={place.inside}/{folder}-root", path])
        if "/proc/ is not mounted" in said.words:
            yield Verdict(tool, folder, "not run", "it wants /proc, which is not mounted in that root")
        else:
            yield judged(tool, folder, said)


def _clock(place: Place, files: Path) -> Iterator[Verdict]:
    conf = files / "root/etc/chrony/conf.d/jiaohao.conf"
    if lacks := _not_asked(place, "chronyd", "chrony", "chronyd -p", _there(conf)):
        yield from lacks
        return
    yield judged(
        "chronyd -p",
        "chrony",
        place.run(["chronyd", "-p", "-f", f"{place.inside}/files/root/etc/chrony/conf.d/jiaohao.conf"]),
    )


def _device_tree(place: Place, files: Path) -> Iterator[Verdict]:
    own = sorted(files.rglob("*.dts*"))
    if not own:
        yield Verdict("dtc, fdtoverlay", "overlays", "not run", "the build makes no overlay of its own")


JUDGES: tuple[Judge, ...] = (
    _units,
    _exposure,
    _rules,
    _cloud,
    _network,
    _firewall,
    _scripts,
    _sound,
    _accounts,
    _clock,
    _device_tree,
)

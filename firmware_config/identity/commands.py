"""``python -m firmware_config identity | revoke | rotate | enrol``: their words at a terminal. No secret is said."""

import argparse
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from broker.model.hall_machines import SERVER
from broker.model.hall_mistakes import did_you_mean
from broker.model.words import Names
from broker.runtime.hall_source import load_hall
from broker.runtime.link_identity import ENVIRONMENT_NAME
from firmware_config.identity import enrol_commands
from firmware_config.identity.broker_files import hand_out
from firmware_config.identity.files import IdentityError, alone, make_folder
from firmware_config.identity.hall_server import cut_names, names_meant, publish, vault_of
from firmware_config.identity.terminal import say, say_line
from firmware_config.identity.vault import Held, Vault
from firmware_config.machines import HALL_FILE
from firmware_config.rights import names_of

_NOT_THE_SERVER = Names(
    "大厅主机不能吊销：它保管发证机构。若主机被盗，请在新主机上用空的 --secrets 文件夹重建全部身份，并重新登记每台设备",
    "the hall server cannot be revoked: it keeps the authority. If it was stolen, make all identities anew on another,"
    " with an empty folder of --secrets, and let every device in again",
)
WARNED_BEFORE = timedelta(days=60)
Action = Callable[[argparse.Namespace, threading.Event], int]


def add_commands(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Join the commands to those of the program."""
    identity = actions.add_parser("identity", help="make the hall's authority, and what each device proves itself by")
    identity.add_argument("hall", type=Path)
    identity.add_argument("--machine", help="copy what this machine's programs need into the folder --into")
    identity.add_argument("--into", type=Path, metavar="DIR", help="a folder for one machine (its identity folder)")
    revoke = actions.add_parser("revoke", help="cut a stolen device off, at once and for good")
    revoke.add_argument("device", help="its name or its machine's; all that runs there is revoked")
    rotate = actions.add_parser("rotate", help="new keys for what ends within 60 days, or for one device")
    rotate.add_argument("device", nargs="?", help="this one, whenever it ends; a revoked one may connect again by it")
    for parser in (revoke, rotate):
        parser.add_argument("--hall", type=Path, default=Path(HALL_FILE), help=f"the hall file ({HALL_FILE})")
    for parser in (identity, revoke, rotate, *enrol_commands.add_commands(actions)):
        parser.add_argument("--secrets", type=Path, metavar="DIR", help="the hall's secrets (var/secrets/HALL_ID)")
        parser.add_argument(
            "--identity", type=Path, metavar="DIR", help=f"the hall server's own ({ENVIRONMENT_NAME}, SECRETS/identity)"
        )


def _identity(options: argparse.Namespace, stopping: threading.Event) -> int:
    hall, now = load_hall(options.hall), datetime.now(UTC)
    vault = vault_of(hall, options)
    if (options.machine is None) != (options.into is None):
        raise IdentityError(Names("--machine 和 --into 要一起写", "--machine and --into belong together"))
    make_folder(vault.folder)
    with alone(vault.folder):
        vault.open(now)
        held = vault.make_missing(now)
        publish(vault, options, now)
        if options.machine is not None:
            _hand_out(vault, options.machine, options.into)
    _tell(vault, held, now)
    return 0


def _revoke(options: argparse.Namespace, stopping: threading.Event) -> int:
    hall, now = load_hall(options.hall), datetime.now(UTC)
    vault = vault_of(hall, options)
    vault.must_exist()
    names = names_meant(vault, options.device, whole_machine=True)
    if SERVER in names:
        raise IdentityError(_NOT_THE_SERVER)
    with alone(vault.folder):
        for name in names:
            vault.revoke(name, now)
        cut = cut_names(vault, options, names, now)
    who = ", ".join(names)
    if cut.running:
        said = f"已吊销 {who}，连接已切断", f"revoked: {who}; thrown out and not let in again"
    else:
        said = (
            f"已吊销 {who}。本机没有运行大厅的消息服务：它下次启动时起不再接受这些设备",
            f"revoked: {who}; the hall's message broker does not run here, and lets nobody of them in once it does",
        )
    say(Names(f"{said[0]}（{cut.seconds:.1f} 秒）", f"{said[1]} ({cut.seconds:.1f} s)"))
    return 0


def _rotate(options: argparse.Namespace, stopping: threading.Event) -> int:
    hall, now = load_hall(options.hall), datetime.now(UTC)
    vault = vault_of(hall, options)
    vault.must_exist()
    with alone(vault.folder):
        names = names_meant(vault, options.device) if options.device else _ending(vault, now)
        renewed = [vault.renew(name, now) for name in names]
        publish(vault, options, now)
    if not renewed:
        say(Names("60 天内没有到期的证书", "no certificate ends within 60 days"))
    _tell(vault, renewed, now)
    return 0


def _ending(vault: Vault, now: datetime) -> tuple[str, ...]:
    held = [vault.held(name) for name in names_of(vault.hall)]
    return tuple(
        one.name for one in held if not one.revoked and one.ends is not None and one.ends - now < WARNED_BEFORE
    )


def _hand_out(vault: Vault, machine: str, into: Path) -> None:
    if machine not in vault.hall.machines:
        hint = did_you_mean(machine, vault.hall.machines)
        raise IdentityError(
            Names(f"大厅文件里没有机器“{machine}”{hint.zh}", f"the hall file has no machine '{machine}'{hint.en}")
        )
    names = hand_out(vault, vault.names_on(machine), into)
    say(
        Names(
            f"{into}：{', '.join(names)}（含私钥，装好后请删除）",
            f"{into}: {', '.join(names)} (keys: delete it once it is installed)",
        )
    )


def _tell(vault: Vault, held: Iterable[Held], now: datetime) -> None:
    """A line for each name; then what somebody should do."""
    held = tuple(held)
    for one in held:
        state = (
            Names("已吊销", "revoked") if one.revoked else Names("新", "made") if one.made else Names("已有", "there")
        )
        ends = "-" if one.ends is None else f"{one.ends:%Y-%m-%d}"
        say_line(f"{one.name:24} {state.zh} {state.en:8} {ends}")
    for one in held:
        if one.revoked or one.ends is None or one.ends - now >= WARNED_BEFORE:
            continue
        day = f"{one.ends:%Y-%m-%d}"
        ended = one.ends <= now
        say(
            Names(
                f"注意：{one.name} 的证书{'已于' if ended else '将于'} {day} 到期，请运行 firmware_config rotate",
                f"attention: the certificate of {one.name} {'ended' if ended else 'ends'} on {day}: run"
                " firmware_config rotate",
            )
        )
    gone = {one.name for one in vault.read().issued if one.revoked is None and one.ends > now}
    for name in sorted(gone - set(names_of(vault.hall))):
        say(
            Names(
                f"注意：大厅文件里已没有 {name}，但它的证书仍有效，请运行 firmware_config revoke {name}",
                f"attention: {name} is not in the hall file any more but holds a good certificate: run"
                f" firmware_config revoke {name}",
            )
        )


IDENTITY_ACTIONS: dict[str, Action] = {
    "identity": _identity,
    "revoke": _revoke,
    "rotate": _rotate,
    **enrol_commands.ENROL_ACTIONS,
}

"""``firmware_config enrol``: the desk at the hall server, where somebody lets devices in, and the device's part."""

import argparse
import os
import selectors
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from broker.model.hall_machines import SERVER
from broker.model.words import Names
from broker.runtime.hall_source import load_hall
from broker.runtime.link_identity import CA_FILE, identity_folder
from firmware_config.identity import authority, terminal
from firmware_config.identity.enrol_desk import DeskRefuses
from firmware_config.identity.enrol_device import Applicant, Shown, ask_until_let_in
from firmware_config.identity.enrol_server import PORT, EnrolServer
from firmware_config.identity.files import IdentityError, alone
from firmware_config.identity.hall_server import cut_names, live_folder, names_meant, vault_of
from firmware_config.identity.vault import Vault
from firmware_config.machines import HALL_FILE

CA_PRINT_ENVIRONMENT_NAME = "JIAOHAO_CA_PRINT"
_LINE_BYTES_MOST = 4_096
_FETCHED_WITHIN_S = 15.0


def add_commands(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> tuple[argparse.ArgumentParser, ...]:
    """Those that take the options of all commands of identities."""
    enrol = actions.add_parser("enrol", help="let devices in that show a code; on a device: ask for an identity")
    enrol.add_argument("--hall", type=Path, default=Path(HALL_FILE), help=f"the hall file ({HALL_FILE})")
    enrol.add_argument("--port", type=int, default=PORT, help=f"of the hall server ({PORT})")
    enrol.add_argument("--listen", default="", metavar="ADDRESS", help="the hall server's own ([network] server)")
    enrol.add_argument("--minutes", type=float, default=30.0, help="how long devices are let in (30)")
    enrol.add_argument("--ask", action="store_true", help="this is a device: show a code until somebody lets it in")
    enrol.add_argument("--into", type=Path, metavar="DIR", help="with --ask: the device's identity folder")
    return (enrol,)


def run(options: argparse.Namespace, stopping: threading.Event) -> int:
    """The desk, or with ``--ask`` the device."""
    return _ask(options, stopping) if options.ask else _desk(options, stopping)


def _ask(options: argparse.Namespace, stopping: threading.Event) -> int:
    hall = load_hall(options.hall)
    into = options.into or identity_folder()
    if into is None:
        raise IdentityError(Names("请写 --into 文件夹", "say where the identity is kept: --into DIR"))
    if (into / CA_FILE).exists():
        terminal.say(Names(f"{into} 里已有身份", f"{into} holds an identity already"))
        return 0
    host = hall.network.server or "127.0.0.1"
    told = os.environ.get(CA_PRINT_ENVIRONMENT_NAME, "").strip()
    names = ask_until_let_in(lambda: Applicant(host, into, options.port, told), _show, stopping)
    if not names:
        return 1
    terminal.say(Names(f"已登记：{', '.join(names)}", f"let in as {', '.join(names)}"))
    return 0


def _show(shown: Shown) -> None:
    terminal.say_code(shown.scanned)
    terminal.say(
        Names(
            f"登记码 {shown.code}\n请在大厅主机上运行 firmware_config enrol，输入登记码和本机名称",
            f"code {shown.code}\non the hall server run firmware_config enrol, type this code and this device's name",
        )
    )


def _desk(options: argparse.Namespace, stopping: threading.Event) -> int:
    hall = load_hall(options.hall)
    vault = vault_of(hall, options)
    vault.must_exist()
    live = live_folder(vault, options)
    host = options.listen or hall.network.server or "127.0.0.1"
    certificate, key = (live / f"{SERVER}.{kind}" for kind in ("pem", "key"))
    try:
        server = EnrolServer(vault.ca, certificate, key, host, options.port)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise IdentityError(
            Names(f"不能在 {host}:{options.port} 接待设备（{why}）", f"cannot listen on {host}:{options.port} ({why})")
        ) from error

    def let_in(code: str, name: str) -> None:
        asking = server.find(code)
        with alone(vault.folder):
            names = names_meant(vault, name)
            if SERVER in names:
                raise IdentityError(Names("大厅主机不用登记", "the hall server itself needs no letting in"))
            files = _signed(vault, names, asking.request)
            cut_names(vault, options, names, datetime.now(UTC))
        server.let_in(asking, files)
        terminal.say(Names(f"已登记：{', '.join(names)}", f"let in: {', '.join(names)}"))

    server.start()
    try:
        _greet(vault, host, server.port)
        _read_lines(let_in, stopping, options.minutes * 60)
        until_s = time.monotonic() + _FETCHED_WITHIN_S
        while server.unfetched() and time.monotonic() < until_s and not stopping.wait(0.1):
            pass  # who was let in a moment ago has yet to ask for it
    finally:
        server.stop()
    return 0


def _greet(vault: Vault, host: str, port: int) -> None:
    shown = authority.ca_print(vault.ca).hex()
    terminal.say(
        Names(
            f"{host}:{port} 正在接待新设备。发证机构指纹 {shown}\n逐行输入或扫描：登记码 空格 设备名；结束按 Ctrl-D",
            f"{host}:{port} is open to new devices. Fingerprint of the authority {shown}\n"
            "type or scan, a line each: CODE, a space, NAME; Ctrl-D ends",
        )
    )


def _signed(vault: Vault, names: tuple[str, ...], request: bytes) -> dict[str, str]:
    files: dict[str, bytes] = {}
    for name in names:
        files |= vault.let_in(name, request, datetime.now(UTC))
    return {name: content.decode("ascii") for name, content in files.items()}


def _read_lines(let_in: Callable[[str, str], None], stopping: threading.Event, within_s: float) -> None:
    """Each line of the terminal, until its end, a signal, or the time is over."""
    until_s = time.monotonic() + within_s
    pending = b""
    with selectors.DefaultSelector() as selector:
        selector.register(sys.stdin.fileno(), selectors.EVENT_READ)
        while not stopping.is_set() and time.monotonic() < until_s:
            if not selector.select(0.2):
                continue
            data = os.read(sys.stdin.fileno(), _LINE_BYTES_MOST)
            if not data:
                return
            *lines, pending = (pending + data).split(b"\n")
            pending = pending[-_LINE_BYTES_MOST:]
            for line in lines:
                _take_line(line.decode("utf-8", "replace"), let_in)


def _take_line(line: str, let_in: Callable[[str, str], None]) -> None:
    if not line.strip():
        return
    code, _, name = line.strip().rpartition(" ")
    try:
        if not code:
            raise IdentityError(Names("请写：登记码 空格 设备名", "type CODE, a space, NAME"))
        let_in(code, name)
    except DeskRefuses as refusal:
        terminal.say(refusal.what)
    except IdentityError as error:
        terminal.say(Names(error.zh, str(error)))


ENROL_ACTIONS = {"enrol": run}

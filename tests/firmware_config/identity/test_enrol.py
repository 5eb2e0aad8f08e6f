"""A device without an identity is let in by its code, over real sockets; a stranger between the two is not."""

import contextlib
import http.client
import os
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from firmware_config.identity import authority, enrol_code, enrol_desk, enrol_device
from firmware_config.identity.enrol_desk import Desk, DeskRefuses
from firmware_config.identity.enrol_device import Applicant
from firmware_config.identity.enrol_server import AT_ONCE_MOST, REQUEST_BYTES_MOST, EnrolServer
from firmware_config.identity.files import IdentityError
from tests.firmware_config.identity.rig import MACHINES, Device, hall_of_machines, made_vault, running_broker, stolen
from tests.halls import SMALL
from tests.ports import free_port
from tests.waiting import until

NOW = datetime.now(UTC)
CA, KEY, NUMBER = bytes(range(32)), bytes(range(32, 64)), bytes(16)
ROOT = Path(__file__).parents[3]


@contextlib.contextmanager
def open_desk(folder: Path) -> Iterator[tuple[EnrolServer, Path]]:
    vault = made_vault(hall_of_machines(), folder / "secrets")
    held = vault.identity
    server = EnrolServer(vault.ca, held / "server.pem", held / "server.key", "127.0.0.1", 0)
    server.start()
    try:
        yield server, vault.folder
    finally:
        server.stop()


def let_in_meanwhile(applicant: Applicant) -> list[tuple[str, ...]]:
    got: list[tuple[str, ...]] = []
    threading.Thread(target=lambda: got.append(applicant.wait(threading.Event(), 60.0)), daemon=True).start()
    return got


def test_the_code_is_read_and_typed_as_people_do() -> None:
    digest = enrol_code.digest_of(KEY, CA, NUMBER)
    code = enrol_code.code_of(digest)
    assert len(code) == 14 and code.count("-") == 2
    scanned = enrol_code.scanned_of(digest, CA)
    for given in (code, code.lower(), code.replace("-", ""), f" {code} ", scanned, scanned.lower()):
        assert enrol_code.is_code(given) and enrol_code.matches(given, digest, CA), given
    assert enrol_code.typed("OIL0") == "0110"
    assert not enrol_code.is_code("") and not enrol_code.is_code("U" * 12) and not enrol_code.is_code("A" * 13)


@pytest.mark.parametrize("other", [(CA, CA, NUMBER), (KEY, KEY, NUMBER), (KEY, CA, bytes([1] * 16))])
def test_another_key_authority_or_number_is_another_code(other: tuple[bytes, bytes, bytes]) -> None:
    digest = enrol_code.digest_of(KEY, CA, NUMBER)
    assert enrol_code.code_of(enrol_code.digest_of(*other)) != enrol_code.code_of(digest)
    assert not enrol_code.matches(enrol_code.scanned_of(digest, KEY), digest, CA), "scanned: the authority is compared"


def test_a_code_is_good_once_and_for_a_while() -> None:
    desk = Desk(CA)
    asking = desk.ask("10.20.0.31", b"request", KEY, now_s=0.0)
    code = enrol_code.code_of(asking.digest)
    assert desk.find(code, 1.0) is asking and desk.waiting(1.0) == 1
    asking.answer = b"{}"
    with pytest.raises(DeskRefuses) as used:
        desk.find(code, 2.0)
    assert used.value.status == 404
    assert desk.of_ticket(asking.ticket, 3.0) is asking, "its answer is given as often as it asks"
    later = desk.ask("10.20.0.31", b"request", KEY, now_s=10.0)
    assert later.number != asking.number and later.ticket != asking.ticket
    with pytest.raises(DeskRefuses):
        desk.find(enrol_code.code_of(later.digest), 10.0 + enrol_desk.WAITS_S)
    with pytest.raises(DeskRefuses):
        desk.of_ticket(later.ticket, 10.0 + enrol_desk.WAITS_S)


def a_key(number: int) -> bytes:
    return number.to_bytes(32, "big")


def test_whoever_asks_without_end_is_refused_and_others_are_not() -> None:
    desk = Desk(CA)
    for turn in range(enrol_desk.MOST_OF_ONE):
        desk.ask("10.20.0.66", b"", a_key(turn), now_s=turn * 10.0)
        with pytest.raises(DeskRefuses, match="too often"):
            desk.ask("10.20.0.66", b"", KEY, now_s=turn * 10.0 + 1)
    with pytest.raises(DeskRefuses, match="too many devices"):
        desk.ask("10.20.0.66", b"", KEY, now_s=100.0)
    for number in range(enrol_desk.MOST_WAITING - enrol_desk.MOST_OF_ONE):
        desk.ask(f"10.20.1.{number}", b"", a_key(100 + number), now_s=100.0)
    with pytest.raises(DeskRefuses, match="too many devices"):
        desk.ask("10.20.2.1", b"", KEY, now_s=100.0)
    desk.ask("10.20.2.1", b"", KEY, now_s=100.0 + enrol_desk.WAITS_S)


def test_a_device_that_is_restarted_again_and_again_has_one_code_and_is_not_shut_out() -> None:
    desk = Desk(CA)
    asked = [desk.ask("10.20.0.31", b"", KEY, now_s=turn * 10.0) for turn in range(3 * enrol_desk.MOST_OF_ONE)]
    assert desk.waiting(200.0) == 1
    assert desk.find(enrol_code.code_of(asked[-1].digest), 200.0) is asked[-1]
    with pytest.raises(DeskRefuses):
        desk.find(enrol_code.code_of(asked[0].digest), 200.0)


def test_guessing_is_slow_and_a_slip_of_the_keyboard_is_no_guess() -> None:
    desk = Desk(CA)
    asking = desk.ask("10.20.0.31", b"", KEY, now_s=0.0)
    for _ in range(20):
        with pytest.raises(DeskRefuses, match="12 letters"):
            desk.find("kiosk-1", 1.0)
    for guess in range(enrol_desk.WRONG_MOST):
        with pytest.raises(DeskRefuses, match="compare it"):
            desk.find(f"{guess:012d}", 1.0)
    with pytest.raises(DeskRefuses, match="wait 30 s"):
        desk.find(enrol_code.code_of(asking.digest), 2.0)
    assert desk.find(enrol_code.code_of(asking.digest), 40.0) is asking


def test_a_device_is_let_in_and_its_key_never_left_it(tmp_path: Path) -> None:
    with open_desk(tmp_path) as (server, secrets):
        vault = made_vault(hall_of_machines(), secrets)
        into = tmp_path / "device"
        applicant = Applicant("127.0.0.1", into, server.port, authority.ca_print(vault.ca).hex())
        shown = applicant.ask()
        assert server.waiting() == 1
        own_key = (into / "enrol.key").read_bytes()
        got = let_in_meanwhile(applicant)
        asking = server.find(shown.code)
        assert asking is server.find(shown.scanned)
        files = vault.let_in("kiosk-1", asking.request, NOW)
        server.let_in(asking, {name: content.decode() for name, content in files.items()})
        until(lambda: got, "the device being let in")
    assert got == [("kiosk-1",)]
    assert {path.name for path in into.iterdir()} == {"ca.pem", "kiosk-1.pem", "kiosk-1.key"}
    assert (into / "kiosk-1.key").read_bytes() == own_key
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in into.iterdir()) and into.stat().st_mode & 0o777 == 0o700
    found = [path for path in secrets.rglob("*") if path.is_file() and own_key in path.read_bytes()]
    assert not found and not (secrets / "identity" / "kiosk-1.key").exists()
    assert authority.is_good(vault.ca, (into / "kiosk-1.pem").read_bytes(), own_key, "kiosk-1")


def test_a_stranger_between_device_and_desk_makes_another_code(tmp_path: Path) -> None:
    """He gives the device an authority of his own and asks the true desk with a key of his own."""
    with open_desk(tmp_path / "true") as (true, _), open_desk(tmp_path / "false") as (false, _):
        shown = Applicant("127.0.0.1", tmp_path / "device", false.port).ask()
        his = Applicant("127.0.0.1", tmp_path / "his", true.port).ask()
        assert shown.code != his.code and shown.ca_print != his.ca_print
        for said in (shown.code, shown.scanned):
            with pytest.raises(DeskRefuses, match="somebody stands between"):
                true.find(said)


def test_a_device_that_was_told_the_authority_takes_no_other(tmp_path: Path) -> None:
    with open_desk(tmp_path) as (server, _):
        with pytest.raises(IdentityError, match="not the one that was told"):
            Applicant("127.0.0.1", tmp_path / "device", server.port, "00" * 32).ask()
        assert server.waiting() == 0 and not (tmp_path / "device").exists()


@pytest.mark.parametrize("case", range(5))
def test_what_is_not_for_the_device_is_not_taken(tmp_path: Path, case: int) -> None:
    with open_desk(tmp_path) as (server, secrets):
        vault = made_vault(hall_of_machines(), secrets)
        foreign = (vault.identity / "kiosk-2.pem").read_text()
        files = ({"kiosk-2.pem": foreign}, {"../kiosk-2.pem": foreign}, {"ca.pem": foreign}, {"x.key": "k"}, {})[case]
        into = tmp_path / "device"
        applicant = Applicant("127.0.0.1", into, server.port)
        shown = applicant.ask()
        server.let_in(server.find(shown.code), files)
        with pytest.raises(IdentityError, match="of no use"):
            applicant.wait(threading.Event(), 30.0)
        assert [path.name for path in into.iterdir()] == ["enrol.key"]


def test_the_desk_stands_whatever_is_sent(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    unproved = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    unproved.check_hostname, unproved.verify_mode = False, ssl.CERT_NONE

    def said(method: str, path: str, body: bytes = b"", **headers: str) -> int:
        one = http.client.HTTPSConnection("127.0.0.1", server.port, timeout=20, context=unproved)
        with contextlib.closing(one):
            one.request(method, path, body, headers)
            return one.getresponse().status

    with open_desk(tmp_path) as (server, _):
        garbage = authority.request("x", authority.new_key()).replace(b"A", b"B")
        assert [said("POST", "/enrol", body) for body in (b"", b"\x00" * 100, garbage)] == [400, 400, 400]
        assert said("POST", "/enrol", b"x" * (REQUEST_BYTES_MOST + 1)) == 413
        assert said("GET", "/enrol") == said("GET", "/enrol", Authorization="Bearer guessed") == 404
        assert said("GET", "/../secrets/ca.key") == 404 and said("PUT", "/enrol") == 501
        import socket

        silent = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(AT_ONCE_MOST + 8)]
        silent[0].sendall(b"GET /ca HTTP/1.1\r\n\r\n")  # without TLS
        for one in silent:
            one.close()
        until(lambda: _answers(said), "the desk answering again")
        assert server.waiting() == 0
    assert "Traceback" not in capfd.readouterr().err


def _answers(said: "object") -> bool:
    with contextlib.suppress(OSError, http.client.HTTPException):
        return said("GET", "/ca") == 200  # type: ignore[operator]
    return False


@pytest.mark.system
def test_the_commands_let_a_device_in_that_connects_and_throw_out_who_had_its_name(tmp_path: Path) -> None:
    """Desk and device as processes, the code typed at the terminal, then the device at a real broker with TLS."""
    with running_broker(hall_of_machines(), tmp_path / "broker") as running:
        vault, port = running.vault, free_port()
        path = tmp_path / "hall.toml"
        text = SMALL + MACHINES.replace('server = "10.20.0.10"', 'server = "127.0.0.1"').replace("10.20.0.10/24", "")
        path.write_text(text.replace('address = ""\n', "") + f"[broker]\nport = {running.plain_port}\n", "utf-8")
        told = {key: value for key, value in os.environ.items() if not key.startswith("JIAOHAO_")}
        told |= {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        ask = [sys.executable, "-m", "firmware_config", "enrol", "--hall", str(path), "--port", str(port)]
        before = Device("kiosk-1", stolen(vault.identity, tmp_path), running.secure_port)
        assert before.connect()
        desk = subprocess.Popen(
            [*ask, "--secrets", str(vault.folder)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=told,
        )  # fmt: skip
        device_log = tmp_path / "device.log"
        with device_log.open("w") as log:
            device = subprocess.Popen([*ask, "--ask", "--into", str(tmp_path / "own")], stdout=log, env=told)
        try:
            until(lambda: "\ncode " in device_log.read_text(), "the device showing its code")
            shown = device_log.read_text()
            assert "登记码" in shown and ("█" in shown or "▄" in shown)
            code = device_log.read_text().split("\ncode ")[1].split()[0]
            out, _ = desk.communicate(f"{code}\n{code} nobody\n{code} server\n{code} pi-1\n", timeout=60)
            assert device.wait(60) == 0, device_log.read_text()
        finally:
            for process in (desk, device):
                process.kill()
                process.wait()
        assert "type CODE, a space, NAME" in out and "has no 'nobody'" in out and "needs no letting in" in out
        assert "let in: kiosk-1, pi-1" in out and authority.ca_print(vault.ca).hex() in out
        until(lambda: before.ended_s is not None, "who had the name before being thrown out")
        assert not Device("kiosk-1", before.identity, running.secure_port).connect()
        after = Device("kiosk-1", tmp_path / "own", running.secure_port)
        assert after.connect(), after.refused
        after.close()
        assert "PRIVATE" not in out + device_log.read_text()


def test_a_device_begins_anew_when_its_code_has_lapsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enrol_desk, "EVERY_S", 0.0)
    monkeypatch.setattr(enrol_desk, "WAITS_S", 0.5)
    codes: list[str] = []
    stopping = threading.Event()
    with open_desk(tmp_path) as (server, _):
        thread = threading.Thread(
            target=lambda: enrol_device.ask_until_let_in(
                lambda: Applicant("127.0.0.1", tmp_path / "device", server.port),
                lambda shown: codes.append(shown.code),
                stopping,
                pause_s=0.05,
            ),
            daemon=True,
        )
        thread.start()
        until(lambda: len(codes) >= 2, "another code")
        stopping.set()
        thread.join(30)
    assert codes[0] != codes[1] and not thread.is_alive()

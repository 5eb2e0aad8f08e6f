"""Secrets are made once, lie whole on disk for their owner alone, and are said nowhere; OpenSSL judges the papers."""

import json
import multiprocessing
import os
import shutil
import stat
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from broker.runtime.mqtt_access import FOLDER
from firmware_config.__main__ import main
from firmware_config.build.enrol import UNIT
from firmware_config.build.enrol import files as enrol_files
from firmware_config.identity import authority, commands, files, ledger
from firmware_config.identity.broker_files import write_broker_files
from firmware_config.identity.files import IdentityError
from firmware_config.machines import computers
from tests.firmware_config.identity.rig import hall_of_machines, made_vault

NOW = datetime.now(UTC)


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def secrets_of(folder: Path) -> list[str]:
    """Every line of a key, and every password."""
    found = []
    for path in folder.rglob("*"):
        if path.suffix in (".key", ".password"):
            found += [line for line in path.read_text().splitlines() if line and not line.startswith("-----")]
    return found


def test_a_second_run_changes_nothing_and_says_no_secret(
    hall_file: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "secrets"
    command = ["identity", str(hall_file), "--secrets", str(folder)]
    assert main(command) == 0
    before = everything(folder)
    assert main(command) == 0
    assert everything(folder) == before
    said = "".join(capfd.readouterr())
    lines = [line.split() for line in said.splitlines()]
    assert [line[0] for line in lines if "made" in line] == [line[0] for line in lines if "there" in line]
    assert len(secrets_of(folder)) > 20 and not any(secret in said for secret in secrets_of(folder))


def test_folders_and_files_are_for_their_owner_alone_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        vault = made_vault(hall_of_machines(), tmp_path / "secrets")
    finally:
        os.umask(before)
    for path in [vault.folder, *vault.folder.rglob("*")]:
        wanted = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == wanted, path
    vault.folder.chmod(0o755)
    vault.open(NOW)
    assert stat.S_IMODE(vault.folder.stat().st_mode) == 0o700, "one that others may read is closed"


def test_a_file_is_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "key"
    files.write_whole(path, b"old")

    def cut(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", cut)
    with pytest.raises(IdentityError, match="No space left on device"):
        files.write_whole(path, b"new")
    assert path.read_bytes() == b"old" and [one.name for one in tmp_path.iterdir()] == ["key"]
    monkeypatch.undo()
    files.write_once(path, b"other")
    assert path.read_bytes() == b"old"


def _write_once(path: Path, content: bytes) -> None:
    files.write_once(path, content)


def test_two_at_once_make_one(tmp_path: Path) -> None:
    path = tmp_path / "key"
    many = [multiprocessing.Process(target=_write_once, args=(path, bytes([n]) * 5_000)) for n in range(8)]
    for one in many:
        one.start()
    for one in many:
        one.join(60)
    content = path.read_bytes()
    assert len(content) == 5_000 and len(set(content)) == 1 and [one.name for one in tmp_path.iterdir()] == ["key"]


def test_a_run_that_was_cut_off_is_gone_on_with(tmp_path: Path) -> None:
    """Whichever file was not written any more: the rest stays, and what is missing is made for the key there is."""
    hall = hall_of_machines()
    vault = made_vault(hall, tmp_path / "secrets")
    key = (vault.identity / "kiosk-1.key").read_bytes()
    (vault.identity / "kiosk-1.pem").unlink()
    again = made_vault(hall, tmp_path / "secrets")
    assert (again.identity / "kiosk-1.key").read_bytes() == key
    assert authority.is_good(again.ca, (again.identity / "kiosk-1.pem").read_bytes(), key, "kiosk-1")


def test_a_lost_key_of_the_authority_is_not_made_anew(tmp_path: Path) -> None:
    vault = made_vault(hall_of_machines(), tmp_path / "secrets")
    (vault.folder / "ca.key").unlink()
    with pytest.raises(IdentityError, match=r"ca\.key.*restore it"):
        vault.open(NOW)
    with pytest.raises(IdentityError, match="hall 'small', the hall file is of 'other'"):
        made_vault(hall_of_machines(id="other"), tmp_path / "secrets")
    (vault.folder / "ledger.json").write_text("{")
    with pytest.raises(IdentityError, match=r"ledger\.json is damaged"):
        vault.read()


def test_the_certificates_are_what_openssl_takes_them_for(tmp_path: Path) -> None:
    """By a judge that we did not write."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    vault = made_vault(hall_of_machines(), tmp_path / "secrets")
    held = vault.identity

    def verify(name: str, purpose: str, *more: str) -> int:
        command = ["openssl", "verify", "-x509_strict", "-CAfile", held / "ca.pem", "-purpose", purpose, *more]
        return subprocess.run([*command, held / f"{name}.pem"], capture_output=True, check=False).returncode

    hosts = ("-verify_ip", "10.20.0.10"), ("-verify_hostname", "server.local"), ("-verify_ip", "127.0.0.1")
    assert [verify("server", "sslserver", *host) for host in hosts] == [0, 0, 0]
    assert verify("server", "sslserver", "-verify_ip", "10.20.0.11") != 0
    assert verify("kiosk-1", "sslclient") == 0
    assert verify("kiosk-1", "sslserver") != 0, "a stolen kiosk cannot play the hall server"
    stolen = (held / "kiosk-1.pem").read_bytes()
    vault.revoke("kiosk-1", NOW)
    write_broker_files(vault, NOW, held)
    (held / "kiosk-1.pem").write_bytes(stolen)
    listed = ("-crl_check", "-CRLfile", str(held / FOLDER / "crl.pem"))
    assert verify("kiosk-1", "sslclient", *listed) != 0 and verify("kiosk-2", "sslclient", *listed) == 0


def test_rotation_keeps_the_old_certificate_good_and_a_revocation_takes_all(tmp_path: Path) -> None:
    vault = made_vault(hall_of_machines(), tmp_path / "secrets")
    first = authority.read_paper((vault.identity / "kiosk-1.pem").read_bytes())
    old_key = (vault.identity / "kiosk-1.key").read_bytes()
    assert vault.renew("kiosk-1", NOW).made
    second = authority.read_paper((vault.identity / "kiosk-1.pem").read_bytes())
    assert second.serial != first.serial and (vault.identity / "kiosk-1.key").read_bytes() != old_key
    assert ledger.list_of(vault.read(), NOW) == ()
    vault.revoke("kiosk-1", NOW)
    assert {serial for serial, _ in ledger.list_of(vault.read(), NOW)} == {first.serial, second.serial}
    assert vault.held("kiosk-1").revoked
    vault.renew("kiosk-1", NOW)
    assert not vault.held("kiosk-1").revoked, "a replaced device gets an identity again, by a new certificate only"
    assert {serial for serial, _ in ledger.list_of(vault.read(), NOW)} == {first.serial, second.serial}
    assert ledger.list_of(vault.read(), NOW + timedelta(days=3 * 365)) == (), "what has ended needs no list"


def test_sixty_days_before_the_end_it_is_said_and_rotate_finds_it(
    hall_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    at = [datetime(2026, 3, 4, tzinfo=UTC)]

    class Clock(datetime):
        @classmethod
        def now(cls, tz: object = None) -> "Clock":  # type: ignore[override]
            return at[0]  # type: ignore[return-value]

    monkeypatch.setattr(commands, "datetime", Clock)
    where = ["--secrets", str(tmp_path / "secrets")]
    assert main(["identity", str(hall_file), *where]) == 0
    at[0] += authority.DEVICE_LIVES - timedelta(days=61)
    assert main(["identity", str(hall_file), *where]) == 0
    assert "attention" not in capsys.readouterr().out
    at[0] += timedelta(days=2)
    assert main(["identity", str(hall_file), *where]) == 0
    said = capsys.readouterr().out
    assert "attention: the certificate of kiosk-1 ends on 2028-03-03: run firmware_config rotate" in said
    assert main(["rotate", "--hall", str(hall_file), *where]) == 0
    assert "attention" not in capsys.readouterr().out
    assert main(["rotate", "--hall", str(hall_file), *where]) == 0
    assert "no certificate ends within 60 days" in capsys.readouterr().out


def test_a_server_that_moves_gets_another_certificate_for_its_key(tmp_path: Path) -> None:
    vault = made_vault(hall_of_machines(), tmp_path / "secrets")
    key, before = (vault.identity / "server.key").read_bytes(), (vault.identity / "server.pem").read_bytes()
    vault = made_vault(hall_of_machines('gateway = "10.20.0.1"\n'), tmp_path / "secrets")
    assert (vault.identity / "server.pem").read_bytes() == before
    from tests.firmware_config.identity import rig

    moved = rig.parse_hall(rig.SMALL + rig.MACHINES.replace("10.20.0.10", "10.20.0.99"))
    vault = made_vault(moved, tmp_path / "secrets")
    after = (vault.identity / "server.pem").read_bytes()
    assert after != before and (vault.identity / "server.key").read_bytes() == key
    assert "10.20.0.99" in authority.hosts_of(after) and authority.belongs(after, key)


def test_a_device_that_left_the_hall_file_is_told_of(
    hall_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--secrets", str(tmp_path / "secrets")]
    assert main(["identity", str(hall_file), *where]) == 0
    text = hall_file.read_text()
    hall_file.write_text(text.replace("machines.pi-1]", "machines.pi-9]"))
    assert main(["identity", str(hall_file), *where]) == 0
    assert "attention: pi-1 is not in the hall file any more" in capsys.readouterr().out
    assert main(["revoke", "pi-1", "--hall", str(hall_file), *where]) == 0
    revoked = json.loads((tmp_path / "secrets" / "identity" / "broker" / "revoked.json").read_text())
    assert revoked["names"] == ["pi-1"]


def test_where_a_hall_insists_each_device_has_a_password_and_no_certificate(tmp_path: Path) -> None:
    vault = made_vault(hall_of_machines('devices_by = "password"\n'), tmp_path / "secrets")
    names = {path.name for path in vault.identity.glob("kiosk-1.*")}
    assert names == {"kiosk-1.password"} and (vault.identity / "server.pem").exists()
    passwords = [path.read_bytes() for path in vault.identity.glob("*.password")]
    assert len(set(passwords)) == len(passwords) and min(len(one) for one in passwords) > 40
    text = (vault.identity / FOLDER / "passwords").read_text()
    assert not any(one.decode().strip() in text for one in passwords), "the broker has hashes alone"


def test_every_machine_but_the_hall_server_asks_at_its_first_start(tmp_path: Path) -> None:
    hall = hall_of_machines()
    made = {computer.name: list(enrol_files(hall, computer)) for computer in computers(hall)}
    assert made["server"] == [] and {file.path for file in made["pi-1"]} == {f"root/etc/systemd/system/{UNIT}"}
    text = made["pi-1"][0].content.decode()
    assert "ConditionPathExists=!/var/lib/jiaohao/identity/ca.pem" in text and "Before=jiaohao.target" in text
    assert made["pi-1"] == made["pi-2"]

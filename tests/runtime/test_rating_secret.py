"""Who has which key, where it lies, and that a new one counts without a restart."""

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from broker.model.rating_keys import RatingKeys
from broker.runtime.errors import SettingError
from broker.runtime.rating_secret import (
    ENVIRONMENT_NAME,
    device_keys,
    evaluator_key,
    key_lines,
    known_keys,
    server_keys,
    sign_codes,
    signing_devices,
)
from tests.halls import SMALL, small_hall


def test_the_server_makes_the_secret_and_devices_of_its_machine_agree_with_it(tmp_path: Path) -> None:
    sign = device_keys("small", "kiosk-1", tmp_path / "kiosk-1", {})
    assert sign().code("ticket-1") == "", "before the server made it, nobody signs and nothing is made"
    keys = server_keys("small", tmp_path / "server", {})
    assert (tmp_path / "rating.secret").stat().st_mode & 0o077 == 0
    assert keys().of("kiosk-1").made_code("ticket-1", sign().code("ticket-1"))
    assert not keys().of("kiosk-2").made_code("ticket-1", sign().code("ticket-1"))
    assert evaluator_key("small", tmp_path / "desk-1", {})() in known_keys("small", tmp_path / "web", {}).bearers()


def test_a_device_of_another_machine_has_its_own_key_and_no_other(tmp_path: Path) -> None:
    keys = RatingKeys("small", (b"today's secret, long enough",))
    (tmp_path / "kiosk-1").mkdir()
    (tmp_path / "kiosk-1" / "rating.key").write_text("\n".join(key_lines(keys, ["kiosk-1"])) + "\n")
    mine = device_keys("small", "kiosk-1", tmp_path / "kiosk-1", {})()
    assert mine == keys.of("kiosk-1")
    assert device_keys("small", "kiosk-2", tmp_path / "kiosk-1", {})().keys == ()
    assert evaluator_key("small", tmp_path / "kiosk-1", {})() == keys.bearers()[0]
    assert evaluator_key("small", tmp_path / "kiosk-1", {"JIAOHAO_DEVICE_KEY": "by-hand"})() == "by-hand"
    assert b"today's secret" not in (tmp_path / "kiosk-1" / "rating.key").read_bytes()


def test_a_new_secret_signs_at_once_and_the_old_one_is_believed_until_it_is_taken_away(tmp_path: Path) -> None:
    keys = server_keys("small", tmp_path / "server", {})
    file, sign = tmp_path / "rating.secret", device_keys("small", "kiosk-1", tmp_path / "kiosk-1", {})
    before = sign().ticket_proof("ticket-1")
    file.write_text("a new secret of this hall\n" + file.read_text())
    assert sign().ticket_proof("ticket-1") != before
    for proof in (before, sign().ticket_proof("ticket-1")):
        assert keys().of("kiosk-1").made_ticket_proof("ticket-1", proof)
    file.write_text("a new secret of this hall\n")
    assert not keys().of("kiosk-1").made_ticket_proof("ticket-1", before)


def test_the_command_prints_keys_renews_the_secret_and_forgets_what_was_stolen(tmp_path: Path) -> None:
    path = tmp_path / "hall.toml"
    path.write_text(SMALL, encoding="utf-8")

    def ask(*words: str) -> str:
        command = [sys.executable, "-m", "broker", "rating-key", str(path), *words]
        environment = {**os.environ, "JIAOHAO_DATA": str(tmp_path / "data")}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60).stdout

    with pytest.raises(subprocess.CalledProcessError) as nothing:
        ask("--forget")
    assert "--new" in nothing.value.stderr and "请同时写 --new" in nothing.value.stderr, "a thief's key would stay good"
    before = ask("kiosk-1")
    assert [line.split()[0] for line in before.splitlines()] == ["kiosk-1", "evaluators"]
    assert ask("kiosk-1") == before
    renewed = ask("kiosk-1", "--new").splitlines()[0].split()
    assert len(renewed) == 3 and renewed[2] == before.split()[1], "the old one is still believed"
    assert len(ask("kiosk-1", "--forget").splitlines()[0].split()) == 2
    assert [line.split()[0] for line in ask("desk-1").splitlines()] == ["evaluators"], "keys on a line show no code"
    for words in (["display-1"], []):
        with pytest.raises(subprocess.CalledProcessError) as refused:
            ask(*words)
        assert "kiosk-1" in refused.value.stderr and "desk-1" in refused.value.stderr, "it says who may be named"


def test_a_caller_is_named_for_the_evaluator_screens_that_it_drives() -> None:
    hall = small_hall()
    screen = msgspec.structs.replace(hall.keypads["keypad-1"], address="window://0?size=1280x400", levels={})
    hall = msgspec.structs.replace(hall, keypads={**hall.keypads, "keypad-1": screen})
    found = signing_devices(hall, ["desk-1", "keypad-1", "nobody"])
    assert found == {"desk-1": ("keypad-1",), "keypad-1": ("keypad-1",), "nobody": None}


def test_a_word_in_the_environment_serves_all_machines_and_a_short_one_is_refused(tmp_path: Path) -> None:
    word = {ENVIRONMENT_NAME: "a word of the whole hall"}
    keys = server_keys("small", tmp_path / "server", word)
    assert not (tmp_path / "rating.secret").exists()
    assert keys().of("sign-1") == device_keys("small", "sign-1", tmp_path / "elsewhere", word)()
    with pytest.raises(SettingError):
        server_keys("small", tmp_path / "server", {ENVIRONMENT_NAME: "short"})


def test_a_sign_shows_no_code_without_a_key_or_a_public_address(tmp_path: Path) -> None:
    hall = small_hall()
    collector = msgspec.structs.replace(hall.collector, public_url="https://hall.example")
    public = msgspec.structs.replace(hall, collector=collector)
    word = {ENVIRONMENT_NAME: "a word of the whole hall"}
    assert sign_codes(public, "sign-1", tmp_path, {})("2026-03-04-v1") == ""
    assert sign_codes(msgspec.structs.replace(hall, collector=msgspec.structs.replace(collector, public_url="")),
                      "sign-1", tmp_path, word)("2026-03-04-v1") == ""  # fmt: skip
    proof = device_keys("small", "sign-1", tmp_path, word)().visit_proof("2026-03-04-v1")
    shown = sign_codes(public, "sign-1", tmp_path, word)("2026-03-04-v1")
    assert shown == f"https://hall.example/r/sign-1/2026-03-04-v1?k={proof}"


def test_a_caller_elsewhere_without_a_key_says_so_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    key = evaluator_key("small", tmp_path / "caller-1", {})
    assert key() == "" and key() == ""
    said = [record.getMessage() for record in caplog.records if record.name.endswith("rating_secret")]
    assert len(said) == 1 and "rating.key" in said[0] and "evaluators" in said[0]
    server_keys("small", tmp_path / "server", {})
    assert key(), "beside the server nothing is lacking"
    assert len([record for record in caplog.records if record.name.endswith("rating_secret")]) == 1

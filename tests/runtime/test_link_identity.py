"""What a program shows at its broker, from files that may be missing, of somebody else, or renewed meanwhile."""

import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest

from broker.runtime.errors import SettingError, in_both_languages
from broker.runtime.link import LinkOptions, LinkState, parse_address
from broker.runtime.link_identity import LinkIdentity, identity_folder, with_identity
from broker.runtime.mqtt_access import access_of
from firmware_config.identity import authority
from tests.runtime.mqtt_rig import Client

NOW = datetime.now(UTC)
SECURE, PLAIN = parse_address("mqtts://10.20.0.10"), parse_address("mqtt://127.0.0.1")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What a machine that runs ``kiosk-1`` holds."""
    made = tmp_path / "identity"
    made.mkdir()
    ca_key, key = authority.new_key(), authority.new_key()
    ca = authority.new_authority("small", ca_key, NOW)
    (made / "ca.pem").write_bytes(ca)
    (made / "kiosk-1.key").write_bytes(key)
    (made / "kiosk-1.pem").write_bytes(authority.issue(ca_key, ca, "kiosk-1", key, NOW))
    return made


def test_a_hall_of_one_machine_needs_none() -> None:
    options = LinkOptions()
    assert identity_folder({}) is None and identity_folder({"JIAOHAO_IDENTITY": " "}) is None
    assert with_identity(options, "kiosk-1", {}, check="mqtts://somewhere") is options
    assert access_of({}) is None


def test_a_certificate_is_shown_and_the_broker_must_prove_itself(folder: Path) -> None:
    shown = LinkIdentity(folder, "kiosk-1").credentials(SECURE)
    assert shown.context is not None and shown.username is None and shown.password is None
    assert shown.context.verify_mode is ssl.CERT_REQUIRED and shown.context.check_hostname
    assert shown.context.minimum_version is ssl.TLSVersion.TLSv1_2
    assert len(shown.context.get_ca_certs()) == 1, "the hall's own authority, and none of the Internet's"


def test_a_password_is_shown_where_there_is_no_certificate_and_never_told(folder: Path) -> None:
    (folder / "desk-1.password").write_text("hunter2hunter2\n")
    shown = LinkIdentity(folder, "desk-1").credentials(SECURE)
    assert (shown.username, shown.password) == ("desk-1", "hunter2hunter2") and shown.context is not None
    local = LinkIdentity(folder, "desk-1").credentials(PLAIN)
    assert (local.username, local.password, local.context) == ("desk-1", "hunter2hunter2", None)
    assert "hunter2" not in repr(shown) + repr(local) + repr(with_identity(LinkOptions(), "desk-1", {}))
    with pytest.raises(SettingError, match="is not encrypted"):
        LinkIdentity(folder, "desk-1").credentials(parse_address("mqtt://10.20.0.10"))


@pytest.mark.parametrize(
    ("spoilt", "content", "why"),
    [
        ("ca.pem", None, "ca.pem cannot be read"),
        ("ca.pem", b"", "ca.pem holds no certificate"),
        ("ca.pem", "嗨".encode(), "ca.pem holds no certificate"),
        ("kiosk-1.pem", None, "kiosk-1.pem cannot be read"),
        ("kiosk-1.key", None, "kiosk-1.key cannot be read"),
        ("kiosk-1.key", b"nothing", "kiosk-1.key holds no key"),
        ("kiosk-1.key", authority.new_key(), "kiosk-1.key holds no key without a passphrase for"),
    ],
)
def test_what_is_missing_or_not_ones_own_is_named(folder: Path, spoilt: str, content: bytes | None, why: str) -> None:
    path = folder / spoilt
    key = (folder / "kiosk-1.key").read_text()
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingError) as refused:
        with_identity(LinkOptions(), "kiosk-1", {"JIAOHAO_IDENTITY": str(folder)}, check="mqtts://10.20.0.10")
    assert why in str(refused.value)
    said = in_both_languages(refused.value)
    assert refused.value.zh and not any(line in said for line in key.splitlines()[1:-1])


def test_a_key_with_a_passphrase_asks_nobody(folder: Path) -> None:
    from cryptography.hazmat.primitives import serialization as s

    key = s.load_pem_private_key((folder / "kiosk-1.key").read_bytes(), None)
    locked = key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.BestAvailableEncryption(b"word"))
    (folder / "kiosk-1.key").write_bytes(locked)
    with pytest.raises(SettingError, match="without a passphrase"):
        LinkIdentity(folder, "kiosk-1").credentials(SECURE)


@pytest.mark.parametrize("password", ["", "\n", "嗨", "two\nlines", "tab\tin it"])
def test_a_password_that_cannot_be_one_is_refused_and_not_told(folder: Path, password: str) -> None:
    (folder / "desk-1.password").write_text(password, encoding="utf-8")
    with pytest.raises(SettingError, match=r"desk-1\.password holds no password of one line"):
        LinkIdentity(folder, "desk-1").credentials(PLAIN)


def test_a_file_that_cannot_be_read_is_named(folder: Path) -> None:
    (folder / "kiosk-1.key").unlink()
    (folder / "kiosk-1.key").mkdir()
    with pytest.raises(SettingError, match=r"kiosk-1\.key cannot be read \(Is a directory\)"):
        LinkIdentity(folder, "kiosk-1").credentials(SECURE)


def test_a_link_without_its_files_goes_on_trying_and_says_it_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    options = LinkOptions(first_wait_s=(0.02, 0.03), longest_wait_s=0.05)
    options = with_identity(options, "kiosk-1", {"JIAOHAO_IDENTITY": str(tmp_path / "nothing")})
    client = Client("mqtts://127.0.0.1:1", "kiosk-1", options=options)
    client.turn_until(lambda: client.states.count(LinkState.WAITING) >= 4, "four tries")
    client.link.stop()
    assert client.reasons.count("no identity") >= 4
    told = [record for record in caplog.records if "without an identity" in record.message]
    assert len(told) == 1 and not any(record.exc_info for record in caplog.records)

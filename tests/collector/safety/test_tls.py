"""The collector speaks HTTPS by itself: real TLS with a certificate of this test's own."""

import json
import os
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from flask import Flask

from broker.__main__ import main
from broker.collector.run import addresses_of, make_server
from broker.collector.safety.certificate import Certificate
from broker.collector.web import WebOptions
from broker.model.hall_file import parse_hall
from broker.runtime.errors import SettingError
from broker.runtime.whereabouts import collector_url
from tests.collector.conftest import PASSWORD
from tests.collector.serving import served
from tests.collector.town import TownHub
from tests.halls import SMALL
from tests.waiting import until

WAIT_S = 25


def write_pair(folder: Path, name: str = "hall", *, days: int = 90, passphrase: bytes = b"") -> tuple[Path, Path]:
    """A certificate for this machine, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    ends = datetime.now(UTC) + timedelta(days=days)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(ends - timedelta(days=900))
        .not_valid_after(ends)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    chain, secret = folder / f"{name}.crt", folder / f"{name}.key"
    chain.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    locked = serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption_algorithm=locked)
    )
    return chain, secret


@pytest.fixture
def options() -> WebOptions:
    return WebOptions(listen="0.0.0.0", public_url="https://localhost", tls=True)


@pytest.fixture
def certificate(tmp_path: Path) -> Certificate:
    return Certificate(*write_pair(tmp_path))


@pytest.fixture
def port(app: Flask, hub: TownHub, certificate: Certificate) -> Iterator[int]:
    """The collector behind its own server, encrypted."""
    server = make_server(app, "127.0.0.1", 0, certificate=certificate)
    assert addresses_of(server) == [f"https://127.0.0.1:{server.effective_port}"]
    with served(app, hub, server):
        yield int(server.effective_port)


def trusting(tmp_path: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(tmp_path / "hall.crt"))


def connect(port: int, tmp_path: Path, source: str = "127.0.0.1") -> HTTPSConnection:
    line = socket.create_connection(("127.0.0.1", port), WAIT_S, source_address=(source, 0))
    made = HTTPSConnection("localhost", port, timeout=WAIT_S)
    made.sock = trusting(tmp_path).wrap_socket(line, server_hostname="localhost")
    return made


def ask(line: HTTPConnection, path: str, method: str = "GET", **more: Any) -> Any:
    line.request(method, path, **more)
    answer = line.getresponse()
    answer.body = answer.read()  # type: ignore[attr-defined]
    return answer


def test_pages_and_json_come_encrypted_and_ask_for_encryption_from_then_on(port: int, tmp_path: Path) -> None:
    line = connect(port, tmp_path)
    assert line.sock.version() in ("TLSv1.2", "TLSv1.3")
    page = ask(line, "/login")
    assert page.status == 200
    assert "max-age=31536000" in page.headers["Strict-Transport-Security"]
    assert all("; Secure" in cookie for cookie in page.headers.get_all("Set-Cookie"))
    assert page.headers.get_all("Set-Cookie")[0].startswith("__Host-")
    again = ask(line, "/api/status")  # on the same connection
    assert again.status == 200
    assert again.headers["Strict-Transport-Security"]
    assert json.loads(again.body)["hall"]
    styles = ask(line, "/static/base.css")  # longer than a record of TLS may be
    assert len(styles.body) == int(styles.headers["Content-Length"])
    line.close()


def test_a_body_of_several_records_arrives_whole(port: int, tmp_path: Path) -> None:
    line = connect(port, tmp_path)
    body = json.dumps({"id": "x" * 15_000}).encode()
    head = (
        f"POST /api/evaluations HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    ).encode()
    whole = head + body
    for begin in range(0, len(whole), 5_000):
        line.sock.sendall(whole[begin : begin + 5_000])
    heard = b"".join(iter(lambda: line.sock.recv(8192), b""))
    assert heard.startswith(b"HTTP/1.1 4"), heard[:200]
    assert b'"code"' in heard


def test_live_pages_hear_over_tls_and_their_seats_are_of_who_sits_there(
    app: Flask, port: int, hub: TownHub, tmp_path: Path
) -> None:
    web = app.extensions["jiaohao"]
    first = connect(port, tmp_path, "127.0.0.2")
    first.request("GET", "/api/events?watch=hall,counter")
    stream = first.getresponse()
    assert stream.headers["Content-Type"].startswith("text/event-stream")
    assert any(b"hello" in stream.readline() for _ in range(4))
    until(lambda: web.watched == 1)
    hub.take_ticket("pension")
    until(lambda: b"changed" in stream.readline())
    stream.close()
    hub.take_ticket("pension")  # who left is noticed when something is sent to him
    until(lambda: _knock(hub) and not web.watched)


def _knock(hub: TownHub) -> bool:
    hub.take_ticket("medical")
    return True


def test_the_far_ends_address_is_its_own_for_limits_and_the_audit_log(app: Flask, port: int, tmp_path: Path) -> None:
    line = connect(port, tmp_path, "127.0.0.3")
    page = ask(line, "/login")
    cookie = page.headers["Set-Cookie"].split(";")[0]
    token = page.body.decode().split('name="csrf" value="')[1].split('"')[0]
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    body = f"csrf={token}&name=the-clerk&password={PASSWORD}"
    assert ask(line, "/login", "POST", body=body, headers=headers).status == 302
    row = app.extensions["jiaohao"].accounts.audit.rows(1)[0]
    assert (row.type, row.address) == ("log_in", "127.0.0.3")


def test_who_speaks_without_encryption_is_sent_to_the_encrypted_address_and_nothing_else(port: int) -> None:
    plain = HTTPConnection("127.0.0.1", port, timeout=WAIT_S)
    answer = ask(plain, "/t/A001?lang=en", headers={"Host": f"localhost:{port}"})
    assert (answer.status, answer.headers["Location"]) == (308, f"https://localhost:{port}/t/A001?lang=en")
    assert "Set-Cookie" not in answer.headers
    posted = ask(plain, "/api/evaluations", "POST", body=b"{}", headers={"Content-Type": "application/json"})
    assert posted.status == 400
    assert "https://" in posted.body.decode()
    odd = ask(plain, "/", headers={"Host": "a b"})
    assert odd.status == 400


def test_what_is_no_tls_and_no_http_disturbs_nobody(port: int, tmp_path: Path) -> None:
    lines = [socket.create_connection(("127.0.0.1", port), WAIT_S) for _ in range(4)]
    for line, said in zip(lines, (b"\x16\x03\x01\xff\xff" + b"x" * 70_000, b"\x16", b"\x00" * 99, b""), strict=True):
        line.sendall(said)
    lines[3].close()
    distrusting = socket.create_connection(("127.0.0.1", port), WAIT_S)
    with pytest.raises(ssl.SSLCertVerificationError):
        ssl.create_default_context().wrap_socket(distrusting, server_hostname="localhost")
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    assert ask(connect(port, tmp_path), "/api/status").status == 200
    for line in lines:
        line.close()


def test_a_renewed_certificate_is_taken_and_a_broken_one_is_not(
    port: int, certificate: Certificate, tmp_path: Path
) -> None:
    assert not certificate.refresh()
    before = ssl.get_server_certificate(("127.0.0.1", port))
    (tmp_path / "hall.crt").write_text("half written", encoding="ascii")
    assert not certificate.refresh()
    assert ssl.get_server_certificate(("127.0.0.1", port)) == before
    write_pair(tmp_path, days=200)
    assert certificate.refresh()
    assert ssl.get_server_certificate(("127.0.0.1", port)) == (tmp_path / "hall.crt").read_text(encoding="ascii")


# -- what is wrong with the files is said -----------------------------------


def wrong(folder: Path, name: str) -> tuple[Path, Path]:
    chain, key = write_pair(folder)
    other = write_pair(folder, "other")
    empty = folder / "empty.pem"
    empty.write_bytes(b"")
    return {
        "no certificate there": (folder / "nowhere.crt", key),
        "no key there": (chain, folder / "nowhere.key"),
        "a folder": (folder, key),
        "no PEM": (empty, key),
        "a key as certificate": (key, key),
        "a certificate as key": (chain, chain),
        "another's key": (chain, other[1]),
        "a locked key": (chain, write_pair(folder, "locked", passphrase=b"secret")[1]),
    }[name]


WRONG = {
    "no certificate there": "web.tls_certificate",
    "no key there": "web.tls_key",
    "a folder": "web.tls_certificate",
    "no PEM": "web.tls_certificate",
    "a key as certificate": "web.tls_certificate",
    "a certificate as key": "web.tls_key",
    "another's key": "web.tls_key",
    "a locked key": "web.tls_key",
}


@pytest.mark.parametrize("name", WRONG)
def test_each_wrong_file_is_named_in_a_sentence_of_both_languages(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingError) as caught:
        Certificate(*wrong(tmp_path, name))
    assert caught.value.setting == WRONG[name]
    assert any("\u4e00" <= sign <= "\u9fff" for sign in caught.value.zh)
    assert str(tmp_path) in str(caught.value)


def hall_text(chain: Path, key: Path, more: str = 'public_url = "https://localhost:8443"') -> str:
    return f'{SMALL}\n[collector]\n{more}\n[web]\ntls_certificate = "{chain}"\ntls_key = "{key}"\n'


def test_describe_says_what_is_wrong_and_what_soon_will_be(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "hall.toml"
    path.write_text(hall_text(*wrong(tmp_path, "another's key")), encoding="utf-8")
    assert main(["describe", str(path)]) != os.EX_OK
    assert "does not belong to the certificate" in capsys.readouterr().err
    path.write_text(hall_text(*write_pair(tmp_path, days=3)), encoding="utf-8")
    assert main(["describe", str(path)]) == os.EX_OK
    assert "the web certificate ends on" in capsys.readouterr().out
    path.write_text(hall_text(*write_pair(tmp_path, days=-3)), encoding="utf-8")
    assert main(["describe", str(path)]) == os.EX_OK
    assert "the web certificate ended on" in capsys.readouterr().out
    path.write_text(hall_text(*write_pair(tmp_path)), encoding="utf-8")
    assert main(["describe", str(path)]) == os.EX_OK
    assert "the web certificate" not in capsys.readouterr().out


def test_callers_post_to_the_name_of_the_certificate() -> None:
    hall = parse_hall(hall_text(Path("/a"), Path("/b"), 'public_url = "https://hall.example.gov.cn:8443/"'))
    assert collector_url(hall, {}) == "https://hall.example.gov.cn:8443"
    assert collector_url(parse_hall(SMALL), {}).startswith("http://")

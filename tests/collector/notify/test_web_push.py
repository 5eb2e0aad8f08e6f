"""What a push service gets can be read by the browser it is for, and by nobody else; it is told who we are."""

import json
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from broker.collector.notify.http_post import Posted, is_public
from broker.collector.notify.push_store import OF_ONE_TICKET_MOST, PushStore, Subscription, id_of
from broker.collector.notify.ways import Letter, NotDelivered
from broker.collector.notify.web_push import (
    CURVE,
    PushWay,
    encrypted,
    from_text,
    kept_keys,
    public_bytes,
    to_text,
    usable,
)
from tests.collector.notify.receivers import web_receiver

BROWSER = ec.derive_private_key(77, CURVE)
SECRET = b"sixteen bytes 16"
KEY = to_text(public_bytes(BROWSER))
RFC_8291 = {
    "plain": b"When I grow up, I want to be a watermelon",
    "browser": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "secret": "BTBZMqHH6r4Tts7J_aSIgg",
    "own": "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw",
    "salt": "DGv6ra1nlYgDCS1FRnbzlw",
    "record": "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZI"
    "IgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3"
    "oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN",
}
"""Appendix A of the RFC."""


def opened(record: bytes, private: ec.EllipticCurvePrivateKey = BROWSER, secret: bytes = SECRET) -> bytes:
    """What the browser does, written from the RFC apart from what is tested."""
    salt, size, ours = record[:16], record[20], record[21 : 21 + record[20]]
    shared = private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, ours))
    info = b"WebPush: info\0" + public_bytes(private) + ours
    ikm = HKDF(hashes.SHA256(), 32, secret, info).derive(shared)
    key = HKDF(hashes.SHA256(), 16, salt, b"Content-Encoding: aes128gcm\0").derive(ikm)
    nonce = HKDF(hashes.SHA256(), 12, salt, b"Content-Encoding: nonce\0").derive(ikm)
    plain = AESGCM(key).decrypt(nonce, record[21 + size :], None)
    assert plain.endswith(b"\2")
    return plain[:-1]


def letter(**more: object) -> Letter:
    facts = {"number": "A001", "counter": "3", "page": "/t/x?k=y"}
    told = {"id": "push-0001", "to": id_of("ticket-1", "x"), "kind": "called", "subject": "", "text": "轮到您\nNow you"}
    return Letter(**{**told, "language": "both", "facts": facts, "at_ms": 1_000, "until_ms": 301_000, **more})  # type: ignore[arg-type]


class Rig:
    def __init__(self, tmp_path: Path, endpoint: str, listed: tuple[str, ...] = ("127.0.0.1",)) -> None:
        self.now_ms = 1_000
        self.store = PushStore(tmp_path / "push.db", lambda: self.now_ms)
        self.one = Subscription(
            id_of("ticket-1", "x"), "ticket-1", "A001", "/t/x?k=y", endpoint, KEY, to_text(SECRET), "zh", 9_000
        )
        self.store.add(self.one)
        self.keys = kept_keys(tmp_path)
        self.way = PushWay(self.keys, self.store, "mailto:hall@example.cn", listed, lambda: 1_700_000_000.0)


def test_a_record_is_that_of_the_rfc() -> None:
    own = ec.derive_private_key(int.from_bytes(from_text(str(RFC_8291["own"]))), CURVE)
    browser, secret, salt = (from_text(str(RFC_8291[name])) for name in ("browser", "secret", "salt"))
    made = encrypted(RFC_8291["plain"], browser, secret, salt=salt, own=own)  # type: ignore[arg-type]
    assert to_text(made) == RFC_8291["record"]


def test_every_message_is_written_with_keys_of_its_own() -> None:
    first, second = (encrypted(b"x", public_bytes(BROWSER), SECRET) for _ in range(2))
    assert first != second and opened(first) == opened(second) == b"x"
    with pytest.raises(InvalidTag):
        opened(first, ec.derive_private_key(78, CURVE))


def test_a_push_service_gets_a_message_that_only_the_browser_reads_and_a_token_that_is_ours(tmp_path: Path) -> None:
    with web_receiver() as service:
        rig = Rig(tmp_path, f"{service.url}/push/abc")
        rig.way.deliver(letter())
        (taken,) = service.taken
        assert b"A001" not in taken.body
        shown = json.loads(opened(taken.body))
        assert (shown["title"], shown["body"], shown["page"]) == ("轮到您", "Now you", "/t/x?k=y")
        assert (taken.headers["ttl"], taken.headers["urgency"], taken.headers["content-encoding"]) == (
            "300",
            "high",
            "aes128gcm",
        )
        scheme, _, rest = taken.headers["authorization"].partition(" ")
        token, _, key = rest.removeprefix("t=").partition(", k=")
        head, claims, signed = token.split(".")
        raw = from_text(signed)
        ours = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, from_text(key))
        signature = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
        ours.verify(signature, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
        told = json.loads(from_text(claims))
        assert (scheme, key, told["aud"], told["sub"]) == (
            "vapid",
            rig.keys.public,
            service.url,
            "mailto:hall@example.cn",
        )
        assert 0 < told["exp"] - 1_700_000_000 <= 86_400


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(tmp_path: Path, status: int) -> None:
    with web_receiver() as service:
        service.statuses = [status]
        rig = Rig(tmp_path, service.url)
        with pytest.raises(NotDelivered) as caught:
            rig.way.deliver(letter())
    assert caught.value.for_good
    assert rig.store.all() == []


def test_a_busy_service_is_asked_again_when_it_says(tmp_path: Path) -> None:
    with web_receiver() as service:
        service.statuses, service.headers = [429], {"Retry-After": "30"}
        rig = Rig(tmp_path, service.url)
        with pytest.raises(NotDelivered) as caught:
            rig.way.deliver(letter())
    assert (caught.value.for_good, caught.value.after_s, len(rig.store.all())) == (False, 30.0, 1)


def test_a_service_that_keeps_us_waiting_does_so_once_under_whatever_name_and_is_asked_again_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now_s, asked, silent = [1_000.0], [], [True]

    def post(url: str, *rest: object, **more: object) -> Posted:
        asked.append(url)
        if silent[0] and "slow" in url:
            raise NotDelivered("no answer (too slow)")
        return Posted(201, "", b"")

    monkeypatch.setattr("broker.collector.notify.web_push.post", post)
    store = PushStore(tmp_path / "push.db", lambda: 1)
    way = PushWay(kept_keys(tmp_path), store, "mailto:hall@example.cn", (), lambda: 1_700_000_000.0, lambda: now_s[0])

    def tell(url: str, ticket: str) -> float | None:
        one = Subscription(id_of(ticket, url), ticket, "A001", "/t/x", url, KEY, to_text(SECRET), "zh", 2)
        assert store.add(one)
        try:
            way.deliver(letter(to=one.id))
        except NotDelivered as error:
            assert not error.for_good
            return error.after_s
        return None

    slow = [f"https://{name}.slow.example/{name}" for name in ("a", "b.c", "d")]
    assert [tell(url, "ticket-1") for url in slow] == [0, 15.0, 15.0]
    assert tell("https://push.honest.example/1", "ticket-2") is None
    assert asked == [slow[0], "https://push.honest.example/1"]
    now_s[0] += 15
    assert [tell(url, "ticket-1") for url in slow] == [0, 30.0, 30.0]
    now_s[0] += 30
    silent[0] = False
    assert [tell(url, "ticket-1") for url in slow] == [None] * 3


def test_nobody_makes_us_write_to_a_machine_of_the_house(tmp_path: Path) -> None:
    with web_receiver() as service:
        rig = Rig(tmp_path, service.url, listed=())
        with pytest.raises(NotDelivered) as caught:
            rig.way.deliver(letter())
        assert caught.value.for_good and not service.taken


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
     "::1", "fe80::1", "fc00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "ff02::1"],
)  # fmt: skip
def test_addresses_of_a_house_are_told_from_those_of_the_internet(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "142.250.1.1", "2607:f8b0::1", "::ffff:8.8.8.8"])
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("endpoint", "good"),
    [
        ("https://fcm.googleapis.com/fcm/send/abc", True),
        ("https://updates.push.services.mozilla.com/wpush/v2/abc", True),
        ("http://fcm.googleapis.com/x", False),
        ("https://fcm.googleapis.com:8443/x", False),
        ("https://me:pw@push.example.com/x", False),
        ("https://localhost/x", False),
        ("https://10.0.0.1/x", False),
        ("https://[::1]/x", False),
        ("https://push.example.com/" + "x" * 1000, False),
        ("https://push.example.com/\r\nX: y", False),
        ("https://", False),
        ("ftp://push.example.com/", False),
    ],
)
def test_only_a_push_service_of_the_internet_is_written_to(endpoint: str, good: bool) -> None:
    assert usable(endpoint, KEY, to_text(SECRET)) is good


def test_a_subscription_with_keys_that_are_none_is_refused() -> None:
    endpoint = "https://push.example.com/x"
    assert not usable(endpoint, to_text(b"\4" + b"\1" * 64), to_text(SECRET)), "no point of the curve"
    assert not usable(endpoint, "***", to_text(SECRET))
    assert not usable(endpoint, KEY, to_text(b"short"))


def test_the_keys_are_made_once_and_for_their_owner_alone(tmp_path: Path) -> None:
    first, second = kept_keys(tmp_path), kept_keys(tmp_path)
    assert first.public == second.public
    assert (tmp_path / "push.key").stat().st_mode & 0o777 == 0o600
    assert len(from_text(first.public)) == 65


def test_subscriptions_are_few_for_a_ticket_and_erased_with_the_day(tmp_path: Path) -> None:
    rig = Rig(tmp_path, "https://push.example.com/first-browser")
    for number in range(OF_ONE_TICKET_MOST):
        endpoint = f"https://push.example.com/{number}"
        rig.store.add(
            Subscription(
                id_of("ticket-1", endpoint), "ticket-1", "A001", "/", endpoint, KEY, to_text(SECRET), "zh", 9_000
            )
        )
    kept = rig.store.all()
    assert len(kept) == OF_ONE_TICKET_MOST and rig.one not in kept, "the oldest made room"
    rig.now_ms = 9_000
    assert rig.store.all() == []
    rig.store.erase_old()
    left = b"".join(file.read_bytes() for file in tmp_path.glob("push.db*"))
    assert b"push.example.com" not in left
    assert (tmp_path / "push.db").stat().st_mode & 0o777 == 0o600

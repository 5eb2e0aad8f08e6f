"""What the hall file may say of ways and texts."""

import pytest

from broker.model.hall_file import HallFileError, hall_of
from broker.model.hall_notify import PLACES, TEXTS, places_of
from tests.model.hall_edits import edited

GOOD = (
    {"notify.phone": "https://a.cn/hook", "notify.mail": "smtps://m.cn?from=a@b.cn&user=hall"},
    {"notify.phone": "sms+https://[2001:db8::1]:8443/send", "notify.mail": "smtp://localhost:25?from=a@b.cn&tls=none"},
    {"notify.phone": "http://127.0.0.1:9/x", "notify.mail": "file:///var/lib/jiaohao/mail.jsonl"},
    {"notify.sms_body": '{"to": "$to", "text": "$text"}'},
    {"notify.texts.called": {"zh": "{number}", "en": "{number} {{now}}"}},
)
BAD = (
    ("notify.phone", "smtp://m.cn?from=a@b.cn", "notify_scheme"),
    ("notify.phone", "ftp://m.cn", "notify_scheme"),
    ("notify.phone", "https://", "notify_host"),
    ("notify.phone", "https://a.cn:99999/", "notify_host"),
    ("notify.phone", "http://a.cn/", "notify_plain"),
    ("notify.phone", "file://out.jsonl", "notify_path"),
    ("notify.mail", "smtp://m.cn", "notify_from"),
    ("notify.mail", "smtp://me:pw@m.cn?from=a@b.cn", "notify_secret"),
    ("notify.mail", "smtp://m.cn?from=a@b.cn&tls=none", "notify_plain"),
    ("notify.sms_body", "to=$to", "notify_body"),
    ("notify.sms_body", '{"to": "$phone"}', "notify_body"),
    ("notify.push_contact", "hall@example.cn", "push_contact"),
    ("remote.services", ["penson"], "remote_service"),
    ("notify.texts.caled", {"zh": "某", "en": "x"}, "notify_kind"),
)


def test_every_shipped_text_names_only_what_its_kind_has() -> None:
    assert set(TEXTS) == set(PLACES)
    for kind, names in TEXTS.items():
        for text in (names.zh, names.en):
            found = places_of(text)
            assert found is not None and found <= PLACES[kind], kind


@pytest.mark.parametrize("edits", GOOD)
def test_a_hall_may_have_these_ways(edits: dict[str, object]) -> None:
    assert hall_of(edited(edits)).notify


@pytest.mark.parametrize(("path", "value", "code"), BAD)
def test_a_wrong_way_is_said_at_its_place_in_both_languages(path: str, value: object, code: str) -> None:
    with pytest.raises(HallFileError) as caught:
        hall_of(edited({path: value}))
    (mistake,) = caught.value.mistakes
    assert (mistake.path, mistake.code) == (path, code)
    assert any("一" <= character <= "鿿" for character in mistake.zh)


@pytest.mark.parametrize("text", ["{phone}", "{number.real}", "{number!r}", "{number:>9}", "{", "{}"])
def test_a_text_may_name_nothing_else(text: str) -> None:
    with pytest.raises(HallFileError) as caught:
        hall_of(edited({"notify.texts.called": {"zh": text, "en": "{number}"}}))
    assert [(mistake.path, mistake.code) for mistake in caught.value.mistakes] == [
        ("notify.texts.called.zh", "notify_place")
    ]

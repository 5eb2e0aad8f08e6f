"""``[webhooks]`` and ``[upward]``: the shipped example fits the shipped hall, and every mistake is told where it is."""

from pathlib import Path

import pytest

from broker.collector.outward.hook_letters import KIND_OF
from broker.model.hall_file import HallFileError, parse_hall
from broker.model.hall_outward import HOOK_KINDS, UPWARD_FIELDS
from tests.collector.outward.told import OUTWARD
from tests.collector.town import QUALITY, SIGNS, TOWN

HALLS = Path(__file__).parents[2] / "firmware_config" / "halls"
GOOD = TOWN + SIGNS + QUALITY + OUTWARD.replace("{url}", "http://10.0.0.7:8080/in")


def mistakes(text: str) -> list[str]:
    with pytest.raises(HallFileError) as caught:
        parse_hall(text)
    return [f"{one.path}: {one.sentence}" for one in caught.value.mistakes]


def test_the_example_of_a_jurisdiction_fits_the_shipped_hall() -> None:
    example = (HALLS.parent / "upward.example.toml").read_text(encoding="utf-8")
    town = (HALLS / "town_hall.toml").read_text(encoding="utf-8")
    codes = "".join(f'{key} = "220200-{place:03d}"\n' for place, key in enumerate(parse_hall(town).services))
    hall = parse_hall(f"{town}\n{example}{codes}")
    assert set(hall.upward.fields.values()) - {"=220200000000"} > {"id", "level", "staff_number"}
    assert len(hall.upward.levels) == 5 and len(hall.upward.channels) == 4
    assert any("has no code" in one for one in mistakes(f"{town}\n{example}"))


def test_the_kinds_that_a_hall_file_may_name_are_those_that_are_told() -> None:
    assert set(HOOK_KINDS) == set(KIND_OF.values())


@pytest.mark.parametrize(
    ("old", "new", "path", "said"),
    [
        ("http://10.0.0.7:8080/in/city", "ftp://x/", "webhooks.city.url", "no server"),
        ("http://10.0.0.7:8080/in/city", "https:///x", "webhooks.city.url", "no server"),
        ("http://10.0.0.7:8080/in/city", "https://a:1:2/x", "webhooks.city.url", "no server"),
        ("http://10.0.0.7:8080/in/city", "https://me:pw@x.cn/", "webhooks.city.url", "no password belongs"),
        ('/in/city"\nprivate = true', '/in/city"', "webhooks.city.url", "write https"),
        ('/in/ratings"\nprivate = true', '/in/ratings"', "upward.url", "write https"),
        ('url = "http://10.0.0.7:8080/in/ratings"', "", "upward", "not where they are reported to"),
        ('projNo = "id"', "", "upward.fields", "one field must be id"),
        ('channel = "channel"', 'channel = "chanel"', "upward.fields.channel", "no field 'chanel'"),
        ('injury = "220200-04"', "", "upward.services", "'injury' has no code"),
        ('injury = "220200-04"', 'injury = "4"\nnothing = "5"', "upward.services", "nothing"),
        ("[webhooks.city]", '[webhooks.city]\nkinds = ["ticket.eaten"]', "webhooks.city.kinds[0]", "ticket.issued"),
        (
            "[webhooks.city]",
            '[webhooks.city]\nkinds = ["day.opened", "day.opened"]',
            "webhooks.city.kinds",
            "day.opened",
        ),
    ],
)
def test_a_mistake_is_told_where_it_is(old: str, new: str, path: str, said: str) -> None:
    assert old in GOOD
    found = mistakes(GOOD.replace(old, new, 1))
    assert len(found) == 1 and found[0].startswith(f"{path}: ") and said in found[0], found


def test_eight_receivers_are_enough() -> None:
    many = "".join(f'[webhooks.w{place}]\nurl = "https://x.cn/"\n' for place in range(9))
    assert any("at most 8" in one for one in mistakes(TOWN + SIGNS + many))


def test_every_field_of_ours_is_documented() -> None:
    text = (HALLS.parents[1] / "docs" / "api.md").read_text(encoding="utf-8")
    assert [name for name in UPWARD_FIELDS if f"`{name}`" not in text] == []
    assert [kind for kind in HOOK_KINDS if f"`{kind}`" not in text and f"`.{kind.split('.')[1]}`" not in text] == []

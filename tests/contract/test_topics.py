"""Topics: one table, each topic read back to its row, every device under its own name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.contract.topics import BY_NAME, DEVICE_ROLES, ROOT, TOPICS, Topics
from broker.model.views import VIEW_KINDS

SLUGS = st.from_regex(r"[a-z0-9][a-z0-9-]{0,31}", fullmatch=True)
TOWN = Topics("town")


def parts_of(name: str) -> list[str]:
    """The names in braces of a row's pattern."""
    return [level[1:-1] for level in BY_NAME[name].pattern.split("/") if level.startswith("{")]


@given(SLUGS, st.sampled_from(TOPICS), st.data())
def test_a_topic_is_read_back_to_its_row_and_parts(hall: str, row, data: st.DataObject):
    parts = {name: data.draw(SLUGS) for name in parts_of(row.name)}
    topics = Topics(hall)
    assert topics.parse(topics.of(row.name, **parts)) == (row.name, parts)


@given(st.lists(SLUGS | st.sampled_from(["", "+", "#", "device", "view", ROOT, "town"]), max_size=7))
def test_any_topic_is_one_row_or_none_and_never_an_error(levels: list[str]):
    topic = "/".join(levels)
    found = TOWN.parse(topic)
    assert found is None or TOWN.of(found[0], **found[1]) == topic


@pytest.mark.parametrize(
    "topic", ["", "jh", "jh/town", "jh/other/cmd/k", "xx/town/cmd/k", "jh/town/cmd", "jh/town/cmd/k/x"]
)
def test_topics_of_others_are_none_of_ours(topic: str):
    assert TOWN.parse(topic) is None


def test_no_topic_fits_two_rows():
    shapes = [tuple("*" if level.startswith("{") else level for level in row.pattern.split("/")) for row in TOPICS]
    for index, first in enumerate(shapes):
        for second in shapes[index + 1 :]:
            same = len(first) == len(second) and all(
                "*" in (a, b) or a == b for a, b in zip(first, second, strict=True)
            )
            assert not same, (first, second)


def test_the_shortcuts_are_the_rows():
    shortcuts = {
        "command": TOWN.command("d"),
        "reply": TOWN.reply("d"),
        "view": TOWN.view("board", "n"),
        "engine": TOWN.engine(),
        "status": TOWN.status("d"),
        "health": TOWN.health("d"),
        "guesses": TOWN.guesses("d"),
        "ask": TOWN.ask("d"),
        "picture": TOWN.picture("d", "n"),
        "sound": TOWN.sound("d"),
        "panel": TOWN.panel("d"),
        "input": TOWN.input("d"),
    }
    assert set(shortcuts) == set(BY_NAME)
    parts = {"device": "d", "kind": "board", "name": "n"}
    for name, topic in shortcuts.items():
        assert topic == TOWN.of(name, **{part: parts[part] for part in parts_of(name)})


def test_a_subscription_takes_a_plus_for_any_part():
    assert TOWN.of("view", kind="board", name="+") == "jh/town/view/board/+"


@pytest.mark.parametrize("row", TOPICS, ids=lambda row: row.name)
def test_a_device_publishes_only_under_its_own_name(row):
    devices = set(row.publishers) & set(DEVICE_ROLES)
    if row.own:
        assert devices and "{device}" in row.pattern
    else:
        # What is not a device's own is written by the server, or by the web side that speaks for people.
        assert devices <= {"collector"}


def test_only_the_server_reads_commands_and_writes_replies_views_and_its_own_state():
    assert BY_NAME["command"].readers == ("server",)
    for name in ("reply", "view", "engine"):
        assert BY_NAME[name].publishers == ("server",)


def test_what_must_arrive_has_quality_one_and_what_must_last_is_kept():
    once = {"command", "reply", "view", "engine", "status", "guesses", "input"}
    assert {row.name for row in TOPICS if row.qos == 1} == once
    assert {row.name for row in TOPICS if row.retain} == {"view", "engine", "status", "health", "guesses", "panel"}
    assert not any(row.qos == 2 for row in TOPICS)


def test_the_rows_have_unique_names_and_say_what_they_carry():
    assert len(BY_NAME) == len(TOPICS)
    assert all(row.carries and row.publishers and row.readers for row in TOPICS)


def test_the_view_kinds_can_stand_in_a_topic():
    for kind in VIEW_KINDS:
        assert TOWN.parse(TOWN.view(kind, "x")) == ("view", {"kind": kind, "name": "x"})

"""Whatever is refused is said in the words of the pages: no name of a field, no key, no type of a library."""

import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import msgspec
import pytest

from broker.collector.field_words import OF_THE_PAGE, STALE, UNNAMED, WORDS, sentence_of
from broker.collector.operations import OPERATIONS
from broker.collector.safety.may_ask import COMMANDS_OF
from broker.model import commands as c
from broker.model.hall import Hall
from broker.model.words import Names
from tests.collector.conftest import Browser
from tests.collector.public.bank import hall_with_outlets
from tests.collector.town import TownHub
from tests.system.hostile.test_hostile_web import GOOD

LIBRARY = re.compile(r"[`$]|Expected|Object |got |matching regex|Invalid|[a-z]+_[a-z]+|detail|Malformed")
FOREIGN = re.compile(r"[A-Za-z]{2,}")
WRONG: tuple[Any, ...] = (None, [["no"]], {"no": 1}, 10**18, "x" * 4000, "\u0007")
"""Of these at least one cannot be meant wherever it stands."""
ASKED = {
    kind.__name__: kind for commands in COMMANDS_OF.values() for kind in commands if kind not in (c.OpenDay, c.CloseDay)
}
"""What a page of staff asks of the engine by ``/api/commands``; a day is opened by the program."""


def assert_plain(what: str, zh: str, en: str) -> None:
    """Nothing in it that only a program knows."""
    assert zh and en, what
    assert LIBRARY.search(zh) is None and LIBRARY.search(en) is None, f"{what}: {zh} / {en}"
    left = zh.replace("application/json", "").replace("API", "")
    assert FOREIGN.search(left) is None, f"{what}: {zh}"


def broken(good: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(field, what is wrong, the body): each field left out, and each with values that it cannot have."""
    for name in good:
        yield name, "left out", {key: value for key, value in good.items() if key != name}
        for value in WRONG:
            yield name, f"= {value!r:.12}", {**good, name: value}


@pytest.fixture
def hall() -> Hall:
    return hall_with_outlets()


@pytest.fixture
def manager(logged_in: Callable[[str], Browser]) -> Browser:
    return logged_in("manager")


@pytest.mark.parametrize("path", sorted(GOOD))
def test_a_body_with_a_broken_field_is_refused_in_words(manager: Browser, hub: TownHub, path: str) -> None:
    address = path.replace("{key}", "A001").replace("{device}", "keypad-1").replace("{visit}", "2026-03-04-v9")
    address = address.replace("{appointment}", "home-0000000000000001")
    named = 0
    for field, how, body in broken(GOOD[path]):
        hub.clock.advance(5)  # nobody asks so often
        answer = manager.post(address, body)
        told = answer.get_json()
        if answer.status_code < 400:
            continue  # it may be left out, or be that long
        assert_plain(f"{path} {field} {how}", told["zh"], told["en"])
        if told["code"] == "malformed" and field in WORDS and told["facts"]["detail"].endswith(f".{field}`"):
            named += 1
            assert WORDS[field].zh in told["zh"] and WORDS[field].en in told["en"], f"{path} {field} {how}"
    assert named or not set(GOOD[path]) & set(WORDS), f"{path}: no sentence named its field"


def test_every_operation_that_takes_a_body_is_broken_here() -> None:
    assert {one.path for one in OPERATIONS if one.method == "post" and one.body} <= set(GOOD)


@pytest.mark.parametrize("name", sorted(ASKED))
def test_a_command_of_a_page_with_a_broken_field_says_which_one(manager: Browser, name: str) -> None:
    for field in msgspec.structs.fields(ASKED[name]):
        for value in WRONG[1:3]:
            wish = {"type": name, field.encode_name: value}
            told = manager.post("/api/commands", {"id": "wish-000001", "command": wish}).get_json()
            detail = told["facts"]["detail"]
            assert_plain(f"{name}.{field.name}", told["zh"], told["en"])
            if not re.search(rf"\.{field.encode_name}(\[[.0-9]*\])?`$", detail):
                continue  # a field before it is missing: that is said
            known = WORDS.get(field.encode_name)
            assert known is not None or field.encode_name in OF_THE_PAGE, f"{field.name} has no words: {detail}"
            said = known.zh if known is not None else STALE.zh
            assert said in told["zh"], f"{name}.{field.name}: {told['zh']}"


def test_what_a_command_lacks_is_asked_for_by_its_name(manager: Browser) -> None:
    wish = {"type": "CancelTicket"}
    told = manager.post("/api/commands", {"id": "wish-000001", "command": wish}).get_json()
    assert (told["zh"], told["en"]) == ("请填写“号码”", "Please fill in: Number.")
    assert told["facts"] == {"detail": "Object missing required field `number` - at `$.command`"}, "programs read this"


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        (
            "Expected `str` of length <= 60 - at `$.command.reason`",
            ("“原因”最多 60 个字", "Reason: 60 characters at most."),
        ),
        ("Expected `str` of length >= 1 - at `$.command.reason`", ("请填写“原因”", "Please fill in: Reason.")),
        ("Expected `int` <= 600 - at `$.command.minutes`", ("“分钟数”最大为 600", "Minutes: 600 at most.")),
        ("Expected `int` >= 1 - at `$.items[...].count`", ("“件数”最小为 1", "How many: 1 at least.")),
        ("Expected `array` of length <= 4 - at `$.items`", ("“件数”最多 4 项", "Items: 4 entries at most.")),
        ("service, priority", None),
        ("id, items", (STALE.zh, STALE.en)),
        ("not valid JSON", (UNNAMED.zh, UNNAMED.en)),
        ("item-machines", (UNNAMED.zh, UNNAMED.en)),
        ("", (UNNAMED.zh, UNNAMED.en)),
    ],
)
def test_a_place_that_a_program_names_is_said_as_a_page_calls_it(detail: str, said: tuple[str, str] | None) -> None:
    found = sentence_of(detail)
    assert_plain(detail, found.zh, found.en)
    if said is None:
        assert WORDS["service"].zh in found.zh and WORDS["priority"].en in found.en
    else:
        assert found == Names(*said)


SHOWN = re.compile(r'role="alert"[^>]*>(.*?)</p>|<div class="card told"><h1>(.*?)</h1><p>(.*?)</p>', re.DOTALL)
FORMS: dict[str, tuple[str, dict[str, str]]] = {
    "/guide-desk/tickets": (
        "/guide-desk",
        {
            "batch": f"guide-{'a' * 24}",
            "service": "pension",
            "count": "1",
            "kiosk": "",
            "priority": "",
            "language": "zh",
        },
    ),
    "/guide-desk/code": ("/guide-desk", {"batch": f"guide-{'a' * 24}", "code": "40718253"}),
    "/slips/c1": (
        "/slips/c1",
        {"slip": f"desk-{'a' * 24}", "service": "pension", "number": "A001", "more": "户口簿", "days": "3"},
    ),
    "/slips": ("/slips", {"code": "40718253"}),
    "/appointments": (
        "/appointments",
        {"appointment": f"desk-{'a' * 24}", "service": "pension", "day": "2026-03-04", "time": "10:00"},
    ),
    "/appointments/list": ("/appointments/list", {"code": "40718253"}),
    "/outlets/bank/desk/tickets": (
        "/outlets/bank/desk",
        {"ticket": f"outlet-{'a' * 24}", "service": "loan", "priority": ""},
    ),
    "/ratings/paper": (
        "/ratings",
        {"id": f"paper-{'a' * 24}", "number": "A001", "day": "2026-03-04", "level": "satisfied"},
    ),
}
"""Forms of staff: where each is sent, the page it stands on, and what would be right."""


@pytest.mark.parametrize("path", sorted(FORMS))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_form_of_staff_with_a_broken_field_is_refused_in_words(
    manager: Browser, hub: TownHub, path: str, language: str
) -> None:
    hub.done(c.OpenCounter(counter="c1", clerk="staff-16"))
    hub.take_ticket("pension")
    hub.done(c.CallNext(counter="c1"))
    page, good = FORMS[path]
    manager.client.get(f"{page}?lang={language}")
    manager.read_token(page)
    refused = 0
    for field in good:
        for value in ("", "\u0007;", "x" * 300, "-1", "99999999999"):
            answer = manager.client.post(path, data={**good, field: value, "csrf": manager.token})
            if answer.status_code < 400:
                continue
            refused += 1
            text = answer.get_data(as_text=True)
            said = [unescape(re.sub("<[^>]*>", "", piece)).strip() for found in SHOWN.findall(text) for piece in found]
            said = [piece for piece in said if piece]
            assert said, f"{path} {field}={value!r:.12}: nothing is said"
            for piece in said:
                assert LIBRARY.search(piece) is None, f"{path} {field}={value!r:.12}: {piece}"
                if language == "zh":
                    assert FOREIGN.search(piece.replace(value, "")) is None, f"{path} {field}={value!r:.12}: {piece}"
                else:
                    assert re.search("[\u4e00-\u9fff]", piece) is None, f"{path} {field}={value!r:.12}: {piece}"
    assert refused, f"{path} takes anything"

"""What staff read, and what they may read out, when somebody asks why another was called before him."""

from collections.abc import Callable
from typing import get_args

import msgspec
import pytest

from broker.collector.floor.aloud_words import RULES, WHY_WORDS, aloud
from broker.collector.floor.call_words import said_of
from broker.collector.floor.pages_why import AT_ONCE
from broker.model import commands as c
from broker.model.hall import Hall
from broker.model.hall_calling import RuleName
from broker.model.words import Names
from broker.store.call_reasons import CallRow, Waiter
from broker.store.overtaking import Why, why_before
from tests.collector.conftest import Browser
from tests.collector.town import TownHub, town_hall


@pytest.fixture
def clerk(logged_in: Callable[[str], Browser]) -> Browser:
    return logged_in("clerk")


@pytest.fixture
def passed(hub: TownHub) -> tuple[str, str]:
    """A number that waits, and one that came later with priority and was called."""
    hub.done(c.OpenCounter(counter="c1"))
    first = hub.take_ticket("pension")
    hub.clock.advance(120)
    elder = hub.take_ticket("pension", priority="elderly")
    hub.clock.advance(300)
    hub.done(c.CallNext(counter="c1"))
    return first, elder


def test_a_clerk_is_told_by_number_who_came_later_and_was_called_before(
    hub: TownHub, clerk: Browser, passed: tuple[str, str]
) -> None:
    first, elder = passed
    told = clerk.client.get(f"/api/why/{first}").get_json()
    assert (told["number"], told["status"], told["overtaken"], told["elsewhere"]) == (first, "waiting", 1, 0)
    assert (told["by"][0]["by"]["call"]["number"], told["by"][0]["by"]["why"]) == (elder, "class")
    assert "老年人" in told["by"][0]["zh"]
    page = clerk.client.get(f"/why?number={first.lower()}").get_data(as_text=True)
    assert told["by"][0]["aloud"]["zh"] in page
    assert elder in page
    assert clerk.client.get(f"/api/why/{elder}").get_json()["overtaken"] == 0


def test_calls_at_counters_that_could_not_call_the_number_are_folded_below_those_that_count(
    hub: TownHub, clerk: Browser, passed: tuple[str, str]
) -> None:
    first, elder = passed
    hub.done(c.OpenCounter(counter="c3"))
    others = []
    for _ in range(3):
        others.append(hub.take_ticket("medical"))
        hub.serve("c3")
    for language, summary in (("zh", f"另有 3 次不影响 {first}"), ("en", f"3 more took nothing from {first}")):
        page = clerk.client.get(f"/why?number={first}&lang={language}").get_data(as_text=True)
        counted, _, folded = page.partition('<details class="folded" id="elsewhere">')
        assert f"<b>{elder}</b>" in counted and f"<b>{elder}</b>" not in folded
        assert folded.startswith(f"<summary>{summary}")
        assert all(f"<b>{number}</b>" in folded and f"<b>{number}</b>" not in counted for number in others)
    live = clerk.client.get(f"/why?number={first}", headers={"X-Part": "live"}).get_data(as_text=True)
    assert f"<b>{elder}</b>" in live, "a page that is open is told the same"


def test_of_many_that_count_only_the_newest_are_read_without_unfolding(hub: TownHub, clerk: Browser) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    first = hub.take_ticket("pension")
    numbers = []
    for _ in range(AT_ONCE + 2):
        numbers.append(hub.take_ticket("pension"))
        hub.done(c.CallNumber(counter="c1", number=numbers[-1], reason="急事"))
        hub.done(c.HoldTicket(counter="c1"))
    page = clerk.client.get(f"/why?number={first}").get_data(as_text=True)
    at_once, _, folded = page.partition('<details class="folded" id="more-that-count">')
    assert folded.startswith("<summary>更早的 2 次")
    assert [number for number in numbers if f"<b>{number}</b>" in folded] == numbers[:2]
    assert [number for number in numbers if f"<b>{number}</b>" in at_once] == numbers[2:]


def test_what_is_read_out_names_the_rule_and_never_the_class(clerk: Browser, passed: tuple[str, str]) -> None:
    heard = clerk.client.get(f"/api/why/{passed[0]}").get_json()["by"][0]["aloud"]
    assert RULES["ratio"].zh in heard["zh"]
    assert RULES["ratio"].en in heard["en"]
    for word in ("老年人", "优先", "Elderly", "priority", "class"):
        assert word not in heard["zh"] + heard["en"]


def test_a_typed_reason_is_for_staff_and_is_not_read_out(hub: TownHub, clerk: Browser) -> None:
    hub.done(c.OpenCounter(counter="c1"))
    first, second = hub.take_ticket("pension"), hub.take_ticket("pension")
    hub.done(c.CallNumber(counter="c1", number=second, reason="身体不适"))
    told = clerk.client.get(f"/api/why/{first}").get_json()["by"][0]
    assert "身体不适" in told["zh"]
    assert "身体不适" not in told["aloud"]["zh"] + told["aloud"]["en"]


def test_the_page_of_a_call_has_the_same_words_to_read_out(
    logged_in: Callable[[str], Browser], passed: tuple[str, str]
) -> None:
    manager = logged_in("manager")
    call = manager.client.get("/api/floor/calls").get_json()["calls"][0]["call_id"]
    told = manager.client.get(f"/api/floor/calls/{call}/{passed[0]}").get_json()
    assert told["aloud"] == manager.client.get(f"/api/why/{passed[0]}").get_json()["by"][0]["aloud"]
    assert manager.client.get(f"/api/floor/calls/{call}").get_json()["aloud"] is None


@pytest.mark.parametrize("path", ["/api/why/Z999", "/api/why/..%2f", "/api/why/A001?day=yesterday"])
def test_a_number_or_a_day_that_never_was_is_not_found(clerk: Browser, path: str) -> None:
    assert clerk.client.get(path).status_code == 404


def test_a_number_that_nobody_has_is_said_on_the_page(clerk: Browser, passed: tuple[str, str]) -> None:
    answer = clerk.client.get("/why?number=Z999&lang=en")
    assert answer.status_code == 200
    assert "There is no number Z999" in answer.get_data(as_text=True)


def test_console_guide_desk_and_floor_lead_there(
    hub: TownHub, logged_in: Callable[[str], Browser], passed: tuple[str, str]
) -> None:
    manager = logged_in("manager")
    for path in ("/console/c1", f"/guide-desk?number={passed[0]}", "/floor/calls"):
        assert "/why" in manager.client.get(path).get_data(as_text=True), path


def one(number: str, ratio: float | None = 1.0, **more: object) -> Waiter:
    standing = more.pop("standing", "waited")
    return Waiter(
        number=number, standing=standing, service="pension", priority=None,
        arrived_at_ms=0, clock_ms=0, waited_ms=1, ratio=ratio, target_ms=ratio and 600_000.0, **more,
    )  # fmt: skip


def call_by(rule: str, **more: object) -> CallRow:
    facts = {"chosen": False, "reason": "", "undone": False, "ratio": 1.0, "others": 1} | more
    return CallRow(
        call_id="2026-03-04-c1", at_ms=1, number="A002", counter="c1", clerk=None, service="pension",
        priority=None, waited_ms=1, rule=rule, **facts,
    )  # fmt: skip


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_of_a_hall_has_a_sentence_of_its_own(hall: Hall, rule: str) -> None:
    heard = aloud(hall, call_by(rule), one("A002"), one("A001"))
    assert heard is not None
    assert heard.zh.startswith(RULES[rule].zh)
    assert [name for name, words in RULES.items() if words.zh in heard.zh] == [rule]
    assert "A001" in heard.zh
    assert "A001" in heard.en


def raised(number: str, waited_min: float, factor: float, **more: object) -> Waiter:
    waited_ms = round(waited_min * 60_000)
    waiter = one(number, None, raised=factor, **more)
    return msgspec.structs.replace(waiter, clock_ms=-waited_ms, waited_ms=waited_ms, target_ms=600_000.0 * factor)


@pytest.mark.parametrize("rule", RULES)
def test_who_was_first_for_having_been_raised_alone_is_not_said_to_be_first_by_the_rule(hall: Hall, rule: str) -> None:
    called, asked = raised("A002", 5, 0.1), raised("A001", 10, 1.0)
    heard = aloud(hall, call_by(rule), called, asked)
    assert why_before(call_by(rule), called, asked) == "raised"
    assert heard is not None
    assert RULES[rule].zh not in heard.zh
    assert "提前叫号" in heard.zh
    assert 0 < len(heard.zh) <= 200 and 0 < len(heard.en) <= 300
    assert "A001" in heard.en and "sooner for a while" in heard.en


@pytest.mark.parametrize("rule", RULES)
def test_who_would_have_been_first_without_it_is_not_said_to_be_raised(hall: Hall, rule: str) -> None:
    called, asked = raised("A002", 12, 0.1), raised("A001", 10, 1.0)
    assert why_before(call_by(rule), called, asked) in ("clock", "rule")
    tiers = raised("A002", 5, 0.1, tier=0), raised("A001", 10, 1.0, tier=1)
    assert why_before(call_by("strict"), *tiers) == "rule"
    credits = raised("A002", 5, 0.5, credit_ms=20 * 60_000.0), raised("A001", 10, 1.0)
    assert why_before(call_by("head_start"), *credits) == "rule"


def test_a_class_is_named_only_where_it_made_the_difference() -> None:
    def of_class(waited_min: float, factor: float) -> Waiter:
        waiter = raised("A002", waited_min, 1.0, class_factor=factor)
        return msgspec.structs.replace(waiter, target_ms=600_000.0 * factor)

    assert why_before(call_by("ratio"), of_class(5, 0.3), of_class(10, 1.0)) == "class"
    assert why_before(call_by("ratio"), of_class(10, 0.3), of_class(5, 1.0)) == "clock"


class TestInOrderOfArrival:
    """A hall by fcfs in which a class is raised."""

    @pytest.fixture
    def hall(self) -> Hall:
        town = town_hall()
        return msgspec.structs.replace(town, calling=msgspec.structs.replace(town.calling, rule="fcfs"))

    def test_the_desk_hears_what_happened_and_not_that_everybody_goes_by_arrival(
        self, hub: TownHub, clerk: Browser
    ) -> None:
        hub.done(c.OpenCounter(counter="c1"))
        first = hub.take_ticket("pension")
        hub.clock.advance(300)
        hub.take_ticket("pension", priority="elderly")
        hub.done(c.RaiseClass(priority="elderly", factor=0.2, minutes=30))
        hub.clock.advance(300)
        hub.done(c.CallNext(counter="c1"))
        told = clerk.client.get(f"/api/why/{first}").get_json()["by"][0]
        assert told["by"]["why"] == "raised"
        assert "到达先后" not in told["aloud"]["zh"]
        assert told["by"]["words"].startswith("fcfs 25.0 min (raised x 0.2); next A001 10.0 min")


def test_every_rule_that_a_hall_file_may_name_has_a_sentence() -> None:
    assert set(RULES) == set(get_args(RuleName))


def test_a_rule_without_a_sentence_is_called_the_published_one_and_not_the_ratio(hall: Hall) -> None:
    heard = aloud(hall, call_by("a-new-rule"), one("A002"), one("A001"))
    assert heard is not None
    assert RULES["ratio"].zh not in heard.zh


@pytest.mark.parametrize("why", ["elsewhere", "on_the_way"])
def test_who_lost_nothing_is_told_so(hall: Hall, why: str) -> None:
    heard = aloud(hall, call_by("ratio"), one("A002"), one("A001", None, standing=why))
    assert heard is not None
    assert RULES["ratio"].zh not in heard.zh
    assert "A001" in heard.zh


def test_that_a_booked_time_had_not_come_is_for_staff_to_read_and_not_read_out(hall: Hall) -> None:
    early = msgspec.structs.replace(one("A001"), clock_ms=60_000, waited_ms=0)
    heard = aloud(hall, call_by("fcfs"), one("A002"), early)
    assert heard is not None
    assert heard.zh.startswith(RULES["fcfs"].zh)
    assert "预约" not in heard.zh
    assert "booked" not in heard.en
    assert why_before(call_by("fcfs"), one("A002"), early) == "early"
    staff = said_of(hall, call_by("ratio"), one("A002"), early, "")
    assert staff.zh.endswith("A001 的预约时间还没有到，之前只在没有别人等候时叫")
    assert "the booked time of A001 had not come" in staff.en


def test_who_came_later_than_somebody_booked_is_not_said_to_have_come_earlier(hall: Hall) -> None:
    booked = msgspec.structs.replace(one("A001", 0.5), clock_ms=1, arrived_at_ms=-60_000)
    staff = said_of(hall, call_by("ratio"), one("A002"), booked, "")
    assert staff.en.endswith("the waiting of A002 counts from earlier.")
    assert staff.zh.endswith("A002 的等候从更早算起。")
    same = said_of(hall, call_by("ratio"), one("A002"), one("A001", 0.5), "")
    assert same.en.endswith("A002 came earlier.")


def test_whatever_is_read_out_fits_the_document_and_every_why_has_words(hall: Hall) -> None:
    assert set(WHY_WORDS) == set(Why.__args__)
    for heard in (*RULES.values(), *WHY_WORDS.values()):
        assert isinstance(heard, Names)
    for rule in RULES:
        heard = aloud(hall, call_by(rule), one("A002"), one("A001"))
        assert heard is not None
        assert 0 < len(heard.zh) <= 200
        assert 0 < len(heard.en) <= 300, rule

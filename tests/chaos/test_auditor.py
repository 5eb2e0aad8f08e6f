"""The auditor finds nothing in an honest day, and every planted fault in a spoiled one."""

import ast
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.chaos.auditor import checks
from tests.chaos.auditor.audit import read_files
from tests.chaos.auditor.evidence import Evidence, Finding
from tests.chaos.auditor.journal import read_story
from tests.chaos.small_story import SmallStory, call, honest_events, served, ticket_paper, write_lines

OURS = ("broker", "kiosk", "caller", "display", "firmware_config")


def findings_of(evidence: Evidence) -> list[Finding]:
    """As an audit finds them, but for the commands, which want a whole hall, and the pictures."""
    return read_files(evidence, read_story(evidence.journal))[1]


def test_an_honest_day_has_no_finding(tmp_path: Path) -> None:
    assert findings_of(SmallStory(tmp_path).write()) == []


def two_papers(story: SmallStory) -> None:
    story.papers["kiosk-2"].append("A001")


def unknown_paper(story: SmallStory) -> None:
    story.papers["kiosk-2"].append("A900")


def void_paper(story: SmallStory) -> None:
    """The number that the paper replaced came out after all."""
    story.papers["kiosk-2"].append("A002")


def voided_ticket_on_paper(story: SmallStory) -> None:
    born = {"series": "a", "owner": "engine", "service": "pension", "at_ms": 1_000}
    story.events += [
        {"type": "TicketReserved", "ticket": "t4", "number": "A003", **born},
        {"type": "TicketVoided", "ticket": "t4"},
    ]
    story.papers["kiosk-1"].append("A003")


def unknown_on_screen(story: SmallStory) -> None:
    story.visitors.append("A777")


def two_counters(story: SmallStory) -> None:
    story.events += [{"type": "CounterOpened", "counter": "c2"}, {**call("t3", "call-4", 1), "counter": "c2"}]


def two_tickets_at_a_counter(story: SmallStory) -> None:
    born = {"series": "a", "owner": "engine", "service": "pension", "at_ms": 1_000}
    story.events += [
        {"type": "TicketReported", "ticket": "t5", "number": "A802", "holding": "paper", **born},
        call("t5", "call-4", 1),
    ]


def number_bound_twice(story: SmallStory) -> None:
    born = {"series": "a", "owner": "engine", "service": "pension", "at_ms": 1_000}
    story.events.append({"type": "TicketReported", "ticket": "t5", "number": "A001", "holding": "paper", **born})


def paused_counter_calls(story: SmallStory) -> None:
    story.events.insert(7, {"type": "CounterPaused", "counter": "c1"})
    story.events.insert(8, {"type": "CounterResumed", "counter": "c1"})
    del story.events[8]


def served_again(story: SmallStory) -> None:
    story.events.insert(-1, call("t1", "call-9", 1))
    story.events[-1:-1] = served("t1", "visit-9", 0)[:2]


def undone(what: str, status: str, ticket: str = "t3", at_ms: int = 31_000, **more: str) -> dict[str, object]:
    return {"type": "ActionUndone", "ticket": ticket, "counter": "c1", "undone": what, "status": status,
            "at_ms": at_ms, **more}  # fmt: skip


def taken_back_too_late(story: SmallStory) -> None:
    story.events.append(undone("TicketCalled", "waiting", at_ms=40_001, call_id="call-3"))


def another_act_taken_back(story: SmallStory) -> None:
    story.events.append(undone("TicketHeld", "called"))


def taken_back_to_what_it_was_not(story: SmallStory) -> None:
    story.events.append(undone("TicketCalled", "held", call_id="call-3"))


def served_without_a_ticket_beside_another(story: SmallStory) -> None:
    story.events.append({"type": "DirectServed", "counter": "c1", "visit": "visit-d", "service": "pension"})


def goes_on_where_it_is_not(story: SmallStory) -> None:
    part = {"type": "VisitPartFinished", "ticket": "t1", "counter": "c1", "visit": "visit-p", "service": "pension"}
    story.events.append({**part, "stays": True})


def a_part_ends_as_a_visit_that_was(story: SmallStory) -> None:
    part = {"type": "VisitPartFinished", "ticket": "t3", "counter": "c1", "visit": "visit-1", "service": "pension"}
    story.events.append({**part, "stays": True})


def clash(story: SmallStory) -> None:
    story.events.append({"type": "NumberClashed", "number": "A001", "ticket": "t9", "kiosk": "kiosk-2"})


def thanks_lost(story: SmallStory) -> None:
    story.wire += story.rated(5.0, 1, 4)


def thanks_of_another_level(story: SmallStory) -> None:
    story.wire[:4] = story.rated(1.0, 0, 4)


def rating_nobody_pressed(story: SmallStory) -> None:
    story.events[-1:-1] = [
        {"type": "TicketReturned", "ticket": "t1"},
        call("t1", "call-9", 1),
        *served("t1", "visit-9", 1),
    ]


def visit_rated_twice(story: SmallStory) -> None:
    story.events.append({**story.events[10], "evaluation": "another"})


def rating_kept_at_the_desk_alone(story: SmallStory) -> None:
    story.rated_at_desk["visit-3"] = "rating-of-visit-3"


def key_of_another_level(story: SmallStory) -> None:
    story.events[10] = {**story.events[10], "level": "dissatisfied"}


def board_behind(story: SmallStory) -> None:
    story.board_calls.pop(0)


def board_with_a_number_of_its_own(story: SmallStory) -> None:
    story.board_calls[0] = ("call-3", "A002", "c1")


def counter_behind(story: SmallStory) -> None:
    story.counter["ticket"] = None


def counter_miscounts(story: SmallStory) -> None:
    story.counter["waiting"] = 2


def a_view_forgotten(story: SmallStory) -> None:
    del story.shown["kiosk/kiosk-1"]


def service_line_behind(story: SmallStory) -> None:
    story.shown["service/pension"]["numbers"] = ["A001"]


def hall_miscounts(story: SmallStory) -> None:
    story.shown["hall/x"]["counts"]["served"] = 3


def something_unsent(story: SmallStory) -> None:
    story.outbox.append("kiosk-1-17.hold")


def spoken_twice(story: SmallStory) -> None:
    story.said.append(story.spoken("call-1", 14_000))


def spoken_late(story: SmallStory) -> None:
    story.said.append(story.spoken("call-3", 91_000))


def spoken_late_by_the_true_clock_only(story: SmallStory) -> None:
    """The display's own clock was set back."""
    story.said.append({**story.spoken("call-3", 31_000), "monotonic_s": 95.0})


def spoken_though_nobody_called(story: SmallStory) -> None:
    story.said.append(story.spoken("call-4", 41_000))


def confirmed_after_its_end(story: SmallStory) -> None:
    story.events.append({"type": "TicketConfirmed", "ticket": "t1", "holding": "paper"})


def hole_in_the_journal(story: SmallStory) -> None:
    story.events.insert(3, {"type": "ServiceFinished", "ticket": "nobody", "counter": "c1", "visit": "v"})


def accident(story: SmallStory) -> None:
    story.logs["kiosk-1"] += "at=now level=critical said='crashed | Traceback (most recent call last)'\n"


def program_stays_down(story: SmallStory) -> None:
    story.runs["kiosk-1"] = False


PLANTED: dict[Callable[[SmallStory], None], set[str]] = {
    two_papers: {"number_twice_on_paper"},
    unknown_paper: {"number_unknown"},
    void_paper: {"number_unknown"},
    voided_ticket_on_paper: {"number_void"},
    unknown_on_screen: {"number_unknown"},
    two_counters: {"journal"},
    two_tickets_at_a_counter: {"journal"},
    number_bound_twice: {"journal"},
    paused_counter_calls: {"journal"},
    served_again: {"journal"},
    taken_back_too_late: {"journal"},
    another_act_taken_back: {"journal"},
    taken_back_to_what_it_was_not: {"journal"},
    served_without_a_ticket_beside_another: {"journal"},
    goes_on_where_it_is_not: {"journal"},
    a_part_ends_as_a_visit_that_was: {"journal"},
    clash: {"journal"},
    thanks_lost: {"rating_lost"},
    thanks_of_another_level: {"rating_lost"},
    rating_nobody_pressed: {"rating_invented"},
    visit_rated_twice: {"journal"},
    rating_kept_at_the_desk_alone: {"rating_lost"},
    key_of_another_level: {"rating_level"},
    board_behind: {"board"},
    board_with_a_number_of_its_own: {"board"},
    counter_behind: {"counter"},
    counter_miscounts: {"counter"},
    a_view_forgotten: {"view"},
    service_line_behind: {"view"},
    hall_miscounts: {"view"},
    something_unsent: {"outbox"},
    spoken_twice: {"spoken_twice"},
    spoken_late: {"spoken_late"},
    spoken_late_by_the_true_clock_only: {"spoken_late"},
    spoken_though_nobody_called: {"spoken_invented"},
    confirmed_after_its_end: {"journal"},
    hole_in_the_journal: {"journal"},
    accident: {"accident"},
    program_stays_down: {"program_down"},
}


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_a_planted_fault_is_found(plant: Callable[[SmallStory], None], tmp_path: Path) -> None:
    story = SmallStory(tmp_path)
    plant(story)
    found = {finding.check for finding in findings_of(story.write())}
    assert found >= PLANTED[plant]


def test_a_day_with_further_services_no_ticket_and_acts_taken_back_has_no_finding(tmp_path: Path) -> None:
    story = SmallStory(tmp_path)
    part = {"type": "VisitPartFinished", "ticket": "t3", "counter": "c1", "visit": "visit-p", "service": "card"}
    story.events += [
        undone("TicketCalled", "waiting", call_id="call-3"),
        call("t3", "call-4", 32_000),
        {**part, "stays": True, "at_ms": 33_000},
        undone("VisitPartFinished", "called", at_ms=34_000, visit="visit-p"),
        {**part, "stays": False, "at_ms": 35_000},
        {"type": "DirectServed", "counter": "c1", "visit": "visit-d", "service": "pension", "at_ms": 36_000},
        {"type": "ActionUndone", "counter": "c1", "undone": "DirectServed", "visit": "visit-d", "at_ms": 37_000},
        call("t3", "call-5", 38_000),
    ]
    found = [f for f in findings_of(story.write()) if f.check == "journal"]
    assert [finding.what for finding in found] == []


def test_a_paper_that_is_confirmed_while_its_visitor_is_called_is_no_finding(tmp_path: Path) -> None:
    story = SmallStory(tmp_path)
    story.events.append({"type": "TicketConfirmed", "ticket": "t3", "holding": "paper"})
    assert findings_of(story.write()) == []


def test_a_frozen_display_may_be_late_by_its_time_of_standing_still(tmp_path: Path) -> None:
    story = SmallStory(tmp_path)
    story.said.append(story.spoken("call-3", 93_000))
    story.faults.append({"s": 85.0, "kind": "stop", "target": "board-1", "for_s": 4.0})
    assert findings_of(story.write()) == []


def test_a_damaged_database_is_found(tmp_path: Path) -> None:
    evidence = SmallStory(tmp_path).write()
    path = evidence.data / "desk-1" / "ratings.sqlite"
    content = bytearray(path.read_bytes())
    content[4096 + 8 : 4096 + 200] = b"\xff" * 192
    path.write_bytes(content)
    assert "database" in {finding.check for finding in checks.outboxes(evidence)}


def test_a_picture_without_the_last_number_is_found(tmp_path: Path) -> None:
    evidence = SmallStory(tmp_path).write()
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "board-1.png").write_bytes(b"")
    story = read_story(evidence.journal)
    assert list(checks.mirrors(evidence, story, lambda path: {"A801", "A001"})) == []
    (finding,) = checks.mirrors(evidence, story, lambda path: {"A800"})
    assert (finding.check, "A801" in finding.what) == ("mirror", True)


def test_what_the_hall_s_own_checkers_say_is_handed_on(tmp_path: Path) -> None:
    evidence = SmallStory(tmp_path).write()
    good = [sys.executable, "-c", "print('every law held')"]
    bad = [sys.executable, "-c", "import sys; print('L1 broken'); sys.exit(1)"]
    assert list(checks.commands(evidence, {}, good)) == []
    found = list(checks.commands(evidence, {}, bad))
    assert [finding.check for finding in found] == ["broker_check", "broker_replay"]
    assert "L1 broken" in found[0].what


def test_bytes_that_are_no_ticket_are_found(tmp_path: Path) -> None:
    evidence = SmallStory(tmp_path).write()
    path = evidence.records("paper")["kiosk-1"]
    write_lines(path, [{"s": 1.0, "bytes": (ticket_paper("A001") + b"\x1bz").hex()}])
    _, findings = checks.papers(evidence)
    assert [finding.check for finding in findings] == ["paper"]


def test_the_story_of_an_honest_day_is_told_as_it_was(tmp_path: Path) -> None:
    story = read_story(SmallStory(tmp_path).write().journal)
    assert story.events == len(honest_events())
    assert {ticket.number: ticket.status for ticket in story.tickets.values()} == {
        "A001": "served", "A800": "served", "A801": "called",
    }  # fmt: skip
    assert story.at("c1") is story.known("A801")


@pytest.mark.parametrize("path", sorted((Path(__file__).parent / "auditor").glob("*.py")), ids=lambda path: path.stem)
def test_the_auditor_imports_nothing_of_what_it_judges(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            assert name.split(".")[0] not in OURS, f"{path.name} imports {name}"
            assert not name.startswith("tests.") or name.startswith("tests.chaos.auditor"), f"{path.name}: {name}"

"""The day's sheet of a counter: who may write and sign, what voids a signature, and until when."""

from pathlib import Path
from typing import Any

import pytest

from broker.engine.sheets import missing, open_days
from broker.model import commands as c
from broker.model import events as e
from broker.model.hall_file import HallFileError
from broker.model.sheet_items import ITEMS, items_of, missing_entries
from broker.model.words import Level
from broker.store.sheets import FORMAT
from tests.halls import DAY, SMALL
from tests.store.scripted_day import ScriptedDay, entries, hall_of, sessions_of

OWN = (
    '[sheet_items.cash]\nnames = { zh = "现金收费笔数", en = "Cash payments" }\nkind = "count"\n'
    '[sheet_items.plants]\nnames = { zh = "绿植", en = "Plants" }\nrequired = false\n'
)


@pytest.fixture
def day(tmp_path: Path) -> ScriptedDay:
    """Counter 1 of clerk a1 was open and is closed; counter 2 of a2 is open; counter 3 is nobody's and was open."""
    made = ScriptedDay(tmp_path, hall_of(text=SMALL), "08:50", sessions_of(("day", "09:00", "17:00")))
    for counter in ("c1", "c2", "c3"):
        made.do("09:00", c.OpenCounter(counter=counter))
    for counter in ("c1", "c3"):
        made.do("09:30", c.CloseCounter(counter=counter))
    return made


def filled(counter: str = "c1", **changes: Any) -> c.FillSheet:
    fields: dict[str, Any] = {"day": DAY, "counter": counter, "clerk": "a1"} | entries() | changes
    return c.FillSheet(**fields)


def finished(day: ScriptedDay, counter: str = "c1", clerk: str | None = "a1") -> ScriptedDay:
    """Completed and signed by both."""
    day.do("16:00", filled(counter, clerk=clerk), by="clerk-16")
    day.do("16:01", day.signing(counter, "clerk", clerk), by="clerk-16")
    day.do("16:02", day.signing(counter, "leader"), by="boss")
    return day


def test_a_sheet_is_finished_when_both_have_signed(day: ScriptedDay) -> None:
    assert finished(day).stage("c1") == "finished"
    assert day.sheet("c1").leader.by == "boss"
    assert [note.stage for note in day_notes(day, "c1")] == ["finished"]


def day_notes(day: ScriptedDay, counter: str) -> Any:
    from broker.engine.project import project

    return project(day.hall, day.writer.state, ("counter",))["counter", counter].sheets


def test_a_counter_that_is_not_closed_is_not_signed(day: ScriptedDay) -> None:
    day.do("10:00", filled("c2", clerk="a2"), by="clerk-17")
    assert day.refused("10:00", day.signing("c2", "clerk", "a2"), by="clerk-17") == "counter_still_open"
    day.do("10:01", c.CloseCounter(counter="c2"))
    day.do("10:02", c.LogIn(counter="c2", clerk="a2"))
    assert day.refused("10:03", day.signing("c2", "clerk", "a2"), by="clerk-17") == "counter_still_open"
    day.do("10:04", c.LogOut(counter="c2"))
    day.do("10:05", day.signing("c2", "clerk", "a2"), by="clerk-17")


def test_only_who_stood_there_that_day_writes_and_signs_as_its_clerk(day: ScriptedDay) -> None:
    assert day.refused("10:00", filled(clerk="a2"), by="clerk-17") == "not_your_sheet"
    assert day.refused("10:00", filled(clerk=None), by="post") == "not_your_sheet"
    day.do("10:00", filled(), by="clerk-16")
    assert day.refused("10:01", day.signing("c1", "clerk", "a2"), by="clerk-17") == "not_your_sheet"
    assert day.refused("10:01", day.signing("c1", "clerk", None), by="post") == "not_your_sheet"
    assert finished(day, "c3", None).stage("c3") == "finished", "a post of nobody's signs where nobody's clerk stood"
    assert day.refused("16:10", filled("c3", clerk="a1"), by="clerk-16") == "not_your_sheet"


def test_a_substitute_who_stood_there_may_sign(day: ScriptedDay) -> None:
    day.do("10:00", c.CloseCounter(counter="c2"))
    day.do("10:01", c.OpenCounter(counter="c1", clerk="a2"))
    day.do("10:02", c.CloseCounter(counter="c1"))
    day.do("10:03", filled(clerk="a2"), by="clerk-17")
    day.do("10:04", day.signing("c1", "clerk", "a2"), by="clerk-17")
    assert day.sheet("c1").clerk.clerk == "a2"


def test_two_signatures_are_two_peoples_and_the_clerks_comes_first(day: ScriptedDay) -> None:
    day.do("10:00", filled(), by="clerk-16")
    assert day.refused("10:01", day.signing("c1", "leader"), by="boss") == "clerk_signs_first"
    assert day.refused("10:01", day.signing("c1", "leader", note="  "), by="boss") == "clerk_signs_first"
    assert day.refused("10:01", day.signing("c1", "clerk", "a1")) == "signer_unknown"
    day.do("10:02", day.signing("c1", "clerk", "a1"), by="clerk-16")
    assert day.refused("10:03", day.signing("c1", "clerk", "a1"), by="clerk-16") == "sheet_signed_already"
    assert day.refused("10:03", day.signing("c1", "leader"), by="clerk-16") == "same_signer"
    day.do("10:04", day.signing("c1", "leader"), by="boss")
    assert day.stage("c1") == "finished"


def test_the_duty_leader_may_finish_it_alone_and_says_why(day: ScriptedDay) -> None:
    day.do("10:00", filled(who="leader", clerk=None), by="boss")
    day.do("10:01", day.signing("c1", "leader", note="已离岗就医"), by="boss")
    assert day.stage("c1") == "finished"
    assert day.sheet("c1").leader.note == "已离岗就医"


@pytest.mark.parametrize(
    ("changes", "lacking"),
    [
        ({"counts": {"papers_received": 3, "scans": 2}}, 1),
        ({"counts": {}, "checks": {}}, 6),
        ({"checks": {"appearance": False, "conduct": True, "desk": True}}, 1),
        ({"counts": {"papers_received": 0, "scans": 0, "complaints": 1}}, 1),
    ],
)
def test_what_is_not_complete_is_kept_and_not_signed(day: ScriptedDay, changes: dict[str, Any], lacking: int) -> None:
    day.do("10:00", filled(**changes), by="clerk-16")
    assert day.refused("10:01", day.signing("c1", "clerk", "a1"), by="clerk-16") == "sheet_incomplete"
    assert len(day.sheet("c1").missing) == lacking + 2
    assert day.stage("c1") == "open"


def test_a_hall_adds_items_of_its_own(tmp_path: Path) -> None:
    hall = hall_of(text=SMALL, items=OWN)
    day = ScriptedDay(tmp_path, hall, "09:00", sessions_of(("day", "09:00", "17:00")))
    day.do("09:00", c.OpenCounter(counter="c1"))
    day.do("09:10", c.CloseCounter(counter="c1"))
    day.do("09:11", filled(), by="clerk-16")
    assert day.sheet("c1").missing == ("cash", "clerk_signature", "leader_signature")
    counts = entries()["counts"] | {"cash": 4}
    day.do("09:12", filled(counts=counts), by="clerk-16")
    day.do("09:13", day.signing("c1", "clerk", "a1"), by="clerk-16")
    assert day.refused("09:14", filled(counts={"plants": 1}), by="clerk-16") == "unknown_sheet_item"
    assert day.refused("09:14", filled(checks={"cash": True}), by="clerk-16") == "unknown_sheet_item"
    with pytest.raises(HallFileError):
        hall_of(text=SMALL, items=OWN.replace("cash", "scans"))


def test_what_no_list_has_is_not_kept(day: ScriptedDay) -> None:
    assert day.refused("10:00", filled(counts={"gold": 1}), by="clerk-16") == "unknown_sheet_item"
    assert day.refused("10:00", filled(counts={"desk": 1}), by="clerk-16") == "unknown_sheet_item"
    assert day.refused("10:00", filled(items_version=2), by="clerk-16") == "sheet_items_changed"
    assert day.refused("10:00", filled(remark="电话 139 1234 5678"), by="clerk-16") == "personal_number_typed"
    assert day.refused("10:00", filled("c9"), by="clerk-16") == "unknown_counter"
    assert day.refused("10:00", filled(day="2026-03-03"), by="clerk-16") == "sheet_not_open"


def test_who_writes_over_what_he_has_not_seen_is_told(day: ScriptedDay) -> None:
    seen = day.sheets().as_of
    day.do("10:00", filled(who="leader", clerk=None, remark="正常"), by="boss")
    assert day.refused("10:01", filled(as_of=seen), by="clerk-16") == "sheet_changed"
    day.do("10:02", filled(as_of=day.sheets().as_of), by="clerk-16")


def test_the_same_entries_once_more_void_nothing(day: ScriptedDay) -> None:
    day.do("10:00", filled(), by="clerk-16")
    day.do("10:01", day.signing("c1", "clerk", "a1"), by="clerk-16")
    position = day.writer.state.position
    day.do("10:01", filled(), by="clerk-16")
    assert day.writer.state.position == position
    day.do("10:01", filled(remark="忙"), by="clerk-16")
    assert day.stage("c1") == "void"


def test_a_signature_of_what_changed_meanwhile_is_refused(day: ScriptedDay) -> None:
    day.do("10:00", filled(), by="clerk-16")
    seen = day.signing("c1", "clerk", "a1")
    day.do("10:01", c.OpenCounter(counter="c1"))
    day.do("10:02", c.CloseCounter(counter="c1"))
    assert day.refused("10:03", seen, by="clerk-16") == "sheet_changed"
    ahead = c.SignSheet(
        day=DAY, counter="c1", who="clerk", clerk="a1", digest=seen.digest, as_of=day.writer.state.position + 9
    )
    assert day.refused("10:03", ahead, by="clerk-16") == "sheet_changed"


def test_a_signature_of_other_content_than_the_journals_never_holds(day: ScriptedDay) -> None:
    day.do("10:00", filled(), by="clerk-16")
    made_up = c.SignSheet(
        day=DAY, counter="c1", who="clerk", clerk="a1", digest=f"{FORMAT}:" + "0" * 64, as_of=day.sheets().as_of
    )
    day.do("10:01", made_up, by="clerk-16")
    assert day.sheet("c1").stage == "void"


def test_no_rating_voids_a_signature_nor_shows_in_what_is_signed(day: ScriptedDay) -> None:
    """Else staff would learn in that minute that somebody has just rated."""
    day.takes("10:00", "pension", "pension")
    day.calls("10:01", "c2", "A001")
    first = day.do("10:05", c.FinishService(counter="c2"))["visit"]
    day.calls("10:06", "c2", "A002")
    second = day.do("10:09", c.FinishService(counter="c2"))["visit"]
    day.do("10:10", c.CloseCounter(counter="c2"))
    finished(day, "c2", "a2")
    signed = day.sheet("c2")
    day.rates("16:30", first, Level.DISSATISFIED, "phone")
    assert (day.stage("c2"), day.sheet("c2").stage) == ("finished", "finished")
    assert day.sheet("c2").digest == signed.digest
    for signing, by in ((day.signing("c2", "clerk", "a2"), "clerk-17"), (day.signing("c2", "leader"), "boss")):
        assert day.refused("16:31", signing, by=by) == "sheet_signed_already", "as before the rating"
    day.do("16:40", c.LeaveUnrated(visit=second, device="keypad-2", why="declined"))
    assert day.stage("c2") == "finished"
    day.do("17:01", c.CloseDay())
    day.rates("17:30", second, Level.SATISFIED, "phone")
    assert day.stage("c2") == "finished"
    assert (day.sheet("c2").figures.ratings.rated, day.sheet("c2").late_ratings) == (1, 1)


def test_a_finished_sheet_is_opened_again_with_a_reason_alone(day: ScriptedDay) -> None:
    reopen = c.ReopenSheet(day=DAY, counter="c1", reason="扫描份数填错")
    assert day.refused("10:00", reopen, by="boss") == "sheet_not_signed"
    finished(day)
    assert day.refused("16:03", filled(remark="忙"), by="clerk-16") == "sheet_sealed"
    assert day.refused("16:03", c.ReopenSheet(day=DAY, counter="c1", reason=" "), by="boss") == "reason_needed"
    day.do("16:04", reopen, by="boss")
    assert day.stage("c1") == "void"
    assert day.sheet("c1").reopened == ("扫描份数填错",)
    day.do("16:05", filled(remark="忙"), by="clerk-16")
    assert finished(day).stage("c1") == "finished"


@pytest.mark.parametrize("device", ["desk-1", "kiosk-1"])
def test_no_device_of_the_hall_writes_or_signs(day: ScriptedDay, device: str) -> None:
    for wish in (filled(), day.signing("c1", "clerk", "a1"), c.ReopenSheet(day=DAY, counter="c1", reason="试")):
        assert day.ask(wish, device, by="x").refusal.code == "not_allowed"


def next_days(day: ScriptedDay, count: int) -> list[e.Event]:
    """So many more days are opened; the events of sheets since."""
    before = len(day.events())
    for index in range(1, count + 1):
        opens, closes = f"+{index} 09:00", f"+{index} 17:00"
        date = f"2026-03-{4 + index:02d}"
        day.do(f"+{index} 08:00", c.OpenDay(day=date, sessions=sessions_of(("day", opens, closes))))
        day.do(f"+{index} 08:01", c.CloseDay())
    return [one for one in day.events()[before:] if isinstance(one, e.SheetUnfinished | e.SheetLapsed)]


def test_an_unfinished_sheet_is_one_task_and_stays_so_until_its_days_are_over(day: ScriptedDay) -> None:
    finished(day)
    day.do("16:30", c.CloseCounter(counter="c2"))
    found = next_days(day, 5)
    assert [(type(one).__name__, one.day, one.counter) for one in found] == [
        ("SheetUnfinished", DAY, "c2"),
        ("SheetUnfinished", DAY, "c3"),
        ("SheetLapsed", DAY, "c2"),
        ("SheetLapsed", DAY, "c3"),
    ]
    assert [one.at_ms for one in found][2] - found[0].at_ms == 3 * 86_400_000, "rules.sheet_days"
    assert all("leader_signature" in one.missing for one in found)


def test_past_days_may_be_finished_for_so_many_days(day: ScriptedDay) -> None:
    day.do("16:30", c.CloseCounter(counter="c2"))
    next_days(day, 3)
    assert open_days(day.hall, day.writer.state) == ("2026-03-07", "2026-03-06", "2026-03-05", DAY)
    assert [note.task for note in day_notes(day, "c2")] == [True]
    day.do("+3 10:00", filled("c2", clerk="a2"), by="clerk-17")
    day.do("+3 10:01", day.signing("c2", "clerk", "a2"), by="clerk-17")
    day.do("+3 10:02", day.signing("c2", "leader"), by="boss")
    assert (day.stage("c2"), [note.task for note in day_notes(day, "c2")]) == ("finished", [False])
    day.do("+4 08:00", c.OpenDay(day="2026-03-08", sessions=()))
    assert day.refused("+4 10:00", filled(), by="clerk-16") == "sheet_not_open"
    assert day_notes(day, "c1") == ()
    assert day.sheet("c2").stage == "finished", "on record it stays as it was signed"


def test_a_hall_without_day_sheets_has_no_tasks(tmp_path: Path) -> None:
    hall = hall_of("day_sheets = false", text=SMALL)
    day = ScriptedDay(tmp_path, hall, "09:00", sessions_of(("day", "09:00", "17:00")))
    day.do("09:00", c.OpenCounter(counter="c1"))
    day.do("09:10", c.CloseCounter(counter="c1"))
    assert next_days(day, 5) == []
    assert missing(hall, day.writer.state.sheets[DAY]["c1"]) != ()


def test_a_day_that_is_opened_again_goes_on_with_its_sheets(day: ScriptedDay) -> None:
    finished(day)
    day.do("16:30", c.CloseDay())
    again = c.OpenDay(day=DAY, sessions=sessions_of(("day", "09:00", "17:00")))
    day.do("16:31", again)
    assert day.stage("c1") == "finished"
    day.do("16:32", c.OpenCounter(counter="c1"))
    assert day.stage("c1") == "void"


def test_who_signed_alone_as_the_duty_leader_does_not_sign_as_the_clerk_too(day: ScriptedDay) -> None:
    day.do("16:00", filled(), by="clerk-16")
    day.do("16:02", day.signing("c1", "leader", note="请假"), by="boss")
    assert day.refused("16:03", day.signing("c1", "clerk", "a1"), by="boss") == "same_signer"
    day.do("16:04", day.signing("c1", "clerk", "a1"), by="clerk-16")


def test_a_day_opened_again_by_other_times_voids_what_was_signed_and_may_be_signed_again(day: ScriptedDay) -> None:
    """Pauses and posts are timed by the day's sessions: the figures are not the ones that were signed."""
    finished(day)
    before = day.sheet("c1").digest
    day.do("16:30", c.CloseDay())
    day.do("16:31", c.OpenDay(day=DAY, sessions=sessions_of(("day", "10:00", "17:00"))))
    assert (day.stage("c1"), day.sheet("c1").digest != before) == ("void", True)
    assert day.sheet("c1").missing == ("clerk_signature", "leader_signature")
    day.do("16:40", day.signing("c1", "clerk", "a1"), by="clerk-16")
    day.do("16:41", day.signing("c1", "leader"), by="boss")
    assert day.stage("c1") == "finished"
    day.do("16:42", c.CloseDay())
    day.do("16:43", c.OpenDay(day=DAY, sessions=sessions_of(("day", "10:00", "17:00"))))
    assert day.stage("c1") == "finished", "opened again by the same times: nothing has changed"


def test_of_the_shipped_items_every_version_keeps_its_meaning() -> None:
    assert list(ITEMS) == [1]
    assert [(key, item.kind) for key, item in ITEMS[1].items()] == [
        ("papers_received", "count"),
        ("scans", "count"),
        ("appearance", "check"),
        ("conduct", "check"),
        ("desk", "check"),
        ("complaints", "count"),
    ]
    assert missing_entries(items_of({}), {}, {}, "") == tuple(ITEMS[1])

"""Everything a citizen can do at a kiosk, done with a finger on the screen before the real engine."""

from pathlib import Path

import pygame
import pytest
import zxingcpp
from PIL import Image

from broker.contract.codec import encode
from broker.engine.project import project
from broker.model import commands as c
from broker.model.commands import SessionTimes
from broker.model.hall import Hall
from broker.model.hall_file import parse_hall
from broker.model.rating_keys import CODE_DIGITS
from broker.model.words import Level, TicketStatus
from kiosk.readers.cards import CardRead
from kiosk.ticket import PaperEnd, Slip
from kiosk.visit import IDLE_S, WARNING_S, Step
from tests.halls import DAY, OPENS_MS, SMALL
from tests.kiosk.citizen_rig import Citizen, hall_at_work
from tests.kiosk.kiosk_and_engine import EngineAtWork

ME, MOTHER = CardRead("1" * 3 + "*" * 12 + "011X", 40, "a" * 32), CardRead("2*", 71, "b" * 32)
HOUR_MS = 3_600_000
MORE = """
[sessions.afternoon]
names = { zh = "下午", en = "Afternoon" }
days = ["workday"]
opens = "13:30"
closes = "17:00"
[categories.unit]
names = { zh = "单位", en = "Company" }
[services.estate]
names = { zh = "不动产", en = "Estate" }
series = "b"
category = "unit"
sessions = ["afternoon"]
[services.fund]
names = { zh = "公积金", en = "Fund" }
series = "a"
category = "unit"
quota = 2
"""
PAPERS = """mean_minutes = 5
papers = [{ zh = "身份证原件", en = "ID card" }, { zh = "社保卡", en = "Social card" }]
promised = { zh = "当场办结", en = "At once" }
online = { zh = "手机可办认证", en = "Can be done by phone" }
consult = { zh = "3 号咨询窗口", en = "counter 3" }
checklist_url = "https://hall.example/list/pension"
[services.card]"""


def citizens_hall(more: str = "", served: str = "") -> Hall:
    text = SMALL.replace("mean_minutes = 5\n[services.card]", PAPERS)
    text = text.replace('closes = "17:00"\nlast_ticket = "16:30"', 'closes = "12:00"\nlast_ticket = "11:30"')
    text = text.replace('printer = "virtual://printer"', 'printer = "virtual://printer"\nreader = "virtual://reader"')
    text = text.replace("quota = 400\n", "real_name = true\n")
    text = text.replace("pension = 1, card = 2", f"pension = 1, card = 2, fund = 1, estate = 1{served}")
    rules = "[rules]\nlost_ticket_lookup = true\nperson_tickets_a_day = 2\nagent_tickets_a_day = 1\n"
    return parse_hall(text + MORE + more + rules)


def at_work(folder: Path, hall: Hall) -> EngineAtWork:
    """The engine on a day with a morning and an afternoon, three counters open."""
    engine = hall_at_work(folder, hall)
    engine.ask(c.CloseDay())
    noon, half_past_one, five = (OPENS_MS + round(hours * HOUR_MS) for hours in (3, 4.5, 8))
    morning = SessionTimes("day", OPENS_MS, noon, noon - HOUR_MS // 2)
    afternoon = SessionTimes("afternoon", half_past_one, five, five)
    engine.writer.ask(c.OpenDay(day=DAY, sessions=(morning, afternoon)), "open-day-again")
    engine.writer.commit()
    for counter in ("c1", "c2", "c3"):
        engine.ask(c.OpenCounter(counter=counter))
    return engine


@pytest.fixture
def engine(tmp_path: Path) -> EngineAtWork:
    return at_work(tmp_path, citizens_hall())


@pytest.fixture
def citizen(engine: EngineAtWork) -> Citizen:
    return Citizen(engine)


def codes_on(citizen: Citizen) -> list[str]:
    surface = citizen.app.screen.surface  # type: ignore[attr-defined]
    picture = Image.frombytes("RGB", surface.get_size(), pygame.image.tobytes(surface, "RGB"))
    return [code.text for code in zxingcpp.read_barcodes(picture)]


# -- the menu ------------------------------------------------


def test_many_services_are_chosen_in_two_levels(tmp_path: Path):
    table = '[services.s{n}]\nnames = {{ zh = "业务{n}", en = "Service {n}" }}\nseries = "a"\ncategory = "{category}"\n'
    more = "".join(table.format(n=n, category="person" if n % 2 else "unit") for n in range(24))
    served = "".join(f", s{n} = 1" for n in range(24))
    citizen = Citizen(at_work(tmp_path, citizens_hall(more, served)))
    assert "category/unit" in citizen.can_tap and "service/s0" not in citizen.can_tap
    assert "个人" in citizen.reads and "单位" in citizen.reads
    citizen.taps("category/unit")
    assert {"service/s0", "back"} <= citizen.can_tap
    assert not citizen.can_tap & {"service/s1"}
    citizen.taps("service/s2", "take")
    assert citizen.paper_comes()[1].service == "s2"


def test_each_service_says_how_many_wait_how_long_what_is_left_and_why_not(engine: EngineAtWork, citizen: Citizen):
    for _ in range(3):
        citizen.takes("pension")
    citizen.takes("fund")
    engine.ask(c.PauseIssuing(service="fund", reason="系统升级"))
    citizen.waits(1)
    assert "等候 3 人" in citizen.reads
    assert "分" in citizen.reads.split("等候 3 人")[1].split("|")[1]
    assert "系统升级" in citizen.reads
    assert "13:30 起取号" in citizen.reads
    engine.ask(c.ResumeIssuing(service="fund"))
    citizen.waits(1)
    assert "仅余 1 号" in citizen.reads
    citizen.takes("fund")
    assert "今日号已取完" in citizen.reads
    citizen.taps("service/estate")
    assert "take" not in citizen.can_tap


# -- before the ticket ------------------------------------------------


def test_papers_come_first_with_a_code_a_hint_to_do_it_online_and_a_written_notice(citizen: Citizen):
    citizen.taps("service/pension")
    assert not citizen.press.printed
    for said in ("身份证原件", "社保卡", "手机可办认证", "当场办结", "3 号咨询窗口"):
        assert said in citizen.reads
    assert codes_on(citizen) == ["https://hall.example/list/pension"]
    citizen.taps("notice")
    [(job, service, language, large)] = citizen.press.notices
    assert (service, language, large) == ("pension", "zh", False)
    citizen.press.notice_ends.append((job, PaperEnd.PRINTED))
    citizen.waits(1)
    assert "请取走告知单" in citizen.reads
    citizen.taps("take")
    assert citizen.paper_comes()[1].number


def test_large_letters_stay_for_the_paper_and_everything_can_be_low(citizen: Citizen):
    citizen.taps("larger")
    assert "不会用？叫人来帮我" in citizen.reads
    citizen.taps("service/pension", "take")
    order, slip = citizen.paper_comes()
    citizen.waits(2)
    assert (order.large, citizen.engine.writer.state.find(slip.number).large) == (True, True)  # type: ignore[union-attr]
    citizen.taps("done", "lower")
    height = citizen.app.screen.size[1]
    assert all(y >= height * 0.43 for _, y in citizen.app.screen.targets().values())


def test_in_english_the_ticket_is_english(citizen: Citizen):
    citizen.taps("language", "service/pension")
    assert "ID card" in citizen.reads
    citizen.taps("take")
    assert citizen.paper_comes()[0].language == "en"


def test_a_claim_counts_at_once_is_confirmed_or_taken_away_by_staff_and_never_public(
    engine: EngineAtWork, citizen: Citizen
):
    number = citizen.takes("pension", "claim", "class/elderly")
    citizen.waits(2)
    ticket = engine.writer.state.find(number)
    assert ticket is not None
    assert (ticket.priority, ticket.priority_confirmed) == ("elderly", False)
    assert engine.ask(c.ConfirmPriority(number=number)).kind == "done"
    assert ticket.priority_confirmed
    public = b"".join(
        encode(view) for (kind, _), view in project(engine.hall, engine.writer.state).items() if kind != "counter"
    )
    assert b"elderly" not in public and "老年" not in public.decode()
    assert "老年" not in citizen.reads
    assert engine.ask(c.RevokePriority(number=number, reason="没有证件")).kind == "done"
    assert engine.writer.state.find(number).priority is None  # type: ignore[union-attr]


def test_what_somebody_needs_reaches_the_clerk_and_the_board_and_nobody_else(engine: EngineAtWork, citizen: Citizen):
    number = citizen.takes("pension", "need/hearing")
    citizen.waits(2)
    engine.ask(c.CallNext(counter="c2"))
    views = project(engine.hall, engine.writer.state)
    assert views["counter", "c2"].ticket.needs == ("hearing",)  # type: ignore[union-attr]
    [call] = views["board", "display-1"].calls  # type: ignore[union-attr]
    assert (call.number, call.linger) == (number, True)
    others = b"".join(encode(view) for (kind, _), view in views.items() if kind != "counter")
    assert b'"hearing"' not in others


# -- real names ------------------------------------------------


def test_by_real_name_one_person_has_one_live_number_and_so_many_a_day(engine: EngineAtWork, citizen: Citizen):
    citizen.taps("service/card", "take")
    assert citizen.step is Step.CARD
    citizen.shows(ME)
    assert ME.masked in citizen.reads
    citizen.taps("take")
    number = citizen.paper_comes()[1].number
    citizen.taps("done", "service/card", "take").shows(ME).taps("take")
    citizen.waits(1)
    assert citizen.step is Step.NOTE
    assert number in citizen.reads
    citizen.taps("back")
    engine.ask(c.CallNumber(counter="c3", number=number, reason="特呼"))
    engine.ask(c.FinishService(counter="c3"))
    citizen.taps("service/card", "take").shows(ME).taps("take")
    second = citizen.paper_comes()[1].number
    citizen.waits(1)
    engine.ask(c.CallNumber(counter="c3", number=second, reason="特呼"))
    engine.ask(c.FinishService(counter="c3"))
    citizen.taps("done", "service/card", "take").shows(ME).taps("take")
    citizen.waits(1)
    assert "每人每天最多取 2 个号" in citizen.reads
    kept = b"".join(path.read_bytes() for path in engine.folder.iterdir() if path.is_file())
    assert ME.person.encode() in kept
    assert ME.masked.encode() not in kept, "of a card the key alone is kept"


def test_an_agent_lays_down_two_cards_and_has_a_cap_of_the_own(engine: EngineAtWork, citizen: Citizen):
    citizen.taps("service/card", "take").shows(ME).taps("agent").shows(MOTHER).taps("take")
    number = citizen.paper_comes()[1].number
    citizen.waits(1)
    ticket = engine.writer.state.find(number)
    assert ticket is not None
    assert (ticket.person, ticket.principal) == (ME.person, MOTHER.person)
    citizen.taps("done", "service/card", "take").shows(ME).taps("agent").shows(CardRead("3*", 30, "c" * 32)).taps(
        "take"
    )
    citizen.waits(1)
    assert "代办每天最多取 1 个号" in citizen.reads


# -- with a ticket ------------------------------------------------


def test_whoever_missed_the_call_is_back_in_line_by_the_number(engine: EngineAtWork, citizen: Citizen):
    number = citizen.takes("pension")
    citizen.waits(1)
    engine.ask(c.CallNext(counter="c2"))
    engine.ask(c.MarkNoShow(counter="c2"))
    citizen.taps("missed").types(number).taps("send")
    assert f"{number} 已重新排队" in citizen.reads
    assert engine.writer.state.find(number).status is TicketStatus.WAITING  # type: ignore[union-attr]
    citizen.taps("done") if "done" in citizen.can_tap else citizen.taps("back")
    citizen.taps("missed").types(number).taps("send")
    assert "没有过号" in citizen.reads


def wrong_code(slip: Slip) -> str:
    return f"{(int(slip.rating_code) + 1) % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def test_a_copy_a_lost_number_and_a_rating(engine: EngineAtWork, citizen: Citizen):
    citizen.taps("service/pension", "phone").types("4321").taps("send", "take")
    slip, face = citizen.paper_comes()[1], f"face/{Level.SATISFIED}"
    number = slip.number
    citizen.taps("done", "more", "copies")
    copy = next(target for target in citizen.can_tap if target.startswith("copy/"))
    citizen.taps(copy).paper_comes()
    assert (citizen.press.printed[-1][1].number, len(citizen.press.copies)) == (number, 1)
    citizen.leaves()
    citizen.taps("more", "find").types("4321").taps("send")
    assert citizen.step is Step.FOUND
    assert number in citizen.reads
    citizen.taps("done", "more", "rate").types(number).taps("send").types(slip.rating_code).taps("send", face)
    assert "还没有办结" in citizen.reads
    engine.ask(c.CallNext(counter="c2"))
    engine.ask(c.StartService(counter="c2"))
    engine.ask(c.FinishService(counter="c2"))
    citizen.leaves()
    citizen.taps("more", "rate").types(number).taps("send").types(wrong_code(slip)).taps("send", face)
    assert "评价代码与号票" in citizen.reads
    citizen.leaves()
    citizen.taps("more", "rate").types(number).taps("send").types(slip.rating_code).taps("send", face)
    assert "已收到您的评价" in citizen.reads
    [visit] = engine.writer.state.visits.values()
    assert visit.rated


def test_help_is_called_and_whoever_comes_is_told(engine: EngineAtWork, citizen: Citizen):
    citizen.taps("help").waits(1)
    assert "已通知工作人员" in citizen.reads
    [call] = engine.writer.state.helps.values()
    assert call.kiosk == "kiosk-1"
    engine.ask(c.AnswerHelp(help=call.help))
    citizen.waits(1)
    assert "工作人员正在赶来" in citizen.reads


# -- when nothing is issued ------------------------------------------------


def test_while_issuing_is_paused_or_the_hall_is_closed_ticket_holders_are_served(
    engine: EngineAtWork, citizen: Citizen
):
    number = citizen.takes("pension")
    citizen.waits(1)
    engine.ask(c.CallNext(counter="c2"))
    engine.ask(c.MarkNoShow(counter="c2"))
    engine.ask(c.PauseIssuing(reason="网络检修"))
    citizen.waits(1)
    assert "网络检修" in citizen.reads
    assert not [target for target in citizen.can_tap if target.startswith("service/")]
    citizen.taps("more", "missed").types(number).taps("send")
    assert f"{number} 已重新排队" in citizen.reads
    engine.ask(c.ResumeIssuing())
    citizen.leaves()
    engine.clock.advance(8 * 3600)
    engine.now_ms = engine.clock.now_ms()
    engine.writer.ask(c.PassTime(), "time-passes-1")
    engine.writer.commit()
    citizen.waits(1)
    assert "现在不是取号时间" in citizen.reads
    assert {"more", "help", "larger", "language"} <= citizen.can_tap
    citizen.taps("service/pension")
    assert "身份证原件" in citizen.reads and "take" not in citizen.can_tap


def test_an_emergency_fills_the_screen_and_only_staff_end_it(engine: EngineAtWork, citizen: Citizen):
    citizen.taps("service/pension")
    engine.ask(c.BeginEmergency(zh="请从东门离开", en="Leave by the east door"))
    citizen.waits(1)
    assert "请从东门离开" in citizen.reads and "Leave by the east door" in citizen.reads
    assert not citizen.can_tap
    engine.ask(c.EndEmergency())
    citizen.waits(1)
    assert citizen.step is Step.HOME
    assert citizen.takes("pension")


@pytest.mark.parametrize("how", [PaperEnd.FAILED, PaperEnd.UNKNOWN])
def test_without_a_paper_the_number_is_large_on_the_screen_and_staff_are_told(citizen: Citizen, how: PaperEnd):
    citizen.taps("service/pension", "take")
    slip = citizen.paper_comes(how)[1]
    assert citizen.step is Step.NO_PAPER
    assert slip.number in citizen.reads and "请拍照或记下您的号码" in citizen.reads
    assert citizen.app.staff_wanted(citizen.engine.clock.machine_s())
    citizen.waits(2)
    assert citizen.engine.writer.state.find(slip.number) is not None


def test_the_time_out_warns_for_twenty_seconds_is_extended_by_one_touch_and_wipes(citizen: Citizen):
    citizen.taps("missed").types("A04")
    for _ in range(10):
        citizen.waits(IDLE_S - WARNING_S + 1)
        assert "您还在操作吗" in citizen.reads
        assert citizen.can_tap == {"stay"}
        citizen.taps("stay")
        assert citizen.app.visit.typed == "A04"
    citizen.waits(IDLE_S + 1)
    assert (citizen.step, citizen.app.visit.typed) == (Step.HOME, "")

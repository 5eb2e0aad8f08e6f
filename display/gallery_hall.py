"""The made-up hall of the gallery: its services, calls, counters and notices at one moment, and how a board arrives."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import msgspec

from broker.model import views as v
from broker.model.words import CounterStatus, Names, TicketStatus
from broker.runtime.newest import Position
from display.board import BoardMind

ZONE = timezone(timedelta(hours=8))
NOON = datetime(2026, 11, 20, 14, 32, tzinfo=ZONE)
NOW_MS = int(NOON.timestamp() * 1000)
HALL = Names("滨江区政务服务中心", "Binjiang Government Service Centre")
LONG_HALL = Names(
    "高新技术产业开发区社会保险事业管理局经办服务大厅",
    "Social Insurance Service Hall of the High-tech Industrial Development Zone",
)
SERVICES = {
    "household": Names("户籍与身份证", "Household & ID"),
    "social": Names("社会保险", "Social Insurance"),
    "estate": Names("不动产登记", "Real Estate"),
    "business": Names("企业开办", "Business Setup"),
    "vehicles": Names("车驾管", "Vehicles"),
    "tax": Names("税务", "Tax"),
    "booked": Names("预约专窗", "Appointments"),
    "fund": Names("住房公积金", "Housing Fund"),
    "health": Names("医疗保障", "Health Insurance"),
}
LONG_SERVICE = Names("城乡居民基本养老保险待遇领取资格认证", "Basic pension eligibility certification for residents")
OPEN = v.OpenState(state="open", hours="09:00-12:00 13:30-17:00", session="afternoon")
BREAK = v.OpenState(state="break", hours="09:00-12:00 13:30-17:00", next_opens="13:30")
BEFORE = v.OpenState(state="break", hours="09:00-12:00 13:30-17:00", next_opens="09:00")
CLOSED = v.OpenState(state="closed", hours="09:00-12:00 13:30-17:00")
NOTICES = (
    v.Notice(
        notice="missed",
        zh="过号请到导办台重新激活，一小时内有效。",
        en="Missed your number? Ask at the desk within one hour.",
    ),
    v.Notice(notice="estate", zh="办理不动产登记请携带身份证原件。", en="For real estate please bring your ID card."),
)


def make_call(
    number: str,
    counter: str,
    service: Names,
    ago_s: int,
    *,
    recall: int = 0,
    status: TicketStatus = TicketStatus.CALLED,
) -> v.Call:
    """A call made `ago_s` before the gallery's moment."""
    return v.Call(
        call_id=f"call-{number}-{recall}",
        number=number,
        counter=f"c{counter.lower()}",
        counter_name=counter,
        service=service,
        called_at_ms=NOW_MS - ago_s * 1000,
        valid_until_ms=NOW_MS + 60_000,
        recall=recall,
        status=status,
    )


def make_line(
    key: str,
    waiting: int,
    wait: tuple[int, int] | None,
    state: v.ServiceStateName = "open",
    *,
    names: Names | None = None,
    reopens: str | None = None,
    reason: Names | None = None,
) -> v.ServiceLine:
    """A service as it stands on the board."""
    return v.ServiceLine(
        service=key,
        names=names or SERVICES[key],
        state=state,
        waiting=waiting,
        wait=v.WaitRange(low_min=wait[0], high_min=wait[1]) if wait else None,
        counters=("1",),
        reason=reason,
        reopens=reopens,
    )


def make_pause(counter: str, *, instead: tuple[str, ...] = (), returns: bool = True) -> v.PausedCounter:
    """A paused counter with contact and telephone."""
    return v.PausedCounter(
        counter=f"c{counter}",
        counter_name=counter,
        reason="短暂离开",
        contact=Names("工号 016", "Staff 016"),
        phone="0512-6688-1234",
        since_ms=NOW_MS - 300_000,
        returns_at_ms=NOW_MS + 780_000 if returns else None,
        instead=instead,
    )


def long_pause() -> v.PausedCounter:
    """A pause with as many words as a clerk may type."""
    return msgspec.structs.replace(
        make_pause("128", instead=("122", "124", "125")),
        reason="系统升级，正在排查打印机故障", reason_en="Printer trouble",
        contact=Names("欧阳春晓（值班长）", "Ouyang Chunxiao, duty leader"), phone="0512-6688-1234",
    )  # fmt: skip


CALLS = (
    make_call("A0123", "3", SERVICES["household"], 2),
    make_call("B0046", "7", SERVICES["social"], 61),
    make_call("A0122", "2", SERVICES["household"], 127),
    make_call("D0018", "12", SERVICES["estate"], 200),
    make_call("C0031", "9", SERVICES["tax"], 301),
    make_call("Y0007", "1", SERVICES["booked"], 420),
    make_call("A0121", "4", SERVICES["household"], 533),
    make_call("B0045", "8", SERVICES["social"], 640),
)
BOARD = v.BoardView(
    display="lobby",
    hall=HALL,
    day="2026-11-20",
    open=OPEN,
    calls=CALLS,
    paused=(make_pause("5", instead=("2", "4")), make_pause("11")),
    services=(
        make_line("household", 6, (10, 15)),
        make_line("social", 12, (20, 30)),
        make_line("estate", 18, (40, 55)),
        make_line("business", 0, None),
        make_line("vehicles", 0, None, "closed", reopens="13:30"),
    ),
    notices=NOTICES,
)
EMERGENCY = v.Emergency(
    zh="请立即从最近的安全出口离开，不要乘坐电梯，听从工作人员指挥。",
    en="Use the nearest exit. Do not use the lift. Follow our staff.",
    since_ms=NOW_MS,
)
LONG_EMERGENCY = v.Emergency(
    zh="大楼东侧发生火情，请立即停止办理业务，带好随身物品和孩子，由北侧和西侧安全出口有序离开，不要乘坐电梯，不要回头取物。"
    "行动不便、听力或视力不便的群众请原地举手示意，工作人员会来协助您。"
    "请到大楼西侧停车场集合，听从穿黄色背心的工作人员指挥，没有接到通知前请不要返回大厅。"
    "您手中的号票继续有效，恢复办理后按原来的顺序叫号，取号时间以号票为准，咨询请拨打一二三四五热线。",
    en="Fire in the east wing: stop at once and leave by the north and west exits. Do not use the lifts. "
    "If you cannot walk, raise your hand: staff will come. Meet in the west car park. Tickets stay good.",
    since_ms=NOW_MS,
)
"""About as long as staff can make it."""
COUNTER = v.CounterView(
    counter="c3",
    name="3",
    status=CounterStatus.OPEN,
    services=(SERVICES["household"], SERVICES["booked"]),
    clerk="clerk-16",
    staff_number="016",
    ticket=None,
    waiting=6,
    pause=None,
    evaluation=None,
    held=(),
    missed=(),
    hall=HALL,
    open=OPEN,
)


def make_ticket(number: str, status: TicketStatus, service: Names = SERVICES["household"]) -> v.CounterTicket:
    """The ticket at the gallery's counter."""
    return v.CounterTicket(
        ticket="ticket-0001",
        number=number,
        service="household",
        service_names=service,
        status=status,
        call_id="call-0001",
        arrived_at_ms=NOW_MS - 900_000,
        called_at_ms=NOW_MS - 2_000,
        started_at_ms=None,
        recalls=0,
        priority=None,
        language="zh",
        note="",
        first_clerk=None,
    )


TOWN_NAMES = (
    Names("养老、医疗保险和公积金转出", "Transfer Out of Insurance and Housing Fund"),
    Names("社会保险（公积金）密码重置", "Account Password Reset"),
    Names("区外养老、医疗保险转入", "Pension and Medical Insurance Transfer In"),
    Names("参保人员信息变更", "Change of Personal Details"),
    Names("劳动能力鉴定申请盖章", "Seal for Work Ability Assessment"),
    Names("公积金支付房租", "Paying Rent"),
    Names("工伤保险医疗待遇核发", "Work Injury Medical Benefit"),
    Names("公积金偿还购房贷款", "Repaying a Home Loan"),
)
"""Names as long as real ones are: none of them may be cut anywhere."""
_SHUT: dict[int, v.ServiceStateName] = {2: "paused", 4: "full", 6: "no_counter"}
TOWN = tuple(
    msgspec.structs.replace(
        make_line(f"town-{number}", 0 if number in _SHUT else 3 * number, (20, 30) if number % 3 else None,
                  _SHUT.get(number, "open"), names=names),
        counters=tuple(str(counter) for counter in range(1, 2 + number)),
    )
    for number, names in enumerate(TOWN_NAMES)
)  # fmt: skip


def town_calls() -> tuple[v.Call, ...]:
    """The gallery's calls, for services with long names."""
    names = TOWN_NAMES[: len(CALLS)]
    return tuple(msgspec.structs.replace(call, service=name) for call, name in zip(CALLS, names, strict=True))


def let_arrive(mind: BoardMind, view: v.BoardView, how: str, now_s: float) -> None:
    """Hand a board to a mind as `how` says."""
    mind.heard(now_s, NOW_MS)
    if how in ("news", "ring-off", "two", "second", "no-clock", "stale"):
        old = 2 if how == "two" else 1
        mind.take(msgspec.structs.replace(view, calls=view.calls[old:]), Position(1, 1), now_s - 60)
    if how == "two":
        mind.take(msgspec.structs.replace(view, calls=view.calls[1:]), Position(1, 2), now_s - 0.1)
    mind.take(view, Position(1, 3), now_s)

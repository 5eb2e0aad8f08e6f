"""Every screen of the evaluator in every state and both sizes: for the eye, for lint and for pictures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

import msgspec

from broker.model import views as v
from broker.model.words import CounterStatus, Level, Names, TicketStatus
from broker.runtime.canvas.ops import Op
from caller.evaluator.mind import EvaluatorMind
from caller.evaluator.pieces import BAR, PANEL
from caller.evaluator.view import Person, evaluator_ops, face_of

ZONE = timezone(timedelta(hours=8))
NOW_MS = int(datetime(2026, 11, 20, 14, 32, tzinfo=ZONE).timestamp() * 1000)
SIZES = (BAR, PANEL, (1920, 600), (1024, 600))
LEVELS = {str(index): level for index, level in enumerate(Level)}
ANNA = Person("李晓梅", "综合窗口")
SERVICES = (
    Names("养老保险待遇申领", "Pension claims"),
    Names("社会保障卡", "Social security card"),
    Names("失业登记", "Unemployment"),
    Names("医疗保障", "Health insurance"),
)
TOWN = (
    Names("养老、医疗保险和公积金转出", "Transfer Out of Insurance and Housing Fund"),
    Names("社会保险（公积金）密码重置", "Account Password Reset"),
    Names("区外养老、医疗保险转入", "Pension and Medical Insurance Transfer In"),
)
COUNTER = v.CounterView(
    counter="c3",
    name="3",
    status=CounterStatus.OPEN,
    services=SERVICES[:2],
    clerk="li",
    staff_number="016",
    ticket=None,
    waiting=4,
    pause=None,
    evaluation=None,
    held=(),
    missed=(),
    hall=Names("滨江区政务服务中心", "Binjiang Government Service Centre"),
    open=v.OpenState(state="open", hours="09:00-12:00 13:30-17:00"),
)
PAUSE = v.PausedCounter(
    counter="c3",
    counter_name="3",
    reason="短暂离开",
    contact=Names("工号 017", "Staff 017"),
    phone="0432-6688-1234",
    since_ms=NOW_MS - 300_000,
    returns_at_ms=NOW_MS + 780_000,
    instead=("2", "5", "12"),
)
RATING = v.EvaluationRequest(visit="visit-0001", number="A042", opened_at_ms=NOW_MS - 20_000, until_ms=NOW_MS + 40_000)
NEXT = v.CounterTicket(
    ticket="ticket-0002", number="A043", service="card", service_names=SERVICES[1], status=TicketStatus.CALLED,
    call_id="call-0002", arrived_at_ms=NOW_MS - 600_000, called_at_ms=NOW_MS - 5_000, started_at_ms=None, recalls=0,
    priority=None, language="zh", note="", first_clerk=None,
)  # fmt: skip
LONG = Names(
    "高新技术产业开发区社会保险事业管理局经办服务大厅",
    "Social Insurance Service Hall of the High-tech Industrial Development Zone",
)


OUT_ZH = "请停止办理业务，带好随身物品，由最近的安全出口离开，不要乘坐电梯；行动不便的请举手，工作人员会来协助您。"
OUT_EN = "Stop at once and leave by the nearest exit. Do not use the lifts. If you cannot walk, raise your hand. "
LONG_EMERGENCY = v.Emergency(zh=(OUT_ZH * 4)[:200], en=(OUT_EN * 2)[:200], since_ms=NOW_MS)
"""As long as staff can make it."""


def changed(**changes: object) -> v.CounterView:
    """The counter, but for some facts."""
    return msgspec.structs.replace(COUNTER, **changes)


def samples() -> dict[str, tuple[v.CounterView | None, tuple[str, ...], Person]]:
    """State -> (view, what was done, who serves). Deeds: prompt, thank, low, sorry, or a touch."""
    paused = changed(status=CounterStatus.PAUSED, pause=PAUSE)
    bare = msgspec.structs.replace(PAUSE, instead=(), returns_at_ms=None, phone="", reason="")
    late = msgspec.structs.replace(PAUSE, returns_at_ms=NOW_MS - 120_000)
    long = msgspec.structs.replace(
        PAUSE, counter_name="128", reason="系统升级，正在排查打印机故障", reason_en="Printer trouble",
        contact=Names("欧阳春晓（值班长）", "Ouyang Chunxiao, duty leader"), instead=("122", "124", "125"),
    )  # fmt: skip
    drill = v.Emergency(
        zh="请立即从最近的安全出口离开，不要乘坐电梯，听从工作人员指挥。",
        en="Use the nearest exit. Do not use the lift. Follow our staff.",
        since_ms=NOW_MS,
    )
    asked = changed(evaluation=RATING)
    called = changed(evaluation=RATING, ticket=NEXT)
    emergency = v.Emergency(zh="请立即从最近的出口离开", en="Please leave by the nearest exit now", since_ms=NOW_MS)
    return {
        "starting": (None, (), Person()),
        "idle": (COUNTER, (), ANNA),
        "idle-number-only": (COUNTER, (), Person()),
        "idle-nobody": (changed(clerk=None, staff_number=None), (), Person()),
        "idle-long": (
            changed(name="128", hall=LONG, services=SERVICES),
            (),
            Person("阿卜杜热合曼·买买提", "党员示范岗"),
        ),
        "idle-town-names": (changed(services=TOWN), (), Person("古丽娜尔·阿不都热依木")),
        "idle-no-services": (changed(services=(), hall=LONG), (), ANNA),
        "rating": (asked, ("prompt",), ANNA),
        "rating-code": (asked, ("prompt",), ANNA),
        "rating-earlier": (called, ("prompt",), ANNA),
        "rating-earlier-code": (called, ("prompt",), ANNA),
        "rating-earlier-long-code": (
            changed(evaluation=msgspec.structs.replace(RATING, number="VIP0142"), ticket=NEXT),
            ("prompt",),
            ANNA,
        ),
        "rating-earlier-nobody-code": (
            changed(evaluation=msgspec.structs.replace(RATING, number=""), ticket=NEXT),
            ("prompt",),
            ANNA,
        ),
        "why": (asked, ("prompt", "low"), ANNA),
        "why-chosen": (asked, ("prompt", "low", "reason/slow", "reason/unclear", "contact"), ANNA),
        "thanks": (asked, ("prompt", "thank"), ANNA),
        "thanks-contact": (asked, ("prompt", "low", "contact", "send"), ANNA),
        "sorry": (asked, ("prompt", "sorry"), ANNA),
        "paused": (paused, (), ANNA),
        "paused-late": (changed(status=CounterStatus.PAUSED, pause=late), (), ANNA),
        "paused-long": (changed(status=CounterStatus.PAUSED, pause=long), (), ANNA),
        "paused-bare": (changed(status=CounterStatus.PAUSED, pause=bare), (), ANNA),
        "closed": (changed(status=CounterStatus.CLOSED, clerk=None, staff_number=None), (), Person()),
        "emergency": (changed(emergency=emergency), (), ANNA),
        "emergency-long": (changed(emergency=drill), (), ANNA),
        "emergency-longest": (changed(emergency=LONG_EMERGENCY), (), ANNA),
    }


def sample(name: str, size: tuple[int, int]) -> tuple[Op, ...]:
    """One state on a screen of ``size`` px."""
    view, deeds, person = samples()[name]
    url = "https://hall.binjiang.gov.cn/r/keypad-3/{}?k=abcdefghijklm"
    mind = EvaluatorMind(LEVELS, "decline", url.format if name.endswith("-code") else lambda visit: "")
    if view is not None:
        mind.shown(view)
    for deed in deeds:
        match deed:
            case "prompt":
                mind.prompt()
            case "thank":
                mind.thank(Level.SATISFIED, 100.0)
            case "low":
                mind.thank(Level.DISSATISFIED, 100.0)
            case "sorry":
                mind.sorry(100.0)
            case _:
                mind.touch(deed, 100.5, NOW_MS)
    return evaluator_ops(mind.look(101.0, NOW_MS), face_of(size), person, ZONE)


def screens() -> Iterator[tuple[str, tuple[int, int], tuple[Op, ...]]]:
    """Every sample in every size."""
    for size in SIZES:
        for name in samples():
            yield f"evaluator-{size[0]}x{size[1]}-{name}", size, sample(name, size)

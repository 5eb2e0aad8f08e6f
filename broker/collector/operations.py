"""Every address of ``/api/`` in one table: who may ask, what with, what comes back. The document is made from it."""

from dataclasses import dataclass

from broker.collector import answers as a
from broker.model.views import CounterView
from broker.store.rating_report import RatingReport
from broker.store.statistics import Statistics


@dataclass(frozen=True)
class Parameter:
    """A parameter in the path or query."""

    name: str
    place: str
    text: str
    required: bool = False
    example: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Operation:
    """One method of one path. ``who`` is public, device, clerk, manager or virtual; errors are status codes."""

    method: str
    path: str
    id: str
    who: str
    zh: str
    en: str
    answers: type | str
    status: int = 200
    body: type | None = None
    parameters: tuple[Parameter, ...] = ()
    errors: tuple[int, ...] = ()


_TICKET = Parameter("key", "path", "Printed number such as A042, or the ticket's id", True, "A042")
_COUNTER = Parameter("counter", "path", "A counter's name in the hall file", True)
_DEVICE = Parameter("device", "path", "A device's name in the hall file", True)

OPERATIONS: tuple[Operation, ...] = (
    Operation("get", "/api/status", "status", "public", "大厅现状", "The hall now", a.HallStatus, errors=(503,)),
    Operation(
        "get",
        "/api/services",
        "services",
        "public",
        "各业务排队与所需材料",
        "Services, their lines and the papers they need",
        a.ServiceList,
        errors=(503,),
    ),
    Operation("get", "/api/counters", "counters", "public", "各窗口状态", "Counters", a.CounterList),
    Operation(
        "get",
        "/api/tickets/{key}",
        "ticket",
        "public",
        "查号：前面几人、预计多久、到哪个窗口",
        "A ticket: people ahead, expected wait, counter",
        a.TicketAnswer,
        parameters=(_TICKET,),
        errors=(400, 404, 429, 503),
    ),
    Operation(
        "post",
        "/api/tickets/{key}/rating",
        "rateOnPhone",
        "public",
        "扫号票二维码在手机上评价",
        "Rate the served visit of a ticket by the QR code on its paper",
        a.EvaluationAnswer,
        201,
        a.PhoneRating,
        (_TICKET,),
        (400, 404, 409, 413, 415, 422, 429, 503),
    ),
    Operation(
        "post",
        "/api/signs/{device}/{visit}/rating",
        "rateBySign",
        "public",
        "扫窗口二维码在手机上评价刚才的服务，限时一次",
        "Rate the visit just served by the QR code of the counter's sign or evaluator, once and in its window",
        a.EvaluationAnswer,
        201,
        a.PhoneRating,
        (
            Parameter("device", "path", "Sign or evaluator", True, "sign-1"),
            Parameter("visit", "path", "Visit", True, "2026-03-02-v17"),
        ),
        (400, 409, 413, 415, 422, 429, 503),
    ),
    Operation(
        "post",
        "/api/evaluations",
        "evaluate",
        "device",
        "评价器上报评价；同一 id 重复提交得到同一答复",
        "An evaluator's rating; the same id gets the same answer again",
        a.EvaluationAnswer,
        201,
        a.EvaluationBody,
        errors=(400, 401, 409, 413, 415, 422, 429, 503),
    ),
    Operation(
        "post",
        "/api/evaluations/explained",
        "explain",
        "device",
        "差评原因与回访意愿，由收到评价的评价器补充一次",
        "Reasons of a low rating and the wish to be called, once",
        a.VisitNoted,
        201,
        a.ExplanationBody,
        errors=(400, 401, 409, 413, 415, 422, 425, 429, 503),
    ),
    Operation(
        "post",
        "/api/evaluations/unrated",
        "leaveUnrated",
        "device",
        "未评价的原因：拒评或设备故障",
        "Why a visit was left unrated: declined, or the device was broken",
        a.VisitNoted,
        201,
        a.UnratedBody,
        errors=(400, 401, 409, 413, 415, 422, 429, 503),
    ),
    Operation(
        "post",
        "/api/evaluations/paper",
        "enterPaper",
        "manager",
        "录入书面评价表；经办人本人不能录入；此前已评价的不重复计，也不告知",
        "Enter a paper form; never by whoever served. It counts unless the visit was rated before, which is not said",
        a.PaperTaken,
        201,
        a.PaperRating,
        errors=(400, 401, 403, 409, 413, 415, 422, 503),
    ),
    Operation(
        "get",
        "/api/ratings",
        "ratings",
        "manager",
        "已评、未评、拒评、设备故障各多少，以及供抽查的可疑评价（不自动处理）",
        "Rated, unrated, declined, device faults of a day, and a sample of ratings to look at",
        RatingReport,
        parameters=(Parameter("day", "query", "Business day; the latest when left out", False, "2026-03-02"),),
        errors=(400, 401, 403, 404, 503),
    ),
    Operation(
        "get",
        "/api/health",
        "health",
        "public",
        "运行状况，供监控使用；异常时为 503",
        "For monitors; 503 when degraded",
        a.HealthAnswer,
        errors=(503,),
    ),
    Operation(
        "get",
        "/api/events",
        "events",
        "public",
        "变化通知（SSE），只含名称",
        "Server-sent events: names of what changed",
        "text/event-stream",
        parameters=(
            Parameter("watch", "query", "Names or prefixes, separated by commas", False, "hall,counter"),
            Parameter("ticket", "query", "A ticket that is to be told when it is called", False, "A042"),
        ),
        errors=(400, 404, 429, 503),
    ),
    Operation("get", "/api/openapi.json", "document", "public", "本文档", "This document", "application/json"),
    Operation(
        "post",
        "/api/commands",
        "command",
        "clerk",
        "窗口或管理命令；同一 id 只执行一次",
        "A command of staff; one id is carried out once",
        a.CommandAnswer,
        body=a.CommandBody,
        errors=(400, 401, 403, 409, 413, 415, 422, 503),
    ),
    Operation(
        "get",
        "/api/consoles/{counter}",
        "console",
        "clerk",
        "窗口操作台所示内容",
        "What a counter's console shows",
        CounterView,
        parameters=(_COUNTER,),
        errors=(401, 403, 404),
    ),
    Operation(
        "get",
        "/api/devices",
        "devices",
        "manager",
        "设备状况与需要处理的事项",
        "Devices and what asks for attention",
        a.DeviceList,
        errors=(401, 403),
    ),
    Operation(
        "get",
        "/api/statistics",
        "statistics",
        "manager",
        "统计，含定义和分母",
        "Figures of a day with definitions and denominators",
        Statistics,
        parameters=(
            Parameter("day", "query", "Business day; the latest when left out", False, "2026-03-02"),
            Parameter("by", "query", "Grouping", False, "counter", ("counter", "clerk", "service", "hour")),
            Parameter("format", "query", "csv for a spreadsheet", False, "csv", ("json", "csv")),
        ),
        errors=(400, 401, 403, 404, 503),
    ),
    Operation(
        "get",
        "/api/pictures/{device}/{name}",
        "picture",
        "clerk",
        "设备屏幕画面（PNG）",
        "The picture of a device's screen or paper",
        "image/png",
        parameters=(_DEVICE, Parameter("name", "path", "Screen or paper", True, "screen")),
        errors=(401, 403, 404),
    ),
    Operation(
        "post",
        "/api/virtual/inputs",
        "virtualInput",
        "virtual",
        "触摸虚拟屏幕、按虚拟按键、制造故障",
        "Touch a virtual screen, press a virtual key, cause a fault",
        a.InputAnswer,
        202,
        a.InputBody,
        errors=(400, 401, 403, 404, 413, 415, 503),
    ),
    Operation(
        "get",
        "/api/virtual/sounds/{device}",
        "virtualSound",
        "virtual",
        "虚拟音箱最近播放的声音（WAV）",
        "What a virtual loudspeaker said last",
        "audio/wav",
        parameters=(_DEVICE,),
        errors=(401, 404),
    ),
)

"""What the floor's addresses take and answer, for the document. Pure."""

from broker.collector import answers as a
from broker.collector.floor import floor_answers as f
from broker.collector.floor.alerts import Alert
from broker.collector.floor.staffing_answers import StaffingAnswer
from broker.collector.operation import Operation, Parameter

_CALL = Parameter("call_id", "path", "A call's id", True, "2026-03-02-c1")

FLOOR_OPERATIONS: tuple[Operation, ...] = (
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
        "/api/floor",
        "floor",
        "manager",
        "大厅现场：预警、窗口、排队、设备",
        "The floor now: alerts, counters, lines, devices",
        f.FloorAnswer,
        errors=(401, 403),
    ),
    Operation(
        "post",
        "/api/floor/acknowledged",
        "acknowledge",
        "manager",
        "知悉一条预警",
        "Take note of an alert",
        Alert,
        body=f.AcknowledgeBody,
        errors=(400, 401, 403, 404, 413, 415),
    ),
    Operation(
        "get",
        "/api/floor/calls",
        "calls",
        "manager",
        "今日呼叫",
        "Today's calls",
        f.CallList,
        errors=(401, 403, 503),
    ),
    Operation(
        "get",
        "/api/floor/calls/{call_id}",
        "call",
        "manager",
        "一次呼叫的原因，以及当时在等候的人",
        "Why a call was made, and who waited then",
        f.CallAnswer,
        parameters=(_CALL,),
        errors=(401, 403, 404, 503),
    ),
    Operation(
        "get",
        "/api/floor/calls/{call_id}/{number}",
        "callCompared",
        "manager",
        "为什么比这个号码先叫",
        "Why it came before this number",
        f.CallAnswer,
        parameters=(_CALL, Parameter("number", "path", "Printed number of whoever asks", True, "A012")),
        errors=(401, 403, 404, 503),
    ),
    Operation(
        "get",
        "/api/staffing",
        "staffing",
        "manager",
        "窗口需求：此刻和此后各半小时需要几个窗口，建议及其准确程度",
        "Counters needed now and in the half hours to come, advice and how often it was right",
        StaffingAnswer,
        errors=(401, 403),
    ),
)

"""What ``/api/report`` answers, for the document. Pure."""

from broker.collector.operation import Operation, Parameter
from broker.oversight.report_shape import GROUPINGS, Report

REPORT_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "get",
        "/api/report",
        "report",
        "manager",
        "任意一段日子的报表，含定义和分母",
        "Figures of any span of business days, with definitions and denominators",
        Report,
        parameters=(
            Parameter("from", "query", "First day; the newest business day when left out", False, "2026-03-02"),
            Parameter("to", "query", "Last day; the same as 'from' when left out", False, "2026-03-31"),
            Parameter("by", "query", "Grouping", False, "counter", GROUPINGS),
            Parameter("service", "query", "Of this service alone, without ratings", False, "pension"),
            Parameter("counter", "query", "Of this counter alone, without ratings", False, "c1"),
            Parameter("format", "query", "csv or xlsx for a spreadsheet", False, "csv", ("json", "csv", "xlsx")),
        ),
        errors=(400, 401, 403, 503),
    ),
)

"""What ``/api/why`` answers, for the document. Pure."""

from broker.collector.floor.floor_answers import OvertakenAnswer
from broker.collector.operation import Operation, Parameter

WHY_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "get",
        "/api/why/{number}",
        "overtaken",
        "clerk",
        "谁后来却先被叫到，为什么",
        "Who came later and was called before this number, and why",
        OvertakenAnswer,
        parameters=(
            Parameter("number", "path", "Printed number of whoever asks", True, "A012"),
            Parameter("day", "query", "A business day, YYYY-MM-DD; default: the latest"),
        ),
        errors=(401, 403, 404, 503),
    ),
)

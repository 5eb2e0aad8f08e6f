"""What ``/api/what-if`` takes and answers, for the document. Pure."""

from broker.collector.floor.what_if_answers import WhatIfBody, WhatIfCancel, WhatIfList, WhatIfRun
from broker.collector.operation import Operation

WHAT_IF_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "get",
        "/api/what-if",
        "whatIfs",
        "manager",
        "可重算的日子，以及最近几次“如果”的结果",
        "Days that can be played again, and the last few answers",
        WhatIfList,
        errors=(401, 403, 503),
    ),
    Operation(
        "post",
        "/api/what-if",
        "askWhatIf",
        "manager",
        "换一种规则或增减窗口，重算过去的一天；同时只算一个",
        "Play a past day again by another rule or with other counters; one at a time",
        WhatIfRun,
        202,
        WhatIfBody,
        errors=(400, 401, 403, 409, 413, 415, 422, 503),
    ),
    Operation(
        "post",
        "/api/what-if/cancelled",
        "cancelWhatIf",
        "manager",
        "停止正在算的一次",
        "End the one that is at work",
        WhatIfRun,
        body=WhatIfCancel,
        errors=(400, 401, 403, 404, 413, 415),
    ),
)

"""The questions of a survey where the hall file has none of its own. Data."""

from collections.abc import Mapping
from types import MappingProxyType

from broker.model.words import Names

QUESTIONS_MOST = 12
QUESTIONS: Mapping[str, Names] = MappingProxyType(
    {
        "guidance": Names("引导和公示清楚", "Signs, notices and guidance"),
        "papers": Names("一次性告知所需材料", "Being told at once which papers are needed"),
        "waiting": Names("等候时间", "Waiting time"),
        "speed": Names("办理速度", "How fast it was done"),
        "manner": Names("服务态度", "Manner of the staff"),
        "skill": Names("业务能力", "Knowledge of the staff"),
        "place": Names("大厅环境和设施", "The hall and its facilities"),
        "whole": Names("总体评价", "All in all"),
    }
)
"""Each is answered on the five levels of ratings, or left out."""

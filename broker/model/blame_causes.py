"""For what somebody is held to account (问责), and what makes it light, medium or heavy. Data.

The causes are those that the published standards name: who was asked first and does not care for it, what was not told
at once, duties not or wrongly done, breaches of discipline, losses. The degrees are told as the hall of Suzhou
Industrial Park published them (2018, 7.2); whoever leads the hall decides, these words only help him.
"""

from collections.abc import Mapping
from types import MappingProxyType

from broker.model.words import Names

OVERDUE = "overdue"
"""The one cause that the engine finds by itself: a promised day passed. Nobody can give it by hand."""
CAUSES: Mapping[str, Names] = MappingProxyType(
    {
        OVERDUE: Names("承诺逾期", "A promise that was not kept"),
        "first_asked": Names("首问责任未落实", "Asked first, and did not care for it"),
        "told_once": Names("未一次性告知", "Not all was told at once"),
        "duty": Names("不履行或不正确履行职责", "Duties not done, or done wrongly"),
        "manner": Names("态度生硬、推诿刁难", "Rude, or put people off"),
        "left_post": Names("脱岗空岗", "Left the post"),
        "discipline": Names("违反工作纪律", "Breach of discipline"),
        "loss": Names("造成损失", "A loss was caused"),
        "grave_loss": Names("造成严重损失", "A grave loss was caused"),
    }
)
BY_HAND: tuple[str, ...] = tuple(cause for cause in CAUSES if cause != OVERDUE)
"""What the leader may give as the cause."""
DEGREES: Mapping[str, Names] = MappingProxyType(
    {
        "light": Names("群众不满意，未造成损失，已改正", "somebody was not content; no loss, and it was put right"),
        "medium": Names("造成损失，投诉属实", "a loss, and a complaint that holds"),
        "heavy": Names("造成严重损失，投诉属实", "a grave loss, and a complaint that holds"),
    }
)
"""Verdict -> when it fits."""

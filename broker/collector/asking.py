"""Putting a wish to the engine on behalf of a web request, and turning its answer into a result or an error."""

from typing import Any

from broker.collector.errors import EngineRefused, EngineSilent
from broker.collector.web import Web
from broker.contract.envelope import RefusalMessage
from broker.model.commands import PROMPT_COMMANDS, Command

GONE_CODES = ("visit_not_rateable", "rating_closed", "unreadable")
"""Refusals that no later try can change, and that are no conflict with somebody else's action."""


def ask_engine(web: Web, command: Command, id: str, by: str, age_ms: int = 0, *, sure: bool = True) -> dict[str, Any]:
    """The engine's result; EngineRefused with its own sentence, or EngineSilent when there was no answer."""
    ttl_ms = web.hall.rules.press_ttl_ms if isinstance(command, PROMPT_COMMANDS) else 0
    reply = web.hub.submit(command, id, by, ttl_ms=ttl_ms, age_ms=age_ms, sure=sure)
    if reply is None or reply.kind == "go_back":
        raise EngineSilent
    if reply.refusal is not None:
        raise EngineRefused(reply.refusal, _status_of(reply.refusal))
    return reply.result or {}


def _status_of(refusal: RefusalMessage) -> int:
    return 422 if refusal.code in GONE_CODES or refusal.code.startswith("unknown_") else 409

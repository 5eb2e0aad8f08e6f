"""Putting a wish to the engine on behalf of a web request, and turning its answer into a result or an error."""

import json
from hashlib import sha256
from typing import Any

from broker.collector.errors import EngineRefused, EngineSilent
from broker.collector.safety.audit_log import DONE
from broker.collector.safety.may_ask import NOTED_COMMANDS
from broker.collector.web import Web
from broker.contract.envelope import RefusalMessage
from broker.model import commands as c
from broker.model.commands import PROMPT_COMMANDS, Command

GONE_CODES = ("visit_not_rateable", "rating_closed", "unreadable")
"""Refusals that no later try can change, and that are no conflict with somebody else's action."""
OF_DEVICES: tuple[type[c.Command], ...] = (c.RecordEvaluation, c.ExplainEvaluation, c.LeaveUnrated)
"""What evaluators send under their key: the engine knows these by the device's own id."""
SHOWS = ("ticket", "proof", "person")
"""What in a wish says whose it is."""


def ask_engine(web: Web, command: Command, id: str, by: str, age_ms: int = 0, *, sure: bool = True) -> dict[str, Any]:
    """The engine's result; EngineRefused with its own sentence, or EngineSilent when there was no answer."""
    ttl_ms = web.hall.rules.press_ttl_ms if isinstance(command, PROMPT_COMMANDS) else 0
    noted = isinstance(command, NOTED_COMMANDS)
    reply = web.hub.submit(command, _own_id(command, id, by), by, ttl_ms=ttl_ms, age_ms=age_ms, sure=sure)
    if reply is None or reply.kind == "go_back":
        if noted:
            _note(web, command, "unknown: no answer")
        raise EngineSilent
    if noted:
        _note(web, command, DONE if reply.refusal is None else f"refused {reply.refusal.code}")
    if reply.refusal is not None:
        raise EngineRefused(reply.refusal, _status_of(reply.refusal))
    return reply.result or {}


def _own_id(command: Command, id: str, by: str) -> str:
    """The engine's name of this wish. All browsers are one device to it, and it answers an id once and for ever: under
    a name that somebody else chose, or without what proves the asker, nobody may get another's answer.
    """
    if isinstance(command, OF_DEVICES):
        return id
    said = [type(command).__name__, by, id, *(str(getattr(command, name, "")) for name in SHOWS)]
    return f"web-{sha256(json.dumps(said).encode()).hexdigest()[:40]}"


def _note(web: Web, command: c.Command, result: str) -> None:
    """Never a text that somebody typed: only which command, of what, for which clerk and of which day."""
    named = ("case", "step", "kind", "counter", "service", "priority", "clerk", "day", "week")
    of = " ".join(str(text) for name in named if (text := getattr(command, name, None)))
    web.guard.note("command", f"{type(command).__name__} {of}".strip(), result)


def _status_of(refusal: RefusalMessage) -> int:
    return 422 if refusal.code in GONE_CODES or refusal.code.startswith("unknown_") else 409

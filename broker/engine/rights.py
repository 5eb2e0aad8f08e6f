"""Which device may ask what: a kiosk issues its own tickets, a caller drives its counters, staff pages do the rest."""

from broker.engine.context import Asked, Refused
from broker.model import commands as c
from broker.model.hall import Hall
from broker.model.refusals import NotAllowed

SERVER = "server"


def check_rights(hall: Hall, command: c.Command, asked: Asked) -> None:
    """Refused(NotAllowed) unless the role and the device fit the command."""
    if not _may(hall, command, asked):
        raise Refused(NotAllowed(device=asked.device, command=type(command).__name__))


def _may(hall: Hall, command: c.Command, asked: Asked) -> bool:
    if asked.role == SERVER:
        return True
    if isinstance(command, c.INTERNAL_COMMANDS):
        return False
    if asked.role == "kiosk":
        if isinstance(command, c.PauseIssuing | c.ResumeIssuing) and command.service is not None:
            return False  # a kiosk stops itself, never a service of the whole hall
        own = all(getattr(command, name, asked.device) == asked.device for name in ("kiosk", "device"))
        return isinstance(command, c.KIOSK_COMMANDS) and own
    if asked.role == "caller":
        return isinstance(command, c.COUNTER_COMMANDS) and _drives(hall, asked.device, command)
    return asked.role == "collector" and not isinstance(command, c.ReportTicket)


def _drives(hall: Hall, caller: str, command: c.Command) -> bool:
    counter = getattr(command, "counter", None)
    return counter is None or any(
        console.caller == caller and console.counter == counter for console in hall.consoles.values()
    )

"""Which commands each right may ask of the engine, and at which counter an account may work."""

from broker.collector.errors import NotYourCounter, NotYourRole
from broker.collector.safety.accounts import Account
from broker.collector.safety.rights import Right
from broker.collector.web import Web
from broker.model import commands as c

GUIDE_COMMANDS: tuple[type[c.Command], ...] = (
    c.ConfirmPriority,
    c.RevokePriority,
    c.AnswerHelp,
    c.ReturnTicket,
    c.CancelTicket,
    c.BookAppointment,
    c.MoveAppointment,
    c.CancelAppointment,
)
CLERK_COMMANDS: tuple[type[c.Command], ...] = (
    *c.COUNTER_COMMANDS,
    *GUIDE_COMMANDS,
    c.FillSheet,
    c.SignSheet,
)
FLOOR_COMMANDS: tuple[type[c.Command], ...] = (
    c.ChangeServices,
    c.RaiseClass,
    c.OpenEmergencyCounter,
    c.ApproveExtension,
    c.PauseIssuing,
    c.ResumeIssuing,
    c.PostNotice,
    c.ClearNotice,
    c.OpenDay,
    c.CloseDay,
    c.BeginEmergency,
    c.EndEmergency,
    c.AppointSubstitute,
    c.ExcuseCounter,
    c.ReopenSheet,
)
"""What only whoever runs the hall may ask."""
NOTED_COMMANDS: tuple[type[c.Command], ...] = (
    *FLOOR_COMMANDS,
    c.LiftRestriction,
    c.OpenCase,
    c.TakeStep,
    c.GiveCase,
    c.RecordInspection,
    c.MakeRota,
)
"""Every command that stands in the audit log; the last six pages of their own ask, nobody else."""
COMMANDS_OF = {Right.GUIDE: GUIDE_COMMANDS, Right.COUNTER: CLERK_COMMANDS, Right.FLOOR: FLOOR_COMMANDS}
"""What each right may ask of the engine."""


def check_right(web: Web, account: Account, wish: c.Command) -> None:
    """NotYourRole or NotYourCounter unless this account may ask this; a manager works at every counter."""
    manages = account.may(Right.FLOOR)
    if not any(account.may(right) and isinstance(wish, commands) for right, commands in COMMANDS_OF.items()):
        raise NotYourRole
    if isinstance(wish, c.LogIn) and wish.clerk != account.clerk:
        raise NotYourCounter  # nobody says of another that he is there
    if isinstance(wish, c.FillSheet | c.SignSheet):
        _check_part(account, wish, manages=manages)
    elif not manages:
        check_counter(web, account.clerk, wish)


def _check_part(account: Account, wish: c.FillSheet | c.SignSheet, *, manages: bool) -> None:
    """Of a day's sheet: nobody writes or signs as the duty leader who is not, nor as a clerk whose account it is not.

    At which counters the clerk stood that day, the engine knows.
    """
    if (wish.who == "leader") != manages:
        raise NotYourRole
    if wish.who == "clerk" and wish.clerk != account.clerk:
        raise NotYourCounter


def check_counter(web: Web, clerk: str | None, wish: c.Command) -> None:
    """NotYourCounter unless the account of this clerk may work at the counter of the wish.

    A clerk opens a counter under the own name and drives the counter at which the own name is on duty, no other. An
    account that is bound to nobody (a shared post) drives only counters at which nobody of the hall file serves: it
    can neither act for a clerk nor open a counter in a clerk's name.
    """
    counter = getattr(wish, "counter", None)
    if counter is None:
        return
    if isinstance(wish, c.LogIn):
        return  # under the own name, at any counter: a substitute comes to somebody else's
    if isinstance(wish, c.OpenCounter):
        described = web.hall.counters.get(counter)
        on_duty = wish.clerk or (described.clerk if described is not None else None)
    else:
        view = web.hub.live.counter(counter)
        if view is None:
            raise NotYourCounter
        on_duty = view.clerk
    if on_duty != clerk:
        raise NotYourCounter

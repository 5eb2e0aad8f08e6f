"""A refusal of the engine as a phrase, so that every language of the kiosk can say it. Pure."""

from broker.contract.envelope import RefusalMessage
from broker.model import refusals
from broker.model.phrases import Phrase, filled
from broker.model.refusals import Refusal, code_of
from broker.model.words import STATUS_NAMES, Names

TEMPLATES: dict[str, Names] = {
    code_of(kind): kind.template
    for kind in vars(refusals).values()
    if isinstance(kind, type) and issubclass(kind, Refusal)
}
FOR_VISITORS = (
    "hall_closed", "issuing_paused", "quota_used_up", "numbers_used_up", "person_required", "person_has_ticket",
    "person_day_cap", "agent_day_cap", "ticket_is_settled", "return_not_possible", "unknown_ticket",
    "visit_not_rateable", "already_rated", "rating_closed", "not_served_yet", "lookup_not_offered", "day_not_open",
    "wrong_rating_code", "rating_codes_used_up",
    "unknown_appointment", "too_early", "appointment_of_another_day", "lookups_used_up", "too_many_wrong",
    "emergency_now",
)  # fmt: skip
"""What a visitor can meet by what is offered at a kiosk; all others are faults, and staff read Chinese or English."""
SLIP_IS_OVER = Names("这张告知单已过有效期，请取普通号", "This return slip is no longer valid. Take an ordinary number")
NO_SUCH_SLIP = Names("没有这张有效的告知单，请核对编码", "No valid return slip has this code. Please check it")


def refusal_words(told: RefusalMessage) -> Names:
    """The sentence as the engine said it; with its facts kept apart where our template says the very same."""
    template = TEMPLATES.get(told.code)
    status = STATUS_NAMES.get(str(told.facts.get("status")))
    facts = {**told.facts, "status": status} if status else told.facts
    try:
        said = filled(template, facts) if template is not None else told.sentence
    except (KeyError, IndexError, ValueError, TypeError):  # another version's facts
        return told.sentence
    return said if (said.zh, said.en) == (told.sentence.zh, told.sentence.en) else told.sentence


def check_in_words(told: RefusalMessage, appointments: bool) -> Names:
    """Why a code gives no number. A slip that is over is no appointment, nor is any code where none are taken."""
    if told.code == "appointment_of_another_day" and told.facts.get("days") == 0:
        return SLIP_IS_OVER
    if told.code == "unknown_appointment" and not appointments:
        return NO_SUCH_SLIP
    return refusal_words(told)


def too_early(said: Names | None) -> bool:
    """Whether this says that somebody came before the time of the appointment, which is kept."""
    return isinstance(said, Phrase) and said.template == TEMPLATES["too_early"]

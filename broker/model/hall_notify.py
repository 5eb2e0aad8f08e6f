"""How visitors are told something away from the hall: ways, and the texts of what is said (``[notify]``). Pure."""

import string
from typing import Annotated

import msgspec

from broker.model.hall_base import Address, Declared, Host, Url
from broker.model.words import Names

PLACES: dict[str, frozenset[str]] = {
    "three_ahead": frozenset({"hall", "number", "ahead", "service"}),
    "check_in_soon": frozenset({"hall", "number", "ahead", "service"}),
    "called": frozenset({"hall", "number", "counter", "service"}),
    "missed": frozenset({"hall", "number", "minutes"}),
    "moved": frozenset({"hall", "number", "service"}),
    "appointment_booked": frozenset({"hall", "service", "time", "code", "link"}),
    "appointment_reminder": frozenset({"hall", "service", "time", "code", "link"}),
    "appointment_cancelled": frozenset({"hall", "service", "time"}),
    "work_lacks_papers": frozenset({"hall", "number", "service", "phone"}),
    "work_extended": frozenset({"hall", "number", "service", "day"}),
    "work_done": frozenset({"hall", "number", "service"}),
    "work_not_accepted": frozenset({"hall", "number", "service", "phone"}),
}
"""Every kind of message, and what its text may name in braces."""

TEXTS: dict[str, Names] = {
    "three_ahead": Names(
        "【{hall}】{number} 号：您前面还有 {ahead} 位，请回到等候区。",
        "[{hall}] {number}: {ahead} before you. Please come back to the waiting area.",
    ),
    "check_in_soon": Names(
        "【{hall}】{number} 号：前面还有 {ahead} 位。您还没有报到，报到后才会叫您：请尽快到取号机或导办台报到。",
        "[{hall}] {number}: {ahead} before you, but you have not checked in and are called only after that."
        " Please check in at a kiosk or the guide desk soon.",
    ),
    "called": Names(
        "【{hall}】请 {number} 号到 {counter} 号窗口办理。",
        "[{hall}] {number}, please go to counter {counter}.",
    ),
    "missed": Names(
        "【{hall}】{number} 号已过号。请在 {minutes} 分钟内到取号机或告诉工作人员重新排队。",
        "[{hall}] {number} was called and missed. Rejoin at a kiosk or tell staff within {minutes} minutes.",
    ),
    "moved": Names(
        "【{hall}】{number} 号已转到：{service}。请等候叫号，不用再取号。",
        "[{hall}] {number} was sent on to {service}. Please wait for your call; no new number is needed.",
    ),
    "appointment_booked": Names(
        "【{hall}】已预约 {time} 办理{service}，预约码 {code}。{link}",
        "[{hall}] Booked: {service}, {time}. Code {code}. {link}",
    ),
    "appointment_reminder": Names(
        "【{hall}】提醒：您预约了 {time} 办理{service}，预约码 {code}。不能来请取消。{link}",
        "[{hall}] Reminder: {service}, {time}. Code {code}. Please cancel if you cannot come. {link}",
    ),
    "appointment_cancelled": Names(
        "【{hall}】您 {time} 的{service}预约已取消。",
        "[{hall}] Your appointment for {service}, {time}, is cancelled.",
    ),
    "work_lacks_papers": Names(
        "【{hall}】您办理的{service}（{number}）需要补充材料，补齐前暂停计时。请联系窗口 {phone}",
        "[{hall}] {service} ({number}) lacks papers; it waits until you bring them. Please ask us. {phone}",
    ),
    "work_extended": Names(
        "【{hall}】您办理的{service}（{number}）因故延长，最迟 {day} 办结。",
        "[{hall}] {service} ({number}) takes longer than promised: until {day} at the latest.",
    ),
    "work_done": Names(
        "【{hall}】您办理的{service}（{number}）已办结。",
        "[{hall}] {service} ({number}) is done.",
    ),
    "work_not_accepted": Names(
        "【{hall}】您申请的{service}（{number}）不予受理，书面告知书请到窗口领取。{phone}",
        "[{hall}] {service} ({number}) was not accepted; please fetch the written notice at the hall. {phone}",
    ),
}
"""What is said where the hall file does not say it otherwise."""

BodyTemplate = Annotated[str, msgspec.Meta(max_length=2000)]
BODY_PLACES = frozenset({"id", "to", "text", "template", "language", "sender"})


class Notify(Declared, frozen=True, kw_only=True):
    """Ways by which a message leaves: each is an address, ``none`` where the hall has no such way.

    ``phone``: to a telephone (``sms+https://HOST/PATH?sender=NAME`` an SMS gateway, ``https://...`` a signed webhook,
    ``file:///PATH`` a line of JSON for each). ``mail``: ``smtp://HOST:587?from=A@B&user=NAME`` (STARTTLS),
    ``smtps://...``, a webhook or a file. Secrets are never here: ``JIAOHAO_NOTIFY_PHONE_SECRET`` and
    ``JIAOHAO_NOTIFY_MAIL_SECRET`` of the environment.

    ``sms_body`` is the JSON that the gateway wants, with ``$to $text $id $template $language $sender`` inside its texts
    (empty: our own form, docs/phone.md). ``texts`` replaces the text of a kind of message.

    Who holds a ticket is told with ``ahead`` people before them, and when called. ``push``: browsers may ask to be told
    while the page is closed, where the hall has an https address; ``push_contact`` (``mailto:`` or ``https:``; empty:
    the hall's address) is whom a push service turns to. Only push services of the Internet are written to, and
    ``push_hosts``.
    """

    phone: Address = "none"
    mail: Address = "none"
    sms_body: BodyTemplate = ""
    ahead: Annotated[int, msgspec.Meta(ge=1, le=20)] = 3
    push: bool = True
    push_contact: Url = ""
    push_hosts: Annotated[tuple[Host, ...], msgspec.Meta(max_length=16)] = ()
    texts: dict[str, Names] = {}


def places_of(text: str) -> frozenset[str] | None:
    """What a text names in braces; None when its braces cannot be read, or say more than a name."""
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError:
        return None
    fields = [(name, spec, turned) for _, name, spec, turned in parts if name is not None]
    if any(spec or turned or not name.isidentifier() for name, spec, turned in fields):
        return None
    return frozenset(name for name, _, _ in fields)

"""Every picture of the kiosk, in three languages and on both sheets, for the eye, the lint and the documents.

The hall below is made up.
"""

from collections.abc import Iterator
from dataclasses import replace

import msgspec

from broker.model.hours import NextOpening
from broker.model.phrases import filled, phrase
from broker.model.reasons import reason_said
from broker.model.views import Emergency, PausedCounter
from broker.model.words import Level, Names
from broker.runtime.canvas.ops import Op
from broker.runtime.canvas.qr import qr_rows
from kiosk.flow_cards import NO_READER, SAME_CARD
from kiosk.flow_check_in import ALREADY, AWAY, HAVE_NUMBER, SLIP_AWAY
from kiosk.found import FoundTicket
from kiosk.gallery_languages import SIX, THREE
from kiosk.help_state import HelpState
from kiosk.local_time import date_words
from kiosk.menu import COUNTER_PAUSED, FULL, NO_COUNTER, NOT_NOW, USED_UP, Choice, Given, Menu, Offer
from kiosk.readers.cards import UNREAD, CardRead
from kiosk.refusal_words import SLIP_IS_OVER, TEMPLATES
from kiosk.screens.frame import LANDSCAPE, PORTRAIT, Surroundings
from kiosk.screens.notes import failsafe
from kiosk.screens.view import view
from kiosk.ticket import Slip
from kiosk.visit import Step, Visit

ID_CARD = Names("身份证原件", "ID card (original)")
PAPERS = (
    ID_CARD,
    Names("社会保障卡", "Social security card"),
    Names("近期一寸白底照片两张", "Two recent photos, white ground"),
    Names("原工作单位解除劳动关系证明", "Proof that your last employment has ended"),
    Names("代理人身份证与委托书", "Agent: own ID card and letter of authority"),
)
PERSONAL, COMPANY = "personal", "company"
OFFERS = (
    Offer("household", Names("户籍与身份证", "Household & ID"), "id-card", PERSONAL, True, 6, (12, 20), ("1", "2"),
          papers=(ID_CARD,)),
    Offer("pension", Names("养老保险", "Pension"), "shield-check", PERSONAL, True, 12, (20, 35), ("3", "5"),
          papers=PAPERS, promised=Names("当场办结", "Done while you wait"),
          online=Names("手机可办待遇资格认证", "Proof of life can be done by phone"),
          consult=Names("3 号咨询窗口", "counter 3"), checklist_url="https://hall.example/list/pension"),
    Offer("medical", Names("医疗保障", "Health insurance"), "heart-plus", PERSONAL, True, 9, (15, 25), ("6",),
          quota_left=5),
    Offer("estate", Names("不动产登记", "Real estate"), "house", PERSONAL, True, 18, (40, 60), ("7", "8")),
    Offer("card", Names("社会保障卡", "Social security card"), "social-card", PERSONAL, True, 0, (0, 0), ("4",)),
    Offer("company", Names("企业开办", "Business setup"), "briefcase", COMPANY, True, 3, None, (), reason=NO_COUNTER),
    Offer("fund", Names("住房公积金", "Housing fund"), "document", COMPANY, False, 0, None, (), reason=FULL),
    Offer("vehicle", Names("车驾管", "Vehicles & licences"), "car", COMPANY, False, 0, None, (), reason=NOT_NOW,
          reopens="13:30"),
)  # fmt: skip
LONG = Offer(
    "long",
    Names("城乡居民基本养老保险待遇领取资格认证", "Yearly confirmation of eligibility for residents' basic pension"),
    "family",
    PERSONAL,
    True,
    1234,
    (170, 245),
    ("11", "12", "13", "15", "16", "17", "18"),
    papers=PAPERS * 2,
    quota_left=3,
)
CATEGORIES = (
    Choice(PERSONAL, Names("个人业务", "For individuals"), "person"),
    Choice(COMPANY, Names("单位业务", "For companies"), "briefcase"),
)
PRIORITIES = (
    Choice("elderly", Names("老年人（60 岁以上）", "Aged 60 or over")),
    Choice("disabled", Names("残疾人", "Person with a disability")),
    Choice("pregnant", Names("孕妇、带婴儿", "Pregnant or with an infant")),
    Choice("military", Names("军人、退役军人及家属", "Armed forces, veterans and families")),
)
MENU = Menu(
    state="ready",
    hall=Names("滨江区政务服务中心", "Binjiang Government Service Centre"),
    categories=CATEGORIES,
    offers=OFFERS,
    priorities=PRIORITIES,
    hours="09:00-12:00 13:30-17:00",
)
MANY = replace(
    MENU,
    categories=(
        *CATEGORIES,
        Choice("talent", Names("人才与就业", "Jobs and training"), "graduation"),
        Choice("rights", Names("劳动关系与维权", "Employment rights"), "people"),
    ),
    offers=tuple(
        replace(OFFERS[n % 8], service=f"s{n}", category=(PERSONAL, COMPANY, "talent", "rights")[n * 7 % 20 // 5])
        for n in range(40)
    ),
)
PAGES = replace(MENU, categories=CATEGORIES[:1], offers=tuple(
    replace(OFFERS[n % 8], service=f"s{n}", category=PERSONAL) for n in range(18)
))  # fmt: skip
ALONE = replace(
    MENU,
    alone=True,
    offers=tuple(
        replace(o, waiting=None, wait_min=None, counters=(), quota_left=None, reason=None if o.open else o.reason)
        for o in OFFERS
    ),
)
STRESS = replace(
    MENU, offers=(LONG, replace(LONG, service="long-2", open=False, reason=USED_UP), *OFFERS[:4], OFFERS[6])
)
QR_TEXT = "https://hall.example/t/kQ7x2LmPz0Ab"
SLIP = Slip("A042", "pension", OFFERS[1].names, 12, (20, 35), ("3", "5"), QR_TEXT, qr_rows(QR_TEXT), 0)
ALONE_SLIP = replace(SLIP, number="A0817", ahead=None, wait_min=None, counters=(), qr_text="", qr_rows=())
NO_COUNTER_SLIP = replace(SLIP, ahead=3, wait_min=None, counters=())
STRESS_SLIP = replace(SLIP, names=LONG.names, ahead=1234, wait_min=(170, 245), counters=LONG.counters)
AROUND = Surroundings(
    PORTRAIT,
    "14:32",
    date_words(3, 5, 3),
    Names("一号取号机", "Kiosk 1"),
    letters=tuple("ABCDEF"),
    emergency_since="14:30",
    phone="0571-8765 4321",
)
WITH_KOREAN = replace(AROUND, languages=THREE)

REJOINED = phrase(
    "{number} 已重新排队，请等候叫号", "{number} is back in line. Please wait for your call", number="A042"
)
TOO_LATE = filled(TEMPLATES["return_not_possible"], {"number": "A042"})
PENSION = Visit(step=Step.DETAIL, service="pension", category=None)
EVACUATE = Emergency(
    zh="请立即从最近的安全出口离开，不要乘坐电梯，听从工作人员指挥",
    en="Use the nearest exit now. Do not use the lift. Follow staff.",
    since_ms=0,
)
CALM = "请大家不要惊慌，按工作人员的引导有序离开。" * 10, "Please stay calm and follow staff to the exit. " * 5
LONG_ALARM = Emergency(zh=CALM[0][:200], en=CALM[1][:200], since_ms=0)
HELPS: tuple[HelpState, ...] = ("called", "coming", "unheard")
CARD = CardRead("110***********00*X", 66, "0" * 32)
OTHER_CARD = CardRead("310***********41*2", 41, "1" * 32)
AT_READER = replace(PENSION, step=Step.CARD)
WITH_READER = replace(MENU, reader="ok", offers=tuple(replace(o, real_name=o.service == "pension") for o in OFFERS))
GIVEN = tuple(
    Given(f"t{place}", number, OFFERS[place].names, time)
    for place, (number, time) in enumerate((("A042", "14:31"), ("A041", "14:28"), ("E007", ""), ("A0817", "14:20")))
)
FOUND = tuple(
    FoundTicket(number, OFFERS[place].service, ahead)
    for place, (number, ahead) in enumerate((("A042", 12), ("C008", 0), ("A0817", 1234), ("B011", 3), ("D120", 8)))
)
APPOINTMENTS = replace(MENU, appointments=True, scanner="ok", given=GIVEN)
AWAY_NOW = PausedCounter(
    counter="c3", counter_name="3", reason="会议", contact=Names("工号 0107", "Staff 0107"), phone="0432-8107",
    since_ms=0, returns_at_ms=None, instead=("5", "6"),
)  # fmt: skip
PAUSED = replace(MENU, offers=(
    replace(OFFERS[1], counters=("5", "6"), paused=(
        AWAY_NOW, msgspec.structs.replace(AWAY_NOW, counter_name="4", instead=()),
    )),
    replace(OFFERS[0], counters=(), wait_min=None, reason=COUNTER_PAUSED, paused=(AWAY_NOW,)), *OFFERS[2:],
))  # fmt: skip
LONG_SHUT = replace(LONG, open=False, reason=NOT_NOW, next_opening=NextOpening("2026-09-30", "08:30"))
SHUT = replace(OFFERS[7], reopens=None, next_opening=NextOpening("2026-11-23", "09:00"))
NEXT_DAY = replace(MENU, offers=(*OFFERS[:5], LONG_SHUT, OFFERS[6], SHUT))
AT_TEN = replace(SLIP, booked="in_time", booked_for="10:00")
CHECK_IN = Visit(step=Step.CHECK_IN)
BOOKED = Visit(step=Step.BOOKED, note=AWAY)
EARLY = filled(TEMPLATES["too_early"], {"from_time": "15:15"})
THANKS = Names("已收到您的评价，谢谢", "Your rating has been saved. Thank you")
LOOKUP = replace(MENU, lookup=True, given=GIVEN)
FROM_AFAR = replace(LOOKUP, remote=True)
STATES: tuple[tuple[str, Visit, Menu], ...] = (
    ("home", Visit(), MENU),
    ("home-few", Visit(), replace(MENU, offers=OFFERS[:3])),
    ("home-alone", Visit(), ALONE),
    ("home-no-printer", Visit(), replace(MENU, printer_ok=False)),
    ("home-categories", Visit(), MANY),
    ("home-pages", Visit(page=1), PAGES),
    ("home-long", Visit(), STRESS),
    ("home-next-day", Visit(), NEXT_DAY),
    ("home-next-day-few", Visit(), replace(MENU, offers=(LONG_SHUT, OFFERS[6], SHUT))),
    ("home-appointments", Visit(), APPOINTMENTS),
    ("home-counter-paused", Visit(), PAUSED),
    ("detail-counter-paused", PENSION, PAUSED),
    ("home-appointments-many", Visit(), replace(MANY, appointments=True)),
    ("detail-needs", replace(PENSION, needs=("hearing",)), replace(LOOKUP, appointments=True)),
    ("check-in", CHECK_IN, APPOINTMENTS),
    ("check-in-typed", replace(CHECK_IN, typed="40718253"), APPOINTMENTS),
    ("check-in-letters", replace(CHECK_IN, typed="K7", letters=True), replace(APPOINTMENTS, scanner="none")),
    ("booked-early", replace(BOOKED, note=EARLY), APPOINTMENTS),
    ("booked-away", BOOKED, replace(APPOINTMENTS, alone=True)),
    ("booked-paused", replace(BOOKED, note=EARLY), replace(APPOINTMENTS, state="paused")),
    ("booked-already", replace(BOOKED, note=ALREADY, note_good=True, slip=AT_TEN), APPOINTMENTS),
    ("booked-already-no-printer", replace(BOOKED, slip=replace(AT_TEN, ahead=None)),
     replace(APPOINTMENTS, printer_ok=False)),
    ("ticket-booked", Visit(step=Step.TICKET, slip=AT_TEN, printed=True), APPOINTMENTS),
    ("ticket-booked-more", Visit(step=Step.TICKET, slip=replace(AT_TEN, more=2), printed=True), APPOINTMENTS),
    ("booked-already-more", replace(BOOKED, note=ALREADY, note_good=True, slip=replace(AT_TEN, more=1)), APPOINTMENTS),
    ("no-paper-more", Visit(step=Step.NO_PAPER, slip=replace(AT_TEN, more=2)), APPOINTMENTS),
    ("ticket-booked-late", Visit(step=Step.TICKET, slip=replace(AT_TEN, booked="late")), APPOINTMENTS),
    ("check-in-slip", CHECK_IN, replace(MENU, scanner="ok")),
    ("check-in-slip-typed", replace(CHECK_IN, typed="40718253"), MENU),
    ("booked-slip-over", replace(BOOKED, note=SLIP_IS_OVER), MENU),
    ("booked-slip-away", replace(BOOKED, note=SLIP_AWAY), ALONE),
    ("booked-slip-already", replace(BOOKED, note=HAVE_NUMBER, note_good=True, slip=SLIP), MENU),
    ("more-appointments", Visit(step=Step.MORE), replace(LOOKUP, appointments=True)),
    ("paused-appointments", Visit(), replace(APPOINTMENTS, state="paused", reason=reason_said("打印机换纸"))),
    ("closed-appointments", Visit(), replace(APPOINTMENTS, state="closed", next_opens="13:30", offers=tuple(
        replace(o, open=False, reason=NOT_NOW, reopens="13:30") for o in OFFERS))),
    ("category", Visit(step=Step.CATEGORY, category=COMPANY), MANY),
    ("detail", PENSION, MENU),
    ("detail-notice-printing", replace(PENSION, notice="asked"), MENU),
    ("detail-notice-printed", replace(PENSION, notice="done"), MENU),
    ("detail-notice-failed", replace(PENSION, notice="failed"), MENU),
    ("detail-no-papers", replace(PENSION, service="estate"), MENU),
    ("detail-no-printer", PENSION, replace(MENU, printer_ok=False)),
    ("papers", replace(PENSION, step=Step.PAPERS), MENU),
    ("papers-printing", replace(PENSION, step=Step.PAPERS, notice="asked"), MENU),
    ("papers-next", replace(PENSION, step=Step.PAPERS, papers_page=1, service="long"), STRESS),
    ("detail-everything", replace(PENSION, needs=("hearing",)), replace(LOOKUP, offers=WITH_READER.offers)),
    ("detail-claimed", replace(PENSION, priority="elderly"), MENU),
    ("detail-closed", replace(PENSION, service="vehicle"), MENU),
    ("detail-weekend", replace(PENSION, service="vehicle"), replace(MENU, offers=(SHUT,))),
    ("detail-no-counter", replace(PENSION, service="company"), MENU),
    ("detail-alone", PENSION, ALONE),
    ("detail-long", replace(PENSION, service="long"), STRESS),
    ("priority", replace(PENSION, step=Step.PRIORITY), MENU),
    ("detail-real-name", PENSION, WITH_READER),
    ("card", AT_READER, WITH_READER),
    ("card-trouble", replace(AT_READER, card_trouble=UNREAD["moved"]), WITH_READER),
    ("card-read", replace(AT_READER, card=CARD), WITH_READER),
    ("card-read-elderly", replace(AT_READER, card=CARD, priority="elderly"), WITH_READER),
    ("card-agent", replace(AT_READER, card=CARD, for_another=True), WITH_READER),
    ("card-agent-same", replace(AT_READER, card=CARD, for_another=True, card_trouble=SAME_CARD), WITH_READER),
    ("card-agent-read", replace(AT_READER, card=CARD, for_another=True, principal=OTHER_CARD), WITH_READER),
    ("card-no-reader", replace(PENSION, step=Step.NOTE, note=NO_READER), MENU),
    ("missed", Visit(step=Step.MISSED), MENU),
    ("missed-typed", Visit(step=Step.MISSED, typed="A042"), MENU),
    ("home-remote", Visit(), FROM_AFAR),
    ("home-remote-alone", Visit(), replace(FROM_AFAR, alone=True)),
    ("missed-remote", Visit(step=Step.MISSED), FROM_AFAR),
    ("missed-remote-typed", Visit(step=Step.MISSED, typed="A042"), FROM_AFAR),
    ("more-remote", Visit(step=Step.MORE), FROM_AFAR),
    ("detail-phone", PENSION, LOOKUP),
    ("detail-phone-left", replace(PENSION, phone_tail="4321", priority="elderly"), LOOKUP),
    ("more", Visit(step=Step.MORE), LOOKUP),
    ("more-alone", Visit(step=Step.MORE), replace(LOOKUP, alone=True, given=())),
    ("copies", Visit(step=Step.COPIES), LOOKUP),
    ("copying", Visit(step=Step.COPYING), LOOKUP),
    ("find", Visit(step=Step.FIND), LOOKUP),
    ("find-typed", Visit(step=Step.FIND, typed="4321"), LOOKUP),
    ("phone", Visit(step=Step.PHONE, typed="43"), LOOKUP),
    ("found", Visit(step=Step.FOUND, found=FOUND[:1]), LOOKUP),
    ("found-many", Visit(step=Step.FOUND, found=FOUND), LOOKUP),
    ("rate", Visit(step=Step.RATE, typed="A0"), LOOKUP),
    ("rate-code", Visit(step=Step.RATE_CODE, rated="A042"), LOOKUP),
    ("rate-code-typed", Visit(step=Step.RATE_CODE, rated="A042", typed="482107"), LOOKUP),
    ("faces", Visit(step=Step.FACES, rated="A042", typed="4821"), LOOKUP),
    ("reasons", Visit(step=Step.REASONS, rated="A042", face=Level.DISSATISFIED), LOOKUP),
    ("reasons-chosen", Visit(step=Step.REASONS, rated="A042", face=Level.DISSATISFIED,
                             reasons=("waiting", "surroundings"), contact=True), LOOKUP),
    ("rated", Visit(step=Step.NOTE, note=THANKS, note_good=True), LOOKUP),
    ("checking", Visit(step=Step.CHECKING, typed="A042"), MENU),
    ("taking", Visit(step=Step.TAKING, service="pension"), MENU),
    ("ticket-printing", Visit(step=Step.TICKET, slip=SLIP), MENU),
    ("ticket", Visit(step=Step.TICKET, slip=SLIP, printed=True), MENU),
    ("ticket-alone", Visit(step=Step.TICKET, slip=ALONE_SLIP, printed=True), ALONE),
    ("ticket-no-counter", Visit(step=Step.TICKET, slip=NO_COUNTER_SLIP, printed=True), MENU),
    ("ticket-long", Visit(step=Step.TICKET, slip=STRESS_SLIP, printed=True), STRESS),
    ("no-paper", Visit(step=Step.NO_PAPER, slip=SLIP), MENU),
    ("paper-unsure", Visit(step=Step.NO_PAPER, slip=SLIP, paper_unsure=True), MENU),
    ("no-paper-no-code", Visit(step=Step.NO_PAPER, slip=ALONE_SLIP), ALONE),
    ("no-paper-long", Visit(step=Step.NO_PAPER, slip=STRESS_SLIP), STRESS),
    ("refused", replace(PENSION, step=Step.NOTE, note=FULL), MENU),
    ("not-rejoined", Visit(step=Step.NOTE, note=TOO_LATE), MENU),
    ("rejoined", Visit(step=Step.NOTE, note=REJOINED, note_good=True), MENU),
    ("help", Visit(step=Step.HELP), MENU),
    ("paused", Visit(), replace(MENU, state="paused", reason=reason_said("打印机换纸"))),
    ("paused-told", Visit(), replace(MENU, state="paused", reason=Names("打印机换纸", "The printer gets new paper"))),
    ("paused-plainly", Visit(), replace(MENU, state="paused")),
    ("home-paused-service", Visit(), replace(MENU, offers=(
        *OFFERS[:6], replace(OFFERS[6], reason=reason_said("系统升级")), OFFERS[7]))),
    ("closed", Visit(), replace(MENU, state="closed", next_opens="13:30", offers=tuple(
        replace(o, open=False, reason=NOT_NOW, reopens="13:30") for o in OFFERS))),
    ("closed-weekend", Visit(), replace(MENU, state="closed", next_opening=NextOpening("2026-11-23", "09:00"), hours="",
        offers=tuple(replace(o, open=False, reason=NOT_NOW, reopens=None) for o in OFFERS))),
    ("closed-evening", Visit(), replace(MENU, state="closed", next_opening=NextOpening("2026-09-30", "08:30"),
        offers=tuple(replace(o, open=False, reason=NOT_NOW, reopens=None) for o in OFFERS))),
    ("emergency", Visit(), replace(MENU, state="emergency", emergency=EVACUATE)),
    ("emergency-long", Visit(), replace(MENU, state="emergency", emergency=LONG_ALARM)),
    ("connecting", Visit(), replace(MENU, state="connecting", offers=(), categories=())),
)  # fmt: skip
MANNERS = (
    ("", {}),
    ("larger", {"larger": True}),
    ("lower", {"lower": True}),
    ("both", {"larger": True, "lower": True}),
)


def screens() -> Iterator[tuple[str, tuple[int, int], tuple[Op, ...]]]:
    """(name, size, ops) of every state, language, manner and sheet; names such as ``kiosk-home-zh-portrait-larger``."""
    for sheet, size in (("portrait", PORTRAIT), ("landscape", LANDSCAPE)):
        for name, visit, menu in STATES:
            for language, around in (("zh", AROUND), ("en", AROUND), ("ko", WITH_KOREAN)):
                for manner, changes in MANNERS:
                    shown = replace(visit, language=language, **changes)
                    label = "-".join(part for part in ("kiosk", name, language, sheet, manner) if part)
                    yield label, size, view(shown, menu, replace(around, size=size))
        for manner, changes in MANNERS:
            for many, around in (("", WITH_KOREAN), ("many", replace(AROUND, languages=SIX))):
                label = "-".join(part for part in ("kiosk-languages", many, sheet, manner) if part)
                yield label, size, view(Visit(choosing=True, **changes), MENU, replace(around, size=size))
        for language in ("zh", "en", "ko"):
            for help in HELPS:
                around = replace(WITH_KOREAN, size=size, help=help)
                yield (
                    f"kiosk-help-{help}-{language}-{sheet}",
                    size,
                    view(Visit(step=Step.HELP, language=language), MENU, around),
                )
        asked = replace(WITH_KOREAN, size=size, warned_s=17)
        yield f"kiosk-still-there-zh-{sheet}", size, view(PENSION, MENU, asked)
        yield f"kiosk-still-there-en-{sheet}", size, view(replace(PENSION, language="en"), MENU, asked)
        yield f"kiosk-still-there-ko-{sheet}", size, view(replace(PENSION, language="ko"), MENU, asked)
        yield f"kiosk-failsafe-{sheet}", size, failsafe(size)

"""The hall description: what ``hall.toml`` may say, as frozen structs. The declaration is the editor schema too.

Every table is keyed by a slug that other tables, topics and screens refer to. Addresses are URIs:
``serial:///dev/hall/printer?baud=115200``, ``gpio://17``, ``p1://LINE/UNIT``, ``window://0``, ``alsa://default``,
``virtual://...`` (the simulator that ships beside the driver).
"""

from typing import Annotated, Literal

import msgspec

from broker.model.case_life import Unit
from broker.model.hall_alerts import Alerts
from broker.model.hall_base import (
    CardHash,
    ClockTime,
    CounterName,
    Day,
    DayName,
    Declared,
    FilePath,
    Host,
    IconName,
    Letter,
    MapPlace,
    Minutes,
    Network,
    PinHash,
    Skill,
    StaffNumber,
    Url,
    Word,
)
from broker.model.hall_calling import Calling
from broker.model.hall_devices import Caller, Console, Display, Keypad, Kiosk, Sign, Strip
from broker.model.hall_languages import FurtherLanguage
from broker.model.hall_machines import LocalNetwork, Machine
from broker.model.hall_notify import Notify
from broker.model.hall_outlets import Outlet, WebSite
from broker.model.hall_outward import Upward, Webhook
from broker.model.hall_quality import Quality
from broker.model.hall_remote import Remote
from broker.model.hall_rota import Rota
from broker.model.hall_speech import Speech
from broker.model.hall_staffing import StaffingRules
from broker.model.promised_times import PromiseKey
from broker.model.sheet_items import OPEN_DAYS_MOST, SheetItem
from broker.model.words import Level, Names, Phone, Sentence, Slug


class HallIdentity(Declared, frozen=True, kw_only=True):
    """The place. ``time_zone`` is an IANA name. ``entrances`` are its doors on the manager's floor, each
    ``[column, row]``, as ``map`` of a counter."""

    id: Slug
    names: Names
    time_zone: Word = "Asia/Shanghai"
    phone: Phone = ""
    address: Names | None = None
    entrances: tuple[MapPlace, ...] = ()


class Calendar(Declared, frozen=True, kw_only=True):
    """Which days are workdays: a country's calendar, then this hall's own exceptions, which win."""

    country: Literal["CN", "none"] = "CN"
    holidays: tuple[Day, ...] = ()
    workdays: tuple[Day, ...] = ()


class Session(Declared, frozen=True, kw_only=True):
    """One opening of the hall on the named days (see ``days``); issuing ends at ``last_ticket``, else at ``closes``."""

    names: Names
    days: tuple[DayName, ...]
    opens: ClockTime
    closes: ClockTime
    last_ticket: ClockTime | None = None


class Series(Declared, frozen=True, kw_only=True):
    """A letter and a number range printed on tickets. ``kiosk_part`` numbers are each kiosk's own, from the top."""

    letter: Letter
    first: Annotated[int, msgspec.Meta(ge=1, le=9998)] = 1
    last: Annotated[int, msgspec.Meta(ge=2, le=9999)] = 999
    digits: Annotated[int, msgspec.Meta(ge=2, le=4)] = 3
    kiosk_part: Annotated[int, msgspec.Meta(ge=1, le=3000)] = 100


class Service(Declared, frozen=True, kw_only=True):
    """What a visitor comes for. ``sessions`` empty means all; ``mean_minutes`` starts the wait estimate.

    ``wait_goal_minutes`` is the wait the hall aims at: statistics count who waited longer.
    ``service_goal_minutes``: reports count what took longer at the counter; none: they count nothing of it.
    ``promised`` is the time limit as people read it; ``promised_days`` in ``promised_unit`` is the same as a
    number (0: at once), by which the clock of ``[quality.promises]`` goes; ``supervised_days``: the later day
    that the supervising office goes by. ``promised_as`` takes words, days and unit from the library of
    published promises (``promised_times``), words that the file says itself excepted. ``checklist_url`` is the
    page with the list of papers, ``consult`` says where to ask when somebody only has a question.
    ``conditions`` (who may apply), ``steps`` (how it goes, one after the other), ``fee`` and ``law`` (the legal
    basis) stand in the service guide.
    ``real_name``: a ticket needs an ID card, and each person has one ticket at a time.
    ``appointment_capacity``: appointments of it in one slot, if not as many as the hall's rules say; 0: it
    takes none. ``paused`` says why no tickets are given until the file says otherwise, ``paused_en`` the same
    in English (a usual reason, such as 系统升级, needs none).
    """

    names: Names
    series: Slug
    category: Slug
    icon: IconName = "document"
    papers: tuple[Names, ...] = ()
    promised: Names | None = None
    promised_days: Annotated[float, msgspec.Meta(ge=0, le=365)] | None = None
    promised_unit: Unit = "workday"
    promised_as: PromiseKey | None = None
    supervised_days: Annotated[int, msgspec.Meta(ge=0, le=365)] | None = None
    mean_minutes: Minutes = 6.0
    wait_goal_minutes: Minutes = 15.0
    service_goal_minutes: Minutes | None = None
    quota: Annotated[int, msgspec.Meta(ge=1, le=9999)] | None = None
    sessions: tuple[Slug, ...] = ()
    online: Names | None = None
    checklist_url: Url = ""
    consult: Names | None = None
    conditions: tuple[Names, ...] = ()
    steps: tuple[Names, ...] = ()
    fee: Names | None = None
    law: tuple[Names, ...] = ()
    real_name: bool = False
    hidden: bool = False
    paused: Sentence = ""
    paused_en: Sentence = ""
    appointment_capacity: Annotated[int, msgspec.Meta(ge=0, le=999)] | None = None


class Category(Declared, frozen=True, kw_only=True):
    """First level of the kiosk's menu, e.g. 个人业务 / 单位业务."""

    names: Names
    icon: IconName = "document"


class Counter(Declared, frozen=True, kw_only=True):
    """A window. ``name`` is what is shown and spoken; ``services`` maps a service to the skill, 1 best.

    ``sessions`` is when it is staffed (empty: always); it plans the virtual clerks, the engine lets a clerk open it at
    any time. ``zone`` names a part of the lobby for people; a display's own ``counters`` decide what it shows.
    ``emergency`` (应急窗口): it stands ready for when many wait, nobody has to be there, and it is offered first then.
    ``map`` is its place on the manager's floor, ``[column, row]``; without one it stands in line.
    """

    name: CounterName
    services: dict[Slug, Skill]
    clerk: Slug | None = None
    zone: Slug = "lobby"
    sessions: tuple[Slug, ...] = ()
    emergency: bool = False
    map: MapPlace | None = None


class Zone(Declared, frozen=True, kw_only=True):
    """What a part of the lobby is called where people read of it; counters, kiosks and displays name its key."""

    names: Names


class Clerk(Declared, frozen=True, kw_only=True):
    """Who serves. ``substitute`` is the B role; ``phone`` is the office line shown when the counter pauses, never a
    private one. ``pin`` is what ``python -m broker pin`` made of the PIN typed at a console to log in, ``card``
    what ``python -m broker card`` made of the number of the work card laid at a console's reader.
    The staff wall shows ``name``, ``title`` and ``photo``, a PNG or JPEG file of its machine, where they are given;
    ``title_en`` is the title for whoever reads the staff pages in English."""

    staff_number: StaffNumber
    name: Word = ""
    title: Word = ""
    title_en: Word = ""
    photo: FilePath = ""
    phone: Phone = ""
    substitute: Slug | None = None
    pin: PinHash = ""
    card: CardHash = ""

    @property
    def titles(self) -> Names | None:
        """The title in both languages, as given where it was given in one; None without any."""
        zh, en = self.title or self.title_en, self.title_en or self.title
        return Names(zh, en) if zh else None


class PriorityClass(Declared, frozen=True, kw_only=True):
    """Why someone may go first. ``factor`` shrinks the waiting target: 0.3 ages three times as fast as 1.

    ``at_kiosk``: visitors may say it of themselves. The class named ``appointment`` is for whoever checks in for an
    appointment; a hall without it takes none.
    """

    names: Names
    factor: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.3
    at_kiosk: bool = True


class HallNotice(Declared, frozen=True, kw_only=True):
    """A line in the ticker on the days and at the times that are named; what is not named does not limit it.
    The day is the business day, the times are local, ``until_time`` is not included. What always holds stands on
    tickets too, unless ``on_ticket`` says that a ticket has it already, or no room for it."""

    zh: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    en: Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
    from_day: Day | None = None
    until_day: Day | None = None
    from_time: ClockTime | None = None
    until_time: ClockTime | None = None
    days: tuple[DayName, ...] = ()
    on_ticket: bool = True


class Rules(Declared, frozen=True, kw_only=True):
    """The hall's own numbers for the engine's rules; every one has a usual default.

    A pause warns its clerk after ``pause_warning_min``; over ``pause_limit_min`` the duty leader is to appoint a
    substitute, and ``cover_within_min`` later it is an incident (空窗). So it is with a clerk's counter at which
    nobody called while people waited for ``nobody_limit_min``. ``clerks_log_in``: a counter opens only for who logged
    in there, and who is not on post ``on_post_min`` before a session is listed (0: nobody is).

    A visit may be rated at its counter for ``rating_window_s``, by what stands on its paper until ``rating_days``
    working days after it are over (by the hall's calendar; 0: on its own day). ``rating_default``: the level that a
    jurisdiction counts an unrated visit as from then on. It is a figure of its own (``by_default``) and in no rate.
    ``contact_days`` after a low rating whose visitor wished to be called, what staff noted for it is erased.

    ``day_sheets``: a counter's sheet that is unfinished when the next day opens is a task for the duty leader. Sheets
    may be completed and signed for ``sheet_days`` business days after their own.

    A slip of missing papers is good for ``slip_days`` more days on which its service is open (by the hall's calendar:
    neither a weekend nor a holiday counts unless the service is open then); its page may say another number of days.

    Who holds a waiting ticket may move it back ``postpone_times`` times, behind as many people as stand in front of it,
    ``postpone_places`` at least.

    In a slot of ``appointment_slot_min`` minutes ``appointment_slot_capacity`` appointments of one service may begin.
    From home nobody takes the last ``appointment_walk_in_share`` of a slot (rounded down: kept for who simply comes),
    books more than ``appointment_days_ahead`` working days ahead (by the hall's calendar), more than
    ``appointments_a_day`` for one day, or cancels or moves later than ``appointment_cancel_hours`` before. Several
    pieces of work in one booking take a place for each ``appointment_items_a_place`` begun. Who did not come to
    ``appointment_no_shows`` appointments within ``appointment_no_show_days`` days books none from home for as many days
    after the last of them (0: everybody may). ``appointments_from_home`` turns all of that off.
    """

    return_places: Annotated[int, msgspec.Meta(ge=0, le=50)] = 3
    return_times: Annotated[int, msgspec.Meta(ge=0, le=9)] = 2
    return_within_min: Annotated[int, msgspec.Meta(ge=1, le=600)] = 30
    postpone_times: Annotated[int, msgspec.Meta(ge=0, le=3)] = 1
    postpone_places: Annotated[int, msgspec.Meta(ge=1, le=20)] = 3
    recall_most: Annotated[int, msgspec.Meta(ge=1, le=9)] = 5
    recall_gap_s: Annotated[int, msgspec.Meta(ge=0, le=60)] = 5
    extended_service_approval: bool = True
    slip_days: Annotated[int, msgspec.Meta(ge=1, le=30)] = 3
    undo_s: Annotated[int, msgspec.Meta(ge=0, le=60)] = 10
    press_ttl_ms: Annotated[int, msgspec.Meta(ge=1000, le=30000)] = 5000
    call_valid_s: Annotated[int, msgspec.Meta(ge=10, le=60)] = 60
    reservation_s: Annotated[int, msgspec.Meta(ge=5, le=300)] = 30
    rating_window_s: Annotated[int, msgspec.Meta(ge=10, le=600)] = 60
    rating_default: Level | None = None
    rating_days: Annotated[int, msgspec.Meta(ge=0, le=5)] = 3
    contact_days: Annotated[int, msgspec.Meta(ge=1, le=365)] = 30
    skill_exponent: Annotated[float, msgspec.Meta(ge=0, le=2)] = 0.5
    pause_reason_default: Sentence = "短暂离开"
    pause_warning_min: Annotated[int, msgspec.Meta(ge=1, le=240)] = 8
    pause_limit_min: Annotated[int, msgspec.Meta(ge=1, le=240)] = 10
    nobody_limit_min: Annotated[int, msgspec.Meta(ge=1, le=240)] = 5
    cover_within_min: Annotated[int, msgspec.Meta(ge=1, le=240)] = 5
    clerks_log_in: bool = False
    on_post_min: Annotated[int, msgspec.Meta(ge=0, le=60)] = 5
    transfer_keeps_arrival: bool = True
    person_tickets_a_day: Annotated[int, msgspec.Meta(ge=1, le=99)] = 5
    agent_tickets_a_day: Annotated[int, msgspec.Meta(ge=1, le=99)] = 5
    lost_ticket_lookup: bool = False
    appointment_early_min: Annotated[int, msgspec.Meta(ge=0, le=240)] = 15
    appointment_late_min: Annotated[int, msgspec.Meta(ge=0, le=240)] = 10
    day_sheets: bool = True
    sheet_days: Annotated[int, msgspec.Meta(ge=1, le=OPEN_DAYS_MOST)] = 3
    appointment_slot_min: Literal[5, 10, 15, 20, 30, 60] = 30
    appointment_slot_capacity: Annotated[int, msgspec.Meta(ge=1, le=999)] = 4
    appointments_from_home: bool = True
    appointment_walk_in_share: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.25
    appointment_days_ahead: Annotated[int, msgspec.Meta(ge=0, le=30)] = 5
    appointments_a_day: Annotated[int, msgspec.Meta(ge=1, le=9)] = 1
    appointment_cancel_hours: Annotated[float, msgspec.Meta(ge=0, le=72)] = 2.0
    appointment_items_a_place: Annotated[int, msgspec.Meta(ge=1, le=99)] = 5
    appointment_no_shows: Annotated[int, msgspec.Meta(ge=0, le=99)] = 3
    appointment_no_show_days: Annotated[int, msgspec.Meta(ge=1, le=60)] = 30


class Broker(Declared, frozen=True, kw_only=True):
    """The MQTT broker: ``auto`` starts one (Mosquitto, else the embedded one), or the URL of an existing one.

    ``port`` is for programs of this machine. ``listen`` is where other machines find it, at ``secure_port``, with TLS
    and an identity each (``python -m firmware_config identity``); by itself only this machine does.
    """

    url: Url = "auto"
    listen: Host = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 1883
    secure_port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 8883


class Collector(Declared, frozen=True, kw_only=True):
    """The web side. ``public_url`` is what QR codes on tickets point to.

    ``trusted_proxies``: addresses or networks of reverse proxies whose ``X-Forwarded-For`` says who asks; nobody else
    is believed. Without them everybody behind a proxy counts as one in log-ins and limits. A proxy must add to that
    line or write it anew (nginx: ``$proxy_add_x_forwarded_for``), never hand on what a stranger wrote.
    """

    listen: Host = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 8080
    public_url: Url = ""
    trusted_proxies: Annotated[tuple[Network, ...], msgspec.Meta(max_length=16)] = ()


class Records(Declared, frozen=True, kw_only=True):
    """How the hall's records are kept. Once a business day has ended, both jobs are done beside the working server.

    Days older than ``days_in_journal`` go from the journal into an archive, one file a month, which reports and proofs
    go on reading; nothing is deleted. ``backup_folder`` (which must exist, best on another disk; empty: none is made)
    gets one backup a day, of which the newest ``backups_kept`` stay.
    """

    days_in_journal: Annotated[int, msgspec.Meta(ge=14, le=3660)] = 62
    backup_folder: Annotated[str, msgspec.Meta(max_length=300)] = ""
    backups_kept: Annotated[int, msgspec.Meta(ge=1, le=3660)] = 14


class Hall(Declared, frozen=True, kw_only=True):
    """The whole file."""

    hall: HallIdentity
    calendar: Calendar = Calendar()
    sessions: dict[Slug, Session]
    categories: dict[Slug, Category]
    series: dict[Slug, Series]
    services: dict[Slug, Service]
    counters: dict[Slug, Counter]
    clerks: dict[Slug, Clerk] = {}
    priority: dict[Slug, PriorityClass] = {}
    kiosks: dict[Slug, Kiosk] = {}
    displays: dict[Slug, Display] = {}
    signs: dict[Slug, Sign] = {}
    callers: dict[Slug, Caller] = {}
    consoles: dict[Slug, Console] = {}
    keypads: dict[Slug, Keypad] = {}
    strips: dict[Slug, Strip] = {}
    notices: dict[Slug, HallNotice] = {}
    languages: dict[Slug, FurtherLanguage] = {}
    sheet_items: dict[Slug, SheetItem] = {}
    speech: Speech = Speech()
    rules: Rules = Rules()
    calling: Calling = Calling()
    alerts: Alerts = Alerts()
    quality: Quality = Quality()
    rota: Rota = Rota()
    staffing: StaffingRules = StaffingRules()
    broker: Broker = Broker()
    collector: Collector = Collector()
    records: Records = Records()
    notify: Notify = Notify()
    remote: Remote = Remote()
    outlets: dict[Slug, Outlet] = {}
    zones: dict[Slug, Zone] = {}
    web: WebSite = WebSite()
    webhooks: dict[Slug, Webhook] = {}
    upward: Upward = Upward()
    machines: dict[Slug, Machine] = {}
    network: LocalNetwork = LocalNetwork()

    def device_role(self, name: str) -> str | None:
        """``kiosk``, ``display``, ``caller`` or ``collector`` of a device name; signs are displays; None if unknown."""
        if name == "collector":
            return "collector"
        tables = (("kiosk", self.kiosks), ("display", self.displays), ("display", self.signs), ("caller", self.callers))
        return next((role for role, table in tables if name in table), None)

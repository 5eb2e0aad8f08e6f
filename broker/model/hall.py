"""The hall description: what ``hall.toml`` may say, as frozen structs. The declaration is the editor schema too.

Every table is keyed by a slug that other tables, topics and screens refer to. Addresses are URIs:
``serial:///dev/hall/printer?baud=115200``, ``gpio://17``, ``p1://LINE/UNIT``, ``window://0``, ``alsa://default``,
``virtual://...`` (the simulator that ships beside the driver).
"""

from typing import Annotated, Literal

import msgspec

from broker.model.command_base import Phone
from broker.model.words import Level, Names, Sentence, Slug

Minutes = Annotated[float, msgspec.Meta(gt=0, le=600)]
ClockTime = Annotated[str, msgspec.Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$(?!\n)")]
DayName = Literal["workday", "saturday", "sunday", "holiday", "mon", "tue", "wed", "thu", "fri"]
"""The names a day answers to; ``broker.model.days`` says which day has which."""
Day = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$(?!\n)")]
Address = Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
Letter = Annotated[str, msgspec.Meta(pattern=r"^[A-HJ-NP-Z]$(?!\n)")]
Skill = Annotated[int, msgspec.Meta(ge=1, le=3)]
CounterName = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,3}[A-Z]?$(?!\n)")]
StaffNumber = Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Z]{1,8}$(?!\n)")]
IconName = Literal[
    "briefcase", "calendar-check", "car", "card", "clock", "document", "documents", "family", "globe", "graduation",
    "heart", "heart-plus", "help", "house", "id-card", "info", "keypad", "people", "person", "phone", "shield-check",
    "shield-person", "social-card", "star", "ticket", "tools", "warning", "wheelchair", "yen",
]  # fmt: skip
KeyName = Literal[
    "call", "recall", "start", "finish", "no_show", "hold", "call_back", "transfer", "pause", "open", "close"
]  # fmt: skip
"""What a key of a button pad asks for."""
Word = Annotated[str, msgspec.Meta(max_length=64)]
PrinterProfileName = Literal["generic", "epson", "fs-hanzi", "raster-qr", "no-cutter", "one-way"]
Url = Annotated[str, msgspec.Meta(max_length=300)]
FilePath = Annotated[str, msgspec.Meta(max_length=300)]
Host = Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Za-z.:_-]{1,253}$(?!\n)")]


class Declared(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all tables of the hall file: frozen, and a key nobody declared is a mistake."""


class HallIdentity(Declared, frozen=True, kw_only=True):
    """The place. ``time_zone`` is an IANA name."""

    id: Slug
    names: Names
    time_zone: Word = "Asia/Shanghai"
    phone: Phone = ""
    address: Names | None = None


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

    ``wait_goal_minutes`` is the wait the hall aims at: statistics count who waited longer. ``promised`` is the time
    limit as people read it; ``promised_days`` in ``promised_unit`` is the same as a number (0: at once), kept here for
    the deadline clock, which this release does not have yet. ``checklist_url`` is the page with the list of papers,
    ``consult`` says where to ask when somebody only has a question. ``real_name``: a ticket needs an ID card, and each
    person has one ticket at a time.
    """

    names: Names
    series: Slug
    category: Slug
    icon: IconName = "document"
    papers: tuple[Names, ...] = ()
    promised: Names | None = None
    promised_days: Annotated[float, msgspec.Meta(ge=0, le=365)] | None = None
    promised_unit: Literal["workday", "day"] = "workday"
    mean_minutes: Minutes = 6.0
    wait_goal_minutes: Minutes = 15.0
    quota: Annotated[int, msgspec.Meta(ge=1, le=9999)] | None = None
    sessions: tuple[Slug, ...] = ()
    online: Names | None = None
    checklist_url: Url = ""
    consult: Names | None = None
    real_name: bool = False
    hidden: bool = False
    paused: Sentence = ""


class Category(Declared, frozen=True, kw_only=True):
    """First level of the kiosk's menu, e.g. 个人业务 / 单位业务."""

    names: Names
    icon: IconName = "document"


class Counter(Declared, frozen=True, kw_only=True):
    """A window. ``name`` is what is shown and spoken; ``services`` maps a service to the skill, 1 best.

    ``sessions`` is when it is staffed (empty: always); it plans the virtual clerks, the engine lets a clerk open it at
    any time. ``zone`` names a part of the lobby for people; a display's own ``counters`` decide what it shows.
    """

    name: CounterName
    services: dict[Slug, Skill]
    clerk: Slug | None = None
    zone: Slug = "lobby"
    sessions: tuple[Slug, ...] = ()


class Clerk(Declared, frozen=True, kw_only=True):
    """Who serves. ``substitute`` is the B role; ``phone`` is the office line shown when the counter pauses.
    The staff wall shows ``name``, ``title`` and ``photo``, a PNG or JPEG file of its machine, where they are given."""

    staff_number: StaffNumber
    name: Word = ""
    title: Word = ""
    photo: FilePath = ""
    phone: Phone = ""
    substitute: Slug | None = None


class PriorityClass(Declared, frozen=True, kw_only=True):
    """Why someone may go first. ``factor`` shrinks the waiting target: 0.3 ages three times as fast as 1."""

    names: Names
    factor: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.3
    at_kiosk: bool = True


class Button(Declared, frozen=True, kw_only=True):
    """A physical key of a kiosk: takes a ticket of ``service``, or pauses and resumes issuing."""

    address: Address
    service: Slug | None = None
    action: Literal["issue", "pause_issuing"] = "issue"
    lamp: Address | None = None


class PrinterFlags(Declared, frozen=True, kw_only=True):
    """What one printer can do where it differs from its ``printer_profile``; what is not said is the profile's."""

    dots: Annotated[int, msgspec.Meta(ge=200, le=832, multiple_of=8)] | None = None
    native_qr: bool | None = None
    hanzi_size_by_fs: bool | None = None
    cut: Literal["partial", "full", "none"] | None = None
    smooths: bool | None = None
    acknowledges: bool | None = None
    feed_before_cut_dots: Annotated[int, msgspec.Meta(ge=0, le=400)] | None = None
    largest_scale: Annotated[int, msgspec.Meta(ge=2, le=8)] | None = None
    near_end_sensor: bool | None = None


class Kiosk(Declared, frozen=True, kw_only=True):
    """取号机. ``services`` empty means all that are not hidden.

    ``reader`` is an ID card reader, ``scanner`` a code scanner;
    ``logo`` is a picture file for the paper. ``roll_m`` is how much paper a new roll holds, in metres: the kiosk
    counts what it prints and asks for a new roll in time (0: it does not count).
    """

    names: Names
    screen: Address
    printer: Address
    paper: Literal["58", "80"] = "80"
    printer_profile: PrinterProfileName = "generic"
    printer_flags: PrinterFlags = PrinterFlags()
    roll_m: Annotated[float, msgspec.Meta(ge=0, le=400)] = 0.0
    services: tuple[Slug, ...] = ()
    buttons: dict[Slug, Button] = {}
    zone: Slug = "lobby"
    reader: Address = "none"
    scanner: Address = "none"
    logo: FilePath = ""


class Display(Declared, frozen=True, kw_only=True):
    """显示屏. Shows ``counters``; where they are empty those of its ``zone``, and without one the whole hall.

    Size and distance are for the legibility check. ``voice_module`` is a serial speech module that speaks when the
    loudspeaker cannot: ``serial:///dev/hall/voice``. ``media`` is a folder of PNG and JPEG pictures (no video), each
    shown for ``media_s`` while nobody is called. ``ratings``: a staff wall shows today's.
    """

    names: Names
    screen: Address
    speaker: Address = "none"
    voice_module: Address = "none"
    layout: Literal["landscape", "portrait", "overview", "services", "entrance", "staff"] = "landscape"
    counters: tuple[Slug, ...] = ()
    zone: Slug | None = None
    inches: Annotated[float, msgspec.Meta(gt=3, le=200)] = 55.0
    distance_m: Annotated[float, msgspec.Meta(gt=0.3, le=60)] = 8.0
    media: FilePath = ""
    media_s: Annotated[int, msgspec.Meta(ge=5, le=600)] = 15
    ratings: bool = False


class Sign(Declared, frozen=True, kw_only=True):
    """窗口屏 over one counter."""

    counter: Slug
    screen: Address


class Caller(Declared, frozen=True, kw_only=True):
    """A node that drives consoles and keypads; ``lines`` are its serial lines by name."""

    names: Names
    lines: dict[Slug, Address] = {}


class Console(Declared, frozen=True, kw_only=True):
    """呼叫器 of one counter: ``p1://LINE/UNIT`` (16-key terminal) or ``gpio://`` / ``virtual://pad`` (button pad)."""

    counter: Slug
    caller: Slug
    address: Address
    keys: dict[KeyName, Address] = {}
    lamps: dict[str, Address] = {}


class Keypad(Declared, frozen=True, kw_only=True):
    """评价器 of one counter. ``levels`` maps each raw key the device sends to its level; no other key counts."""

    counter: Slug
    caller: Slug
    address: Address
    levels: dict[str, Level] = {}


Language = Literal["zh", "en", "yue"]
Gain = Annotated[float, msgspec.Meta(ge=-30, le=6)]
Rate = Annotated[int, msgspec.Meta(ge=80, le=300)]


class SpeechHours(Declared, frozen=True, kw_only=True):
    """A part of the day (over midnight when it ends earlier) in which the voice is louder, softer or ``quiet``."""

    from_time: ClockTime
    until_time: ClockTime
    gain_db: Gain = 0.0
    quiet: bool = False


class SpeechZone(Declared, frozen=True, kw_only=True):
    """A zone's own loudness: ``gain_db`` is added to the hall's, ``hours`` (when there are any) replace the hall's."""

    gain_db: Gain = 0.0
    hours: tuple[SpeechHours, ...] = ()


class Speech(Declared, frozen=True, kw_only=True):
    """How calls are spoken: Mandarin, English, Cantonese (``yue``), in this order, the first one always.

    ``duck_db`` is how far media go down meanwhile; an emergency is said again every ``emergency_every_s`` until it is
    ended. ``engine`` other than espeak fills the store of clips in the background with a neural voice of
    ``model_languages`` from the model at ``model``, a file (piper) or a folder (sherpa) of the display's own machine.
    """

    languages: tuple[Language, ...] = ("zh", "en")
    repeat: Annotated[int, msgspec.Meta(ge=1, le=3)] = 2
    one: Literal["yi", "yao"] = "yi"
    template_zh: Sentence = "请{ticket}号，到{counter}号窗口"
    template_en: Sentence = "Number {ticket}. Please go to counter {counter}."
    template_yue: Sentence = "请{ticket}号，到{counter}号窗口"
    rate_zh: Rate = 175
    rate_en: Rate = 155
    rate_yue: Rate = 150
    gain_db: Annotated[float, msgspec.Meta(ge=-40, le=6)] = 0.0
    hours: tuple[SpeechHours, ...] = ()
    zones: dict[Slug, SpeechZone] = {}
    duck_db: Annotated[float, msgspec.Meta(ge=-40, le=0)] = -18.0
    emergency_every_s: Annotated[int, msgspec.Meta(ge=5, le=300)] = 20
    chime: bool = True
    engine: Literal["espeak", "piper", "sherpa"] = "espeak"
    model: Annotated[str, msgspec.Meta(max_length=300)] = ""
    model_languages: tuple[Language, ...] = ("zh",)


class HallNotice(Declared, frozen=True, kw_only=True):
    """A line in the ticker on the days and at the times that are named; what is not named does not limit it.
    The day is the business day, the times are local, ``until_time`` is not included."""

    zh: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    en: Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
    from_day: Day | None = None
    until_day: Day | None = None
    from_time: ClockTime | None = None
    until_time: ClockTime | None = None
    days: tuple[DayName, ...] = ()


class Rules(Declared, frozen=True, kw_only=True):
    """The hall's own numbers for the engine's rules; every one has a usual default."""

    return_places: Annotated[int, msgspec.Meta(ge=0, le=50)] = 3
    return_times: Annotated[int, msgspec.Meta(ge=0, le=9)] = 2
    return_within_min: Annotated[int, msgspec.Meta(ge=1, le=600)] = 30
    recall_most: Annotated[int, msgspec.Meta(ge=1, le=9)] = 5
    recall_gap_s: Annotated[int, msgspec.Meta(ge=0, le=60)] = 5
    press_ttl_ms: Annotated[int, msgspec.Meta(ge=1000, le=30000)] = 5000
    call_valid_s: Annotated[int, msgspec.Meta(ge=10, le=60)] = 60
    reservation_s: Annotated[int, msgspec.Meta(ge=5, le=300)] = 30
    rating_window_s: Annotated[int, msgspec.Meta(ge=10, le=600)] = 60
    rating_late_h: Annotated[int, msgspec.Meta(ge=1, le=240)] = 24
    skill_exponent: Annotated[float, msgspec.Meta(ge=0, le=2)] = 0.5
    pause_reason_default: Sentence = "短暂离开"
    transfer_keeps_arrival: bool = True
    person_tickets_a_day: Annotated[int, msgspec.Meta(ge=1, le=99)] = 5
    agent_tickets_a_day: Annotated[int, msgspec.Meta(ge=1, le=99)] = 5
    lost_ticket_lookup: bool = False
    appointment_early_min: Annotated[int, msgspec.Meta(ge=0, le=240)] = 15
    appointment_late_min: Annotated[int, msgspec.Meta(ge=0, le=240)] = 10


class Broker(Declared, frozen=True, kw_only=True):
    """The MQTT broker: ``auto`` starts one (Mosquitto, else the embedded one), or the URL of an existing one."""

    url: Url = "auto"
    listen: Host = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 1883


class Collector(Declared, frozen=True, kw_only=True):
    """The web side. ``public_url`` is what QR codes on tickets point to."""

    listen: Host = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 8080
    public_url: Url = ""


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
    notices: dict[Slug, HallNotice] = {}
    speech: Speech = Speech()
    rules: Rules = Rules()
    broker: Broker = Broker()
    collector: Collector = Collector()
    records: Records = Records()

    def device_role(self, name: str) -> str | None:
        """``kiosk``, ``display``, ``caller`` or ``collector`` of a device name; signs are displays; None if unknown."""
        if name == "collector":
            return "collector"
        tables = (("kiosk", self.kiosks), ("display", self.displays), ("display", self.signs), ("caller", self.callers))
        return next((role for role, table in tables if name in table), None)

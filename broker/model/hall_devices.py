"""The devices of a hall, as the hall file declares them."""

from typing import Annotated, Literal

import msgspec

from broker.model.hall_base import Address, Declared, FilePath, KeyName, MapPlace, PrinterProfileName
from broker.model.words import Level, Names, Slug, WallRatings


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


class Guidance(Declared, frozen=True, kw_only=True):
    """语音引导: a kiosk's private voice for whoever cannot see its screen, worked by keys to be felt.

    ``output`` is an earphone jack or a handset, like a display's ``speaker`` but never the lobby's. ``plug`` is the
    contact that closes while the earphone is in (or the handset is lifted): without one the first key begins.
    ``gain_db`` is the loudness that each visitor begins with.
    """

    output: Address = "none"
    plug: Address = "none"
    next: Address = "none"
    previous: Address = "none"
    choose: Address = "none"
    repeat: Address = "none"
    louder: Address = "none"
    gain_db: Annotated[float, msgspec.Meta(ge=-30, le=0)] = -12.0


class Kiosk(Declared, frozen=True, kw_only=True):
    """取号机. ``services`` empty means all that are neither hidden nor an outlet's.

    ``reader`` is an ID card reader, ``scanner`` a code scanner; ``logo`` is a picture file for the paper. ``roll_m`` is
    how much paper a new roll holds, in metres: the kiosk counts what it prints and asks for a new roll in time (0: it
    does not count). ``map`` is its place on the manager's floor, as of a counter.
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
    guidance: Guidance = Guidance()
    map: MapPlace | None = None


class Display(Declared, frozen=True, kw_only=True):
    """显示屏. Shows ``counters``; where they are empty those of its ``zone``, and without one the whole hall; of an
    outlet's counters only those that it names. Size and
    distance are for the legibility check. ``voice_module`` is a serial speech module that speaks when the loudspeaker
    cannot: ``serial:///dev/hall/voice``, or ``MAKE:///dev/hall/voice`` of another make. ``media`` is a folder of PNG
    and JPEG pictures, each shown for ``media_s`` while nobody is called, and of videos (mp4, webm, mkv ...) where
    ffmpeg is installed; these sound from the display's ``speaker`` at ``media_volume`` of 100 (0: without sound),
    beneath the voice and while the hall serves. ``after_hours`` is what stands there while the hall is shut: the usual
    ``board``, or, as nobody waits for a call then, ``media`` over the whole screen, on any layout, with notices where
    there are none, above a line that says when the hall opens. ``ratings`` are what a staff wall shows of each clerk's:
    none, the mean of the last business day, or today's so far, from which who watches it learns that somebody rated
    (docs/ratings.md). ``map`` is its place on the manager's floor, as of a counter.
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
    media_volume: Annotated[int, msgspec.Meta(ge=0, le=100)] = 0
    after_hours: Literal["board", "media"] = "board"
    ratings: WallRatings = "none"
    map: MapPlace | None = None


class Sign(Declared, frozen=True, kw_only=True):
    """窗口屏 over one counter."""

    counter: Slug
    screen: Address


class Caller(Declared, frozen=True, kw_only=True):
    """A node that drives consoles and keypads; ``lines`` are its serial lines by name. ``speaker``, as of a display,
    asks visitors aloud to rate, once a visit, in the hall's languages; ``none``: the prompt is only shown."""

    names: Names
    lines: dict[Slug, Address] = {}
    speaker: Address = "none"


class Console(Declared, frozen=True, kw_only=True):
    """呼叫器 of one counter: ``p1://LINE/UNIT`` (16-key terminal), ``gpio://`` (button pad), ``modbus://LINE/UNIT``
    (our open pad, docs/modbus.md), ``evdev:///dev/input/by-path/...`` (USB keypad), or ``virtual://pad``, ``virtual://usb-keypad``.
    Any make of docs/drivers.md with terminals is written as P1 is; ``?digits=3``: so many count before a key.

    ``cards`` is a reader at which clerks log in by work card, beside their PIN: ``serial:///dev/hall/cards?baud=9600``,
    or one on USB that types, ``evdev:///dev/input/by-path/...``; ``virtual://cards`` and ``virtual://usb-cards``
    simulate them.

    ``keys`` says what each key means: ``gpio://17``, or ``key://KEY_KP1`` (USB) and ``key://0`` (Modbus); further
    ``hold://call?ms=2000`` for another key held long, ``chord://call+pause`` for two keys together. ``lamps`` of a
    Modbus pad are ``lamp://0``.
    """

    counter: Slug
    caller: Slug
    address: Address
    keys: dict[KeyName, Address] = {}
    lamps: dict[str, Address] = {}
    cards: Address = "none"


class Keypad(Declared, frozen=True, kw_only=True):
    """评价器 of one counter: addresses as of a console, or a touch screen that shows five faces: ``window://0?size=1280x400``
    (or 800x480; ``virtual://evaluator`` in memory). ``levels`` maps each raw key the device sends to its level; no
    other key counts. ``decline`` is the raw key of who does not want to rate, ``contact``
    of who rated low and wishes to be called. ``key_count`` is how many keys the device
    has: then each must have a meaning, and with five or more all levels must be there.
    """

    counter: Slug
    caller: Slug
    address: Address
    levels: dict[str, Level] = {}
    decline: Annotated[str, msgspec.Meta(max_length=32)] = ""
    contact: Annotated[str, msgspec.Meta(max_length=32)] = ""
    key_count: Annotated[int, msgspec.Meta(ge=3, le=6)] | None = None


class Strip(Declared, frozen=True, kw_only=True):
    """窗口条屏 over one counter, on a serial line of a caller: ``p2://LINE/UNIT``, the scheme being the strip's make
    (docs/drivers.md; the caller refuses a make that it has no driver for). It has one line of ``characters`` Chinese
    characters; ``idle`` is what it says while nobody is called. ``also`` are further counters: it is then a board,
    which shows the newest call of all of them in full, such as 请A005号到3号窗口.
    """

    counter: Slug
    caller: Slug
    address: Address
    idle: Annotated[str, msgspec.Meta(min_length=1, max_length=32)] = "欢迎光临热情服务"
    characters: Annotated[int, msgspec.Meta(ge=4, le=16)] = 8
    also: tuple[Slug, ...] = ()

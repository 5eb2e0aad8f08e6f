"""The devices of a hall, as the hall file declares them."""

from typing import Annotated, Literal

import msgspec

from broker.model.hall_base import Address, Declared, FilePath, KeyName, PrinterProfileName
from broker.model.words import Level, Names, Slug


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
    """取号机. ``services`` empty means all that are not hidden.

    ``reader`` is an ID card reader, ``scanner`` a code scanner; ``logo`` is a picture file for the paper. ``roll_m`` is
    how much paper a new roll holds, in metres: the kiosk counts what it prints and asks for a new roll in time (0: it
    does not count).
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


class Display(Declared, frozen=True, kw_only=True):
    """显示屏. Shows ``counters``; where they are empty those of its ``zone``, and without one the whole hall.
    Size and distance are for the legibility check. ``voice_module`` is a serial speech module that speaks when the
    loudspeaker cannot: ``serial:///dev/hall/voice``. ``media`` is a folder of PNG and JPEG pictures, each
    shown for ``media_s`` while nobody is called, and of videos (mp4, webm, mkv ...) where ffmpeg is installed; these
    sound from the display's ``speaker`` at ``media_volume`` of 100 (0: without sound), beneath the voice and while the
    hall serves. ``after_hours`` is what stands there while the hall is shut: the usual ``board``, or, as nobody waits
    for a call then, ``media`` over the whole screen, on any layout, with notices where there are none, above a line
    that says when the hall opens. ``ratings``: a staff wall shows today's.
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

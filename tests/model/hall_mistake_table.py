"""One mistake a row: what is changed in a good hall, and the path and kind of what must be said about it."""

import datetime as dt
from typing import Any, NamedTuple

from tests.model.hall_edits import CUT

TEXTS = {"zh": "某", "en": "Some"}
SESSION = {"names": TEXTS, "days": ["saturday"], "opens": "09:00", "closes": "12:00"}
SCREEN = "virtual://screen?size=1080x1920"
KIOSK = {"names": TEXTS, "screen": SCREEN, "printer": "virtual://printer"}
COUNTER = {"name": "3", "services": {"pension": 1}}
TERMINAL = {"counter": "counter-2", "caller": "caller-1", "address": "p1://a/2"}
CARD, OTHER_CARD = f"scrypt:{'a' * 32}:{'c' * 64}", f"scrypt:{'b' * 32}:{'d' * 64}"
STRIP = {"counter": "counter-2", "caller": "caller-1", "address": "p2://a/2"}
QUIET_NEVER = {"from_time": "12:00", "until_time": "12:00", "quiet": True}
PAD = {"counter": "counter-1", "caller": "caller-1", "address": "gpio://", "keys": {"call": "gpio://5"}}

EARPHONE = {"output": "alsa://plughw:1,0", "next": "gpio://20", "choose": "gpio://21"}


class Row(NamedTuple):
    edits: dict[str, Any]
    path: str
    code: str


SHAPES = (
    Row({"hall": CUT}, "hall", "required"),
    Row({"hall": 5}, "hall", "wrong_value"),
    Row({"hall.id": CUT}, "hall.id", "required"),
    Row({"hall.id": "Small Hall"}, "hall.id", "wrong_value"),
    Row({"hall.id": "small\n"}, "hall.id", "wrong_value"),
    Row({"hall.names": "小厅"}, "hall.names", "wrong_value"),
    Row({"hall.names.en": CUT}, "hall.names.en", "required"),
    Row({"hall.names.en": ""}, "hall.names.en", "wrong_value"),
    Row({"hall.names.fr": "Petite salle"}, "hall.names.fr", "unknown_key"),
    Row({"hall.phone": "call us"}, "hall.phone", "wrong_value"),
    Row({"hall.address": {"zh": "某路"}}, "hall.address.en", "required"),
    Row({"servcies": {}}, "servcies", "unknown_key"),
    Row({"two words": 1}, '"two words"', "unknown_key"),
    Row({"services.Pension": {"names": TEXTS, "series": "a", "category": "personal"}}, "services.Pension", "bad_name"),
    Row({"services.pension": "yes"}, "services.pension", "wrong_value"),
    Row({"services.pension.seires": "a"}, "services.pension.seires", "unknown_key"),
    Row({"services.pension.mean_minutes": "six"}, "services.pension.mean_minutes", "wrong_value"),
    Row({"services.pension.mean_minutes": 0}, "services.pension.mean_minutes", "wrong_value"),
    Row({"services.pension.mean_minutes": float("nan")}, "services.pension.mean_minutes", "wrong_value"),
    Row({"services.pension.mean_minutes": 10**400}, "services.pension.mean_minutes", "wrong_value"),
    Row({"services.pension.icon": "pigeon"}, "services.pension.icon", "wrong_value"),
    Row({"services.pension.hidden": "no"}, "services.pension.hidden", "wrong_value"),
    Row({"services.pension.papers": {"zh": "证", "en": "ID"}}, "services.pension.papers", "wrong_value"),
    Row({"services.pension.papers": [TEXTS, {"zh": "证"}]}, "services.pension.papers[1].en", "required"),
    Row({"services.pension.promised_unit": "weeks"}, "services.pension.promised_unit", "wrong_value"),
    Row({"services.pension.promised_as": "injury-determinaton"}, "services.pension.promised_as", "wrong_value"),
    Row({"sessions.morning.opens": "9:00"}, "sessions.morning.opens", "wrong_value"),
    Row({"sessions.morning.opens": dt.time(9)}, "sessions.morning.opens", "wrong_value"),
    Row({"sessions.morning.days": "workday"}, "sessions.morning.days", "wrong_value"),
    Row({"sessions.morning.days": ["workday", "sat"]}, "sessions.morning.days[1]", "wrong_value"),
    Row({"calendar.holidays": [dt.date(2026, 5, 6)]}, "calendar.holidays[0]", "wrong_value"),
    Row({"series.a.letter": "O"}, "series.a.letter", "wrong_value"),
    Row({"series.a.digits": 5}, "series.a.digits", "wrong_value"),
    Row({"series.a.first": True}, "series.a.first", "wrong_value"),
    Row({"series.a.last": "999"}, "series.a.last", "wrong_value"),
    Row({"series.a.last": 99.5}, "series.a.last", "wrong_value"),
    Row({"counters.counter-1.name": "Window 1"}, "counters.counter-1.name", "wrong_value"),
    Row({"counters.counter-1.services.pension": 4}, "counters.counter-1.services.pension", "wrong_value"),
    Row({"counters.counter-1.services": ["pension"]}, "counters.counter-1.services", "wrong_value"),
    Row({"clerks.clerk-1.staff_number": 1}, "clerks.clerk-1.staff_number", "wrong_value"),
    Row({"consoles.console-2.keys.cal": "gpio://2"}, "consoles.console-2.keys.cal", "bad_name"),
    Row({"keypads.keypad-1.levels.4": "bad"}, "keypads.keypad-1.levels.4", "wrong_value"),
    Row({"kiosks.kiosk-1.paper": 80}, "kiosks.kiosk-1.paper", "wrong_value"),
    Row({"speech.repeat": 9}, "speech.repeat", "wrong_value"),
    Row({"staffing.share": 1}, "staffing.share", "wrong_value"),
    Row({"staffing.clear_min": 5}, "staffing.clear_min", "wrong_value"),
    Row({"staffing.hours_ahead": 9}, "staffing.hours_ahead", "wrong_value"),
    Row({"staffing.patience_least_min": 0}, "staffing.patience_least_min", "wrong_value"),
    Row({"speech.languages": ["zh", "de"]}, "speech.languages[1]", "wrong_value"),
    Row({"speech.hours": [{"from_time": "25:00", "until_time": "09:00"}]}, "speech.hours[0].from_time", "wrong_value"),
    Row({"speech.zones": {"lobby": {"gain_db": 20}}}, "speech.zones.lobby.gain_db", "wrong_value"),
    Row({"collector.listen": "no host"}, "collector.listen", "wrong_value"),
    Row({"hall.names.zh": "待填：大厅名称"}, "hall.names.zh", "placeholder"),
    Row({"hall.names.en": "<name of the hall>"}, "hall.names.en", "placeholder"),
    Row({"services.pension.series": "todo"}, "services.pension.series", "placeholder"),
)
REFERENCES = (
    Row({"services.pension.series": "c"}, "services.pension.series", "unknown_reference"),
    Row({"services.pension.category": "people"}, "services.pension.category", "unknown_reference"),
    Row({"services.pension.sessions": ["evening"]}, "services.pension.sessions", "unknown_reference"),
    Row({"counters.counter-1.services.card": 1}, "counters.counter-1.services", "unknown_reference"),
    Row({"counters.counter-1.sessions": ["night"]}, "counters.counter-1.sessions", "unknown_reference"),
    Row({"counters.counter-1.clerk": "clerk-9"}, "counters.counter-1.clerk", "unknown_reference"),
    Row({"clerks.clerk-1.substitute": "clerk-9"}, "clerks.clerk-1.substitute", "unknown_reference"),
    Row({"clerks.clerk-1.substitute": "clerk-1"}, "clerks.clerk-1.substitute", "own_substitute"),
    Row({"calling.rule": "loudest"}, "calling.rule", "wrong_value"),
    Row({"calling.sessions": {"night": {"rule": "fcfs"}}}, "calling.sessions.night", "unknown_reference"),
    Row({"calling.head_start_min": {"loud": 9}}, "calling.head_start_min.loud", "unknown_reference"),
    Row({"calling.cap_min": 45, "priority": {}}, "calling.cap_min", "cap_without_class"),
    Row({"calling.cap_min": 0.00001}, "calling.cap_min", "cap_too_short"),
    Row({"kiosks.kiosk-1.services": ["pension", "tax"]}, "kiosks.kiosk-1.services", "unknown_reference"),
    Row(
        {"kiosks.kiosk-1.buttons.pension.service": "tax"}, "kiosks.kiosk-1.buttons.pension.service", "unknown_reference"
    ),
    Row(
        {"kiosks.kiosk-1.buttons.pension.service": CUT},
        "kiosks.kiosk-1.buttons.pension.service",
        "button_without_service",
    ),
    Row(
        {"kiosks.kiosk-1.services": ["contributions"]},
        "kiosks.kiosk-1.buttons.pension.service",
        "button_service_not_offered",
    ),
    Row(
        {"kiosks.kiosk-2": KIOSK, "services.pension.hidden": True, "services.contributions.hidden": True}
        | {"kiosks.kiosk-1.services": ["pension"]},
        "kiosks.kiosk-2.services",
        "kiosk_offers_nothing",
    ),
    Row({"displays.display-1.counters": ["counter-7"]}, "displays.display-1.counters", "unknown_reference"),
    Row({"signs.sign-1.counter": "counter-7"}, "signs.sign-1.counter", "unknown_reference"),
    Row({"consoles.console-1.counter": "counter-7"}, "consoles.console-1.counter", "unknown_reference"),
    Row({"keypads.keypad-1.caller": "caller-7"}, "keypads.keypad-1.caller", "unknown_reference"),
    Row({"categories.spare": {"names": TEXTS}}, "categories.spare", "category_unused"),
    Row({"sessions": {}}, "sessions", "table_empty"),
    Row(
        {"displays.kiosk-1": {"names": TEXTS, "screen": SCREEN}},
        "displays.kiosk-1",
        "device_name_taken",
    ),
    Row({"kiosks.collector": KIOSK, "series.a.kiosk_part": 1}, "kiosks.collector", "device_name_taken"),
    Row({"displays.phone": {"names": TEXTS, "screen": SCREEN}}, "displays.phone", "device_name_taken"),
)
TIMES = (
    Row({"sessions.morning.opens": "12:30"}, "sessions.morning.closes", "closes_before_opens"),
    Row({"sessions.morning.last_ticket": "12:30"}, "sessions.morning.last_ticket", "last_ticket_outside"),
    Row({"sessions.morning.last_ticket": "09:00"}, "sessions.morning.last_ticket", "last_ticket_outside"),
    Row({"sessions.morning.days": []}, "sessions.morning.days", "days_empty"),
    Row({"sessions.morning.days": ["workday", "workday"]}, "sessions.morning.days", "written_twice"),
    Row({"sessions.noon": {**SESSION, "days": ["mon"]}}, "sessions.noon", "sessions_overlap"),
    Row(
        {"sessions.saturday": SESSION, "services.pension.sessions": ["saturday"]}
        | {"counters.counter-1.sessions": ["morning"], "counters.counter-2.sessions": ["morning"]},
        "services.pension.sessions",
        "session_unserved",
    ),
    Row({"calendar.holidays": ["2026-02-30"]}, "calendar.holidays", "no_such_date"),
    Row({"calendar.workdays": ["2026-02-14", "2026-02-14"]}, "calendar.workdays", "written_twice"),
    Row(
        {"calendar.workdays": ["2026-02-14"], "calendar.holidays": ["2026-02-14"]}, "calendar.workdays", "date_in_both"
    ),
)
NUMBERS = (
    Row({"series.b.letter": "A"}, "series.b.letter", "letter_taken"),
    Row({"series.a.first": 999}, "series.a.last", "last_not_above_first"),
    Row({"series.a.last": 1000}, "series.a.last", "too_many_digits"),
    Row(
        {"kiosks.kiosk-2": KIOSK, "kiosks.kiosk-1.services": ["pension"], "series.a.kiosk_part": 500},
        "series.a.kiosk_part",
        "no_number_for_engine",
    ),
    Row(
        {"services.pension.promised_as": "relief", "services.pension.promised_days": 2},
        "services.pension.promised_as",
        "promised_otherwise",
    ),
    Row({"services.pension.quota": 1000}, "services.pension.quota", "quota_above_range"),
    Row({"series.b.digits": 4}, "consoles.console-1.address", "terminal_digits"),
    Row({"services.spare": {"names": TEXTS, "series": "a", "category": "unit"}}, "services.spare", "service_unserved"),
    Row({"counters.counter-2.name": "1"}, "counters.counter-2.name", "counter_name_taken"),
    Row({"counters.counter-2.clerk": "clerk-1"}, "counters.counter-2.clerk", "clerk_elsewhere"),
    Row({"counters.third": {**COUNTER, "services": {}}}, "counters.third.services", "counter_without_services"),
    Row({"clerks.clerk-2.staff_number": "001"}, "clerks.clerk-2.staff_number", "staff_number_taken"),
    Row({"clerks.clerk-1.card": CARD, "clerks.clerk-2.card": CARD}, "clerks.clerk-2.card", "card_taken"),
    Row({"clerks.clerk-1.card": CARD, "clerks.clerk-2.card": OTHER_CARD}, "clerks.clerk-2.card", "card_salt"),
    Row({"keypads.keypad-2.counter": "counter-1"}, "keypads.keypad-2.counter", "keypad_second"),
    Row({"strips.strip-1": {**STRIP, "counter": "counter-7"}}, "strips.strip-1.counter", "unknown_reference"),
    Row({"strips.strip-1": {**STRIP, "also": ["counter-7"]}}, "strips.strip-1.also", "unknown_reference"),
    Row({"strips.strip-1": {**STRIP, "caller": "caller-7"}}, "strips.strip-1.caller", "unknown_reference"),
    Row({"strips.strip-1": {**STRIP, "address": "p2://b/1"}}, "strips.strip-1.address", "line_unknown"),
    Row({"strips.strip-1": {**STRIP, "address": "p2://a/x"}}, "strips.strip-1.address", "address_unreadable"),
    Row({"strips.strip-1": {**STRIP, "address": "virtual://strip"}}, "strips.strip-1.address", "address_scheme"),
    Row({"strips.strip-1": STRIP, "strips.strip-2": STRIP}, "strips.strip-2.address", "unit_taken"),
    Row({"strips.console-1": STRIP}, "strips.console-1", "device_name_taken"),
    Row({"strips.strip-1": {**STRIP, "characters": 99}}, "strips.strip-1.characters", "wrong_value"),
    Row({"keypads.keypad-2.levels": {}}, "keypads.keypad-2.levels", "keypad_without_levels"),
    Row({"keypads.keypad-2.levels.4": "satisfied"}, "keypads.keypad-2.levels", "level_twice"),
)
ADDRESSES = (
    Row({"displays.display-1.voice_module": "alsa://default"}, "displays.display-1.voice_module", "address_scheme"),
    Row({"kiosks.kiosk-1.printer": "printer"}, "kiosks.kiosk-1.printer", "address_unreadable"),
    Row({"kiosks.kiosk-1.printer": "serial:///dev/a b"}, "kiosks.kiosk-1.printer", "address_unreadable"),
    Row({"kiosks.kiosk-1.printer": "serial:///dev/a?baud"}, "kiosks.kiosk-1.printer", "address_unreadable"),
    Row({"kiosks.kiosk-1.printer": "serial://[dev"}, "kiosks.kiosk-1.printer", "address_unreadable"),
    Row({"kiosks.kiosk-1.printer": "serial:///dev/a?baud=1&baud=2"}, "kiosks.kiosk-1.printer", "address_unreadable"),
    Row({"kiosks.kiosk-1.reader": "sdt://COM3"}, "kiosks.kiosk-1.reader", "serial_path"),
    Row({"kiosks.kiosk-1.reader": "pcsc://first"}, "kiosks.kiosk-1.reader", "smartcard_number"),
    Row({"kiosks.kiosk-1.scanner": "pcsc://0"}, "kiosks.kiosk-1.scanner", "address_scheme"),
    Row({"kiosks.kiosk-1.printer": "serial://COM3"}, "kiosks.kiosk-1.printer", "serial_path"),
    Row({"kiosks.kiosk-1.printer": "serial:///dev/a?boud=9600"}, "kiosks.kiosk-1.printer", "address_option"),
    Row({"kiosks.kiosk-1.printer": "usb://1"}, "kiosks.kiosk-1.printer", "address_scheme"),
    Row({"kiosks.kiosk-1.printer_profile": "no-such"}, "kiosks.kiosk-1.printer_profile", "wrong_value"),
    Row({"kiosks.kiosk-1.screen": "none"}, "kiosks.kiosk-1.screen", "address_scheme"),
    Row(
        {"callers.caller-1.lines": {"a": "serial:///dev/a?baud=9600", "b": "serial:///dev/a"}},
        "callers.caller-1.lines.b",
        "address_taken",
    ),
    Row(
        {"kiosks.kiosk-1.buttons.pension.address": "gpio://28"},
        "kiosks.kiosk-1.buttons.pension.address",
        "pin_impossible",
    ),
    Row(
        {"kiosks.kiosk-1.buttons.pension.address": "gpio://5?lamp=x"},
        "kiosks.kiosk-1.buttons.pension.address",
        "pin_impossible",
    ),
    Row({"consoles.console-2.keys.recall": "virtual://pad/6"}, "consoles.console-2.keys.recall", "pin_taken"),
    Row(
        {"consoles.console-2.keys": {"call": "gpio://5"}, "consoles.console-3": PAD},
        "consoles.console-3.keys.call",
        "pin_taken",
    ),
    Row({"consoles.console-1.address": "p1://b/1"}, "consoles.console-1.address", "line_unknown"),
    Row({"consoles.console-1.address": "p1://a/251"}, "consoles.console-1.address", "address_unreadable"),
    Row(
        {"consoles.console-3": {**TERMINAL, "address": "p1://a/1"}, "keypads.keypad-1": CUT},
        "consoles.console-3.address",
        "unit_taken",
    ),
    Row({"consoles.console-2.keys": {}}, "consoles.console-2.keys", "pad_without_keys"),
    Row({"kiosks.kiosk-1.guidance.plug": "serial:///dev/a"}, "kiosks.kiosk-1.guidance.plug", "address_scheme"),
    Row({"kiosks.kiosk-1.guidance.next": "gpio://44"}, "kiosks.kiosk-1.guidance.next", "pin_impossible"),
    Row(
        {"kiosks.kiosk-1.guidance": {**EARPHONE, "choose": "none"}},
        "kiosks.kiosk-1.guidance.choose",
        "guidance_without_key",
    ),
    Row(
        {"kiosks.kiosk-1.guidance": {**EARPHONE, "output": "alsa://default?frames=512"}},
        "kiosks.kiosk-1.guidance.output",
        "guidance_in_public",
    ),
    Row(
        {"kiosks.kiosk-1.guidance": {**EARPHONE, "choose": "gpio://20"}}, "kiosks.kiosk-1.guidance.choose", "pin_taken"
    ),
    Row({"consoles.console-1.keys": {"call": "gpio://9"}}, "consoles.console-1.keys", "terminal_with_keys"),
)
USB = {"counter": "counter-1", "caller": "caller-1", "address": "evdev:///dev/input/event3", "keys": {}}
MODBUS = {"counter": "counter-1", "caller": "caller-1", "address": "modbus://b/3", "keys": {"call": "key://0"}}
TWO_LINES = {"a": "virtual://rs485", "b": "virtual://rs485?baud=19200"}
THREE = {"0": "very_satisfied", "1": "satisfied", "2": "dissatisfied"}


def usb(**keys: str) -> dict[str, Any]:
    return {"consoles.usb": {**USB, "keys": keys}}


KEYS = (
    Row(
        {"consoles.usb": {**USB, "address": "evdev://usb-0", "keys": {"call": "key://2"}}},
        "consoles.usb.address",
        "usb_path",
    ),
    Row(
        {
            "consoles.usb": {**USB, "keys": {"call": "key://2"}},
            "keypads.keypad-2.address": USB["address"],
            "keypads.keypad-2.levels": {"KEY_1": "satisfied", "3": "dissatisfied"},
        },
        "keypads.keypad-2.address",
        "address_taken",
    ),
    Row(usb(), "consoles.usb.keys", "pad_without_keys"),
    Row(usb(call="gpio://5"), "consoles.usb.keys.call", "key_for_raw"),
    Row(usb(call="key://KEY_KP55"), "consoles.usb.keys.call", "raw_key_unknown"),
    Row(usb(call="key://KEY KP5"), "consoles.usb.keys.call", "address_unreadable"),
    Row(usb(call="key://2?ms=5"), "consoles.usb.keys.call", "address_unreadable"),
    Row(usb(call="key://2", pause="key://2"), "consoles.usb.keys.pause", "raw_key_twice"),
    Row(usb(call="key://2", pause="hold://call?ms=5"), "consoles.usb.keys.pause", "address_unreadable"),
    Row(usb(call="key://2", pause="hold://recall"), "consoles.usb.keys.pause", "gesture_of_nothing"),
    Row(usb(call="key://2", pause="chord://call+hold"), "consoles.usb.keys.pause", "gesture_of_nothing"),
    Row(usb(call="key://2", pause="chord://call"), "consoles.usb.keys.pause", "address_unreadable"),
    Row(usb(call="key://2", pause="hold://call", close="hold://call"), "consoles.usb.keys.close", "held_twice"),
    Row(usb(call="key://2?hold_ms=900", close="hold://call"), "consoles.usb.keys.close", "held_twice"),
    Row(
        usb(call="key://2", hold="key://3", open="key://4", pause="chord://call+hold", close="chord://call+hold+open"),
        "consoles.usb.keys.close",
        "chord_in_chord",
    ),
    Row({"consoles.console-2.keys.hold": "key://2"}, "consoles.console-2.keys.hold", "key_for_pins"),
    Row({"consoles.console-2.keys.hold": "p1://2"}, "consoles.console-2.keys.hold", "address_scheme"),
    Row(
        {"callers.caller-1.lines": TWO_LINES, "consoles.pad": {**MODBUS, "address": "modbus://a/9"}},
        "consoles.pad.address",
        "line_mixed",
    ),
    Row(
        {"callers.caller-1.lines": TWO_LINES, "consoles.pad": {**MODBUS, "keys": {"call": "key://16"}}},
        "consoles.pad.keys.call",
        "raw_key_unknown",
    ),
    Row(
        {"callers.caller-1.lines": TWO_LINES, "consoles.pad": MODBUS, "keypads.keypad-1.address": "modbus://b/3"},
        "keypads.keypad-1.address",
        "unit_taken",
    ),
    Row(
        {"keypads.keypad-2.levels": {"0": "satisfied", "1": "very_satisfied"}},
        "keypads.keypad-2.levels",
        "levels_one_sided",
    ),
    Row({"keypads.keypad-2.levels": {"0": "dissatisfied"}}, "keypads.keypad-2.levels", "levels_one_sided"),
    Row({"keypads.keypad-2.key_count": 4}, "keypads.keypad-2.levels", "keys_unmapped"),
    Row({"keypads.keypad-2.key_count": 6}, "keypads.keypad-2.levels", "keys_unmapped"),
    Row(
        {"keypads.keypad-2.levels": THREE, "keypads.keypad-2.key_count": 5}, "keypads.keypad-2.levels", "levels_lacking"
    ),
    Row(
        {"keypads.keypad-2.levels": {"01": "satisfied", "2": "dissatisfied"}},
        "keypads.keypad-2.levels",
        "raw_key_unknown",
    ),
    Row(
        {"keypads.keypad-2.levels": {"256": "satisfied", "2": "dissatisfied"}},
        "keypads.keypad-2.levels",
        "raw_key_unknown",
    ),
    Row({"keypads.keypad-2.decline": "4"}, "keypads.keypad-2.decline", "decline_is_level"),
    Row({"keypads.keypad-2.decline": "five"}, "keypads.keypad-2.levels", "raw_key_unknown"),
    Row({"keypads.keypad-2.key_count": 7}, "keypads.keypad-2.key_count", "wrong_value"),
)
REST = (
    Row({"speech.template_zh": "请{ticket号"}, "speech.template_zh", "template_broken"),
    Row({"speech.template_en": "Number {ticket}"}, "speech.template_en", "template_fields"),
    Row({"speech.template_en": "{ticket:>99} {counter}"}, "speech.template_en", "template_fields"),
    Row({"speech.languages": []}, "speech.languages", "languages_empty"),
    Row({"speech.languages": ["en", "en"]}, "speech.languages", "written_twice"),
    Row({"speech.template_yue": "{ticket}"}, "speech.template_yue", "template_fields"),
    Row({"speech.model_languages": ["zh", "zh"]}, "speech.model_languages", "written_twice"),
    Row({"speech.engine": "piper"}, "speech.model", "model_missing"),
    Row({"speech.engine": "sherpa", "speech.model": "models/zh"}, "speech.model", "model_missing"),
    Row({"speech.hours": [QUIET_NEVER]}, "speech.hours[0].until_time", "hours_empty"),
    Row(
        {"speech.zones": {"lobby": {"hours": [QUIET_NEVER]}}},
        "speech.zones.lobby.hours[0].until_time",
        "hours_empty",
    ),
    Row({"speech.zones": {"loby": {"gain_db": -6}}}, "speech.zones.loby", "zone_unknown"),
    Row({"zones": {"loby": {"names": TEXTS}}}, "zones.loby", "zone_unknown"),
    Row({"zones": {"lobby": {}}}, "zones.lobby.names", "required"),
    Row({"notices.a": {**TEXTS, "days": ["mon", "mon"]}}, "notices.a.days", "written_twice"),
    Row({"notices.a": {**TEXTS, "days": ["monday"]}}, "notices.a.days[0]", "wrong_value"),
    Row({"notices.a": {**TEXTS, "from_day": "2026-02-30"}}, "notices.a.from_day", "no_such_date"),
    Row(
        {"notices.a": {**TEXTS, "from_day": "2026-05-02", "until_day": "2026-05-01"}},
        "notices.a.until_day",
        "days_backwards",
    ),
    Row(
        {"notices.a": {**TEXTS, "from_time": "12:00", "until_time": "12:00"}}, "notices.a.until_time", "span_backwards"
    ),
    Row({"services.pension.paused_en": "System upgrade"}, "services.pension.paused_en", "english_alone"),
    Row({"services.pension.real_name": True}, "kiosks.kiosk-1.reader", "real_name_without_reader"),
    Row({"languages": {"en": {"name": "English"}}}, "languages.en", "language_built_in"),
    Row({"languages": {"ko": {}}}, "languages.ko.name", "required"),
    Row({"sheet_items.desk": {"names": TEXTS}}, "sheet_items.desk", "sheet_item_shipped"),
    Row({"sheet_items.papers-received": {"names": TEXTS}}, "sheet_items.papers-received", "sheet_item_shipped"),
    Row({"sheet_items.cash": {"names": TEXTS, "kind": "sum"}}, "sheet_items.cash.kind", "wrong_value"),
    Row({"sheet_items": {f"own-{n}": {"names": TEXTS} for n in range(21)}}, "sheet_items", "sheet_items_many"),
    Row({"rules.sheet_days": 15}, "rules.sheet_days", "wrong_value"),
    Row({"languages": {f"l{n}": {"name": "L"} for n in range(5)}}, "languages", "languages_many"),
    Row({"kiosks.kiosk-1.map": [0, 3]}, "kiosks.kiosk-1.map[0]", "wrong_value"),
    Row({"kiosks.kiosk-1.map": [1, 49]}, "kiosks.kiosk-1.map[1]", "wrong_value"),
    Row({"displays.display-1.map": [3]}, "displays.display-1.map", "wrong_value"),
    Row({"hall.entrances": [[2]]}, "hall.entrances[0]", "wrong_value"),
    Row({"kiosks.kiosk-1.map": [2, 2], "displays.display-1.map": [2, 2]}, "displays.display-1.map", "map_taken"),
    Row({"hall.entrances": [[1, 1]], "counters.counter-1.map": [1, 1]}, "counters.counter-1.map", "map_taken"),
    Row({"displays.display-1.zone": "nowhere"}, "displays.display-1.zone", "zone_without_counters"),
    Row({"broker.url": "tcp://host"}, "broker.url", "broker_url"),
    Row({"broker.listen": "0.0.0.0"}, "broker.listen", "broker_on_network"),
    Row({"broker.listen": "192.168.1.10"}, "broker.listen", "broker_on_network"),
    Row({"collector.public_url": "192.168.1.10"}, "collector.public_url", "public_url"),
    Row({"web.tls_certificate": "/etc/hall.crt"}, "web.tls_key", "tls_half"),
    Row({"web.tls_key": "/etc/hall.key"}, "web.tls_certificate", "tls_half"),
    Row(
        {"web.tls_certificate": "hall.crt", "web.tls_key": "/k", "collector.public_url": "https://localhost"},
        "web.tls_certificate",
        "tls_path",
    ),
    Row({"web.tls_certificate": "/c", "web.tls_key": "/k"}, "collector.public_url", "tls_public_url"),
    Row({"collector.trusted_proxies": ["proxy.example"]}, "collector.trusted_proxies", "no_such_network"),
    Row({"collector.trusted_proxies": ["10.0.0.1/24"]}, "collector.trusted_proxies", "no_such_network"),
    Row({"collector.trusted_proxies": ["0.0.0.0/0"]}, "collector.trusted_proxies", "too_wide_network"),
    Row({"collector.trusted_proxies": ["::1", "::1"]}, "collector.trusted_proxies", "written_twice"),
    Row({"collector.port": 1883}, "collector.port", "ports_equal"),
    Row({"broker.secure_port": 1883}, "broker.secure_port", "secure_port_taken"),
    Row({"broker.secure_port": 0}, "broker.secure_port", "wrong_value"),
    Row({"network.devices_by": "name"}, "network.devices_by", "wrong_value"),
)

BANK = {"names": TEXTS, "counters": ["counter-9"]}
AT_BANK = {
    "series.z": {"letter": "Z"},
    "services.at-bank": {"names": TEXTS, "series": "z", "category": "personal"},
    "counters.counter-9": {"name": "9", "services": {"at-bank": 1}},
    "outlets.bank": BANK,
}
"""An outlet without a mistake."""
OUTLETS = (
    Row({**AT_BANK, "outlets.bank.names": CUT}, "outlets.bank.names", "required"),
    Row({"outlets.bank": {"names": TEXTS}}, "outlets.bank", "outlet_counters_or_url"),
    Row({**AT_BANK, "outlets.bank": {**BANK, "url": "https://a.cn"}}, "outlets.bank", "outlet_counters_or_url"),
    Row({**AT_BANK, "outlets.bank": {**BANK, "counters": ["x"]}}, "outlets.bank.counters", "unknown_reference"),
    Row({**AT_BANK, "outlets.bank": {**BANK, "sessions": ["x"]}}, "outlets.bank.sessions", "unknown_reference"),
    Row({**AT_BANK, "outlets.other": BANK}, "outlets.other.counters", "outlet_counter_taken"),
    Row(
        {**AT_BANK, "kiosks": {}, "counters.counter-9": {"name": "9", "services": {"pension": 1, "at-bank": 1}}},
        "outlets.bank.counters",
        "outlet_service_elsewhere",
    ),
    Row(
        {**AT_BANK, "services.at-bank": {"names": TEXTS, "series": "a", "category": "personal"}},
        "outlets.bank.counters",
        "outlet_series_shared",
    ),
    Row(
        {**AT_BANK, "outlets.bank": {**BANK, "sessions": ["morning"]}},
        "services.at-bank.sessions",
        "outlet_service_sessions",
    ),
    Row(
        {"kiosks": {}, "outlets.bank": {"names": TEXTS, "counters": ["counter-1", "counter-2"]}},
        "outlets",
        "outlets_take_all",
    ),
    Row({"outlets.bank": {"names": TEXTS, "url": "bank.cn"}}, "outlets.bank.url", "outlet_url"),
    Row({"outlets.bank": {"names": TEXTS, "url": "https://me:pw@bank.cn"}}, "outlets.bank.url", "outlet_url"),
    Row({"outlets": {f"b{n}": {"names": TEXTS, "url": "https://b.cn"} for n in range(65)}}, "outlets", "outlets_many"),
    Row({"web.embed_from": ["https://a.cn/path"]}, "web.embed_from", "embed_origin"),
    Row({"web.embed_from": ["*"]}, "web.embed_from", "embed_origin"),
    Row({"web.embed_from": ["https://a.cn; script-src *"]}, "web.embed_from", "embed_origin"),
)
PHONES = (
    Row({"notify.phone": "smtp://m.cn?from=a@b.cn"}, "notify.phone", "notify_scheme"),
    Row({"notify.phone": "https://"}, "notify.phone", "notify_host"),
    Row({"notify.phone": "http://a.cn/"}, "notify.phone", "notify_plain"),
    Row({"notify.phone": "file://out.jsonl"}, "notify.phone", "notify_path"),
    Row({"notify.mail": "smtp://m.cn"}, "notify.mail", "notify_from"),
    Row({"notify.mail": "smtp://me:pw@m.cn?from=a@b.cn"}, "notify.mail", "notify_secret"),
    Row({"notify.sms_body": "to"}, "notify.sms_body", "notify_body"),
    Row({"notify.texts.caled": TEXTS}, "notify.texts.caled", "notify_kind"),
    Row({"notify.texts.called": {"zh": "某{phone}", "en": "Some"}}, "notify.texts.called.zh", "notify_place"),
    Row({"notify.push_contact": "hall@example.cn"}, "notify.push_contact", "push_contact"),
    Row({"remote.services": ["penson"]}, "remote.services", "remote_service"),
)
HOOK = {"url": "https://city.example.cn/in"}
UPWARD = {"url": "https://city.example.cn/in", "fields": {"key": "id"}}
OUTWARD = (
    Row({"webhooks": {f"city-{place}": HOOK for place in range(9)}}, "webhooks", "webhooks_many"),
    Row({"webhooks": {"city": {"url": "http://city.example.cn/"}}}, "webhooks.city.url", "outward_plain"),
    Row({"webhooks": {"city": {"url": "https://me:pw@city.example.cn/"}}}, "webhooks.city.url", "outward_secret"),
    Row({"upward": {"fields": {"key": "id"}}}, "upward", "upward_nowhere"),
    Row({"upward": {**UPWARD, "fields": {"level": "level"}}}, "upward.fields", "upward_id"),
    Row({"upward": {**UPWARD, "fields": {"key": "id", "at": "time"}}}, "upward.fields.at", "upward_field"),
    Row({"upward": {**UPWARD, "fields": {"1": "id"}}}, "upward.fields.1", "bad_name"),
    Row({"upward": {**UPWARD, "services": {"x": "1"}}}, "upward.services", "unknown_reference"),
    Row(
        {"upward": {**UPWARD, "fields": {"key": "id", "a": "service_code"}, "services": {"pension": "1"}}},
        "upward.services",
        "upward_code",
    ),
)
DEVICES = ["kiosk-1", "display-1", "caller-1"]
ALL = {"board": "pi4", "runs": ["server", *DEVICES]}
SERVER = {"board": "pc", "runs": ["server"], "address": "10.20.0.10/24"}
TWO = {"server": SERVER, "pi": {"board": "pi4", "runs": DEVICES}}
AT = {"network.server": "10.20.0.10"}


def two(**changed: Any) -> dict[str, Any]:
    """A hall of two machines, the second of which is told otherwise."""
    return {**AT, "machines": {**TWO, "pi": {**TWO["pi"], **changed}}}


MACHINES = (
    Row(two(runs=[*DEVICES, "kiosk-7"]), "machines.pi.runs", "machine_runs_unknown"),
    Row(two(runs=[*DEVICES, "server"]), "machines.pi.runs", "machine_runs_twice"),
    Row(two(runs=[*DEVICES, "kiosk-1"]), "machines.pi.runs", "written_twice"),
    Row(two(runs=["kiosk-1", "display-1"]), "machines", "runs_nowhere"),
    Row({"machines": {"pi": ALL, "idle": {"board": "pi4", "runs": []}}, **AT}, "machines.idle.runs", "machine_idle"),
    Row({**AT, "machines": {"server": SERVER, "kiosk-1": TWO["pi"]}}, "machines.kiosk-1", "machine_named_as_device"),
    Row({**AT, "machines": {"collector": SERVER, "pi": TWO["pi"]}}, "machines.collector", "machine_named_as_device"),
    Row(two(wifi=True), "machines.pi.wifi", "no_wifi_name"),
    Row({"machines": {"pi": {**ALL, "board": "zero2w"}}}, "machines.pi.board", "board_too_small"),
    Row(two(board="pi6"), "machines.pi.board", "wrong_value"),
    Row(two(address="10.20.0.31"), "machines.pi.address", "machine_address"),
    Row(two(address="10.20.0.0/24"), "machines.pi.address", "machine_address"),
    Row(two(address="lobby"), "machines.pi.address", "machine_address"),
    Row(two(address="10.20.0.10/24"), "machines.pi.address", "machine_address_taken"),
    Row({"machines": TWO}, "network.server", "no_server_address"),
    Row({"machines": TWO, "network.server": "10.20.0.11"}, "network.server", "server_elsewhere"),
    Row({"network.gateway": "gate"}, "network.gateway", "network_address"),
    Row({"network.web_from": ["10.20.0.1/24"]}, "network.web_from", "network_range"),
    Row({"network.country": "China"}, "network.country", "wrong_value"),
    Row(two(ports={"printer": "usb1"}), "machines.pi.ports.printer", "wrong_value"),
    Row(two(ports={"a": "usb:1.3", "b": "usb:1.3"}), "machines.pi.ports.b", "port_taken"),
    Row(two(screens=["big"]), "machines.pi.screens", "wrong_value"),
    Row(two(mac="DC:A6"), "machines.pi.mac", "wrong_value"),
    Row(
        {**two(ports={"printre": "usb:1.3"}), "kiosks.kiosk-1.printer": "serial:///dev/hall/printer"},
        "kiosks.kiosk-1.printer",
        "port_unknown",
    ),
)
ROWS = (*MACHINES, *SHAPES, *REFERENCES, *TIMES, *NUMBERS, *ADDRESSES, *KEYS, *REST, *OUTLETS, *PHONES, *OUTWARD)

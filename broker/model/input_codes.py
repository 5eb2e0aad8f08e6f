"""Names of the keys that a USB keypad sends, by the numbers of Linux' input layer (its stable interface)."""

_NAMES = """
ESC 1 2 3 4 5 6 7 8 9 0 MINUS EQUAL BACKSPACE TAB Q W E R T Y U I O P LEFTBRACE RIGHTBRACE ENTER LEFTCTRL A S D F G H J
K L SEMICOLON APOSTROPHE GRAVE LEFTSHIFT BACKSLASH Z X C V B N M COMMA DOT SLASH RIGHTSHIFT KPASTERISK LEFTALT SPACE
CAPSLOCK F1 F2 F3 F4 F5 F6 F7 F8 F9 F10 NUMLOCK SCROLLLOCK KP7 KP8 KP9 KPMINUS KP4 KP5 KP6 KPPLUS KP1 KP2 KP3 KP0 KPDOT
- ZENKAKUHANKAKU 102ND F11 F12 RO KATAKANA HIRAGANA HENKAN KATAKANAHIRAGANA MUHENKAN KPJPCOMMA KPENTER RIGHTCTRL
KPSLASH SYSRQ RIGHTALT LINEFEED HOME UP PAGEUP LEFT RIGHT END DOWN PAGEDOWN INSERT DELETE MACRO MUTE VOLUMEDOWN
VOLUMEUP POWER KPEQUAL KPPLUSMINUS PAUSE
"""

NAME_OF = {code: f"KEY_{name}" for code, name in enumerate(_NAMES.split(), start=1) if name != "-"}
"""The keys of ordinary keyboards and keypads; others are written as their number."""
NAME_OF |= {183 + place: f"KEY_F{13 + place}" for place in range(12)}
_CODE_OF = {name: code for code, name in NAME_OF.items()}
HIGHEST_CODE = 0x2FF

DIGITS = {
    **{_CODE_OF[f"KEY_{digit}"]: str(digit) for digit in range(10)},
    **{_CODE_OF[f"KEY_KP{digit}"]: str(digit) for digit in range(10)},
}
"""Keys that type a digit, unless the hall file gives them a meaning."""
CLEARING = frozenset(_CODE_OF[name] for name in ("KEY_ESC", "KEY_BACKSPACE", "KEY_DELETE"))
"""Keys that take typed digits back, unless the hall file gives them a meaning."""


def code_of(raw: str) -> int | None:
    """The number of ``KEY_KP5`` or of ``76``; None for a key that is neither."""
    if raw in _CODE_OF:
        return _CODE_OF[raw]
    plain = raw.isascii() and raw.isdecimal() and len(raw) <= 3 and raw == str(int(raw))
    return int(raw) if plain and 1 <= int(raw) <= HIGHEST_CODE else None


def name_of(code: int) -> str:
    """How a key is written in the hall file and in logs: its name, or its number where it has none."""
    return NAME_OF.get(code, str(code))

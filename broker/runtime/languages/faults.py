"""What is wrong with one entry of a catalogue: placeholders, letters, scripts that the screens cannot set. Pure."""

import unicodedata
from collections.abc import Collection, Iterator
from string import Formatter

from broker.model.words import Names
from broker.runtime.languages.letters import SYSTEM_PACKAGE, shaped_script

LONGEST = 300
SHOWN = 40


def entry_faults(source: str, said: str, letters: Collection[int]) -> Iterator[Names]:
    """Why ``said`` cannot stand for ``source``; ``letters`` are the code points that can be drawn."""
    named, meant = placeholders(source), placeholders(said)
    if meant is None or (named is not None and named != meant):
        wanted = "、".join(_braced(named)) or "无", ", ".join(_braced(named)) or "none"
        yield Names(
            f"译文“{clipped(said)}”的占位符与原文不同：应为 {wanted[0]}，请照原文写，一个不少也不多",
            f'the placeholders of "{clipped(said)}" differ from the source: they must be {wanted[1]}, neither more nor '
            "fewer, spelled as there",
        )
    yield from text_faults(said, letters)


def text_faults(said: str, letters: Collection[int]) -> Iterator[Names]:
    """Why a text cannot be shown, whatever it stands for."""
    text = unicodedata.normalize("NFC", said)
    script = shaped_script(text)
    if script is not None:
        yield Names(
            f"“{clipped(text)}”使用 {script} 文字：需要连写、叠写或从右向左排版，本版本不能正确显示，"
            "请去掉这种语言，或改用不需要排版引擎的文字",
            f'"{clipped(text)}" is in a script ({script}) that is joined, stacked or set from right to left: this '
            "release would show it wrongly. Leave this language out, or use a script that needs no shaping",
        )
        return
    if any(unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co") for character in text):
        yield Names(
            f"“{clipped(text)}”里有换行或不可见字符，请写成一行", f'"{clipped(text)}" holds line breaks or '
            "invisible characters; write it as one line",
        )  # fmt: skip
        return
    strange = sorted({character for character in text if ord(character) not in letters})
    if strange:
        shown = " ".join(f"{character} (U+{ord(character):04X})" for character in strange[:5])
        yield Names(
            f"没有字体能画出 {shown}：请换一种写法，或在每台取号机安装 {SYSTEM_PACKAGE}",
            f"no font here can draw {shown}: use other words, or install {SYSTEM_PACKAGE} on every kiosk",
        )
    if len(text) > LONGEST:
        yield Names(f"译文超过 {LONGEST} 个字符", f"the text is longer than {LONGEST} characters")


def placeholders(template: str) -> frozenset[str] | None:
    """The plain ``{name}``s of a template; None when it cannot be filled in."""
    try:
        parts = [part[1:] for part in Formatter().parse(template) if part[1] is not None]
    except ValueError:
        return None
    plain = all(name.isidentifier() and not form and not conversion for name, form, conversion in parts)
    return frozenset(name for name, _, _ in parts) if plain else None


def clipped(text: str) -> str:
    """The beginning of a long text, without what cannot be shown in a terminal."""
    shown = "".join(character if character.isprintable() else "?" for character in text[:SHOWN])
    return shown + ("…" if len(text) > SHOWN else "")


def _braced(named: frozenset[str] | None) -> list[str]:
    return ["{" + name + "}" for name in sorted(named or ())]

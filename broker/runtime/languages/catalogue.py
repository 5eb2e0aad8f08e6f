"""Catalogues on disk (GNU gettext, ``.po``) -> words. Home of polib, since Python's own gettext reads only what a
compiler has made of them, and nobody at a hall has one.

``msgid`` is the English text, ``msgctxt`` may be the Chinese one where an English text has two meanings. What is marked
fuzzy or left empty counts as missing. A catalogue with a fault is refused whole: half a language is no language.
"""

import unicodedata
from collections.abc import Collection
from pathlib import Path

import polib

from broker.model.words import Names
from broker.runtime.errors import NodeError
from broker.runtime.languages.faults import clipped, entry_faults
from broker.runtime.languages.lexicon import Words

CATALOGUES = Path(__file__).parent / "catalogues"
TEMPLATE = CATALOGUES / "kiosk.pot"
"""Every text of the kiosk that is not the hall's own, with the Chinese one as a comment; ``script/languages.py``."""
LIMIT_BYTES = 1_048_576
FAULTS_SAID = 12
NO_FILE = Names(
    "没有这个文件：请用 python -m broker words 生成，填好后放在这里",
    "there is no such file: make it with python -m broker words, fill it in and put it here",
)


class CatalogueRefused(NodeError):
    """A language cannot be offered; ``faults`` say what is wrong where, and what to do."""

    def __init__(self, where: str, faults: list[Names]) -> None:
        said, more = faults[:FAULTS_SAID], len(faults) - FAULTS_SAID
        and_more = Names(f"\n  还有 {more} 处", f"\n  and {more} more") if more > 0 else None
        super().__init__(f"{where}: " + "\n  ".join(fault.en for fault in said) + (and_more.en if and_more else ""))
        self.zh = f"{where}：" + "\n  ".join(fault.zh for fault in said) + (and_more.zh if and_more else "")
        self.where = where
        self.faults = faults


def read_catalogue(path: Path, letters: Collection[int]) -> Words:
    """The words of a catalogue; ``letters`` are the code points that can be drawn. Raises CatalogueRefused."""
    words: dict[tuple[str, str], str] = {}
    faults: list[Names] = []
    for entry in _entries(path):
        where = Names(f"第 {entry.linenum} 行：", f"line {entry.linenum}: ")
        if entry.msgid_plural:
            faults.append(Names(f"{where.zh}不支持复数形式 msgid_plural", f"{where.en}msgid_plural is not supported"))
        elif entry.msgstr and not entry.fuzzy:
            found = list(entry_faults(entry.msgid, entry.msgstr, letters))
            faults += [Names(where.zh + fault.zh, where.en + fault.en) for fault in found]
            words[entry.msgctxt or "", entry.msgid] = unicodedata.normalize("NFC", entry.msgstr)
    if faults:
        raise CatalogueRefused(str(path), faults)
    return words


def product_texts() -> list[Names]:
    """Every text of the kiosk that a further language should have, with each of its Chinese texts."""
    return [Names(zh, entry.msgid) for entry in _entries(TEMPLATE) for zh in entry.comment.split("\n")]


def skeleton(key: str, texts: list[Names]) -> str:
    """A catalogue to be filled in, as text: each text once, the Chinese above it as a comment."""
    file = polib.POFile(wrapwidth=100)
    file.metadata = {"Language": key, "MIME-Version": "1.0", "Content-Type": "text/plain; charset=UTF-8"}
    seen: dict[str, polib.POEntry] = {}
    for names in texts:
        if names.en in seen:
            seen[names.en].comment += f"\n{names.zh}" if names.zh not in seen[names.en].comment.split("\n") else ""
        else:
            seen[names.en] = polib.POEntry(msgid=names.en, comment=names.zh)
            file.append(seen[names.en])
    return str(file)


def _entries(path: Path) -> list[polib.POEntry]:
    """The living entries of a file; CatalogueRefused when it is none."""
    try:
        if not path.is_file():
            raise CatalogueRefused(str(path), [NO_FILE])
        if path.stat().st_size > LIMIT_BYTES:
            limit = LIMIT_BYTES // 1024
            raise CatalogueRefused(str(path), [Names(f"文件超过 {limit} KiB", f"the file is larger than {limit} KiB")])
        # By its path and never as text: polib would open a text that happens to be the name of a file.
        # Its own look for repeated texts compares each with all: minutes for a large file.
        read = polib.pofile(str(path), encoding="utf-8")
    except UnicodeDecodeError:
        raise CatalogueRefused(str(path), [Names("请存为 UTF-8 编码", "save the file as UTF-8")]) from None
    except (OSError, ValueError, LookupError, AttributeError, TypeError) as error:
        why = clipped(str(error).replace(f"{path}", "").strip(" ():"))
        no_catalogue = Names(f"不是可读的 .po 文件（{why}）", f"this is no .po file that can be read ({why})")
        raise CatalogueRefused(str(path), [no_catalogue]) from None
    living = [entry for entry in read if not entry.obsolete and entry.msgid]
    _check_each_once(path, living)
    return living


def _check_each_once(path: Path, entries: list[polib.POEntry]) -> None:
    """CatalogueRefused where a text stands twice: nobody could say which is meant."""
    seen: set[tuple[str | None, str]] = set()
    faults: list[Names] = []
    for entry in entries:
        text = entry.msgctxt, entry.msgid
        if text in seen:
            said = clipped(entry.msgid)
            faults.append(Names(f"第 {entry.linenum} 行：“{said}”重复", f'line {entry.linenum}: "{said}" stands twice'))
        seen.add(text)
    if faults:
        raise CatalogueRefused(str(path), faults)

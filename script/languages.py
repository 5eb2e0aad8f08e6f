"""Gather every text of the kiosk for translators, and bring the shipped catalogues up to date (developer tool).

    .venv/bin/python script/languages.py    # writes kiosk.pot, adds new texts to every .po, says what is missing

Texts are found in the source: ``Names("...", "...")`` and ``phrase("...", "...", ...)`` with plain texts. The Chinese
text stands above each as a comment; it is the better source for most translators.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import polib

from broker.model.ratings import REASONS, REASONS_VERSION
from broker.model.reasons import PAUSED, PAUSED_BECAUSE
from broker.model.words import LEVEL_NAMES, NEED_NAMES, PAUSE_REASONS, SHUT_REASONS, STATUS_NAMES, Names
from broker.runtime.languages.catalogue import CATALOGUES, TEMPLATE, skeleton
from kiosk.refusal_words import FOR_VISITORS, TEMPLATES

ROOT = Path(__file__).resolve().parent.parent
NOT_FOR_VISITORS = ("gallery", "virtual", "buttons", "simulator", "guid")
"""Parts of the names of modules whose texts only staff and builders read, or which are spoken and never shown."""
MAKERS = ("Names", "phrase")
UNTRANSLATABLE: dict[str, int] = {
    "kiosk/screens/parts.py": 2,  # names of languages
    "kiosk/screens/words.py": 1,  # counters' numbers, blanks
    "kiosk/ticket_layout.py": 6,  # the hall's own names
}
"""Texts made at run time, by module: how many. All others are plain, so that a catalogue can have them."""


def sources() -> Iterator[Path]:
    """The kiosk's modules that a visitor can read something of."""
    for path in sorted((ROOT / "kiosk").rglob("*.py")):
        if not any(part in str(path.relative_to(ROOT)) for part in NOT_FOR_VISITORS):
            yield path


def calls(path: Path) -> Iterator[tuple[ast.Call, list[str] | None]]:
    """Each making of a text with its two plain texts; None where they are not plain."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MAKERS:
            plain = [arg.value for arg in node.args[:2] if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
            yield node, plain if len(plain) == 2 else None


def texts() -> list[Names]:
    """Every text, in the order of the modules; then those of the model that a kiosk shows."""
    found = [Names(*plain) for path in sources() for _, plain in calls(path) if plain and plain[1].strip()]
    found += [PAUSED, PAUSED_BECAUSE, *PAUSE_REASONS.values()]
    found += [*SHUT_REASONS.values(), *LEVEL_NAMES.values(), *NEED_NAMES.values(), *STATUS_NAMES.values()]
    found += REASONS[REASONS_VERSION].values()
    return found + [TEMPLATES[code] for code in FOR_VISITORS]


def untranslatable() -> dict[str, int]:
    """By module, how many texts a catalogue cannot have."""
    counts = {str(path.relative_to(ROOT)): sum(plain is None for _, plain in calls(path)) for path in sources()}
    return {name: count for name, count in counts.items() if count}


def merged(catalogue: polib.POFile, template: polib.POFile) -> polib.POFile:
    """The catalogue with every text of the template and no other, in its order; one may stand in several contexts."""
    known: dict[str, list[polib.POEntry]] = {}
    for entry in catalogue:
        known.setdefault(entry.msgid, []).append(entry)
    catalogue[:] = []
    for text in template:
        for entry in known.get(text.msgid, [polib.POEntry(msgid=text.msgid)]):
            entry.comment = text.comment if not entry.msgctxt else ""
            catalogue.append(entry)
    return catalogue


def main() -> None:
    """Write the template, merge it into each catalogue."""
    TEMPLATE.write_text(skeleton("", texts()), encoding="utf-8")
    template = polib.pofile(str(TEMPLATE), encoding="utf-8")
    print(f"{TEMPLATE.name}: {len(template)} texts")
    for path in sorted(CATALOGUES.glob("*.po")):
        catalogue = polib.pofile(str(path), encoding="utf-8", wrapwidth=100)
        merged(catalogue, template).save(str(path))
        print(f"{path.name}: {len(catalogue.untranslated_entries()) + len(catalogue.fuzzy_entries())} missing")


if __name__ == "__main__":
    main()

"""What whoever sets up a hall is told about its languages: complete, what is missing, or why one is refused."""

from pathlib import Path

import msgspec

from broker.model.hall import Hall
from broker.model.hall_languages import FurtherLanguage
from broker.model.words import Names
from broker.runtime.errors import in_both_languages
from broker.runtime.languages.catalogue import CatalogueRefused, skeleton
from broker.runtime.languages.lexicon import Language
from broker.runtime.languages.offered import languages_of, missing, read_language, shipped

SHOWN = 8


def language_report(hall: Hall, folder: Path) -> tuple[list[str], bool]:
    """Lines for a terminal, and whether every language of the hall file can be offered."""
    offered, refused = languages_of(hall, folder)
    lines = [line for language in offered[2:] for line in _lines(hall, language)]
    return lines + [in_both_languages(error) for error in refused], not refused


def catalogue_to_fill(hall: Hall, folder: Path, key: str) -> str:
    """A catalogue with everything that a language of the hall lacks; with all there is, for one not in the file yet."""
    declared = hall.languages.get(key, FurtherLanguage(name=key))
    if not (folder / declared.catalogue).is_file():
        declared = msgspec.structs.replace(declared, catalogue="")  # named before it was made: this makes it
    try:
        language = read_language(key, declared, folder)
    except CatalogueRefused:
        if key in hall.languages and (declared.catalogue or key in shipped()):
            raise  # a catalogue that cannot be read would seem to lack everything
        language = Language(key, key)
    return skeleton(key, missing(hall, language))


def _lines(hall: Hall, language: Language) -> list[str]:
    lacking = missing(hall, language)
    if not lacking:
        return [f"{language.name} ({language.key})：词语齐全 / every word is there"]
    fallback = Names("中文", "Chinese") if language.is_chinese else Names("英文", "English")
    shown = ", ".join(f'"{names.en}"' for names in lacking[:SHOWN]) + (" …" if len(lacking) > SHOWN else "")
    return [
        f"{language.name} ({language.key})：缺 {len(lacking)} 条，缺的显示{fallback.zh} / "
        f"{len(lacking)} texts are missing and shown in {fallback.en}: {shown}",
        f"  python -m broker words HALL.toml {language.key} > new.po",
    ]

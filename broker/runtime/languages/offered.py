"""The languages of a hall's kiosks: Chinese, English, and those of the hall file whose catalogues can be used."""

from collections.abc import Iterator
from pathlib import Path

from broker.model.hall import Hall
from broker.model.hall_languages import FurtherLanguage
from broker.model.notices import has_schedule
from broker.model.numbers import offered_by
from broker.model.outlets import services_away
from broker.model.words import Names
from broker.runtime.languages.catalogue import CATALOGUES, CatalogueRefused, product_texts, read_catalogue
from broker.runtime.languages.faults import text_faults
from broker.runtime.languages.letters import drawable
from broker.runtime.languages.lexicon import CHINESE, ENGLISH, SIMPLIFIED, Language


def languages_of(hall: Hall, folder: Path) -> tuple[tuple[Language, ...], list[CatalogueRefused]]:
    """What is offered, and what was refused. ``folder`` is where the hall file lies, and its catalogues beside it."""
    further: list[Language] = []
    refused: list[CatalogueRefused] = []
    for key, declared in hall.languages.items():
        try:
            further.append(read_language(key, declared, folder))
        except CatalogueRefused as error:
            refused.append(error)
    first = SIMPLIFIED if any(language.is_chinese for language in further) else CHINESE
    return (first, ENGLISH, *further), refused


def read_language(key: str, declared: FurtherLanguage, folder: Path) -> Language:
    """One further language: the product's words, then the hall's, which win. Raises CatalogueRefused."""
    letters = drawable()
    name_faults = list(text_faults(declared.name, letters))
    if name_faults:
        raise CatalogueRefused(f"languages.{key}.name", name_faults)
    words: dict[tuple[str, str], str] = {}
    for path in _files(key, declared, folder):
        words |= read_catalogue(path, letters)
    return Language(key, declared.name, words)


def shipped() -> tuple[str, ...]:
    """The languages whose words come with the product."""
    return tuple(sorted(path.stem for path in CATALOGUES.glob("*.po")))


def missing(hall: Hall, language: Language) -> list[Names]:
    """What this language does not say: texts of the product, then the hall's own; visitors read them in English."""
    return [names for names in [*product_texts(), *hall_texts(hall)] if language.find(names) is None]


def hall_texts(hall: Hall) -> list[Names]:
    """The hall's own names and sentences that a visitor meets at a kiosk, each once."""
    return list({(names.zh, names.en): names for names in _hall_texts(hall)}.values())


def _hall_texts(hall: Hall) -> Iterator[Names]:
    yield hall.hall.names
    for category in hall.categories.values():
        yield category.names
    away = services_away(hall) - {service for kiosk in hall.kiosks for service in offered_by(hall, kiosk)}
    for service in (declared for key, declared in hall.services.items() if key not in away):
        yield service.names
        yield from service.papers
        yield from (names for names in (service.promised, service.online, service.consult) if names is not None)
    yield from (claim.names for claim in hall.priority.values() if claim.at_kiosk)
    yield from (kiosk.names for kiosk in hall.kiosks.values())
    yield from (Names(notice.zh, notice.en) for notice in hall.notices.values() if not has_schedule(notice))


def _files(key: str, declared: FurtherLanguage, folder: Path) -> Iterator[Path]:
    own = CATALOGUES / f"{key}.po"
    if own.is_file():
        yield own
    elif not declared.catalogue:
        known = shipped()
        fault = Names(
            f"产品没有这种语言的词语（只有 {'、'.join(known)}）：请写 catalogue",
            f"the product has no words for this language (it has {', '.join(known)}): write catalogue = ...",
        )
        raise CatalogueRefused(f"languages.{key}", [fault])
    if declared.catalogue:
        yield folder / declared.catalogue

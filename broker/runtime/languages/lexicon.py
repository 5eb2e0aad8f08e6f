"""What a language calls things. Chinese and English stand in the program; further ones come from catalogues. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from broker.model.phrases import Phrase
from broker.model.words import Names

Words = Mapping[tuple[str, str], str]
"""(Chinese text or "", English text) -> the text in another language; with the Chinese one it is for that alone."""


@dataclass(frozen=True, eq=False)
class Language:
    """``key`` as in the hall file, ``name`` in the language itself. Two languages are one when they are one object."""

    key: str
    name: str
    words: Words = field(default_factory=dict, repr=False)

    @property
    def is_chinese(self) -> bool:
        """Whether its readers read Chinese in any form: full-width marks, and Chinese where a word is missing."""
        return self.key == "zh" or self.key.startswith("zh-")

    def say(self, names: Names) -> str:
        """The text in this language; what its catalogue does not have is said in English (zh-...: in Chinese)."""
        if self.key == "zh":
            return names.zh
        if self.key == "en":
            return names.en
        found = self.find(names)
        if found is not None:
            return found
        return names.zh if self.is_chinese else names.en

    def find(self, names: Names) -> str | None:
        """What the catalogue has, with the facts in their places; None when it has nothing."""
        if isinstance(names, Phrase):
            template = self._word(names.template)
            return None if template is None else template.format_map({k: self._fact(fact) for k, fact in names.facts})
        return self._word(names)

    def _word(self, names: Names) -> str | None:
        return self.words.get((names.zh, names.en)) or self.words.get(("", names.en))

    def _fact(self, fact: Any) -> Any:
        return self.say(fact) if isinstance(fact, Names) else fact


CHINESE, ENGLISH = Language("zh", "中文"), Language("en", "English")
TWO = (CHINESE, ENGLISH)
"""What every hall has."""
SIMPLIFIED = Language("zh", "简体中文")
"""Chinese, where another form of it is offered beside."""


def language_named(key: str, languages: tuple[Language, ...]) -> Language:
    """The language of a key; Chinese for one that nobody has."""
    return next((language for language in languages if language.key == key), CHINESE)


def other_than(language: Language) -> Language:
    """The language that stands second, smaller: English for readers of Chinese, Chinese for all others."""
    return ENGLISH if language.is_chinese else CHINESE

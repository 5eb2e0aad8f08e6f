"""A mistake in a hall file, and the error that carries all of them. The sentences stand in ``hall_sentences``."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from broker.model.hall_sentences import SENTENCES
from broker.model.words import Names


@dataclass(frozen=True, order=True)
class Mistake:
    """One thing to mend: ``path`` such as ``services.pension.series`` and what to do about it.

    ``sentence`` is English, ``zh`` the same in Chinese; ``code`` names the kind of mistake.
    """

    path: str
    sentence: str
    zh: str = ""
    code: str = ""

    def __str__(self) -> str:
        return f"{self.path}: {self.zh} / {self.sentence}" if self.zh else f"{self.path}: {self.sentence}"


class HallFileError(ValueError):
    """The hall file has mistakes; ``mistakes`` lists all of them, ``file`` is the file's name."""

    def __init__(self, mistakes: list[Mistake], file: str = "hall.toml") -> None:
        self.mistakes = sorted(set(mistakes))
        self.file = file
        count = len(self.mistakes)
        heading = f"{file}: {count} 处需要修改 / {count} {'thing' if count == 1 else 'things'} to mend"
        super().__init__("\n".join([heading, *(f"  {mistake}" for mistake in self.mistakes)]))


def complain(path: str, code: str, **facts: Any) -> Mistake:
    """The mistake of a kind at a path; a fact that is ``Names`` is said in the language of each sentence."""
    template = SENTENCES[code]
    zh = template.zh.format(**{key: value.zh if isinstance(value, Names) else value for key, value in facts.items()})
    en = template.en.format(**{key: value.en if isinstance(value, Names) else value for key, value in facts.items()})
    return Mistake(path, en, zh, code)


def did_you_mean(name: str, known: Iterable[str]) -> Names:
    """A hint at the one known name that looks like it; empty when none does."""
    close = get_close_matches(name[:64], known, n=1)
    return Names(f"，是不是“{close[0]}”？", f" (did you mean '{close[0]}'?)") if close else Names("", "")


def listed(names: Iterable[str], most: int = 12) -> Names:
    """Some of the known names, for a sentence."""
    known = list(names)
    shown = ", ".join(known[:most]) + (", ..." if len(known) > most else "")
    return Names(shown or "还没有", shown or "none declared")


def twice(path: str, items: Iterable[str]) -> Iterator[Mistake]:
    """What stands in a list more than once."""
    seen: set[str] = set()
    for item in items:
        if item in seen:
            yield complain(path, "written_twice", item=item)
        seen.add(item)

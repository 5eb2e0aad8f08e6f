"""The kept inputs of each target: one JSON file of latin-1 texts a target, small enough for the repository."""

import json
from collections.abc import Iterable
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus"
LIMIT_BYTES = 300_000
OF_ONE_BYTES = 12_000
INPUT_BYTES = 1_500


def path_of(name: str) -> Path:
    """Where the inputs of a target are kept."""
    return CORPUS / f"{name.replace(' ', '_')}.json"


def corpus_of(name: str) -> tuple[bytes, ...]:
    """The kept inputs of a target; none when it was never fuzzed."""
    path = path_of(name)
    if not path.exists():
        return ()
    return tuple(text.encode("latin-1") for text in json.loads(path.read_text(encoding="utf-8")))


def keep(name: str, found: Iterable[bytes], crashes: Iterable[bytes] = ()) -> int:
    """Add inputs, smallest first, crashes whatever their size; how many are kept now."""
    chosen, size = list(dict.fromkeys((*crashes, *crashes_of(name)))), 0
    for data in sorted({*corpus_of(name), *found}, key=lambda data: (len(data), data)):
        if len(data) > INPUT_BYTES or data in chosen:
            continue
        size += 2 * len(data) + 4
        if size > OF_ONE_BYTES:
            break
        chosen.append(data)
    CORPUS.mkdir(exist_ok=True)
    texts = [data.decode("latin-1") for data in chosen]
    path_of(name).write_text(json.dumps(texts, indent=0) + "\n", encoding="utf-8")
    return len(chosen)


def crashes_of(name: str) -> tuple[bytes, ...]:
    """Inputs that are larger than an ordinary one may be: they were kept because something fell over them."""
    return tuple(data for data in corpus_of(name) if len(data) > INPUT_BYTES)

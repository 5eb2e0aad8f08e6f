"""The judges know nouns and what an outsider saw; a rule borrowed from the product could not contradict it."""

import ast
import sys
from pathlib import Path

import pytest

CHECKERS = Path(__file__).parent / "checkers"
FILES = sorted(CHECKERS.glob("*.py"))
NOUNS = ("broker.model.events", "broker.model.hall.Hall", "broker.model.words")
"""Numbers, ranges and the table of statuses are rules, though they live among the nouns: judges state their own."""
FACTS = ("chinese_calendar",)
"""Which days are holidays is the country's word, not the product's."""
OWN = ("tests.simulation.checkers", "tests.simulation.trace")


def imports_of(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_judge_imports_nouns_and_the_trace_only(path: Path) -> None:
    for name in imports_of(path):
        allowed = name.split(".")[0] in sys.stdlib_module_names or name.startswith((*NOUNS, *FACTS, *OWN))
        assert allowed, f"{path.name} imports {name}"


def test_there_are_judges_to_look_at() -> None:
    assert len(FILES) > 9
    assert "broker.model.events" in imports_of(CHECKERS / "statuses.py")

"""What the bench says of its figures."""

from tests.powercut.bench import Figures
from tests.powercut.disk import Losses
from tests.powercut.mount import AfterCut
from tests.powercut.programs import HONEST, NO_FOLDERS
from tests.powercut.promises import Findings
from tests.powercut.report import lines_of, table_of, verdict_of


def figures_of(setting: str, *cuts: tuple[int, Findings]) -> Figures:
    """So many newly acknowledged, and what was found, each on a disk of its own."""
    figures = Figures("kiosk", setting)
    for acknowledged, findings in cuts:
        figures.acknowledged += acknowledged
        figures.add(7, AfterCut({}, Losses(), "sync /kiosk/kiosk.db-wal"), findings, acknowledged)
    return figures


def test_it_says_what_was_acknowledged_and_what_was_found_again() -> None:
    said = "\n".join(lines_of(figures_of(HONEST.name, (1200, Findings()), (34, Findings()))))
    assert "kiosk, as shipped: 2 power cuts" in said
    assert "acknowledged before a cut: 1,234; found again after it: 1,234; not found: 0; corrupt after 0 cuts" in said
    assert "cut at: sync log 2" in said


def test_a_promise_that_is_missed_twice_is_one_promise() -> None:
    figures = figures_of(NO_FOLDERS.name, (1, Findings(lost=["the paper", "its report"])))
    assert (figures.acknowledged, figures.found, figures.not_found) == (1, 0, 1)


def test_nothing_of_an_unreadable_file_counts_as_found() -> None:
    torn = Findings(corrupt=["kiosk.db cannot be used"], unreadable=True)
    figures = figures_of(NO_FOLDERS.name, (40, Findings()), (60, torn))
    assert (figures.found, figures.not_found, figures.corrupt, figures.bad_cuts) == (40, 60, 1, 1)
    assert "life 7, cut at sync /kiosk/kiosk.db-wal: kiosk.db cannot be used" in "\n".join(lines_of(figures))


def test_the_table_names_what_must_fail() -> None:
    *_, shipped, control = table_of([figures_of(HONEST.name), figures_of(NO_FOLDERS.name, (5, Findings(lost=["one"])))])
    assert shipped == "| kiosk | as shipped | 0 | 0 | 0 | 0 | 0 cuts |"
    assert control == "| kiosk | fsync of folders silenced (must fail) | 1 | 5 | 4 | 1 | 0 cuts |"


def test_a_run_without_controls_claims_nothing_of_them() -> None:
    assert verdict_of(True, True) == "nothing was lost, every control failed as it must"
    assert verdict_of(True, False) == "nothing was lost, no control was run"
    assert verdict_of(False, False) == "FAILED"

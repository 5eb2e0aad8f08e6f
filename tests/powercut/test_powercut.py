"""A few of the power cuts of ``script/powercut``, which makes 200 of each kind, and proof that they would be seen."""

import os
from pathlib import Path

import pytest

from broker.runtime.database import open_database
from broker.runtime.errors import DiskFailed
from tests.powercut import by_fuse
from tests.powercut.bench import WAYS, NoWay, Way, choose_way, cut_many
from tests.powercut.mount import Power
from tests.powercut.programs import (
    BACKUP,
    CALLER,
    HONEST,
    KIOSK,
    NO_FOLDERS,
    PROGRAMS,
    RESTORE,
    SERVER,
    SILENCED,
    Program,
)

CUTS = 6
MOST = 60


def any_way() -> Way:
    """How the power is cut here; where it cannot be, a failure if outside tools are required, else a named skip."""
    try:
        return choose_way(tuple(WAYS))
    except NoWay as error:
        if os.environ.get("JIAOHAO_FOREIGN") == "required":
            pytest.fail(str(error))
        pytest.skip(str(error))


def this_way(name: str) -> Way:
    """One of the ways; skipped by name where only the other works, for a container may allow no mount or no trace."""
    any_way()
    try:
        return choose_way((name,))
    except NoWay as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def way() -> Way:
    return any_way()


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=lambda program: program.name)
def test_no_promise_is_lost_and_no_file_is_corrupt_after_power_cuts(way: Way, program: Program) -> None:
    cuts = CUTS if program in (SERVER, KIOSK, CALLER) else CUTS // 2  # the others' disks take long to judge
    figures = cut_many(way, program, HONEST, cuts, seed=20)
    assert figures.cuts == cuts and figures.acknowledged > 0
    assert (figures.found, figures.not_found, figures.bad_cuts) == (figures.acknowledged, 0, 0), figures.examples


@pytest.mark.parametrize("program", [SERVER, KIOSK], ids=lambda program: program.name)
def test_a_disk_that_only_claims_to_sync_is_caught(way: Way, program: Program) -> None:
    figures = cut_many(way, program, SILENCED, MOST, seed=20, enough=1)
    assert figures.bad_cuts == 1 and figures.examples


@pytest.mark.parametrize("program", [CALLER, BACKUP, RESTORE], ids=lambda program: program.name)
def test_a_name_that_is_not_synced_is_caught(way: Way, program: Program) -> None:
    figures = cut_many(way, program, NO_FOLDERS, MOST, seed=20, enough=1)
    assert figures.not_found + figures.corrupt > 0, "a file whose folder is never synced must be gone after some cut"


def test_the_power_of_a_recorded_run_can_be_cut_too() -> None:
    recorded = this_way("recording")
    figures = cut_many(recorded, CALLER, HONEST, 2, seed=20)
    assert (figures.cuts, figures.not_found, figures.bad_cuts) == (2, 0, 0), figures.examples
    assert cut_many(recorded, CALLER, SILENCED, MOST, seed=20, enough=1).bad_cuts == 1


def test_a_file_system_that_cannot_share_memory_is_refused_in_words(tmp_path: Path) -> None:
    this_way("fuse")
    power = Power(0, 10**9, 0, shares_memory=False)
    refused = pytest.raises(DiskFailed, match="no memory can be shared")
    with by_fuse.mounted(str(tmp_path), {}, power) as disk, refused:
        open_database(tmp_path / "server" / "a.db")
    disk.close()


def test_where_the_power_cannot_be_cut_all_reasons_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    reasons = {name: Way(name, lambda: "no tool", lambda *_: None) for name in WAYS}  # type: ignore[arg-type,return-value]
    monkeypatch.setattr("tests.powercut.bench.WAYS", reasons)
    with pytest.raises(NoWay, match="fuse: no tool; recording: no tool"):
        choose_way()

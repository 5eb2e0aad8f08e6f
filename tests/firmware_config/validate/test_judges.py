"""The judges see what is wrong: each is given a machine's good files, then the same with one mistake."""

from pathlib import Path

import pytest

from firmware_config.__main__ import main
from firmware_config.validate import judges
from firmware_config.validate.tools import Place, Verdict
from firmware_config.writing import write
from tests.firmware_config.build.office import FILE, image

UNIT = "root/etc/systemd/system/jiaohao-board-1.service"
MISTAKES = [
    ("_units", UNIT, "Type=notify", "Typ=notify"),
    ("_units", UNIT, "WatchdogSec=20", "WatchdogSec=soon"),
    ("_exposure", UNIT, "CapabilityBoundingSet=\n", ""),
    ("_cloud", "boot/user-data", "hostname:", "hostnam:"),
    ("_network", "boot/network-config", '"addresses"', '"addreses"'),
    ("_firewall", "root/etc/nftables.conf", "policy drop", "policy dropp"),
    ("_scripts", "root/usr/local/sbin/jiaohao-first-boot", "say() {", "cd $HOME\nsay() {"),
    ("_sound", "root/etc/asound.conf", "pcm.!default {", "pcm.!default ["),
    ("_accounts", "root/usr/lib/sysusers.d/jiaohao.conf", "u jiaohao", "x jiaohao"),
]


def verdicts(folder: Path, judge: str) -> list[Verdict]:
    with Place(folder) as place:
        found = list(getattr(judges, judge)(place, place.here / "files"))
        assert place.here.is_dir()
    assert not place.here.exists(), "nothing is left behind"
    return found


@pytest.fixture
def board(tmp_path: Path) -> Path:
    write(tmp_path / "pi-board", image("pi-board").values())
    return tmp_path / "pi-board"


@pytest.mark.parametrize(("judge", "path", "good", "bad"), MISTAKES, ids=[f"{row[0]}-{row[3][:9]}" for row in MISTAKES])
def test_a_judge_passes_what_is_built_and_fails_a_mistake(
    board: Path, judge: str, path: str, good: str, bad: str
) -> None:
    before = verdicts(board, judge)
    if not_run := [one for one in before if one.outcome == "not run"]:
        pytest.skip(f"{not_run[0].tool}: {not_run[0].why}")
    assert [one for one in before if one.outcome == "fail"] == []
    file = board / path
    text = file.read_text()
    assert good in text
    file.write_text(text.replace(good, bad, 1))
    assert [one.outcome for one in verdicts(board, judge)].count("fail") == 1


def test_a_tool_that_is_missing_is_said_and_not_passed_over(board: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Place, "has", lambda self, tool: False)
    with Place(board) as place:
        found = judges.judge_all(place)
    assert len(found) >= len(judges.JUDGES) and {one.outcome for one in found} == {"not run"}
    assert all(one.why for one in found)


def test_the_command_tells_every_verdict_and_ends_with_one_where_any_fails(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [Verdict("tool", "thing", "pass"), Verdict("other", "thing", "not run", "it is not installed")]
    monkeypatch.setattr("firmware_config.validate.commands.judge_all", lambda place: made)
    assert main(["validate", str(FILE)]) == 0
    told = capsys.readouterr().out
    assert told.count("未检查 not run") == 6 and "it is not installed" in told and "通过 pass 5" in told
    made.append(Verdict("third", "thing", "fail", "line 3: no such key"))
    assert main(["validate", str(FILE)]) == 1
    assert "不通过 FAIL" in (told := capsys.readouterr().out) and "line 3: no such key" in told

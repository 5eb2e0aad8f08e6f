"""The launcher: ready lines, falling programs, programs that cannot run, short logs, nothing left behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from firmware_config import launch
from firmware_config.__main__ import _parser
from firmware_config.launch import Launcher, StartFailed
from firmware_config.plan import Program
from tests.waiting import until

READY = "import time; print('ready it 0.01s', flush=True); time.sleep(60)"


def program(name: str, code: str, stage: int = 0) -> Program:
    return Program(name, "test", ("-c", code), stage)


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z"


def test_it_waits_for_every_ready_line_and_ends_everything(tmp_path: Path) -> None:
    launcher = Launcher([program("one", READY), program("two", READY, 1)], tmp_path)
    launcher.start()
    pids = [running.pid for running in launcher.running.values()]
    assert all(pids)
    launcher.stop()
    until(lambda: all(gone(pid) for pid in pids))


def test_a_program_may_be_told_something_of_its_own(tmp_path: Path) -> None:
    say = "import os; print('ready', os.environ['A'], '0s', os.environ['B'], flush=True)"
    launcher = Launcher(
        [program("one", say), program("two", say)], tmp_path, {"A": "all", "B": "all"}, {"two": {"B": "own"}}
    )
    launcher.start()
    launcher.stop()
    said = {name: running.log.read_text().splitlines()[0] for name, running in launcher.running.items()}
    assert said == {"one": "ready all 0s all", "two": "ready all 0s own"}


def test_a_killed_program_is_started_again(tmp_path: Path) -> None:
    launcher = Launcher([program("one", READY)], tmp_path)
    launcher.start()
    try:
        first = launcher.running["one"].pid
        os.kill(first, signal.SIGKILL)
        until(lambda: launcher.running["one"].pid not in (None, first))
    finally:
        launcher.stop()


def test_a_program_that_cannot_run_is_named_with_its_log_and_not_tried_for_ever(tmp_path: Path) -> None:
    launcher = Launcher(
        [program("broken", "import sys; print('no such port', file=sys.stderr); sys.exit(78)")], tmp_path
    )
    with pytest.raises(StartFailed) as failed:
        launcher.start()
    launcher.stop()
    assert failed.value.name == "broken"
    assert failed.value.log.read_text().count("no such port") == 1
    assert str(failed.value).endswith("broken.log\n  no such port"), "the person at the terminal reads why"


def test_a_hall_whose_first_program_cannot_start_ends_without_a_traceback(
    tmp_path: Path,
) -> None:
    launcher = Launcher([program("broken", "import sys; sys.exit(78)"), program("later", READY, 1)], tmp_path)
    with pytest.raises(StartFailed):
        launcher.start()
    launcher.stop()
    assert launcher.running["later"].pid is None


@pytest.mark.parametrize("code", [0, 78])
def test_a_program_that_ends_for_good_after_it_was_ready_stays_down_and_that_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, code: int
) -> None:
    launcher = Launcher(
        [program("one", f"import sys; print('ready one 0.01s', flush=True); sys.exit({code})")], tmp_path
    )
    launcher.start()
    running = launcher.running["one"]
    try:
        until(running.failed.is_set)
        with pytest.raises(AssertionError):
            until(lambda: running.restarts > 0 or running.pid is not None, within_s=0.5)
    finally:
        launcher.stop()
    said = [record.getMessage() for record in caplog.records]
    assert said == [f"one ended with code {code} and stays down; read {running.log}"]


def test_a_program_that_is_done_before_it_is_ready_is_named_at_once(tmp_path: Path) -> None:
    launcher = Launcher([program("brief", "pass")], tmp_path)
    with pytest.raises(StartFailed):
        launcher.start()
    launcher.stop()
    assert launcher.running["brief"].restarts == 0


def test_a_log_is_kept_short_while_its_program_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launch, "LOG_LIMIT_BYTES", 20_000)
    monkeypatch.setattr(launch, "LOG_KEPT_BYTES", 2_000)
    monkeypatch.setattr(launch, "LOG_LOOK_EVERY_S", 0.02)
    said, go = tmp_path / "said", tmp_path / "go"
    talk = (
        "import pathlib, sys, time; print('ready it 0.01s', flush=True)\n"
        "for i in range(3000): print('line', i, 'x' * 20, file=sys.stderr, flush=True)\n"
        f"pathlib.Path({str(said)!r}).touch()\n"
        f"while not pathlib.Path({str(go)!r}).exists(): time.sleep(0.01)\n"
        "print('the end', file=sys.stderr, flush=True); print('after the end', file=sys.stderr, flush=True)\n"
        "time.sleep(60)"
    )
    launcher = Launcher([program("one", talk)], tmp_path)
    log = launcher.running["one"].log
    launcher.start()
    try:
        # What is said in the very moment of the cut is lost with the rest: the last words come after it.
        until(lambda: said.exists() and log.stat().st_size <= 20_000)
        go.touch()
        until(lambda: log.read_text().endswith("after the end\n"))
        lines = log.read_text().splitlines()
        assert log.stat().st_size <= 20_000
        assert lines[-2:] == ["the end", "after the end"]
        assert lines[0].startswith("line "), "it begins with a whole line"
    finally:
        launcher.stop()


def test_a_program_that_never_gets_ready_is_given_up(tmp_path: Path) -> None:
    launcher = Launcher([program("slow", "import time; time.sleep(60)")], tmp_path)
    with pytest.raises(StartFailed):
        launcher.start(ready_within_s=0.5)
    launcher.stop()


def test_nothing_outlives_a_launcher_that_is_killed(tmp_path: Path) -> None:
    code = (
        "import sys, time; sys.path.insert(0, sys.argv[1])\n"
        "from pathlib import Path\n"
        "from firmware_config.launch import Launcher\n"
        "from firmware_config.plan import Program\n"
        f"launcher = Launcher([Program('one', 'test', ('-c', {READY!r}), 0)], Path(sys.argv[2]))\n"
        "launcher.start(); print(launcher.running['one'].pid, flush=True); time.sleep(60)\n"
    )
    root = str(Path(__file__).parents[2])

    parent = subprocess.Popen([sys.executable, "-c", code, root, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    until(lambda: gone(child))


def test_the_programs_of_one_machine_keep_their_files_where_the_commands_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIAOHAO_DATA", "/srv/hall")
    assert _parser().parse_args(["run", "hall.toml"]).data == Path("/srv/hall")
    assert _parser().parse_args(["demo"]).data == Path("var/demo"), "a demo empties its folder: never the hall's own"
    monkeypatch.delenv("JIAOHAO_DATA")
    assert _parser().parse_args(["run", "hall.toml"]).data == Path("var")

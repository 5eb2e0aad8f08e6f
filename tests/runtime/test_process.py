"""A program of the hall starts one way and ends one way: signals, dead threads, bad settings, exit codes."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from broker.runtime.errors import (
    DataFolderUnusable,
    DiskFull,
    MqttBrokerUnavailable,
    OutboxFull,
    SettingError,
)
from broker.runtime.folder_lock import FolderInUse
from broker.runtime.process import ExitCode, data_folder, exit_code_of
from broker.runtime.serial_address import BadSerialAddress
from broker.runtime.speaker_address import SpeakerAddressError

PROGRAM = """
import sys, threading, time
{before}
from broker.runtime.process import run_process
from broker.runtime.errors import *
def main(process):
    print("runs", process.data_folder, flush=True)
{body}
sys.exit(run_process("kiosk-1", main))
"""


def start(body: str, folder: Path, before: str = "", **environment: str) -> "subprocess.Popen[str]":
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(body=lines, before=before)],
        env={
            **os.environ,
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "JIAOHAO_DATA": str(folder),
            **environment,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(program: "subprocess.Popen[str]") -> tuple[int, str, str]:
    out, errors = program.communicate(timeout=60)
    return program.returncode, out, errors


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_order(tmp_path: Path, number: signal.Signals) -> None:
    program = start("process.stopping.wait()\nprint('put away', flush=True)", tmp_path)
    assert program.stdout is not None
    assert program.stdout.readline().startswith("runs")
    program.send_signal(number)
    code, out, _ = finish(program)
    assert (code, out) == (ExitCode.DONE, "put away\n")


def test_a_dead_thread_ends_the_process_with_its_traceback_in_one_line(tmp_path: Path) -> None:
    body = "threading.Thread(target=lambda: 1 / 0, name='printer').start()\nprocess.stopping.wait()\nprint('away')"
    code, out, errors = finish(start(body, tmp_path))
    assert code == ExitCode.CRASH
    assert out.endswith("away\n")
    crash = next(line for line in errors.splitlines() if "thread printer crashed" in line)
    assert "ZeroDivisionError" in crash and "level=critical" in crash


def test_a_dead_thread_ends_even_a_main_that_does_not_listen(tmp_path: Path) -> None:
    body = (
        "import broker.runtime.process as p; p._GRACE_S = 0.2\n"
        "threading.Thread(target=lambda: 1 / 0).start()\ntime.sleep(600)"
    )
    code, _, errors = finish(start(body, tmp_path))
    assert code == ExitCode.CRASH
    assert "ending by force" in errors


@pytest.mark.parametrize(
    ("raised", "code"),
    [
        ("SettingError('hall.toml', 'is missing')", ExitCode.CONFIGURATION),
        ("ValueError('a bug')", ExitCode.CRASH),
    ],
)
def test_what_main_raises_becomes_an_exit_code(tmp_path: Path, raised: str, code: ExitCode) -> None:
    ended, _, errors = finish(start(f"raise {raised}", tmp_path))
    assert ended == code
    assert "Traceback" not in errors or code is ExitCode.CRASH


def test_a_malformed_clock_setting_is_a_configuration_error(tmp_path: Path) -> None:
    code, out, errors = finish(start("pass", tmp_path, JIAOHAO_CLOCK="yesterday"))
    assert (code, out) == (ExitCode.CONFIGURATION, "")
    assert "JIAOHAO_CLOCK" in errors


def test_a_data_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    code, _, errors = finish(start("pass", tmp_path / "file"))
    assert code == ExitCode.DISK
    assert "cannot keep data here" in errors


def test_each_process_has_its_own_private_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = data_folder("kiosk-1", {"JIAOHAO_DATA": str(tmp_path)})
    assert folder == tmp_path / "kiosk-1"
    assert folder.stat().st_mode & 0o077 == 0
    monkeypatch.chdir(tmp_path)
    assert data_folder("display-1", {}) == tmp_path / "var" / "display-1"


WAITS_SHORTLY = "import broker.runtime.folder_lock as f; f.HAND_OVER_S = 0.3"


def test_a_second_program_on_one_folder_is_refused_and_says_who_is_there(tmp_path: Path) -> None:
    first = start("process.stopping.wait()", tmp_path)
    assert first.stdout is not None and first.stdout.readline().startswith("runs")
    second = start("pass", tmp_path, before=WAITS_SHORTLY)
    code, out, errors = finish(second)
    assert (code, out) == (ExitCode.UNAVAILABLE, "")
    assert f"kiosk-1 runs already on {tmp_path / 'kiosk-1'} (process {first.pid})" in errors
    assert f"kill {first.pid}" in errors and "JIAOHAO_DATA" in errors
    other = start("pass", tmp_path / "another")
    assert finish(other)[0] == ExitCode.DONE
    first.terminate()
    assert finish(first)[0] == ExitCode.DONE


def test_a_folder_is_free_as_soon_as_its_program_is_killed(tmp_path: Path) -> None:
    first = start("process.stopping.wait()", tmp_path)
    assert first.stdout is not None and first.stdout.readline().startswith("runs")
    first.kill()
    first.communicate(timeout=60)
    code, out, _ = finish(start("pass", tmp_path, before=WAITS_SHORTLY))
    assert code == ExitCode.DONE and out.startswith("runs")


def test_a_program_waits_for_the_one_before_it_to_end(tmp_path: Path) -> None:
    first = start("process.stopping.wait()\ntime.sleep(0.5)", tmp_path)
    assert first.stdout is not None and first.stdout.readline().startswith("runs")
    first.terminate()
    code, out, errors = finish(start("pass", tmp_path))
    assert code == ExitCode.DONE and out.startswith("runs"), errors
    assert finish(first)[0] == ExitCode.DONE


def test_a_child_that_outlives_its_program_does_not_keep_the_folder(tmp_path: Path) -> None:
    code, _, _ = finish(start("import subprocess\nsubprocess.Popen(['sleep', '5'], stdout=-3, stderr=-3)", tmp_path))
    assert code == ExitCode.DONE
    assert finish(start("pass", tmp_path, before=WAITS_SHORTLY))[0] == ExitCode.DONE


@pytest.mark.parametrize("name", ["", "../etc", "Kiosk 1", "a/b", "-x"])
def test_a_name_that_is_no_name_never_becomes_a_path(name: str, tmp_path: Path) -> None:
    with pytest.raises(SettingError):
        data_folder(name, {"JIAOHAO_DATA": str(tmp_path)})


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (DiskFull(Path("a.db")), ExitCode.DISK),
        (DataFolderUnusable(Path("a"), "x"), ExitCode.DISK),
        (MqttBrokerUnavailable(("none",)), ExitCode.UNAVAILABLE),
        (SettingError("a", "b"), ExitCode.CONFIGURATION),
        (BadSerialAddress("serial:///dev/x?baud=abc", "no", "不"), ExitCode.CONFIGURATION),
        (SpeakerAddressError("alsa://", "no", "不"), ExitCode.CONFIGURATION),
        (FolderInUse(Path("a"), "kiosk-1", "7"), ExitCode.UNAVAILABLE),
        (OutboxFull(1, 1), ExitCode.CRASH),
        (ZeroDivisionError(), ExitCode.CRASH),
    ],
)
def test_each_kind_of_trouble_has_its_exit_code(error: Exception, code: ExitCode) -> None:
    assert exit_code_of(error) is code

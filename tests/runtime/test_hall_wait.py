"""A hall file that cannot be used leaves a calm sign on boards and kiosks, and is read again when it is mended."""

import io
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image

from broker.model.hall import Hall
from broker.runtime.canvas.press import Input, Quit
from broker.runtime.canvas.screen import VirtualScreen
from broker.runtime.canvas.window import open_sign
from broker.runtime.hall_wait import FIRST_DISPLAY, REMEMBERED, NotInHall, hall_for_screen
from broker.runtime.process import ExitCode
from tests.desktop import MISSING, differing_pixels, seen, x_server
from tests.display.test_film import until
from tests.halls import SMALL

ROOT = Path(__file__).resolve().parents[2]
REAL = SMALL.replace('screen = "virtual://screen', 'screen = "window://0')
ROTATED = "window://0?size=1920x1080&rotate=90"


class FakeSign:
    """A screen with the sign on it; what happens to the file meanwhile is told as it waits."""

    def __init__(self, *happens: Callable[[], object]) -> None:
        self.happens = list(happens)
        self.address = ""
        self.closed = False

    def __call__(self, address: str) -> "FakeSign":
        self.address = address
        return self

    def inputs(self, timeout_s: float = 0.0) -> list[Input]:
        assert self.happens, "waited for nothing"
        found = self.happens.pop(0)()
        return [found] if isinstance(found, Quit) else []

    def close(self) -> None:
        self.closed = True


def find(hall: Hall) -> str:
    if "display-1" not in hall.displays:
        raise NotInHall("there is no display-1")
    return hall.displays["display-1"].screen


def asked(path: Path, sign: FakeSign | None = None, **wishes: object) -> Hall | None:
    def nobody(address: str) -> None:
        return None

    wishes = {"environment": {"JIAOHAO_DATA": str(path.parent / "data")}, "stopping": threading.Event()} | wishes
    return hall_for_screen(path, "display-1", "display-1", find, open_sign=sign or nobody, **wishes)  # type: ignore[arg-type]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "hall.toml"


def test_a_good_hall_file_is_taken_at_once_and_no_screen_is_opened(path: Path, capsys) -> None:
    path.write_text(SMALL, encoding="utf-8")
    hall = asked(path, FakeSign())
    assert hall is not None
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    "content", [None, b"", b"\xff\xfe\x00", b"[hall", SMALL[:900].encode(), SMALL.replace("display-1", "d-9").encode()]
)
def test_whatever_is_wrong_a_sign_stands_there_until_the_file_is_mended(path: Path, content, capsys) -> None:
    if content is not None:
        path.write_bytes(content)
    sign = FakeSign(lambda: None, lambda: path.write_text(SMALL, encoding="utf-8"))
    hall = asked(path, sign)
    assert hall is not None
    assert "display-1" in hall.displays
    assert sign.closed, "the program opens its own screen now"
    told = capsys.readouterr().err
    assert "can be used again" in told
    assert "hall.toml" in told or "there is no display-1" in told


def test_a_reason_is_said_once_and_again_when_it_changes(path: Path, capsys) -> None:
    path.write_text("[hall", encoding="utf-8")
    touched = iter(range(1, 99))

    def touch() -> None:
        os.utime(path, (next(touched), 5))

    sign = FakeSign(lambda: None, touch, touch, path.unlink, lambda: path.write_text(SMALL, encoding="utf-8"))
    assert asked(path, sign) is not None
    assert capsys.readouterr().err.count("cannot be used:") == 2


def test_it_ends_where_nobody_would_see_the_sign(path: Path, capsys) -> None:
    assert asked(path) is None
    assert "cannot be used" in capsys.readouterr().err


def test_whoever_closes_the_window_or_asks_for_an_end_ends_it(path: Path) -> None:
    sign = FakeSign(Quit)
    assert asked(path, sign) is None
    assert sign.closed
    stopping = threading.Event()
    sign = FakeSign(stopping.set)
    assert asked(path, sign, stopping=stopping) is None
    assert sign.closed


def test_the_sign_stands_where_the_file_still_says_else_where_it_stood_last_else_on_the_first_display(
    path: Path,
) -> None:
    def address() -> str:
        sign = FakeSign(Quit)
        asked(path, sign)
        return sign.address

    assert address() == FIRST_DISPLAY
    path.write_text(REAL.replace('"window://0', f'"{ROTATED.partition("?")[0]}'), encoding="utf-8")
    hall = asked(path)
    assert hall is not None
    remembered = path.parent / "data" / "display-1" / REMEMBERED
    assert remembered.read_text(encoding="utf-8") == hall.displays["display-1"].screen
    path.unlink()
    assert address() == hall.displays["display-1"].screen
    path.write_text(f'[displays.display-1]\nscreen = "{ROTATED}"\n', encoding="utf-8")
    assert address() == ROTATED
    path.write_text("[displays.display-1]\nscreen = 7\n", encoding="utf-8")
    assert address() == hall.displays["display-1"].screen
    remembered.write_bytes(b"\xff\xff")
    assert address() == FIRST_DISPLAY


def test_a_simulated_screen_is_not_remembered_and_shows_no_sign(path: Path) -> None:
    path.write_text(SMALL, encoding="utf-8")
    assert asked(path) is not None
    assert not (path.parent / "data").exists()
    assert open_sign("virtual://screen") is None


def test_a_service_manager_is_told_and_its_watchdog_is_fed_meanwhile(tmp_path: Path, path: Path) -> None:
    address = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(address)
        manager.settimeout(25)
        environment = {"JIAOHAO_DATA": str(tmp_path), "NOTIFY_SOCKET": address}
        asked(path, FakeSign(lambda: None, Quit), environment=environment)
        told = [manager.recv(4096).decode() for _ in range(2)]
    assert told[0].startswith("READY=1\nSTATUS=")
    assert "hall file" in told[0]
    assert told[1] == "WATCHDOG=1"


# --- Real programs on a real X server ---------------------------------------------------------------------------------

needs_desktop = pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")
SIZE = (640, 480)


@contextmanager
def started(desktop: dict[str, str], *arguments: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    told = {**os.environ, **desktop, "PYTHONPATH": str(ROOT), "JIAOHAO_DATA": str(folder / "data")}
    program = subprocess.Popen(
        [sys.executable, "-m", *arguments],
        env=told,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield program
    finally:
        if program.poll() is None:
            program.kill()
        program.communicate(timeout=25)


def sign_picture() -> Image.Image:
    screen = VirtualScreen(SIZE)
    screen.start()
    screen.fail()
    return Image.open(io.BytesIO(screen.picture())).convert("RGB")


@pytest.mark.system
@needs_desktop
@pytest.mark.parametrize(("program", "device"), [("display", "display-1"), ("kiosk", "kiosk-1")])
def test_a_real_program_shows_the_sign_and_goes_on_by_itself(tmp_path: Path, program: str, device: str) -> None:
    hall = tmp_path / "hall.toml"
    hall.write_text("torn", encoding="utf-8")
    expected = sign_picture()
    with x_server(*SIZE) as desktop, started(desktop, program, "hall.toml", device, folder=tmp_path) as running:
        until(lambda: differing_pixels(seen(desktop, tmp_path), expected) == 0)
        assert running.poll() is None
        size = f"window://0?size={SIZE[0]}x{SIZE[1]}"
        lines = [f'screen = "{size}"' if line.startswith("screen =") else line for line in SMALL.splitlines()]
        hall.write_text("\n".join(lines), encoding="utf-8")
        assert running.stdout is not None
        assert running.stdout.readline().startswith(f"ready {device} ")
        until(lambda: differing_pixels(seen(desktop, tmp_path), expected) > SIZE[0] * SIZE[1] // 4)
        running.send_signal(signal.SIGTERM)
        assert running.wait(25) == ExitCode.DONE


@pytest.mark.system
@needs_desktop
def test_a_real_program_that_is_asked_to_end_under_its_sign_says_why_with_its_exit_code(tmp_path: Path) -> None:
    expected = sign_picture()
    with x_server(*SIZE) as desktop, started(desktop, "display", "hall.toml", "x", folder=tmp_path) as running:
        until(lambda: differing_pixels(seen(desktop, tmp_path), expected) == 0)
        running.send_signal(signal.SIGTERM)
        assert running.wait(25) == ExitCode.CONFIGURATION
        assert running.stderr is not None
        assert "cannot be used" in running.stderr.read()


@pytest.mark.parametrize("program", ["display", "kiosk"])
def test_without_a_screen_a_program_ends_at_once_with_78(tmp_path: Path, program: str) -> None:
    told = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    told |= {"PYTHONPATH": str(ROOT), "SDL_VIDEODRIVER": "dummy", "JIAOHAO_DATA": str(tmp_path / "data")}
    done = subprocess.run(
        [sys.executable, "-m", program, "nowhere.toml", "x"], env=told, cwd=tmp_path, capture_output=True, text=True,
        timeout=60,
    )  # fmt: skip
    assert done.returncode == ExitCode.CONFIGURATION
    assert "nowhere.toml" in done.stderr
    assert not (tmp_path / "data").exists()

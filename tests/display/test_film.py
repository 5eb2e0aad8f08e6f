"""Videos in the place of a call, decoded by the real ffmpeg; one that hangs or is torn costs the display nothing."""

import io
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec
import pytest
from PIL import Image

from broker.runtime.canvas.film import Frame
from broker.runtime.canvas.theme import INK
from broker.runtime.newest import Position
from display import gallery_hall
from display.board import SLOT_FREE_S, Place
from display.decoder import find_decoder
from display.film import FRAMES_A_SECOND, FRAMES_KEPT, SILENT_S, Film, Slot
from display.layout import board_grid, fit_shape, whole_grid
from display.media import NO_DECODER, Shelf, Shelves
from tests.display.test_media import Lobby
from tests.waiting import until

needs_ffmpeg = pytest.mark.skipif(find_decoder() is None, reason="ffmpeg is not installed: no video can be decoded")
SLOT = Slot((320, 192), INK)
PATIENCE_S = 60.0


@cache
def clip(colour: str = "red", seconds: float = 2.0, size: str = "320x192", ending: str = "mp4") -> bytes:
    """A video of one colour, as ffmpeg itself makes it."""
    made = Path(os.environ.get("TMPDIR", "/tmp")) / f"jiaohao-clip-{os.getpid()}.{ending}"
    try:
        subprocess.run(
            ["ffmpeg", "-y", "-loglevel", "error", "-f", "lavfi", "-i", f"color=c={colour}:s={size}:r=25:d={seconds}",
             str(made)], check=True, timeout=60, capture_output=True,
        )  # fmt: skip
        return made.read_bytes()
    finally:
        made.unlink(missing_ok=True)


def children() -> set[int]:
    """Processes of ours that run or wait to be collected."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == os.getpid():
            found.add(int(stat.parent.name))
    return found


@pytest.fixture
def films() -> Iterator[list[Film]]:
    """Whatever a test opens is ended after it, and leaves no child behind."""
    before = children()
    opened: list[Film] = []
    yield opened
    for film in opened:
        film.stop()
        assert film.join(PATIENCE_S)
    assert children() <= before


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine a decoder may be slow for longer than the hurried clock of a test allows."""
    monkeypatch.setattr("display.film.SILENT_S", 1e6)


def opened(films: list[Film], path: Path, from_s: float = 0.0, slot: Slot = SLOT) -> Film:
    decoder = find_decoder()
    assert decoder is not None
    film = Film(decoder, path, slot, from_s)
    films.append(film)
    return film


def written(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def middle_of(frame: Frame) -> tuple[int, int, int]:
    picture = Image.frombytes("RGB", frame.size, bytes(frame.rgb))
    found = picture.getpixel((frame.size[0] // 2, frame.size[1] // 2))
    assert isinstance(found, tuple)
    return found[:3]


@needs_ffmpeg
@pytest.mark.parametrize("ending", ["mp4", "webm", "mkv"])
def test_a_video_is_shown_frame_by_frame_at_its_own_pace_to_its_end(
    tmp_path: Path, films: list[Film], ending: str
) -> None:
    film = opened(films, written(tmp_path, f"a.{ending}", clip(ending=ending, seconds=1.0)))
    film.start()
    assert film.wait_ready(PATIENCE_S)
    seen: list[Frame] = []
    now_s = 100.0
    while not film.over:
        until(lambda: film.decoder.waiting or film.over)
        frame = film.frame(now_s)
        seen += [frame] if frame else []
        assert film.decoder.waiting <= FRAMES_KEPT
        now_s += 0.02
    assert abs(len(seen) - FRAMES_A_SECOND) <= 1
    assert abs(now_s - 101.0) < 0.2
    red, green, blue = middle_of(seen[0])
    assert red > 200
    assert max(green, blue) < 60
    assert film.trouble == ""
    assert film.at_s == pytest.approx(1.0, abs=0.05)


@needs_ffmpeg
def test_a_video_of_another_shape_stands_whole_on_the_ground_of_the_screen(tmp_path: Path, films: list[Film]) -> None:
    film = opened(films, written(tmp_path, "tall.mp4", clip(size="160x320")))
    film.start()
    assert film.wait_ready(PATIENCE_S)
    frame = film.frame(0.0)
    assert frame is not None
    assert frame.whole
    assert frame.size == SLOT.size
    picture = Image.frombytes("RGB", frame.size, bytes(frame.rgb))
    assert picture.getpixel((4, 96)) == INK
    assert middle_of(frame)[0] > 200


@needs_ffmpeg
def test_it_goes_on_from_where_it_was_broken_off(tmp_path: Path, films: list[Film], patient: None) -> None:
    film = opened(films, written(tmp_path, "a.mp4", clip(seconds=2.0)), from_s=1.5)
    film.start()
    now_s = 0.0
    while not film.over:
        film.frame(now_s)
        now_s += 0.02
        time.sleep(0.002)
    assert film.at_s == pytest.approx(2.0, abs=0.1), "half a second was left"


@needs_ffmpeg
def test_a_decoder_that_hangs_is_ended_at_once_and_a_silent_one_is_told(tmp_path: Path, films: list[Film]) -> None:
    film = opened(films, written(tmp_path, "a.mp4", clip(seconds=2.0)))
    film.start()
    assert film.wait_ready(PATIENCE_S)
    assert film.decoder.process is not None
    os.kill(film.decoder.process.pid, signal.SIGSTOP)
    now_s = 0.0
    while not film.over:
        film.frame(now_s)
        now_s += 0.05
        assert now_s < SILENT_S + 5
    assert "gave nothing" in film.trouble
    began_s = time.monotonic()
    film.stop()
    assert time.monotonic() - began_s < 0.2, "whoever paints does not wait"
    assert film.join(PATIENCE_S)
    assert film.decoder.process.returncode == -signal.SIGKILL


@needs_ffmpeg
@pytest.mark.parametrize("data", [b"", b"no video at all" * 100, "torn"])
def test_a_file_that_is_no_video_ends_with_a_reason(tmp_path: Path, films: list[Film], data: bytes | str) -> None:
    film = opened(films, written(tmp_path, "a.mp4", clip()[:600] if isinstance(data, str) else data))
    film.start()
    assert not film.wait_ready(PATIENCE_S)
    assert film.over
    assert film.trouble


@needs_ffmpeg
def test_what_is_stopped_before_it_starts_never_runs(tmp_path: Path, films: list[Film]) -> None:
    film = opened(films, written(tmp_path, "a.mp4", clip()))
    film.stop()
    film.start()
    assert film.decoder.process is None
    assert film.over


@needs_ffmpeg
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel's wish to die with the parent is Linux")
def test_a_decoder_dies_with_the_display_even_when_it_hangs(tmp_path: Path) -> None:
    video = written(tmp_path, "a.mp4", clip(seconds=2.0))
    code = (
        "import os, signal, time\nfrom pathlib import Path\nfrom display.decoder import *\nfrom display.film import *\n"
        f"film = Film(find_decoder(), Path({str(video)!r}), Slot((320, 192), (0, 0, 0)))\n"
        "film.start(); film.wait_ready(20); os.kill(film.decoder.process.pid, signal.SIGSTOP)\n"
        "print(film.decoder.process.pid, flush=True); time.sleep(60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    try:
        assert parent.stdout is not None
        decoder = int(parent.stdout.readline())
    finally:
        parent.kill()
        parent.wait()
    until(lambda: not Path(f"/proc/{decoder}").exists() or " Z " in Path(f"/proc/{decoder}/stat").read_text())


# --- Turns, on a shelf ----------------------------------------------------------------------------------------------


class Kino(Lobby):
    """The display program with a folder of media; the slot is a quarter of the usual one."""

    def __init__(self, folder: Path, films: list[Film], *, where: Place = "slot") -> None:
        fitted = fit_shape("landscape", (960, 540))
        places = {
            "slot": board_grid(fitted.size, fitted.shape).hero,
            "screen": whole_grid(fitted.size, fitted.shape).body,
        }
        place = places[where].scaled(fitted.scale)
        slot = Slot((place.w, place.h), INK)
        self.place = place
        self.shelf = Shelf(
            folder, 10.0, lambda path: path.read_bytes(),
            lambda path, from_s: opened(films, path, from_s, slot),
        )  # fmt: skip
        super().__init__(Shelves({where: self.shelf}), "media")
        self.screen.frames = lambda name: self.shelf.frame(name, self.clock.machine_s())
        self.shelf.start()

    def film_runs(self) -> bool:
        self.pass_time(0.1)
        film = self.shelf._shown.film if self.shelf._shown else None
        return self.shows_picture and film is not None and film.at_s > 0 and not film.over

    def wait_for_film(self) -> Film:
        until(lambda: (time.sleep(0.02), self.film_runs())[1])
        assert self.shelf._shown is not None
        assert self.shelf._shown.film is not None
        return self.shelf._shown.film

    def red_pixels(self) -> int:
        picture = Image.open(io.BytesIO(self.screen.picture(limit_bytes=1 << 30))).convert("RGB")
        left, top, width, height = self.place
        colours = picture.crop((left, top, left + width, top + height)).getcolors(1 << 24) or []
        return sum(count for count, (r, g, b) in colours if r > 200 and max(g, b) < 60)  # type: ignore[misc]


@pytest.fixture
def kino(tmp_path: Path, films: list[Film], patient: None) -> Iterator[Kino]:
    written(tmp_path, "a.mp4", clip(seconds=60.0))
    found = Kino(tmp_path, films)
    yield found
    found.station.stop()


@needs_ffmpeg
@pytest.mark.parametrize("hangs", [False, True])
def test_a_call_takes_the_place_of_a_running_video_within_half_a_second(kino: Kino, hangs: bool) -> None:
    kino.board(gallery_hall.CALLS[1:], 1, retained=True)
    kino.pass_time(SLOT_FREE_S + 1)
    film = kino.wait_for_film()
    assert kino.red_pixels() > 0.9 * kino.place.area
    assert film.decoder.process is not None
    if hangs:
        os.kill(film.decoder.process.pid, signal.SIGSTOP)
    began_s, hall_s = time.monotonic(), kino.clock.machine_s()
    kino.board(gallery_hall.CALLS, 2)
    took_s = time.monotonic() - began_s
    assert kino.clock.machine_s() - hall_s < 0.5
    assert kino.hero is not None
    assert kino.hero.number == gallery_hall.CALLS[0].number
    assert kino.red_pixels() == 0
    assert took_s < 5.0, "no decoder was waited for (the bound is wide: a busy machine paints slowly)"
    assert kino.voice.told[-1][0] == "show"
    assert film.join(PATIENCE_S)
    assert film.decoder.process.returncode is not None, "it was ended and collected"


@needs_ffmpeg
@pytest.mark.parametrize("hangs", [False, True])
def test_a_call_in_a_shut_hall_takes_the_whole_screen_back_from_a_running_video(
    tmp_path: Path, films: list[Film], patient: None, hangs: bool
) -> None:
    written(tmp_path, "a.mp4", clip(seconds=60.0))
    kino = Kino(tmp_path, films, where="screen")
    shut = msgspec.structs.replace(gallery_hall.BOARD, calls=(), paused=(), open=gallery_hall.CLOSED)
    kino.face.take(shut, Position(1, 1), kino.clock.machine_s())
    film = kino.wait_for_film()
    assert kino.red_pixels() > 0.75 * kino.place.area, "as large as a film of this shape can be"
    assert film.decoder.process is not None
    if hangs:
        os.kill(film.decoder.process.pid, signal.SIGSTOP)
    hall_s = kino.clock.machine_s()
    called = msgspec.structs.replace(shut, calls=gallery_hall.CALLS[:1])
    kino.face.take(called, Position(1, 2), hall_s)
    kino.pass_time(0.3)  # the board is looked at every tenth of a second while nothing came over the network
    assert kino.clock.machine_s() - hall_s < 0.5
    assert kino.hero == gallery_hall.CALLS[0]
    assert kino.red_pixels() == 0
    assert film.join(PATIENCE_S)
    kino.station.stop()


@needs_ffmpeg
def test_after_the_call_the_video_goes_on_from_where_it_was(kino: Kino) -> None:
    kino.board(gallery_hall.CALLS[1:], 1, retained=True)
    kino.pass_time(SLOT_FREE_S + 1)
    first = kino.wait_for_film()
    until(lambda: (time.sleep(0.02), kino.film_runs(), first.at_s >= 1.0)[2])
    kino.board(gallery_hall.CALLS, 2)
    broken_off_s = first.at_s
    kino.pass_time(SLOT_FREE_S - 2)
    assert not kino.shows_picture
    kino.pass_time(3)
    second = kino.wait_for_film()
    assert second is not first
    assert broken_off_s <= second.at_s < broken_off_s + 2


@needs_ffmpeg
def test_a_video_paints_its_place_and_nothing_else(kino: Kino) -> None:
    kino.board(gallery_hall.CALLS[1:], 1, retained=True)
    kino.pass_time(SLOT_FREE_S + 1)
    kino.wait_for_film()
    frames = [kino.screen.animate() for _ in range(5) if kino.clock.advance(0.1) is None and not time.sleep(0.05)]
    ticker = 68 * 0.5
    rects = [rect for painted in frames for rect in painted.rects]
    assert any(kino.place.encloses(rect) for rect in rects)
    assert all(kino.place.encloses(rect) or rect.h <= ticker + 1 for rect in rects)


@needs_ffmpeg
def test_pictures_and_videos_come_by_turns_and_a_torn_video_is_left_out(
    tmp_path: Path, films: list[Film], patient: None, caplog: pytest.LogCaptureFixture
) -> None:
    written(tmp_path, "a.png", b"picture")
    written(tmp_path, "b.mp4", clip(seconds=1.0))
    written(tmp_path, "c.mkv", b"torn" * 500)
    shelf = Shelf(tmp_path, 10.0, lambda path: path.read_bytes(), lambda path, from_s: opened(films, path, from_s))
    seen: list[str] = []
    with caplog.at_level(logging.WARNING):
        now_s = 0.0
        while seen.count("picture") < 3:
            if shelf._next is None:
                shelf.prepare()
            shown = shelf.at(now_s)
            if shown and shown.film:
                shelf.frame(shown.film, now_s)
                time.sleep(0.002)
            name = "" if shown is None else shown.film or (shown.picture or b"").decode()
            seen += [name] if name and seen[-1:] != [name] else []
            now_s += 0.04
    shelf.stop()
    assert [name.partition("#")[0] for name in seen] == ["picture", "b.mp4", "picture", "b.mp4", "picture"]
    assert [record.args[0] for record in caplog.records if record.args] == [tmp_path / "c.mkv"]


def test_without_a_decoder_pictures_go_on_and_one_sentence_says_what_is_missing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    written(tmp_path, "a.png", b"picture")
    written(tmp_path, "b.mp4", b"video")
    written(tmp_path, "c.webm", b"video")
    shelf = Shelf(tmp_path, 10.0, lambda path: path.read_bytes())
    with caplog.at_level(logging.WARNING):
        for second in range(60):
            if shelf._next is None:
                shelf.prepare()
            shown = shelf.at(float(second))
            assert shown is None or shown.picture == b"picture"
    assert len(caplog.records) == 1
    assert NO_DECODER in caplog.text


@needs_ffmpeg
def test_an_emergency_ends_a_video_too(kino: Kino) -> None:
    kino.board(gallery_hall.CALLS[1:], 1, retained=True)
    kino.pass_time(SLOT_FREE_S + 1)
    film = kino.wait_for_film()
    view = msgspec.structs.replace(gallery_hall.BOARD, calls=gallery_hall.CALLS[1:], emergency=gallery_hall.EMERGENCY)
    kino.face.take(view, Position(1, 9), kino.clock.machine_s())
    kino.pass_time(0.3)
    assert film.stopped
    assert not kino.screen.moving

"""Pictures in the place of a call: by turns, never in the way of a call, and no bad file costs a display anything."""

import logging
from pathlib import Path

import msgspec
import pytest

from broker.model.views import BoardView, Call
from broker.model.words import TicketStatus
from broker.runtime.canvas.screen import VirtualScreen
from broker.runtime.clock import ManualClock
from broker.runtime.newest import Position
from display import gallery_hall
from display.app import Station
from display.board import LINGER_RING_S, SLOT_FREE_S, Medium
from display.faces import BoardFace, Media, NoMedia
from display.gallery_pictures import hills
from display.layout import fit_shape
from display.media import Shelf
from display.node import make_shelf
from tests.display.pictures import shared_fonts
from tests.display.test_app import FakeLink, Rig, SpyVoice
from tests.halls import small_hall


class Folder:
    """A folder of small files, each of which 'loads' as its own name."""

    def __init__(self, path: Path, *names: str) -> None:
        self.path = path
        self.broken: set[str] = set()
        self.now_s = 0.0
        self.shelf = Shelf(path, 10.0, self.load)
        for name in names:
            (path / name).write_bytes(b"x")

    def load(self, path: Path) -> bytes:
        if path.name in self.broken:
            raise ValueError("it is torn")
        return path.name.encode()

    def over(self, seconds: int) -> list[str]:
        """What is shown each second; after each look the next picture is made ready."""
        found = []
        for _ in range(seconds):
            if self.shelf._next is None:
                self.shelf.prepare()
            shown = self.shelf.at(self.now_s)
            found.append((shown.picture or b"").decode() if shown else "")
            self.now_s += 1.0
        return found


def test_pictures_come_by_turns_in_the_order_of_their_names(tmp_path: Path) -> None:
    seen = Folder(tmp_path, "b.jpg", "a.png", "c.JPEG", "notes.txt", "film.mp4").over(45)
    assert list(dict.fromkeys(seen)) == ["a.png", "b.jpg", "c.JPEG"]
    assert [seen[second] for second in (0, 9, 10, 25, 30, 44)] == [
        "a.png", "a.png", "b.jpg", "c.JPEG", "a.png", "b.jpg",
    ]  # fmt: skip


def test_a_torn_file_is_left_out_and_said_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = Folder(tmp_path, "a.png", "b.png", "c.png")
    folder.broken = {"b.png"}
    with caplog.at_level(logging.WARNING):
        assert set(folder.over(60)) == {"a.png", "c.png"}
    assert len(caplog.records) == 1
    assert "b.png" in caplog.text


def test_files_that_come_and_go_are_noticed(tmp_path: Path) -> None:
    folder = Folder(tmp_path, "a.png")
    folder.over(15)
    (tmp_path / "b.png").write_bytes(b"x")
    assert "b.png" in folder.over(40)
    for name in ("a.png", "b.png"):
        (tmp_path / name).unlink()
    assert folder.over(40)[-1] == ""


def test_without_the_folder_there_is_no_picture_and_one_sentence(tmp_path: Path, caplog) -> None:
    with caplog.at_level(logging.WARNING):
        assert set(Folder(tmp_path / "nowhere").over(30)) == {""}
    assert len(caplog.records) == 1


class Hills(NoMedia):
    """One picture, always ready."""

    def at(self, now_s: float, free: bool) -> Medium | None:
        return Medium(picture=hills())


class Lobby(Rig):
    """The display program with one picture, on a virtual clock."""

    def __init__(self, media: Media | None = None) -> None:
        hall = small_hall()
        self.clock = ManualClock(gallery_hall.NOW_MS)
        self.voice = SpyVoice()
        self.screen = VirtualScreen((960, 540), shared_fonts(), self.clock.machine_s)
        self.screen.start()
        self.voice.screen = self.screen
        self.name = next(iter(hall.displays))
        self.face = BoardFace(hall, self.name, self.screen.size, gallery_hall.ZONE, self.voice, media=media or Hills())
        self.station = Station("small", self.name, self.face, self.screen, self.clock, "mqtt://x", self.voice, FakeLink)
        self.link: FakeLink = self.station.link  # type: ignore[assignment]
        self.station.start()

    @property
    def shows_picture(self) -> bool:
        assert self.face._drawn is not None
        return self.face._drawn[0].medium is not None

    @property
    def hero(self) -> Call | None:
        assert self.face._drawn is not None
        return self.face._drawn[0].hero


def test_a_call_takes_the_place_of_a_picture_within_half_a_second_and_before_it_is_spoken() -> None:
    lobby = Lobby()
    lobby.board(gallery_hall.CALLS[1:], 1, retained=True)
    lobby.pass_time(SLOT_FREE_S + 1)
    assert lobby.shows_picture
    with_picture = lobby.screen.picture()
    called_s = lobby.clock.machine_s()
    lobby.board(gallery_hall.CALLS, 2)
    assert lobby.clock.machine_s() - called_s < 0.5
    assert not lobby.shows_picture
    assert lobby.hero is not None
    assert lobby.hero.number == gallery_hall.CALLS[0].number
    assert lobby.voice.told[-1][2] == lobby.screen.picture() != with_picture


def test_a_picture_waits_until_the_call_is_no_news_and_the_call_goes_on_standing_in_the_rows() -> None:
    lobby = Lobby()
    lobby.board(gallery_hall.CALLS[1:], 1, retained=True)
    lobby.board(gallery_hall.CALLS, 2)
    lobby.pass_time(SLOT_FREE_S - 1)
    assert not lobby.shows_picture
    lobby.pass_time(2)
    assert lobby.shows_picture
    assert lobby.face._drawn is not None
    assert [row.number for row in lobby.face._drawn[0].rows] == [call.number for call in gallery_hall.CALLS]


def test_somebody_who_may_not_hear_stands_large_for_longer() -> None:
    lobby = Lobby()
    call = msgspec.structs.replace(gallery_hall.CALLS[0], linger=True, status=TicketStatus.CALLED)
    lobby.board(gallery_hall.CALLS[1:], 1, retained=True)
    lobby.board((call, *gallery_hall.CALLS[1:]), 2)
    lobby.pass_time(LINGER_RING_S - 1)
    assert not lobby.shows_picture
    lobby.pass_time(2)
    assert lobby.shows_picture


def test_no_picture_stands_where_the_hall_says_when_it_opens() -> None:
    lobby = Lobby()
    view: BoardView = msgspec.structs.replace(gallery_hall.BOARD, calls=(), open=gallery_hall.CLOSED)
    lobby.face.take(view, Position(1, 1), lobby.clock.machine_s())
    lobby.pass_time(60)
    assert not lobby.shows_picture


def test_only_a_layout_with_a_place_for_pictures_gets_them(tmp_path: Path, caplog) -> None:
    display = next(iter(small_hall().displays.values()))
    fitted = fit_shape("landscape", (1920, 1080))
    assert make_shelf(display, fitted) is None
    assert make_shelf(msgspec.structs.replace(display, media=str(tmp_path)), fitted) is not None
    with caplog.at_level(logging.WARNING):
        assert make_shelf(msgspec.structs.replace(display, media=str(tmp_path), layout="staff"), fitted) is None
    assert "no place for pictures" in caplog.text

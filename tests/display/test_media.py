"""Pictures in the place of a call: by turns, never in the way of a call, and no bad file costs a display anything."""

import logging
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from broker.contract.envelope import ENGINE_SILENT_S
from broker.model.views import BoardView, Call
from broker.model.words import TicketStatus
from broker.runtime.canvas.ops import Text
from broker.runtime.canvas.screen import VirtualScreen
from broker.runtime.clock import ManualClock
from broker.runtime.newest import Position
from display import gallery_hall
from display.app import Station
from display.board import LINGER_RING_S, SLOT_FREE_S, BoardState, Medium, Place
from display.faces import BoardFace, Media, NoMedia, NoVoice
from display.gallery_pictures import hills
from display.layout import Layout, fit_shape
from display.media import Shelf, Shelves
from display.node import make_shelves
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

    def at(self, now_s: float, place: Place | None) -> Medium | None:
        return Medium(picture=hills()) if place else None


class Lobby(Rig):
    """The display program with one picture, on a virtual clock."""

    def __init__(self, media: Media | None = None, after_hours: str = "board", layout: str = "landscape") -> None:
        hall = small_hall()
        name, display = next(iter(hall.displays.items()))
        display = msgspec.structs.replace(display, after_hours=after_hours, layout=layout)
        hall = msgspec.structs.replace(hall, displays={name: display})
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

    def places(**changes: str) -> set[str]:
        shelves = make_shelves(msgspec.structs.replace(display, **changes), fitted, NoVoice())
        return {place for place in get_args(Place) if place in shelves}

    folder = str(tmp_path)
    assert places() == places(after_hours="media") == set()
    assert places(media=folder) == {"slot"}
    assert places(media=folder, after_hours="media") == {"slot", "screen"}
    assert places(media=folder, after_hours="media", layout="overview") == {"screen"}
    assert not caplog.records
    with caplog.at_level(logging.WARNING):
        assert places(media=folder, layout="staff") == set()
    assert "no place for pictures" in caplog.text


# --- Over the whole screen of a hall that is shut -------------------------------------------------------------------

SHUT = msgspec.structs.replace(gallery_hall.BOARD, calls=(), paused=(), open=gallery_hall.CLOSED)


class ShutLobby(Lobby):
    """A hall that is shut and wants its media over the whole screen."""

    def __init__(self, media: Media | None = None, layout: str = "landscape") -> None:
        super().__init__(media, "media", layout)
        self.take(SHUT)

    def take(self, view: BoardView) -> None:
        self.as_of = getattr(self, "as_of", 0) + 1
        self.face.heard(self.clock.machine_s(), self.clock.now_ms())
        self.face.take(view, Position(1, self.as_of), self.clock.machine_s())
        self.pass_time(0.2)

    @property
    def state(self) -> BoardState:
        assert self.face._drawn is not None
        return self.face._drawn[0]

    def words(self) -> str:
        assert self.face._drawn is not None
        return " ".join(op.plain for op in self.face._drawn[2] if isinstance(op, Text))


@pytest.mark.parametrize("layout", get_args(Layout))
@pytest.mark.parametrize("open_state", [gallery_hall.CLOSED, gallery_hall.BREAK, gallery_hall.BEFORE])
def test_a_shut_hall_that_wants_it_has_media_over_the_whole_screen_and_says_when_it_opens(layout, open_state) -> None:
    lobby = ShutLobby(layout=layout)
    lobby.take(msgspec.structs.replace(SHUT, open=open_state))
    assert lobby.state.whole
    assert lobby.shows_picture
    assert (open_state.next_opens or "11月23日 星期一 09:00 开始服务") in lobby.words(), "the Monday after this Friday"
    assert {"closed": "非服务时间", "break": "休息时间"}[
        open_state.state
    ] in lobby.words() or "尚未开始" in lobby.words()


def test_a_hall_that_does_not_want_it_stands_there_as_usual() -> None:
    lobby = Lobby()
    lobby.face.take(SHUT, Position(1, 1), lobby.clock.machine_s())
    lobby.pass_time(1)
    assert not lobby.face._drawn[0].whole


@pytest.mark.parametrize("layout", get_args(Layout))
def test_a_call_after_hours_takes_the_whole_screen_back_within_half_a_second(layout: str) -> None:
    lobby = ShutLobby(layout=layout)
    assert lobby.state.whole
    before, called_s = lobby.screen.picture(), lobby.clock.machine_s()
    lobby.take(msgspec.structs.replace(SHUT, calls=gallery_hall.CALLS[:1]))
    assert lobby.clock.machine_s() - called_s < 0.5
    assert not lobby.state.whole
    assert not lobby.shows_picture
    assert lobby.screen.picture() != before
    assert lobby.state.hero == gallery_hall.CALLS[0]
    served = tuple(msgspec.structs.replace(call, status=TicketStatus.SERVED) for call in gallery_hall.CALLS)
    lobby.take(msgspec.structs.replace(SHUT, calls=served))
    assert lobby.state.whole, "everybody was served"


def test_somebody_still_at_a_counter_keeps_the_board() -> None:
    lobby = ShutLobby()
    serving = msgspec.structs.replace(gallery_hall.CALLS[0], status=TicketStatus.SERVING)
    lobby.take(msgspec.structs.replace(SHUT, calls=(serving,)))
    assert not lobby.state.whole


def test_an_emergency_and_an_urgent_notice_go_before_media_and_a_silent_server_is_told() -> None:
    lobby = ShutLobby()
    urgent = msgspec.structs.replace(gallery_hall.NOTICES[0], urgent=True)
    lobby.take(msgspec.structs.replace(SHUT, notices=(urgent,)))
    assert lobby.state.whole
    assert lobby.state.poster is not None
    assert not lobby.shows_picture
    assert urgent.zh in lobby.words()
    lobby.take(SHUT)
    lobby.pass_time(ENGINE_SILENT_S + 1)
    assert lobby.state.whole
    assert "信息暂未更新" in lobby.words()
    assert "非服务时间" in lobby.words()
    lobby.take(msgspec.structs.replace(SHUT, emergency=gallery_hall.EMERGENCY))
    assert not lobby.state.whole
    assert "紧急通知" in lobby.words()


def test_without_media_notices_stand_large_by_turns_and_without_them_the_usual_board() -> None:
    lobby = ShutLobby(NoMedia())
    seen = []
    for _ in range(30):
        lobby.pass_time(1)
        seen.append(lobby.state.poster.zh if lobby.state.poster else "")
    assert set(seen) == {notice.zh for notice in gallery_hall.NOTICES}
    lobby.take(msgspec.structs.replace(SHUT, notices=()))
    assert not lobby.state.whole
    assert "感谢您的光临" in lobby.words() or "服务时间" in lobby.words()


def test_media_of_both_places_never_run_at_once(tmp_path: Path) -> None:
    slot, screen = Folder(tmp_path, "a.png"), Folder(tmp_path)
    shelves = Shelves({"slot": slot.shelf, "screen": screen.shelf})
    for folder in (slot, screen):
        folder.shelf.prepare()
    assert shelves.at(1.0, None) is None
    assert shelves.at(2.0, "screen") is not None
    assert (screen.shelf._free, slot.shelf._free) == (True, False)
    assert shelves.at(3.0, "slot") is not None
    assert (screen.shelf._free, slot.shelf._free) == (False, True)

"""Whatever is missing, broken or hostile: a wall display is never blank and never shows an error."""

import io
import logging
from pathlib import Path
from typing import get_args

import msgspec
import pytest
from PIL import Image

from broker.contract.codec import encode_view
from broker.contract.envelope import DeviceHealth
from broker.model import views as v
from broker.model.words import CounterStatus, Names, TicketStatus
from broker.runtime.canvas.film import Frame
from broker.runtime.canvas.metrics import Fonts, FontsMissing
from broker.runtime.canvas.ops import Text
from broker.runtime.canvas.screen import VirtualScreen
from broker.runtime.newest import Position
from display import gallery_hall as g
from display.board import Medium, Place
from display.faces import BoardFace, NoMedia, NoVoice
from display.layout import Layout
from tests.display.pictures import shared_fonts
from tests.display.test_app import TOPICS, Rig
from tests.display.test_media import Lobby
from tests.halls import small_hall

LAYOUTS = get_args(Layout)
SIZES = {layout: (540, 960) if layout == "portrait" else (960, 540) for layout in LAYOUTS}
HOSTILE = (
    "\0\0\0", "a\nb\tc\r", "\ud800 \udfff", "户" * 5000, "‮gnikcah‬", "🂡🧑‍🚀" * 40, " ", "%s {0} <b>", "A" * 3000,
)  # fmt: skip


def colours_of(screen: VirtualScreen) -> int:
    picture = Image.open(io.BytesIO(screen.picture(limit_bytes=1 << 30))).convert("RGB")
    return len(picture.getcolors(1 << 24) or [])


def face_of(layout: str) -> BoardFace:
    hall = small_hall()
    name, display = next(iter(hall.displays.items()))
    hall = msgspec.structs.replace(hall, displays={name: msgspec.structs.replace(display, layout=layout)})
    return BoardFace(hall, name, SIZES[layout], g.ZONE, NoVoice())


def shown(layout: str, view: v.BoardView | None) -> tuple[VirtualScreen, str]:
    """A board on a screen of its own, and its words."""
    face = face_of(layout)
    if view is not None:
        face.heard(0.0, g.NOW_MS)
        face.take(view, Position(1, 1), 0.0)
    screen = VirtualScreen(SIZES[layout], shared_fonts())
    screen.start()
    ops = face.draw(1.0, g.NOW_MS, True)
    screen.show(ops)
    return screen, " ".join(op.plain for op in ops if isinstance(op, Text))


def hostile(word: str) -> v.BoardView:
    names = Names(word, word)
    call = g.make_call(word, word, names, 2)
    line = msgspec.structs.replace(g.make_line("x", 3, (1, 2), names=names), counters=(word, word))
    shut = msgspec.structs.replace(g.make_line("y", 0, None, "paused", names=names, reason=names), counters=())
    counter = v.CounterLine(
        counter=word, name=word, status=CounterStatus.OPEN, number=word, ticket_status=TicketStatus.CALLED,
        staff_number=word, stars=4.0,
    )  # fmt: skip
    notices = (
        v.Notice(notice="a", zh=word, en=word),
        v.Notice(notice="b", zh=word, en=word, urgent=True),
    )
    return msgspec.structs.replace(
        g.BOARD, hall=names, calls=(call,), services=(line, shut), counters=(counter,) * 40, notices=notices,
        paused=(msgspec.structs.replace(g.make_pause("1"), counter_name=word),) * 9,
    )  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("word", HOSTILE, ids=range(len(HOSTILE)))
def test_no_word_that_a_hall_could_hold_costs_it_its_board(layout: str, word: str) -> None:
    screen, _ = shown(layout, hostile(word))
    assert not screen.failed
    assert colours_of(screen) > 50


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("what", ["nothing came yet", "an empty hall", "an empty hall after hours"])
def test_a_board_with_nothing_to_show_greets(layout: str, what: str) -> None:
    bare = msgspec.structs.replace(g.BOARD, calls=(), paused=(), services=(), counters=(), notices=())
    views = {
        "nothing came yet": None,
        "an empty hall": bare,
        "an empty hall after hours": msgspec.structs.replace(bare, open=g.CLOSED),
    }
    screen, words = shown(layout, views[what])
    assert not screen.failed
    assert "欢迎光临" in words or "非服务时间" in words
    assert colours_of(screen) > 50


def without_fonts(folder: Path) -> VirtualScreen:
    """A screen whose shared fonts could not be opened, as a display starts it."""
    fonts = Fonts(folder / "none", folder / "none")
    with pytest.raises(FontsMissing):
        fonts.start()
    screen = VirtualScreen((960, 540), fonts)
    screen.start()
    return screen


def test_without_any_font_a_calm_sign_stands_there_through_calls_and_staff_are_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    rig = Rig()
    rig.station.screen = screen = without_fonts(tmp_path)
    with caplog.at_level(logging.ERROR):
        rig.board(g.CALLS, 1)
        rig.pass_time(6)
    sign = screen.picture()
    assert screen.failed
    assert colours_of(screen) > 50
    rig.board(g.CALLS[1:], 2)
    rig.pass_time(60)
    assert screen.picture() == sign, "it stands still"
    reports = [msgspec.json.decode(p, type=DeviceHealth) for p in rig.sent(TOPICS.health(rig.name))]
    assert reports[-1].parts["screen"] == "failsafe"
    assert len(caplog.records) == 1, "said once, not ten times a second"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_fault_in_the_drawing_of_a_layout_leaves_a_calm_sign_and_the_next_view_is_tried(
    layout: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    rig = Rig()
    face = face_of(layout)
    rig.station._face = face
    face.take(g.BOARD, Position(1, 1), 0.0)
    drawer = {"landscape": "board", "portrait": "board"}.get(layout, layout)
    with monkeypatch.context() as broken:
        broken.setattr(f"display.layouts.{drawer}_ops", lambda *_: 1 / 0)
        rig.pass_time(5)
        assert rig.screen.failed
        assert colours_of(rig.screen) > 50
    assert len([r for r in caplog.records if r.levelname == "ERROR"]) == 1
    rig.pass_time(1)
    assert not rig.screen.failed


class Torn(NoMedia):
    """A film that is shown and whose frames cannot be had."""

    def at(self, now_s: float, place: Place | None) -> Medium | None:
        return Medium(film="torn") if place else None


def test_a_film_that_fails_costs_the_display_nothing(caplog: pytest.LogCaptureFixture) -> None:
    def torn(name: str) -> Frame | None:
        raise OSError("no more")

    lobby = Lobby(Torn())
    lobby.screen.frames = torn
    lobby.board(g.CALLS[1:], 1, retained=True)
    lobby.pass_time(40)
    assert lobby.shows_picture
    lobby.board(g.CALLS, 2)
    assert not lobby.screen.failed
    assert lobby.hero is not None
    assert lobby.hero.number == g.CALLS[0].number
    assert len([r for r in caplog.records if r.levelname == "ERROR"]) == 1


@pytest.mark.parametrize("payload", [b"", b"{", b"[]", b"\xff" * 5000, encode_view("board", "x", 1, 1, 1, b"null")])
def test_a_broken_message_leaves_the_board_as_it_is(payload: bytes) -> None:
    rig = Rig()
    rig.board(g.CALLS, 1, retained=True)
    before = rig.screen.picture()
    rig.link.deliver(TOPICS.view("board", rig.name), payload)
    rig.station.turn()
    assert rig.screen.picture() == before

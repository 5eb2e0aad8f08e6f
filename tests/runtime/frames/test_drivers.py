"""Every make that the folder holds: its sample frames, random frames, noise, and the texts of strips."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import broker.runtime.frames
from broker.model.words import TicketStatus
from broker.runtime.frames import p1, p2, p3, p4
from broker.runtime.frames.driver import Driver, FrameError, TextFrame
from broker.runtime.frames.registry import DriverMistake, drivers, strip_makes
from broker.runtime.frames.scanner import ADDRESSES_COUNTED
from broker.runtime.frames.text import cells, from_gbk, pages, to_gbk, to_ucs2
from tests.caller.bench import CALLER, Bench
from tests.caller.views import hall_with, ticket, view
from tests.fuzz.targets import targets
from tests.fuzz.volume import pour

VECTORS = Path(__file__).parent / "vectors"
MAKES = tuple(drivers())
STRIPS = strip_makes()


def vectors_of(make: str) -> list[dict]:
    return json.loads((VECTORS / f"{make}.json").read_text("utf-8"))["vectors"]


SAMPLES = [(make, vector) for make in MAKES for vector in vectors_of(make)]


def decode(driver: Driver, stream: bytes) -> list:
    decoder = driver.decoder()
    return decoder.feed(stream) + decoder.flush()


gbk = st.text(st.sampled_from("请号到窗口服务0123456789ABC 　·啊鬱")).map(lambda text: text[:20].encode("gbk"))
FRAMES = {
    "p1": st.builds(p1.Frame, st.integers(0, 255), st.integers(0, 255), st.binary(max_size=p1.LONGEST_DATA)),
    "p2": st.builds(TextFrame, st.integers(0, 255), st.sampled_from(list(p2.FORMS)), gbk),
    "p3": st.builds(
        TextFrame, st.integers(0, p3.HIGHEST_UNIT), st.sampled_from(list(p3.FORMS)), st.binary(max_size=96)
    ),
    "p4": st.builds(TextFrame, st.integers(0, 255), st.sampled_from(list(p4.FORMS)), gbk, st.integers(0, 255)),
}
"""Random frames of the makes that we ship; a further make is tried with its own vectors and texts alone."""


@pytest.mark.parametrize(
    ("make", "vector"), SAMPLES, ids=lambda value: value if isinstance(value, str) else value["name"]
)
def test_a_sample_frame_is_read_and_written_to_the_byte(make, vector):
    check_sample(drivers()[make], vector)


def check_sample(driver: Driver, vector: dict) -> None:
    sample = bytes.fromhex(vector["bytes"])
    (frame,) = decode(driver, sample)
    assert frame.address == vector["unit"]
    assert driver.encode(frame) == sample
    assert driver.describe(frame) == vector.get("describes", driver.describe(frame))
    if "text" in vector:
        options = driver.strip.chosen(vector["options"])
        assert driver.strip.text(vector["unit"], vector["text"], options, 0) == sample
        assert driver.strip.shown(frame) == vector["text"]


@pytest.mark.parametrize("make", MAKES)
def test_each_make_has_samples_and_says_what_it_is(make):
    driver = drivers()[make]
    assert vectors_of(make)
    assert driver.names.zh
    assert driver.seen.en
    for unit in (1, 250):
        (frame,) = decode(driver, driver.probe(unit))
        assert frame.address == unit


@pytest.mark.parametrize("make", [make for make in MAKES if make in FRAMES])
@given(st.data())
def test_random_frames_come_through_in_any_chunks(make, data):
    driver = drivers()[make]
    sent = data.draw(st.lists(FRAMES[make], max_size=5))
    stream = b"".join(driver.encode(frame) for frame in sent)
    decoder, received, at = driver.decoder(), [], 0
    while at < len(stream):
        size = data.draw(st.integers(1, len(stream) - at))
        received += decoder.feed(stream[at : at + size])
        at += size
    assert received == sent
    assert (decoder.noise_bytes, decoder.damaged, decoder.waiting) == (0, {}, False)
    for frame in received:
        assert driver.describe(frame)


@pytest.mark.parametrize("make", MAKES)
@given(st.binary(max_size=60), st.data())
def test_a_frame_is_found_behind_any_noise_once_the_line_was_quiet(make, noise, data):
    driver = drivers()[make]
    sample = bytes.fromhex(data.draw(st.sampled_from(vectors_of(make)))["bytes"])
    decoder = driver.decoder()
    decoder.feed(noise)
    decoder.flush()
    assert not decoder.waiting
    assert [driver.encode(frame) for frame in decoder.feed(sample)] == [sample]


@pytest.mark.parametrize(
    ("make", "vector"), SAMPLES, ids=lambda value: value if isinstance(value, str) else value["name"]
)
def test_no_single_wrong_bit_makes_another_frame_of_a_sample(make, vector):
    """But for the second byte of P2 and P3, which holds (bits of) the address and is not covered by the sum."""
    driver, sample = drivers()[make], bytes.fromhex(vector["bytes"])
    for bit in range(len(sample) * 8):
        spoilt = bytearray(sample)
        spoilt[bit // 8] ^= 1 << bit % 8
        found = decode(driver, bytes(spoilt))
        assert all(make in ("p2", "p3") and bit // 8 == 1 for _ in found), (bit, found)


@pytest.mark.parametrize("make", MAKES)
def test_a_damaged_frame_is_counted_for_its_address(make):
    driver = drivers()[make]
    sample = bytearray(driver.probe(7))
    sample[-2] ^= 0x40  # a byte that the sum covers, or the sum
    decoder = driver.decoder()
    assert decoder.feed(bytes(sample)) + decoder.flush() == []
    assert decoder.damaged.get(7) == 1


@pytest.mark.parametrize("make", MAKES)
def test_endless_beginnings_are_never_held(make):
    driver = drivers()[make]
    decoder = driver.decoder()
    head = driver.probe(3)[:-2]
    for _ in range(2_000):
        decoder.feed(head)
        assert len(decoder._pending) <= decoder.longest + len(head)
    assert len(decoder.damaged) <= ADDRESSES_COUNTED


# -- texts


@pytest.mark.parametrize("make", STRIPS)
@given(st.text(max_size=80), st.integers(1, 250), st.integers(0, 600))
def test_any_text_at_all_becomes_one_whole_frame(make, text, unit, turn):
    driver = drivers()[make]
    for options in ({}, *({name: value} for name, values in driver.strip.options.items() for value in values)):
        data = driver.strip.text(unit, text, driver.strip.chosen(options), turn)
        (frame,) = decode(driver, data)
        assert frame.address == unit
        assert len(data) < 120


@pytest.mark.parametrize("make", STRIPS)
def test_a_character_that_the_coding_lacks_is_shown_as_missing(make):
    driver = drivers()[make]
    for options in ({}, *({name: value} for name, values in driver.strip.options.items() for value in values)):
        chosen = driver.strip.chosen(options)
        (frame,) = decode(driver, driver.strip.text(3, "请𠮷\n号", chosen, 0))
        assert driver.strip.shown(frame) == "请□ 号"


@pytest.mark.parametrize("make", STRIPS)
def test_an_option_that_a_make_does_not_have_is_named(make):
    strip = drivers()[make].strip
    usual = next(iter(strip.options))
    with pytest.raises(FrameError, match=f"no option 'colour'; options: {usual}"):
        strip.chosen({"colour": "red"})
    with pytest.raises(FrameError, match=f"{usual}=round must be one of"):
        strip.chosen({usual: "round"})


def test_texts_are_coded_measured_and_cut_into_pages():
    assert to_gbk("请A\t㐂") == "请A □".encode("gbk")
    assert from_gbk(b"\xc7\xeb\xff") == "请□"
    assert from_gbk(b"A\x1b[2J\n") == "A [2J ", "what a wire says is shown to people, never to their terminal"
    assert to_ucs2("请𠮷").hex() == "8bf725a1"
    assert cells("请A005号") == 8
    assert pages("欢迎光临热情服务", 8) == ("欢迎光临热情服务",)
    assert pages("请持号票到2号窗口办理业务", 8) == ("请持号票到2号窗", "口办理业务")
    assert pages(" \n", 8) == ("",)
    assert all(cells(page) <= 16 for page in pages("咨询台 0432-64850000 转 8016", 8))


# -- the folder


def test_the_makes_are_found_by_their_files():
    assert {"p1", "p2", "p3", "p4"} <= set(MAKES)
    assert drivers()["p1"].strip is None
    assert {"p2", "p3", "p4"} <= set(STRIPS)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A further folder of drivers beside the shipped one."""
    monkeypatch.setattr(broker.runtime.frames, "__path__", [*broker.runtime.frames.__path__, str(tmp_path)])
    drivers.cache_clear()
    before = set(sys.modules)
    yield tmp_path
    drivers.cache_clear()
    for name in set(sys.modules) - before:
        del sys.modules[name]


def test_a_file_that_declares_no_driver_or_a_wrong_name_is_said(folder):
    (folder / "p7.py").write_text("DRIVER = 'p7'\n")
    with pytest.raises(DriverMistake, match=r"broker\.runtime\.frames\.p7: DRIVER must be"):
        drivers()
    shutil.copy(Path(p2.__file__), folder / "p7.py")
    sys.modules.pop("broker.runtime.frames.p7")
    with pytest.raises(DriverMistake, match=r"the make is 'p2', so the file must be p2\.py"):
        drivers()


# -- the manual


DOCS = Path(__file__).parents[3] / "docs" / "drivers.md"


def block(language: str, holding: str) -> str:
    """The one code block of the manual that holds these words."""
    blocks = [piece.partition("```")[0] for piece in DOCS.read_text("utf-8").split(f"```{language}\n")[1:]]
    (found,) = [text for text in blocks if holding in text]
    return found


def test_the_example_of_the_manual_is_a_driver_and_a_strip_of_the_hall(folder, tmp_path):
    (folder / "demo.py").write_text(block("python", 'make="demo"'), "utf-8")
    driver = drivers()["demo"]
    assert "demo" in strip_makes()
    for vector in json.loads(block("json", "invented for the manual"))["vectors"]:
        check_sample(driver, vector)
    for frame in (TextFrame(250, "strip", "请A005号".encode("gbk")), TextFrame(0, "strip", b"")):
        assert decode(driver, b"\x02\x03\x02" + driver.encode(frame)) == [frame]
    places = {"strips": {"s1": {"counter": "w1", "caller": CALLER, "address": "demo://a/3"}}}
    hall = hall_with(
        callers={CALLER: {"names": {"zh": "柜台", "en": "Desk"}, "lines": {"a": "virtual://rs485"}}}, **places
    )
    place = tmp_path / "run"
    place.mkdir()
    bench = Bench(hall, place)
    bench.start()
    try:
        bench.show(view(ticket=ticket("A005", status=TicketStatus.CALLED)))
        bench.until(lambda: bench.line().strip.at["demo", 3].text == "请A005号")
    finally:
        bench.stop()


def test_a_make_of_the_manual_is_fuzzed_like_the_others(folder):
    (folder / "demo.py").write_text(block("python", 'make="demo"'), "utf-8")
    assert pour(next(target for target in targets() if target.name == "demo"), 50_000) >= 50_000


def test_the_manual_names_every_make_that_is_shipped():
    text = DOCS.read_text("utf-8")
    assert all(f"| `{make}` |" in text for make in MAKES)

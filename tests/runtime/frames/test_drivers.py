"""Every make that the folder holds: its sample frames, random frames, noise, and the texts of strips."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import broker.runtime.frames
from broker.model import commands as c
from broker.model.words import CounterStatus, TicketStatus
from broker.runtime.frames import p1, p2, p3, p4, p6
from broker.runtime.frames.driver import Driver, FrameError, TextFrame
from broker.runtime.frames.registry import (
    DriverMistake,
    drivers,
    evaluator_makes,
    strip_makes,
    terminal_makes,
    voice_makes,
)
from broker.runtime.frames.scanner import ADDRESSES_COUNTED
from broker.runtime.frames.text import cells, from_gbk, pages, to_gbk, to_ucs2
from tests.caller.bench import CALLER, Bench
from tests.caller.views import hall_with, request, ticket, view
from tests.fuzz.targets import targets
from tests.fuzz.volume import pour
from tests.halls import SMALL

VECTORS = Path(__file__).parent / "vectors"
MAKES = tuple(drivers())
STRIPS = strip_makes()


def vectors_of(make: str) -> list[dict]:
    return json.loads((VECTORS / f"{make}.json").read_text("utf-8"))["vectors"]


SAMPLES = [(make, vector) for make in MAKES for vector in vectors_of(make)]


def decode(driver: Driver, stream: bytes, speaker: str = "host") -> list:
    decoder = driver.ear() if speaker == "host" else driver.decoder()
    return decoder.feed(stream) + decoder.flush()


def speaker_of(vector: dict) -> str:
    """Who says it, where that makes a difference to its make."""
    return vector.get("from", "host")


def ear_of(driver: Driver, vector: dict):
    return driver.ear() if speaker_of(vector) == "host" else driver.decoder()


def address(driver: Driver, unit: int) -> int:
    """What a unit is called by a make; one that is alone on its line has no other."""
    return 0 if driver.alone else unit


gbk = st.text(st.sampled_from("请号到窗口服务0123456789ABC 　·啊鬱")).map(lambda text: text[:20].encode("gbk"))
FRAMES = {
    "p1": st.builds(p1.Frame, st.integers(0, 255), st.integers(0, 255), st.binary(max_size=p1.LONGEST_DATA)),
    "p2": st.builds(TextFrame, st.integers(0, 255), st.sampled_from(list(p2.FORMS)), gbk),
    "p3": st.builds(
        TextFrame, st.integers(0, p3.HIGHEST_UNIT), st.sampled_from(list(p3.FORMS)), st.binary(max_size=96)
    ),
    "p6": st.builds(p6.Order, st.sampled_from([1, 2, 0x21]), st.binary(max_size=p6.TEXT_BYTES + 1)),
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
    (frame,) = decode(driver, sample, speaker_of(vector))
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
        assert frame.address == address(driver, unit)


@pytest.mark.parametrize("make", [make for make in MAKES if make in FRAMES])
@given(st.data())
def test_random_frames_come_through_in_any_chunks(make, data):
    driver = drivers()[make]
    sent = data.draw(st.lists(FRAMES[make], max_size=5))
    stream = b"".join(driver.encode(frame) for frame in sent)
    decoder, received, at = driver.ear(), [], 0
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
    vector = data.draw(st.sampled_from(vectors_of(make)))
    sample, decoder = bytes.fromhex(vector["bytes"]), ear_of(driver, vector)
    decoder.feed(noise)
    decoder.flush()
    assert not decoder.waiting
    assert [driver.encode(frame) for frame in decoder.feed(sample)] == [sample]


@pytest.mark.parametrize(
    ("make", "vector"), SAMPLES, ids=lambda value: value if isinstance(value, str) else value["name"]
)
def test_no_single_wrong_bit_makes_another_frame_of_a_sample(make, vector):
    """But for the second byte of P2 and P3, which holds (bits of) the address and is not covered by the sum, and for
    what P6 modules say: single bytes, one bit apart."""
    driver, sample = drivers()[make], bytes.fromhex(vector["bytes"])
    if speaker_of(vector) == "device":
        assert all(driver.encode(frame) != sample for frame in decode(driver, bytes((sample[0] ^ 4,)), "device"))
        return
    for bit in range(len(sample) * 8):
        spoilt = bytearray(sample)
        spoilt[bit // 8] ^= 1 << bit % 8
        found = decode(driver, bytes(spoilt))
        assert all(make in ("p2", "p3") and bit // 8 == 1 for _ in found), (bit, found)


@pytest.mark.parametrize("make", MAKES)
def test_a_damaged_frame_is_counted_for_its_address(make):
    driver = drivers()[make]
    sample = bytearray(driver.probe(7))
    sample[-1 if driver.alone else -2] ^= 0x40  # a byte that the sum covers, or the sum
    decoder = driver.ear()
    assert decoder.feed(bytes(sample)) + decoder.flush() == []
    assert decoder.damaged.get(address(driver, 7)) == 1


@pytest.mark.parametrize("make", MAKES)
def test_endless_beginnings_are_never_held(make):
    driver = drivers()[make]
    decoder = driver.ear()
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
    assert {"p1", "p2", "p3", "p4", "p6", "modbus"} <= set(MAKES)
    assert drivers()["p1"].strip is None
    assert {"p2", "p3", "p4", "modbus"} <= set(STRIPS)
    assert "p1" in terminal_makes()
    assert "p1" in evaluator_makes()
    assert voice_makes() == ("p6",)


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


def test_the_example_of_the_manual_is_a_whole_make_of_a_hall(folder, tmp_path):
    """Terminal, evaluator and strip of one file: keys go up, digits, stars and texts come down, through a real pty."""
    (folder / "demo.py").write_text(block("python", 'make="demo"'), "utf-8")
    driver = drivers()["demo"]
    assert all("demo" in makes for makes in (strip_makes(), terminal_makes(), evaluator_makes()))
    for vector in json.loads(block("json", "invented for the manual"))["vectors"]:
        check_sample(driver, vector)
    for frame in (TextFrame(250, "T", "请A005号".encode("gbk")), TextFrame(0, "B", b"")):
        assert decode(driver, b"\x02\x03\x02" + driver.encode(frame)) == [frame]
    at = {"counter": "w1", "caller": CALLER}
    hall = hall_with(
        callers={CALLER: {"names": {"zh": "柜台", "en": "Desk"}, "lines": {"a": "virtual://rs485"}}},
        consoles={"t1": {**at, "address": "demo://a/4"}},
        keypads={"e1": {**at, "address": "demo://a/5", "levels": {"0": "satisfied", "1": "dissatisfied"}}},
        strips={"s1": {**at, "address": "demo://a/3"}, "s2": {**at, "address": "p3://a/3"}},
    )
    place = tmp_path / "run"
    place.mkdir()
    bench = Bench(hall, place)
    bench.start()
    try:
        bench.show(view(status=CounterStatus.OPEN))
        bench.touch("t1", "call")
        bench.until(lambda: c.CallNext(counter="w1") in bench.commands, within_s=25)
        bench.until(lambda: not bench.terminal("t1").waiting, within_s=25)
        bench.show(view(ticket=ticket("A005", status=TicketStatus.CALLED)))
        bench.until(lambda: bench.terminal("t1").digits == "A005", within_s=25)
        bench.until(lambda: bench.line().strip.at["demo", 3].text == "请A005号", within_s=25)
        bench.until(lambda: bench.line().strip.at["p3", 3].text == "请A005号", within_s=25)
        bench.show(view(evaluation=request(opened_at_ms=bench.clock.now_ms())))
        bench.until(lambda: bench.evaluator("e1").asking, within_s=25)
        bench.touch("e1", "0")
        bench.until(lambda: bench.evaluator("e1").stars == 4, within_s=25)
        assert bench.evaluator("e1").acknowledged == 1
        assert {part.part: part.keys for part in bench.panel.parts}["t1"][-5:] == (
            "call", "recall", "rate", "pause", "no_show",
        )  # fmt: skip
    finally:
        bench.stop()


COPIED = ("broker", "caller", "display", "kiosk", "firmware_config", "tests", "docs", "pyproject.toml")
HALL_OF_DEMO = """
[strips.strip-1]
counter = "c1"
caller = "desk-1"
address = "demo://a/33"
"""


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A copy of the program with one file and one file of samples more."""
    copy = tmp_path_factory.mktemp("checkout")
    for name in COPIED:
        source = DOCS.parents[1] / name
        if source.is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "golden", "corpus")
            shutil.copytree(source, copy / name, copy_function=os.symlink, ignore=ignored)
        else:
            (copy / name).symlink_to(source)
    (copy / "broker/runtime/frames/demo.py").write_text(block("python", 'make="demo"'), "utf-8")
    (copy / "tests/runtime/frames/vectors/demo.json").write_text(block("json", "invented for the manual"), "utf-8")
    return copy


def run_in(checkout: Path, *words: str) -> tuple[int, str]:
    """One program of the copy; its exit code, and all it said."""
    environment = {**os.environ, "PYTHONPATH": str(checkout)}
    told = [sys.executable, *words]
    ran = subprocess.run(told, cwd=checkout, env=environment, capture_output=True, text=True, timeout=240, check=False)
    return ran.returncode, ran.stdout + ran.stderr


def test_one_file_and_one_file_of_samples_are_all_that_a_make_needs(checkout, tmp_path):
    """The programs themselves: the hall file is checked, the line is played, scanned and told a text."""
    hall = tmp_path / "hall.toml"
    text = SMALL.replace("p1://", "demo://").replace("virtual://rs485", f"serial://{tmp_path}/line") + HALL_OF_DEMO
    hall.write_text(text, "utf-8")
    code, said = run_in(checkout, "-m", "caller", "--check", str(hall))
    assert code == 0, said
    assert "demo" in said
    words = [sys.executable, "-m", "caller", "bus", "simulate", str(hall)]
    environment = {**os.environ, "PYTHONPATH": str(checkout)}
    with subprocess.Popen(
        words, cwd=checkout, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as played:
        try:
            assert "5 台设备" in played.stdout.readline()
            code, said = run_in(checkout, "-m", "caller", "bus", "send", str(hall), "--make", "demo", "--unit", "33",
                                "--text", "暂停服务")  # fmt: skip
            assert code == 0, said
            assert "DEMO 33 T “暂停服务”" in said
            shown = iter(played.stdout.readline, "")
            assert any("demo 33 条屏: 暂停服务" in line for line in shown)
        finally:
            played.communicate("quit\n", timeout=25)
    assert played.returncode == 0


def test_the_suite_and_the_fuzzer_know_a_make_by_its_two_files(checkout):
    chosen = ("-k", "demo and not whole and not file", "-p", "no:cacheprovider")
    code, said = run_in(checkout, "-m", "pytest", "tests/runtime/frames/test_drivers.py", *chosen)
    assert code == 0, said
    assert "passed" in said, said
    code, said = run_in(checkout, "-m", "tests.fuzz", "--bytes", "30000", "--target", "demo")
    assert code == 0, said


def test_a_make_of_the_manual_is_fuzzed_like_the_others(folder):
    (folder / "demo.py").write_text(block("python", 'make="demo"'), "utf-8")
    assert pour(next(target for target in targets() if target.name == "demo"), 50_000) >= 50_000


def test_the_manual_names_every_make_that_is_shipped():
    text = DOCS.read_text("utf-8")
    assert all(f"| `{make}` |" in text for make in MAKES)

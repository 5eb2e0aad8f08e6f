"""Who reads hanzi: the dictionary that a child makes, kept; and what happens when the child dies, hangs or errs."""

import sys
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

import pytest

from broker.runtime.speech.errors import ReadingsMissing, ReadingsNotYet, WordingRefused
from broker.runtime.speech.reader import COMMAND, Reader
from broker.runtime.speech.readings import block_of
from broker.runtime.speech.utterance import Utterance
from tests.waiting import until

CALL = Utterance("zh", "请A零零五号，")
PLACE = Utterance("zh", "到咨询台")
SMALL = block_of({"咨询": "zi1 xun2", "台": "tai2", "到": "dao4"}, "1")
SMALL_CHILD = (sys.executable, "-c", f"import sys; sys.stdout.buffer.write({SMALL!r})")
DEAD, HANGS, RUBBISH = "raise SystemExit(3)", "import time; time.sleep(99)", "print('x' * 9000)"

Make = Callable[..., Reader]


@pytest.fixture
def make() -> Iterator[Make]:
    made: list[Reader] = []

    def build(folder: Path | None = None, child: str | None = None, **settings: object) -> Reader:
        command = SMALL_CHILD if child is None else (sys.executable, "-c", child)
        made.append(Reader(folder, **{"command": command, **settings}))
        return made[-1]

    yield build
    for reader in made:
        reader.stop()


def fed(reader: Reader, utterance: Utterance) -> str:
    """What is read once the dictionary is open, or the reason why it is not."""
    deadline_s = time.monotonic() + 25
    while True:
        try:
            return reader.fed(utterance)
        except ReadingsNotYet:
            assert time.monotonic() < deadline_s
            time.sleep(0.01)


def file_of(folder: Path) -> Path:
    return folder / f"pypinyin-{version('pypinyin')}.readings"


def test_the_child_of_a_device_reads_as_pypinyin_does(tmp_path: Path, make: Make) -> None:
    reader = make(tmp_path, command=COMMAND)
    assert fed(reader, Utterance("zh", "请到银行重新取号")) == "qing3 dao4 yin2 hang2 chong2 xin1 qu3 hao4"
    assert file_of(tmp_path).stat().st_size > 1_000_000
    assert [path.name for path in tmp_path.iterdir()] == [file_of(tmp_path).name]


def test_what_was_made_once_is_read_by_the_next_start_and_other_versions_are_thrown_away(
    tmp_path: Path, make: Make
) -> None:
    (tmp_path / "pypinyin-0.0.1.readings").write_bytes(b"old")
    assert fed(make(tmp_path), PLACE) == "dao4 zi1 xun2 tai2"
    assert [path.name for path in tmp_path.iterdir()] == [file_of(tmp_path).name]
    assert fed(make(tmp_path, DEAD), PLACE) == "dao4 zi1 xun2 tai2"


@pytest.mark.parametrize("damage", [b"", SMALL[:-1], b"x" * 4_000])
def test_a_damaged_file_is_made_again(damage: bytes, tmp_path: Path, make: Make) -> None:
    file_of(tmp_path).write_bytes(damage)
    assert fed(make(tmp_path), PLACE) == "dao4 zi1 xun2 tai2"
    assert file_of(tmp_path).read_bytes() == SMALL


def test_a_folder_that_takes_nothing_costs_time_but_no_speech(tmp_path: Path, make: Make) -> None:
    (tmp_path / "file").write_text("in the way")
    assert fed(make(tmp_path / "file" / "clips"), PLACE) == "dao4 zi1 xun2 tai2"


@pytest.mark.parametrize("child", [DEAD, HANGS, RUBBISH])
def test_a_child_that_dies_hangs_or_talks_rubbish_is_told_and_ordinary_calls_are_read(child: str, make: Make) -> None:
    reader = make(None, child, made_within_s=0.5)
    with pytest.raises(ReadingsMissing):
        fed(reader, PLACE)
    assert reader.fault is not None
    assert reader.fed(CALL) == "qing3 ei1 ling2 ling2 wu3 hao4,"
    assert reader.fed(Utterance("en", "Number A, 5.")) == "Number A, 5."


def test_nobody_waits_for_a_slow_child_and_what_is_asked_later_is_read(tmp_path: Path, make: Make) -> None:
    go = tmp_path / "go"
    slow = f"import pathlib, time\nwhile not pathlib.Path({str(go)!r}).exists(): time.sleep(0.01)\n"
    reader = make(None, f"{slow}import sys; sys.stdout.buffer.write({SMALL!r})")
    with pytest.raises(ReadingsNotYet):
        reader.fed(PLACE)
    assert reader.fed(CALL) == "qing3 ei1 ling2 ling2 wu3 hao4,"
    assert reader.fault is None
    go.touch()
    assert fed(reader, PLACE) == "dao4 zi1 xun2 tai2"


def test_after_a_failure_it_rests_and_then_is_tried_again(tmp_path: Path, make: Make) -> None:
    now = [100.0]
    count = tmp_path / "count"
    child = f"open({str(count)!r}, 'a').write('x')\nraise SystemExit(1)"
    reader = make(None, child, now_s=lambda: now[0])
    for seconds, tries in ((0, 1), (1, 1), (2, 2), (5, 2), (7, 3)):
        now[0] = 100.0 + seconds
        with pytest.raises(ReadingsMissing, match="ended with 1"):
            fed(reader, PLACE)
        assert len(count.read_text()) == tries, f"after {seconds} s"


def test_a_voice_that_reads_hanzi_itself_needs_no_dictionary(make: Make) -> None:
    reader = make(None, HANGS)
    assert reader.read(PLACE) == "到咨询台"
    assert reader.read(Utterance("en", "counter 3")) == "counter 3"
    with pytest.raises(ReadingsMissing):
        reader.read(Utterance("en", "counter 咨询台"))


def test_a_text_of_signs_that_nobody_can_read_is_refused(make: Make) -> None:
    with pytest.raises(WordingRefused, match="nothing in it"):
        fed(make(), Utterance("zh", "\u9ffe"))
    assert make().fed(Utterance("yue", "到咨询台")) == "到咨询台"


def test_a_reader_that_is_stopped_ends_its_child(make: Make) -> None:
    reader = make(None, HANGS)
    reader.start()
    until(lambda: reader._child is not None)
    child = reader._child
    reader.stop()
    assert child.wait(25) != 0
    until(lambda: not reader._busy)

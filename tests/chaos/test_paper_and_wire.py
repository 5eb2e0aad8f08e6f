"""The auditor's own readers against the bytes that the hall really sends, and against a foreign reader."""

import re

import pytest

from broker.runtime.frames import p1
from kiosk.printer.escpos import residue_cleared
from kiosk.printer.profile import profile_of
from tests.chaos.auditor.paper import Reader, printed
from tests.chaos.auditor.wire import frames, keypads, lies_within
from tests.foreign.node_tools import npos_reading
from tests.kiosk.ticket_samples import FULL, job, sample

PAPERS = [("zh", "80"), ("zh", "58"), ("en", "80"), ("en", "58")]


@pytest.mark.parametrize(("language", "width"), PAPERS)
def test_the_number_of_a_real_ticket_is_read_once_whatever_the_pieces(language: str, width: str) -> None:
    data = job(sample(language=language), profile_of("generic", width))
    for size in (1, 3, 64, len(data)):
        record = [{"s": 1.0, "bytes": data[at : at + size].hex()} for at in range(0, len(data), size)]
        assert [one.number for one in printed("kiosk-1", record)] == [FULL.number]


def test_a_foreign_reader_sees_the_same_number() -> None:
    data = job(sample())
    assert re.findall(r"\b[A-Z][0-9]{3}\b", npos_reading(data)["text"])[0] == next(Reader().feed(data))


def test_a_ticket_cut_off_in_the_middle_counts_once_its_number_has_come() -> None:
    data = job(sample())
    numbers = [len(list(Reader().feed(data[:length]))) for length in range(len(data))]
    assert sorted(set(numbers)) == [0, 1]
    assert numbers == sorted(numbers)


def test_a_torn_ticket_does_not_hide_the_next() -> None:
    data = job(sample())
    for length in (10, 60, 100, 140):
        torn = data[:length] + residue_cleared(profile_of()) + data
        assert list(Reader().feed(torn))[-1] == FULL.number


def test_a_printer_that_lost_its_power_begins_anew() -> None:
    data = job(sample())
    record = [{"s": 1.0, "bytes": data[:-40].hex()}, {"s": 2.0, "event": "power lost"}, {"s": 3.0, "bytes": data.hex()}]
    assert [one.number for one in printed("kiosk-1", record)] == [FULL.number] * 2


def test_frames_are_found_among_noise_and_in_pieces() -> None:
    sent = [p1.show(1, 3, "A042"), p1.stars(101, 4), p1.start_rating(101), p1.beep(1)]
    stream, found = bytearray(), []
    for byte in b"\x00\xff\xff\x68" + b"\xff\x68".join(map(p1.encode, sent)):
        stream.append(byte)
        found += frames(stream)
    assert found == [(frame.unit, frame.function, frame.data) for frame in sent]


def test_thanks_prompts_and_fingers_of_an_evaluator_are_told_apart() -> None:
    host = [
        p1.start_rating(101),
        p1.acknowledge(p1.result_frame(101, 3)),
        p1.stars(101, 2),
        p1.beep(101),
        p1.stars(7, 5),
    ]
    record = [{"s": 1.0, "finger": 101, "key": "3"}, {"s": 1.0, "finger": 1, "key": "call"}]
    record += [{"s": 2.0, "to_devices": p1.encode(frame).hex()} for frame in host]
    keypad = keypads(record, [101])[101]
    assert (keypad.prompts, keypad.thanks, keypad.fingers) == (1, [(2.0, 2)], [(1.0, "3")])


def test_order_counts_when_one_list_lies_within_another() -> None:
    assert lies_within([1, 3], [1, 2, 3])
    assert lies_within([], [])
    assert not lies_within([3, 1], [1, 2, 3])
    assert not lies_within([1, 1], [1, 2, 3])

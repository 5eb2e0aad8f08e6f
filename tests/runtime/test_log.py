"""Log lines: one line each, bounded, and nothing that identifies a person."""

import io
import logging

import pytest

from broker.runtime.log import LineFormatter, RateFilter, mask, set_up_logging


def line_of(message: str, *arguments: object, exc_info: object = None) -> str:
    record = logging.LogRecord("kiosk.flow", logging.WARNING, "f", 1, message, arguments, exc_info)
    return LineFormatter("kiosk-1").format(record)


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("card 11010519491231002X read", "11010519491231002X"),
        ("card 110105194912310021", "110105194912310021"),
        ("old card 110105491231002", "110105491231002"),
        ("call 13812345678 back", "13812345678"),
        ("call +86 138-1234-5678 back", "138-1234-5678"),
        ("password=hunter2;", "hunter2"),
        ("{'phone': '0571-88001122'}", "0571-88001122"),
        ('{"visitor_name": "Wang Wu"}', "Wang Wu"),
        ("姓名=张三", "张三"),
    ],
)
def test_what_identifies_a_person_never_reaches_the_log(text: str, secret: str) -> None:
    assert secret not in mask(text)
    assert secret not in line_of(text)


@pytest.mark.parametrize(
    "text", ["ticket A042 at_ms=1767225600000", "id=9f86d081884c7d65 seq=17", "port=51723", "url=mqtt://127.0.0.1:1883"]
)
def test_what_an_engineer_needs_stays(text: str) -> None:
    assert mask(text) == text


def test_a_record_is_one_line_with_time_level_process_and_origin() -> None:
    line = line_of("first\nsecond %d", 7)
    assert "\n" not in line
    assert "level=warning process=kiosk-1 from=kiosk.flow" in line
    assert 'said="first|second 7"' in line


def test_a_line_cannot_be_forged_or_control_the_terminal() -> None:
    line = line_of('x" level=error said="\x1b[2J\r\u2028')
    assert line.count('"') == 2
    assert "\x1b" not in line and "\r" not in line and "\u2028" not in line


def test_a_very_long_message_keeps_beginning_and_end() -> None:
    line = line_of("begin " + "x" * 100_000 + " the cause")
    assert len(line) < 2_300
    assert "begin" in line and line.endswith('the cause"')


def test_a_traceback_is_one_line_and_masked() -> None:
    try:
        raise ValueError("phone=13812345678")
    except ValueError as error:
        line = line_of("failed", exc_info=(type(error), error, error.__traceback__))
    assert "ValueError" in line and "13812345678" not in line and "\n" not in line


def test_one_place_in_the_code_cannot_crowd_out_the_others() -> None:
    storm = RateFilter(most=20, of_one=5, machine_s=lambda: 0.0)

    def passed(line: int, level: int = logging.WARNING, times: int = 100) -> int:
        record = logging.LogRecord("a", level, "f", line, "x", (), None)
        return sum(storm.filter(record) for _ in range(times))

    assert [passed(line) for line in (1, 2, 1)] == [5, 5, 0]
    assert [passed(line) for line in (3, 4, 5)] == [5, 5, 0], "twenty in all"
    assert passed(6, logging.ERROR) == 5, "no storm of warnings hides an error"
    assert sum(passed(line, logging.ERROR) for line in range(7, 50)) == 15


def test_a_storm_of_lines_is_cut_and_counted() -> None:
    now = [0.0]
    storm = RateFilter(most=3, window_s=10, machine_s=lambda: now[0])

    def passes(text: str) -> logging.LogRecord | None:
        record = logging.LogRecord("a", logging.INFO, "f", 1, text, (), None)
        return record if storm.filter(record) else None

    assert sum(passes("x") is not None for _ in range(50)) == 3
    now[0] = 10.0
    next_record = passes("y")
    assert next_record is not None
    assert next_record.getMessage() == "(47 lines kept back) y"


def test_a_broken_log_call_does_not_break_the_program() -> None:
    root = logging.getLogger()
    before = (root.handlers[:], root.level, logging.raiseExceptions)
    try:
        output = io.StringIO()
        set_up_logging("kiosk-1", output=output)
        logging.getLogger("x").info("%d", "not a number")
        logging.getLogger("x").info("after")
        assert 'said="after"' in output.getvalue()
    finally:
        root.handlers[:], root.level, logging.raiseExceptions = before

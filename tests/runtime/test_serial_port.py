"""The serial line against real pseudo-terminals: counted writes, bounded waits, unplugging, one typed error tree."""

from __future__ import annotations

import os
import termios
import threading
import tty

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.runtime import serial_port as sp


class Terminal:
    """A pseudo-terminal: `address` for the port, `far` for the other end of the cable."""

    def __init__(self) -> None:
        self.far, near = os.openpty()
        tty.setraw(near)
        self.path = os.ttyname(near)
        os.close(near)

    def address(self, flow: str = "none") -> sp.SerialAddress:
        return sp.SerialAddress(self.path, 115200, flow)

    def unplug(self) -> None:
        if self.far >= 0:
            os.close(self.far)
            self.far = -1


@pytest.fixture
def terminal():
    made = Terminal()
    yield made
    made.unplug()


@pytest.fixture
def port(terminal):
    opened = sp.SerialPort(terminal.address(), write_timeout_s=0.3)
    opened.open()
    yield opened
    opened.close()


def test_an_address_says_every_setting():
    address = sp.SerialAddress.parse("serial:///dev/hall/bus?baud=19200&flow=rtscts&parity=e&stop=2&bits=7")
    assert address == sp.SerialAddress("/dev/hall/bus", 19200, "rtscts", "E", 7, 2)
    assert sp.SerialAddress.parse(str(address)) == address


def test_an_address_without_options_is_9600_8n1_without_flow_control():
    assert sp.SerialAddress.parse("serial:///dev/hall/bus") == sp.SerialAddress("/dev/hall/bus", 9600, "none")


@pytest.mark.parametrize(
    "address",
    [
        "serial://dev/hall/printer",
        "serial:///",
        "tcp:///dev/hall/printer",
        "serial:///dev/p?baud=fast",
        "serial:///dev/p?baud=12",
        "serial:///dev/p?baud=１１５２００",
        "serial:///dev/p?flow=dsrdtr",
        "serial:///dev/p?parity=X",
        "serial:///dev/p?bits=9",
        "serial:///dev/p?stop=3",
        "serial:///dev/p?speed=9600",
        "serial:///dev/p?baud=9600&baud=19200",
        "serial:///dev/p?baud=",
    ],
)
def test_a_wrong_address_is_refused_with_a_sentence(address):
    with pytest.raises(sp.BadSerialAddress, match=r".+: .+"):
        sp.SerialAddress.parse(address)


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_a_typed_refusal(text):
    try:
        address = sp.SerialAddress.parse("serial:///dev/p?" + text)
    except sp.BadSerialAddress:
        return
    assert sp.SerialAddress.parse(str(address)) == address


def test_wire_time_counts_start_parity_and_stop_bits():
    assert sp.SerialAddress("/dev/p", 9600).wire_time_s(960) == pytest.approx(1.0)
    assert sp.SerialAddress("/dev/p", 9600, parity="E", stop=2).wire_time_s(800) == pytest.approx(1.0)


def test_bytes_arrive_unchanged_both_ways(terminal, port):
    every_byte = bytes(range(256))
    port.write(every_byte)
    assert os.read(terminal.far, 1000) == every_byte
    os.write(terminal.far, every_byte)
    assert port.read(256, timeout_s=2.0) == every_byte


def test_reading_returns_what_came_when_the_time_is_over(terminal, port):
    os.write(terminal.far, b"\x12")
    assert port.read(4, timeout_s=0.05) == b"\x12"
    assert port.read(1, timeout_s=0.0) == b""
    assert port.read_available(timeout_s=0.02) == b""


def test_reading_available_bytes_does_not_wait_for_more(terminal, port):
    os.write(terminal.far, b"abc")
    assert port.read_available(timeout_s=5.0) == b"abc"


def test_reading_never_returns_more_than_asked(terminal, port):
    os.write(terminal.far, b"abcdef")
    assert port.read(2, timeout_s=1.0) == b"ab"
    assert port.read_available(timeout_s=1.0, limit=3) == b"cde"


def test_discarded_input_is_not_taken_for_the_next_answer(terminal, port):
    os.write(terminal.far, b"stale")
    assert port.read(1, timeout_s=1.0) == b"s"
    port.discard_input()
    os.write(terminal.far, b"new")
    assert port.read_available(timeout_s=1.0) == b"new"


def test_a_line_that_takes_nothing_stalls_with_the_count_of_accepted_bytes(terminal, port):
    with pytest.raises(sp.WriteStalled) as caught:
        port.write(bytes(500_000))
    received = 0
    os.set_blocking(terminal.far, False)
    try:
        while chunk := os.read(terminal.far, 65536):
            received += len(chunk)
    except BlockingIOError:
        pass
    assert 0 < caught.value.written < 500_000
    assert received == caught.value.written
    assert port.is_open


def test_xoff_stops_the_line_and_xon_lets_it_go_on(terminal):
    port = sp.SerialPort(terminal.address("xonxoff"), write_timeout_s=0.2)
    port.open()
    os.write(terminal.far, b"\x13")
    with pytest.raises(sp.WriteStalled) as caught:
        port.write(b"ticket")
    assert caught.value.written == 0
    os.write(terminal.far, b"\x11")
    port.write(b"ticket")
    assert os.read(terminal.far, 100) == b"ticket"
    port.close()


def test_closing_a_stopped_line_returns_at_once(terminal):
    port = sp.SerialPort(terminal.address("xonxoff"), write_timeout_s=0.1)
    port.open()
    os.write(terminal.far, b"\x13")
    with pytest.raises(sp.WriteStalled):
        port.write(b"ticket")
    closing = threading.Thread(target=port.close, daemon=True)
    closing.start()
    closing.join(timeout=25.0)
    assert not closing.is_alive()


@pytest.mark.parametrize(
    "action",
    [
        lambda port: port.write(b"x" * 10),
        lambda port: port.read(1, 0.5),
        lambda port: port.read_available(0.5),
        lambda port: port.discard_input(),
        lambda port: port.discard_output(),
    ],
)
def test_an_unplugged_cable_is_one_typed_error_whatever_is_asked(terminal, port, action):
    terminal.unplug()
    with pytest.raises(sp.PortLost):
        action(port)
    assert not port.is_open
    assert isinstance(port.last_error, sp.PortLost)
    with pytest.raises(sp.PortClosed):
        action(port)


def test_a_second_opening_is_refused_as_busy(terminal, port):
    second = sp.SerialPort(terminal.address())
    with pytest.raises(sp.PortBusy):
        second.open()


def test_an_absent_device_is_named():
    with pytest.raises(sp.PortAbsent, match="/dev/hall/none"):
        sp.SerialPort(sp.SerialAddress("/dev/hall/none")).open()


def test_a_file_that_is_no_terminal_is_refused(tmp_path):
    plain = tmp_path / "file"
    plain.write_bytes(b"")
    with pytest.raises(sp.PortRefused):
        sp.SerialPort(sp.SerialAddress(str(plain))).open()


def test_reopening_waits_longer_after_each_failure_and_starts_afresh_after_success(tmp_path, terminal):
    now = [100.0]
    link = tmp_path / "printer"
    port = sp.SerialPort(
        sp.SerialAddress(str(link)), back_off=sp.BackOff(first_s=1.0, limit_s=3.0), clock=lambda: now[0]
    )
    assert not port.try_open()
    link.symlink_to(terminal.path)
    now[0] = 100.9
    assert not port.try_open(), "it must not try again before the first wait is over"
    link.unlink()
    now[0] = 101.0
    assert not port.try_open()
    link.symlink_to(terminal.path)
    now[0] = 102.9
    assert not port.try_open(), "the second wait is twice the first"
    now[0] = 103.0
    assert port.try_open()
    assert port.last_error is None
    port.close()


def test_the_back_off_never_exceeds_its_limit():
    back_off = sp.BackOff(first_s=1.0, limit_s=4.0)
    for _ in range(20):
        back_off.failed(now=0.0)
    assert not back_off.is_due(3.9)
    assert back_off.is_due(4.0)
    back_off.reset()
    assert back_off.is_due(0.0)


def test_an_error_of_termios_which_is_no_os_error_is_caught_too(port, monkeypatch):
    def refuse() -> None:
        raise termios.error(5, "Input/output error")

    monkeypatch.setattr(port._line, "reset_input_buffer", refuse)
    with pytest.raises(sp.PortLost):
        port.discard_input()


def test_an_adapter_is_asked_not_to_collect_bytes_and_one_that_cannot_is_used_all_the_same(terminal, monkeypatch):
    asked: list[bool] = []

    def ask(line, low: bool) -> None:
        asked.append(low)
        raise ValueError("Failed to update ASYNC_LOW_LATENCY flag")

    monkeypatch.setattr("serial.Serial.set_low_latency_mode", ask)
    port = sp.SerialPort(terminal.address())
    port.open()
    assert port.is_open
    assert asked == [True]
    port.close()

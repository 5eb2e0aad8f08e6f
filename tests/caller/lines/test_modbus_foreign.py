"""A foreign Modbus implementation judges ours: pymodbus as the device under our host, and as the host of our device."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pymodbus import FramerType
from pymodbus.client import ModbusSerialClient
from pymodbus.framer.rtu import FramerRTU
from pymodbus.server import ModbusSerialServer
from pymodbus.simulator import DataType, SimData, SimDevice

from broker.runtime.frames import modbus_device
from broker.runtime.frames import modbus_map as m
from broker.runtime.frames.modbus import crc16
from broker.runtime.frames.modbus_simulator import SimulatedModbusLine
from caller.lines.modbus_line import KeyMoved, ModbusLine, ModbusUnits
from tests.caller.null_modem import NullModem

UNIT = 5
READ_COILS, READ_HOLDING, READ_INPUTS = 1, 3, 4


@pytest.mark.parametrize("data", [b"", b"123456789", bytes(range(256)), b"\xff" * 40])
def test_both_reckon_the_same_crc(data):
    foreign = FramerRTU.compute_CRC(data)
    assert crc16(data) in (foreign, (foreign & 0xFF) << 8 | foreign >> 8)
    assert crc16(b"123456789") == 0x4B37


# -- pymodbus is the device


class ForeignPad:
    """A pymodbus server with our register map; it runs a loop of its own in a thread."""

    def __init__(self, port: str) -> None:
        self._port = port
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self.facts = m.Facts(modbus_device.PAD, (3, 1), 77, 11, 11, 6, 0)
        self.moves: list[m.Move] = []
        self.presses = [0] * m.MOST_KEYS
        self.down: set[int] = set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._server = ModbusSerialServer(
            SimDevice(
                id=UNIT,
                simdata=(
                    [SimData(0, values=[False] * 64, datatype=DataType.BITS)],
                    [SimData(0, values=[False] * 16, datatype=DataType.BITS)],
                    [SimData(0, values=[0] * m.HOLDING_COUNT, datatype=DataType.REGISTERS)],
                    [SimData(0, values=[0] * (m.REPORT + m.FULL_COUNT), datatype=DataType.REGISTERS)],
                ),
            ),
            framer=FramerType.RTU,
            port=self._port,
            baudrate=9600,
        )
        await self._server.async_setValues(UNIT, READ_INPUTS, m.FACTS, list(m.registers_of_facts(self.facts)))
        await self._server.serve_forever(background=True)
        self._ready.set()
        await self._server.serving

    def __enter__(self) -> ForeignPad:
        self._thread.start()
        assert self._ready.wait(60)
        self.tell()
        return self

    def __exit__(self, *failure: object) -> None:
        asyncio.run_coroutine_threadsafe(self._server.shutdown(), self._loop).result(60)
        self._thread.join(timeout=60)

    def _do(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    def tell(self) -> None:
        """All registers of the report at once."""
        clock_ms = int(time.monotonic() * 1_000) % m.WRAP
        report = m.Report(
            len(self.moves), 9, frozenset(self.down), clock_ms, tuple(self.moves[-8:]), tuple(self.presses)
        )
        self._do(self._server.async_setValues(UNIT, READ_INPUTS, m.REPORT, list(m.registers_of_report(report))))

    def press(self, *keys: int) -> None:
        """Keys pressed and let go between two questions."""
        for key in keys:
            self.presses[key] += 1
            at_ms = int(time.monotonic() * 1_000) % m.WRAP
            self.moves += [m.Move(key, True, at_ms), m.Move(key, False, at_ms)]
        self.tell()

    def coils(self) -> list[bool]:
        return self._do(self._server.async_getValues(UNIT, READ_COILS, 0, 48))

    def holding(self, address: int, count: int) -> list[int]:
        return self._do(self._server.async_getValues(UNIT, READ_HOLDING, address, count))


@pytest.fixture
def foreign() -> Iterator[tuple[ForeignPad, ModbusLine]]:
    with NullModem() as modem, ForeignPad(modem.ends[1]) as pad:
        units = ModbusUnits(consoles={UNIT: "pad-1"}, signs={9: "nobody"})
        line = ModbusLine("a", f"serial://{modem.ends[0]}?baud=9600", units, folder=None)
        line.start()
        try:
            until(line, lambda: line.fault(UNIT) == "")
            yield pad, line
        finally:
            line.stop()


def until(line: ModbusLine, true: Callable[[], object], within_s: float = 25.0) -> None:
    deadline_s = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline_s, (line.line.health, line.master.units[UNIT])
        line.poll()
        time.sleep(0.004)


def test_our_host_hears_every_key_of_a_foreign_device(foreign):
    pad, line = foreign
    heard: list[KeyMoved] = []
    reported = line.master.units[UNIT]
    until(line, lambda: reported._boot == 9)
    for keys in ((2,), (0, 1, 0), (4, 5, 6, 7, 8, 9, 10, 10)):
        pad.press(*keys)
        expected = len([move for move in pad.moves if move.down])
        until(line, lambda: heard.extend(line.take(UNIT)) or sum(event.down for event in heard) >= expected)  # noqa: B023
    keys = [event.key for event in heard if event.down]
    assert keys[:4] == [2, 0, 1, 0]
    assert sorted(keys[4:]) == [4, 5, 6, 7, 8, 9, 10, 10]
    # pymodbus answers for devices it does not have, with an exception; on a busy machine some time too late
    until(line, lambda: line.fault(9) == "wrong_device")
    assert reported.facts is not None
    assert (reported.facts.firmware, reported.facts.serial) == ((3, 1), 77)


def test_our_host_writes_lamps_and_digits_into_a_foreign_device(foreign):
    pad, line = foreign
    line.master.lamps(UNIT, {0: "on", 3: "blink", 10: "flash"})
    line.master.show(UNIT, m.digits_of(7, "A042"), m.CounterState.PAUSED)
    until(line, lambda: pad.holding(m.STATE, 1) == [m.CounterState.PAUSED] and any(pad.coils()))
    lamps = {lamp: state for lamp, state in m.lamps_of(pad.coils()).items() if state != "off"}
    assert lamps == {0: "on", 3: "blink", 10: "flash"}
    assert "".join(map(chr, pad.holding(m.DIGITS, m.MOST_DIGITS))) == "007042"
    assert line.line.health.echo != "heard", "an answer is never taken for an echo"


# -- pymodbus is the host


@pytest.fixture
def simulated(tmp_path) -> Iterator[tuple[SimulatedModbusLine, ModbusSerialClient]]:
    pad = modbus_device.Device(UNIT, lambda: int(time.monotonic() * 1_000), serial=4711)
    sign = modbus_device.Device(6, lambda: 0, modbus_device.SIGN, keys=0, lamps=0, digits=0)
    line = SimulatedModbusLine(tmp_path / "line", (pad, sign))
    line.start()
    client = ModbusSerialClient(str(line.path), framer=FramerType.RTU, baudrate=9600, timeout=1, retries=1)
    try:
        assert client.connect()
        yield line, client
    finally:
        client.close()
        line.stop()


def test_a_foreign_host_reads_who_our_device_is_and_what_its_keys_did(simulated):
    line, client = simulated
    facts = client.read_input_registers(m.FACTS, count=m.FACT_COUNT, device_id=UNIT)
    assert m.facts_of(facts.registers).serial == 4711
    for key in (3, 0, 3):
        line.device[UNIT].press(key)
    line.move(UNIT, 7, True)
    report = m.report_of(client.read_input_registers(m.REPORT, count=m.FULL_COUNT, device_id=UNIT).registers)
    assert [move.key for move in report.moves if move.down] == [3, 0, 3, 7]
    assert report.presses is not None
    assert [report.presses[key] for key in (0, 3, 7)] == [1, 2, 1]
    discrete = client.read_discrete_inputs(0, count=16, device_id=UNIT)
    assert [key for key in range(16) if discrete.bits[key]] == [7]


def test_a_foreign_host_writes_with_all_four_functions_and_reads_back(simulated):
    line, client = simulated
    assert not client.write_coil(2, True, device_id=UNIT).isError()
    assert not client.write_coils(m.BLINKING, [False, False, True], device_id=UNIT).isError()
    assert not client.write_register(m.STATE, int(m.CounterState.OPEN), device_id=UNIT).isError()
    assert not client.write_registers(m.DIGITS, list(m.digits_of(12, "B007")), device_id=UNIT).isError()
    assert not client.write_registers(m.TEXT_STYLE, list(m.text_registers("请A005号到3号窗口")), device_id=6).isError()
    assert (line.device[UNIT].lit, line.device[UNIT].shown) == ({2: "blink"}, "012007")
    assert line.device[6].text == "请A005号到3号窗口"
    assert client.read_holding_registers(m.STATE, count=1, device_id=UNIT).registers == [m.CounterState.OPEN]
    assert client.read_coils(0, count=20, device_id=UNIT).bits[:20] == [False, False, True, *[False] * 15, True, False]
    assert not client.write_coil(m.BEEP, True, device_id=UNIT).isError()
    assert line.device[UNIT].beeps == 1


@pytest.mark.parametrize(("address", "count", "code"), [(0x0100, 1, 2), (0, 125, 2)])
def test_a_foreign_host_understands_our_refusals(simulated, address, count, code):
    _, client = simulated
    answer = client.read_holding_registers(address, count=count, device_id=UNIT)
    assert answer.isError()
    assert answer.exception_code == code


def test_a_foreign_host_gets_through_noise_by_asking_again(simulated):
    line, client = simulated
    line.faults.flip_chance = 0.3
    read = 0
    for _ in range(12):
        with contextlib.suppress(Exception):
            read += not client.read_input_registers(m.FACTS, count=2, device_id=UNIT).isError()
    line.faults.flip_chance = 0.0
    assert client.read_input_registers(m.FACTS, count=2, device_id=UNIT).registers == [m.MAGIC, m.MAP_VERSION << 8]
    assert read >= 1

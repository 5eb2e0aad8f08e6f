"""The bus commands as an installer types them, on pseudo-terminals: what they print, what they refuse and how."""

from __future__ import annotations

import os
import re
import socket
import threading
import time
import tty
from contextlib import contextmanager
from pathlib import Path

import pytest

from broker.runtime.frames import p1, p2
from broker.runtime.frames.modbus_simulator import SimulatedModbusLine
from broker.runtime.frames.p1_simulator import SimulatedLine
from broker.runtime.serial_port import SerialAddress, SerialPort
from caller import __main__ as program
from caller.bus_bench import ranges
from caller.bus_command import main, units_of
from caller.modbus_line import ModbusUnits, simulated_devices
from tests.halls import SMALL


@pytest.fixture
def line(tmp_path):
    simulated = SimulatedLine(tmp_path / "bus", (3, 4), ((9, 5),), (("p2", 3), ("p2", 4), ("p4", 5)))
    simulated.start()
    yield simulated
    simulated.stop()


def bus(*words: object) -> tuple[int, str]:
    """Exit code and what was printed."""
    said: list[str] = []
    code = main([str(word) for word in words], said.append)
    return code, "\n".join(said)


def address(simulated: SimulatedLine) -> str:
    return f"serial://{simulated.path}"


def later(do, after_s: float = 0.4) -> None:
    timer = threading.Timer(after_s, do)
    timer.daemon = True
    timer.start()


# -- monitor


def test_the_monitor_shows_hex_of_both_ways_with_its_meaning_and_counts_by_address(line):
    later(lambda: line.press(3, "call"))
    later(lambda: line.press(9, "2"), 0.8)
    code, said = bus("monitor", address(line), "--seconds", 1.6, "--answer")
    assert code == 0
    assert re.search(r"\d\d:\d\d:\d\d\.\d{3} <- FF 68 03 03 68 03 01 0C 10 16\n +=  P1 terminal 3: CALL", said)
    assert re.search(r"-> FF 68 03 03 68 03 01 0C 10 16\n +=  P1", said), "what it answered is shown too"
    assert "P1 evaluator 9 reports key 2" in said
    assert re.search(r"p1    3  frames +1  damaged +0  error rate 0\.0%", said)
    assert line.terminal[3].waiting == 0


def test_without_answering_a_terminal_repeats_itself_and_the_monitor_only_listens(line):
    later(lambda: line.press(4, "pause"))
    _, said = bus("monitor", address(line), "--seconds", 1.3)
    assert said.count("<- FF 68 03 03 68 04 01 12 17 16") >= 2
    assert "->" not in said


def test_garbled_frames_of_one_address_are_called_by_their_likely_name(line):
    spoilt = bytearray(p1.encode(p1.key_frame(4, "", p1.Key.CALL)))
    spoilt[-2] ^= 1

    def spoil() -> None:
        for _ in range(8):
            line.put_noise(bytes(spoilt))
            time.sleep(0.2)

    later(spoil)
    _, said = bus("monitor", address(line), "--seconds", 4, "--make", "p1")
    assert "没有认识的帧" in said
    # On a machine that is busy two frames may arrive as one piece of noise.
    assert re.search(r"p1    4  frames +0  damaged +[4-8]  error rate 100\.0%", said)
    assert "地址 p1 4：帧常被损坏" in said


def test_a_pulled_cable_is_told_and_so_is_its_return(line):
    later(line.unplug, 0.3)
    later(line.plug_in, 0.8)
    _, said = bus("monitor", address(line), "--seconds", 2.0)
    assert "线路断开" in said
    assert "线路恢复" in said


# -- scan


def test_strips_that_cannot_answer_show_their_own_addresses(line):
    code, said = bus("scan", address(line), "--make", "p2", "--units", "1-5", "--wait-ms", 20)
    assert code == 0
    assert line.strip.at["p2", 3].text == "地址003"
    assert line.strip.at["p2", 4].text == "地址004"
    assert "silent: 1-5" in said
    assert "每块屏显示自己的地址码" in said


@contextmanager
def answering(path: Path, answers: dict[bytes, bytes]):
    """A line whose devices say what the table has for each frame."""
    host, near = os.openpty()
    tty.setraw(near)
    path.symlink_to(os.ttyname(near))
    stopping = threading.Event()

    def run() -> None:
        os.set_blocking(host, False)
        heard = b""
        while not stopping.wait(0.003):
            try:
                heard += os.read(host, 4096)
            except BlockingIOError:
                continue
            for asked, answer in answers.items():
                if asked in heard:
                    heard = b""
                    os.write(host, answer)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield f"serial://{path}"
    finally:
        stopping.set()
        thread.join()
        os.close(host)
        os.close(near)


def test_two_answers_or_a_garbled_one_at_an_address_are_a_warning_and_an_exit_code(tmp_path):
    probe = {unit: p1.DRIVER.probe(unit) for unit in (1, 2, 3)}
    word = {unit: p1.encode(p1.key_frame(unit, "", p1.Key.CONFIRM)) for unit in (1, 2, 3)}
    garbled = word[3][:5] + b"\x00\xff" + word[3][7:]
    table = {probe[1]: word[1], probe[2]: word[2] * 2, probe[3]: garbled}
    with answering(tmp_path / "line", table) as where:
        code, said = bus("scan", where, "--make", "p1", "--units", "1-4", "--wait-ms", 150)
    assert code == 1
    assert "有应答 answered: 1" in said
    assert "两个应答 answered twice: 2" in said
    assert "应答损坏 garbled: 3" in said
    assert "无应答 silent: 4" in said
    assert "address p1 2: two answers" in said
    assert "地址 p1 3 有两个应答或应答损坏" in said


def test_devices_that_answer_are_found_by_asking(tmp_path):
    units = ModbusUnits(consoles={3: "pad"}, keypads={5: "rating"}, signs={7: "sign"})
    simulated = SimulatedModbusLine(tmp_path / "bus", simulated_devices(units))
    simulated.start()
    try:
        code, said = bus("scan", address(simulated), "--make", "modbus", "--units", "1-8", "--wait-ms", 150)
    finally:
        simulated.stop()
    assert code == 0
    assert "有应答 answered: 3, 5, 7" in said
    assert "go and look" not in said


# -- send


def test_a_test_frame_a_text_or_bare_bytes_reach_the_device(line):
    code, said = bus("send", address(line), "--make", "p1", "--unit", 3, "--wait-ms", 50)
    assert code == 0
    assert "-> FF 68 08 08 68 03 02" in said
    assert line.terminal[3].digits == "003003"
    bus("send", address(line), "--make", "p4", "--unit", 5, "--text", "请A005号", "--wait-ms", 50)
    assert line.strip.at["p4", 5].text == "请A005号"
    bus("send", address(line), "--hex", "FF 68 02 02 68 04 03 07 16", "--wait-ms", 50)
    assert line.terminal[4].beeps == 1


# -- simulate


def test_a_simulated_bus_can_be_opened_pressed_and_watched(tmp_path):
    path, said = tmp_path / "bus", []
    words = ["simulate", str(path), "--terminals", "1-64", "--strips", "p2:1-3", "--seconds", "3", "--tcp", "0"]
    thread = threading.Thread(target=lambda: main(words, said.append))
    thread.start()
    until(lambda: any("TCP" in line for line in said))
    port = SerialPort(SerialAddress(str(path)))
    port.open()
    port.write(p2.DRIVER.probe(2) + p1.encode(p1.show(64, 1, "A002")))
    until(lambda: {"p2 2 条屏: 地址002", "p1 64 呼叫器: [001002]"} <= set(said))
    port.close()
    with socket.create_connection(("127.0.0.1", int(said[1].rpartition(":")[2])), timeout=5) as client:
        client.sendall(p1.encode(p1.show(5, None, "B077")))
        until(lambda: "p1 5 呼叫器: [   077]" in said)
    thread.join(timeout=10)
    assert not thread.is_alive()
    assert not path.exists()
    assert "67 台设备" in said[0]


def test_what_is_typed_at_a_simulated_bus_is_done_or_explained(line):
    from caller.bus_simulate import Stage

    said: list[str] = []
    stage = Stage(line, said.append)
    port = SerialPort(SerialAddress(str(line.path)))
    port.open()
    assert stage.do(["press", "3", "call"])
    assert port.read(10, 2.0) == p1.encode(p1.key_frame(3, "", p1.Key.CALL))
    port.close()
    for words in (["press", "77", "call"], ["press", "3", "dance"], ["press", "x", "call"], ["jump"], []):
        assert stage.do(words)
    assert len(said) == 4
    assert stage.do(["echo", "on"])
    assert line.faults.echo
    assert stage.do(["unplug"])
    assert not line.path.exists()
    assert stage.do(["plug"])
    assert line.path.exists()
    assert not stage.do(["quit"])


def test_a_hall_file_names_the_devices_of_its_line(tmp_path):
    hall = tmp_path / "hall.toml"
    hall.write_text(
        SMALL.replace("virtual://rs485", f"serial://{tmp_path}/line-a")
        + '[strips.s1]\ncounter = "c1"\ncaller = "desk-1"\naddress = "p3://a/9"\n'
    )
    said: list[str] = []
    thread = threading.Thread(target=lambda: main(["simulate", str(hall), "--seconds", "2"], said.append))
    thread.start()
    until(lambda: (tmp_path / "line-a").exists())
    code, printed = bus("send", hall, "--make", "p3", "--unit", 9, "--text", "暂停服务", "--wait-ms", 50)
    thread.join(timeout=10)
    assert code == 0
    assert "P3 strip 9 shows “暂停服务”" in printed
    assert "5 台设备" in said[0]
    assert "p3 9 条屏: 暂停服务" in said


# -- what cannot be done is said with what can


def refused(capsys, *words: object) -> str:
    code, _ = bus(*words)
    assert code == 78
    return capsys.readouterr().err


def test_a_line_that_another_program_has_is_said_so(line, capsys):
    port = SerialPort(SerialAddress(str(line.path)))
    port.open()
    said = refused(capsys, "monitor", address(line), "--seconds", 1)
    port.close()
    assert "线路正被别的程序占用" in said
    assert "stop the caller" in said


def test_bad_words_are_answered_in_both_languages(tmp_path, line, capsys):
    hall = tmp_path / "hall.toml"
    hall.write_text(SMALL)
    where = address(line)
    for words, zh, en in (
        (["monitor", "/dev/no-such-thing", "--seconds", 1], "没有这个设备", "no such device"),
        (["monitor", "serial://dev?baud=x", "--seconds", 1], "串口地址的写法", "written serial:///dev/NAME"),
        (["monitor", tmp_path / "none.toml"], "大厅文件不能用", "cannot be used"),
        (["monitor", hall], "虚拟的", "this line is virtual"),
        (["monitor", hall, "--line", "z"], "请指明线路：--caller desk-1 --line a", "say which line"),
        (["scan", where, "--make", "p9"], "没有协议“p9”", "there is no make 'p9'; makes:"),
        (["scan", where], "请用 --make", "say which make"),
        (["scan", where, "--make", "p1", "--units", "1-900"], "地址为 1 到 250", "addresses are 1 to 250"),
        (["scan", where, "--make", "p1", "--units", "a-b"], "不是地址范围", "no range of addresses"),
        (["send", where, "--make", "p1"], "请写 --unit", "say --unit"),
        (["send", where, "--make", "p1", "--unit", 3, "--text", "x"], "不能显示文字", "shows no texts"),
        (["send", where, "--make", "p2", "--unit", 3, "--text", "x", "--option", "a=b"], "", "no option 'a'"),
        (["send", where, "--hex", "zz"], "十六进制", "pairs of digits"),
        (["simulate", hall.parent / "no" / "bus"], "没有文件夹", "there is no folder"),
        (["simulate", __file__], "已经存在", "is there already"),
        (["simulate", tmp_path / "x", "--strips", "p1:3"], "条屏写作", "MAKE:UNITS"),
    ):
        said = refused(capsys, *words)
        assert zh in said, (words, said)
        assert en in said, (words, said)


def test_the_program_hands_its_bus_words_over_and_explains_itself(capsys):
    with pytest.raises(SystemExit) as ended:
        program.main(["bus", "--help"])
    assert ended.value.code == 0
    assert "monitor" in capsys.readouterr().out


def test_ranges_are_read_and_written():
    assert units_of("1-3, 7,9-9") == [1, 2, 3, 7, 9]
    assert units_of("") == []
    assert ranges([1, 2, 3, 7, 9, 10]) == "1-3, 7, 9-10"


def until(true, within_s: float = 15.0) -> None:
    deadline_s = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline_s
        time.sleep(0.01)

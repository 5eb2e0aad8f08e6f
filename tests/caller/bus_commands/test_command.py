"""The bus commands as an installer types them, on pseudo-terminals: what they print, what they refuse and how."""

from __future__ import annotations

import os
import re
import socket
import threading
import tty
from contextlib import contextmanager
from pathlib import Path

import pytest

from broker.runtime.frames import p1, p2
from broker.runtime.frames.key_simulator import SimulatedLine
from broker.runtime.frames.modbus_map import Prompt, digits_of
from broker.runtime.frames.modbus_simulator import SimulatedModbusLine
from broker.runtime.serial_port import SerialAddress, SerialPort
from caller import __main__ as program
from caller.bus_commands import command as bus_command
from caller.bus_commands.bench import ranges
from caller.bus_commands.command import main, units_of
from caller.lines.modbus_line import ModbusLine, ModbusUnits, simulated_devices
from tests.halls import SMALL
from tests.waiting import until

PLAYED = ModbusUnits(consoles={1: "pad-1", 2: "pad-2"}, keypads={3: "face-3"}, signs={4: "sign-4"})


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


class Running:
    """A bus command that goes on until it is told to stop; ``said`` grows meanwhile."""

    def __init__(self, *words: object) -> None:
        self.said: list[str] = []
        self.code: int | None = None
        self._stopping = threading.Event()
        self._words = [str(word) for word in words]
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        self.code = main(self._words, self.said.append, self._stopping)

    @property
    def text(self) -> str:
        return "\n".join(self.said)

    def until(self, words: str) -> None:
        until(lambda: re.search(words, self.text))

    def __enter__(self) -> Running:
        self._thread.start()
        until(lambda: self.said)
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join(timeout=25)
        assert not self._thread.is_alive()


# -- monitor


def test_the_monitor_shows_hex_of_both_ways_with_its_meaning_and_counts_by_address(line):
    with Running("monitor", address(line), "--answer") as monitor:
        line.press(3, "call")
        monitor.until(r"\d\d:\d\d:\d\d\.\d{3} <- FF 68 03 03 68 03 01 0C 10 16\n +=  P1 terminal 3: CALL")
        until(lambda: line.terminal[3].waiting == 0)
        line.press(9, "2")
        monitor.until("P1 evaluator 9 reports key 2")
        monitor.until(r"-> FF 68 03 03 68 03 01 0C 10 16\n +=  P1")  # what it answered is shown too
    assert monitor.code == 0
    assert re.search(r"p1    3  frames +\d  damaged +0  error rate 0\.0%", monitor.text)


def test_a_simulated_line_is_named_by_its_path_as_a_device_is(line):
    with Running("monitor", line.path) as monitor:
        line.press(3, "call")
        monitor.until("P1 terminal 3: CALL")
    assert monitor.code == 0


def test_without_answering_a_terminal_repeats_itself_and_the_monitor_only_listens(line):
    with Running("monitor", address(line)) as monitor:
        line.press(4, "pause")
        until(lambda: monitor.text.count("FF 68 03 03 68 04 01 12 17 16") >= 2)
    assert "->" not in monitor.text


def test_garbled_frames_of_one_address_are_called_by_their_likely_name(line):
    spoilt = bytearray(p1.encode(p1.key_frame(4, "", p1.Key.CALL)))
    spoilt[-2] ^= 1
    with Running("monitor", address(line), "--make", "p1") as monitor:
        for count in range(1, 9):
            line.put_noise(bytes(spoilt))
            until(lambda count=count: monitor.text.count(bytes(spoilt).hex(" ").upper()) >= count)
        monitor.until("没有认识的帧")
    assert re.search(r"p1    4  frames +0  damaged +8  error rate 100\.0%", monitor.text)
    assert "地址 p1 4：帧常被损坏" in monitor.text


def test_frames_of_one_make_are_no_damaged_ones_of_another(line):
    with Running("monitor", address(line)) as monitor:
        for unit in range(1, 9):
            line.put_noise(p1.encode(p1.key_frame(unit, "", p1.Key.CALL)))
            monitor.until(f"P1 terminal {unit}: CALL")
    assert "p1    8  frames" in monitor.text
    assert "modbus" not in monitor.text, "none speaks here"
    assert "!!" not in monitor.text


def test_a_pulled_cable_is_told_and_so_is_its_return(line):
    with Running("monitor", address(line)) as monitor:
        line.unplug()
        monitor.until("线路断开")
        line.plug_in()
        monitor.until("线路恢复")
        line.press(3, "call")
        monitor.until("P1 terminal 3: CALL")


# -- scan


def test_strips_that_cannot_answer_show_their_own_addresses(line):
    code, said = bus("scan", address(line), "--make", "p2", "--units", "1-5", "--wait-ms", 20)
    assert code == 0
    assert line.strip.at["p2", 3].text == "地址003"
    assert line.strip.at["p2", 4].text == "地址004"
    assert "sent to, answers nothing: 1-5" in said, "who never answers is not silent"
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
        code, said = bus("scan", where, "--make", "p1", "--units", "1-4", "--wait-ms", 700)
    assert code == 1
    assert "有应答 answered: 1" in said
    assert "两个应答 answered twice: 2" in said
    assert "应答损坏 garbled: 3" in said
    assert "已发送（不会应答） sent to, answers nothing: 4" in said
    assert "address p1 2: two answers" in said
    assert "地址 p1 3 有两个应答或应答损坏" in said


def test_devices_that_answer_are_found_by_asking(tmp_path):
    units = ModbusUnits(consoles={3: "pad"}, keypads={5: "rating"}, signs={7: "sign"})
    simulated = SimulatedModbusLine(tmp_path / "bus", simulated_devices(units))
    simulated.start()
    try:
        code, said = bus("scan", address(simulated), "--make", "modbus", "--units", "3-8", "--wait-ms", 500)
    finally:
        simulated.stop()
    assert code == 0
    assert "有应答 answered: 3, 5, 7" in said
    assert "Modbus unit 3: has 16 keys, 16 lamps" in said and "Modbus unit 7: has 60 bytes of text" in said
    assert "go and look" not in said


# -- send


def test_a_test_frame_a_text_or_bare_bytes_reach_the_device(line):
    code, said = bus("send", address(line), "--make", "p1", "--unit", 3, "--wait-ms", 50)
    assert code == 0
    assert "-> FF 68 08 08 68 03 02" in said
    until(lambda: line.terminal[3].digits == "003003")
    bus("send", address(line), "--make", "p4", "--unit", 5, "--text", "请A005号", "--wait-ms", 50)
    until(lambda: line.strip.at["p4", 5].text == "请A005号")
    bus("send", address(line), "--hex", "FF 68 02 02 68 04 03 07 16", "--wait-ms", 50)
    until(lambda: line.terminal[4].beeps == 1)


# -- simulate


@pytest.fixture
def keyboard(monkeypatch):
    """What a person types at ``bus simulate``."""
    reading, writing = os.pipe()
    with os.fdopen(reading) as typed, os.fdopen(writing, "w", buffering=1) as keys:
        monkeypatch.setattr(bus_command, "standard_input", lambda: typed)
        yield lambda order: keys.write(f"{order}\n")


def test_a_simulated_bus_can_be_opened_pressed_and_watched(tmp_path, keyboard):
    path = tmp_path / "bus"
    with Running("simulate", path, "--terminals", "1-64", "--strips", "p2:1-3", "--tcp", "0") as bus_of_64:
        said = bus_of_64.said
        until(lambda: any("TCP" in line for line in said))
        port = SerialPort(SerialAddress(str(path)))
        port.open()
        port.write(p2.DRIVER.probe(2) + p1.encode(p1.show(64, 1, "A002")))
        until(lambda: {"p2 2 条屏: 地址002", "p1 64 呼叫器: [001002]"} <= set(said))
        keyboard("press 7 call")
        assert port.read(10, 25.0) == p1.encode(p1.key_frame(7, "", p1.Key.CALL))
        port.close()
        with socket.create_connection(("127.0.0.1", int(said[1].rpartition(":")[2])), timeout=25) as client:
            client.sendall(p1.encode(p1.show(5, None, "B077")))
            until(lambda: "p1 5 呼叫器: [   077]" in said)
    assert bus_of_64.code == 0
    assert not path.exists()
    assert "67 台设备" in said[0]


def test_what_is_typed_at_a_simulated_bus_is_done_or_explained(line):
    from caller.bus_commands.simulate import Stage

    said: list[str] = []
    stage = Stage(line, said.append)
    port = SerialPort(SerialAddress(str(line.path)))
    port.open()
    assert stage.do(["press", "3", "call"])
    assert port.read(10, 2.0) == p1.encode(p1.key_frame(3, "", p1.Key.CALL))
    port.close()
    assert stage.do(["press", "9", "2", "evaluator"])
    assert line.evaluator[9].waiting == 1
    wrong = (["press", "77", "call"], ["press", "3", "dance"], ["press", "x", "call"], ["press", "3", "2", "evaluator"])
    for words in (*wrong, ["press", "3", "2", "pad"], ["jump"], []):
        assert stage.do(words)
    assert len(said) == 6
    assert stage.do(["echo", "on"])
    assert line.faults.echo
    assert stage.do(["unplug"])
    assert not line.path.exists()
    assert stage.do(["plug"])
    assert line.path.exists()
    assert not stage.do(["quit"])


def test_the_open_pad_and_sign_are_played_too(tmp_path, keyboard):
    """With the product's own master at the other end: keys are heard, digits and text are shown."""
    path = tmp_path / "bus"
    devices = ("--terminals", "modbus:1-2", "--evaluators", "modbus:3", "--strips", "modbus:4")
    with Running("simulate", path, *devices) as played:
        line = ModbusLine("a", f"serial://{path}", PLAYED, tmp_path)
        line.start()
        try:
            turning(line, lambda: not any(line.fault(unit) for unit in (1, 2, 3, 4)))
            line.master.show(1, digits_of(7, "A042"))
            line.master.show(3, prompt=Prompt.ASKING, stars=4)
            line.master.text(4, "请A042号")
            shown = {
                "modbus 1 按键盒 pad: [007042]",
                "modbus 3 评价器 evaluator: asking ★★★★",
                "modbus 4 窗口屏 sign: 请A042号",
            }
            turning(line, lambda: shown <= set(played.said), played.said)
            keyboard("press 1 5")
            heard: list[object] = []
            turning(line, lambda: heard.extend(line.take(1)) or len(heard) >= 2)
            assert [(move.key, move.down) for move in heard] == [(5, True), (5, False)]
            keyboard("press 1 77")
            played.until("没有这台设备或这个键")
            keyboard("unplug")
            turning(line, lambda: not line.line.health.online)
            keyboard("plug")
            turning(line, lambda: line.line.health.online)
        finally:
            line.stop()
        keyboard("quit")
    assert "4 台设备" in played.said[0]


def test_a_voice_module_is_asked_told_and_watched(tmp_path):
    path = tmp_path / "voice"
    with Running("simulate", path, "--voice", "p6") as played:
        code, said = bus("scan", f"serial://{path}", "--make", "p6", "--wait-ms", 500)
        assert code == 0
        assert "P6 voice module: idle" in said
        assert "有应答 answered: 串口语音模块" in said
        code, said = bus("send", f"serial://{path}", "--make", "p6", "--text", "请A005号到3号窗口")
        assert code == 0
        assert "P6 voice module is to say “[v10][t4]请A005号到3号窗口”" in said
        played.until("p6 语音模块 voice: “\\[v10\\]\\[t4\\]请A005号到3号窗口”")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--voice", "p2"], "--voice is one of p6"),
        (["--voice", "p6", "--strips", "p2:1"], "a voice module is alone on its line"),
        (["--terminals", "1-3", "--evaluators", "modbus:4"], "one make speaks on a line, not modbus + p1"),
        (["--terminals", "modbus:1", "--strips", "p2:1"], "Modbus devices need a line of their own, without p2"),
        (["--terminals", "modbus:1", "--strips", "modbus:1"], "each Modbus device has a unit of its own"),
        (["--terminals", "p3:1"], "MAKE:UNITS with a make of p1, modbus"),
    ],
)
def test_what_cannot_stand_on_one_line_is_not_played(tmp_path, capsys, words, said):
    assert said in refused(capsys, "simulate", tmp_path / "bus", *words)


def test_a_hall_file_names_the_devices_of_its_line(tmp_path):
    hall = tmp_path / "hall.toml"
    hall.write_text(
        SMALL.replace("virtual://rs485", f"serial://{tmp_path}/line-a")
        + '[strips.s1]\ncounter = "c1"\ncaller = "desk-1"\naddress = "p3://a/9"\n'
    )
    with Running("simulate", hall) as played:
        until(lambda: (tmp_path / "line-a").exists())
        code, printed = bus("send", hall, "--make", "p3", "--unit", 9, "--text", "暂停服务", "--wait-ms", 50)
        played.until("p3 9 条屏: 暂停服务")
    assert code == 0
    assert "P3 strip 9 shows “暂停服务”" in printed
    assert "5 台设备" in played.said[0]


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
        (["scan", Path("/nowhere/absent")], "没有这个设备，也没有这个大厅文件", "neither a device nor a hall file"),
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
        (["simulate", tmp_path / "x", "--strips", "p1:3"], "写作 协议:地址", "MAKE:UNITS"),
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


def turning(line: ModbusLine, true, about: object = None) -> None:
    """Until it is true, with the host's loop going on."""
    until(lambda: line.poll() is not None and true(), about)

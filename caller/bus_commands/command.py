"""``python -m caller bus monitor|scan|send|simulate``: a serial line in the hands of whoever installs it.

TARGET is a device file (/dev/ttyUSB0), an address (serial:///dev/ttyUSB0?baud=9600) or a hall file. A line belongs to
one program at a time, so the caller of that line must be stopped first.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from broker.model.address import BadAddress
from broker.runtime.errors import NodeError
from broker.runtime.frames.driver import BadOption, Driver, FrameError
from broker.runtime.frames.registry import drivers, evaluator_makes, strip_makes, terminal_makes, voice_makes
from broker.runtime.process import ExitCode
from broker.runtime.serial_port import PortAbsent, PortBusy, SerialAddress, SerialPortError
from broker.runtime.stop_signals import set_on_signals
from caller.bus_commands.bench import Bench, Say, monitor, ranges, scan
from caller.bus_commands.orders import WrongOrder
from caller.bus_commands.simulate import HELP, USUAL_KEYS, Cast, Stage, TcpEnd, simulated, standard_input
from caller.bus_commands.target import BusLine, TargetUnclear, bus_line
from caller.lines.modbus_line import MODBUS

HIGHEST_UNIT = 250


def main(arguments: Sequence[str], say: Say | None = None, stopping: threading.Event | None = None) -> int:
    """Do it; returns the exit code. Mistakes are said in both languages, with what to write instead.

    ``stopping`` ends what would go on for ever or for its ``--seconds``.
    """
    options = _parser().parse_args(arguments, argparse.Namespace(stopping=stopping or threading.Event()))
    try:
        code: int = options.run(options, say or _print)
        return code
    except PortBusy as error:
        zh = "线路正被别的程序占用；请先停止使用它的 caller，再试"
        en = "another program has this line; stop the caller that uses it, then try again"
        return _refuse(f"{error.path}: {en}", f"{error.path}：{zh}")
    except PortAbsent as error:
        zh = "没有这个设备；请检查接线和名字（ls /dev/serial/by-path）"
        en = "there is no such device now; look at the cable and the name (ls /dev/serial/by-path)"
        return _refuse(f"{error.path}: {en}", f"{error.path}：{zh}")
    except FrameError as error:
        return _refuse(str(error), error.zh if isinstance(error, BadOption) else f"这种帧装不下：{error}")
    except SerialPortError as error:
        return _refuse(str(error), error.zh)
    except NodeError as error:
        return _refuse(str(error), error.zh)
    except BadAddress as error:
        return _refuse(str(error), error.zh)


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _refuse(sentence: str, zh: str) -> int:
    sys.stderr.write(f"{zh}\n{sentence}\n" if zh else f"{sentence}\n")
    return ExitCode.CONFIGURATION


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m caller bus", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parts = parser.add_subparsers(required=True, metavar="monitor|scan|send|simulate")
    one = _part(parts, "monitor", _monitor, "监听线路：双向十六进制和解码 show every byte both ways, decoded")
    one.add_argument("--seconds", type=float, help="监听多久（默认直到 Ctrl-C） for so long; otherwise until Ctrl-C")
    one.add_argument("--answer", action="store_true", help="像主机一样应答按键 acknowledge keys as the host would")
    one = _part(parts, "scan", _scan, "逐个地址询问，找重复地址 ask each address, find those that two devices have")
    one.add_argument("--units", default="1-64", help="地址范围，如 1-64,100 addresses (default 1-64)")
    one.add_argument("--wait-ms", type=int, default=100, help="每个地址等多久 how long to wait for each (default 100)")
    one = _part(parts, "send", _send, "发一帧测试 send one test frame")
    one.add_argument("--unit", type=int, help="地址 the device's address")
    one.add_argument("--text", help="条屏要显示的文字 what a strip shall show")
    one.add_argument(
        "--option", action="append", default=[], metavar="NAME=VALUE", help="如 form=board, e.g. form=board"
    )
    one.add_argument("--hex", help="原样发送的字节 bytes as they are, e.g. 'FF 68 02 02 68 03 03 06 16'")
    one.add_argument("--wait-ms", type=int, default=300, help="之后听多久 how long to listen then (default 300)")
    one = _part(parts, "simulate", _simulate, "虚拟总线，不需要硬件 a virtual bus with any number of devices")
    for name, words in (
        ("terminals", "呼叫器，如 1-64 或 modbus:1-6 terminals or pads"),
        ("evaluators", "评价器，五键 evaluators, five keys each"),
        ("strips", "条屏、窗口屏，如 p2:1-64 strips, boards and signs"),
    ):
        one.add_argument(f"--{name}", action="append", default=[], metavar="[MAKE:]UNITS", help=words)
    one.add_argument("--voice", metavar="MAKE", help="语音模块，单独一条线路 a voice module, alone on its line")
    one.add_argument("--baud", type=int, help="按真实速率传输 in true time at this speed; otherwise at once")
    one.add_argument("--collide", action="store_true", help="设备不先听就发 devices speak without listening first")
    one.add_argument("--tcp", type=int, metavar="PORT", help="也在本机 TCP 端口提供 also on a TCP port (0: any)")
    one.add_argument("--seconds", type=float, help="多久后结束 end by itself")
    return parser


def _part(parts: argparse._SubParsersAction, name: str, run: Callable, words: str) -> argparse.ArgumentParser:  # type: ignore[type-arg]
    one: argparse.ArgumentParser = parts.add_parser(name, help=words, description=words)
    one.set_defaults(run=run)
    makes = "、".join(drivers())
    where = "pty 的路径或大厅文件 path for the pty, or a hall file" if name == "simulate" else "设备、地址或大厅文件"
    one.add_argument("target", metavar="TARGET", help=f"{where}: /dev/ttyUSB0, serial:///dev/...?baud=9600, hall.toml")
    one.add_argument("--caller", help="大厅文件里的 caller, where the hall file has several")
    one.add_argument("--line", help="大厅文件里的线路名 the line's name in the hall file")
    one.add_argument("--make", action="append", default=[], metavar="MAKE", help=f"协议 makes: {makes}")
    return one


# -- the commands


def _monitor(options: argparse.Namespace, say: Say) -> int:
    line = _real(options)
    with Bench(_address(line), _chosen(options.make, line), say, answer=options.answer) as bench:
        say(f"监听 listening on {line.address}. Ctrl-C 结束 ends.")
        with contextlib.suppress(KeyboardInterrupt):
            monitor(bench, options.seconds, stopping=options.stopping.is_set)
        bench.summary()
    return 0


def _scan(options: argparse.Namespace, say: Say) -> int:
    line = _real(options)
    driver = _one_make(options.make, line)
    units = [0] if driver.alone else units_of(options.units)
    with Bench(_address(line), [driver], say) as bench:
        found = scan(bench, driver, units, max(options.wait_ms, 10) / 1_000, say)
        bench.summary()
    if driver.answers and line.units:
        lacking = [unit for make, unit in line.units if make == driver.make and found.get(unit) == "silent"]
        if lacking:
            say(f"!! 大厅文件里有、线路上没有 in the hall file, not on the line: {ranges(lacking)}")
    return 1 if {"twice", "garbled"} & set(found.values()) else 0


def _send(options: argparse.Namespace, say: Say) -> int:
    line = _real(options)
    data = _test_frame(options, line)
    with Bench(_address(line), _chosen(options.make, line), say) as bench:
        bench.line.send(data)
        monitor(bench, 0.2 + max(options.wait_ms, 0) / 1_000)
    return 0


def _simulate(options: argparse.Namespace, say: Say) -> int:
    path, cast = _cast(options)
    line = simulated(path, cast, options.baud, listens=not options.collide)
    line.start()
    end = None if options.tcp is None else TcpEnd(path, options.tcp)
    stopping = options.stopping
    undo = set_on_signals(stopping) if threading.current_thread() is threading.main_thread() else lambda: None
    until_s = float("inf") if options.seconds is None else time.monotonic() + options.seconds
    try:
        say(f"虚拟总线 virtual bus: serial://{path.absolute()}  ({len(cast)} 台设备 devices)")
        if end is not None:
            end.start()
            say(f"TCP 127.0.0.1:{end.port}")
        say(HELP)
        Stage(line, say).run(lambda: stopping.is_set() or time.monotonic() >= until_s, standard_input())
    finally:
        undo()
        if end is not None:
            end.stop()
        line.stop()
    return 0


# -- what the words mean


def _real(options: argparse.Namespace) -> BusLine:
    return bus_line(options.target, options.caller, options.line)


def _address(line: BusLine) -> SerialAddress:
    if line.address is None:
        raise TargetUnclear(
            line.name,
            "this line is virtual: it lives inside its caller's program. Try: python -m caller bus simulate /tmp/bus",
            "这条线路是虚拟的，只在 caller 程序里存在；可用 python -m caller bus simulate /tmp/bus",
        )
    return line.address


def _chosen(makes: Sequence[str], line: BusLine) -> list[Driver]:
    """The makes that are named; else those of the hall file; else all."""
    known = drivers()
    unknown = [make for make in makes if make not in known]
    if unknown:
        every = ", ".join(known)
        raise WrongOrder(f"there is no make '{unknown[0]}'; makes: {every}", f"没有协议“{unknown[0]}”；可用：{every}")
    named = list(makes) or list(dict.fromkeys(make for make, _ in line.units if make in known)) or _usual()
    return [known[make] for make in named]


def _usual() -> list[str]:
    """All but those whose frames of one byte would be heard in everything."""
    return [make for make, driver in drivers().items() if not driver.alone]


def _one_make(makes: Sequence[str], line: BusLine) -> Driver:
    chosen = _chosen(makes, line)
    if len(chosen) != 1:
        every = ", ".join(driver.make for driver in chosen)
        raise WrongOrder(f"say which make: --make one of {every}", f"请用 --make 指明一种协议：{every}")
    return chosen[0]


def _test_frame(options: argparse.Namespace, line: BusLine) -> bytes:
    if options.hex is not None:
        try:
            data = bytes.fromhex(options.hex)
        except ValueError:
            data = b""
        if not data:
            raise WrongOrder(
                "--hex wants pairs of digits, e.g. 'FF 68 02'", "--hex 要成对的十六进制数字，如 'FF 68 02'"
            )
        return data
    driver = _one_make(options.make, line)
    if driver.alone:
        return _spoken(driver, options.text)
    if options.unit is None or not 0 < options.unit <= HIGHEST_UNIT:
        raise WrongOrder(f"say --unit, 1 to {HIGHEST_UNIT}", f"请写 --unit，1 到 {HIGHEST_UNIT}")
    if options.text is None:
        return driver.probe(options.unit)
    if driver.strip is None:
        raise WrongOrder(
            f"{driver.make} shows no texts; leave --text out", f"{driver.make} 不能显示文字，请去掉 --text"
        )
    pairs = dict(text.partition("=")[::2] for text in options.option)
    return driver.strip.text(options.unit, options.text, driver.strip.chosen(pairs), 0)


def _spoken(driver: Driver, text: str | None) -> bytes:
    """A question to a voice module, or a short text to say."""
    if text is None or driver.voice is None:
        return driver.probe(0)
    frames = list(driver.voice.say(text, 0.0))
    if len(frames) != 1:
        raise WrongOrder("--text wants some words that fit one frame", "--text 要有内容，且一帧放得下")
    return frames[0]


def _cast(options: argparse.Namespace) -> tuple[Path, Cast]:
    """Whom to play, and where: the hall file's devices on their line's own path, or those named."""
    if options.target.endswith(".toml"):
        line = bus_line(options.target, options.caller, options.line)
        path = Path("bus-line") if line.address is None else Path(line.address.path)
        cast = Cast(tuple(sorted(line.terminals)), tuple(sorted(line.keys.items())), tuple(sorted(line.strips)))
        for make, _ in (*cast.terminals, *line.keys, *cast.strips):
            _chosen([make], line)
        return _free(path), cast
    cast = Cast(
        tuple(_places(options.terminals, "p1", (*terminal_makes(), MODBUS))),
        tuple((place, USUAL_KEYS) for place in _places(options.evaluators, "p1", (*evaluator_makes(), MODBUS))),
        tuple(_places(options.strips, "", strip_makes())),
        options.voice,
    )
    if options.voice is not None and options.voice not in voice_makes():
        every = ", ".join(voice_makes())
        raise WrongOrder(f"--voice is one of {every}", f"--voice 可用：{every}")
    if not len(cast):
        cast = Cast(tuple(("p1", unit) for unit in range(1, 9)))
    return _free(Path(options.target)), cast


def _free(path: Path) -> Path:
    """A place for the pty; nothing that is there already is taken away but an old link."""
    if path.exists() and not path.is_symlink():
        raise WrongOrder(f"{path} is there already; name a path that is free", f"{path} 已经存在，请换一个路径")
    if not path.absolute().parent.is_dir():
        raise WrongOrder(f"there is no folder {path.parent}", f"没有文件夹 {path.parent}")
    return path


def _places(texts: Sequence[str], usual: str, allowed: Sequence[str]) -> Iterator[tuple[str, int]]:
    """``p2:1-64`` -> (p2, 1), (p2, 2) ...; without a make the usual one is meant. Raises WrongOrder."""
    for text in texts:
        make, colon, units = text.rpartition(":")
        make = make if colon else usual
        if make not in allowed:
            known = ", ".join(dict.fromkeys(allowed))
            raise WrongOrder(
                f"'{text}' is written MAKE:UNITS with a make of {known}", f"“{text}”写作 协议:地址，协议为 {known}"
            )
        yield from ((make, unit) for unit in units_of(units))


def units_of(text: str) -> list[int]:
    """``1-4,7`` -> 1, 2, 3, 4, 7. Raises WrongOrder."""
    found: list[int] = []
    for piece in filter(None, text.replace(" ", "").split(",")):
        first, _, last = piece.partition("-")
        if not (first.isascii() and first.isdecimal() and (not last or (last.isascii() and last.isdecimal()))):
            raise WrongOrder(
                f"'{piece}' is no range of addresses; write 1-64,100", f"“{piece}”不是地址范围，写法如 1-64,100"
            )
        least, most = int(first[:4]), int((last or first)[:4])
        if not 1 <= least <= most <= HIGHEST_UNIT:
            raise WrongOrder(
                f"addresses are 1 to {HIGHEST_UNIT}, not {piece}", f"地址为 1 到 {HIGHEST_UNIT}，不能是 {piece}"
            )
        found += range(least, most + 1)
    return found

"""The wiring sheet of a machine: one A4 page to print, for whoever plugs things in. Both languages stand on it. Pure.

Pin numbers are counted twice, as BCM has them (the hall file) and as they are counted on the header (fingers).
"""

from collections.abc import Iterator, Sequence
from html import escape

import segno

from broker.model.hall import Hall
from broker.model.words import Names
from firmware_config.boards import BOARDS
from firmware_config.build.files import File, text
from firmware_config.build.net import hall_networks
from firmware_config.gear import Part, parts_of, screens_of
from firmware_config.machines import Computer

PLACE = "sheet.html"
HEADER: dict[int, int] = {
    2: 3, 3: 5, 4: 7, 14: 8, 15: 10, 17: 11, 18: 12, 27: 13, 22: 15, 23: 16, 24: 18, 10: 19, 9: 21, 25: 22, 11: 23,
    8: 24, 7: 26, 0: 27, 1: 28, 5: 29, 6: 31, 12: 32, 13: 33, 19: 35, 16: 36, 26: 37, 20: 38, 21: 40,
}  # fmt: skip
"""GPIO number -> pin of the 40-pin header."""
GROUND = (6, 9, 14, 20, 25, 30, 34, 39)
KEY = Names("按键，接到地线", "key, to ground")
LAMP = Names("指示灯，经 330 Ω 接到地线", "lamp, through 330 Ω to ground")
OUTPUTS = Names("显示输出", "Screen")
STYLE = """
@page { size: A4; margin: 14mm; }
body { font: 10.5pt/1.45 "Noto Sans SC", "Noto Sans CJK SC", sans-serif; color: #0f2238; max-width: 182mm; }
body { margin: 0 auto; padding: 8px; }
header { display: flex; justify-content: space-between; align-items: start; gap: 6mm; }
header { border-bottom: 2pt solid #0d3b80; margin-bottom: 4mm; }
h1 { font-size: 20pt; margin: 0; }
h2 { font-size: 12pt; margin: 5mm 0 1.5mm; color: #0d3b80; }
p { margin: 0 0 2mm; }
small { color: #4a6078; font-size: 8.5pt; }
table { width: 100%; border-collapse: collapse; }
th, td { text-align: left; padding: 1.2mm 2mm; border-bottom: .5pt solid #b9c7d6; vertical-align: top; }
th { font-weight: 600; color: #4a6078; }
tr { break-inside: avoid; }
code { font-family: "DejaVu Sans Mono", monospace; font-size: 9.5pt; }
.qr { width: 30mm; flex: none; text-align: center; }
.qr svg { width: 26mm; height: 26mm; }
.labels { display: grid; grid-template-columns: repeat(3, 1fr); gap: 3mm; }
.label { border: 1pt dashed #7f93a8; padding: 2mm; display: flex; gap: 2mm; align-items: center; break-inside: avoid; }
.label svg { width: 15mm; height: 15mm; flex: none; }
.label b { font-size: 13pt; display: block; }
.done { width: 6mm; height: 6mm; border: 1pt solid #4a6078; display: inline-block; }
"""


def files(hall: Hall, computer: Computer) -> Iterator[File]:
    """One HTML file without scripts and without anything from elsewhere."""
    yield text(PLACE, _page(hall, computer))


def _page(hall: Hall, computer: Computer) -> str:
    parts, names = parts_of(hall, computer), hall.hall.names
    body = "".join(
        (
            _head(hall, computer),
            _machine(hall, computer),
            _pins(parts),
            _ports(computer, parts),
            _screens(computer, parts),
            _labels(hall, computer, parts),
        )
    )
    title = f"{computer.name} · {escape(names.zh)}"
    return (
        f'<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head>\n<body>{body}</body></html>'
    )


def _head(hall: Hall, computer: Computer) -> str:
    names, board = hall.hall.names, BOARDS[computer.machine.board]
    runs = ", ".join(computer.devices)
    return (
        f"<header><div><h1>{escape(computer.name)}</h1><p>{escape(names.zh)} <small>{escape(names.en)}</small></p>"
        f"<p>{_both(Names('主板', 'Board'))}: <b>{board.names}</b></p>"
        f"<p>{_both(Names('运行', 'Runs'))}: <b>{escape(runs)}</b></p></div>"
        f'<div class="qr">{_code(f"jiaohao:{hall.hall.id}/{computer.name}")}</div></header>'
    )


def _machine(hall: Hall, computer: Computer) -> str:
    machine, network = computer.machine, hall.network
    address = machine.address or "DHCP"
    rows = [
        (Names("网络地址", "Address"), f"<code>{escape(address)}</code>"),
        (Names("接法", "Connected by"), f"Wi-Fi <code>{escape(network.wifi)}</code>" if machine.wifi else _cable()),
        (Names("网卡地址", "MAC address"), f"<code>{escape(machine.mac) or '____:____:____'}</code>"),
        (Names("大厅主机", "Hall server"), f"<code>{escape(network.server or '-')}</code>"),
        (Names("大厅网段", "Hall network"), f"<code>{escape(', '.join(hall_networks(hall)) or 'DHCP')}</code>"),
        (Names("喇叭", "Loudspeaker"), machine.sound),
        (Names("带电池的时钟", "Battery-backed clock"), machine.clock),
    ]
    return _heading(Names("机器", "The machine")) + _table([(_both(what), told) for what, told in rows])


def _cable() -> str:
    return _both(Names("网线", "cable"))


def _pins(parts: Sequence[Part]) -> str:
    rows = []
    for part in parts:
        for place, pin in enumerate(part.pins):
            kind = (
                Names("按键，接到地线", "key, to ground")
                if place == 0
                else Names("指示灯，经 330 Ω 接到地线", "lamp, through 330 Ω to ground")
            )
            rows.append((f"<code>{escape(part.path)}</code>", _both(kind), f"GPIO {pin}", f"<b>{HEADER[pin]}</b>"))
    if not rows:
        return ""
    ground = ", ".join(map(str, GROUND))
    return (
        _heading(Names("引脚", "Pins"))
        + _table(
            rows, (Names("设备", "What"), Names("接法", "Wire"), Names("编号", "Line"), Names("排针", "Header pin"))
        )
        + f"<p><small>地线在排针 ground on header pins: {ground}</small></p>"
    )


def _ports(computer: Computer, parts: Sequence[Part]) -> str:
    rows = []
    for name, place in sorted(computer.machine.ports.items()):
        used = [part for part in parts if part.port == name]
        told = "<br>".join(f"<code>{escape(part.path)}</code>" for part in used) or _both(Names("喇叭", "loudspeaker"))
        options = "; ".join(sorted({f"{key} {value}" for part in used for key, value in part.address.options.items()}))
        rows.append((f"<b>{escape(name)}</b>", _where(place), told, escape(options), '<span class="done"></span>'))
    if not rows:
        return ""
    heads = (
        Names("标签", "Label"),
        Names("插在", "Plugged into"),
        Names("设备", "What"),
        Names("参数", "Settings"),
        Names("完成", "Done"),
    )
    return _heading(Names("接口", "Ports")) + _table(rows, heads)


def _where(place: str) -> str:
    if place == "uart":
        return _both(Names("排针 8（发）、10（收）", "header pins 8 (out) and 10 (in)"))
    controller, _, ports = place.partition(":")
    steps = ports.partition(":")[0].split(".")
    first = Names(f"USB 口 {steps[0]}", f"USB port {steps[0]}")
    if controller[3:]:
        first = Names(
            f"控制器 {controller[3:]} 的 USB 口 {steps[0]}", f"USB port {steps[0]} of controller {controller[3:]}"
        )
    rest = " → ".join(steps[1:])
    return _both(first) + (f" → {rest}" if rest else "") + f" <small><code>{place}</code></small>"


def _screens(computer: Computer, parts: Sequence[Part]) -> str:
    rows = []
    for part in screens_of(parts):
        output = int(part.address.path or 0)
        modes = computer.machine.screens
        rows.append(
            (f"HDMI {output}", modes[output] if output < len(modes) else "-", f"<code>{escape(part.path)}</code>")
        )
    heads = (OUTPUTS, Names("模式", "Mode"), Names("设备", "What"))
    return _heading(Names("屏幕", "Screens")) + _table(rows, heads) if rows else ""


def _labels(hall: Hall, computer: Computer, parts: Sequence[Part]) -> str:
    """To cut out: one for the machine and one for each plug."""
    names = [computer.name, *(f"{computer.name}/{port}" for port in sorted(computer.machine.ports))]
    cut = "".join(
        f'<div class="label">{_code(f"jiaohao:{hall.hall.id}/{name}")}<div><b>{escape(name.rpartition("/")[2])}</b>'
        f"<small>{escape(name)}</small></div></div>"
        for name in names
    )
    return _heading(Names("标签（剪下贴上）", "Labels, to cut out")) + f'<div class="labels">{cut}</div>'


def _code(said: str) -> str:
    made: str = segno.make(said, error="m", micro=False).svg_inline(scale=1, border=2, omitsize=True)
    return made


def _heading(names: Names) -> str:
    return f"<h2>{_both(names)}</h2>"


def _both(names: Names) -> str:
    return f'{escape(names.zh)} <small lang="en">{escape(names.en)}</small>'


def _table(rows: Sequence[tuple[str, ...]], heads: tuple[Names, ...] = ()) -> str:
    head = "<tr>" + "".join(f"<th>{_both(one)}</th>" for one in heads) + "</tr>" if heads else ""
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table>{head}{body}</table>"

"""The shape of the house: who may import whom, where each library lives, how large a file may grow."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("broker", "kiosk", "display", "caller", "firmware_config")

SHARED = ("broker.runtime", "broker.contract", "broker.model")
MAY_IMPORT = {
    "broker.model": (),
    "broker.contract": ("broker.model",),
    "broker.engine": ("broker.model",),
    "broker.runtime": ("broker.contract", "broker.model"),
    "broker.staffing": ("broker.model",),
    "broker.oversight": ("broker.staffing", "broker.model"),
    "broker.store": ("broker.oversight", "broker.staffing", "broker.runtime", "broker.contract", "broker.model"),
    "broker.collector": ("broker.oversight", "broker.staffing", "broker.store", *SHARED),
    "broker.server": ("broker.engine", "broker.store", *SHARED),
    "broker.trial": ("broker.engine", "broker.model"),
    "broker.commands": (
        "broker.server",
        "broker.trial",
        "broker.engine",
        "broker.oversight",
        "broker.store",
        *SHARED,
    ),
    "broker.__main__": ("broker.commands", "broker.server", "broker.collector", *SHARED),
    "kiosk": SHARED,
    "display": SHARED,
    "caller": SHARED,
    "firmware_config": SHARED,
}
"""Room -> what it may import besides itself; the longest matching name counts."""

COLLECTOR_ROOMS = {
    "safety": (),
    "heard": ("safety",),
    "notify": ("heard",),
    "outward": ("safety", "notify"),
    "figures": ("safety", "heard"),
    "floor": ("safety", "heard", "figures"),
    "quality": ("safety", "heard", "notify", "figures"),
    "booking": ("safety", "heard", "notify"),
    "public": ("safety", "heard", "notify"),
    "staff": ("safety", "heard", "notify", "figures", "floor", "booking"),
    "virtual": ("safety", "heard"),
}
"""Room of the collector -> which of its other rooms it may import; each only such as stand above it here. What lies
beside the rooms (``web``, ``pages``, ``answers`` ...) is for all of them."""
COLLECTOR_SEAMS = {"safety.person_desk": ("figures", "notify", "quality")}
"""A module that may reach further: the command that looks for one person in every file of the collector."""

HOMES = {
    "paho": ("broker.runtime.link",),
    "serial": ("broker.runtime.serial_port", "broker.runtime.bus.line"),
    "evdev": ("broker.runtime.evdev_keys",),
    "pymodbus": (),
    "smartcard": ("kiosk.readers.pcsc",),
    "gpiozero": ("broker.runtime.gpio",),
    "pygame": ("broker.runtime.canvas", "broker.runtime.speech.player", "broker.runtime.speech.lane"),
    "pypinyin": ("broker.runtime.speech.readings_maker",),
    "pyttsx3": ("broker.runtime.speech.voice_worker",),
    "piper": ("broker.runtime.speech.voice_worker",),
    "sherpa_onnx": ("broker.runtime.speech.voice_worker",),
    "sqlite3": (
        "broker.store",
        "broker.runtime",
        "broker.server.audit",
        "broker.server.archiving",
        "broker.server.restore",
        "broker.collector",
        "kiosk.ledger",
        "kiosk.ledger_file",
        "kiosk.ledger_tables",
        "kiosk.numbering_plan",
        "kiosk.pause_key",
        "caller",
    ),
    "flask": ("broker.collector",),
    "cryptography": (
        "broker.collector.notify.web_push",
        "broker.collector.safety.certificate",
        "firmware_config.identity.authority",
    ),
    "amqtt": ("broker.runtime.node_amqtt",),
    "chinese_calendar": ("broker.runtime.business_calendar",),
    "xlsxwriter": ("broker.oversight.report_xlsx",),
    "polib": ("broker.runtime.languages.catalogue",),
}
"""Library -> the only rooms that may import it."""

ALWAYS_PURE = ("broker.model", "broker.contract", "broker.engine", "broker.oversight", "broker.staffing")
"""Rooms that are pure as a whole; elsewhere a module is when its docstring says "Pure." (or "... pure; ...")."""
SAYS_PURE = re.compile(r"\b[Pp]ure\b(?! text)")
DOCSTRING = re.compile(r'\s*r?"""(.*?)"""', re.DOTALL)
IMPURE_LIBRARIES = {
    "time",
    "random",
    "os",
    "threading",
    "socket",
    "subprocess",
    "sqlite3",
    "pygame",
    "serial",
    "asyncio",
}
LINES_MOST = 400
FUNCTION_LINES_MOST = 60


def modules() -> Iterator[tuple[str, Path]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            yield name.removesuffix(".__init__"), path


MODULES = dict(modules())


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imports_of(path: Path, *, at_top_only: bool = False) -> frozenset[str]:
    tree = tree_of(path)
    nodes = tree.body if at_top_only else list(ast.walk(tree))
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found.add(node.module or "")
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(found)


def inside(name: str, room: str) -> bool:
    return name == room or name.startswith(room + ".")


def room_of(module: str) -> str:
    return max((room for room in MAY_IMPORT if inside(module, room)), key=len, default="")


@pytest.mark.parametrize("module", MODULES)
def test_a_room_imports_only_what_its_layer_allows(module: str) -> None:
    if module == "broker":
        return
    room = room_of(module)
    assert room, f"{module} belongs to no room: give it one in the table"
    allowed = (room, *MAY_IMPORT[room])
    ours = [name for name in imports_of(MODULES[module]) if name.split(".")[0] in PACKAGES]
    strangers = [name for name in ours if name != "broker" and not any(inside(name, there) for there in allowed)]
    assert not strangers, f"{module} may not import {strangers}"


def test_a_room_of_the_collector_imports_only_rooms_before_it() -> None:
    inner = "broker.collector."
    strangers = []
    for module, path in MODULES.items():
        name = module.removeprefix(inner)
        room = name.split(".")[0]
        if not module.startswith(inner) or (path.name != "__init__.py" and room == name):
            continue  # of another house, or beside the rooms
        assert room in COLLECTOR_ROOMS, f"{module} lies in a room that the table does not have"
        allowed = {room, *COLLECTOR_ROOMS[room], *COLLECTOR_SEAMS.get(name, ())}
        reached = {one.removeprefix(inner).split(".")[0] for one in imports_of(path) if one.startswith(inner)}
        strangers += [f"{name} imports {one}" for one in sorted((reached & set(COLLECTOR_ROOMS)) - allowed)]
    assert not strangers


def test_the_rooms_of_the_collector_stand_in_an_order() -> None:
    rooms = list(COLLECTOR_ROOMS)
    for place, room in enumerate(rooms):
        assert set(COLLECTOR_ROOMS[room]) <= set(rooms[:place]), f"{room} may import a room that stands below it"


def test_no_program_at_work_needs_the_installers_commands() -> None:
    commands = ("caller.bus_commands", "caller.check", "caller.__main__")
    guests = [
        module
        for module, path in MODULES.items()
        if any(inside(name, "caller.bus_commands") for name in imports_of(path))
        and not any(inside(module, c) for c in commands)
    ]
    assert not guests


@pytest.mark.parametrize("library", HOMES)
def test_a_library_has_one_home(library: str) -> None:
    guests = [
        module
        for module, path in MODULES.items()
        if any(inside(name, library) for name in imports_of(path))
        and not any(inside(module, h) for h in HOMES[library])
    ]
    assert not guests, f"{library} is imported outside its home by {guests}"


def says_it_is_pure(module: str, path: Path) -> bool:
    if any(inside(module, room) for room in ALWAYS_PURE):
        return True
    return path.name != "__init__.py" and bool(SAYS_PURE.search(docstring_of(path)))


def docstring_of(path: Path) -> str:
    """Without parsing the file: every worker asks this of every file while it collects."""
    found = DOCSTRING.match(path.read_text(encoding="utf-8"))
    return found[1] if found else ""


MINDS = [module for module, path in MODULES.items() if says_it_is_pure(module, path)]


@pytest.mark.parametrize("module", MINDS)
def test_a_mind_is_pure(module: str) -> None:
    hands = {name for name in imports_of(MODULES[module]) if name.split(".")[0] in IMPURE_LIBRARIES}
    assert not hands, f"{module} says that it is pure and imports {hands}"


def test_no_docstring_of_a_module_is_overlooked() -> None:
    for module, path in MODULES.items():
        parsed = ast.get_docstring(tree_of(path), clean=False) or ""
        assert docstring_of(path) == parsed, f"{module}: three double quotes, and raw with a backslash"


def test_every_device_has_minds() -> None:
    for mind in (
        "kiosk.flow",
        "kiosk.numbering",
        "display.board",
        "display.announcer",
        "caller.console.mind",
        "caller.rating.mind",
    ):
        assert mind in MINDS, f"{mind} does not say that it is pure"


def test_no_module_imports_itself_in_a_circle() -> None:
    graph = {
        module: {name for name in imports_of(path, at_top_only=True) if name in MODULES and name != module}
        for module, path in MODULES.items()
    }
    done: set[str] = set()

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, f"circle: {' -> '.join((*trail[trail.index(module) :], module))}"
        if module in done:
            return
        for name in sorted(graph[module]):
            visit(name, (*trail, module))
        done.add(module)

    for module in graph:
        visit(module, ())


@pytest.mark.parametrize("module", MODULES)
def test_files_and_functions_stay_small(module: str) -> None:
    text = MODULES[module].read_text(encoding="utf-8")
    assert text.count("\n") <= LINES_MOST, f"{module} has {text.count(chr(10))} lines"
    for node in ast.walk(tree_of(MODULES[module])):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            length = node.end_lineno - node.lineno + 1
            assert length <= FUNCTION_LINES_MOST, f"{module}.{node.name} has {length} lines"


def test_every_package_states_its_promise() -> None:
    for module, path in MODULES.items():
        if path.name == "__init__.py":
            assert ast.get_docstring(tree_of(path)), f"{module} says nothing about itself"

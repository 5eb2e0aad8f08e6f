"""The shipped branch office of five machines, and changed ones."""

from functools import cache
from pathlib import Path

from broker.model.hall import Hall
from broker.model.hall_file import parse_hall
from firmware_config.build.files import File
from firmware_config.build.image import image_of
from firmware_config.machines import Computer, computers

FILE = Path(__file__).parents[3] / "firmware_config" / "halls" / "branch_office.toml"
PASSWORD = "not-a-real-password"


def text(**changed: str) -> str:
    """The hall file with each ``old`` text replaced by the new one; every one must be there."""
    found = FILE.read_text(encoding="utf-8")
    for old, new in changed.items():
        assert old in found, old
        found = found.replace(old, new)
    return found


@cache
def office() -> Hall:
    return parse_hall(FILE.read_text(encoding="utf-8"))


def computer(name: str, hall: Hall | None = None) -> Computer:
    return next(one for one in computers(hall or office()) if one.name == name)


def image(name: str, hall_text: str | None = None) -> dict[str, File]:
    """A machine's files by path."""
    given = text() if hall_text is None else hall_text
    hall = parse_hall(given)
    return {file.path: file for file in image_of(hall, computer(name, hall), given.encode(), PASSWORD)}


def said(files: dict[str, File], path: str) -> str:
    return files[path].content.decode()

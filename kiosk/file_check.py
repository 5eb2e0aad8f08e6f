"""Can the marks for tickets be printed? For ``python -m kiosk --check hall.toml``; no printer is asked."""

from __future__ import annotations

from pathlib import Path

import msgspec

from broker.model.hall import Hall
from broker.model.hall_devices import Kiosk
from kiosk.printer.profile import profile_of


def check_logos(hall: Hall, folder: Path) -> tuple[list[str], bool]:
    """(a line a mark, whether each can be printed); files lie beside the hall file in ``folder``, or are absolute."""
    lines: list[str] = []
    good = True
    for name, kiosk in hall.kiosks.items():
        if kiosk.logo:
            trouble = _trouble(kiosk, folder)
            good = good and trouble is None
            lines.append(f"{name} logo: {kiosk.logo}: {trouble or '可以打印 · can be printed'}")
    return lines, good


def _trouble(kiosk: Kiosk, folder: Path) -> str | None:
    from kiosk.printer.logo import LogoUnusable, load_logo  # its Pillow is needed only where there is a mark

    flags = {name: value for name, value in msgspec.structs.asdict(kiosk.printer_flags).items() if value is not None}
    profile = profile_of(kiosk.printer_profile, kiosk.paper, flags)
    try:
        load_logo(folder / kiosk.logo, profile)
    except LogoUnusable as error:
        return f"打不开或不能打印 · cannot be used: {error.zh} / {error}"
    return None

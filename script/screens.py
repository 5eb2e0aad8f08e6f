"""Write every screen in every state as a picture, with an index to look at.

    script/screens FOLDER [PART OF A NAME]

Each package with screens has a module `gallery`; its `screens()` yields (name, size, drawing operations). The first
word of a name is the kind of screen.
"""

import html
import importlib
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from broker.runtime.canvas.metrics import Fonts
from broker.runtime.canvas.ops import Op
from broker.runtime.canvas.screen import VirtualScreen

GALLERIES = ("display.gallery", "kiosk.gallery", "caller.gallery")
STYLE = (
    "body{font:16px sans-serif;margin:24px}figure{display:inline-block;margin:8px}"
    "img{height:360px;border:1px solid #ccc}figcaption{text-align:center}"
)


def samples() -> Iterator[tuple[str, tuple[int, int], tuple[Op, ...]]]:
    """Yield what every gallery shows."""
    for name in GALLERIES:
        if importlib.util.find_spec(name):
            yield from importlib.import_module(name).screens()


def draw(size: tuple[int, int], ops: tuple[Op, ...], fonts: Fonts) -> bytes:
    """Return the picture as PNG."""
    screen = VirtualScreen(size, fonts)
    screen.start()
    screen.show(ops)
    return screen.picture(limit_bytes=1 << 30)


def index(names: list[str]) -> str:
    """Return a page that shows all pictures, kind by kind."""
    parts = [f"<!doctype html><meta charset=utf-8><title>Screens</title><style>{STYLE}</style>"]
    for kind in dict.fromkeys(name.split("-")[0] for name in names):
        parts.append(f"<h2>{html.escape(kind)}</h2>")
        for name in (html.escape(name) for name in names if name.split("-")[0] == kind):
            picture = f'<a href="{name}.png"><img src="{name}.png" loading=lazy></a>'
            parts.append(f"<figure>{picture}<figcaption>{name}</figcaption></figure>")
    return "\n".join(parts)


def main() -> None:
    """Draw what was asked for."""
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    folder, wanted = Path(sys.argv[1]), sys.argv[2] if len(sys.argv) == 3 else ""
    folder.mkdir(parents=True, exist_ok=True)
    fonts = Fonts()
    fonts.start()
    names = []
    for name, size, ops in samples():
        if wanted in name:
            (folder / f"{name}.png").write_bytes(draw(size, ops, fonts))
            names.append(name)
    (folder / "index.html").write_text(index(names), encoding="utf-8")
    print(f"{len(names)} pictures in {folder}")


if __name__ == "__main__":
    main()

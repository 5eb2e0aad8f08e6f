"""The drawing toolkit of every screen: a view gives a list of operations, and only what changed is painted.

    state -> view(state) -> tuple of ops -> Screen.show(ops) -> Painter -> pixels

A view is pure: it builds ops (``ops``) from rectangles (``geometry``) and tokens (``theme``) and never touches pygame.
``window.open_screen(address)`` gives the screen to show them on; ``Screen.inputs()`` gives touches named after the op's
``target``, so what is drawn is what is tapped. ``lint`` reads the same list without a pixel. pygame's drawing half has
its only home in this package.
"""

import os

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")  # stdout belongs to the program: its `ready` line is read

"""Small PNG pictures, as a device would send them."""

import io

from PIL import Image


def png(width: int, height: int, colour: str) -> bytes:
    """One colour."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "PNG")
    return out.getvalue()

"""The picture shown when nothing else can be drawn: no font file, no state, plain shapes and words kept as bits."""

from __future__ import annotations

import base64
import zlib

import pygame

from broker.runtime.canvas.failsafe_words import WORDS
from broker.runtime.canvas.icons import draw_icon
from broker.runtime.canvas.theme import AMBER, BLUE_DARK, ICE, WHITE, Colour


def paint_failsafe(surface: pygame.Surface) -> None:
    """Fill the surface with a calm sign: please ask our staff."""
    width, height = surface.get_size()
    surface.fill(BLUE_DARK)
    beside = width > 2 * height
    side = min(width // 4, height // 2) if beside else min(width, height) // 4
    icon = draw_icon("person", side, AMBER)
    zh, en = (words_picture(number, colour) for number, colour in enumerate((WHITE, ICE)))
    factor = min(1.0, (width - side * 2 if beside else width * 0.86) / zh.get_width(), height * 0.22 / zh.get_height())
    zh, en = (
        pygame.transform.smoothscale(part, (int(part.get_width() * factor), int(part.get_height() * factor)))
        for part in (zh, en)
    )
    gap = zh.get_height() // 3
    words_height = zh.get_height() + gap + en.get_height()
    if beside:
        left = (width - side - side // 2 - zh.get_width()) // 2
        top = (height - words_height) // 2
        surface.blit(icon, (left, (height - side) // 2))
        surface.blit(zh, (left + side + side // 2, top))
        surface.blit(en, (left + side + side // 2, top + zh.get_height() + gap))
        return
    top = (height - side - gap - words_height) // 2
    for picture in (icon, zh, en):
        surface.blit(picture, ((width - picture.get_width()) // 2, top))
        top += picture.get_height() + gap


def words_picture(number: int, colour: Colour) -> pygame.Surface:
    """Return one of the kept words, half as large as its bits, so that its edges are smooth."""
    width, height, text = WORDS[number]
    bits = zlib.decompress(base64.b85decode(text))
    stride = (width + 7) // 8
    pixels = bytearray()
    for y in range(height):
        row = bits[y * stride : (y + 1) * stride]
        for x in range(width):
            pixels += bytes((*colour, 255 if row[x // 8] >> (7 - x % 8) & 1 else 0))
    picture = pygame.image.frombuffer(bytes(pixels), (width, height), "RGBA")
    return pygame.transform.smoothscale(picture, (width // 2, height // 2))

"""Pictures as they were approved by eye. After a wanted change: ``python -m tests.display.test_golden`` and look."""

from pathlib import Path

import pygame
import pytest
from PIL import Image

from tests.display.pictures import GOLDEN, designed, picture_of, pixels_far_off

APPROVED = (
    "board-landscape-calling", "board-portrait-calling", "board-landscape-stale", "board-portrait-long-names",
    "board-landscape-picture", "board-landscape-emergency", "board-portrait-emergency",
    "board-landscape-shut-picture", "board-landscape-shut-stale", "board-portrait-shut-notice",
    "board-portrait-shut-break",
    "overview-landscape-calling", "overview-portrait-calling", "overview-landscape-urgent",
    "services-landscape-calling", "services-portrait-calling", "services-landscape-few",
    "entrance-landscape-calling", "entrance-portrait-calling", "entrance-portrait-night",
    "staff-landscape-calling", "staff-portrait-calling",
    "sign-calling", "sign-paused", "sign-rating", "sign-emergency",
)  # fmt: skip
SAMPLES = designed()


def approved_file(name: str) -> Path:
    """pygame 2.6.1 draws a triangle's edge a quarter of a pixel wider than pygame-ce: warning signs have two files."""
    own = GOLDEN / "pygame" / f"{name}.png"
    return own if not getattr(pygame, "IS_CE", False) and own.exists() else GOLDEN / f"{name}.png"


@pytest.mark.parametrize("name", APPROVED)
def test_the_screen_looks_as_it_was_approved(name: str) -> None:
    approved = Image.open(approved_file(name)).convert("RGB")
    assert pixels_far_off(picture_of(*SAMPLES[name]), approved) == 0


def test_every_layout_has_an_approved_picture_in_each_shape() -> None:
    kinds = {name.rpartition("-")[0] for name in SAMPLES if name.endswith("-calling")}
    assert kinds == {name.rpartition("-")[0] for name in APPROVED if name.endswith("-calling")}


def test_one_wrong_digit_would_be_seen() -> None:
    size, ops = SAMPLES["board-landscape-calling"]
    wrong = tuple(
        type(op)(**{**{f: getattr(op, f) for f in op.__struct_fields__},
                    "spans": tuple(type(s)("D0013", *[getattr(s, f) for f in s.__struct_fields__[1:]])
                                   for s in op.spans)})
        if getattr(op, "plain", "") == "D0018" else op
        for op in ops
    )  # fmt: skip
    assert wrong != ops
    assert pixels_far_off(picture_of(size, wrong), picture_of(size, ops)) > 200


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for chosen in APPROVED:
        picture_of(*SAMPLES[chosen]).save(approved_file(chosen), optimize=True)

"""Pictures as they were approved by eye. After a wanted change: ``python -m tests.display.test_golden`` and look."""

import pytest
from PIL import Image

from display.gallery import screens
from tests.display.pictures import GOLDEN, picture_of, pixels_far_off

APPROVED = (
    "board-landscape-calling", "board-landscape-stale", "board-portrait-long-names", "sign-calling", "sign-paused",
    "sign-rating", "board-landscape-emergency", "board-landscape-picture", "entrance-portrait-calling",
    "overview-landscape-calling", "services-landscape-calling", "sign-emergency", "staff-landscape-calling",
)  # fmt: skip
SAMPLES = {name: (size, ops) for name, size, ops in screens()}


@pytest.mark.parametrize("name", APPROVED)
def test_the_screen_looks_as_it_was_approved(name: str) -> None:
    approved = Image.open(GOLDEN / f"{name}.png").convert("RGB")
    assert pixels_far_off(picture_of(*SAMPLES[name]), approved) == 0


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
        picture_of(*SAMPLES[chosen]).save(GOLDEN / f"{chosen}.png", optimize=True)

"""What all button pads share, whether they hang on pins, on USB or on a Modbus line."""

from __future__ import annotations

from collections.abc import Mapping

from broker.model.address import BadAddress
from broker.model.key_gestures import Gesture, gestures_of
from caller.console.keys import ConsoleKey
from caller.devices import CallerSetupError

THANKS_S = 3.0
"""How long an evaluator's lamp thanks, or says that it could not keep a rating."""


def console_keys(name: str, keys: Mapping[str, str]) -> dict[str, Gesture]:
    """The keys of a console as the hall file has them. Raises CallerSetupError."""
    unknown = sorted(set(keys) - set(ConsoleKey))
    if unknown or not keys:
        known = ", ".join(ConsoleKey)
        what = ", ".join(unknown)
        raise CallerSetupError(
            name, f"unknown key {what}; a console can have: {known}", f"没有键 {what}；可用：{known}"
        )
    try:
        return gestures_of(keys)
    except BadAddress as error:
        raise CallerSetupError(name, str(error), error.zh) from error

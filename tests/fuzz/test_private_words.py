"""What a stranger types at virtual hardware is free text: it never stands in a log, whatever he types."""

import logging
from types import SimpleNamespace

import pytest

from broker.contract.envelope import VirtualInput
from caller.virtual import VirtualDesk
from kiosk.virtual import VirtualParts

NAME = "张三 13912345678"


@pytest.mark.parametrize("kind", ["key", "fault", "touch"])
def test_neither_caller_nor_kiosk_repeats_what_was_typed(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    nothing = SimpleNamespace(virtual={}, lines={}, tap=lambda key: False, play=lambda key: False)
    caller = VirtualDesk("desk-1", nothing)
    kiosk = VirtualParts.__new__(VirtualParts)
    kiosk._screen = SimpleNamespace(virtual=False)
    kiosk._buttons = kiosk._printing = kiosk._guide = nothing
    touched = VirtualInput(part=NAME, kind=kind, key=NAME)
    with caplog.at_level(logging.DEBUG):
        assert not caller.input(touched)
        assert not kiosk.take(touched)
    assert caplog.records
    assert "张三" not in caplog.text
    assert "1391" not in caplog.text

"""What may be wrong with a bus command, whichever part of it finds out."""

from __future__ import annotations

from broker.runtime.errors import NodeError


class WrongOrder(NodeError):
    """The command line asks for what cannot be done; both languages say what to write."""

    def __init__(self, sentence: str, zh: str) -> None:
        super().__init__(sentence)
        self.zh = zh

"""The product's outbox, watched: the world writes down what became durable in it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from broker.contract.codec import CodecError, decode, encode
from broker.contract.envelope import REPLY_LIMIT_BYTES, Reply
from broker.runtime.outbox import Adding, Entry, Outbox
from tests.simulation.disk import PowerCut


class WatchedOutbox(Outbox):
    """``on_kept`` is told each entry once its transaction is on the disk, also when the power goes right after."""

    def __init__(self, *arguments: Any, on_kept: Callable[[Entry], None], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._on_kept = on_kept

    @contextmanager
    def adding(self) -> Iterator[Adding]:
        entries: list[Entry] = []
        try:
            with super().adding() as adding:
                entries = adding.entries
                yield adding
        except PowerCut as cut:
            if cut.kept:
                self._tell(entries)
            raise
        self._tell(entries)

    def _tell(self, entries: list[Entry]) -> None:
        for entry in entries:
            self._on_kept(entry)


def answer_in(payload: bytes) -> tuple[str, bytes] | None:
    """(id, reply without its frame) of a message on a reply topic; None when it is no answer."""
    try:
        reply = decode(payload, Reply, REPLY_LIMIT_BYTES)
    except CodecError:
        return None
    if reply.kind == "go_back":
        return None
    bare = Reply(id=reply.id, kind=reply.kind, result=reply.result, refusal=reply.refusal, as_of=reply.as_of)
    return reply.id, encode(bare)

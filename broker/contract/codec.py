"""Bytes to nouns and back, strictly and within limits. What cannot be read becomes one typed error, never a crash."""

import re
from typing import Any, TypeVar

import msgspec

from broker.contract import envelope as wire
from broker.model.commands import AnyCommand, Command
from broker.model.hall import Hall
from broker.model.refusal_names import sentence_in
from broker.model.refusals import Refusal
from broker.model.views import VIEW_KINDS, Shown

Message = TypeVar("Message")


class CodecError(ValueError):
    """The bytes are not what the topic promises; ``detail`` says why, without repeating the content."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


_encoder = msgspec.json.Encoder()
_envelope = msgspec.json.Decoder(wire.Envelope)
_command = msgspec.json.Decoder(AnyCommand)
_view = msgspec.json.Decoder(wire.View)
_bodies = {kind: msgspec.json.Decoder(shape) for kind, shape in VIEW_KINDS.items()}
_decoders: dict[type, Any] = {}
_REPEATING = ("Invalid enum value", "Invalid value", "Object contains unknown field")
"""Messages of msgspec that go on with what was sent."""
_PLACE = re.compile(r" - at `\$(?:\.[a-z_]+|\[(?:\d{1,4}|\.\.\.)\])*`$")


def encode(message: object) -> bytes:
    """Any wire message or noun as JSON bytes."""
    return _encoder.encode(message)


def decode(payload: bytes, kind: type[Message], limit_bytes: int = wire.VIEW_LIMIT_BYTES) -> Message:
    """Bytes of ``limit_bytes`` at most as a ``kind``; CodecError otherwise."""
    decoder = _decoders.get(kind)
    if decoder is None:
        decoder = _decoders[kind] = msgspec.json.Decoder(kind)
    message: Message = _read(payload, decoder, limit_bytes)
    return message


def decode_envelope(payload: bytes) -> tuple[wire.Envelope, Command]:
    """The envelope and the command inside it."""
    outer: wire.Envelope = _read(payload, _envelope, wire.COMMAND_LIMIT_BYTES)
    inner: Command = _read(bytes(outer.command), _command, wire.COMMAND_LIMIT_BYTES)
    return outer, inner


def decode_view(payload: bytes) -> tuple[wire.View, Shown]:
    """The view's frame and its body; an unknown kind is an error."""
    outer: wire.View = _read(payload, _view, wire.VIEW_LIMIT_BYTES)
    decoder = _bodies.get(outer.kind)
    if decoder is None:
        raise CodecError(f"unknown view kind {outer.kind[:32]!r}")
    body: Shown = _read(bytes(outer.body), decoder, wire.VIEW_LIMIT_BYTES)
    return outer, body


def encode_envelope(command: Command, **frame: Any) -> bytes:
    """A command in its envelope; ``frame`` are the envelope's own fields."""
    return encode(wire.Envelope(command=msgspec.Raw(encode(command)), **frame))


def encode_view(kind: str, name: str, epoch: int, as_of: int, at_ms: int, body: bytes) -> bytes:
    """A view from its already encoded body."""
    return encode(
        wire.View(kind=kind, name=name, epoch=epoch, as_of=as_of, at_ms=at_ms, body=msgspec.Raw(body)),
    )


def refusal_message(refusal: Refusal, hall: Hall | None = None) -> wire.RefusalMessage:
    """A refusal as it travels, in the words of the hall where one is at hand; its facts stay keys, for programs."""
    sentence = refusal.sentence if hall is None else sentence_in(hall, refusal)
    return wire.RefusalMessage(code=refusal.code, sentence=sentence, facts=refusal.facts)


def _read(payload: bytes, decoder: Any, limit_bytes: int) -> Any:
    if len(payload) > limit_bytes:
        raise CodecError(f"{len(payload)} bytes, at most {limit_bytes} are allowed")
    try:
        message = decoder.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise CodecError(_without_content(error)) from None
    if getattr(message, "v", wire.VERSION) != wire.VERSION:
        raise CodecError(f"version {message.v} is not {wire.VERSION}")
    return message


def _without_content(error: Exception) -> str:
    if isinstance(error, msgspec.ValidationError):
        said = str(error)
        place = _PLACE.search(said)
        head = next((head for head in _REPEATING if said.startswith(head)), None)
        return (head + (place[0] if place else "") if head else said)[:160]
    return "not valid JSON" if isinstance(error, msgspec.DecodeError) else "not UTF-8 text or nested too deeply"

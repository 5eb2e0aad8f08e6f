"""The collector: posts of ratings and presses from browsers become commands that stand alone. Flask is not here.

What it does with a post is what ``broker.collector`` does: the command's id is the rating's, the answer decides the
status, silence of three seconds is 503 and the caller tries again.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from broker.collector.answers import EvaluationBody, ExplanationBody, UnratedBody
from broker.collector.errors import WebError
from broker.collector.figures.api_evaluations import explanation_of, level_of
from broker.collector.heard.asking import GONE_CODES
from broker.contract.codec import CodecError, decode, decode_view, encode_envelope
from broker.contract.envelope import REPLY_LIMIT_BYTES, EngineState, Reply
from broker.contract.topics import Topics
from broker.model.commands import Command, LeaveUnrated, RecordEvaluation
from broker.model.hall import Hall
from broker.model.views import CounterView
from broker.runtime.engine_time import EngineTime
from broker.runtime.engine_watch import EngineWatch
from broker.runtime.errors import SendRefused
from broker.runtime.link import Message
from broker.runtime.newest import Newest, Position
from caller.rating.book import EXPLAINED, LEFT_UNRATED
from tests.simulation.node import Node
from tests.simulation.outboxes import answer_in
from tests.simulation.trace import Sent

if TYPE_CHECKING:
    from tests.simulation.world import World

COLLECTOR = "collector"
ANSWER_WITHIN_S = 3.0
Answer = Callable[[int, bytes], None]


class CollectorNode(Node):
    """``post`` is an HTTP request, ``ask`` a press on a web console."""

    role = COLLECTOR

    def __init__(self, world: "World") -> None:
        super().__init__(world, COLLECTOR)
        self._topics = Topics(world.hall.hall.id)
        self._waiting: dict[str, list[Callable[[Reply], None]]] = {}
        self.counters: dict[str, CounterView] = {}

    def _build(self) -> None:
        self._time = EngineTime(self.clock)
        self._watch, self._newest = EngineWatch(self._time), Newest()
        self.counters = {}
        topics = self._topics
        self.link = self.world.network.link(
            self.name,
            self.arrived,
            f"{self.world.hall.hall.id}-collector",
            on_message=self._on_message,
            subscriptions=[(topics.reply(COLLECTOR), 1), (topics.engine(), 1), (topics.view("counter", "+"), 1)],
        )
        self.link.start()

    def _turn(self) -> float:
        assert self.link is not None
        self.link.pump()
        return 30.0

    def _lost_power(self, kept: bool) -> None:
        self._waiting.clear()

    def _on_message(self, message: Message) -> None:
        row, parts = self._topics.parse(message.topic) or ("", {})
        if row == "engine":
            state = decode(message.payload, EngineState)
            if state.online and not message.retained:
                self._time.heard(state.at_ms, retained=False)
                self._newest.engine_at(Position(state.epoch, state.as_of, state.at_ms))
            self._watch.take(state, retained=message.retained)
        elif row == "view":
            frame, body = decode_view(message.payload)
            if isinstance(body, CounterView) and self._newest.take(
                parts["name"], Position(frame.epoch, frame.as_of, frame.at_ms)
            ):
                self.counters[parts["name"]] = body
        elif row == "reply":
            self._take_reply(message.payload)

    def _take_reply(self, payload: bytes) -> None:
        found = answer_in(payload)
        if found is None:
            return
        self.world.answered(COLLECTOR, *found)
        reply = decode(payload, Reply, REPLY_LIMIT_BYTES)
        for waiter in self._waiting.pop(reply.id, []):
            waiter(reply)

    def submit(
        self, command: Command, id: str, by: str, done: Callable[[Reply | None], None], ttl_ms: int = 0,
        age_ms: int = 0, sure: bool = True,
    ) -> None:  # fmt: skip
        """``done`` hears the reply, or None after three seconds."""
        if not self.alive or self.link is None or not self._watch.alive():
            done(None)
            return
        until_ms = self._time.now_ms() + ttl_ms - age_ms if ttl_ms else None
        envelope = encode_envelope(
            command, id=id, device=COLLECTOR, by=by, ttl_ms=ttl_ms, until_ms=until_ms, age_ms=age_ms, sure=sure
        )
        said = False

        def end(reply: Reply | None) -> None:
            nonlocal said
            if not said:
                said = True
                done(reply)

        self._waiting.setdefault(id, []).append(end)
        sent = Sent(self.world.agenda.now_ms, COLLECTOR, id, type(command).__name__, durable=False)
        if id not in self.world.asked:
            self.world.asked.add(id)
            self.world.trace.sent.append(sent)
        try:
            self.link.publish(self._topics.command(COLLECTOR), envelope, qos=1)
        except SendRefused:
            end(None)
            return
        self.world.agenda.after(ANSWER_WITHIN_S, lambda: end(None))

    def post(self, data: bytes, answer: Answer, path: str = "/api/evaluations") -> None:
        """POST /api/evaluations, or what is told beside a rating."""
        if not self.alive:
            return
        try:
            body, command = _asked(self.world.hall, path, data)
        except (CodecError, WebError) as error:
            self.world.alarm(COLLECTOR, f"a caller's post is refused: {error}", error)
            return

        def done(reply: Reply | None) -> None:
            if reply is None:
                answer(503, b'{"code":"engine_silent"}')
            elif reply.refusal is not None:
                code = reply.refusal.code
                status = 422 if code in GONE_CODES or code.startswith("unknown_") else 409
                answer(status, msgspec.json.encode({"code": code}))
            else:
                answer(201, b"{}")

        self.submit(command, body.id, body.device, done, age_ms=body.age_ms, sure=body.sure)


def _asked(hall: Hall, path: str, data: bytes) -> tuple[EvaluationBody | ExplanationBody | UnratedBody, Command]:
    """What a caller posted, as the collector reads it."""
    if path == EXPLAINED:
        said = decode(data, ExplanationBody)
        return said, explanation_of(said)
    if path == LEFT_UNRATED:
        left = decode(data, UnratedBody)
        return left, LeaveUnrated(visit=left.visit, device=left.device, why=left.why)
    body = decode(data, EvaluationBody)
    command = RecordEvaluation(
        evaluation=body.id,
        visit=body.visit,
        level=level_of(body, hall.keypads[body.device]),
        device=body.device,
        raw_key=body.raw_key,
        pressed_at_ms=body.pressed_at_ms,
    )
    return body, command

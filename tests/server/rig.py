"""A writer on a real database, with devices that speak to it in bytes."""

from pathlib import Path

from broker.contract.codec import encode_envelope
from broker.contract.envelope import Reply
from broker.model.commands import Command, OpenDay, SessionTimes
from broker.model.hall import Hall
from broker.server.writer import Writer
from broker.store.journal import Journal
from tests.halls import CLOSES_MS, DAY, OPENS_MS, small_hall
from tests.rating_keys import keys_of


class WriterRig:
    """``send`` a device's command, ``commit``, read the answers; ``restart`` as after kill -9."""

    def __init__(
        self,
        folder: Path,
        hall: Hall | None = None,
        open_day_id: str = "open-day-1",
        at_ms: int = OPENS_MS,
        sessions: tuple[SessionTimes, ...] = (),
    ) -> None:
        self.hall = hall or small_hall()
        self.path = folder / "hall.db"
        self.now_ms = at_ms
        self.made = 0
        self._boot()
        session = SessionTimes("day", OPENS_MS, CLOSES_MS, CLOSES_MS - 1_800_000)
        self.writer.ask(OpenDay(day=DAY, sessions=sessions or (session,)), open_day_id)
        self.writer.commit()

    def _boot(self) -> None:
        self.journal = Journal(self.path, self.hall.hall.id)
        self.journal.open()
        self.writer = Writer(self.hall, self.journal, lambda: self.now_ms, keys=lambda: keys_of(self.hall))
        self.writer.start()

    def restart(self) -> None:
        """Without any orderly end."""
        self.journal.close()
        self._boot()

    def new_id(self) -> str:
        self.made += 1
        return f"command-{self.made:06d}"

    def put(self, command: Command, device: str = "collector", **frame: object) -> str:
        """Hand one command to the writer; its id."""
        id = str(frame.pop("id", None) or self.new_id())
        self.writer.take(device, encode_envelope(command, id=id, device=device, **frame))
        return id

    def ask(self, command: Command, device: str = "collector", **frame: object) -> Reply:
        """One command, one commit, one answer."""
        self.put(command, device, **frame)
        answers = self.writer.commit()
        assert len(answers) == 1
        return answers[0].reply

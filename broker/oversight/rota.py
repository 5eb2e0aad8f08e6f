"""The duty rota of every day, why it was changed, and what its sessions opened with. A pure fold of the journal."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from broker.model import events as e
from broker.model.commands.rota import RotaSession
from broker.model.words import Names
from broker.oversight.case_figures import Share

ROTA_EVENTS = (e.RotaMade, e.RotaLooked)


@dataclass(frozen=True, slots=True)
class RotaStory:
    """A day: as it is planned now, each time it was planned (oldest first), and what was seen of its sessions."""

    day: str
    made: tuple[e.RotaMade, ...] = ()
    looked: tuple[e.RotaLooked, ...] = ()

    @property
    def leader(self) -> str | None:
        """The clerk who leads."""
        return self.made[-1].leader if self.made else None

    @property
    def leads_at(self) -> tuple[str, ...]:
        """The counters that whoever leads keeps on that day, like everybody else; in the order of the plan."""
        posts = [post for session in self.sessions for post in session.posts]
        return tuple(
            dict.fromkeys(one.counter for one in posts if self.leader is not None and one.clerk == self.leader)
        )

    @property
    def sessions(self) -> tuple[RotaSession, ...]:
        """Its planned sessions."""
        return self.made[-1].sessions if self.made else ()


class Rotas:
    """The fold: ``fold`` each event once, in order."""

    def __init__(self) -> None:
        self._days: dict[str, RotaStory] = {}

    def fold(self, event: e.Event) -> None:
        """Take one event in; those of nothing here change nothing."""
        if isinstance(event, e.RotaMade):
            known = self._days.get(event.day, RotaStory(event.day))
            self._days[event.day] = replace(known, made=(*known.made, event))
        elif isinstance(event, e.RotaLooked):
            known = self._days.get(event.day, RotaStory(event.day))
            self._days[event.day] = replace(known, looked=(*known.looked, event))

    def told(self) -> dict[str, RotaStory]:
        """By day."""
        return dict(self._days)


def opened_as_planned(days: Iterable[RotaStory]) -> Share:
    """Of the sessions that were looked at, those of which no planned counter was closed."""
    looked = [one for day in days for one in day.looked]
    return Share(
        part=sum(not one.closed for one in looked),
        n=len(looked),
        formula=Names("按表全部开窗的时段 / 已查看的时段", "sessions with all planned counters open / looked at"),
    )

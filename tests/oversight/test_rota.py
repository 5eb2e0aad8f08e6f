"""The rota's history: every version of a day stays, what its sessions opened with is counted."""

from broker.model import commands as c
from broker.model import events as e
from broker.oversight.rota import Rotas, opened_as_planned


def test_the_newest_plan_counts_every_version_stays_and_short_sessions_are_counted() -> None:
    rotas, first = Rotas(), (c.RotaSession(session="noon", posts=(c.RotaPost("c1"),)),)
    rotas.fold(e.RotaMade(at_ms=1, day="2026-03-04", leader="a1", sessions=first, by="ann"))
    rotas.fold(e.RotaMade(at_ms=2, day="2026-03-04", leader="a2", sessions=first, reason="培训", by="ben"))
    rotas.fold(e.RotaLooked(at_ms=3, day="2026-03-04", session="noon", until_ms=9, planned=1, closed=("c1",)))
    rotas.fold(e.RotaMade(at_ms=4, day="2026-03-05", sessions=first, by="ann"))
    rotas.fold(e.RotaLooked(at_ms=5, day="2026-03-05", session="noon", until_ms=9, planned=1))
    told = rotas.told()
    assert told["2026-03-04"].leader == "a2" and [one.by for one in told["2026-03-04"].made] == ["ann", "ben"]
    share = opened_as_planned(told.values())
    assert (share.part, share.n, share.percent) == (1, 2, 50.0)
    assert opened_as_planned(()).percent is None

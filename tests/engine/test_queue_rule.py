"""A kind of people is judged by the rule just as a call judges one of them."""

from typing import get_args

import pytest
from msgspec.structs import replace

from broker.engine import queue_rule
from broker.engine.policy import claim_of
from broker.engine.policy_rules import Claim, Rank, rank_of
from broker.engine.queue_rule import Rule
from broker.model.hall_calling import Calling, RuleName
from tests.engine.bench_hall import HallAtWork
from tests.engine.made_up_day import hall_of_three

CAP_MIN = 10.0


@pytest.mark.parametrize("priority", [None, "elderly", "appointment"])
@pytest.mark.parametrize("waited_min", [5, 15])
@pytest.mark.parametrize("rule", get_args(RuleName))
def test_of_a_kind_the_rule_is_asked_what_it_is_asked_of_one_of_them_at_a_call(
    monkeypatch: pytest.MonkeyPatch, rule: RuleName, waited_min: int, priority: str | None
) -> None:
    hall = replace(hall_of_three(), calling=Calling(rule=rule, cap_min=CAP_MIN, head_start_min={"elderly": 15.0}))
    work = HallAtWork(hall).open_day().open_counters("c1")
    number = work.take_ticket("pension", priority)
    work.wait(waited_min * 60)
    ticket = next(one for one in work.state.tickets.values() if one.number == number)
    wanted = claim_of(hall, work.state, "c1", hall.calling, ticket, 1, work.now_ms)
    asked: list[Claim] = []

    def heard(name: RuleName, claim: Claim) -> Rank:
        asked.append(claim)
        return rank_of(name, claim)

    monkeypatch.setattr(queue_rule, "rank_of", heard)
    kind = Rule(hall, work.state, work.now_ms).kind("pension", priority, waited_min >= CAP_MIN)
    looked_at = ("target_ms", "raised", "place", "turn", "capped")
    for claim in asked:
        assert [getattr(claim, name) for name in looked_at] == [getattr(wanted, name) for name in looked_at]
    tier, score = rank_of(rule, wanted)
    assert kind.tier == tier
    assert kind.first + kind.each_ms * wanted.waited_ms == pytest.approx(score)

"""The judge of L7 under each rule that a hall may call by: it agrees with the engine, and sees one that is wrong."""

from contextlib import AbstractContextManager
from itertools import permutations
from random import Random
from typing import Any, get_args
from unittest import mock

import pytest

from broker.engine import policy, policy_rules
from broker.engine.context import Outcome
from broker.model import commands as c
from broker.model.hall_calling import RuleName
from broker.model.hall_file import parse_hall
from tests.engine.bench_hall import HallAtWork
from tests.halls import SMALL
from tests.simulation.checkers import order
from tests.simulation.trace import Entry, Trace

CLASSES = """
[priority.disabled]
names = { zh = "残疾人", en = "Disabled" }
factor = 0.6
"""
MISTAKEN = [pair for pair in permutations(get_args(RuleName), 2) if pair != ("fcfs", "head_start")]
"""Named, and gone by. Only where the named rule gives head starts are there any; else it is the order of arrival."""
STARTS = "head_start_min = { elderly = 6, disabled = 3 }\n"


class JudgedHall(HallAtWork):
    """Keeps what happens as the judges read it."""

    def __init__(self, calling: str) -> None:
        super().__init__(parse_hall(SMALL + CLASSES + "[calling]\n" + calling))
        self.trace = Trace(seed=0, hall=self.hall)

    def ask(self, command: c.Command, *args: Any, **more: Any) -> Outcome:
        outcome = super().ask(command, *args, **more)
        for event in outcome.events:
            position = len(self.trace.journal) + 1
            self.trace.journal.append(Entry(position, f"command-{self.made}-{position}", event, self.now_ms))
        return outcome


def judged_day(calling: str, seed: int) -> list[str]:
    """What the judge says of a day in which all that the rules look at happens."""
    work, chance = JudgedHall(calling), Random(seed)
    work.open_day().open_counters("c1", "c2", "c3")
    for _ in range(120):
        work.wait(chance.expovariate(1 / 70))
        if chance.random() < 0.75:
            work.take_ticket(chance.choice(("pension", "card")), chance.choice((None, None, "elderly", "disabled")))
        if chance.random() < 0.05:
            work.ask(c.RaiseClass(service=chance.choice(("card", "pension")), factor=0.4, minutes=6))
        if chance.random() < 0.05:
            work.ask(c.RaiseClass(priority="disabled", factor=0.4, minutes=6))
        counter = chance.choice(("c1", "c2", "c3"))
        if chance.random() < 0.65:
            work.ask(c.StartService(counter=counter))
            work.ask(c.FinishService(counter=counter))
            work.ask(c.CallNext(counter=counter))
            if chance.random() < 0.15:
                work.ask(c.UndoLast(counter=counter))
    return [violation.sentence for violation in order.check(work.trace)]


@pytest.mark.parametrize("cap", ["", "cap_min = 9\n"])
@pytest.mark.parametrize("rule", get_args(RuleName))
def test_the_judge_agrees_with_the_engine_by_every_rule(rule: str, cap: str) -> None:
    for seed in range(3):
        assert judged_day(f'rule = "{rule}"\n{cap}{STARTS}', seed) == []


def test_the_judge_agrees_with_what_a_session_changes() -> None:
    changed = 'rule = "fcfs"\n[calling.sessions.day]\nrule = "rotation"\npriority_in_a_row = 1\ncap_min = 9\n'
    assert judged_day(changed, 1) == []


def by_another(rule: str, other: str) -> AbstractContextManager[Any]:
    """The rule is named, and people are called by another."""
    return mock.patch.dict(policy_rules.RULES, {rule: policy_rules.RULES[other]})  # type: ignore[dict-item]


@pytest.mark.parametrize(("rule", "other"), MISTAKEN)
def test_who_is_called_by_another_rule_than_the_one_named_is_found(rule: str, other: str) -> None:
    with by_another(rule, other):
        assert any(judged_day(f'rule = "{rule}"\n{STARTS}', seed) for seed in range(4))


def blind(name: str, value: Any) -> AbstractContextManager[Any]:
    """The engine takes one thing that a rule looks at for something else."""
    real = policy_rules.Claim

    def made(*values: Any) -> policy_rules.Claim:
        fields = dict(zip(real._fields, values, strict=False))
        return real(**{**fields, name: value})

    return mock.patch.object(policy, "Claim", made)


@pytest.mark.parametrize(
    ("rule", "name", "value"),
    [
        ("ratio", "skill", 1),
        ("ratio", "target_ms", 600_000.0),
        ("fcfs", "raised", 1.0),
        ("strict", "place", 0),
        ("rotation", "turn", False),
        ("rotation", "capped", False),
        ("max_wait", "skill", 1),
        ("head_start", "credit_ms", 60_000.0),
    ],
)
def test_a_rule_that_overlooks_something_is_found(rule: str, name: str, value: Any) -> None:
    with blind(name, value):
        assert any(judged_day(f'rule = "{rule}"\ncap_min = 9\n{STARTS}', seed) for seed in range(4))


def test_a_cap_that_comes_too_late_is_found() -> None:
    with mock.patch.object(policy, "MINUTE_MS", 90_000):
        assert judged_day(f'rule = "strict"\ncap_min = 6\n{STARTS}', 0)


def test_a_call_that_names_another_rule_is_found() -> None:
    real = policy.next_for

    def named(*asked: Any) -> Any:
        found = real(*asked)
        return found and policy.Choice(found.ticket, found.why, found.compared, "fcfs")

    with mock.patch("broker.engine.calling.next_for", named):
        assert any("names another rule" in sentence for sentence in judged_day('rule = "ratio"\n', 0))

"""Forecasts for foreign days: nothing of the future, nearer than the field's formula, ranges that hold their share."""

from itertools import chain

import pytest

from broker.trial.orders import Watched, usual_orders
from broker.trial.predict import SERVICES_MOST, BadLine, Stream
from tests.trial.made_up_days import lines_of, waits_of

DAYS = 12


def days(order: str, first: int = 1) -> list[str]:
    return list(chain.from_iterable(lines_of(seed, usual_orders()[order]) for seed in range(first, first + DAYS)))


def said_of(lines: list[str]) -> dict[str, tuple[float, float, float]]:
    rows = (answer.split(",") for answer in Stream().answers(lines))
    return {ticket: (float(middle), float(low), float(high)) for ticket, middle, low, high in rows}


def by_the_field(lines: list[str]) -> dict[str, float]:
    """People ahead times mean service over counters seen, the formula that ticket systems print."""
    waiting, began, served, seen = set[str](), dict[str, float](), list[float](), set[str]()
    found: dict[str, float] = {}
    for line in lines:
        if line.startswith("#"):
            waiting.clear()
            continue
        time_s, kind, ticket, _, _, queued, counter = line.split(",")
        mean_s = sum(served) / len(served) if served else 180.0
        if kind == "A" and queued == "1":
            found[ticket] = (len(waiting) + 1) * mean_s / max(1, len(seen))
            waiting.add(ticket)
        elif kind == "S":
            waiting.discard(ticket)
            began[ticket] = float(time_s)
            seen.add(counter)
        elif kind == "E":
            served.append(float(time_s) - began[ticket])
    return found


@pytest.mark.parametrize("order", ["arrival", "ratio", "strict"])
def test_it_is_nearer_than_the_fields_formula_and_four_of_five_end_within_the_range(order: str) -> None:
    lines = days(order)
    truth, said, usual = waits_of(lines), said_of(lines), by_the_field(lines)
    assert set(truth) <= set(said)
    ours = sum(abs(said[ticket][0] - wait_s) for ticket, wait_s in truth.items()) / len(truth)
    theirs = sum(abs(usual[ticket] - wait_s) for ticket, wait_s in truth.items()) / len(truth)
    assert len(truth) > 1_000
    assert ours < 0.85 * theirs
    within = sum(said[ticket][1] <= wait_s <= said[ticket][2] for ticket, wait_s in truth.items()) / len(truth)
    assert 0.76 < within < 0.84


def test_an_answer_comes_before_the_next_line_is_read() -> None:
    lines = days("arrival")[:400]
    read = 0

    def counted():
        nonlocal read
        for line in lines:
            read += 1
            yield line

    for answer in Stream().answers(counted()):
        assert lines[read - 1].split(",")[2] == answer.split(",")[0]


def test_what_comes_later_changes_nothing_that_was_said() -> None:
    lines = days("ratio")
    half = len(lines) // 2
    whole, early = list(Stream().answers(lines)), list(Stream().answers(lines[:half]))
    assert whole[: len(early)] == early


@pytest.mark.parametrize("order", ["arrival", "head start 180 s", "ratio", "strict"])
def test_the_rule_by_which_a_hall_calls_is_found_by_watching_it(order: str) -> None:
    stream = Stream()
    list(stream.answers(days(order)))
    watched: Watched = stream._watched
    assert watched.believed is watched.orders[order] or watched.right[order] > 0.97 * max(watched.right.values())


@pytest.mark.parametrize(
    "line",
    [
        "nothing",
        "1,2,3",
        "x,A,t,s,0,1,",
        "30600,A,t,s,much,1,",
        "30600,A,t,s,-1,1,",
        "nan,A,t,s,0,1,",
        "30600,Z,t,s,0,1,",
        "30600,A,t,s," + "9" * 400 + ",1,",
        "30600,A,t,s," + "9" * 5000 + ",1,",
        "30600,A,t\u2028u,s,0,1,",
        "1e300,A,t,s,0,1,",
    ],
)
def test_a_line_that_cannot_be_read_is_named(line: str) -> None:
    with pytest.raises(BadLine, match="line 2"):
        list(Stream().answers(["#day d01", line]))


def test_time_does_not_go_back_within_a_day_but_each_day_has_its_own() -> None:
    late, early = "30600,A,t,s,0,1,", "100,A,t,s,0,1,"
    with pytest.raises(BadLine, match=r"line 2, .*goes back from 30600 to 100"):
        list(Stream().answers([late, early]))
    assert len(list(Stream().answers([late, "#day d02", early]))) == 2


def test_ends_without_a_beginning_pauses_and_unknown_tickets_are_borne() -> None:
    lines = [
        "30600,E,nobody,,,,c01",
        "30600,S,nobody,,,,c01",
        "30610,X,nobody,,,,",
        "30620,P,,,,,c02",
        "30630,O,,,,,c02",
        "30640,A,t1,A,0,1,",
        "30640,A,t2,A,0,0,",
        "30700,S,t1,,,,c01",
        "30750,E,t1,,,,c01",
    ]
    assert [answer.split(",")[0] for answer in Stream().answers(lines)] == ["t1"]


def test_services_of_no_time_at_all_are_borne() -> None:
    """The mean of four hundred thousand of them is no number that can be divided by."""
    stream = Stream()
    for _ in range(3):
        stream._mean_of("s").total_s = stream._pace.mean.total_s = 0.0
    lines = ["0,A,t0,s,0,1,", "0,S,t0,s,0,1,c1", "0,E,t0,s,0,1,c1", "0,A,t1,s,0,1,"]
    (_, low), *_ = [answer.split(",")[1:3] for answer in stream.answers(lines)]
    assert float(low) >= 0


def test_of_names_without_end_the_first_are_told_apart() -> None:
    lines = [f"{at},A,t{at},service-{at},{at},1," for at in range(SERVICES_MOST + 50)]
    stream = Stream()
    assert len(list(stream.answers(lines))) == len(lines)
    known = {one.service for one in stream._line.values()}
    assert len(known) == SERVICES_MOST + 1 and "" in known

"""The life of a ticket: the table as the house plan has it, written here once more."""

import pytest

from broker.model.ticket import AT_COUNTER, FINAL, LIFE, allowed
from broker.model.words import TicketStatus

PLAN = """
reserved: waiting void
waiting: called held cancelled expired
called: serving served no_show held waiting
serving: served held waiting
held: called waiting expired
no_show: waiting expired
void:
served:
cancelled:
expired:
"""
PLANNED = {
    (line.split(":")[0], after) for line in PLAN.split("\n") if ":" in line for after in line.split(":")[1].split()
}


@pytest.mark.parametrize("before", TicketStatus)
@pytest.mark.parametrize("after", TicketStatus)
def test_a_status_follows_another_exactly_when_the_plan_says_so(before: TicketStatus, after: TicketStatus):
    assert allowed(before, after) is ((before.value, after.value) in PLANNED)


def test_the_table_has_every_status():
    assert set(LIFE) == set(TicketStatus)


def test_final_statuses_are_those_without_a_way_out():
    assert {status.value for status in FINAL} == {"void", "served", "cancelled", "expired"}


def test_nothing_leads_back_to_a_reservation_and_every_status_is_reached_from_it():
    reached, pending = set(), [TicketStatus.RESERVED]
    while pending:
        status = pending.pop()
        if status not in reached:
            reached.add(status)
            pending += LIFE[status]
    assert reached == set(TicketStatus)
    assert not any(TicketStatus.RESERVED in after for after in LIFE.values())


def test_only_called_and_serving_tickets_are_at_a_counter():
    assert {"called", "serving"} == AT_COUNTER

"""The library of published promises says what was published, and a hall file may name it."""

from typing import get_args

import pytest

from broker.model.hall import Service
from broker.model.hall_file import HallFileError, hall_of
from broker.model.promised_times import PROMISED_TIMES, PromiseKey
from tests.model.hall_edits import CUT, edited

AT_ONCE = ((0, "workday"),)
PUBLISHED = {
    "enrolment-change": ("Suzhou 6.2.1(1)", AT_ONCE, 0),
    "insurance-type": ("Suzhou 6.2.1(2)", AT_ONCE, 0),
    "injury-filing": ("Suzhou 6.2.1(3)", AT_ONCE, 0),
    "capacity-stamp": ("Suzhou 6.2.1(4)", AT_ONCE, 0),
    "injury-rehabilitation": ("Suzhou 6.2.1(5)", AT_ONCE, 0),
    "medical-benefit": ("Suzhou 6.2.1(6)", AT_ONCE, 0),
    "death-benefit": ("Suzhou 6.2.1(7)", AT_ONCE, 0),
    "home-purchase": ("Suzhou 6.2.1(8)", AT_ONCE, 0),
    "loan-repayment": ("Suzhou 6.2.1(9)", AT_ONCE, 0),
    "rent": ("Suzhou 6.2.1(10)", AT_ONCE, 0),
    "unemployment-benefit": ("Suzhou 6.2.1(11)", AT_ONCE, 0),
    "transfer-within": ("Suzhou 6.2.1(12)", AT_ONCE, 0),
    "password-reset": ("Suzhou 6.2.1(13)", AT_ONCE, 0),
    "injury-determination": ("Suzhou 6.2.2(1)", ((60, "day"),), 0),
    "employer-account": ("Suzhou 6.2.2(2)", ((0, "workday"), (None, "workday")), 0),
    "contributions": ("Suzhou 6.2.2(3)", ((3, "workday"),), 0),
    "injury-medical": ("Suzhou 6.2.2(4)", ((30, "workday"),), 0),
    "retirement": ("Suzhou 6.2.2(5)", ((0, "workday"), (5, "workday"), (5, "workday")), 1),
    "fund-transfer-in": ("Suzhou 6.2.2(6)", ((5, "workday"),), 0),
    "insurance-transfer-in": ("Suzhou 6.2.2(7)", ((15, "workday"), (15, "workday")), 0),
    "transfer-out": ("Suzhou 6.2.2(8)", ((0, "workday"), (15, "workday"), (5, "workday")), 1),
    "card-photo": ("Suzhou 6.2.2(9)", ((3, "workday"),), 0),
    "personal-data": ("Suzhou 6.2.2(11)", ((1, "workday"),), 0),
    "relief": ("Suzhou 6.2.2(12)", ((1, "workday"),), 0),
    "maternity-benefit": ("Suzhou 6.2.2(13)", ((5, "workday"),), 0),
    "card-collection": ("Shangluo 13(4)", ((7, "workday"),), 0),
    "certificate": ("Yunnan 5.3(5)", AT_ONCE, 0),
    "enquiry": ("Yunnan 5.3(5)", AT_ONCE, 0),
}
"""Key -> standard and article, days and unit of each stage, the stage that the clock of a case watches."""


def pension(edits: dict[str, object]) -> Service:
    free = {f"services.pension.{key}": CUT for key in ("promised", "promised_days", "promised_unit")}
    return hall_of(edited({**free, **{f"services.pension.{key}": value for key, value in edits.items()}})).services[
        "pension"
    ]


def test_the_library_is_this_table_of_published_promises() -> None:
    shipped = {
        key: (one.source, tuple((stage.days, stage.unit) for stage in one.stages), one.clock)
        for key, one in PROMISED_TIMES.items()
    }
    assert shipped == PUBLISHED
    assert set(get_args(PromiseKey)) == set(PUBLISHED)


@pytest.mark.parametrize("key", sorted(PUBLISHED))
def test_a_service_that_names_a_promise_has_its_days_unit_and_words(key: str) -> None:
    service, (_, stages, clock) = pension({"promised_as": key}), PUBLISHED[key]
    assert (service.promised_days, service.promised_unit) == stages[clock]
    assert service.promised == PROMISED_TIMES[key].said


@pytest.mark.parametrize("key", sorted(PUBLISHED))
def test_each_stage_tells_people_the_days_that_it_has(key: str) -> None:
    for stage in PROMISED_TIMES[key].stages:
        if stage.days:
            days = f"{stage.days} {'日' if stage.unit == 'day' else '个工作日'}"
            assert days in stage.said.zh and str(stage.days) in stage.said.en


def test_own_words_go_before_those_of_the_library() -> None:
    own = {"zh": "受理后六十日", "en": "Sixty days"}
    service = pension({"promised_as": "injury-determination", "promised": own})
    assert service.promised is not None and service.promised.zh == own["zh"]
    assert (service.promised_days, service.promised_unit) == (60, "day")


def test_a_misspelt_promise_is_answered_with_the_one_that_was_meant() -> None:
    with pytest.raises(HallFileError, match="injury-determination"):
        pension({"promised_as": "injury-determinaton"})

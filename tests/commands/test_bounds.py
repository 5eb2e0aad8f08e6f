"""What ``describe`` says of the rule: who may still pass, under each rule and in each session that has its own."""

import pytest

from broker.commands.bounds import AS_IN_THE_FILE, bounds_said
from broker.model.hall_file import parse_hall
from tests.halls import SMALL

CLASSES = '[priority.disabled]\nnames = { zh = "残疾人", en = "Disabled" }\nfactor = 0.5\n'
PASSED = "Somebody of no class who has waited 20 min can be passed only by who came within so long after: "


def said(calling: str) -> list[tuple[str, str]]:
    *rules, last = bounds_said(parse_hall(SMALL + CLASSES + calling))
    assert last == AS_IN_THE_FILE
    return [(one.zh, one.en) for one in rules]


@pytest.mark.parametrize(
    ("rule", "what"),
    [
        ("ratio", f"waited / target (ratio). {PASSED}Elderly 15.2 min, Disabled 12.0 min, others of no class 4.0 min"),
        ("fcfs", "in order of arrival (fcfs). Nobody of no class is passed by who came later"),
        ("strict", f"priority classes first (strict). {PASSED}Elderly 20.0 min, Disabled 20.0 min"),
        (
            "rotation",
            f"in rotation (rotation). {PASSED}Elderly 20.0 min, Disabled 20.0 min; "
            "at each counter one of the others follows every 2 with priority",
        ),
        ("head_start", f"head start (head_start). {PASSED}Elderly 20.0 min, Disabled 20.0 min"),
    ],
)
def test_each_rule_says_who_may_still_pass(rule: str, what: str) -> None:
    ((zh, en),) = said(f'[calling]\nrule = "{rule}"\n')
    assert en == f"calling: {what}"
    assert zh.startswith("calling：") and ("老年人 " in zh) == ("Elderly " in en)


def test_a_cap_narrows_what_is_said() -> None:
    ((_, en),) = said("[calling]\ncap_min = 10\n")
    assert "Elderly 7.6 min" in en


def test_a_session_is_named_where_its_rule_is_another_and_only_there() -> None:
    other = said('[calling]\n[calling.sessions.day]\nrule = "fcfs"\n')
    assert [en.split(":")[0] for _, en in other] == ["calling", "calling.sessions.day"]
    assert "Nobody" in other[1][1]
    same = said('[calling]\n[calling.sessions.day]\nrule = "ratio"\n')
    assert len(same) == 1

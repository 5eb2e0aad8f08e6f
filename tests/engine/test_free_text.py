"""A note, a reason and a notice are kept for years: nobody's ID or mobile number gets into them."""

from typing import Any, get_args, get_type_hints

import msgspec
import pytest

from broker.engine.context import Refused
from broker.engine.free_text import check_free_text
from broker.model import commands as c
from broker.model import refusals as r
from broker.model.personal_numbers import found_in
from broker.model.words import Sentence
from tests.contract.strategies import messages_of
from tests.engine.bench_hall import HallAtWork
from tests.fuzz.samples import first_example
from tests.halls import small_hall

ID_NUMBER, MOBILE = "11010519491231002X", "13912345678"
TYPED = [
    (kind, field)
    for kind in get_args(c.AnyCommand)
    for field, hint in get_type_hints(kind, include_extras=True).items()
    if hint == Sentence
]


@pytest.mark.parametrize(
    "text",
    [
        ID_NUMBER,
        "证件11010519491231002x忘带",
        "110105 19491231 0021",
        "110105-1949-12-31-0021",
        "１１０１０５１９４９１２３１００２Ｘ",
        "A042 110105194912310021",
        "110105\u200b19491231\u20600021",
        "110105\n19491231\n0021",
        "\u0661\u0661\u0660\u0661\u0660\u0665\u0661\u0669\u0664\u0669\u0661\u0662\u0663\u0661\u0660\u0660\u0662\u0661",
    ],
)
def test_an_id_number_is_seen(text: str) -> None:
    assert found_in(text) == "identity"


@pytest.mark.parametrize(
    "text",
    [
        MOBILE,
        "电话139 1234 5678找她",
        "+86 139-1234-5678",
        "008613912345678",
        "tel13912345678",
        "139\u200b1234\u202e5678",
        "A012\t13912345678",
        "１３９１２３４５６７８",
    ],
)
def test_a_mobile_number_is_seen(text: str) -> None:
    assert found_in(text) == "mobile"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "材料不全，缺复印件",
        "A042 转 B017",
        "请拨 0432-12333 或 12333",
        "案号 202603040000000017",
        "9:00-12:00 13:30-17:00",
        "2026-03-04 10:15",
        "12912345678",
        "1391234567",
        "139123456789",
        "110105194913310021",
    ],
)
def test_other_numbers_are_let_through(text: str) -> None:
    assert found_in(text) is None


def filled(kind: type[c.Command], field: str, text: str) -> Any:
    return msgspec.structs.replace(first_example(messages_of(kind)), **{field: text})


@pytest.mark.parametrize(("kind", "field"), TYPED, ids=[f"{kind.__name__}.{field}" for kind, field in TYPED])
def test_every_text_that_can_be_typed_is_looked_at(kind: type[c.Command], field: str) -> None:
    with pytest.raises(Refused) as refused:
        check_free_text(filled(kind, field, f"见 {ID_NUMBER}"))
    assert refused.value.refusal == r.PersonalNumberTyped()
    if kind is c.PostNotice:  # the hall's own telephone, for everybody to read
        check_free_text(filled(kind, field, f"咨询 {MOBILE}"))
    else:
        with pytest.raises(Refused):
            check_free_text(filled(kind, field, f"打给 {MOBILE}"))
    check_free_text(filled(kind, field, "缺复印件"))


def test_the_texts_are_those_of_holds_transfers_and_the_others() -> None:
    assert {kind for kind, _ in TYPED} >= {c.HoldTicket, c.TransferTicket, c.CancelTicket, c.PauseCounter, c.CallNumber}


def test_a_contact_telephone_may_be_a_mobile_and_never_an_id_number() -> None:
    check_free_text(c.PauseCounter(counter="c1", phone=MOBILE))
    with pytest.raises(Refused):
        check_free_text(c.PauseCounter(counter="c1", phone="110105194912310021"))


def test_a_refused_note_is_in_no_event_and_not_in_the_answer() -> None:
    hall = HallAtWork(small_hall()).open_day().open_counters("c1")
    hall.take_ticket()
    hall.call()
    refusal = hall.refused(c.HoldTicket(counter="c1", note=f"去复印 {ID_NUMBER}"))
    assert "删去" in refusal.sentence.zh
    assert ID_NUMBER not in repr(refusal) + repr(hall.events)
    hall.done(c.HoldTicket(counter="c1", note="去复印"))
    hall.done(c.ReturnTicket(number="A001"))
    assert hall.refused(c.CancelTicket(number="A001", reason=MOBILE)) == r.PersonalNumberTyped()


def test_why_a_counter_was_excused_stands_on_its_sheet_and_holds_nobodys_mobile() -> None:
    with pytest.raises(Refused):
        check_free_text(c.ExcuseCounter(counter="c1", reason=f"打给 {MOBILE}"))
    check_free_text(c.BeginEmergency(zh=f"求助 {MOBILE}", en=f"Call {MOBILE}"))

"""The written notice of what to bring: whole, numbered, in both languages, on every paper."""

from dataclasses import replace

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broker.model.hall import HallNotice
from broker.model.words import Names
from kiosk.paper import CLOCK_UNSET, paper_of, papers_of
from kiosk.papers_slip import PapersSlip, compose
from kiosk.printer.escpos import QrTextTooLong
from kiosk.printer.interpreter import Interpreter
from kiosk.printer.paper import Glyph
from kiosk.printer.pictures import paint_line, paint_qr
from kiosk.printer.profile import profile_of
from kiosk.printout import printout
from kiosk.ticket import Order, Slip
from tests.kiosk.small_hall import parsed
from tests.kiosk.ticket_samples import printed

FULL = PapersSlip(
    hall=Names("滨江区政务服务中心", "Binjiang Service Hall"),
    service=Names("养老、医疗保险转出", "Transfer Out of Insurance"),
    papers=(
        Names("身份证原件", "ID card (original)"),
        Names("养老保险、医疗保险参保缴费凭证（盖章）", "Contribution certificates, stamped"),
    ),
    issued_text="2026-03-05 09:31",
    promised=Names("15 个工作日办结", "Within 15 working days"),
    online=Names("网站可自行办理", "Can be done on the web site"),
    consult=Names("大厅入口右侧咨询台", "Help desk, right of the entrance"),
    phone="021-12345678",
    url="https://hall.example/list/transfer-out",
)


def job(slip: PapersSlip, width: str = "80") -> bytes:
    return printout(compose(slip), profile_of("generic", width), paint_line, paint_qr).data


def lines_of(slip: PapersSlip, width: str = "80") -> list[str]:
    strip, _ = printed(job(slip, width), profile_of("generic", width))
    return [line.replace(" ", "") for line in strip.text_lines if not line.startswith("--")]


def test_a_notice_reads_from_its_title_to_the_code() -> None:
    assert lines_of(FULL) == [
        "一次性告知单",
        "滨江区政务服务中心",
        "养老、医疗保险转出",
        "请带齐下列材料：",
        "1.身份证原件",
        "2.养老保险、医疗保险参保缴费凭证（盖章）",
        "办理时限：15个工作日办结",
        "网上办理：网站可自行办理",
        "咨询地点：大厅入口右侧咨询台",
        "咨询电话：021-12345678",
        "打印时间：2026-03-0509:31",
        "扫码看完整清单",
    ]


def test_an_english_notice_says_the_same_and_names_the_service_in_chinese_for_the_staff() -> None:
    assert lines_of(replace(FULL, language="en", service=Names("养老保险转出", "Pension Transfer"))) == [
        "Whattobring",
        "一次性告知单",
        "BinjiangServiceHall",
        "PensionTransfer",
        "养老保险转出",
        "Pleasebringallofthese:",
        "1.IDcard(original)",
        "2.Contributioncertificates,stamped",
        "Takes:Within15workingdays",
        "Online:Canbedoneonthewebsite",
        "Askat:Helpdesk,rightoftheentrance",
        "Phone:021-12345678",
        "Printed:2026-03-0509:31",
        "Scanforthewholelist",
    ]


def test_a_service_without_a_list_says_where_to_learn_it_and_shows_no_empty_field() -> None:
    slip = PapersSlip(FULL.hall, FULL.service, (), "2026-03-05 09:31")
    assert lines_of(slip)[3:] == ["所需材料请到咨询台询问。", "打印时间：2026-03-0509:31"]
    assert "所需材料请扫码查看。" in lines_of(replace(slip, url=FULL.url))
    english = lines_of(replace(slip, language="en")), lines_of(replace(slip, language="en", url=FULL.url))
    assert ["Forwhattobringaskatthehelpdesk." in english[0], "Forwhattobringscanthecode." in english[1]] == [True, True]


@pytest.mark.parametrize("width", ["58", "80"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_large_notice_says_the_same_in_letters_of_double_height(language: str, width: str) -> None:
    slip = replace(FULL, language=language)
    strip, _ = printed(job(replace(slip, large=True), width), profile_of("generic", width))
    assert min(mark.scale[1] for mark in strip.marks if isinstance(mark, Glyph) and mark.character != "-") == (
        2 if language == "zh" else 1  # the Chinese title under the English one is for the staff
    )
    assert "".join(lines_of(replace(slip, large=True), width)) == "".join(lines_of(slip, width))


def test_a_notice_holds_all_papers_of_the_hall_file_also_those_a_ticket_has_no_room_for() -> None:
    hall = parsed()
    many = tuple(Names(f"材料{number}", f"Paper {number}") for number in range(1, 13))
    service = msgspec.structs.replace(
        hall.services["pension"], papers=many, checklist_url="https://hall.example/list", consult=FULL.consult
    )
    hall = msgspec.structs.replace(hall, services={**hall.services, "pension": service})
    slip = papers_of(hall, "pension", "", "zh", large=True)
    assert slip.papers == many
    assert (slip.url, slip.consult, slip.large) == ("https://hall.example/list", FULL.consult, True)
    assert slip.issued_text == CLOCK_UNSET.zh
    assert [line for line in lines_of(slip) if line.endswith("材料12")] == ["12.材料12"]


def test_an_address_too_long_for_a_code_is_refused() -> None:
    with pytest.raises(QrTextTooLong):
        replace(FULL, url="https://hall.example/" + "x" * 300)


@settings(max_examples=40, deadline=None)
@given(
    texts=st.lists(st.text(max_size=60), max_size=12),
    name=st.text(max_size=40),
    language=st.sampled_from(["zh", "en"]),
    large=st.booleans(),
    width=st.sampled_from(["58", "80"]),
)
def test_any_words_make_one_whole_notice(texts: list[str], name: str, language: str, large: bool, width: str) -> None:
    papers = tuple(Names(text, text) for text in texts)
    slip = replace(FULL, papers=papers, service=Names(name, name), language=language, large=large)
    commands = list(Interpreter().feed(job(slip, width)))
    assert [command.name for command in commands].count("GS V") == 1
    assert commands[-1].name == "GS V"
    assert not [c for c in commands if c.name in ("unknown", "control", "DLE EOT")]


def test_a_ticket_carries_what_always_holds_and_no_notice_of_certain_hours() -> None:
    hall = parsed()
    always, evening = HallNotice(zh="常年有效", en="Always"), HallNotice(zh="今晚停电", en="Tonight", from_time="18:00")
    hall = msgspec.structs.replace(hall, notices={"evening": evening, "always": always})
    order = Order("ticket-0001", "pension")
    paper = paper_of(hall, order, Slip("A042", "pension", hall.services["pension"].names), "")
    assert (paper.notices_zh, paper.notices_en) == (("常年有效",), ("Always",))

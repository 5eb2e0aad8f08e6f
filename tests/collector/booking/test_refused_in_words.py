"""What is wrong in a form of a booking is said in words of the form, kept for the next try, and said at once."""

import re
from html import unescape

import pytest

from tests.collector.booking.test_booking import AT_MS, UNIT, form_of, number
from tests.collector.conftest import Browser
from tests.collector.town import TownHub

WHERE = f"/booking/unit/{AT_MS}"
FIELDS = re.compile(r"\b(count|at_ms|id|items|kind|more_0|detail)\b")
"""Names of fields, which say nothing to who reads them."""


def refusal(page: str) -> str:
    """What the page says is wrong; it takes the focus, for nobody hears an alert that came with the page."""
    [(head, said)] = re.findall(r'(<p class="note bad" role="alert"[^>]*>)(.*?)</p>', page, re.S)
    assert "autofocus" in head and 'tabindex="-1"' in head
    return unescape(re.sub(r"<[^>]*>", "", said)).strip()


def sent(browser: Browser, language: str, changed: dict[str, str]) -> tuple[int, str]:
    fields = form_of(browser.client.get(f"{WHERE}?kind=unit&lang={language}"))
    answer = browser.client.post(WHERE, data=fields | {"number": UNIT, "count": "2"} | changed)
    return answer.status_code, answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("changed", "zh", "en"),
    [
        ({"count": "0"}, "件数请填", "from 1 to 99"),
        ({"count": "many"}, "件数请填", "from 1 to 99"),
        ({"count": "٣٣٣"}, "件数请填", "from 1 to 99"),
        ({"more_0": "medical", "count_0": "-1"}, "件数请填", "from 1 to 99"),
        ({"count": "60", "more_0": "unit", "count_0": "60"}, "件数请填", "from 1 to 99"),
        ({"number": UNIT[:-1] + "0"}, "统一社会信用代码不正确", "social credit code"),
        ({"phone": "12"}, "手机号码应为 11 位数字", "11 digits"),
    ],
)
def test_an_employers_form_says_in_both_languages_what_is_wrong_in_it(
    browser: Browser, hub: TownHub, changed: dict[str, str], zh: str, en: str
) -> None:
    for language, words in (("zh", zh), ("en", en)):
        status, page = sent(browser, language, changed)
        said = refusal(page)
        assert status == 422 and words in said, said
        assert not FIELDS.search(said), said
        assert ("没有约成" if language == "zh" else "Not booked") in page.split("</title>")[0]
    assert not hub.writer.state.appointments


def test_a_service_that_was_chosen_twice_is_one_item_with_the_pieces_of_both(browser: Browser, hub: TownHub) -> None:
    status, _ = sent(browser, "zh", {"more_0": "medical", "count_0": "3", "more_1": "medical", "count_1": "2"})
    [booked] = hub.writer.state.appointments.values()
    assert (status, [(item.service, item.count) for item in booked.items]) == (303, [("unit", 2), ("medical", 5)])


def test_a_form_that_no_page_made_is_refused_without_a_word_of_its_fields(browser: Browser, hub: TownHub) -> None:
    status, page = sent(browser, "en", {"id": "desk-" + "1" * 24})
    assert status == 403 and "items" not in page and not hub.writer.state.appointments


def test_who_looks_for_a_booking_or_moves_it_reads_what_to_type(browser: Browser) -> None:
    token = browser.read_token("/booking/mine")
    form = {"csrf": token, "kind": "person", "code": "12", "number": number(1)}
    page = browser.client.post("/booking/mine", data=form).get_data(as_text=True)
    assert refusal(page) == "预约码是预约单上的 8 位数字，请核对"
    unknown = browser.client.post("/booking/mine", data=form | {"code": "1234 5678"}).get_data(as_text=True)
    assert refusal(unknown) == "没有找到：请核对预约码和证件号码"
    assert 'value="12345678"' in unknown and number(1) not in unknown, "the code is kept, the number is not"
    fields = form_of(browser.client.get(f"/booking/pension/{AT_MS}")) | {"number": number(1)}
    own = browser.client.post(f"/booking/pension/{AT_MS}", data=fields).location
    moving = form_of(browser.client.get(own.replace("?", "/moved?")))
    asked = own.split("?")[0] + "/moved"
    for at_ms in ("", "soon"):
        answer = browser.client.post(asked, data=moving | {"at_ms": at_ms, "number": number(1)})
        assert (answer.status_code, refusal(answer.get_data(as_text=True))) == (422, "请先选一个时间，再提交")

"""What is answered before the application keeps its doors all the same."""

import pytest
from flask import Flask

from tests.collector.conftest import Browser


@pytest.mark.parametrize("path", ["/api/status", "/"])
@pytest.mark.parametrize("host", ["[", "]", "[::1", "evil.example", "localhost.evil.example", ""])
def test_a_host_that_is_no_name_of_ours_is_refused_also_when_it_is_none(browser: Browser, path: str, host: str) -> None:
    assert browser.client.get(path, headers={"Host": host}).status_code == 421


def test_nobody_else_gets_what_one_asker_put_into_the_address(browser: Browser) -> None:
    first = browser.client.get("/?number=%22%3E%3Cscript%3E&next=//evil.example", headers={"X-Part": "evil"})
    again = browser.client.get("/")
    assert first.status_code == again.status_code == 200
    assert "evil" not in again.get_data(as_text=True) and "csrf" not in again.get_data(as_text=True)


@pytest.mark.parametrize("path", ["/", "/embed"])
def test_what_a_stranger_puts_into_a_header_makes_no_page_anew(app: Flask, browser: Browser, path: str) -> None:
    kept = app.extensions["jiaohao"].for_strangers._kept
    browser.client.get(path)
    before = set(kept)
    for value in ("a", "b", "Live", "live,live"):
        assert browser.client.get(path, headers={"X-Part": value}).status_code == 200
    assert set(kept) == before

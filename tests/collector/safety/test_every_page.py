"""Every page there is, in one browser: axe-core finds nothing serious, and the first load is small.

Pages come from the application's own map: a route that shows nobody a page here fails, unless it is named below as
none. Each is loaded once; it then follows its window's size, and the other language is put in its place.
"""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from flask import Flask
from waitress.server import create_server

from broker.collector.safety.accounts import Accounts
from broker.collector.safety.rights import Role
from broker.collector.web import WebOptions
from broker.model import commands as c
from broker.model.hall import Hall
from broker.model.hall_outward import Webhook
from broker.model.hall_remote import Remote
from broker.model.person_keys import PersonKeys, check_digit
from broker.model.words import Holding, Level
from tests.collector.chromium import CHROMIUM, Chromium
from tests.collector.conftest import PASSWORD
from tests.collector.outward.told import SECRETS
from tests.collector.public.bank import hall_with_outlets
from tests.collector.public.test_ways import WAYS
from tests.collector.serving import served
from tests.collector.test_access import TABLE
from tests.collector.town import TownHub
from tests.foreign.node_tools import axe_source
from tests.halls import DAY, OPENS_MS

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]
FIRST_LOAD_BYTES = 200_000
LOOKS = ((390, 844, "zh"), (1440, 900, "zh"), (820, 1180, "en"))
NO_PAGES = {
    "public.find",  # sends on to a ticket
    "public.service_worker",
    "sheets.spreadsheet",
    "surveys.as_file",
    "booking.as_file",
    "static",
}
"""Routes of GET that are no page: scripts, files, ways on."""
SLIP, BOOKED, OF_BANK = f"desk-{1:024x}", f"desk-{2:024x}", f"outlet-{3:024x}"
AXE = """axe.run(document, {resultTypes: ["violations"],
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
.then((found) => found.violations.filter((one) => ["serious", "critical"].includes(one.impact))
  .map((one) => one.id + " " + one.nodes.slice(0, 3).map((node) => node.target.join(" ")).join(" | ")))"""
BYTES = """performance.getEntriesByType("navigation").concat(performance.getEntriesByType("resource"))
.filter((one) => !one.name.includes("/api/pictures/")).reduce((sum, one) => sum + one.transferSize, 0)"""
STATUS = """performance.getEntriesByType("navigation")[0].responseStatus"""
OTHER_LANGUAGE = """fetch(location.href).then((answer) => answer.text().then((text) => {
  const other = new DOMParser().parseFromString(text, "text/html");
  document.documentElement.lang = other.documentElement.lang;
  document.title = other.title;
  document.body.replaceWith(document.adoptNode(other.body));
  return answer.status + " " + document.documentElement.lang;
}))"""


@pytest.fixture
def hall() -> Hall:
    told = {"city": Webhook(url="http://127.0.0.1:9/", private=True)}
    town = hall_with_outlets()
    complaints = msgspec.structs.replace(town.quality.complaints, ways=WAYS)
    quality = msgspec.structs.replace(town.quality, complaints=complaints)
    return msgspec.structs.replace(town, remote=Remote(services=("medical",)), webhooks=told, quality=quality)


@pytest.fixture
def options(tmp_path: Path) -> WebOptions:
    persons = PersonKeys(b"a secret of this hall", "town")
    return WebOptions(
        virtual=True, persons=persons, quiet_s=0.2, gap_s=0.0, journal=tmp_path / "hall.db", secrets=SECRETS
    )


@pytest.fixture
def pages(app: Flask, hub: TownHub, accounts: Accounts) -> dict[str, Role | None]:
    """Address -> who is shown it, in a hall in which something goes on: nobody in particular where everybody is."""
    city = app.extensions["jiaohao"].receivers.find("city").courier
    city.turn()
    for counter in ("c1", "c2", "c3"):
        hub.done(c.OpenCounter(counter=counter))
    for _ in range(3):
        hub.take_ticket("pension")
    hub.serve("c1", level=Level.SATISFIED)
    hub.done(c.CallNext(counter="c1"))
    hub.done(c.PauseCounter(counter="c2", reason="会议", return_in_min=5))
    hub.take_ticket("medical")
    unrated = hub.serve("c3")
    accounts.audit.write("log_in", "window-1", "198.51.100.1")
    body = "99000119800101007"
    wish = {"service": "pension", "at_ms": OPENS_MS + 5 * 3_600_000, "number": body + check_digit(body)}
    booked = app.test_client().post("/api/appointments", json={"id": f"home-{7:024d}", **wish}).get_json()
    hub.done(c.StartService(counter="c1"))
    hub.done(c.GiveReturnSlip(counter="c1", slip=SLIP, code="40718253", missing="户口簿"))
    hub.done(c.CallNext(counter="c1"))
    hub.done(c.BookAppointment(appointment=BOOKED, code="40718254", service="pension", at_ms=wish["at_ms"]))
    hub.done(c.IssueTicket(ticket=OF_BANK, service="loan"))
    hub.done(c.ConfirmTicket(ticket=OF_BANK, holding=Holding.SCREEN))
    city.turn()  # nobody answers
    complaint = hub.done(c.OpenCase(kind="complaint", channel="box", counter="c1"))
    hub.at_the_server(c.BeginSurvey(round="2026-Q1"))
    for level in Level:
        for _ in range(4):
            hub.done(c.AnswerSurvey(round="2026-Q1", marks=(c.SurveyMark("waiting", level),)))
    refused = hub.done(c.OpenCase(kind="promise", service="medical"))
    hub.done(c.TakeStep(case=refused["case"], step="refuse", stage="running", reason="不符合参保条件"))
    found: dict[str, Role | None] = {}
    for method, path, _, *answers in TABLE:
        if method != "get" or path.startswith(("/api/", "/static/")) or 200 not in answers:
            continue
        first = answers.index(200)
        found.setdefault(path, None if first == 0 else list(Role)[first - 1])
    own = f"/booking/a/{booked['id']}"
    return found | {
        "/t/A003": None,
        "/take": None,
        "/complaints": None,
        f"/r/sign-3/{unrated}": None,
        "/outlets/bank": None,
        "/embed/bank": None,
        f"{own}?k={booked['k']}": None,
        f"{own}/moved?k={booked['k']}": None,
        f"/sheets/{DAY}/c1": Role.MANAGER,
        f"/sheets/{DAY}/c1/print": Role.MANAGER,
        f"/floor/calls/{DAY}-c1": Role.MANAGER,
        "/why?number=A003": Role.CLERK,
        f"/slips/paper/{SLIP}": Role.MANAGER,
        f"/appointments/slip?appointment={BOOKED}": Role.MANAGER,
        f"/appointments/moved?appointment={BOOKED}": Role.MANAGER,
        f"/guide-desk/tickets/guide-{'1' * 24}/1": Role.GUIDE,
        f"/quality/case/{complaint['case']}": Role.MANAGER,
        f"/quality/case/{refused['case']}/notice": Role.MANAGER,
        "/outlets/bank/desk": Role.MANAGER,
        "/outward": Role.MANAGER,
        f"/outlets/bank/desk/tickets/{OF_BANK}": Role.MANAGER,
    }


@pytest.fixture
def site(app: Flask, hub: TownHub, pages: dict[str, Role | None]) -> Iterator[str]:
    """The hall behind waitress, with a thread for each page that was left and has not noticed yet."""
    with served(app, hub, create_server(app, host="127.0.0.1", port=0, threads=40)) as server:
        yield f"http://127.0.0.1:{server.effective_port}"


def test_no_route_is_left_out(app: Flask, pages: dict[str, Role | None]) -> None:
    adapter = app.url_map.bind("localhost")
    looked_at = {adapter.match(path.split("?")[0])[0] for path in pages}
    routes = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or set()) and not rule.rule.startswith("/api/")
    }
    assert routes - looked_at - NO_PAGES == set(), "a page that nobody is shown here"
    assert routes >= NO_PAGES


def test_no_page_has_a_serious_finding_and_every_first_load_is_small(
    app: Flask, site: str, pages: dict[str, Role | None], accounts: Accounts
) -> None:
    axe, findings, heavy, unseen = axe_source(), [], [], []
    tokens = {role: accounts.log_in(f"the-{role.value}", PASSWORD) for role in Role}
    adapter = app.url_map.bind("localhost")
    with Chromium() as browser:
        browser.ask("Network.enable")
        browser.ask("Network.setCacheDisabled", {"cacheDisabled": True})
        for path, role in sorted(pages.items(), key=lambda page: (page[1] or "", page[0])):
            if adapter.match(path.split("?")[0])[0] in NO_PAGES:
                continue
            browser.ask("Network.clearBrowserCookies")
            if role is not None:
                browser.cookie(site, "jh_staff", tokens[role])
            shown = ""
            for width, height, language in LOOKS:
                size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
                browser.ask("Emulation.setDeviceMetricsOverride", size)
                if not shown:
                    browser.cookie(site, "lang", language)
                    browser.go(site + path)
                    if browser.run(STATUS) != 200:
                        unseen.append(f"{path}: {browser.run(STATUS)} for {role}")
                    sent = int(browser.run(BYTES))
                    if sent > FIRST_LOAD_BYTES:
                        heavy.append(f"{path}: {sent} bytes")
                    browser.run(f"{axe};0")
                elif language != shown:
                    browser.cookie(site, "lang", language)
                    told = browser.run(OTHER_LANGUAGE)
                    if told != f"200 {language}":
                        unseen.append(f"{path}: {told} for {role}, in the other language")
                shown = language
                findings += [f"{path} {width} {language} {role}: {one}" for one in browser.run(AXE)]
        broken = [line for line in browser.console if "status of 500" in line]
    assert not unseen, "\n".join(unseen)
    assert not broken, "\n".join(broken)
    assert not heavy, "\n".join(heavy)
    assert not findings, "\n".join(findings)

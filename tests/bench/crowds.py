"""Many people look at the hall over HTTP while it works: the public JSON, two thousand phones, five floor pages.

All that asks is in processes of their own (``crowd``), on the same machine as the hall. What is a load comes behind all
of the hall's programs, since it stands for telephones and offices elsewhere; the five pages whose time is taken do not.
Calls go on all the time, about two a second.
"""

import http.client
import json
import queue
import re
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from broker.collector.run import DEMO_ACCOUNTS_NAME
from broker.model.commands import CallNext
from tests.bench.calls import Clerks
from tests.bench.figures import Figure, percentile, spread
from tests.bench.program import Program
from tests.bench.town import Town

JSON_PER_S, FLOOR_WITHIN_MS, SLOWER_MOST = 1_000.0, 300.0, 1.1
FLOOR_PAGES, PHONES = 5, 2_000
LOAD_PER_S = 1_000
"""So many JSON requests a second are asked for while the calls are timed."""
IN_TURN = 8
PATIENCE_S = 90.0
PATH = "/api/status"


class Crowd:
    """The process that asks, and what it said. ``last``: it only uses what the hall leaves of the processors."""

    def __init__(self, town: Town, name: str, *, last: bool) -> None:
        self._port = town.hall.collector.port
        self._found: queue.Queue[dict[str, Any]] = queue.Queue()
        self.parts: queue.Queue[tuple[int, float, frozenset[str]]] = queue.Queue()
        arguments = ["-m", "tests.bench.crowd", str(self._port), *(["last"] if last else [])]
        self._program: Program = town.run(name, arguments, self._hear)

    def _hear(self, line: str) -> None:
        match line.split(" ", 1):
            case ["found", text]:
                self._found.put(json.loads(text))
            case ["part", text]:
                page, at_s, *numbers = text.split()
                self.parts.put((int(page), float(at_s), frozenset(numbers)))

    def tell(self, *words: object) -> None:
        self._program.tell(" ".join(map(str, words)))

    def found(self) -> dict[str, Any] | None:
        """What it found, as soon as it is there."""
        try:
            return self._found.get_nowait()
        except queue.Empty:
            return None


def floor_figures(town: Town, crowd: Crowd, clerks: Clerks, calls: int) -> list[Figure]:
    """From an event to each open floor page's part with it."""
    crowd.tell("floor", *(_logged_in(town) for _ in range(FLOOR_PAGES)))
    clerks.pump(3.0)
    after_command, after_answer, counters = list[float](), list[float](), clerks.counters
    for place in range(calls):
        counter = counters[place % len(counters)]
        while not crowd.parts.empty():
            crowd.parts.get()
        at_s = time.monotonic()
        reply = town.engine_side.ask(CallNext(counter=counter))[0]
        answered_s = time.monotonic()
        number = str((reply.result or {})["number"])
        seen: dict[int, float] = {}
        while len(seen) < FLOOR_PAGES:
            page, seen_s, numbers = crowd.parts.get(timeout=PATIENCE_S)
            if number in numbers:
                seen.setdefault(page, seen_s)
        after_command += [seen_s - at_s for seen_s in seen.values()]
        after_answer += [seen_s - answered_s for seen_s in seen.values()]
        clerks.pump(0.02)
        clerks.serve(counter)
    crowd.tell("leave")
    note = f"{FLOOR_PAGES} pages open, {calls} calls"
    return [
        *spread("call's answer -> floor page has it", after_answer, FLOOR_WITHIN_MS, note),
        *spread("CallNext -> floor page has it", after_command, None, "with the engine and its commit"),
    ]


def json_figures(town: Town, crowd: Crowd, clerks: Clerks, seconds: float) -> list[Figure]:
    """Keep-alive clients ask for the hall's status as fast as they are answered."""
    rows: list[Figure] = []
    for again, how in (("once", "whole answers"), ("again", "with If-None-Match")):
        crowd.tell("json", PATH, seconds, 0, again)
        found = _meanwhile(town, crowd, clerks)
        took, wrong = found["took_s"], sum(n for status, n in found["statuses"].items() if status not in ("200", "304"))
        name, note = f"GET {PATH}, {how}", _statuses(found)
        rows += [
            Figure(f"{name}, /s", len(took) / found["seconds"], "/s", JSON_PER_S, most=False, note=note, n=len(took)),
            *spread(name, took),
            Figure(f"{name}, not answered", float(found["failed"] + wrong), "", 0.0, n=len(took)),
        ]
    return rows


def phone_figures(town: Town, crowd: Crowd, clerks: Clerks, seconds: float, people: int) -> list[Figure]:
    """Everybody in the hall and some at home have the public page open."""
    crowd.tell("phones", people, max(6.0, people / 100), seconds)
    found = _meanwhile(town, crowd, clerks)
    took, ages = found["took_s"], found["ages_s"]
    if not took or not ages:
        raise RuntimeError(f"no phone was answered: {_statuses(found)}")
    wrong = sum(count for status, count in found["statuses"].items() if status not in ("200", "304"))
    return [
        Figure(
            "phones that have a seat",
            float(found["seats"]),
            "",
            note="the others ask every 6 s or as told",
            n=people,
        ),
        Figure("parts of the page fetched, /s", len(took) / found["seconds"], "/s", note=_statuses(found), n=len(took)),
        *spread("a phone's look at the page", took),
        Figure("from look to look, p50", percentile(ages, 0.5), "s", n=len(ages)),
        Figure("from look to look, p99", percentile(ages, 0.99), "s", n=len(ages)),
        Figure("looks without an answer", float(found["failed"] + wrong), "", 0.0, n=len(took) + found["failed"]),
    ]


def slowing_figures(town: Town, crowd: Crowd, clerks: Clerks, presses: int) -> list[Figure]:
    """Calls in turns, without and with JSON load and floor pages."""
    order = [counter for counter in clerks.counters if clerks.has_terminal(counter)]
    keys: dict[bool, list[float]] = {False: [], True: []}
    answers: dict[bool, list[float]] = {False: [], True: []}
    cookies = [_logged_in(town) for _ in range(FLOOR_PAGES)]
    served = 0.0
    for turn in range(2 * max(1, presses // IN_TURN)):
        loaded = turn % 2 == 1
        if loaded:
            crowd.tell("floor", *cookies)
            crowd.tell("json", PATH, IN_TURN * 0.9 + 2.0, LOAD_PER_S, "again")
        clerks.pump(1.0)
        for place in range(IN_TURN):
            counter = order[place % len(order)]
            if place % 2:
                at_s = time.monotonic()
                clerks.call(counter, by_key=False)
                answers[loaded].append(time.monotonic() - at_s)
            else:
                called = clerks.call(counter)
                keys[loaded].append(called.viewed_s - called.pressed_s)
            clerks.serve(counter)
        if loaded:
            found = _meanwhile(town, crowd, clerks)
            served = len(found["took_s"]) / found["seconds"]
            crowd.tell("leave")
    rows = [Figure("JSON answered meanwhile, /s", served, "/s", note=f"{LOAD_PER_S} asked for; and 5 floor pages")]
    for name, taken in (("terminal's key -> counter view", keys), ("CallNext -> counter view", answers)):
        rows += [*spread(f"{name}, alone", taken[False]), *spread(f"{name}, with them", taken[True])]
        for share, word in ((0.5, "p50"), (0.99, "p99")):
            ratio = percentile(taken[True], share) / percentile(taken[False], share)
            goal = SLOWER_MOST if share == 0.5 else None
            rows.append(Figure(f"{name}, with / without, {word}", ratio, "times", goal, n=len(taken[True])))
    return rows


def _meanwhile(town: Town, crowd: Crowd, clerks: Clerks) -> dict[str, Any]:
    """The hall works, two calls a second, until the crowd has found what it was to find."""
    counters, place, until_s = clerks.counters, 0, time.monotonic() + PATIENCE_S + 60
    while (found := crowd.found()) is None:
        counter = counters[place % len(counters)]
        place += 1
        clerks.call(counter, by_key=False)
        clerks.serve(counter)
        if time.monotonic() > until_s:
            raise RuntimeError("the crowd says nothing")
    return found


def _statuses(found: dict[str, Any]) -> str:
    said = ", ".join(f"{count} x {status}" for status, count in sorted(found["statuses"].items()))
    return said + (f", {found['failed']} x nothing" if found["failed"] else "")


def _logged_in(town: Town) -> str:
    """The cookie of a manager's session."""
    words = (line.split() for line in _accounts_file(town).read_text(encoding="utf-8").splitlines())
    password = dict(words)["manager"]
    server = http.client.HTTPConnection("127.0.0.1", town.hall.collector.port, timeout=30)
    server.request("GET", "/login")
    answer = server.getresponse()
    form = answer.read().decode()
    field = re.search(r'<input type="hidden" name="([^"]+)" value="([^"]+)"', form)
    if field is None:
        raise RuntimeError("no form to log in")
    cookie = (answer.getheader("Set-Cookie") or "").split(";")[0]
    body = urlencode({field[1]: field[2], "name": "manager", "password": password})
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    server.request("POST", "/login", body, headers)
    answer = server.getresponse()
    answer.read()
    cookies = [value.split(";")[0] for name, value in answer.getheaders() if name.lower() == "set-cookie"]
    server.close()
    if answer.status != 302 or not cookies:
        raise RuntimeError(f"the manager could not log in: {answer.status}")
    return next(one for one in cookies if not one.endswith("="))


def _accounts_file(town: Town) -> Path:
    return next(town.folder.rglob(DEMO_ACCOUNTS_NAME))

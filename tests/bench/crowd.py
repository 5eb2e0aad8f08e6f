"""A process of its own that asks the collector as browsers and phones do; it tells what it found as lines of JSON.

``json``: keep-alive clients ask for one answer again and again. ``phones``: people who have the public page open; each
does what ``static/live.js`` does: whoever gets a seat is told of changes and asks at most every three seconds, whoever
does not asks every six (or as the hall says while very many ask), and tries for a seat again after half a minute.
``floor``: a manager's page, which asks as soon as it is told. The numbers stand in that script and in the page; they
are said here once more.

In truth these are other machines. So with the word ``last`` this process takes what the hall's programs leave of the
processors (``nice`` 19): what it needs to ask and to read answers is not taken from a call. Whoever times a few pages
does without, for then he would time how long he waited himself.
"""

import asyncio
import contextlib
import json
import os
import random
import resource
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

POLL_S, LONGEST_S, SLOW_S, RETRY_S, ANSWER_S, GAP_S = 6.0, 30.0, 30.0, 30.0, 8.0, 3.0
SPREAD = (0.85, 1.15)
LAST = 19
"""The niceness of whoever only looks."""
ASK_AT_ONCE = 16
"""How many keep-alive connections ask for JSON at once."""


class Refused(Exception):
    """No seat."""


@dataclass
class Counts:
    """What a crowd went through."""

    took_s: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    failed: int = 0
    seats: int = 0
    most_seats: int = 0
    ages_s: list[float] = field(default_factory=list)
    """How long each page had gone without a look when it looked again."""


class Http:
    """One connection, kept and opened anew where the server closed it."""

    def __init__(self, port: int, cookie: str = "") -> None:
        self._port, self._cookie = port, cookie
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._tag = ""
        self.next_look_s = POLL_S
        """As the last answer said."""

    async def get(self, path: str, *, part: str = "", revalidate: bool = False) -> tuple[int, bytes]:
        """Status and body; OSError or TimeoutError when nothing comes."""
        headers = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n"
        headers += f"X-Part: {part}\r\n" if part else ""
        headers += f"Cookie: {self._cookie}\r\n" if self._cookie else ""
        headers += f"If-None-Match: {self._tag}\r\n" if revalidate and self._tag else ""
        kept = self._streams is not None
        try:
            return await asyncio.wait_for(self._ask(headers.encode() + b"\r\n"), ANSWER_S)
        except (OSError, EOFError):
            self.close()
            if not kept:
                raise OSError("no answer") from None
            return await asyncio.wait_for(self._ask(headers.encode() + b"\r\n"), ANSWER_S)
        except TimeoutError:
            self.close()
            raise

    async def _ask(self, request: bytes) -> tuple[int, bytes]:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        writer.write(request)
        status, headers = await _head(reader)
        self._tag = headers.get("etag", self._tag)
        self.next_look_s = min(LONGEST_S, max(POLL_S, float(headers.get("x-next-look", 0))))
        body = b"" if status == 304 else await reader.readexactly(int(headers.get("content-length", "0")))
        if headers.get("connection", "").lower() == "close":
            self.close()
        return status, body

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
        self._streams = None


async def _head(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in head[1:] if line)
    return int(head[0].split()[1]), {name.lower(): value.strip() for name, _, value in pairs}


async def events(port: int, watch: str, cookie: str = "") -> AsyncIterator[str]:
    """Names of the events of one stream; Refused where there is no seat."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        ask = f"GET /api/events?watch={watch} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        writer.write((ask + (f"Cookie: {cookie}\r\n" if cookie else "") + "\r\n").encode())
        status, _ = await asyncio.wait_for(_head(reader), ANSWER_S)
        if status != 200:
            raise Refused(str(status))
        while line := await reader.readline():
            if line.startswith(b"event: hello"):
                yield "hello"
            elif line.startswith(b"data: ["):
                yield line[6:].decode()
    finally:
        writer.close()


async def ask_for_json(port: int, path: str, seconds: float, rate_per_s: float, *, revalidate: bool) -> dict[str, Any]:
    """``rate_per_s`` 0: as fast as answers come."""
    counts, begun_s = Counts(), time.monotonic()

    async def client(place: int) -> None:
        http, due_s = Http(port), begun_s + place / max(1.0, rate_per_s)
        while (now_s := time.monotonic()) < begun_s + seconds:
            if rate_per_s and now_s < due_s:
                await asyncio.sleep(due_s - now_s)
            due_s += ASK_AT_ONCE / max(1.0, rate_per_s)
            await _look(http, counts, path, revalidate=revalidate)
        http.close()

    await asyncio.gather(*(client(place) for place in range(ASK_AT_ONCE)))
    return _told(counts, time.monotonic() - begun_s)


async def _look(http: Http, counts: Counts, path: str, *, part: str = "", revalidate: bool = True) -> bytes:
    at_s = time.monotonic()
    try:
        status, body = await http.get(path, part=part, revalidate=revalidate)
    except (OSError, EOFError, TimeoutError):
        counts.failed += 1
        return b""
    counts.took_s.append(time.monotonic() - at_s)
    counts.statuses[status] = counts.statuses.get(status, 0) + 1
    return body


class Phone:
    """One open page."""

    def __init__(self, port: int, counts: Counts) -> None:
        self._port, self._counts = port, counts
        self._http = Http(port)
        self._asked_s = float("-inf")
        self._seated = False
        self._task: asyncio.Task[None] | None = None

    async def run(self, late_s: float) -> None:
        await asyncio.sleep(late_s)
        await self._refresh(part="")  # the page itself
        self._task = asyncio.create_task(self._sit())
        while True:
            wait_s = (SLOW_S if self._seated else self._http.next_look_s) * random.uniform(*SPREAD)
            await asyncio.sleep(max(0.05, self._asked_s + wait_s - time.monotonic()))
            if time.monotonic() - self._asked_s >= wait_s - 0.05:
                await self._refresh()

    async def _refresh(self, part: str = "live") -> None:
        now_s = time.monotonic()
        if self._asked_s > 0:
            self._counts.ages_s.append(now_s - self._asked_s)
        self._asked_s = now_s
        await _look(self._http, self._counts, "/", part=part)

    async def _sit(self) -> None:
        while True:
            try:
                async for _ in events(self._port, "hall,service,counter"):
                    if not self._seated:
                        self._seated = True
                        self._counts.seats += 1
                        self._counts.most_seats = max(self._counts.most_seats, self._counts.seats)
                    await asyncio.sleep(max(0.0, self._asked_s + GAP_S - time.monotonic()))
                    await self._refresh()
            except (OSError, EOFError, TimeoutError, Refused):
                pass
            if self._seated:
                self._seated = False
                self._counts.seats -= 1
            await asyncio.sleep(RETRY_S * random.uniform(*SPREAD))


async def follow_by_phones(port: int, people: int, ramp_s: float, seconds: float) -> dict[str, Any]:
    """All come within ``ramp_s``; what they find is counted from then on."""
    counts = Counts()
    phones = [Phone(port, counts) for _ in range(people)]
    tasks = [asyncio.create_task(one.run(ramp_s * place / people)) for place, one in enumerate(phones)]
    await asyncio.sleep(ramp_s)
    sys.stdout.write(f"arrived {counts.failed}\n")
    sys.stdout.flush()
    counts.took_s, counts.ages_s, counts.statuses, counts.failed = [], [], {}, 0
    begun_s = time.monotonic()
    await asyncio.sleep(seconds)
    told = _told(counts, time.monotonic() - begun_s) | {"seats": counts.most_seats, "ages_s": counts.ages_s}
    for task in tasks:
        task.cancel()
    return told


async def follow_floor(port: int, cookie: str, page: int) -> None:
    """A floor page. Each part that comes: its time, and what stands at the counters, as ``part PAGE TIME NUMBERS``."""
    http = Http(port, cookie)
    names = "hall,counter,service,device,engine,alert,picture"
    while True:
        with contextlib.suppress(OSError, EOFError, TimeoutError):
            async for told in events(port, names, cookie):
                if told != "hello" and all(name.startswith("picture") for name in json.loads(told)):
                    continue
                _, body = await http.get("/floor", part="live")
                at_s = time.monotonic()
                numbers = [piece[: piece.index(b"<")].decode() for piece in body.split(b'<b class="number">')[1:]]
                sys.stdout.write(f"part {page} {at_s} {' '.join(numbers)}\n")
                sys.stdout.flush()
        await asyncio.sleep(1.0)


def _told(counts: Counts, seconds: float) -> dict[str, Any]:
    return {
        "took_s": counts.took_s,
        "seconds": seconds,
        "statuses": {str(status): count for status, count in counts.statuses.items()},
        "failed": counts.failed,
    }


async def main(port: int) -> None:
    """Does what each line of standard input says, one after the other; floor pages go on beside it."""
    loop, beside = asyncio.get_running_loop(), list[asyncio.Task[None]]()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    sys.stdout.write(f"ready crowd {time.process_time():.2f}s\n")
    sys.stdout.flush()
    while line := (await reader.readline()).decode():
        match line.split():
            case ["json", path, seconds, rate, again]:
                found = await ask_for_json(port, path, float(seconds), float(rate), revalidate=again == "again")
            case ["phones", people, ramp, seconds]:
                found = await follow_by_phones(port, int(people), float(ramp), float(seconds))
            case ["floor", *cookies]:
                beside += [asyncio.create_task(follow_floor(port, one, n)) for n, one in enumerate(cookies)]
                continue
            case ["leave"]:
                for task in beside:
                    task.cancel()
                beside.clear()
                continue
            case _:
                raise ValueError(line)
        sys.stdout.write("found " + json.dumps(found) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(8_192, most), most))
    if "last" in sys.argv[2:]:
        os.nice(LAST)
    asyncio.run(main(int(sys.argv[1])))

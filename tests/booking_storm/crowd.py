"""One client: a process of its own with one connection that is kept, and a list of what it was told."""

import http.client
import json
import random
import time
from dataclasses import dataclass
from pathlib import Path

from broker.model.person_keys import check_digit

TRIES_MOST = 400
AGAIN_SHARE, TWICE_SHARE = 0.05, 0.02
PAUSE_S = 0.05


@dataclass(frozen=True)
class Orders:
    """What a client is to do. ``slots`` are (service, at_ms) in the order in which all clients want them."""

    client: int
    wishes: int
    port: int
    slots: tuple[tuple[str, int], ...]
    told: Path


def identity(person: int) -> str:
    """A number that is one, and nobody's: no place has the code 990000."""
    year, month, day = 1950 + person % 50, 1 + person // 50 % 12, 1 + person // 600 % 28
    body = f"990000{year}{month:02d}{day:02d}{person // 16_800 % 1000:03d}"
    return body + check_digit(body)


def run_client(orders: Orders) -> None:
    """Wish after wish; each answer that settles one is a line of ``told``."""
    dice = random.Random(orders.client)
    link = http.client.HTTPConnection("127.0.0.1", orders.port, timeout=60)
    with orders.told.open("w", encoding="ascii") as told:
        for turn in range(orders.wishes):
            service, at_ms = orders.slots[turn * len(orders.slots) // orders.wishes]
            person = orders.client * 10_000 + turn
            wish = {"id": f"home-{orders.client:04d}{turn:012d}", "service": service, "at_ms": at_ms}
            wish["number"] = identity(person)
            _settle(link, wish, orders.client, turn, told)
            if dice.random() < AGAIN_SHARE:
                _settle(link, wish, orders.client, turn, told)
            if dice.random() < TWICE_SHARE:
                _settle(link, wish | {"id": wish["id"].replace("home-", "home-9")}, orders.client, turn, told)
    link.close()


def _settle(link: http.client.HTTPConnection, wish: dict[str, object], client: int, turn: int, told) -> None:  # type: ignore[no-untyped-def]
    """Until there is an answer that will not change: the same wish again after 429, 503 or a broken connection."""
    body = json.dumps(wish).encode()
    headers = {"Content-Type": "application/json", "X-Forwarded-For": f"10.{client}.{turn >> 8 & 255}.{turn & 255}"}
    for _ in range(TRIES_MOST):
        try:
            link.request("POST", "/api/appointments", body, headers)
            answer = link.getresponse()
            data = answer.read()
        except (OSError, http.client.HTTPException):
            link.close()
            time.sleep(PAUSE_S)
            continue
        if answer.status in (429, 503):
            time.sleep(PAUSE_S)
            continue
        code = json.loads(data).get("code", "") if answer.status != 201 else ""
        told.write(json.dumps({"id": wish["id"], "status": answer.status, "code": code}) + "\n")
        return
    told.write(json.dumps({"id": wish["id"], "status": 0, "code": "never answered"}) + "\n")

"""``python -m tests.booking_storm [--wishes 100000] [--clients 16] [--folder DIR]``."""

import argparse
import json
import multiprocessing
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from pathlib import Path

from broker.runtime.hall_source import load_hall
from tests.booking_storm.auditor import Found, audit, rows_of
from tests.booking_storm.crowd import Orders, run_client
from tests.booking_storm.straight import storm_at_the_writer
from tests.system.halls import HallFile, small_hall
from tests.system.town import Town

RULES = """
[priority.appointment]
names = { zh = "预约", en = "Booked" }
at_kiosk = false
[rules]
appointment_slot_capacity = 12
appointment_walk_in_share = 0.25
"""


def main() -> int:
    """0 when every promise was kept."""
    parser = argparse.ArgumentParser(prog="python -m tests.booking_storm", description=__doc__)
    parser.add_argument("--wishes", type=int, default=100_000)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--straight", action="store_true", help="to the engine's writer itself, without the web")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.folder or Path(scratch)
        if options.straight:
            file = hall_file(folder)
            found, took_s = storm_at_the_writer(
                folder, load_hall(file.path), file.path, options.wishes, options.clients
            )
            print(f"{options.wishes} bookings reached the writer in {took_s:.0f} s")
            return say(found)
        return storm(folder, options.wishes, options.clients)


def storm(folder: Path, wishes: int, clients: int) -> int:
    """Hall, clients, judgement."""
    file = hall_file(folder)
    with Town(file, wanted=lambda program: program.name in ("server", "collector")) as town:
        slots = await_slots(file.collector_port)
        each = -(-wishes // clients)
        orders = [Orders(n, each, file.collector_port, slots, folder / f"told-{n:02d}.jsonl") for n in range(clients)]
        began_s = time.monotonic()
        crowd = [multiprocessing.Process(target=run_client, args=(one,)) for one in orders]
        for client in crowd:
            client.start()
        for client in crowd:
            client.join()
        took_s = time.monotonic() - began_s
        journal = town.database
    told = [json.loads(line) for one in orders for line in one.told.read_text(encoding="ascii").splitlines()]
    found = audit(rows_of(journal), file.path, told)
    print(f"{each * clients} bookings by {clients} clients, {len(told)} answers in {took_s:.0f} s", flush=True)
    print(f"codes: {dict(Counter(str(line['code'] or 'booked') for line in told))}")
    return say(found)


def say(found: Found) -> int:
    """In words; 0 when every promise was kept."""
    print(
        f"asked {found.asked}, acknowledged {found.acknowledged}, refused {found.refused}, in the journal "
        f"{found.in_journal}; {found.slots} slots, the fullest {found.fullest} of {found.most}"
    )
    for fault in found.faults[:20]:
        print(f"FAULT {fault}")
    print("every promise was kept" if not found.faults else f"{len(found.faults)} faults")
    return 1 if found.faults else 0


def hall_file(folder: Path) -> HallFile:
    """The small hall of the system tests, with appointments; clients say by which address they come."""
    file = small_hall(folder)
    text = file.path.read_text(encoding="utf-8")
    text = text.replace("[collector]\n", '[collector]\ntrusted_proxies = ["127.0.0.1"]\n', 1)
    file.path.write_text(text + RULES, encoding="utf-8")
    return file


def await_slots(port: int) -> tuple[tuple[str, int], ...]:
    """Every slot of both services, once the collector knows them."""
    until_s = time.monotonic() + 60
    found: dict[str, list[int]] = {}
    while len(found) < 2:
        for service in ("pension", "card"):
            try:
                address = f"http://127.0.0.1:{port}/api/appointments/slots?service={service}"
                with urllib.request.urlopen(address, timeout=5) as answer:
                    days = json.load(answer)["days"]
            except OSError:
                if time.monotonic() > until_s:
                    raise
                time.sleep(0.3)
                continue
            found[service] = [slot["at_ms"] for day in days for slot in day["slots"]]
    return tuple((service, at_ms) for at_ms in found["pension"][2:] for service in found)


if __name__ == "__main__":
    sys.exit(main())

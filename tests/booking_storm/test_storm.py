"""The short version: a few hundred bookings at the writer itself, and an auditor that sees what must not be."""

import json
from pathlib import Path
from typing import Any

from broker.model.hall_file import parse_hall
from tests.booking_storm.__main__ import hall_file
from tests.booking_storm.auditor import audit
from tests.booking_storm.straight import storm_at_the_writer


def test_whoever_asks_and_how_many_no_slot_is_over_its_capacity(tmp_path: Path) -> None:
    file = hall_file(tmp_path)
    found, _ = storm_at_the_writer(tmp_path, parse_hall(file.path.read_text(encoding="utf-8")), file.path, 2_400)
    assert found.faults == ()
    assert (found.asked, found.fullest, found.most) == (2_400, 9, 9)
    assert found.acknowledged == found.in_journal <= 9 * 6 * 16 * 2
    assert found.refused > 500, "most of them came too late"


def test_the_auditor_sees_a_slot_too_full_a_lost_booking_a_double_and_one_that_was_refused(tmp_path: Path) -> None:
    file = hall_file(tmp_path)

    def booked(of: int, person: int, time_ms: int = 0) -> tuple[str, dict[str, Any]]:
        event = {"appointment": f"home-{of}", "service": "pension", "time_ms": time_ms, "person": str(person)}
        return "AppointmentBooked", event

    def told(of: int, status: int) -> dict[str, Any]:
        return json.loads(json.dumps({"id": f"home-{of}", "status": status, "code": ""}))

    fair = [booked(n, n) for n in range(9)]
    answers = [told(n, 201) for n in range(9)]
    assert audit(fair, file.path, answers).faults == ()
    assert "holds 10" in audit([*fair, booked(9, 9)], file.path, [*answers, told(9, 201)]).faults[0]
    assert "not in the journal" in audit(fair, file.path, [*answers, told(9, 201)]).faults[0]
    assert "is in the journal" in audit(fair, file.path, [*answers[:8], told(8, 409)]).faults[0]
    assert "2 times" in audit([*fair[:8], booked(0, 77)], file.path, answers[:8]).faults[0]
    assert "2 appointments" in audit([booked(0, 1), booked(1, 1)], file.path, answers[:2]).faults[0]
    assert "nobody asked" in audit(fair, file.path, answers[:8]).faults[0]
    assert "no answer" in audit(fair, file.path, [*answers, told(9, 0)]).faults[0]

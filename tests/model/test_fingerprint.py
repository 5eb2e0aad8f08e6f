"""Two machines with one hall file give it one name; another cut of the numbers has another."""

import msgspec

from broker.model.fingerprint import hall_fingerprint, numbering_fingerprint
from broker.model.words import Names
from tests.halls import small_hall
from tests.kiosk.small_hall import parsed


def test_equal_halls_have_equal_names_whoever_reads_the_file() -> None:
    assert hall_fingerprint(small_hall()) == hall_fingerprint(small_hall())
    assert numbering_fingerprint(small_hall()) == numbering_fingerprint(small_hall())
    hall = small_hall()
    turned = msgspec.structs.replace(hall, kiosks=dict(reversed(hall.kiosks.items())))
    assert hall_fingerprint(turned) == hall_fingerprint(hall)


def test_one_kiosk_more_cuts_the_numbers_otherwise_and_another_name_does_not() -> None:
    two, three = parsed("kiosk-1", "kiosk-2"), parsed("kiosk-1", "kiosk-2", "kiosk-3")
    assert numbering_fingerprint(two) != numbering_fingerprint(three)
    renamed = msgspec.structs.replace(two, hall=msgspec.structs.replace(two.hall, names=Names("新名", "New name")))
    assert numbering_fingerprint(renamed) == numbering_fingerprint(two)
    assert hall_fingerprint(renamed) != hall_fingerprint(two)


def test_a_kiosks_own_cut_is_not_moved_by_a_series_it_has_nothing_to_do_with() -> None:
    hall = small_hall()
    only_card = msgspec.structs.replace(hall.kiosks["kiosk-1"], services=("card",))
    hall = msgspec.structs.replace(hall, kiosks={**hall.kiosks, "kiosk-1": only_card})
    longer = msgspec.structs.replace(hall.series["a"], last=500)
    changed = msgspec.structs.replace(hall, series={**hall.series, "a": longer})
    assert numbering_fingerprint(changed, "kiosk-1") == numbering_fingerprint(hall, "kiosk-1")
    assert numbering_fingerprint(changed, "kiosk-2") != numbering_fingerprint(hall, "kiosk-2")
    assert numbering_fingerprint(hall, "kiosk-9") != numbering_fingerprint(hall, "kiosk-1")

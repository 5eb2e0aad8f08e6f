"""What everybody hears of the server every five seconds."""

from pathlib import Path

from broker.model.fingerprint import hall_fingerprint, numbering_fingerprint
from tests.server.server_rig import ServerRig


def test_the_heartbeat_names_the_hall_file_and_the_cut_of_the_numbers(tmp_path: Path) -> None:
    rig = ServerRig(tmp_path / "hall.db")
    rig.turn()
    beat = rig.beats()[-1]
    assert beat.hall_file == hall_fingerprint(rig.hall)
    assert beat.numbering == {kiosk: numbering_fingerprint(rig.hall, kiosk) for kiosk in rig.hall.kiosks}

"""A hall file of three machines on disk."""

from pathlib import Path

import pytest

from tests.firmware_config.identity.rig import MACHINES
from tests.halls import SMALL


@pytest.fixture
def hall_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("JIAOHAO_IDENTITY", raising=False)
    monkeypatch.delenv("JIAOHAO_MQTT_URL", raising=False)
    path = tmp_path / "hall.toml"
    path.write_text(SMALL + MACHINES, encoding="utf-8")
    return path

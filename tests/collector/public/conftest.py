"""The collector of a hall with outlets."""

from collections.abc import Iterator

import pytest
from flask import Flask

from broker.model.hall import Hall
from tests.collector.public.bank import hall_with_outlets
from tests.collector.serving import served
from tests.collector.town import TownHub


@pytest.fixture
def hall() -> Hall:
    return hall_with_outlets()


@pytest.fixture
def site(app: Flask, hub: TownHub) -> Iterator[str]:
    """Where a browser finds it."""
    with served(app, hub) as server:
        yield f"http://127.0.0.1:{server.effective_port}"

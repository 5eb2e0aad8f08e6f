"""The collector of a hall with outlets."""

import pytest

from broker.model.hall import Hall
from tests.collector.public.bank import hall_with_outlets


@pytest.fixture
def hall() -> Hall:
    return hall_with_outlets()

"""How the whole suite looks for examples: the same ones every time, and as slowly as the machine likes; and in which
order its workers take the files (``tests/order.py``).

A clock in a property test only measures who else is working, and a suite that finds something new on a machine far away
tells nobody how to see it again. Searching is a command of its own: ``JIAOHAO_HYPOTHESIS=long pytest tests/...``.
"""

import os

import pytest
from hypothesis import HealthCheck, settings

from tests.order import in_order

settings.register_profile("suite", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("long", deadline=None, max_examples=2000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("long" if os.environ.get("JIAOHAO_HYPOTHESIS") == "long" else "suite")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Every worker orders alike. Who works alone keeps the order that was asked for."""
    if not hasattr(config, "workerinput"):
        return
    of_file: dict[str, list[pytest.Item]] = {}
    for item in items:
        of_file.setdefault(item.nodeid.split("::")[0], []).append(item)
    items[:] = [item for file in in_order(of_file) for item in of_file[file]]

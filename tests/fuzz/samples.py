"""One small example of a strategy, the same each time, without a test around it."""

from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st


def first_example(strategy: st.SearchStrategy[Any]) -> Any:
    """The simplest value that the strategy gives."""
    found: list[Any] = []

    @settings(
        max_examples=1,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def take(value: Any) -> None:
        found.append(value)

    take()
    return found[0]

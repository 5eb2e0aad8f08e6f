"""The town of the collector's tests, for what is thrown at its web side."""

from tests.collector.conftest import accounts, app, clock, hall, hub, logged_in, options

__all__ = ["accounts", "app", "clock", "hall", "hub", "logged_in", "options"]

"""The collector behind its own server, as in production, for tests that ask it over a socket or in a browser."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from waitress.server import BaseWSGIServer

from broker.collector.run import close_server, make_server
from tests.collector.town import TownHub
from tests.waiting import until

WAIT_S = 25


@contextmanager
def served(app: Flask, hub: TownHub, server: BaseWSGIServer | None = None) -> Iterator[BaseWSGIServer]:
    """Serves on a free port until it is left, and ends with every page that still listens; ``server``: not the usual
    one."""
    if server is None:
        server = make_server(app, "127.0.0.1", 0, ready=app.extensions["jiaohao.front"].ready)
    serving = threading.Thread(target=server.run, daemon=True)
    serving.start()
    yield server
    hub.live.watchers.stop()
    until(lambda: not app.extensions["jiaohao"].watched)
    close_server(server)
    serving.join(WAIT_S)
    assert not serving.is_alive()

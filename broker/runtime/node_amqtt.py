"""amqtt in memory as a child process: the embedded broker, for trial, where Mosquitto cannot be had.

Speaks MQTT 3.1.1 only, and its Wills do not come from frozen clients; the hall relies on neither.
"""

import asyncio
import contextlib
import importlib.util
import logging
import resource
import signal
import sys
from pathlib import Path

from broker.runtime.errors import SettingError
from broker.runtime.mqtt_child import Listen

_ROOT = Path(__file__).parents[2]
_MEMORY_LIMIT_BYTES = 1024 * 1024 * 1024


def amqtt_is_installed() -> bool:
    """Whether the optional dependency is there."""
    return importlib.util.find_spec("amqtt") is not None


class AmqttRecipe:
    """Starts this module with the same Python. It knows no users, so it listens on this machine only."""

    name = "amqtt"

    def prepare(self, listen: Listen) -> list[str]:
        if not listen.loopback:
            raise SettingError("broker.listen", f"the trial broker is not for the network ({listen.host})")
        start = f"import sys; sys.path.insert(0, {str(_ROOT)!r}); from broker.runtime import node_amqtt as n; n.main()"
        return [sys.executable, "-c", start, listen.host, str(listen.port)]


async def serve(host: str, port: int) -> None:
    """Run the broker until SIGTERM."""
    from amqtt.broker import Broker  # here, because only the child process should pay for it

    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    bracketed = f"[{host}]" if ":" in host else host
    broker = Broker(
        {
            "listeners": {"default": {"type": "tcp", "bind": f"{bracketed}:{port}", "max_connections": 500}},
            "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
        }
    )
    await broker.start()
    await stopping.wait()
    with contextlib.suppress(Exception):
        await asyncio.wait_for(broker.shutdown(), timeout=1.0)


def main() -> None:
    """The child process: HOST and PORT are its arguments."""
    logging.basicConfig(level=logging.ERROR, format="%(message).300s")
    # It reads whatever length a client announces; this bounds what one client can make it hold.
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_LIMIT_BYTES, _MEMORY_LIMIT_BYTES))
    asyncio.run(serve(sys.argv[1], int(sys.argv[2])))

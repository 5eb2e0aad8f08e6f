"""Where things are: a listener's own end is what local programs connect to."""

import pytest

from broker.model.hall import Hall
from broker.model.hall_file import parse_hall
from broker.runtime.mqtt_child import Listen
from broker.runtime.whereabouts import collector_url, mqtt_listen, mqtt_url, reachable
from tests.halls import SMALL


def hall_listening(listen: str) -> Hall:
    return parse_hall(f'{SMALL}\n[collector]\nlisten = "{listen}"\nport = 8099\n')


@pytest.mark.parametrize(
    ("listen", "own", "url"),
    [
        ("127.0.0.1", "127.0.0.1", "http://127.0.0.1:8099"),
        ("0.0.0.0", "127.0.0.1", "http://127.0.0.1:8099"),
        ("::", "::1", "http://[::1]:8099"),
        ("192.168.1.5", "192.168.1.5", "http://192.168.1.5:8099"),
    ],
)
def test_programs_of_this_machine_connect_to_the_listeners_own_end(listen: str, own: str, url: str) -> None:
    assert reachable(listen) == Listen(listen, 1).reach == own
    assert collector_url(hall_listening(listen), {}) == url


def test_the_environment_moves_the_broker_and_never_widens_it() -> None:
    hall, told = hall_listening("127.0.0.1"), {"JIAOHAO_MQTT_URL": "mqtt://0.0.0.0:2883"}
    assert mqtt_listen(hall, told) == (hall.broker.listen, 2883)
    assert mqtt_listen(hall, {}) == (hall.broker.listen, hall.broker.port)
    assert mqtt_url(hall, told) == "mqtt://0.0.0.0:2883"

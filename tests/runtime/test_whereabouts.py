"""Where things are: a listener's own end is what local programs connect to."""

import pytest

from broker.model.hall import Hall
from broker.model.hall_file import parse_hall
from broker.runtime.errors import SettingError
from broker.runtime.mqtt_child import Listen
from broker.runtime.whereabouts import collector_url, device_key, host_and_port, mqtt_listen, mqtt_url, reachable
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


@pytest.mark.parametrize("url", ["mqtt://h:99999", "mqtt://[::1", "mqtt://h:port", "mqtt://h:-1"])
def test_an_address_that_cannot_be_read_is_told_by_the_name_of_its_setting(url: str) -> None:
    with pytest.raises(SettingError, match="JIAOHAO_MQTT_URL: host or port"):
        mqtt_listen(hall_listening("127.0.0.1"), {"JIAOHAO_MQTT_URL": url})
    with pytest.raises(SettingError, match="JIAOHAO_COLLECTOR_URL"):
        host_and_port("JIAOHAO_COLLECTOR_URL", url)


@pytest.mark.parametrize("key", ["密钥", "clé", "two words", "line\nend", "tab\t"])
def test_a_device_key_that_no_header_can_carry_is_refused_and_not_told(key: str) -> None:
    with pytest.raises(SettingError, match="JIAOHAO_DEVICE_KEY") as refused:
        device_key({"JIAOHAO_DEVICE_KEY": key})
    assert key not in str(refused.value)


def test_a_device_key_is_taken_as_it_is_and_may_be_missing() -> None:
    assert device_key({"JIAOHAO_DEVICE_KEY": "k-42_Z/+="}) == "k-42_Z/+="
    assert device_key({}) == ""

"""Starting the collector: where it listens, what it shows, and a real engine behind a real broker."""

import json
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from argon2 import PasswordHasher

from broker.collector.run import BEHIND, listen_address, make_server, openings, web_options, write_demo_accounts
from broker.collector.safety.accounts import Accounts
from broker.model.hall_file import parse_hall
from broker.model.person_keys import PersonKeys, check_digit
from broker.model.rating_keys import RatingKeys
from broker.model.simulated import has_virtual
from broker.runtime.clock import ManualClock
from broker.runtime.errors import SettingError
from broker.runtime.person_secret import hall_secret
from tests.collector.town import SIGNS, TOWN, town_hall
from tests.ports import free_port
from tests.waiting import until


def hall_listening(listen: str) -> object:
    return parse_hall(TOWN + SIGNS + f'[collector]\nlisten = "{listen}"\n')


def test_the_virtual_hall_is_shown_on_loopback_or_when_asked_for() -> None:
    assert web_options(hall_listening("127.0.0.1"), {}, virtual=False).virtual
    assert not web_options(hall_listening("0.0.0.0"), {}, virtual=False).virtual
    assert web_options(hall_listening("0.0.0.0"), {}, virtual=True).virtual


def test_a_hall_of_real_hardware_has_no_virtual_hall() -> None:
    real = TOWN + SIGNS
    for pattern, address in (
        (r"virtual://screen\?size=\d+x\d+", "window://0"),
        (r"virtual://speaker", "alsa://default"),
        (r"virtual://rs485", "serial:///dev/hall/rs485"),
    ):
        real = re.sub(pattern, address, real)
    for number in "12":
        real = real.replace("virtual://printer", f"serial:///dev/hall/printer-{number}", 1)
    hall = parse_hall(real)
    assert not has_virtual(hall)
    assert not web_options(hall, {}, virtual=True).virtual
    assert has_virtual(town_hall())


def test_another_port_of_this_machine_can_be_given_by_the_environment() -> None:
    hall = town_hall()
    assert listen_address(hall, {}) == ("127.0.0.1", 8080)
    assert listen_address(hall, {"JIAOHAO_COLLECTOR_URL": "http://127.0.0.1:9123"}) == ("127.0.0.1", 9123)
    public = {"JIAOHAO_COLLECTOR_URL": "https://hall.example.gov.cn"}
    assert listen_address(hall, public) == ("127.0.0.1", 8080), "somebody else's address is not listened on"


def test_a_secret_of_persons_that_is_too_short_ends_the_start_and_not_the_first_booking(tmp_path: Path) -> None:
    hall, short = town_hall(), {"JIAOHAO_PERSON_SECRET": "opensesame"}
    assert hall.rules.appointments_from_home and not hall.remote.services
    with pytest.raises(SettingError, match="JIAOHAO_PERSON_SECRET"):
        web_options(hall, short, tmp_path / "collector", virtual=False)
    made = web_options(hall, {}, tmp_path / "collector", virtual=False).persons
    assert made is not None
    kiosk = PersonKeys(hall_secret(tmp_path / "kiosk-1", {}), hall.hall.id)
    number = "99000119800101001" + check_digit("99000119800101001")
    assert made.key(number, "2026-03-04") == kiosk.key(number, "2026-03-04"), "the same at the kiosks"


def test_a_hall_where_nobody_types_an_identity_number_makes_no_secret(tmp_path: Path) -> None:
    hall = msgspec.structs.replace(
        town_hall(), rules=msgspec.structs.replace(town_hall().rules, appointments_from_home=False)
    )
    short = {"JIAOHAO_PERSON_SECRET": "opensesame"}
    assert web_options(hall, short, tmp_path / "collector", virtual=False).persons is None
    assert not list(tmp_path.iterdir())


def test_a_port_that_is_taken_is_told_by_name() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(SettingError, match=r"collector\.listen"):
            make_server(lambda environ, start: [], "127.0.0.1", taken.getsockname()[1])


def test_a_days_openings_come_from_the_halls_calendar() -> None:
    assert [session.name for session in openings(town_hall(), "2026-03-04")] == ["day"]
    assert openings(town_hall(), "2026-03-07") == (), "a Saturday"
    assert openings(town_hall(), "2026-10-01") == (), "National Day"


def test_demo_passwords_are_left_where_only_their_owner_can_read_them(tmp_path: Path, clock: ManualClock) -> None:
    accounts = Accounts(tmp_path / "accounts.db", clock, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    path = tmp_path / "demo-accounts.txt"
    write_demo_accounts(town_hall(), accounts, path)
    lines = dict(line.split() for line in path.read_text(encoding="utf-8").splitlines())
    assert path.stat().st_mode & 0o077 == 0
    for name, password in lines.items():
        accounts.log_in(name, password)
    before = path.read_bytes()
    write_demo_accounts(town_hall(), accounts, path)
    assert path.read_bytes() == before


# -- the real programs ------------------------------------------------


@pytest.fixture
def running(tmp_path: Path) -> Iterator[str]:
    """A broker node and a collector of the town hall as processes; the collector's address."""
    mqtt, web = free_port("127.0.0.1"), free_port("127.0.0.1")
    path = tmp_path / "hall.toml"
    path.write_text(TOWN + SIGNS + f"[broker]\nport = {mqtt}\n[collector]\nport = {web}\n", encoding="utf-8")
    environment = {**os.environ, "JIAOHAO_DATA": str(tmp_path / "data"), "JIAOHAO_RATING_SECRET": SECRET}
    started = []
    for action in ("run", "collector"):
        command = [sys.executable, "-m", "broker", action, str(path)]
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline().startswith("ready "), action
    yield f"http://127.0.0.1:{web}"
    for process in reversed(started):
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        assert process.stdout is not None
        process.stdout.close()


SECRET = "a secret of this test's own hall"
KEY = RatingKeys("town", (SECRET.encode(),)).bearers()[0]


def ask(url: str, body: object = None, key: str = "") -> tuple[int, dict[str, object]]:
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {key}"} if key else {})}
    request = urllib.request.Request(url, data, headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


@pytest.mark.system
def test_the_collector_speaks_to_a_real_engine_over_a_real_broker(running: str) -> None:
    until(lambda: ask(f"{running}/api/status")[0] == 200)
    status, hall = ask(f"{running}/api/status")
    assert (status, hall["engine"], hall["hall"]) == (200, "online", "town")
    rating = {
        "id": "rating-000001",
        "visit": "2026-03-04-v1",
        "device": "keypad-1",
        "level": "satisfied",
        "pressed_at_ms": 1_772_586_000_000,
    }
    assert ask(f"{running}/api/evaluations", rating)[0] == 401, "staff and strangers do not know the evaluators' key"
    first = ask(f"{running}/api/evaluations", rating, KEY)
    assert (first[0], first[1]["code"]) == (422, "visit_not_rateable")
    assert ask(f"{running}/api/evaluations", rating, KEY) == first
    assert ask(f"{running}/api/health")[1]["engine"] == "online"


def nice_values(pid: int) -> set[int]:
    """Of each thread of a process: field 19 of proc(5)."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return {int((task / "stat").read_text().rpartition(")")[2].split()[16]) for task in tasks}


NICE = """
import os, threading
from broker.collector.run import BEHIND, step_back
{before}
go = threading.Event()
found = []
tell = lambda: go.wait(30) and found.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == {wanted})
threads = [threading.Thread(target=tell)]
threads[0].start()
step_back()
threads.append(threading.Thread(target=tell))
threads[1].start()
go.set()
for thread in threads:
    thread.join()
print(*found)
"""


@pytest.mark.parametrize(("before", "wanted"), [("", "BEHIND"), ("os.nice(15)", "15")])
def test_the_collector_steps_behind_what_calls_and_never_in_front_of_where_it_was(before: str, wanted: str) -> None:
    if os.getpriority(os.PRIO_PROCESS, 0) > 0:
        pytest.skip("these tests are themselves run behind others, which cannot be undone")
    code = NICE.format(before=before, wanted=wanted)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == ["True", "True"], "a thread of before and one of after"


FEW = """
import resource
from broker.collector.run import FILES, open_many_files
resource.setrlimit(resource.RLIMIT_NOFILE, (256, {most}))
open_many_files()
print(*resource.getrlimit(resource.RLIMIT_NOFILE), FILES)
"""


@pytest.mark.parametrize("most", [2_000, 1_000_000])
def test_the_collector_may_open_as_many_files_as_its_threads_need_or_as_it_is_let(most: int) -> None:
    most = min(most, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    code = FEW.format(most=most)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    soft, hard, files = map(int, done.stdout.split())
    assert (soft, hard) == (min(files, most), most)


@pytest.mark.system
def test_every_thread_of_a_running_collector_stands_behind_the_engine(
    running: str, request: pytest.FixtureRequest
) -> None:
    commands = {int(path.name): path / "cmdline" for path in Path("/proc").iterdir() if path.name.isdigit()}
    folder = str(request.getfixturevalue("tmp_path")).encode()
    ours = {pid: words for pid, path in commands.items() if folder in (words := read_bytes(path))}
    (collector,) = [pid for pid, words in ours.items() if b"\0collector\0" in words]
    (engine,) = [pid for pid, words in ours.items() if b"\0run\0" in words]
    assert min(nice_values(collector)) >= max(nice_values(engine) | {BEHIND})


def read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""  # it has ended meanwhile

"""Whatever happens to the device, the disk or the network: an entry that was committed is answered once, in order."""

import random
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broker.runtime.clock import Age, ManualClock, moment
from broker.runtime.database import open_database, query
from broker.runtime.errors import AlreadyInOutbox, DiskFull, LinkOffline, OutboxFull, PayloadTooLarge
from broker.runtime.outbox import Again, Entry, Outbox
from tests.runtime.killed import told_before_kill_9
from tests.runtime.outbox_rig import Answer, ReceiptEngine, RecordingTransport, give, scramble
from tests.runtime.small_disk import fill, small_disk


class Device:
    """An outbox with its file; ``restart`` is a power cut followed by a start."""

    def __init__(self, path: Path, **options: object) -> None:
        self.path = path
        self.clock = ManualClock()
        self.transport = RecordingTransport()
        self.options = options
        self.connection = None
        self.restart()

    def restart(self) -> None:
        if self.connection is not None:
            self.connection.close()
        self.connection = open_database(self.path)
        self.outbox = Outbox(self.connection, self.clock, self.transport, **self.options)
        self.outbox.start()

    def put(self, *names: str) -> None:
        for name in names:
            self.outbox.put(name.encode(), id=name)


@pytest.fixture
def device(tmp_path: Path) -> Iterator[Device]:
    made = Device(tmp_path / "outbox.db", window=4)
    yield made
    made.connection.close()


def test_an_entry_is_on_disk_before_put_returns(device: Device) -> None:
    device.put("entry-01")
    reader = open_database(device.path, read_only=True)
    assert query(reader, "SELECT seq, id, payload FROM outbox") == [(1, "entry-01", b"entry-01")]
    reader.close()


def test_entries_survive_a_restart_with_epoch_and_numbers(device: Device) -> None:
    device.put("entry-01", "entry-02")
    epoch = device.outbox.epoch
    device.restart()
    assert (len(device.outbox), device.outbox.epoch) == (2, epoch)
    device.put("entry-03")
    device.outbox.connected()
    device.outbox.pump()
    assert device.transport.seqs == [1, 2, 3]


def test_numbers_go_on_after_everything_was_answered_and_the_device_restarted(device: Device) -> None:
    device.put("entry-01")
    assert give(device.outbox, Answer("answer", device.outbox.epoch, 1, "entry-01"))
    device.restart()
    device.put("entry-02")
    device.outbox.connected()
    device.outbox.pump()
    assert device.transport.seqs == [2]


def test_each_new_database_has_its_own_epoch(tmp_path: Path) -> None:
    epochs = {Device(tmp_path / f"{n}.db").outbox.epoch for n in range(5)}
    assert len(epochs) == 5


def test_an_answer_is_told_once_and_removes_the_entry(device: Device) -> None:
    device.put("entry-01")
    answer = Answer("answer", device.outbox.epoch, 1, "entry-01")
    assert give(device.outbox, answer) is True
    assert give(device.outbox, answer) is False
    assert query(device.connection, "SELECT count(*) FROM outbox") == [(0,)]


def test_an_answer_of_another_epoch_is_not_ours(device: Device) -> None:
    device.put("entry-01")
    assert not give(device.outbox, Answer("answer", "0123", 1, "entry-01"))
    assert not device.outbox.answered(None, None, "entry-01")
    assert len(device.outbox) == 1


def test_a_full_outbox_refuses_with_its_bound(tmp_path: Path) -> None:
    device = Device(tmp_path / "a.db", bound=3)
    device.put("entry-01", "entry-02", "entry-03")
    with pytest.raises(OutboxFull) as caught:
        device.put("entry-04")
    assert (caught.value.length, caught.value.bound) == (3, 3)
    give(device.outbox, Answer("answer", device.outbox.epoch, 1, "entry-01"))
    device.put("entry-04")


def test_a_payload_beyond_the_limit_is_refused_at_the_door(device: Device) -> None:
    with pytest.raises(PayloadTooLarge):
        device.outbox.put(b"x" * 3_073, id="entry-01")
    assert len(device.outbox) == 0


def test_the_same_wish_twice_is_refused(device: Device) -> None:
    device.put("entry-01")
    with pytest.raises(AlreadyInOutbox):
        device.put("entry-01")


def test_an_entry_and_the_ledger_are_one_commit(device: Device) -> None:
    device.connection.execute("CREATE TABLE ledger (number INTEGER)")
    with pytest.raises(ZeroDivisionError), device.outbox.adding() as adding:
        adding.connection.execute("INSERT INTO ledger VALUES (1)")
        adding.put(b"reported", id="entry-01")
        raise ZeroDivisionError
    assert len(device.outbox) == 0
    assert query(device.connection, "SELECT * FROM ledger") == []
    with device.outbox.adding() as adding:
        adding.connection.execute("INSERT INTO ledger VALUES (2)")
        assert [adding.put(b"a", id="entry-02").seq, adding.put(b"b", id="entry-03").seq] == [1, 2]
    device.restart()
    assert len(device.outbox) == 2
    assert query(device.connection, "SELECT * FROM ledger") == [(2,)]


def test_the_age_of_the_oldest_survives_a_restart_and_is_unsure_after_a_reboot(device: Device) -> None:
    device.put("entry-01")
    device.clock.advance(30)
    device.restart()
    assert device.outbox.health().oldest == Age(30_000, sure=True)
    rebooted = ManualClock(device.clock.now_ms() + 10_000, era="next boot")
    outbox = Outbox(device.connection, rebooted, device.transport)
    outbox.start()
    assert outbox.health().oldest == Age(40_000, sure=False)
    assert outbox.health().length == 1


def test_every_send_carries_the_age_of_that_moment(device: Device) -> None:
    device.put("entry-01")
    device.outbox.connected()
    device.outbox.pump()
    device.clock.advance(2)
    device.outbox.pump()
    assert [sent.age.ms for sent in device.transport.sent] == [0, 2_000]


def test_a_transport_that_refuses_loses_nothing(device: Device) -> None:
    device.put("entry-01", "entry-02")
    device.transport.refusing = True
    device.outbox.connected()
    device.outbox.pump()
    assert device.transport.seqs == []
    device.transport.refusing = False
    device.clock.advance(0.2)
    device.outbox.pump()
    assert device.transport.seqs == [1, 2]


def test_an_engine_that_was_replaced_gets_the_rest_in_a_new_epoch(device: Device) -> None:
    engine = ReceiptEngine()
    device.put("entry-01", "entry-02", "entry-03")
    device.outbox.connected()
    device.outbox.pump()
    give(device.outbox, engine.take(device.transport.sent[0]))
    old_epoch, new_engine = device.outbox.epoch, ReceiptEngine()
    for _ in range(8):
        device.clock.advance(1)
        device.transport.sent.clear()
        device.outbox.pump()
        for sent in list(device.transport.sent):
            give(device.outbox, new_engine.take(sent))
    assert new_engine.effects == ["entry-02", "entry-03"]
    assert len(device.outbox) == 0
    assert device.outbox.epoch != old_epoch


def test_a_device_restored_from_an_old_copy_is_not_given_another_commands_answer(device: Device) -> None:
    engine = ReceiptEngine()
    for number in range(1, 6):  # what the card did after it was copied
        entry = Entry(number, f"other-{number}", b"", 0, "", None)
        engine.by_number[(device.outbox.epoch, number)] = entry.id
        engine.last[device.outbox.epoch] = number
    device.put("entry-01", "entry-02")
    device.outbox.connected()
    for _ in range(4):
        device.clock.advance(1)
        device.outbox.pump()
        for sent in list(device.transport.sent):
            give(device.outbox, engine.take(sent))
        device.transport.sent.clear()
    assert engine.effects == ["entry-01", "entry-02"]
    assert len(device.outbox) == 0


def test_an_engine_restored_from_a_backup_is_told_again_what_it_forgot_before_the_rest(device: Device) -> None:
    engine = ReceiptEngine()
    device.put("entry-01", "entry-02")
    told = moment(device.clock)
    device.outbox.connected()
    device.outbox.pump()
    on_the_way = engine.take(device.transport.sent[0])
    give(device.outbox, on_the_way)
    device.clock.advance(60)
    device.put("entry-03")
    device.connection.execute("CREATE TABLE other (fact TEXT)")
    again = [Again(name.encode(), name, told) for name in ("entry-01", "entry-02")]
    added = device.outbox.begin_again(again, lambda c: c.execute("INSERT INTO other VALUES ('new journal')"))
    assert added == 1, "entry-02 is unanswered and is not doubled"
    assert not device.outbox.answered(on_the_way.epoch, 2, "entry-02"), "the old journal's answers count no more"
    device.restart()
    device.outbox.connected()
    device.transport.sent.clear()
    device.outbox.pump()
    assert [sent.entry.id for sent in device.transport.sent] == ["entry-01", "entry-02", "entry-03"]
    assert device.transport.seqs == [1, 2, 3]
    assert [sent.age.ms for sent in device.transport.sent] == [60_000, 60_000, 0]
    restored = ReceiptEngine()
    for sent in list(device.transport.sent):
        give(device.outbox, restored.take(sent))
    assert restored.effects == ["entry-01", "entry-02", "entry-03"]
    assert query(device.connection, "SELECT fact FROM other") == [("new journal",)]


def test_what_must_be_told_again_is_kept_beyond_the_bound(tmp_path: Path) -> None:
    device = Device(tmp_path / "outbox.db", bound=2)
    device.put("entry-01", "entry-02")
    again = [Again(b"x", f"paper-{place}", moment(device.clock)) for place in range(3)]
    device.outbox.begin_again(again, lambda connection: None)
    assert len(device.outbox) == 5
    with pytest.raises(OutboxFull):
        device.put("entry-06")
    device.connection.close()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), rounds=st.integers(3, 25))
def test_kills_and_a_bad_network_never_lose_double_or_reorder(
    tmp_path_factory: pytest.TempPathFactory, seed: int, rounds: int
) -> None:
    chance = random.Random(seed)
    device = Device(tmp_path_factory.mktemp("outbox") / "a.db", window=4)
    engine, put = ReceiptEngine(), []
    for _ in range(rounds):
        for _ in range(chance.randrange(4)):
            put.append(f"entry-{len(put):04d}")
            device.put(put[-1])
        if chance.random() < 0.2:
            device.restart()
        device.outbox.connected() if chance.random() < 0.4 else None
        device.clock.advance(chance.choice((0.01, 0.5, 2.0)))
        device.outbox.pump()
        arrived, device.transport.sent = scramble(device.transport.sent, chance), []
        for answer in scramble([engine.take(sent) for sent in arrived], chance):
            give(device.outbox, answer)
    device.outbox.connected()
    for _ in range(3 * len(put) + 12):
        device.clock.advance(1)
        device.outbox.pump()
        arrived, device.transport.sent = device.transport.sent, []
        for sent in arrived:
            give(device.outbox, engine.take(sent))
    assert engine.effects == put
    assert query(device.connection, "SELECT count(*) FROM outbox") == [(0,)]
    device.connection.close()


def device_on_a_full(disk: Path) -> Device:
    """Its first two entries, and as many more as there was room for."""
    device = Device(disk / "outbox.db")
    device.put("entry-01", "entry-02")
    fill(disk)
    with pytest.raises(DiskFull):
        for number in range(3, 200):
            device.outbox.put(b"x" * 2_000, id=f"entry-{number:02d}")
    return device


def test_on_a_full_disk_it_refuses_and_still_sends_and_still_answers(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 160) as disk:
        device = device_on_a_full(disk)
        kept = len(device.outbox)
        device.outbox.connected()
        device.outbox.pump()
        assert device.transport.seqs[:2] == [1, 2]
        assert give(device.outbox, Answer("answer", device.outbox.epoch, 1, "entry-01"))
        (disk / "filler").unlink()
        device.outbox.pump()
        device.restart()
        assert len(device.outbox) == kept - 1
        device.put("entry-99")
        device.connection.close()


def test_a_full_disk_is_told_once_and_not_at_every_turn(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with small_disk(tmp_path / "disk", 160) as disk:
        device = device_on_a_full(disk)
        device.outbox.connected()
        give(device.outbox, Answer("answer", device.outbox.epoch, 1, "entry-01"))
        for _ in range(100):
            device.outbox.pump()
        assert sum("cannot remove answered" in record.message for record in caplog.records) == 1
        device.connection.close()


def test_after_kill_9_every_entry_that_was_told_is_there_without_holes(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from broker.runtime.clock import SystemClock; from broker.runtime.database import open_database\n"
        "from broker.runtime.outbox import Outbox\n"
        "o = Outbox(open_database(Path(sys.argv[1])), SystemClock(), None); o.start()\n"
        "for n in range(4000): print(o.put(b'x', id=f'entry-{n:05d}').seq, flush=True)\n"
    )
    told = told_before_kill_9(code, tmp_path / "a.db", lines=40)
    device = Device(tmp_path / "a.db", window=10_000)
    device.outbox.connected()
    device.outbox.pump()
    assert device.transport.seqs[: len(told)] == told
    assert device.transport.seqs == list(range(1, len(device.outbox) + 1))


class PostingTransport:
    """Carries entries by HTTP POST: the outbox needs nothing of MQTT. Results come back through ``results``."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.results: list[tuple[str, int, str]] = []

    def send(self, entry: Entry, epoch: str, age: Age) -> None:
        request = urllib.request.Request(f"{self.url}/{epoch}/{entry.seq}/{entry.id}", data=entry.payload)
        try:
            urllib.request.urlopen(request, timeout=2).close()
        except (urllib.error.URLError, OSError) as error:
            raise LinkOffline("down") from error
        self.results.append((epoch, entry.seq, entry.id))


def test_the_same_outbox_goes_through_http_when_the_collector_comes_and_goes(tmp_path: Path) -> None:
    got: list[str] = []
    failing = threading.Event()

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(self.path.rsplit("/", 1)[1])
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(503 if failing.is_set() else 204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Collector)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    transport, clock = PostingTransport(f"http://127.0.0.1:{server.server_port}"), ManualClock()
    outbox = Outbox(open_database(tmp_path / "a.db"), clock, transport, window=1)
    outbox.start()
    outbox.connected()
    for name in ("rating-01", "rating-02", "rating-03"):
        outbox.put(b"{}", id=name)
    failing.set()
    outbox.pump()
    assert len(outbox) == 3
    failing.clear()
    for _ in range(6):
        clock.advance(0.2)
        outbox.pump()
        while transport.results:
            outbox.answered(*transport.results.pop(0))
    server.shutdown()
    server.server_close()
    assert got == ["rating-01", "rating-01", "rating-02", "rating-03"]
    outbox.pump()
    assert len(outbox) == 0

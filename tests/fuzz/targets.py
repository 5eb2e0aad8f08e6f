"""Every reader of bytes or text in one table: what it is fed, what it may raise, what must hold when it reads.

A ``Target`` is called with any bytes at all. It may return or raise one of its own errors; anything else is a fault.
Readers of text get the bytes as UTF-8 with broken letters replaced, as their files and wires hand them over.
"""

import io
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, get_args

import msgspec

from broker.collector import answers
from broker.collector.heard import neighbours
from broker.collector.one_ticket import as_printed
from broker.collector.safety.proxies import TrustedProxies
from broker.contract import envelope as wire
from broker.contract.appointment_code import NotACode, parse_code
from broker.contract.appointment_code import text_of as code_text
from broker.contract.codec import CodecError, decode, decode_envelope, decode_view, encode, encode_envelope, encode_view
from broker.contract.topics import TOPICS, Topics
from broker.model import commands as c
from broker.model import events as e
from broker.model.address import BadAddress, line_and_unit, parse_address
from broker.model.hall_file import HallFileError, parse_hall
from broker.model.hall_syntax import read_toml
from broker.model.input_codes import code_of, name_of
from broker.model.key_gestures import parse_gesture
from broker.model.numbers import parse_printed
from broker.model.personal_numbers import found_in
from broker.model.views import VIEW_KINDS
from broker.oversight.facts import Damaged, DayFacts, decoded, encoded
from broker.runtime import link
from broker.runtime.canvas.address import parse_screen_address
from broker.runtime.canvas.advances import Advances, AdvancesUnreadable
from broker.runtime.clock import ENVIRONMENT_NAME, clock_from_environment
from broker.runtime.code_lines import LONGEST_BYTES, Lines
from broker.runtime.errors import SettingError
from broker.runtime.evdev_events import KeyStream, Records, pack
from broker.runtime.frames import modbus, modbus_map, p1
from broker.runtime.frames.driver import Driver, FrameDecoder
from broker.runtime.frames.modbus_device import Device
from broker.runtime.frames.registry import drivers
from broker.runtime.key_address import parse_key_address, parse_lamp_address
from broker.runtime.log import mask
from broker.runtime.mqtt_access import REVOKED, read_revoked
from broker.runtime.serial_address import SerialAddress
from broker.runtime.speaker_address import parse_speaker_address
from broker.runtime.whereabouts import host_and_port
from broker.server.backup_file import parse_manifest, read_manifest
from broker.server.gate import Gate
from broker.store.errors import BackupUnusable, StoreError
from broker.store.journal import decode_event
from broker.trial.pick import BadCall, Picker
from broker.trial.predict import BadLine, Stream
from caller.rating.post import ANSWER_LIMIT_BYTES, CollectorAddress, verdict
from firmware_config.identity import authority
from firmware_config.identity.authority import new_key, read_paper
from firmware_config.identity.enrol_device import _sentence
from firmware_config.virtual.day_file import DayFileError, day_of, read_day_file
from kiosk import targets as touched
from kiosk.printer.escpos import JobEncoder, TextRow
from kiosk.printer.interpreter import Interpreter
from kiosk.printer.machine import PrinterMachine
from kiosk.printer.profile import profile_of
from kiosk.printer.status import ALL_QUESTIONS, acknowledgement_of, state_of
from kiosk.readers import sdt
from kiosk.readers.sdt_simulator import CARDS
from tests.contract.strategies import messages_of
from tests.fuzz.samples import first_example
from tests.fuzz.tiny_font import tiny_font
from tests.halls import SMALL, small_hall

HALL = small_hall()
_CODES = "broker.contract.appointment_code"
MANIFEST_SAMPLE = (
    b'{"format":1,"hall":"small","journal":"a","position":9,"day":"2026-03-04","at_ms":1,'
    b'"members":[{"name":"hall.db","size_bytes":4,"sha256":"00"},{"name":"archive/2026-03.db","size_bytes":0,"sha256":""}]}'
)
MARK = "13800000000"
COMMANDS: tuple[type, ...] = get_args(c.AnyCommand)
EVENTS: tuple[type, ...] = get_args(e.AnyEvent)
MESSAGES = tuple(
    kind
    for kind in vars(wire).values()
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind.__module__ == wire.__name__
)
BODIES = (
    *(answers.EvaluationBody, answers.ExplanationBody, answers.UnratedBody),
    *(answers.PhoneRating, answers.CommandBody, answers.InputBody),
)


@dataclass(frozen=True)
class Target:
    """``read`` is fed bytes; ``own`` is what it may raise; ``covers`` names the readers of the code that it tries.

    ``given`` are the seeds or what makes them. ``grammar`` is ``json``, ``text`` or ``bytes``: how a mutation can get
    further than the first letter.
    """

    name: str
    read: Callable[[bytes], object]
    own: tuple[type[Exception], ...]
    covers: tuple[str, ...]
    given: tuple[bytes, ...] | Callable[[], tuple[bytes, ...]]
    grammar: str = "text"

    @cached_property
    def seeds(self) -> tuple[bytes, ...]:
        """What the reader reads. Made when asked for: every worker of the suite makes the table to name its tests."""
        return self.given() if callable(self.given) else self.given

    def __call__(self, data: bytes) -> None:
        """Read; its own errors are an answer."""
        try:
            self.read(data)
        except self.own as error:
            assert str(error), f"{self.name} refuses without a word"


def text_of(data: bytes) -> str:
    """What a file or a wire hands to a reader of text."""
    return data.decode("utf-8", "replace")


def _one_line_each(answers: Iterable[str]) -> None:
    """Who judges from outside reads an answer a line, so each is one, and can be written."""
    for answer in answers:
        assert len(answer.splitlines()) == 1
        answer.encode()


def _font(data: bytes) -> None:
    """A file that calls itself a font; what it says of a letter's width is a number or nothing."""
    with tempfile.NamedTemporaryFile(suffix=".otf") as file:
        file.write(data)
        file.flush()
        for letter in "A叫":
            width = Advances(Path(file.name)).of(letter)
            assert width is None or width >= 0


def _revoked(data: bytes) -> None:
    """Who may not connect any more, from a file that a power cut may have spoilt."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / REVOKED).write_bytes(data)
        assert all(isinstance(name, str) for name in read_revoked(Path(folder)).names)


def _appointment_code(data: bytes) -> None:
    """What comes out is a code, and the same again however it is written."""
    code = parse_code(text_of(data), "small")
    assert parse_code(code_text("small", code), "small") == parse_code(code, "small") == code


def _message(kind: type, data: bytes) -> None:
    message = decode(data, kind)
    assert decode(encode(message), kind) == message


def _envelope(data: bytes) -> None:
    outer, inner = decode_envelope(data)
    assert encode_envelope(inner, **{f: getattr(outer, f) for f in outer.__struct_fields__ if f != "command"})


def _view(data: bytes) -> None:
    outer, inner = decode_view(data)
    again = encode_view(outer.kind, outer.name, outer.epoch, outer.as_of, outer.at_ms, encode(inner))
    if len(again) <= wire.VIEW_LIMIT_BYTES:
        assert decode_view(again)[1] == inner


def _event(data: bytes) -> None:
    event = decode_event(1, data)
    assert decode_event(1, encode(event)) == event


def _gate(data: bytes) -> None:
    gate = Gate(HALL.device_role, 0.0)
    for device in ("kiosk-1", "stranger"):
        gate.judge(device, data, retained=False, now_s=0.0)


def _topic(data: bytes) -> None:
    topics = Topics("small")
    text = text_of(data)
    found = topics.parse(text)
    assert found is None or topics.of(found[0], **found[1]) == text


def _p1(data: bytes) -> None:
    decoder = p1.Decoder()
    frames = [frame for at in range(0, len(data), 3) for frame in decoder.feed(data[at : at + 3])] + decoder.flush()
    assert not decoder.waiting
    assert frames == (whole := p1.Decoder()).feed(data) + whole.flush(), "chunks make a difference"
    for frame in frames:
        assert p1.encode(frame) in data
        p1.read(frame)
        p1.acknowledge(frame)
        p1.shown_text(frame.data)


def _make(driver: Driver) -> Callable[[bytes], None]:
    """A make of gear on a serial line: nothing but its own whole frames is read, whatever the pieces."""

    def one(data: bytes) -> None:
        for maker in {driver.decoder, driver.hears or driver.decoder}:
            _frames(driver, maker, data)

    return one


def _spoken(driver: Driver) -> tuple[bytes, ...]:
    """What host and devices of a make say to each other."""
    said = [driver.probe(3), b"\xaa\xfe\xa0" + driver.probe(250) * 2]
    keys = driver.keys
    if keys is not None and keys.terminal is not None:
        pressed = keys.terminal.press(3, "12"[: keys.terminal.most_digits], keys.terminal.keys[0])
        said += [pressed, keys.terminal.show(3, 12, "A042")]
    if keys is not None and keys.evaluator is not None:
        said += [keys.evaluator.rate(250, 4), keys.evaluator.ask(250), keys.evaluator.stars(250, 5)]
    if driver.voice is not None:
        said += [*driver.voice.say("请A005号到3号窗口", 0.0), driver.voice.stop, b"AEJNO"]
    return tuple(said)


def _frames(driver: Driver, maker: Callable[[], FrameDecoder], data: bytes) -> None:
    decoder, whole = maker(), maker()
    frames = [frame for at in range(0, len(data), 7) for frame in decoder.feed(data[at : at + 7])] + decoder.flush()
    assert not decoder.waiting
    assert frames == whole.feed(data) + whole.flush(), "chunks make a difference"
    assert sum(len(driver.encode(frame)) for frame in frames) + decoder.noise_bytes == len(data)
    for frame in frames:
        assert driver.encode(frame) in data
        assert driver.describe(frame).isprintable()
        driver.acknowledge(frame)
        if driver.strip is not None:
            assert len(driver.strip.shown(frame) or "") <= len(data)
        if driver.keys is not None:
            said = driver.keys.read(frame, 2)
            assert said is None or said.unit == frame.address
            driver.keys.told(frame)
        if driver.voice is not None:
            assert (driver.voice.state(frame) is None) or (driver.voice.ordered(frame) is None)


def _modbus(data: bytes) -> None:
    for kind in (modbus.AnswerDecoder, modbus.RequestDecoder, modbus.Decoder):
        decoder = kind()
        frames = [frame for at in range(0, len(data), 5) for frame in decoder.feed(data[at : at + 5])] + decoder.flush()
        assert not decoder.waiting
        for frame in frames:
            assert modbus.encode(frame) in data
            assert modbus.describe(frame)
            modbus.shown(frame)


def _modbus_device(data: bytes) -> None:
    """A device answers whatever is asked, and what it does shows in its registers only."""
    device = Device(3, lambda: 0)
    for at in range(0, len(data), 7):
        request = modbus.Frame(3, data[at], data[at + 1 : at + 7])
        if request.function:
            answer = device.answer(request)
            assert answer is not None
            modbus.encode(answer)
    assert (device.sequence, len(device.coils), len(device.holding)) == (
        0,
        modbus_map.COIL_COUNT,
        modbus_map.HOLDING_COUNT,
    )
    assert isinstance(device.shown + device.text, str)


def _words(data: bytes) -> list[int]:
    return [int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data) - 1, 2)]


def _modbus_facts(data: bytes) -> None:
    facts = modbus_map.facts_of((_words(data) + [0] * modbus_map.FACT_COUNT)[: modbus_map.FACT_COUNT])
    assert modbus_map.facts_of(modbus_map.registers_of_facts(facts)) == facts


def _modbus_report(data: bytes) -> None:
    words = _words(data)
    modbus_map.text_of(words)
    for size in (modbus_map.SHORT_COUNT, modbus_map.FULL_COUNT):
        report = modbus_map.report_of((words + [0] * size)[:size])
        assert len(report.moves) <= modbus_map.MOVES_KEPT


def _input_events(data: bytes) -> None:
    pieces, stream = Records(), KeyStream()
    records = [record for at in range(0, len(data), 11) for record in pieces.feed(data[at : at + 11])]
    assert records == Records().feed(data), "chunks make a difference"
    down: set[int] = set()
    for move in stream.feed(records, 1.0) + stream.end(2.0):
        assert move.down != (move.code in down)
        (down.add if move.down else down.discard)(move.code)
    assert not down


def _gesture(data: bytes) -> None:
    text = text_of(data)
    code = code_of(text)
    assert code is None or code_of(name_of(code)) == code
    parse_gesture(text)


def _sdt(data: bytes) -> None:
    decoder = sdt.Decoder()
    bodies = [body for at in range(0, len(data), 7) for body in decoder.feed(data[at : at + 7])] + decoder.flush()
    assert not decoder.waiting
    assert bodies == (whole := sdt.Decoder()).feed(data) + whole.flush(), "chunks make a difference"
    for body in bodies:
        assert sdt.encode(body) in data
        answer = sdt.answer_of(body)
        assert answer is None or answer.data == body[3:]


def _card(data: bytes) -> None:
    number = sdt.number_of(data)
    assert len(number) == 18
    assert number.encode("utf-16-le") in data


def _scanner(data: bytes) -> None:
    lines = Lines()
    texts = [text for at in range(0, len(data), 5) for text in lines.feed(data[at : at + 5], at / 1_000)]
    texts += lines.feed(b"", len(data))
    for text in texts:
        assert text.isprintable()
        assert len(text) <= LONGEST_BYTES


def _printer(data: bytes) -> None:
    """The paper's side: whatever comes, in whatever pieces, is the same commands and no accident."""
    pieces, whole = Interpreter(), list(Interpreter().feed(data))
    taken = [one for at in range(0, len(data), 5) for one in pieces.feed(data[at : at + 5])]
    assert sum(command.size for command in taken) == sum(command.size for command in whole) <= len(data)
    assert [one for one in taken if one.name != "text"] == [one for one in whole if one.name != "text"]
    machine = PrinterMachine(profile_of("generic", "80"))
    machine.receive(data)
    machine.advance(20_000)


def job_of(rows: list[TextRow]) -> bytes:
    """A ticket as the kiosk sends it."""
    return JobEncoder(profile_of("generic", "80")).encode(rows)


def _ticket_bytes(data: bytes) -> None:
    """Our side: any text becomes a job that holds no command but our own."""
    job = job_of([TextRow(text_of(data)[:200])])
    known = list(Interpreter().feed(job))
    assert all(command.name != "unknown" for command in known), known


def _status(data: bytes) -> None:
    state_of({question: data[place : place + 1] for place, question in enumerate(ALL_QUESTIONS)})
    state_of(dict.fromkeys(ALL_QUESTIONS, data))
    for byte in data[:64]:
        acknowledgement_of(byte)


def _key(data: bytes) -> None:
    printed = as_printed(HALL, text_of(data))
    assert as_printed(HALL, printed) == printed, "what is printed is printed the same"
    parse_printed(HALL, printed)


def _day_file(data: bytes) -> None:
    day_of(read_day_file(text_of(data)[:20_000]))


def _addresses(read: Callable[[str], object]) -> Callable[[bytes], None]:
    def one(data: bytes) -> None:
        address = read(text_of(data))
        assert read(text_of(data)) == address

    return one


def _unit(data: bytes) -> None:
    line_and_unit(parse_address(text_of(data)))


def _clock(data: bytes) -> None:
    clock_from_environment({ENVIRONMENT_NAME: text_of(data)})


def _backup(data: bytes) -> None:
    with tempfile.NamedTemporaryFile(suffix=".zip") as file:
        file.write(data)
        file.flush()
        read_manifest(Path(file.name))


def _packed(contents: bytes) -> bytes:
    """A ZIP file with that list of contents."""
    with io.BytesIO() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("manifest.json", contents)
        return file.getvalue()


def _mask(data: bytes) -> None:
    text = text_of(data)
    assert MARK not in mask(f"{text} {MARK} {text}")


def _verdict(data: bytes) -> None:
    for status in (200, 400, 422, 503):
        verdict(status, data[:ANSWER_LIMIT_BYTES])


def _sample(kind: type) -> bytes:
    """A small valid message of a kind."""
    return encode(first_example(messages_of(kind)))


def _sample_of(kind: type) -> Callable[[], tuple[bytes, ...]]:
    return lambda: (_sample(kind),)


def _facts() -> tuple[bytes, ...]:
    empty = dict.fromkeys(("kind", "counter", "clerk", "service", "standing", "slot", "time_ms", "items", "marks"), b"")
    day = DayFacts(
        day="2026-03-04",
        journal="j",
        position=9,
        seen_day="2026-03-05",
        names=("c1",),
        visits=0,
        own=(),
        told=(),
        **empty,
    )
    return (encoded(day),)


def _views() -> tuple[bytes, ...]:
    return tuple(encode_view(kind, "c1", 3, 4, 5, _sample(shape)) for kind, shape in VIEW_KINDS.items())


def targets() -> tuple[Target, ...]:
    """The table."""
    frame: dict[str, Any] = {"id": "abcdefgh-1", "device": "kiosk-1", "epoch": "e1", "seq": 7}
    envelopes = (
        encode_envelope(c.CallNext(counter="c1"), **frame, ttl_ms=5_000, until_ms=99, age_ms=12, by="a"),
        encode_envelope(c.IssueTicket(ticket="ticket-0001", service="pension", kiosk="kiosk-1"), **frame),
    )
    topics = Topics("small")
    names = tuple(topics.of(row.name, device="kiosk-1", kind="board", name="display-1").encode() for row in TOPICS)
    codec = "broker.contract.codec"
    address = (BadAddress, SettingError)
    found = [
        Target("envelope", _envelope, (CodecError,), (f"{codec}.decode_envelope",), envelopes, "json"),
        Target("view", _view, (CodecError,), (f"{codec}.decode_view",), _views, "json"),
        Target(
            "gate",
            _gate,
            (),
            ("broker.server.gate.Gate._looked", "broker.server.gate.Gate.__init__"),
            envelopes,
            "json",
        ),
        Target(
            "event",
            _event,
            (StoreError,),
            ("broker.store.journal.decode_event",),
            lambda: tuple(_sample(kind) for kind in EVENTS),
            "json",
        ),
        Target(
            "certificate",
            read_paper,
            (ValueError,),
            ("firmware_config.identity.authority.read_paper",),
            lambda: (authority.new_authority("hall", new_key(), datetime(2026, 1, 1, tzinfo=UTC)),),
        ),
        Target(
            "list of the revoked",
            _revoked,
            (SettingError,),
            ("broker.runtime.mqtt_access.read_revoked",),
            (b'{"names":["kiosk-1"],"certificates":true}',),
            "json",
        ),
        Target(
            "what the desk says",
            _sentence,
            (),
            ("firmware_config.identity.enrol_device._sentence",),
            (b'{"en":"no","zh":"x"}',),
            "json",
        ),
        Target("day's facts", decoded, (Damaged,), ("broker.oversight.facts.decoded",), _facts, "bytes"),
        Target(
            "font",
            _font,
            (AdvancesUnreadable,),
            ("broker.runtime.canvas.advances._read",),
            (tiny_font(),),
            "bytes",
        ),
        Target(
            "foreign call",
            lambda data: _one_line_each(Picker().answers(text_of(data).split("\n"))),
            (BadCall,),
            ("broker.trial.pick.Picker.answers",),
            (
                b'{"now": 9, "counter": 1, "tickets": [{"id": 1, "service": "A", "class": "prio", "taken": 3,'
                b'"clock": 3}]}',
            ),
            "json",
        ),
        Target(
            "foreign calls",
            lambda data: _one_line_each(Picker().answers(text_of(data).split("\n"))),
            (BadCall,),
            (),
            (
                b'{"now": 9, "counter": 1, "tickets": [{"id": "a", "service": "A", "class": "norm", "taken": 3,'
                b'"clock": 3}]}\n{"now": 99, "counter": 1, "tickets": [{"id": "b", "service": "A", "class": "norm",'
                b'"taken": 3, "clock": 3}]}\n{"day": 2}',
            ),
        ),
        Target(
            "foreign day",
            lambda data: _one_line_each(Stream().answers(text_of(data).split("\n"))),
            (BadLine,),
            ("broker.trial.predict._read",),
            (b"#day d1\n30600,A,t1,A,0,1,\n30610,S,t1,,,,c1\n30700,E,t1,,,,c1\n30800,A,t2,B,1,1,\n",),
        ),
        Target("topic", _topic, (), ("broker.contract.topics.Topics.parse",), names),
        Target(
            "p1",
            _p1,
            (),
            ("broker.runtime.frames.scanner.Scanner.feed", "broker.runtime.frames.p1.read"),
            (
                p1.encode(p1.key_frame(3, "12", p1.Key.CALL)),
                p1.encode(p1.result_frame(250, 4)),
                b"\xff\x68" * 9 + p1.encode(p1.show(1, 12, "A042")),
            ),
            "bytes",
        ),
        Target(
            "modbus, both ends",
            _modbus,
            (),
            ("broker.runtime.frames.scanner.Scanner.feed",),
            (
                modbus.encode(modbus.read_request(3, modbus.Function.READ_INPUT_REGISTERS, 16, 48)),
                modbus.encode(modbus.Frame(3, 4, bytes((16,)) + bytes(range(16)))),
                b"\x03\x04\x10" + modbus.text_frame(9, "请A005号到3号窗口", {}, 0) + bytes.fromhex("0a8102b053"),
            ),
            "bytes",
        ),
        Target(
            "modbus device",
            _modbus_device,
            (),
            (),
            (bytes.fromhex("04 0000000C 0000 10 000000020400 0F 000000030107 05 0030FF00"),),
            "bytes",
        ),
        Target(
            "modbus report",
            _modbus_report,
            (modbus_map.MapError,),
            ("broker.runtime.frames.modbus_map.report_of",),
            (b"".join(word.to_bytes(2, "big") for word in (2, 9, 0, 99, 0x0203, 98, 0x0183, 97)),),
            "bytes",
        ),
        Target(
            "modbus facts",
            _modbus_facts,
            (modbus_map.MapError,),
            ("broker.runtime.frames.modbus_map.facts_of",),
            (bytes.fromhex("4A48 0100 0027 0100 0000 0001 000B 000B 0006 0000 0000 0000"),),
            "bytes",
        ),
        Target(
            "input events",
            _input_events,
            (),
            ("broker.runtime.evdev_events.Records.feed", "broker.runtime.evdev_events.KeyStream.feed"),
            (pack(76, True) + pack(76, False), pack(30, True)[:30] + bytes(24)),
            "bytes",
        ),
        Target(
            "key gesture",
            _gesture,
            (BadAddress,),
            ("broker.model.key_gestures.parse_gesture",),
            (b"key://KEY_KP5?hold_ms=900", b"hold://call?ms=2000", b"chord://call+pause", b"KEY_KP5", b"76"),
        ),
        Target(
            "sdt",
            _sdt,
            (),
            ("broker.runtime.frames.scanner.Scanner.feed",),
            (
                sdt.encode(sdt.FIND),
                sdt.encode(bytes((0, 0, sdt.Status.FOUND)) + bytes(4)),
                sdt.HEAD + b"\x09\x0a" + sdt.encode(bytes((0, 0, sdt.Status.OK)) + CARDS["elder"].data()),
            ),
            "bytes",
        ),
        Target("card data", _card, (sdt.SdtError,), (), (CARDS["elder"].data(), CARDS["young"].data()), "bytes"),
        Target(
            "scanner",
            _scanner,
            (),
            ("broker.runtime.code_lines.Lines.feed",),
            ("A042\r预约1234\r\n".encode(), b"https://hall.example/t/8F3K\n" + b"x" * 300 + b"\r", b"\x02A042\x03"),
            "bytes",
        ),
        Target(
            "printer",
            _printer,
            (),
            ("kiosk.printer.interpreter.Interpreter.feed",),
            (
                job_of([TextRow("养老 A042", (2, 2)), TextRow("㐂")]),
                b"\x1b@\x1c&\x1dv0\0\2\0\2\0abcd\x10\x04\1\x1dr\1\x1dVB\0",
            ),
            "bytes",
        ),
        Target("ticket text", _ticket_bytes, (), (), ("养老保险 A042\n".encode(), b"\x1b@\x10\x04\1")),
        Target("printer status", _status, (), (), (b"\x12\x12\x12\x12", b"\x1a\x36\x1a\x7e"), "bytes"),
        Target(
            "ticket key",
            _key,
            (),
            ("broker.model.numbers.parse_printed",),
            ("Ａ ００1".encode(), b"a1", b"A042", b"ticket-0001"),
        ),
        Target(
            "hall file",
            lambda data: parse_hall(text_of(data)),
            (HallFileError,),
            ("broker.model.hall_file.parse_hall", "broker.model.hall_file.hall_of"),
            (SMALL.encode(),),
        ),
        Target(
            "toml",
            lambda data: read_toml(text_of(data)),
            (HallFileError,),
            ("broker.model.hall_syntax.read_toml",),
            (b'a = "b"\n[c]\nd = 1\n', b"\xef\xbb\xbfa=[1,{b=2}]"),
        ),
        Target(
            "day file",
            _day_file,
            (DayFileError,),
            ("firmware_config.virtual.day_file.read_day_file", "firmware_config.virtual.day_file._cells"),
            (b"time_s,event,ticket,service,priority,queued,server\n1,A,t1,s,,,\n9,S,t1,s,,,w1\n50,E,t1,s,,,w1\n",),
        ),
        Target("clock setting", _clock, (SettingError,), (), (b"1767225600000,1767225600000,60.0",)),
        Target(
            "backup",
            _backup,
            (BackupUnusable,),
            ("broker.server.backup_file.read_manifest",),
            (_packed(MANIFEST_SAMPLE), _packed(b"\xff\xfe")),
            "bytes",
        ),
        Target(
            "backup contents",
            lambda data: parse_manifest(Path("kept.zip"), data),
            (BackupUnusable,),
            ("broker.server.backup_file.parse_manifest",),
            (MANIFEST_SAMPLE,),
            "json",
        ),
        Target("typed text", lambda data: found_in(text_of(data)), (), (), ("王 13800000000".encode(),)),
        Target("log mask", _mask, (), (), (b"phone=1 id=110105194912310021",)),
        Target("rating answer", _verdict, (), ("caller.rating.post.verdict",), (b'{"code":"already_rated"}',), "json"),
        Target("appointment code", _appointment_code, (NotACode,), (f"{_CODES}.parse_code",), (b"JH:SMALL:40718253",)),
        Target("touch target", lambda data: touched.parse(text_of(data)), (), ("kiosk.targets.parse",), (b"key/7",)),
        Target(
            "forwarded for",
            lambda data: TrustedProxies(("127.0.0.1",)).far_end("127.0.0.1", text_of(data)),
            (),
            ("broker.collector.safety.proxies._parsed",),
            (b"203.0.113.7, 127.0.0.1", b"::ffff:10.0.0.1,[::1]"),
        ),
        Target(
            "outlet's answer",
            neighbours._read,
            (neighbours.OutletFailed,),
            ("broker.collector.heard.neighbours._read",),
            lambda: (_sample(neighbours.ForeignStatus),),
            "json",
        ),
        Target(
            "collector host",
            lambda data: host_and_port("X", text_of(data)),
            (SettingError,),
            (),
            (b"http://127.0.0.1:8080", b"mqtt://[::1]:1883"),
        ),
    ]
    found += [
        Target(make, _make(driver), (), (), _spoken(driver), "bytes")
        for make, driver in drivers().items()
        if make != "p1"
    ]
    readers: tuple[tuple[str, Callable[[str], object], str, tuple[bytes, ...]], ...] = (
        ("device address", parse_address, "broker.model.address.parse_address", (b"serial:///dev/x?baud=9", b"none")),
        ("screen address", parse_screen_address, "broker.runtime.canvas.address.parse_screen_address",
         (b"window://0?size=1920x1080&rotate=90", b"virtual://screen?size=1080x1920")),
        ("key address", parse_key_address, "broker.runtime.key_address.parse_key_address",
         (b"gpio://17?lamp=27&pull=down&bounce_ms=30", b"virtual://pad/4")),
        ("lamp address", parse_lamp_address, "broker.runtime.key_address.parse_lamp_address", (b"gpio://27?active=low",)),
        ("serial address", SerialAddress.parse, "broker.runtime.serial_address.SerialAddress.parse",
         (b"serial:///dev/ttyUSB0?baud=9600&parity=E",)),
        ("speaker address", parse_speaker_address, "broker.runtime.speaker_address.parse_speaker_address",
         (b"virtual://speaker?record=/tmp/x", b"alsa://default")),
        ("MQTT address", link.parse_address, "broker.runtime.link.parts.parse_address",
         (b"mqtts://hall.example:8884", b"wss://hall.example/mqtt")),
        ("collector address", CollectorAddress.parse, "caller.rating.post.CollectorAddress.parse",
         (b"https://hall.example:8443",)),
    )  # fmt: skip
    found += [Target(name, _addresses(read), address, (covers,), seeds) for name, read, covers, seeds in readers]
    found.append(Target("bus unit", _unit, address, (), (b"p1://a/3",)))
    for kind in (*MESSAGES, *BODIES, *COMMANDS):
        read = lambda data, kind=kind: _message(kind, data)  # noqa: E731
        covers = (f"{codec}.decode",) if kind is MESSAGES[0] else ()
        found.append(Target(f"message {kind.__name__}", read, (CodecError,), covers, _sample_of(kind), "json"))
    return tuple(found)


NO_READERS: dict[str, str] = {
    "firmware_config.identity.vault.Vault.read": "our own file in a folder for its owner alone; damaged, it is refused",
    "firmware_config.identity.enrol_device.Applicant.ask": "over TLS: tests/firmware_config/identity/test_enrol.py",
    "firmware_config.identity.enrol_device.Applicant._take": "over TLS: tests/firmware_config/identity/test_enrol.py",
    "broker.store.facts.FactsReader._read": "a file, through broker.oversight.facts.decoded",
    "broker.contract.codec._read": "what every decode of the codec goes through",
    "broker.runtime.bus.events.Decoder.feed": "a protocol's declaration",
    "broker.runtime.frames.driver.FrameDecoder.feed": "a protocol's declaration",
    "caller.bus_commands.ears.Ears.feed": "hands the bytes to the decoders of the makes",
    "broker.runtime.languages.offered.read_language": "names of files, each through read_catalogue",
    "broker.server.writer.Writer._read": "decode_envelope, with its answer",
    "firmware_config.demo._report": "reads what our own audit printed",
    "kiosk.engine_side.decoded": "decode, with a line in the log",
    "broker.runtime.key_address._parsed": "parse_key_address and parse_lamp_address",
    "broker.store.journal.read_events": "rows of SQLite, each through decode_event",
    "broker.collector.web.read_body": "decode, behind HTTP: tests/fuzz/test_http.py",
    "broker.collector.figures.statistics_export.read_statistics": "two words of a query: tests/fuzz/test_http.py",
    "broker.runtime.speech.voice_worker.read_requests": "hands lines of our own device over, unread",
    "broker.runtime.speech.voice_worker.serve": "reads what our own device wrote; if it ends it is started again",
    "broker.runtime.speech.voice.WorkerVoice._header": "what our own worker says; any accident is a voice that failed",
    "broker.runtime.speech.voice_worker.PiperEngine.__init__": "a model's own file; any accident is a failed voice",
    "kiosk.screens.card._read_card": "draws a card that was read",
    "broker.runtime.hall_wait._written": "a hall file that may be broken: whatever is wrong, there is no address",
    "broker.runtime.speech.readings.Readings._read": "looks signs up in a block that was checked when it was opened",
    "broker.collector.floor.acknowledged.Acknowledged._read": "rows of our own SQLite file",
    "broker.collector.floor.advice_log.AdviceLog._read": "rows of our own SQLite file",
    "broker.collector.floor.what_if_runs.WhatIfRuns._ended": "what our own child printed; any accident is a failed run",
    "broker.commands.whatif.read_day": "rows of SQLite, each through decode_event",
    "broker.collector.safety.tls._PlainParser.parse_header": "waitress's own reader, with a mark",
    "broker.collector.notify.queue.Queue._entries": "rows of our own SQLite file",
    "broker.collector.safety.person_desk._holds": "rows of our own SQLite files",
    "broker.collector.notify.ways.parse_way": "an address that the hall file's check has read before",
    "broker.collector.notify.web_ways.SmsWay.__init__": "a text that the hall file's check has read before",
    "broker.model.hall_notify_checks._body": "a text of the hall file: tests/model/test_hall_notify.py",
    "caller.rating.post.Poster._post": "reads what this device itself wrote into its outbox",
}
"""What looks like a reader to the search in ``test_codecs`` and is none, with the reason."""

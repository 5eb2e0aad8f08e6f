"""Puts a caller together and runs it: disk, outboxes, link, devices, heart."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from broker.model.hall import Hall
from broker.runtime.database import open_database
from broker.runtime.disk_probe import DiskProbe
from broker.runtime.engine_time import EngineTime
from broker.runtime.gpio import GpioUnavailable
from broker.runtime.heart import Heart
from broker.runtime.link import Link, LinkOptions
from broker.runtime.link_identity import with_identity
from broker.runtime.outbox import Outbox
from broker.runtime.presence import device_presence
from broker.runtime.process import Process
from broker.runtime.pulse import Pulse
from broker.runtime.rating_secret import evaluator_key, sign_codes
from broker.runtime.sender import CommandTransport, Sender
from broker.runtime.speaker_address import parse_speaker_address
from broker.runtime.whereabouts import collector_url, mqtt_url
from caller.app import CallerApp
from caller.devices import CallerSetupError
from caller.evaluator.screen import ScreenEvaluator
from caller.guess_book import GuessBook
from caller.rating.book import RatingBook
from caller.rating.post import IN_FLIGHT, PATIENCE_S, CollectorAddress, Poster, RatingSender
from caller.wiring import Equipment, equipment_of

if TYPE_CHECKING:
    from caller.rating.spoken_prompt import SpokenPrompt

log = logging.getLogger(__name__)

TURN_S, SOON_S = 0.02, 0.004
"""The loop waits this long, or until the network, a line or a pin wakes it; shorter while a key's contact settles."""
RATINGS_BOUND = 5_000
CLIP_BYTES = 20_000_000


class CallerNode:
    """All parts of one caller. ``start`` opens them, ``run`` works until the process is asked to stop."""

    def __init__(self, hall: Hall, name: str, process: Process, environment: Mapping[str, str] | None = None) -> None:
        environment = os.environ if environment is None else environment
        self._process = process
        self._clock = EngineTime(process.clock)
        self.equipment: Equipment = equipment_of(hall, name, process.data_folder, process.clock.machine_s)
        self._key = evaluator_key(hall.hall.id, process.data_folder, environment)
        self._poster = Poster(CollectorAddress.parse(collector_url(hall, environment)), device_key=self._key)
        for keypad, device in self.equipment.keypads.items():
            if isinstance(device, ScreenEvaluator):
                device.sign_with(sign_codes(hall, keypad, process.data_folder, environment))
        ratings = open_database(process.data_folder / "ratings.sqlite")
        self._ratings = Outbox(
            ratings, process.clock, self._poster, bound=RATINGS_BOUND, window=IN_FLIGHT, patience_s=PATIENCE_S
        )
        self._ratings.start()
        self._rating_sender = RatingSender(self._ratings, self._poster, process.clock.machine_s)
        book = RatingBook(ratings, self._ratings, self._clock)
        book.start()
        wrong = GuessBook(open_database(process.data_folder / "guesses.sqlite"), process.clock)
        wrong.start()
        self.app = CallerApp(hall, name, self.equipment, self._clock, book, self._ratings, guesses=wrong.guesses)
        self.voice = spoken_prompt_of(hall, name, process.data_folder)
        if self.voice is not None:
            for station in self.app.stations.values():
                station.on_prompt = self.voice.ask
        url = mqtt_url(hall, environment)
        self.link = Link(
            url,
            name,
            on_message=self.app.on_message,
            on_state=self.app.on_link,
            subscriptions=self.app.subscriptions(),
            presence_of=device_presence(self.app.topics, name, "caller"),
            options=with_identity(LinkOptions(), name, environment, check=url),
        )
        self.equipment.wake_with(self.link.wake)
        self.app.refused_ratings = lambda: len(self._rating_sender.refused)
        transport = CommandTransport(self.link, self.app.topics, name, self._clock)
        commands = Outbox(open_database(process.data_folder / "commands.sqlite"), process.clock, transport, bound=200)
        commands.start()
        self.app.connect(self.link, Sender(commands, self.app.topics, name, self.app.on_answer))
        self._pulse = Pulse("loop")
        self._devices = Pulse("devices")
        self._probe = DiskProbe(process.data_folder)
        self._heart = Heart(name, [self._pulse, self._devices, self.link.pulse, self._probe.pulse])

    def start(self) -> None:
        """Open devices and begin to connect. Raises CallerSetupError or PinTaken."""
        try:
            self.equipment.start()
        except GpioUnavailable as error:
            raise CallerSetupError("gpio", str(error), error.zh) from error
        self._poster.start()
        if self.equipment.keypads:
            self._key()  # which says where it looked for one in vain: else nobody hears of it before the first rating
        if self.voice is not None:
            self.voice.start()
        self._probe.start()
        self.link.start()
        self._heart.start()
        self._heart.ready()

    def run(self) -> None:
        """The loop."""
        while not self._process.stopping.is_set():
            self.link.pump(SOON_S if self.equipment.settling else TURN_S)
            self.app.turn()
            self._rating_sender.tick()
            self._pulse.beat()
            if not self.equipment.standing() and self._poster.alive():
                self._devices.beat()

    def stop(self) -> None:
        """Let everything go; what is not sent stays on disk."""
        self._heart.stop()
        self.link.stop()
        self.equipment.stop()
        self._poster.stop()
        if self.voice is not None:
            self.voice.stop()
        self._probe.stop()


def spoken_prompt_of(hall: Hall, name: str, data_folder: Path) -> SpokenPrompt | None:
    """The voice that asks visitors to rate, where the hall gave this caller a loudspeaker; not yet started.

    Speech and its numpy are loaded only here; without them prompts are only shown, and the log says why.
    """
    speaker = hall.callers[name].speaker
    if speaker == "none":
        return None
    try:
        from broker.runtime.speech.voices import VoiceSettings, voices_of
        from caller.rating.spoken_prompt import SpokenPrompt
    except ImportError as error:
        log.error("the prompt to rate is not spoken: %s; install jiaohao[display]", error)
        return None
    settings = VoiceSettings(folder=data_folder / "clips", folder_bytes=CLIP_BYTES, voices=voices_of(hall.speech))
    return SpokenPrompt(parse_speaker_address(speaker), settings, tuple(hall.speech.languages), hall.speech.gain_db)


def run_caller(hall: Hall, name: str, process: Process) -> None:
    """The program of one caller."""
    node = CallerNode(hall, name, process)
    try:
        node.start()
        node.run()
    finally:
        node.stop()

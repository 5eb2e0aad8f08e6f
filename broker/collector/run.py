"""Starts the collector: its link to the hall, its accounts, and waitress in front of the application."""

import contextlib
import logging
import os
import resource
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer, create_server

from broker.collector.app import create_app
from broker.collector.heard.audit_heads import HeadKeeper
from broker.collector.heard.hub import DEVICE, Hub
from broker.collector.heard.live import Live
from broker.collector.notify.sender import open_ways
from broker.collector.quality.case_news import tell_who_waits
from broker.collector.quality.pages_cases import erase_texts
from broker.collector.safety.accounts import FILE_NAME, Accounts, ensure_demo_accounts
from broker.collector.safety.certificate import Certificate, certificate_of
from broker.collector.safety.doors import CONNECTIONS_MOST, ReadyAnswers, bound_doors, nothing_ready
from broker.collector.safety.guard import is_loopback
from broker.collector.safety.proxies import TrustedProxies
from broker.collector.safety.tls import only_https, tls_channel
from broker.collector.web import BODY_LIMIT_BYTES, WebOptions
from broker.contract.codec import encode
from broker.contract.envelope import SOUND_LIMIT_BYTES, DeviceHealth
from broker.contract.topics import Topics
from broker.model.commands import SessionTimes
from broker.model.hall import Hall
from broker.model.person_keys import PersonKeys
from broker.model.simulated import has_virtual
from broker.model.slots import booked_from_home
from broker.runtime.business_calendar import sessions_of
from broker.runtime.clock import SystemClock
from broker.runtime.errors import DatabaseError, SendRefused, SettingError
from broker.runtime.heart import Heart
from broker.runtime.link import Link, LinkOptions, Message
from broker.runtime.link_identity import with_identity
from broker.runtime.person_secret import hall_secret
from broker.runtime.presence import device_presence
from broker.runtime.process import Process
from broker.runtime.pulse import Pulse
from broker.runtime.rating_secret import known_keys
from broker.runtime.whereabouts import (
    COLLECTOR_ENVIRONMENT_NAME,
    DEVICE_KEY_ENVIRONMENT_NAME,
    device_key,
    host_and_port,
    mqtt_url,
)
from broker.store.errors import StoreError
from broker.store.reports import JournalReports

DEMO_ACCOUNTS_NAME = "demo-accounts.txt"
THREADS = 64
"""One for each open stream (``WebOptions``: 48) and sixteen for everything else."""
INBOX_BOUND = 4_000
CUT_OFF_BYTES = 16 * BODY_LIMIT_BYTES
"""A body beyond this is cut off unread; one that is merely too large gets our own refusal in words."""
HEADER_LIMIT_BYTES = 32_768
UNSENT_BYTES = 1 << 20
"""What may wait for one connection that takes its answers slowly; then the thread that answers waits."""
CHANNEL_S = 20
CLOSE_S = 6.0
STREAMS_END_S = 1.0
BEHIND = 10
"""The collector's niceness: a tenth of the share of a processor that the engine has where both want it."""
FILES = 8_192
"""Open files that are enough for all threads and connections, with room to spare."""
HEALTH_S = 5.0
CERTIFICATE_S = 60.0
"""So often it is looked whether the certificate was renewed."""
ERASE_S = 3_600.0
"""So often telephones of old wishes to be called are looked for and erased."""
ALERTS_S = 1.0
"""So often it is looked whether an alert came or went only because time passed."""
TURN_S = 0.25
WsgiApplication = Any
logger = logging.getLogger(__name__)


def run_collector(
    hall: Hall, process: Process, database: Path, *, virtual: bool = False, hall_file: Path | None = None
) -> None:
    """Serve until ``process.stopping``. ``virtual``: a demonstration; the virtual hall is shown also over a network.

    With ``hall_file`` days of the journal can be played again (what if).

    Raises SettingError when the address cannot be listened on, and what opening the accounts raises.
    """
    step_back()
    open_many_files()
    options = replace(
        web_options(hall, os.environ, process.data_folder, virtual=virtual), journal=database, secrets=os.environ
    )
    if hall_file is not None:
        options = replace(options, what_if=what_if_command(database, hall_file))
    collector = Collector(hall, process, database, options)
    if virtual:
        write_demo_accounts(hall, collector.accounts, process.data_folder / DEMO_ACCOUNTS_NAME)
    heart = Heart(DEVICE, [collector.pulse, collector.link.pulse])
    collector.start()
    heart.start()
    heart.ready()
    try:
        while not process.stopping.is_set():
            collector.turn()
    finally:
        heart.stop()
        collector.stop()


def step_back() -> None:
    """Let the programs that call, print, show and speak go first: whoever looks may wait, a call may not.

    Each thread for itself, as Linux has it: those that are there, of which later ones take it over. A program that was
    started further behind already (``Nice=`` of a unit) stays there.
    """
    for thread in (int(task.name) for task in Path("/proc/self/task").iterdir()):
        with contextlib.suppress(OSError):  # it has ended meanwhile, or may not
            os.setpriority(os.PRIO_PROCESS, thread, max(BEHIND, os.getpriority(os.PRIO_PROCESS, thread)))


def what_if_command(database: Path, hall_file: Path) -> tuple[str, ...]:
    """What plays a day again: a program of its own, for the collector does not know the engine."""
    return (sys.executable, "-m", "broker", "whatif", str(database.absolute()), "--hall", str(hall_file.absolute()))


def open_many_files() -> None:
    """Let this program have more files open than the 1,024 that one usually begins with.

    Each thread opens the databases that it needs for itself, three files each; 64 threads and hundreds of connections
    are more than that.
    """
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    wanted = FILES if most == resource.RLIM_INFINITY else min(FILES, most)
    if resource.getrlimit(resource.RLIMIT_NOFILE)[0] < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def web_options(
    hall: Hall, environment: Mapping[str, str], data_folder: Path | None = None, *, virtual: bool
) -> WebOptions:
    """How the collector is reached; the virtual hall is for this machine alone, or for those who ask.

    Beside ``data_folder`` lies the secret from which the key of evaluators is made where none was set by hand.
    """
    listen, port = listen_address(hall, environment)
    return WebOptions(
        listen=listen,
        port=port,
        public_url=hall.collector.public_url,
        device_key=device_key(environment),
        evaluator_keys=None if data_folder is None else partial(_bearers, hall.hall.id, data_folder, environment),
        trusted_proxies=hall.collector.trusted_proxies,
        ways=open_ways(hall, environment),
        persons=_persons(hall, environment, data_folder),
        tls=bool(hall.web.tls_certificate),
        virtual=has_virtual(hall) and (virtual or is_loopback(listen)),
    )


def _persons(hall: Hall, environment: Mapping[str, str], data_folder: Path | None) -> PersonKeys | None:
    """The same keys as at the kiosks of the hall, where somebody may type an identity number on a page.

    Made at the start, so that a secret that cannot be used ends it (SettingError, DataFolderUnusable), not a booking.
    """
    if data_folder is None or not (hall.remote.services or booked_from_home(hall)):
        return None
    return PersonKeys(hall_secret(data_folder, environment), hall.hall.id)


def _bearers(hall: str, data_folder: Path, environment: Mapping[str, str]) -> tuple[str, ...]:
    return known_keys(hall, data_folder, environment).bearers()


def listen_address(hall: Hall, environment: Mapping[str, str]) -> tuple[str, int]:
    """Host and port: the hall file's, unless the environment gives the collector another port of this machine."""
    host, port = host_and_port(COLLECTOR_ENVIRONMENT_NAME, environment.get(COLLECTOR_ENVIRONMENT_NAME, ""))
    if host and port and is_loopback(host):
        return host, port
    return hall.collector.listen, hall.collector.port


def write_demo_accounts(hall: Hall, accounts: Accounts, path: Path) -> None:
    """Make the accounts of a demonstration, once, and leave their passwords where only its owner can read them.

    The demonstration's clerk is the clerk of the first counter that has one.
    """
    made = ensure_demo_accounts(accounts, next((one.clerk for one in hall.counters.values() if one.clerk), None))
    if made:
        path.touch(mode=0o600)
        path.write_text("".join(f"{name:8} {password}\n" for name, _, password in made), encoding="utf-8")


class Collector:
    """Wires link, hub, accounts and web server; ``turn`` is one round of the loop in the main thread."""

    def __init__(self, hall: Hall, process: Process, database: Path, options: WebOptions) -> None:
        clock = process.clock
        self.pulse = Pulse("loop")
        self._clock = clock
        self._topics = Topics(hall.hall.id)
        self._health_at_s = self._erase_at_s = self._alerts_at_s = self._certificate_at_s = float("-inf")
        self.live = Live(hall, clock)
        self._hub = Hub(hall, self.live, self._publish, clock.machine_s, now_ms=clock.now_ms)
        url, many = mqtt_url(hall), LinkOptions(message_limit_bytes=SOUND_LIMIT_BYTES, inbox_bound=INBOX_BOUND)
        self.link = Link(
            url,
            DEVICE,
            on_message=self._hear,
            subscriptions=self._hub.subscriptions(),
            presence_of=device_presence(self._topics, DEVICE, DEVICE),
            options=with_identity(many, DEVICE, check=url),
        )
        # Log-ins end by the machine's clock: a virtual hall's runs faster.
        self.accounts = Accounts(process.data_folder / FILE_NAME, SystemClock())
        self._heads = HeadKeeper(self.accounts.audit, self._hub, clock.machine_s)
        reports = JournalReports(database, hall, clock.now_ms)
        app = create_app(hall, self._hub, reports, self.accounts, clock, lambda day: openings(hall, day), options)
        self._web = app.extensions["jiaohao"]
        self._certificate = certificate_of(hall)
        self._server = make_server(
            app,
            options.listen,
            options.port,
            options.trusted_proxies,
            certificate=self._certificate,
            ready=app.extensions["jiaohao.front"].ready,
        )
        self._serving = threading.Thread(target=self._server.run, name="web", daemon=True)
        self._options = options

    def start(self) -> None:
        """Connect and listen."""
        self.link.start()
        self._serving.start()
        self._web.notifier.start()
        if self._web.push is not None:
            self._web.push.telling.start()
        self._web.elsewhere.start()
        if self._web.receivers is not None:
            self._web.receivers.start()
        self._web.staffing.start()
        logger.info("listening on %s virtual=%s", ", ".join(addresses_of(self._server)), self._options.virtual)
        if anybody_may_rate(self._options):
            logger.warning("anybody on the network may post ratings: set %s", DEVICE_KEY_ENVIRONMENT_NAME)
        for hint in () if self._certificate is None else self._certificate.hints(datetime.now(UTC)):
            logger.warning("%s", hint.en)

    def turn(self) -> None:
        """Take what came; tell that we live."""
        self.pulse.beat()
        self.link.pump(TURN_S)
        self.live.look()
        now_s = self._clock.machine_s()
        if now_s >= self._alerts_at_s:
            self._alerts_at_s = now_s + ALERTS_S
            with contextlib.suppress(DatabaseError):  # the floor says so itself
                self._web.alerts.refresh()
            self.accounts.audit.flush(all=False)
            self._heads.turn()
        if self._certificate is not None and now_s >= self._certificate_at_s:
            self._certificate_at_s = now_s + CERTIFICATE_S
            self._certificate.refresh()
        if now_s >= self._erase_at_s:
            self._erase_at_s = now_s + ERASE_S
            with contextlib.suppress(DatabaseError, StoreError):  # the page of ratings says so to who opens it
                self._web.contacts.erase_old()
                erase_texts(self._web)
                tell_who_waits(self._web)
        if self.link.online and now_s - self._health_at_s >= HEALTH_S:
            self._health_at_s = now_s
            health = DeviceHealth(at_ms=self._clock.now_ms())
            with contextlib.suppress(SendRefused):
                self._publish(self._topics.health(DEVICE), encode(health), 0, retain=True)

    def stop(self) -> None:
        """Let open pages go, then the web, then the link."""
        self.live.watchers.stop()
        until_s = time.monotonic() + STREAMS_END_S
        while self._web.watched and time.monotonic() < until_s:
            time.sleep(STREAMS_END_S / 20)
        if self._web.push is not None:
            self._web.push.telling.stop()
        self._web.notifier.stop()
        if self._web.receivers is not None:
            self._web.receivers.stop()
        self.accounts.audit.flush()
        self._web.elsewhere.stop()
        self._web.staffing.stop()
        self._web.what_if.stop()
        close_server(self._server)
        self._serving.join(timeout=CLOSE_S)
        self.link.stop()

    def _hear(self, message: Message) -> None:
        self._hub.hear(message.topic, message.payload, retained=message.retained)

    def _publish(self, topic: str, payload: bytes, qos: int, *, retain: bool = False) -> None:
        self.link.publish(topic, payload, qos=qos, retain=retain)


def anybody_may_rate(options: WebOptions) -> bool:
    """Whether strangers reach ``/api/evaluations`` and no key is asked of them."""
    return not options.alone and not options.device_key and options.evaluator_keys is None


def make_server(
    app: WsgiApplication,
    listen: str,
    port: int,
    proxies: tuple[str, ...] = (),
    certificate: Certificate | None = None,
    ready: ReadyAnswers = nothing_ready,
) -> BaseWSGIServer:
    """waitress with bounds, none on how many a proxy connects; SettingError when the address is taken or not ours.

    With a ``certificate`` it speaks HTTPS alone. ``ready``: what is answered without a thread (``doors``).
    """
    try:
        server = create_server(
            app if certificate is None else only_https(app),
            url_scheme="http" if certificate is None else "https",
            host=listen,
            port=port,
            threads=THREADS,
            connection_limit=CONNECTIONS_MOST,
            max_request_body_size=CUT_OFF_BYTES,
            max_request_header_size=HEADER_LIMIT_BYTES,
            outbuf_high_watermark=UNSENT_BYTES,
            channel_timeout=CHANNEL_S,
            cleanup_interval=CHANNEL_S // 4,
            ident=None,
            asyncore_use_poll=True,
            clear_untrusted_proxy_headers=False,  # ``proxies`` and ``far_end`` judge whom to believe
        )
    except OSError as error:
        where, why = f"{listen}:{port}", error.strerror
        raise SettingError(
            "collector.listen", f"cannot listen on {where} ({why})", f"无法在 {where} 监听（{why}）"
        ) from error
    trusted = TrustedProxies(proxies)
    bound_doors(
        server,
        unbounded=lambda address: is_loopback(address) or address in trusted,
        channel=HTTPChannel if certificate is None else tls_channel(certificate),
        ready=ready,
    )
    return server


def addresses_of(server: BaseWSGIServer) -> list[str]:
    """Where a server listens; ``localhost`` may be two addresses."""
    found = getattr(server, "effective_listen", None) or [(server.effective_host, server.effective_port)]
    return [f"{server.adj.url_scheme}://{host}:{port}" for host, port in found]


def close_server(server: BaseWSGIServer) -> None:
    """Stop listening and let idle connections go, which would otherwise hold the server up for a minute."""
    for channel in list(getattr(server, "active_channels", {}).values()):
        channel.will_close = True
    server.close()


def openings(hall: Hall, day: str) -> tuple[SessionTimes, ...]:
    """A day's opening times by the hall's calendar."""
    return sessions_of(hall, date.fromisoformat(day))[0]

"""The broker node: the MQTT broker first, then the server, in one supervised process."""

import logging
from pathlib import Path

from broker.model.hall import Hall
from broker.runtime.errors import SettingError
from broker.runtime.heart import Heart
from broker.runtime.link_identity import is_this_machine
from broker.runtime.mqtt_access import access_of
from broker.runtime.mqtt_node import make_mqtt_node
from broker.runtime.process import Process
from broker.runtime.rating_secret import server_keys
from broker.runtime.whereabouts import mqtt_listen, secure_listen
from broker.server.app import Server, serve
from broker.server.lookahead import Lookahead
from broker.server.shown_log import ShownLog
from broker.server.upkeep import chores_of
from broker.store.errors import InUse, MigrationFailed, OtherHall, RestoreUnfinished, WrongVersion
from broker.store.lock import SERVER, folder_lock, refuse_half_restored
from broker.store.shown_waits import FILE_NAME

logger = logging.getLogger(__name__)


def run_node(hall: Hall, process: Process, database_name: str, hall_file: Path | None = None) -> None:
    """Start the hall's MQTT broker (unless it is somebody else's) and serve until asked to stop.

    With ``hall_file`` the daily chores are done. SettingError when another server, or a restore, is at the same
    data, or when they are not this hall's, or not this program's to read.
    """
    try:
        with folder_lock(process.data_folder, SERVER):
            refuse_half_restored(process.data_folder)
            _run(hall, process, database_name, hall_file)
    except (InUse, RestoreUnfinished, OtherHall, WrongVersion, MigrationFailed) as error:
        raise SettingError("data folder", str(error), error.zh) from error


def _run(hall: Hall, process: Process, database_name: str, hall_file: Path | None) -> None:
    access, secure = access_of(), secure_listen(hall)
    wide = access is not None or not is_this_machine(secure[0])
    node = make_mqtt_node(
        hall.broker.url, process.data_folder, *mqtt_listen(hall), access, secure=secure if wide else None
    )
    node.start()
    logger.info("MQTT broker kind=%s url=%s", node.kind, node.url)
    chores = chores_of(hall, hall_file.absolute()) if hall_file is not None else ()
    keys = server_keys(hall.hall.id, process.data_folder)
    database, ahead = process.data_folder / database_name, Lookahead(hall)
    shown = ShownLog(database.with_name(FILE_NAME))
    server = Server(
        hall,
        database,
        node.url,
        process.clock,
        chores=chores,
        keys=keys,
        lookahead=ahead,
        shown=shown,
        access=access,
    )
    try:
        server.start()
        heart = Heart("server", [server.pulse, server.link.pulse])
        heart.start()
        serve(server, heart, process.stopping)
    finally:
        node.stop()

"""Who runs on another hall file than the server, told to staff with what to do. Pure but for reading ``Live``."""

from collections.abc import Iterable, Iterator

from broker.collector import answers as a
from broker.collector.heard.live import Live
from broker.model.fingerprint import hall_fingerprint
from broker.model.hall import Hall
from broker.model.words import Names

OTHER_PLAN = "other-plan"
"""What a kiosk says of its numbers while it asks the server for each: an alarm, with words of its own."""
PAGES = Names("网页程序", "The web pages")


def other_hall_files(hall: Hall, live: Live, devices: Iterable[a.DeviceAnswer]) -> Iterator[a.Attention]:
    """A warning for each device, and for these pages, whose hall file is not the one that the server names."""
    engine = live.engine()
    if engine is None or not engine.hall_file:
        return
    if hall_fingerprint(hall) != engine.hall_file:
        yield _warning("collector", PAGES)
    for device in devices:
        health = live.device(device.device).health
        if health is None or not device.online or OTHER_PLAN in device.parts.values():
            continue
        if health.hall_file not in ("", engine.hall_file):
            yield _warning(device.device, device.names)


def _warning(subject: str, names: Names) -> a.Attention:
    return a.Attention(
        kind="hall-file",
        level="warning",
        subject=subject,
        zh=f"{names.zh} 的大厅文件与服务器的不同（或程序版本不同）：请让两边的大厅文件一致（以新的为准），"
        "再重新启动换了文件的程序",
        en=f"{names.en}: another hall file than the server's (or another version of the program)."
        " Make the two equal (the newer one counts) and restart the program whose file changed.",
    )

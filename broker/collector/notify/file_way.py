"""A way into a file: a line of JSON for each message. For trials, and for programs that watch a file."""

import json
import os
from pathlib import Path

from broker.collector.notify.ways import Letter, NotDelivered

FILE_MOST_BYTES = 16_777_216
"""A file that nobody takes away stops here: it holds telephones, and grows."""


class FileWay:
    """``file:///PATH``; the file is readable for its owner alone."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def deliver(self, letter: Letter) -> None:
        line = {
            "id": letter.id,
            "to": letter.to,
            "kind": letter.kind,
            "language": letter.language,
            "text": letter.text,
            "at_ms": letter.at_ms,
        }
        data = (json.dumps(line, ensure_ascii=False) + "\n").encode()
        try:
            handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)
            try:
                if os.fstat(handle).st_size + len(data) > FILE_MOST_BYTES:
                    raise NotDelivered("the file is full: take it away")
                os.write(handle, data)
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as error:
            raise NotDelivered(f"the file cannot be written ({error.strerror})") from None

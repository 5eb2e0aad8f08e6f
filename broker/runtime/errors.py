"""What can go wrong in the parts that every process shares: one base, one class per cause, the facts as attributes.

``str()`` is English; ``zh`` says the same in Chinese where whoever sets up a hall meets it at a terminal, else "".
"""

from pathlib import Path


class NodeError(Exception):
    """Base of everything the shared runtime refuses or cannot do."""

    zh = ""


class SettingError(NodeError):
    """A setting handed in from outside (environment, address) is not what it must be."""

    def __init__(self, setting: str, why: str, why_zh: str = "") -> None:
        super().__init__(f"{setting}: {why}")
        self.setting = setting
        self.why = why
        self.zh = f"{setting}：{why_zh}" if why_zh else ""


class DatabaseError(NodeError):
    """Base of what a database file can refuse; ``path`` is the file."""

    sentence = "the database failed"
    sentence_zh = "数据库出错"

    def __init__(self, path: Path, detail: str = "") -> None:
        super().__init__(f"{path}: {self.sentence}" + (f" ({detail})" if detail else ""))
        self.zh = f"{path}：{self.sentence_zh}" + (f"（{detail}）" if detail else "")
        self.path = path
        self.detail = detail


class DiskFull(DatabaseError):
    """No room left: nothing was kept."""

    sentence = "the disk is full, nothing was kept"
    sentence_zh = "磁盘已满，没有保存任何内容"


class DiskReadOnly(DatabaseError):
    """The file or its folder cannot be written, e.g. a worn-out card that the kernel mounted read-only."""

    sentence = "the file cannot be opened for writing"
    sentence_zh = "文件无法打开写入"


class DiskFailed(DatabaseError):
    """The disk answered with an input/output error; whether the last change was kept is unknown."""

    sentence = "the disk reported an error"
    sentence_zh = "磁盘报告错误"


class DatabaseBusy(DatabaseError):
    """Somebody else held the file's write lock for longer than we wait; there must be one writer."""

    sentence = "another writer holds the file"
    sentence_zh = "另一个程序正在写这个文件"


class DatabaseDamaged(DatabaseError):
    """The file is not a database or its content is broken."""

    sentence = "the file is damaged"
    sentence_zh = "文件已损坏"


class OutboxError(NodeError):
    """Base of what an outbox refuses to take."""


class OutboxFull(OutboxError):
    """The bound is reached; ``length`` entries wait for the engine's answer."""

    def __init__(self, length: int, bound: int) -> None:
        super().__init__(f"{length} entries wait for an answer, at most {bound} are kept")
        self.length = length
        self.bound = bound


class AlreadyInOutbox(OutboxError):
    """An entry of this id waits already; an id stands for one wish of one person."""

    def __init__(self, id: str) -> None:
        super().__init__(f"entry {id} waits already")
        self.id = id


class PayloadTooLarge(NodeError):
    """A payload is larger than its topic or outbox allows."""

    def __init__(self, size_bytes: int, limit_bytes: int) -> None:
        super().__init__(f"{size_bytes} bytes, at most {limit_bytes} are allowed")
        self.size_bytes = size_bytes
        self.limit_bytes = limit_bytes


class SendRefused(NodeError):
    """Base of reasons why a transport cannot take a message now; the outbox keeps it and tries again."""


class LinkOffline(SendRefused):
    """Nothing is sent while offline: a message kept in memory only would be lost with the process."""

    def __init__(self, state: str) -> None:
        super().__init__(f"the link is {state}, nothing was sent")
        self.state = state


class LinkBusy(SendRefused):
    """Too many messages are already on their way and unacknowledged."""

    def __init__(self, in_flight: int, bound: int) -> None:
        super().__init__(f"{in_flight} messages are unacknowledged, at most {bound} may be")
        self.in_flight = in_flight
        self.bound = bound


class EngineTimeUnknown(SendRefused):
    """The engine's clock was not heard yet, so a command that goes stale could not say until when it is meant."""

    def __init__(self) -> None:
        super().__init__("the engine's clock is not known yet, what goes stale waits")


class MqttBrokerUnavailable(NodeError):
    """No MQTT broker could be started; ``tried`` says what was tried and why each failed."""

    def __init__(self, tried: tuple[str, ...]) -> None:
        super().__init__("no MQTT broker could be started: " + "; ".join(tried))
        self.zh = "MQTT 服务无法启动：" + "；".join(tried)
        self.tried = tried


class DataFolderUnusable(NodeError):
    """The folder for databases and other state cannot be made or written."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path}: cannot keep data here ({why})")
        self.zh = f"{path}：不能在这里保存数据（{why}）"
        self.path = path
        self.why = why


def in_both_languages(error: BaseException, between: str = "\n") -> str:
    """An error's sentence for a terminal: Chinese, where it has one, and then English."""
    zh = getattr(error, "zh", "")
    return f"{zh}{between}{error}" if zh else str(error)

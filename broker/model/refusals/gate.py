"""Said before any rule of the hall is asked, or against a fault of the program."""

from broker.model.refusals.base import Refusal
from broker.model.words import Names


class Unreadable(Refusal, frozen=True, kw_only=True):
    """The bytes are not a command of this version."""

    detail: str
    template = Names(
        "命令无法读取：{detail}",
        "The command cannot be read: {detail}. Update the device or check its sender.",
    )


class UnknownDevice(Refusal, frozen=True, kw_only=True):
    """The sender is not in the hall file."""

    device: str
    template = Names("设备“{device}”不在大厅配置中", "Device '{device}' is not in the hall file. Add it there first.")


class NotAllowed(Refusal, frozen=True, kw_only=True):
    """This device may not ask this."""

    device: str
    command: str
    template = Names("设备“{device}”无权这样操作", "Device '{device}' may not do this: it is not its work.")


class TooLate(Refusal, frozen=True, kw_only=True):
    """A press that waited longer than its time to live; doing it now would surprise everybody."""

    age_ms: int
    template = Names(
        "按键已过时（{age_ms} 毫秒前），请再按一次",
        "The press is {age_ms} ms old and was not carried out. Press again.",
    )


class TooMuchAtOnce(Refusal, frozen=True, kw_only=True):
    """Not now, and not for ever: it comes with a ``go_back``, and the device sends the same again after a pause."""

    device: str
    wait_ms: int
    template = Names(
        "设备“{device}”发送过快，请在 {wait_ms} 毫秒后再发",
        "Device '{device}' sends too much at once. Send it again in {wait_ms} ms; nothing is lost.",
    )


class PersonalNumberTyped(Refusal, frozen=True, kw_only=True):
    """A note, reason or notice holds an ID or mobile number. It is not repeated here, as refusals are kept too."""

    template = Names(
        "文字中像有身份证号或手机号码，请删去后再提交；可以写号票号码",
        "The text seems to hold an ID or mobile number. Take it out and try again; a ticket number will do.",
    )


class LawBroken(Refusal, frozen=True, kw_only=True):
    """Doing it would have broken a law of the hall: nothing was done; this is a fault of the program."""

    law: str
    template = Names(
        "系统拒绝了违反规则的操作（{law}），请联系维护人员",
        "Refused: it would break a law of the hall ({law}). Call maintenance.",
    )

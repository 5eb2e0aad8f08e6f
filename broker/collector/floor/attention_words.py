"""How troubles are said to a manager: faults in a device's health, parts of devices, the engine's complaints. Pure.

What asks for attention, and when, is ``attention``.
"""

from typing import Literal

from broker.collector import answers as a
from broker.collector.heard.hall_files import OTHER_PLAN
from broker.contract.envelope import PRINTER_FAULTS
from broker.model.words import Names

FAULTS: dict[str, Names] = {
    **PRINTER_FAULTS,
    "day-unknown": Names(
        "：新卡或首次启动，等服务器告知营业日和已用号码后才取号",
        "are new: no ticket is given before the server names the day and the numbers used",
    ),
    "outbox-full": Names(
        "：未送达的消息已满，服务器应答后才能继续", "are full of unanswered messages until the server answers"
    ),
    OTHER_PLAN: Names(
        "与服务器的大厅文件不一致，只能逐张向服务器要号，断网即不能取号：请让两边的大厅文件一致（以新的为准），再重新启动取号机的程序",
        "are cut otherwise than by the server's hall file, so each is asked for and none is given without the network:"
        " make the two hall files equal (the newer one counts) and restart the program whose file changed",
    ),
    "clash": Names("：有号码与别人重复，请工作人员处理", "hold a number that is another ticket's: staff must help"),
    "refused": Names("被拒收", "were refused"),
    "line_down": Names("线路断开", "line is down"),
    "no_answer": Names("没有应答，请检查电源和接线", "does not answer: see to its power and its wires"),
    "wrong_device": Names("地址上是另一种设备", "is another kind of device than the hall file says"),
    "absent": Names("没有接上", "is not plugged in"),
    "no-permission": Names("没有读取权限，按日志中的办法处理", "may not be read: its log says what to do"),
    "not-a-keypad": Names("不是键盘，请核对地址", "is no keypad: check its address"),
    "busy": Names("被别的程序占用", "is held by another program"),
    "unknown:": Names("发出了大厅文件里没有写的键", "sends keys that the hall file does not have"),
    "unavailable": Names("无法使用", "cannot be used"),
    "missing": Names("缺少", "missing"),
    "failed": Names("故障", "failed"),
    "stopped": Names("已停止，请重新启动这台设备的程序", "has stopped: restart the program of this device"),
    "failsafe": Names("画面出错，显示备用画面", "drawing failed, spare picture shown"),
    "stuck": Names("按键卡住", "key is stuck"),
    "unsure": Names("时间不可靠", "clock cannot be trusted"),
    "full": Names(
        "：磁盘已满，存不下新内容，取号机此时请人到咨询台；请删去这台设备上不用的文件，或请维护人员处理，腾出空间后自动恢复",
        "without room, the disk is full: nothing can be kept, and a kiosk sends people to the desk. Remove what is not"
        " needed from this device, or call its maintainer; with room it goes on by itself",
    ),
    "not_kept": Names("无法保存，请检查磁盘是否已满", "cannot be kept: is the disk full?"),
    "behind": Names("来不及，部分呼叫只显示、不播报", "fall behind: some calls are shown and not spoken"),
    "noisy": Names(
        "不停发出内容，暂不理会：请检查是否损坏", "talks without end and is left aside for now: is it broken?"
    ),
    "wanted": Names("：有人在等候工作人员", "is wanted"),
    "guessed": Names(
        "：密码或卡接连不对，登录已延时，请查明是谁在试",
        "was tried with wrong PINs or cards again and again, and is delayed: find out who tries",
    ),
}
"""Words in a device's health that ask for a person, matched as parts of the state's name."""
TROUBLES: dict[str, tuple[Literal["alarm", "warning"], Names]] = {
    "disk_full": (
        "alarm",
        Names(
            "服务器磁盘已满，叫号引擎暂停：取号机可继续取号，请清理磁盘，清理后自动恢复",
            "The server's disk is full and the engine waits: kiosks go on giving tickets. Make room and it goes on.",
        ),
    ),
    "disk_read_only": (
        "alarm",
        Names(
            "服务器磁盘变为只读（存储卡可能已损坏），叫号引擎暂停：取号机可继续取号，请更换磁盘并恢复备份",
            "The server's disk has become read-only (a worn-out card?) and the engine waits: kiosks go on giving"
            " tickets. Replace it and restore a backup.",
        ),
    ),
    "disk_failed": (
        "alarm",
        Names(
            "服务器磁盘读写出错，叫号引擎暂停：取号机可继续取号，请检查磁盘",
            "The server's disk reports errors and the engine waits: kiosks go on giving tickets. See to the disk.",
        ),
    ),
    "disk_busy": (
        "alarm",
        Names(
            "叫号记录被别的程序占用，叫号引擎暂停：请关闭占用它的程序",
            "Another program holds the journal and the engine waits: end that program.",
        ),
    ),
    "backup_failed": (
        "warning",
        Names(
            "每日备份没有成功：请检查备份盘是否接好、是否已满（原因见服务器日志）",
            "The daily backup failed: is its disk there, and has it room? The server's log says why.",
        ),
    ),
    "archive_failed": (
        "warning",
        Names(
            "旧记录归档没有成功：原因见服务器日志，叫号不受影响",
            "Old days could not be archived: the server's log says why. Calling goes on.",
        ),
    ),
    "report_failed": (
        "warning",
        Names(
            "前一日的报表数据没有整理成功：原因见服务器日志，叫号不受影响，报表会慢一些",
            "The facts of past days could not be kept: the server's log says why. Calling goes on, reports are slower.",
        ),
    ),
}
"""What the engine's heartbeat may complain of."""
NOTHING_HEARD = a.Attention(
    kind="silent",
    level="alarm",
    subject="devices",
    zh="所有设备的消息也都收不到：多半是消息服务（MQTT）或服务器网络中断，设备本身可能正常；取号机可继续取号",
    en="No device is heard either: most likely the message broker (MQTT) or the server's network is down, and the"
    " devices themselves are well. Kiosks go on giving tickets.",
)
"""Instead of an alarm for each: who looks at ten of them looks for ten faults."""
PARTS = {
    "printer": Names("打印机", "printer"),
    "screen": Names("屏幕", "screen"),
    "speaker": Names("音箱", "loudspeaker"),
    "voice": Names("语音", "voice"),
    "module": Names("语音模块", "voice module"),
    "fine": Names("神经语音", "neural voice"),
    "clips": Names("语音缓存", "spoken clips"),
    "pinyin": Names("播报用的拼音词典", "the voice's dictionary of pinyin"),
    "calls": Names("播报", "announcements"),
    "disk": Names("存储", "disk"),
    "buttons": Names("按键", "buttons"),
    "earphone": Names("语音引导耳机", "voice guidance earphone"),
    "guidance": Names("语音引导按键", "voice guidance keys"),
    "reader": Names("读卡器", "card reader"),
    "scanner": Names("扫码器", "code scanner"),
    "ledger": Names("取号记录", "ticket records"),
    "numbers": Names("号段", "numbers"),
    "paper": Names("出票", "ticket printing"),
    "help": Names("求助", "help"),
    "ratings": Names("评价", "ratings"),
    "presses": Names("按键", "key presses"),
    "languages": Names("语言文件", "language files"),
}


LOG_INS = {
    "log-in-": Names("{} 号窗口登录", "log-in at counter {}"),
    "pin-of-": Names("工号 {} 的密码", "the PIN of staff {}"),
}
"""Parts that are named after a counter or clerk."""


def part_words(part: str) -> Names:
    """The name of a part of a device; one that nobody named keeps its own."""
    for begin, names in LOG_INS.items():
        if part.startswith(begin):
            which = part.removeprefix(begin)
            return Names(names.zh.format(which), names.en.format(which))
    return PARTS.get(part, Names(part, part))


def fault_words(state: str) -> Names | None:
    """What a state of a part means to a person, or None when nothing is wrong."""
    return next((words for key, words in FAULTS.items() if key in state.lower()), None)

"""What the guidance says beside the words of the screens. Pure."""

from broker.model.words import Names

KEYS = Names(
    "语音引导。按下一项键逐项收听，按确认键选择，按重复键暂停或再听一遍",
    "Voice guidance. Press next to hear one choice after the other, select to choose, repeat to pause or hear it again",
)
LOUDER_KEY = Names("按音量键调节音量", "Press volume to change the loudness")
NOTHING_CHOSEN = Names("请先按下一项键", "Press next first")
NOTHING_TO_CHOOSE = Names("这里没有可选的项目", "There is nothing to choose here")
CHOSEN = Names("已选中", "selected")
DELETED = Names("已删除", "Deleted")
GOING_ON = Names("继续", "Going on")
UNKNOWN = Names("不详", "unknown")


def choices(count: int) -> Names:
    """How many can be walked through."""
    return Names(f"共{count}项可选", f"{count} choice" + ("" if count == 1 else "s"))


def volume(level: int, levels: int) -> Names:
    """The loudness just set."""
    return Names(f"音量{level}，共{levels}级", f"Volume {level} of {levels}")


def typed(count: int) -> Names:
    """How much was typed, where what it is stays unsaid."""
    return Names(f"已输入{count}位", f"{count} typed")

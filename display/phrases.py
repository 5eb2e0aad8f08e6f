"""The fixed words of the wall display and the counter sign: Chinese first, English second, both complete. Pure."""

from __future__ import annotations

from broker.model.hours import hours_spans
from broker.model.waits import SHORT_MIN
from broker.model.words import LEVEL_NAMES, Level, Names

NOW_CALLING = Names("正在叫号", "Now calling")
CALLED_AGAIN = Names("再次呼叫", "Called again")
GO_TO = Names("请到", "Please go to")
COUNTER = Names("号窗口", "Counter")
RECENT = Names("最近叫号", "Recent calls")
COUNTER_COLUMN = Names("窗口", "Counter")
PAUSED_COUNTERS = Names("暂停服务", "Paused")
GUIDE = Names("办事指引", "How it works")
STEPS: tuple[tuple[str, Names], ...] = (
    ("ticket", Names("在取号机取号", "Take a number at the kiosk")),
    ("speaker", Names("留意屏幕与广播", "Watch the screen and listen")),
    ("arrow-right", Names("叫到您时前往窗口", "Go to the counter when called")),
)
STANDING_NOTICE = Names(
    "请妥善保管号票，有疑问请咨询工作人员。", "Please keep your ticket. Our staff are glad to help."
)
NOTICE = Names("通知", "Notice")

NO_WAIT = Names("无需等候", "No wait")
WAITING_PEOPLE = Names("人", "waiting")
ABOUT, UNDER = Names("约", "about"), Names("不到", "under")
MINUTES = Names("分", "min")
OPENS_AT = Names("起取号", "Opens")

OPEN = Names("正在服务", "Open")
BREAK = Names("休息时间", "Break")
BEFORE = Names("尚未开始服务", "Opens soon")
CLOSED = Names("非服务时间", "Closed")
CONNECTING = Names("正在连接", "Connecting")
OFFLINE = Names("信息暂未更新", "Not updated")

WELCOME = Names("欢迎光临", "Welcome")
WELCOME_HINT = Names("取号后请留意屏幕与广播", "Take a number, then watch the screen and listen")
BREAK_HINT = Names("请稍候，服务即将恢复", "Please wait, service will resume")
CLOSED_HINT = Names("感谢您的光临", "Thank you for your visit")
SERVICE_HOURS = Names("服务时间", "Service hours")

PLEASE = Names("请", "Please")
NUMBER = Names("号", "No.")
SIGN_CALLING = Names("请到本窗口", "Please come to this counter")
SIGN_SERVING = Names("正在办理", "Now serving")
SIGN_WELCOME = Names("欢迎光临", "Welcome")
SIGN_WARM = Names("热情服务", "At your service")
SIGN_PAUSED = Names("暂停服务", "Counter paused")
SIGN_CLOSED = Names("下班", "Closed")
SIGN_NOT_OPEN = Names("未开放", "Not open yet")
SIGN_RATE = Names("请评价本次服务", "Please rate this service")
SIGN_WAYS = Names("请按评价器，或扫码评价", "On the evaluator, or by your phone")
SIGN_SCAN = Names("扫码评价", "Scan to rate")
SIGN_STAFF = Names("工作人员", "Staff")
SIGN_CONTACT = Names("联系人", "Contact")
SIGN_PHONE = Names("电话", "Tel")
SIGN_RETURNS = Names("预计返回", "Back at")
SIGN_LATE = Names("稍后返回", "Back soon")
BACK_ABOUT, BACK = Names("预计", "Back at"), Names("返回", "Back")
SIGN_DISTANCE = Names("请在一米线外等候", "One at a time, please")
SIGN_FACES: tuple[tuple[str, Names], ...] = tuple((f"face-{level.stars}", LEVEL_NAMES[level]) for level in Level)

EMERGENCY = Names("紧急通知", "EMERGENCY")
EMERGENCY_SINCE = Names("发布时间", "Issued at")

COUNTER_CALLING = Names("请到窗口", "Please come")
COUNTER_SERVING = Names("正在办理", "Serving")
COUNTER_READY = Names("等候叫号", "Ready")
COUNTER_BREAK = Names("休息", "On break")
COUNTER_PAUSED = Names("暂停服务", "Paused")
COUNTER_CLOSED = Names("未开放", "Closed")

SERVICE_COLUMN = Names("办理事项", "Service")
LAST_CALLED = Names("最近叫号", "Last called")
COUNTERS_COLUMN = Names("办理窗口", "Counters")
WAITING_COLUMN = Names("等候人数", "Waiting")
WAIT_COLUMN = Names("预计等候", "Expected wait")
NONE_CALLED = Names("暂无叫号", "No call yet")

WHERE_TO_GO = Names("办事导引", "Where to go, how long")
TAKE_FIRST = Names("请先在取号机取号", "Please take a number first")
COME_LATER = Names("请在服务时间内取号", "Come in service hours")

STAFF_WALL = Names("服务人员", "At your service today")
STAFF_NUMBER = Names("工号", "Staff No.")
STAFF_NUMBER_SHORT = Names("工号", "No.")
"""Where a title stands before it."""
STAFF_RATED = {
    "last_day": Names("上一营业日评价，满分 5", "Last day, out of 5"),
    "today": Names("今日评价，满分 5", "Today, out of 5"),
}
STAFF_PAUSED = Names("暂停", "Paused")
STAFF_AWAY = Names("暂未上岗", "Away")

WEEKDAYS: tuple[Names, ...] = (
    Names("星期一", "Mon"),
    Names("星期二", "Tue"),
    Names("星期三", "Wed"),
    Names("星期四", "Thu"),
    Names("星期五", "Fri"),
    Names("星期六", "Sat"),
    Names("星期日", "Sun"),
)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def use_instead(counters: tuple[str, ...]) -> Names:
    """Return where to go instead of a paused counter."""
    word = "counter" if len(counters) == 1 else "counters"
    return Names(f"请到 {'、'.join(counters)} 号窗口办理", f"Please use {word} {', '.join(counters)}")


def use_numbers(counters: tuple[str, ...]) -> str:
    """Return the same in a few English words, for a line that has the Chinese beside it."""
    return f"Use {', '.join(counters)}"


def back_at(time: str) -> tuple[Names, Names]:
    """Return when the clerk of a paused counter is expected back, and the same in fewer words."""
    full = Names(f"{BACK_ABOUT.zh} {time} {BACK.zh}", f"{BACK_ABOUT.en} {time}")
    return full, Names(f"{time} {BACK.zh}", BACK.en)


def as_of(time: str) -> str:
    """Return since when nothing new arrived."""
    return f"截至 {time} · As of {time}"


def waiting(count: int, low_min: int | None, high_min: int | None) -> str:
    """Return the English line of a service's card."""
    people = f"{count} waiting"
    if low_min is None or high_min is None:
        return people
    word, figure, english = minutes(low_min, high_min)
    return f"{people} · {english}" if word is UNDER else f"{people} · {figure} min"


def minutes(low_min: int, high_min: int) -> tuple[Names, str, str]:
    """Return the word before the figure of a wait, the figure, and the English behind it: `约 10–15 分 min`, but
    `不到 2 分 under 2 min` of a wait that nobody needs to see in figures."""
    if high_min <= SHORT_MIN:
        return UNDER, str(high_min), f"{UNDER.en} {high_min} {MINUTES.en}"
    return ABOUT, str(low_min) if low_min == high_min else f"{low_min}–{high_min}", MINUTES.en


def opens_next(time: str) -> Names:
    """Return when service begins again, e.g. at `13:30`."""
    return Names(f"{time} 开始服务", f"Service starts at {time}")


def come_at(text: str) -> Names:
    """Return when to come back to a closed hall: its hours, which need no language, or that it has some."""
    return Names(f"{SERVICE_HOURS.zh} Hours", hours(text)) if hours(text) else COME_LATER


def hours(text: str) -> str:
    """Return opening hours on one line: `09:00–14:00 / 15:00–17:00`."""
    return " / ".join(hours_spans(text))


def english_marks(words: str) -> str:
    """Return English words with straight quotation marks: the curly ones of a Chinese font are as wide as a hanzi."""
    return words.translate(str.maketrans("“”‘’", "\"\"''"))

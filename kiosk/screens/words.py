"""Everything the kiosk says, in Chinese and English, in one place; further languages are in catalogues. Pure.

A text with facts in it is a ``phrase``, so that a catalogue can say it in its own order.
"""

from datetime import date
from typing import NamedTuple

from broker.model.hours import NextOpening, hours_spans
from broker.model.phrases import phrase
from broker.model.waits import SHORT_MIN
from broker.model.words import Names
from kiosk.local_time import date_words, short_date

TITLE = Names("请选择要办理的业务", "Tap a service to take a number")
TITLE_HINT = Names("点一下业务取号", "Tap a service to take a number")
TITLE_LARGER = Names("您要办什么事？", "What do you need?")
TITLE_LARGER_HINT = Names("点一下就行，不会用请按红色按钮", "Just tap. For help, press the red button")
TITLE_CATEGORIES = Names("请选择业务类别", "Choose a category")
TITLE_CATEGORIES_HINT = Names("点一下查看业务", "Tap to see its services")

LANGUAGE = Names("语言", "Language")
LANGUAGES_TITLE = Names("请选择语言", "Choose your language")
LANGUAGES_HINT = Names("点一下即可", "One tap is enough")
LARGER = Names("大字版", "Larger text")
STANDARD = Names("标准版", "Standard text")
LOWER = Names("低位操作", "Lower buttons")
HIGHER = Names("恢复高度", "Normal height")
HELP = Names("呼叫帮助", "Call staff")
HELP_LARGER = Names("不会用？叫人来帮我", "Need help? Call staff")
HELP_LARGER_HINT = Names("工作人员马上过来", "Somebody will come to you")
BACK = Names("返回", "Back")
HOME = Names("首页", "Home")
PREVIOUS = Names("上一页", "Previous")
NEXT = Names("下一页", "Next")
DONE = Names("完成", "Done")
MISSED = Names("过号了？重新排队", "Missed? Rejoin")
MISSED_HINT = Names("输入号票上的号码", "Type the number on your ticket")
HERE = Names("到场报到、过号返回", "I am here, or I am back")
HERE_HINT = Names("手机取的号到场后，或过号后，输入号码", "Number from a phone, or missed: type it here")
MORE = Names("更多服务", "More services")
MORE_HINT = Names("补打、评价", "Copies, ratings")
MORE_TITLE = Names("您已经有号票了？", "Have you got a ticket?")
MORE_SLIP_HINT = Names("补打、评价、告知单", "Copies, ratings, slips")
MORE_SLIP_TITLE = Names("有号票或告知单？", "Got a ticket or a slip?")
COPIES = Names("补打号票", "Print a ticket again")
COPIES_HINT = Names("本机刚取的号，打印副本", "A copy of one just taken here")
COPIES_NONE = Names("现在没有可以补打的号票", "There is none to print again")
COPIES_TITLE = Names("请选择您的号码", "Which one is yours?")
COPYING = Names("正在打印副本", "Printing the copy")
FIND = Names("号票丢了？", "Lost your ticket?")
FIND_HINT = Names("用取号时留的手机尾号找", "By the digits you left with us")
RATE = Names("评价服务", "Rate your visit")
RATE_HINT = Names("办完后，用号票上的号码和代码评价", "By the number and code on your ticket")
RATE_TITLE = Names("请您对本次服务进行评价", "How was your visit?")
RATE_FACES_HINT = Names("点一下即可", "One tap is enough")
WHY_TITLE = Names("哪里没做好？", "What went wrong?")
WHY_HINT = Names("可多选，也可不选", "Choose any, or none")
WISH_CONTACT = Names("希望回访我", "Contact me")
WISH_CONTACT_HINT = Names("请到咨询台留下联系方式", "Please leave a telephone at the help desk")
SEND_RATING = Names("提交评价", "Send my rating")
FOUND_TITLE = Names("请记下您的号码", "Please note your number")
FOUND_MANY = Names("请按业务找到您的号码", "Find yours by its service")
FOUND_HINT = Names("请记下，在大厅等候叫号", "Note it and wait for your call")
PHONE = Names("留手机后四位", "Last 4 phone digits")
PHONE_HINT = Names("号票丢了可以找回", "To find a lost ticket")
PHONE_LEFT = Names("尾号已留", "Digits are kept")
PHONE_LEFT_HINT = Names("点此取消", "Tap to remove")

NO_WAIT = Names("无需等候", "No wait")
NOBODY_AHEAD = Names("前面没有人", "Nobody ahead")
WAITING_UNKNOWN = Names("等候人数未知", "Wait unknown")
LISTEN = Names("请听叫号", "Listen for the call")
ALONE = Names("取号正常，等候人数暂缺", "Numbers as usual, waits unknown")

AHEAD = Names("前面等候", "Ahead of you")
WAIT = Names("预计等候", "Likely wait")
COUNTERS = Names("办理窗口", "Counters")
WATCH_SCREEN = Names("请看大屏", "See the board")

PAPERS = Names("请先看看材料带齐了吗", "Have you got these with you?")
NO_PAPERS = Names("需要什么材料，请咨询工作人员", "Ask staff what to bring")
ALL_PAPERS = Names("查看要带的材料", "See what to bring")
PROMISED = Names("办理时限", "Takes")
ONLINE = Names("不用排队也能办", "No need to stand in line")
CONSULT = Names("只想咨询请到", "Just a question? Ask at")
SCAN_LIST = Names("扫码看清单", "Scan for the list")
NOTICE = Names("打印材料清单", "Print the list")
NOTICE_PRINTING = Names("正在打印", "Printing")
NOTICE_PRINTED = Names("请取走告知单", "Take your list")
NOTICE_FAILED = Names("没有打印出来", "It was not printed")
TAKE = Names("取号", "Take a number")
TAKE_LARGER = Names("看好了，点下面黄色的按钮", "Ready? Tap the yellow button below")
TAKE_PRIORITY = Names("优先取号", "Take a priority number")
CLAIM = Names("需要优先办理？", "Need priority?")
CLAIMED = Names("已选择优先办理", "Priority is chosen")
CLAIM_HINT = Names("老年人、残疾人等", "Age, disability, ...")
CLAIMED_HINT = Names("窗口出示证件，点此取消", "Show proof. Tap to undo")
PRIORITY_TITLE = Names("请选择优先的原因", "Why do you need priority?")
PRIORITY_HINT = Names("请在窗口出示证件；原因不会公开显示", "Show proof at the counter; never shown in public")

REAL_NAME = Names("实名取号", "Real-name service")
REAL_NAME_HINT = Names("请准备好身份证", "have your ID card ready")
CARD_TITLE = Names("请放上身份证", "Lay your ID card down")
CARD_HINT = Names("平放在读卡区，读完再拿走", "Flat on the reader until it is read")
CARD_READ = Names("请核对证件", "Is this your card?")
CARD_READ_HINT = Names("核对后即可取号", "Then take your number")
PRINCIPAL_TITLE = Names("请放上被代理人的身份证", "Lay down the card of the other person")
YOUR_CARD = Names("您的证件", "Your card")
OWN_CARD_FIRST = Names("请先拿走您的证件", "Take your card first")
AGENT_CARD = Names("代理人（您）", "Agent (you)")
PRINCIPAL_CARD = Names("被代理人", "In the name of")
FOR_ANOTHER = Names("替别人办理", "I come for somebody else")
FOR_ANOTHER_HINT = Names("再放一张被代理人的身份证", "Lay down the other person's card too")
TAKE_FOR_ANOTHER = Names("代办取号", "Take a number as agent")
CARD_PRIVACY = Names("证件号码不保存，只用于防止重复取号", "Your number is not stored; it only prevents double tickets")
GOES_FIRST = Names("您可以优先办理", "You have priority")
TAKING = Names("正在取号", "Getting your number")
TAKING_HINT = Names("请稍候，不要离开", "One moment, please")
CHECKING = Names("正在查询", "Looking it up")
YOUR_NUMBER = Names("您的号码", "Your number")
PRINTING = Names("正在打印，请稍候", "Printing, one moment")
TAKE_PAPER = Names("请取走号票", "Take your ticket")
TAKE_PAPER_HINT = Names("出票口在屏幕下方", "It comes out below the screen")
KEEP_LISTENING = Names("请在大厅等候叫号", "Wait in the hall for your call")
NEXT_PERSON = Names("完成，下一位", "Done, next visitor")

NO_PAPER = Names("没有打印出号票，号码有效", "No paper, but your number is valid")
PAPER_UNSURE = Names("不确定号票是否打印，号码有效", "Perhaps no paper; your number is valid")
PAPER_UNSURE_HINT = Names("出票口没有号票时，请拍下号码", "If none, photograph it")
NO_PAPER_HINT = Names("打印机故障，工作人员已收到通知", "Printer fault. Staff have been told")
NO_PAPER_ALONE = Names("打印机故障，请告诉工作人员", "Printer fault. Please tell staff")
PHOTOGRAPH = Names("请拍照或记下您的号码", "Photograph or note your number")
SCAN = Names("扫码看排队进度", "Scan for your place in line")
SCAN_HINT = Names("办完后还可评价服务", "and to rate us afterwards")
SHOW_NUMBER = Names("拍照保存此号码", "Photograph this number")
REMEMBERED = Names("我记下了", "I have noted it")
PRINTER_DOWN = Names("打印机待修，号码会显示在屏幕上", "Printer out of order: numbers are shown here")

PAUSED = Names("暂停取号", "Issuing is paused")
PAUSED_HINT = Names("请到咨询台或使用其他取号机", "Please use another kiosk or the help desk")
CLOSED = Names("现在不是取号时间", "Closed at the moment")
CLOSED_HINT = Names("点业务可查看所需材料", "Tap a service to see what to bring")
CONNECTING = Names("正在连接系统", "Starting up")
CONNECTING_HINT = Names("请稍候，或到咨询台取号", "One moment, or ask at the help desk")
CANNOT = Names("现在不能取号", "Not possible now")
NOT_DONE = Names("没有办成", "That did not work")

EMERGENCY = Names("紧急通知", "EMERGENCY")

HELP_ASKING = Names("正在通知工作人员", "Calling staff")
HELP_ASKING_HINT = Names("请稍候", "One moment, please")
HELP_COMING = Names("工作人员正在赶来", "Staff are on their way")
HELP_COMING_HINT = Names("请在原地稍候", "Please stay here")
HELP_UNHEARD = Names("请找身边的工作人员", "Please ask any member of staff")
HELP_UNHEARD_HINT = Names("系统没有连上，求助可能没有送到", "Not connected: your call may not have been heard")
HELP_CALLED = Names("已通知工作人员", "Staff have been called")
HELP_CALLED_HINT = Names("请在原地稍候，马上有人过来", "Please stay here, somebody is coming")

STILL_THERE = Names("您还在操作吗？", "Are you still there?")
GOING_HOME = Names("秒后返回首页并清除信息", "seconds until everything is cleared")
STAY = Names("继续操作", "Continue")

TYPE_TITLE = Names("请输入您的号码", "Type your number")
TYPE_HINT = Names("例如 A042", "For example A042")
TYPE_HERE_HINT = Names("号票或手机上的号码，例如 A042", "On your ticket or phone, such as A042")
TAIL_TITLE = Names("请输入手机号后四位", "Last 4 digits of your phone")
TAIL_HINT = Names("四位数字", "Four digits")
TYPE_RATED = Names("请输入号票上的号码", "Type the number on your ticket")
CODE_RATED = Names("请输入号票上的评价代码", "Type the code beside 'To rate' on your ticket")
CODE_RATED_HINT = Names("六位数字", "Six digits")
SEND_FIND = Names("查找", "Search")
SEND_NEXT = Names("下一步", "Next")
SEND_KEEP = Names("留下尾号", "Keep these digits")
SEND = Names("重新排队", "Rejoin the line")
SEND_HERE = Names("我到了", "I am here")
ERASE = Names("删除", "Erase")
OFFLINE_MISSED = Names("系统未连接，请到咨询台", "Please ask at the desk")

CHECK_IN = Names("预约签到", "Appointment check-in")
CHECK_IN_SCAN = Names("把预约二维码对准扫码窗，或点这里输入", "Scan your code, or tap to type it")
CHECK_IN_TYPE = Names("有预约？点这里输入预约码", "Tap to type your code")
CHECK_IN_HINT = Names("输入预约码，或扫预约二维码", "Type or scan your code")
CODE_TITLE = Names("请输入预约码", "Type your appointment code")
CODE_TITLE_SCAN = Names("请扫描或输入预约码", "Scan or type your appointment code")
CODE_HINT = Names("预约码是 6 位以上的数字或字母", "6 or more digits or letters")
SEND_CODE = Names("签到取号", "Check in")
TO_LETTERS = Names("字母", "ABC")
TO_DIGITS = Names("数字", "123")
CHECK_IN_NOT = Names("没有签到成功", "Not checked in")
CHECK_IN_NOT_HINT = Names("请看下面的说明", "Please read below")
ORDINARY = Names("取普通号", "Take an ordinary number")
CHECKED_IN = Names("您已签到", "You have checked in")
SLIP = Names("凭告知单取号", "I have a return slip")
SLIP_HINT = Names("补齐材料回来，扫码或输入编码", "Back with the papers? Scan or type its code")
SLIP_TITLE = Names("请输入告知单上的编码", "Type the code on your slip")
SLIP_TITLE_SCAN = Names("请扫描或输入告知单编码", "Scan or type the code on your slip")
SLIP_CODE_HINT = Names("编码印在二维码下面", "It stands below the QR code")
HAVE_NUMBER = Names("您已取号", "You have your number")
LATE = Names("预约时间已过，按普通号排队", "Late for your appointment: an ordinary place in line")


class CodeWords(NamedTuple):
    """What is written where a code is typed or scanned: the way in and its hint, two titles, an example, and so on."""

    name: Names
    hint: Names
    title: Names
    title_scan: Names
    example: Names
    sends: Names
    failed: Names


_APPOINTMENT = CodeWords(CHECK_IN, CHECK_IN_HINT, CODE_TITLE, CODE_TITLE_SCAN, CODE_HINT, SEND_CODE, CHECK_IN_NOT)
_SLIP = CodeWords(SLIP, SLIP_HINT, SLIP_TITLE, SLIP_TITLE_SCAN, SLIP_CODE_HINT, TAKE, NOT_DONE)


def code_words(appointments: bool) -> CodeWords:
    """Where the hall takes appointments most codes are theirs; elsewhere each is of a return slip (一次性告知单)."""
    return _APPOINTMENT if appointments else _SLIP


class RejoinWords(NamedTuple):
    """What is written where a number is put back in line: the way in and its hint, an example, the button."""

    name: Names
    hint: Names
    example: Names
    sends: Names


_MISSED = RejoinWords(MISSED, MISSED_HINT, TYPE_HINT, SEND)
_ARRIVED = RejoinWords(HERE, HERE_HINT, TYPE_HERE_HINT, SEND_HERE)


def rejoin_words(remote: bool) -> RejoinWords:
    """Where numbers are taken on phones, whoever comes with one checks in by the same keys as a missed one."""
    return _ARRIVED if remote else _MISSED


def booked_for(time: str) -> Names:
    """A ticket for an appointment."""
    return phrase("预约 {time}", "Appointment {time}", time=time)


def people(count: int) -> Names:
    """How many wait."""
    return phrase("等候 {count} 人", "{count} waiting", count=count)


def ahead(count: int) -> Names:
    """How many are before the visitor."""
    return phrase("{count} 人", "{count}", count=count)


def minutes(wait: tuple[int, int]) -> Names:
    """A range in minutes; never an exact promise."""
    low, high = wait
    if high <= 0:
        return NO_WAIT
    if high <= SHORT_MIN:
        return phrase("不到 {span} 分", "under {span} min", span=str(SHORT_MIN))
    return phrase("约 {span} 分", "{span} min", span=f"{low}–{high}" if low != high else str(high))


def windows(names: tuple[str, ...]) -> Names:
    """Which counters; a long list is cut, the board shows the right one at the call."""
    shown, more = names if len(names) <= 4 else names[:3], len(names) > 4
    if more:
        return phrase("{counters} 号等", "{counters} …", counters=_counters(shown))
    return phrase("{counters} 号", "{counters}", counters=_counters(shown))


def _counters(names: tuple[str, ...]) -> Names:
    return Names("、".join(names), ", ".join(names))


def paused_counters(names: tuple[str, ...]) -> Names:
    """暂停服务, of some counters."""
    return phrase("{counters} 号窗口暂停服务", "Paused: counter {counters}", counters=_counters(names))


def go_to(counters: tuple[str, ...]) -> Names:
    """Where to go instead."""
    return phrase("请到 {counters} 号窗口", "please use counter {counters}", counters=_counters(counters))


def ask(contact: Names, phone: str) -> Names:
    """Whom to turn to meanwhile, with the office telephone where there is one."""
    if not phone:
        return phrase("请咨询 {contact}", "Ask: {contact}", contact=contact)
    return phrase("请咨询 {contact}，电话 {phone}", "Ask: {contact}, telephone {phone}", contact=contact, phone=phone)


def opens_at(time: str) -> Names:
    """When tickets are given again."""
    return phrase("{time} 起取号", "Opens {time}", time=time)


def opens_on(opening: NextOpening) -> Names:
    """When tickets are given again on a later day."""
    day = date.fromisoformat(opening.day)
    said = date_words(day.month, day.day, day.weekday())
    return phrase("{day} {time} 起取号", "Opens {day}, {time}", day=said, time=opening.opens)


def opens_soon(opening: NextOpening) -> Names:
    """The same where there is little room."""
    day = date.fromisoformat(opening.day)
    return phrase("{day} {time} 起取号", "Opens {day}, {time}", day=short_date(day.month, day.day), time=opening.opens)


def quota(left: int) -> Names:
    """Few tickets are left."""
    return phrase("仅余 {left} 号", "Only {left} left", left=left)


def count_of(services: int) -> Names:
    """How many services a category has."""
    if services == 1:
        return phrase("{count} 项业务", "{count} service", count=services)
    return phrase("{count} 项业务", "{count} services", count=services)


def all_papers(count: int) -> Names:
    """The way to the papers that found no room beside what else is said of a service."""
    if count == 1:
        return ALL_PAPERS
    return phrase("查看全部 {count} 项材料", "See all {count} papers", count=count)


def listed(names: tuple[Names, ...]) -> Names:
    """The first two of a list."""
    if len(names) > 2:
        return phrase("{first}、{second}等", "{first}; {second} …", first=names[0], second=names[1])
    if len(names) == 2:
        return phrase("{first}、{second}", "{first}; {second}", first=names[0], second=names[1])
    return names[0]


def since(clock: str) -> Names:
    """When an emergency was declared."""
    return phrase("{clock} 发布", "issued at {clock}", clock=clock)


def issued_at(clock: str) -> str:
    """The same in both languages at once, as on the boards: the time stands once."""
    return f"发布时间 Issued at {clock}"


def before_you(count: int) -> Names:
    """How many are before a number."""
    if count <= 0:
        return NOBODY_AHEAD
    return phrase("前面 {count} 人", "{count} before you", count=count)


def page_of(page: int, pages: int) -> Names:
    """Which page is shown."""
    return phrase("第 {page} / {pages} 页", "Page {page} of {pages}", page=page, pages=pages)


def hours(text: str) -> Names:
    """``09:00-12:00 13:30-17:00`` as people read it."""
    spans = " / ".join(hours_spans(text))
    return phrase("开放时间  {spans}", "Open  {spans}", spans=spans) if spans else Names(" ", " ")


def this_kiosk(names: Names, telephone: str) -> Names:
    """Which kiosk this is, for whoever is called, and the hall's telephone where it has one."""
    if telephone:
        return phrase(
            "本机：{kiosk}　电话 {telephone}", "This is {kiosk}, phone {telephone}", kiosk=names, telephone=telephone
        )
    return phrase("本机：{kiosk}", "This is {kiosk}", kiosk=names)

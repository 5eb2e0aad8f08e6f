"""What stands on an evaluator's screen, Chinese first. Pure."""

from broker.model.words import Names

ASK = Names("请您对本次服务进行评价", "How was your visit?")
EARLIER = Names("请上一位（{number} 号）评价", "{number}: how was your visit?")
"""Somebody else has been called already: for whom the faces are."""
EARLIER_NOBODY = Names("请上一位评价", "Previous visitor: how was it?")
SCAN = Names("扫码评价", "Scan to rate")
DECLINE = Names("不评价", "No, thanks")
VOLUNTARY = Names("自愿评价，不记名", "Voluntary and anonymous")
THANKS = Names("谢谢您的评价", "Thank you")
KEPT = Names("您的评价已经保存", "Your rating is kept")
LEAVE_PHONE = Names("请到咨询台留下联系方式", "Please leave a telephone at the help desk")
SORRY = Names("没有保存成功", "Your rating was not kept")
SORRY_HINT = Names("请再点一次；仍不行请到取号机评价", "Please tap again, or rate at the kiosk")
WHY = Names("已保存。哪里没做好？", "Kept. What went wrong?")
WHY_HINT = Names("可不选", "Optional")
CONTACT = Names("希望回访我", "Contact me")
SEND = Names("提交", "Send")
SKIP = Names("跳过", "Skip")
WELCOME = Names("欢迎光临", "Welcome")
AFTERWARDS = Names("办完后请您评价", "Please rate us afterwards")
STAFF = Names("工号", "Staff")
COUNTER = Names("号窗口", "Counter")
PAUSED = Names("暂停服务", "Counter paused")
CLOSED = Names("本窗口未开放", "Counter closed")
HOURS = Names("开放时间", "Opening hours")
CONTACT_IS = Names("联系人", "Contact")
PHONE = Names("电话", "Tel")
RETURNS = Names("预计返回", "Back at")
LATE = Names("稍后返回", "Back soon")
INSTEAD = Names("请到", "Please use")
THERE, USE = "办理", "Use"
"""What ends the Chinese sentence of where to go instead, and what begins the English one in a narrow place."""
EMERGENCY = Names("紧急通知", "Emergency")

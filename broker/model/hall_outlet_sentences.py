"""What is said about mistakes in outlets and in the hall's web site. Chinese first, English second."""

from broker.model.words import Names

OUTLET_SENTENCES: dict[str, Names] = {
    "outlet_counters_or_url": Names(
        "请写 counters（本文件中设在网点的窗口）或 url（网点自己的叫号系统网址），二者选一",
        "write either counters (windows of this file that stand there) or url (the web address of a Jiaohao of its "
        "own), not both",
    ),
    "outlet_counter_taken": Names(
        "{counter} 号窗口已经在网点“{other}”；一个窗口只能在一个地方",
        "the counter '{counter}' stands at the outlet '{other}' already; a counter stands in one place",
    ),
    "outlet_service_elsewhere": Names(
        "业务“{service}”也在“{other}”办理：网点的业务要单独写一项，否则大厅里取的号会被叫到网点去",
        "the service '{service}' is also served at '{other}': give the outlet a service of its own, or a ticket taken "
        "in one place would be called in another",
    ),
    "outlet_series_shared": Names(
        "业务“{service}”的号段“{series}”也用于别处的“{other}”：网点要用自己的号段（字母）",
        "the service '{service}' prints the series '{series}' that '{other}' elsewhere prints too: an outlet needs "
        "a series (letter) of its own",
    ),
    "outlet_service_sessions": Names(
        "业务“{service}”在网点不营业的时段也会取号：请在该业务写 sessions = [{sessions}] 或其中一部分",
        "the service '{service}' would give tickets while the outlet is shut: give it sessions = [{sessions}], or "
        "some of these",
    ),
    "outlets_take_all": Names(
        "所有窗口都在网点，大厅里没有窗口了；至少留一个",
        "all counters stand at outlets and none in the hall; leave one at least",
    ),
    "outlet_url": Names(
        '应为网点叫号系统的网址，例如 "https://jiaohao.bank.example.cn"，不带用户名、参数和 #',
        'must be the web address of the outlet\'s Jiaohao, e.g. "https://jiaohao.bank.example.cn", without a user '
        "name, a query or #",
    ),
    "outlets_many": Names("最多 {most} 个网点有自己的网址", "at most {most} outlets may have a url"),
    "embed_origin": Names(
        '应为网站来源，例如 "https://www.example.gov.cn" 或 "https://*.example.gov.cn"，不带路径；不是“{given}”',
        'must be the origin of a site, e.g. "https://www.example.gov.cn" or "https://*.example.gov.cn", without a '
        'path, not "{given}"',
    ),
}

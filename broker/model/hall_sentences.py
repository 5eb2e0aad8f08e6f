"""What is said about each kind of mistake in a hall file: for the person who installs the hall, not for programmers.

One table; a kind is made by name in exactly the check that finds it. Chinese first, English second.
"""

from broker.model.hall_outlet_sentences import OUTLET_SENTENCES
from broker.model.hall_outward_sentences import OUTWARD_SENTENCES
from broker.model.hall_sentences_machines import MACHINE_SENTENCES
from broker.model.hall_sentences_network import NETWORK_SENTENCES
from broker.model.hall_sentences_notify import NOTIFY_SENTENCES
from broker.model.words import Names

TABLE_WORDS: dict[str, Names] = {
    "sessions": Names("营业时段", "session"),
    "categories": Names("业务分类", "category"),
    "series": Names("号段", "series"),
    "services": Names("业务", "service"),
    "counters": Names("窗口", "counter"),
    "clerks": Names("工作人员", "clerk"),
    "callers": Names("呼叫节点", "caller"),
    "priority": Names("优先类别", "priority class"),
}
"""One row of each table that others refer to, as a person calls it."""

_FILE: dict[str, Names] = {
    "file_missing": Names("找不到这个文件", "there is no such file"),
    "file_is_none": Names("这不是文件", "this is not a file"),
    "file_unreadable": Names("读不了这个文件（{why}）", "the file cannot be read ({why})"),
    "file_too_large": Names(
        "文件有 {size} 字节，最多 {limit} 字节；大厅配置不会这么大，请检查是否选错了文件",
        "{size} bytes, at most {limit} are read; a hall file is never that large, so check that it is the right file",
    ),
    "file_not_utf8": Names(
        "第 {line} 行附近不是 UTF-8 文字；请用编辑器另存为 UTF-8 编码",
        "the text near line {line} is not UTF-8; save the file again with the encoding UTF-8",
    ),
    "unknown_time_zone": Names(
        "没有时区“{zone}”；例如 Asia/Shanghai",
        "there is no time zone '{zone}'; write one such as Asia/Shanghai",
    ),
    "no_time_zone_data": Names(
        "本机没有时区数据，无法使用“{zone}”；请安装 tzdata",
        "this machine has no time zone data, so '{zone}' cannot be used; install the package tzdata",
    ),
}

_SYNTAX: dict[str, Names] = {
    "line_too_long": Names(
        "这一行有 {size} 个字符，最多 {limit} 个；请分成几行",
        "{size} characters in one line, at most {limit} are read; write it in several lines",
    ),
    "syntax_wide": Names(
        "有全角字符“{wide}”；TOML 的符号请用英文半角输入（{plain}）",
        "holds the full-width character “{wide}”; write the plain {plain} of an English keyboard",
    ),
    "syntax_twice": Names(
        "“{name}”写了两次；同一个名字只能写一次",
        "'{name}' is written a second time; each name may be written only once",
    ),
    "syntax_unclosed_text": Names(
        '文字没有结束：缺少后面的引号 "',
        'a text is not closed: its last quote " is missing',
    ),
    "syntax_unclosed": Names(
        "括号没有配对：缺少 ] 或 }}",
        "a bracket is not closed: ] or }} is missing",
    ),
    "syntax_no_equals": Names("名字后面缺少 =", "the = after the name is missing"),
    "syntax_key": Names(
        "名字只能用英文字母、数字和 '-'",
        "a name may hold only plain letters, digits and '-'",
    ),
    "syntax_value": Names(
        '= 后面的值看不懂；文字要加引号，例如 "3"，是与否写 true 或 false',
        'the value after = is not understood; put texts in quotes, e.g. "3", and write yes or no as true or false',
    ),
    "syntax_too_much": Names(
        '一行只能写一项，并且文字要加引号，例如 "09:00"',
        'one line holds one setting, and texts stand in quotes, e.g. "09:00"',
    ),
    "syntax_character": Names(
        "有不允许的控制字符，或者文字跨了行；请删掉后重新输入",
        "holds a control character, or a text goes over the end of the line; type it again",
    ),
    "syntax_backslash": Names(
        "文字里的反斜杠 \\ 要写成 \\\\，或者改用 /",
        "a backslash \\ inside a text is written \\\\; or use /",
    ),
    "syntax_too_deep": Names("括号套得太深", "brackets are nested too deeply"),
    "syntax_number": Names("数字太长", "a number is too long"),
    "syntax_other": Names("不是合格的 TOML（{why}）", "not valid TOML ({why})"),
}

_SHAPE: dict[str, Names] = {
    "unknown_key": Names("没有这个设置项{hint}", "there is no such setting{hint}"),
    "required": Names("缺少这一项，请写：{expected}", "is missing; write {expected}"),
    "wrong_value": Names("应为：{expected}；现在是：{found}", "must be {expected}, but is {found}"),
    "bad_name": Names("这个名字不能用，应为：{expected}", "is not a name for this; it must be {expected}"),
    "placeholder": Names("还是占位文字，请填写真实内容", "still holds a placeholder; write the real value"),
}

_TABLES: dict[str, Names] = {
    "unknown_reference": Names(
        "没有{what}“{name}”{hint}（可用：{known}）", "there is no {what} '{name}'{hint} (known: {known})"
    ),
    "promised_otherwise": Names(
        "“{name}”承诺的是“{said}”，与这里写的天数不同；请删掉 promised_days 和 promised_unit，或删掉 promised_as",
        "'{name}' promises '{said}', other days than stand here; take promised_days and promised_unit away, or this",
    ),
    "table_empty": Names("至少要有一个{what}", "needs at least one {what}"),
    "category_unused": Names(
        "没有业务属于这个分类，请删掉或给业务选上它",
        "no service belongs to it; remove it or give it to a service",
    ),
    "button_without_service": Names(
        "取号按键必须指定一个业务",
        "a button that issues tickets needs a service",
    ),
    "button_service_not_offered": Names(
        "这台取号机不提供业务“{service}”，按键取不到号",
        "this kiosk does not offer the service '{service}', so its button could issue nothing",
    ),
    "kiosk_offers_nothing": Names(
        "这台取号机没有可取号的业务",
        "this kiosk offers no service; list at least one",
    ),
    "cap_without_class": Names(
        "大厅没有优先类别，等多久也无法“按优先对待”；请加上 [priority.…]，或者写 cap_min = 0",
        "this hall has no priority class that somebody could count as; add one, [priority.…], or write cap_min = 0",
    ),
    "cap_too_short": Names(
        "cap_min 太短：至少 {least} 分钟；不用就写 0",
        "cap_min is too short: {least} minute at least; write 0 to do without",
    ),
    "own_substitute": Names("B 角不能是本人", "nobody can be their own substitute"),
    "sheet_items_many": Names("日报表最多加 {most} 项", "a hall may add {most} items to the day's sheet at most"),
    "sheet_item_shipped": Names(
        "日报表自带这一项，请换一个名字", "the day's sheet has this item already; give yours another name"
    ),
    "device_name_taken": Names(
        "名字已经用于 {other}；同一大厅里设备名字不能重复",
        "the name is already used by {other}; device names are unique in a hall",
    ),
}

_TIMES: dict[str, Names] = {
    "closes_before_opens": Names("必须晚于开始时间 {opens}", "must be later than opens ({opens})"),
    "days_backwards": Names("不能早于 from_day（{first}）", "must not be before from_day ({first})"),
    "last_ticket_outside": Names(
        "必须晚于 {opens}，不晚于 {closes}",
        "must be later than opens ({opens}) and not later than closes ({closes})",
    ),
    "english_alone": Names("缺少中文：请同时写 {key}", "lacks the Chinese text: write {key} too"),
    "days_empty": Names("没有写哪一天", "names no day"),
    "written_twice": Names("“{item}”写了两次", "'{item}' is listed twice"),
    "sessions_overlap": Names(
        "与时段“{other}”在同一天重叠",
        "overlaps the session '{other}' on the same day",
    ),
    "session_unserved": Names(
        "时段“{session}”没有窗口办理这个业务；请调整窗口的 sessions，或在这里去掉该时段",
        "no counter serves it in the session '{session}'; change the sessions of a counter or remove it here",
    ),
    "no_such_date": Names("没有这一天：{day}", "there is no such date: {day}"),
    "date_in_both": Names(
        "{day} 同时写在 holidays 和 workdays 里",
        "{day} stands in holidays and in workdays; keep one",
    ),
}

_NUMBERS: dict[str, Names] = {
    "letter_taken": Names(
        "字母“{letter}”已用于号段“{other}”",
        "'{letter}' is already the letter of the series '{other}'",
    ),
    "last_not_above_first": Names("必须大于 first（{first}）", "must be larger than first ({first})"),
    "too_many_digits": Names(
        "{last} 放不进 {digits} 位数字",
        "{last} does not fit in {digits} digits",
    ),
    "no_number_for_engine": Names(
        "{count} 台取号机各留 {part} 个号，系统就没有号可发了；请减小 kiosk_part",
        "{count} kiosks with {part} numbers each leave none to the engine; make kiosk_part smaller",
    ),
    "quota_above_range": Names(
        "限额 {quota} 超过号段“{series}”的 {count} 个号",
        "{quota} is more than the {count} numbers of the series '{series}'",
    ),
    "terminal_digits": Names(
        "16 键呼叫器只能显示 3 位数字，而号段“{series}”有 {digits} 位",
        "a 16-key terminal shows 3 digits only, but the series '{series}' prints {digits}",
    ),
}

_COUNTERS: dict[str, Names] = {
    "service_unserved": Names(
        "没有窗口办理；请加到某个窗口的 services，或写 hidden = true",
        "no counter serves it; add it to a counter or set hidden = true",
    ),
    "counter_name_taken": Names(
        "“{name}”已经是“{other}”的窗口号",
        "'{name}' is already the name of the counter '{other}'",
    ),
    "clerk_elsewhere": Names(
        "“{clerk}”已经在窗口“{other}”",
        "'{clerk}' already works at the counter '{other}'",
    ),
    "counter_without_services": Names(
        "没有写业务，这个窗口永远叫不到人",
        "names no service, so nobody could ever be called here",
    ),
    "staff_number_taken": Names(
        "工号“{number}”已属于“{other}”",
        "the staff number '{number}' already belongs to '{other}'",
    ),
    "card_salt": Names(
        "与“{other}”的卡不是一起做的；请用 python -m broker card 大厅文件 再做一次",
        "made with another salt than the card of '{other}'; make it anew with python -m broker card HALL.toml",
    ),
    "card_taken": Names("这张卡已属于“{other}”", "this card already belongs to '{other}'"),
    "keypad_without_levels": Names(
        "没有写每个键对应的评价等级，所有按键都不会计入",
        "says for no key which level it means, so no press would count",
    ),
    "level_twice": Names(
        "评价等级“{level}”对应了两个键",
        "the level '{level}' is given to two keys",
    ),
    "decline_is_level": Names(
        "键“{raw}”已对应一个评价等级，不能再表示“不评价”",
        "the key '{raw}' stands for a level already and cannot decline as well",
    ),
    "levels_one_sided": Names(
        "满意和不满意至少各要有一个键，否则统计不真实",
        "needs a key for a satisfied level and one for a dissatisfied level, or its figures are not true",
    ),
    "levels_lacking": Names(
        "设备的键够五级评价，却没有：{levels}",
        "the device has keys for all five levels, but none stands for: {levels}",
    ),
    "keys_unmapped": Names(
        "设备有 {count} 个键，却写了 {mapped} 个的含义",
        "the device has {count} keys, but {mapped} have a meaning",
    ),
    "map_taken": Names(
        "现场图第 {column} 列第 {row} 行已经是 {other}；请换一个空位置",
        "column {column}, row {row} of the floor map is taken by {other}; choose a free place",
    ),
    "zone_without_counters": Names(
        "没有窗口在区域“{zone}”{hint}",
        "no counter is in the zone '{zone}'{hint}",
    ),
    "keypad_second": Names(
        "这个窗口已有评价器“{other}”",
        "the counter already has the keypad '{other}'",
    ),
}

_ADDRESSES: dict[str, Names] = {
    "address_unreadable": Names("{why}", "{why}"),
    "address_scheme": Names(
        "这里不能用“{scheme}”，可用：{allowed}",
        "'{scheme}' cannot be used here; use {allowed}",
    ),
    "address_option": Names(
        "地址里没有选项“{option}”，可用：{allowed}",
        "the address has no option '{option}'; use {allowed}",
    ),
    "serial_path": Names(
        "串口地址的写法是 {scheme}:///dev/名字?baud=9600",
        "a serial line is written {scheme}:///dev/NAME?baud=9600",
    ),
    "address_taken": Names("{address} 已用于 {other}", "{address} is already used by {other}"),
    "pin_impossible": Names(
        "引脚“{pin}”不存在；请写 BCM 编号 0 到 27",
        "there is no pin '{pin}'; write a BCM number from 0 to 27",
    ),
    "pin_taken": Names(
        "引脚 {pin} 在同一块板上已用于 {other}",
        "pin {pin} of the same board is already used by {other}",
    ),
    "line_unknown": Names(
        "呼叫节点“{caller}”没有线路“{line}”{hint}",
        "the caller '{caller}' has no line '{line}'{hint}",
    ),
    "unit_taken": Names(
        "线路“{line}”上的地址码 {unit} 已用于 {other}",
        "unit {unit} on the line '{line}' is already {other}",
    ),
    "smartcard_number": Names(
        "读卡器的写法是 pcsc://序号，从 0 开始，例如 pcsc://0",
        "a smart card reader is written pcsc://NUMBER, counted from 0, e.g. pcsc://0",
    ),
    "guidance_without_key": Names(
        "有语音引导就要有按键 {key}，否则看不见屏幕的人无法操作",
        "voice guidance needs the key {key}: who cannot see the screen could do nothing",
    ),
    "guidance_in_public": Names(
        "请写耳机或听筒的设备名：默认设备可能是大厅的扬声器",
        "name the device of the earphone or handset: the default one may be the lobby's loudspeaker",
    ),
    "pad_without_keys": Names(
        "按键盒没有写按键；请在 keys 里写每个键的地址",
        "a button pad needs its keys; give each key an address under keys",
    ),
    "usb_path": Names(
        "USB 键盘的写法是 evdev:///dev/input/by-path/名字",
        "a USB keypad is written evdev:///dev/input/by-path/NAME",
    ),
    "line_mixed": Names(
        "线路“{line}”上已有 {make} 设备（{other}）；一条线路只能有一种按键设备：请核对协议名，或另接一条线路",
        "the line '{line}' has {make} devices already ({other}), and only one make speaks on a line: look at the "
        "spelling of both makes, or use another line",
    ),
    "key_for_raw": Names(
        "这种设备的键写作 key://键名 或 key://编号",
        "a key of such a device is written key://NAME or key://NUMBER",
    ),
    "key_for_pins": Names(
        "按键盒的键接在引脚上，写作 gpio://引脚",
        "a key of a button pad is on a pin and written gpio://PIN",
    ),
    "raw_key_unknown": Names(
        "设备不会发出键“{raw}”；请按设备的写法填写，例如 0 或 KEY_KP1",
        "the device never sends a key '{raw}'; write it as the device does, e.g. 0 or KEY_KP1",
    ),
    "raw_key_twice": Names(
        "键“{raw}”已用于 {other}",
        "the key '{raw}' is already used for {other}",
    ),
    "gesture_of_nothing": Names(
        "“{other}”在这里没有自己的键",
        "'{other}' has no key of its own here",
    ),
    "held_twice": Names(
        "按住“{key}”已表示“{other}”",
        "holding the key of '{key}' already means '{other}'",
    ),
    "chord_in_chord": Names(
        "这些键包含“{other}”的组合键，按下时分不清",
        "these keys contain the chord of '{other}', so the two cannot be told apart",
    ),
    "terminal_with_keys": Names(
        "这种呼叫器自带按键，这里不用写",
        "a terminal of this make has its own keys and lamps; write none here",
    ),
}

_REST: dict[str, Names] = {
    "template_broken": Names(
        "播报模板的花括号没有配对；只能有 {{ticket}} 和 {{counter}}",
        "the braces of the template do not match; it holds {{ticket}} and {{counter}} only",
    ),
    "template_fields": Names(
        "必须有 {{ticket}} 和 {{counter}}，不能有别的 {{...}}",
        "must contain {{ticket}} and {{counter}}, and no other {{field}}",
    ),
    "span_backwards": Names(
        "必须晚于 {first}（{value}）",
        "must be later than {first} ({value})",
    ),
    "real_name_without_reader": Names(
        "实名业务“{service}”需要读卡器：请写 reader，或者不在这台取号机提供",
        "the service '{service}' is by real name, so this kiosk needs a reader, or should not offer it",
    ),
    "languages_empty": Names("至少要有一种语言", "needs at least one language"),
    "language_built_in": Names("中文和英文总是有的，不用写", "Chinese and English are always there: leave this out"),
    "languages_many": Names(
        "除中文和英文外，最多 {most} 种语言", "beside Chinese and English, {most} languages at most"
    ),
    "model_missing": Names(
        "语音引擎 {engine} 需要模型：请写本机上模型的绝对路径，或改回 espeak",
        "the engine {engine} needs a model: write its absolute path on the display's machine, or go back to espeak",
    ),
    "hours_empty": Names("开始和结束时间相同", "begins and ends at the same time"),
    "zone_unknown": Names(
        "没有窗口或取号机在这个区域{hint}", "no counter and no kiosk is in a zone of this name{hint}"
    ),
}

SENTENCES: dict[str, Names] = {
    **_FILE,
    **_SYNTAX,
    **_SHAPE,
    **_TABLES,
    **_TIMES,
    **_NUMBERS,
    **_COUNTERS,
    **_ADDRESSES,
    **_REST,
    **OUTLET_SENTENCES,
    **OUTWARD_SENTENCES,
    **MACHINE_SENTENCES,
    **NETWORK_SENTENCES,
    **NOTIFY_SENTENCES,
}

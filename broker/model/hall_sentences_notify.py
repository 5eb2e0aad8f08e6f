"""What is said about mistakes in the tables of the phone pages: ways, texts, remote tickets."""

from broker.model.words import Names

NOTIFY_SENTENCES: dict[str, Names] = {
    "notify_scheme": Names(
        "“{scheme}”不能用在这里；可以写 {allowed}",
        "'{scheme}' is no way for this; write {allowed}",
    ),
    "notify_host": Names(
        "地址里没有服务器名；例如 {example}",
        "the address names no server; write e.g. {example}",
    ),
    "notify_path": Names(
        "文件应写完整路径，例如 file:///var/lib/jiaohao/messages.jsonl",
        "a file needs its whole path, e.g. file:///var/lib/jiaohao/messages.jsonl",
    ),
    "notify_plain": Names(
        "没有加密的地址只能指向本机（localhost）；请用加密的地址",
        "an address without encryption may only lead to this machine (localhost); use an encrypted one",
    ),
    "notify_secret": Names(
        "密码不写在大厅文件里；请设环境变量 {variable}",
        "no password belongs into the hall file; set the environment variable {variable}",
    ),
    "notify_from": Names(
        "请写发件人，例如 smtp://mail.example.cn:587?from=hall@example.cn",
        "name the sender, e.g. smtp://mail.example.cn:587?from=hall@example.cn",
    ),
    "notify_kind": Names(
        "没有“{kind}”这种消息{hint}",
        "there is no message of the kind '{kind}'{hint}",
    ),
    "notify_place": Names(
        "大括号里只能写 {allowed}",
        "the only words allowed in braces are {allowed}",
    ),
    "push_contact": Names(
        "应以 mailto: 或 https:// 开头，例如 mailto:hall@example.cn",
        "must begin with mailto: or https://, e.g. mailto:hall@example.cn",
    ),
    "remote_service": Names(
        "没有业务“{service}”{hint}",
        "there is no service '{service}'{hint}",
    ),
    "notify_body": Names(
        "应为一个 JSON 对象，文字里可用 ${places}",
        "must be JSON in braces {{ }}; its texts may name ${places}",
    ),
}

"""What is said about mistakes in ``[webhooks]`` and ``[upward]``."""

from broker.model.words import Names

OUTWARD_SENTENCES: dict[str, Names] = {
    "webhooks_many": Names("最多 {most} 个接收方", "at most {most} receivers"),
    "outward_plain": Names(
        "没有加密的地址只能用在本厅网络里：请用 https，或写 private = true",
        "an address without encryption is for the hall's own network only: write https, or private = true",
    ),
    "outward_secret": Names(
        "密码不写在大厅文件里；密钥请放在环境变量里",
        "no password belongs into the hall file; the secret is in the environment",
    ),
    "upward_nowhere": Names(
        "写了字段，却没有写报到哪里：url，例如 {example}",
        "fields are named, but not where they are reported to: url, e.g. {example}",
    ),
    "upward_id": Names(
        "必须有一个字段的值是 id：接收方靠它去掉重复的上报",
        "one field must be id: by it the receiver drops what came twice",
    ),
    "upward_field": Names(
        "没有字段“{field}”{hint}；不变的文字请以 = 开头",
        "there is no field '{field}'{hint}; a text that never changes begins with =",
    ),
    "upward_code": Names(
        "用了 service_code，但业务“{service}”没有代码",
        "service_code is used, but the service '{service}' has no code",
    ),
}

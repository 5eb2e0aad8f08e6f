"""What an inspection looks at where the hall file lists nothing of its own: points named as faults. Data."""

from broker.model.words import Names

POINTS: dict[str, Names] = {
    "empty": Names("脱岗空窗", "Counter without anybody"),
    "slack": Names("慵懒散漫", "Slackness"),
    "badge": Names("未佩戴工作牌", "No badge"),
    "dress": Names("着装不规范", "Dress"),
    "desk": Names("柜台摆放不整齐", "Untidy counter"),
    "lawful": Names("业务办理不合规", "Not by the rules"),
    "manner": Names("服务态度", "Manner"),
}
POINTS_MOST = 24
"""A checklist is walked through standing, on a telephone."""

"""A small hall for the kiosk's tests: two services on one series, one with papers on another; one or more kiosks."""

from broker.model.hall import Hall
from broker.model.hall_file import parse_hall

TEXT = """
[hall]
id = "town"
names = {{ zh = "滨江区政务服务中心", en = "Binjiang Government Service Centre" }}

[sessions.morning]
names = {{ zh = "上午", en = "Morning" }}
days = ["workday", "saturday", "sunday", "holiday"]
opens = "09:00"
closes = "12:00"
last_ticket = "11:30"

[sessions.afternoon]
names = {{ zh = "下午", en = "Afternoon" }}
days = ["workday"]
opens = "13:30"
closes = "17:00"

[categories.personal]
names = {{ zh = "个人业务", en = "For individuals" }}
icon = "person"

[categories.company]
names = {{ zh = "单位业务", en = "For companies" }}
icon = "briefcase"

[series.a]
letter = "A"
first = 1
last = {last}
kiosk_part = {part}

[series.b]
letter = "B"

[services.household]
names = {{ zh = "户籍与身份证", en = "Household & ID" }}
series = "a"
category = "personal"
icon = "id-card"

[services.pension]
names = {{ zh = "养老保险", en = "Pension" }}
series = "a"
category = "personal"
icon = "shield-check"
papers = [{{ zh = "身份证原件", en = "ID card" }}, {{ zh = "社会保障卡", en = "Social security card" }}]

[services.company]
names = {{ zh = "企业开办", en = "Business setup" }}
series = "b"
category = "company"
icon = "briefcase"

[counters.c1]
name = "1"
services = {{ household = 1, pension = 1 }}

[counters.c2]
name = "2"
services = {{ company = 1 }}

[priority.elderly]
names = {{ zh = "老年人", en = "Elderly" }}

[priority.green]
names = {{ zh = "绿色通道", en = "Green channel" }}
at_kiosk = false

[collector]
public_url = "{public_url}"

[broker]
url = "{broker}"
{kiosks}
"""

KIOSK = """
[kiosks.{name}]
names = {{ zh = "{name}号取号机", en = "Kiosk {name}" }}
screen = "{screen}"
printer = "{printer}"
{more}
"""

BUTTONS = """
[kiosks.kiosk-1.buttons.company]
address = "virtual://pad"
service = "company"
lamp = "virtual://pad"

[kiosks.kiosk-1.buttons.stop]
address = "virtual://pad"
action = "pause_issuing"
lamp = "virtual://pad"
"""
"""What goes into ``more`` for a kiosk with two virtual keys."""


def small_hall(
    *kiosks: str,
    last: int = 999,
    part: int = 100,
    broker: str = "auto",
    public_url: str = "https://hall.example",
    screen: str = "virtual://screen?size=1080x1920",
    printer: str = "virtual://printer",
    more: str = "",
) -> str:
    """The text of the hall file; without names there is one kiosk, `kiosk-1`."""
    tables = "".join(
        KIOSK.format(name=name, screen=screen, printer=printer, more=more) for name in kiosks or ("kiosk-1",)
    )
    return TEXT.format(last=last, part=part, broker=broker, public_url=public_url, kiosks=tables)


def parsed(*kiosks: str, **options: object) -> Hall:
    """The same, parsed and checked."""
    return parse_hall(small_hall(*kiosks, **options))  # type: ignore[arg-type]

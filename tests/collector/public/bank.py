"""The town hall with two outlets: a bank where counters of this hall stand, a station with a Jiaohao of its own."""

from broker.model.hall import Hall
from broker.model.hall_file import parse_hall
from tests.collector.town import QUALITY, SIGNS, TOWN

OUTLETS = """
[series.h]
letter = "H"
[services.loan]
names = { zh = "贷款受理（网点）", en = "Loans at the bank" }
series = "h"
category = "person"
quota = 30
papers = [{ zh = "购房合同", en = "The contract of sale" }]
conditions = [{ zh = "连续缴存六个月", en = "Paid in for six months" }]
fee = { zh = "不收费", en = "No fee" }
law = [{ zh = "住房公积金管理条例", en = "Regulations on the Housing Fund" }]
[clerks.bank-1]
staff_number = "101"
[counters.c21]
name = "21"
services = { loan = 1 }
clerk = "bank-1"
[counters.c22]
name = "22"
services = { loan = 1 }
[outlets.bank]
names = { zh = "城商银行湖滨支行", en = "City Bank, Lakeside" }
address = { zh = "湖滨路 66 号", en = "66 Lakeside Road" }
phone = "0432-6666"
counters = ["c21", "c22"]
[outlets.station]
names = { zh = "城商银行车站支行", en = "City Bank, Station" }
url = "https://station.example.cn"
[web]
embed_from = ["https://www.example.gov.cn"]
"""


def hall_with_outlets() -> Hall:
    """The town hall, the bank and the station."""
    return parse_hall(TOWN + SIGNS + QUALITY + OUTLETS)

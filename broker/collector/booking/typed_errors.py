"""What was typed or chosen in the forms of a booking and cannot be used, in words of the form: never a field's name."""

from broker.collector.errors import WebError


class WrongCount(WebError):
    status, code = 422, "wrong_count"
    zh = "件数请填 1 到 99 的整数"
    en = "Enter how many as a whole number from 1 to 99."


class WrongCode(WebError):
    status, code = 422, "wrong_code"
    zh = "预约码是预约单上的 8 位数字，请核对"
    en = "The code is the 8 digits on your appointment. Please check it."


class NoTime(WebError):
    status, code = 422, "no_time"
    zh = "请先选一个时间，再提交"
    en = "Please choose a time first."

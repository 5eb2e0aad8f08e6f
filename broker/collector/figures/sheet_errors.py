"""Why a form of a day's sheet was not taken, in words of the page: never a field's name."""

from broker.collector.errors import WebError


class SheetFormOutOfDate(WebError):
    """No form of ours sends this, or one of an earlier program does."""

    status, code = 400, "sheet_form_out_of_date"
    zh = "本页已过期，没有保存：请重新打开日报表再填"
    en = "This page is out of date and nothing was saved: open the sheet again and fill it in there."


class SheetTextTooLong(WebError):
    """Which text, and how long it may be: ``name_zh``, ``name_en``, ``most`` characters."""

    status, code = 400, "sheet_text_too_long"
    zh = "“{name_zh}”最多 {most} 个字，请缩短后再保存"
    en = "'{name_en}' may have {most} characters at most: please shorten it."

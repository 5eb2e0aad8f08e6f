"""The names of what can be touched: ``verb`` or ``verb/argument``. Views write them, the flow reads them. Pure."""

STAY = "stay"
HOME = "home"
BACK = "back"
LANGUAGE = "language"
LARGER = "larger"
LOWER = "lower"
HELP = "help"
TAKE = "take"
AGENT = "agent"
CLAIM = "claim"
UNCLAIM = "unclaim"
NOTICE = "notice"
MORE = "more"
MISSED = "missed"
CHECK_IN = "check_in"
ORDINARY = "ordinary"
AGAIN = "again"
LETTERS = "letters"
NEED = "need"
COPIES = "copies"
COPY = "copy"
FIND = "find"
RATE = "rate"
FACE = "face"
REASON = "reason"
CONTACT = "contact"
PHONE = "phone"
PAPERS = "papers"
SEND = "send"
ERASE = "erase"
DONE = "done"
SERVICE = "service"
CATEGORY = "category"
PAGE = "page"
CLASS = "class"
KEY = "key"


def target(verb: str, argument: str | int) -> str:
    """``service``, ``tax`` -> ``service/tax``."""
    return f"{verb}/{argument}"


def parse(text: str) -> tuple[str, str]:
    """(verb, argument) of a target; the argument is empty where there is none."""
    verb, _, argument = text.partition("/")
    return verb, argument

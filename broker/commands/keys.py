"""``pin`` and ``card``: lines for the hall file made of what nobody else may read."""

import getpass
import secrets
import sys
from pathlib import Path

from broker.model.hall_file import HallFileError
from broker.model.pins import SALT_BYTES as PIN_SALT_BYTES
from broker.model.pins import hash_pin, may_be_pin
from broker.model.work_cards import SALT_BYTES, card_number, hash_card, salt_of
from broker.runtime.hall_source import load_hall
from broker.runtime.process import ExitCode


def make_card(path: Path) -> int:
    """``card``: hash the number of a work card for the hall file at ``path``; typed twice, never shown."""
    try:
        kept = next((clerk.card for clerk in load_hall(path).clerks.values() if clerk.card), "")
    except HallFileError as error:
        print(f"{path} 不能使用 cannot be used:\n{error}", file=sys.stderr)
        return ExitCode.CONFIGURATION
    try:
        asked = ("刷卡或输入卡号 / lay the card, or type its number: ", "再刷一次 / again: ")
        first, again = [card_number(getpass.getpass(words)) for words in asked]
    except EOFError:
        first = again = ""
    if first != again or not first:
        print(
            "两次要相同，4 到 32 位数字和字母；没有生成\n"
            "the same card twice, 4 to 32 digits and letters; nothing was made",
            file=sys.stderr,
        )
        return ExitCode.CONFIGURATION
    print(f'card = "{hash_card(first, salt_of(kept) if kept else secrets.token_bytes(SALT_BYTES))}"')
    return ExitCode.DONE


def make_pin() -> int:
    """``pin``: hash a clerk's PIN for the hall file; typed twice, never shown."""
    try:
        first, again = getpass.getpass("密码（四位数字）/ PIN of four digits: "), getpass.getpass("再输一次 / again: ")
    except EOFError:
        first = again = ""
    if first != again or not may_be_pin(first):
        print(
            "两次输入要相同，四位数字，不能全部一样；没有生成\n"
            "type the same twice: four digits, not all alike; nothing was made",
            file=sys.stderr,
        )
        return ExitCode.CONFIGURATION
    print(f'pin = "{hash_pin(first, secrets.token_bytes(PIN_SALT_BYTES))}"')
    return ExitCode.DONE

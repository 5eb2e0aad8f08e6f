"""``python -m broker account``: add, bind, close and reopen accounts of staff, at the machine itself."""

import argparse
import getpass
import sys
from pathlib import Path

from broker.collector.safety.accounts import FILE_NAME, Accounts
from broker.collector.safety.rights import ROLE_WORDS, Role
from broker.collector.safety.staff_errors import (
    AccountError,
    NoPasswordTyped,
    PasswordsDiffer,
    UnknownAccount,
    UnknownClerk,
    UnknownPurpose,
)
from broker.model.hall import Hall
from broker.runtime.clock import SystemClock


def look_after_account(
    hall: Hall,
    folder: Path,
    name: str,
    *,
    role: str | None,
    clerk: str | None,
    active: bool | None,
    new_password: bool = False,
) -> int:
    """Do the one thing that was asked, and say so; an exit code.

    ``active`` closes (False) or reopens (True) the account; a ``role`` makes it, for the ``clerk`` of the hall file if
    one is named; a ``clerk`` alone binds an account that exists; ``new_password`` helps who forgot the old one.
    """
    accounts = Accounts(folder / FILE_NAME, SystemClock())
    try:
        if new_password and (role, clerk, active) != (None, None, None):
            raise UnknownPurpose
        if new_password:
            done = _new_password(accounts, name)
        else:
            done = _do(hall, accounts, name, Role(role) if role else None, clerk, active)
    except AccountError as error:
        sys.stderr.write(f"{error.zh}\n{error.en}\n")
        return 1
    what = role or ("--password" if new_password else "--clerk" if clerk else "--reopen" if active else "--close")
    accounts.audit.note("account_changed", "machine", object=f"{name} {what}")
    sys.stdout.write(f"{done}\n")
    return 0


def _do(hall: Hall, accounts: Accounts, name: str, role: Role | None, clerk: str | None, active: bool | None) -> str:
    if clerk is not None and clerk not in hall.clerks:
        raise UnknownClerk(clerk)
    if active is not None and role is None and clerk is None:
        accounts.set_active(name, active)
        if active:
            return f"{name} 可以重新登录。\n{name} may log in again."
        return f"{name} 已退出，不能再登录。\n{name} is logged out and may not log in any more."
    if active is None and role is None and clerk is not None:
        return _bind(accounts, name, clerk)
    if active is not None or role is None or (clerk is not None and role is not Role.CLERK):
        raise UnknownPurpose
    accounts.add(name, role, _asked_password(name), clerk=clerk)
    named = (f"，对应工作人员 {clerk}", f" and is {clerk}") if clerk else ("", "")
    zh, en = ROLE_WORDS[role]
    return f"{zh} {name} 现在可以登录{named[0]}。\n{en} {name} may log in now{named[1]}."


def _bind(accounts: Accounts, name: str, clerk: str) -> str:
    found = accounts.get(name)
    if found is not None and found.role is not Role.CLERK:
        raise UnknownPurpose
    accounts.bind(name, clerk)
    return f"{name} 现在对应工作人员 {clerk}。\n{name} is {clerk} now."


def _new_password(accounts: Accounts, name: str) -> str:
    if accounts.get(name) is None:
        raise UnknownAccount
    accounts.set_password(name, _asked_password(name), must_change=True)
    return (
        f"{name} 已在各处退出，下次登录必须更改这个密码。\n"
        f"{name} is logged out everywhere and must change this password at the next log-in."
    )


def _asked_password(name: str) -> str:
    """Asked twice; its owner must change it at the first log-in."""
    try:
        first = getpass.getpass(f"{name} 的密码 / password for {name}: ")
        again = getpass.getpass("再输一次 / again: ")
    except EOFError:
        raise NoPasswordTyped from None
    if first != again:
        raise PasswordsDiffer
    return first


def account_arguments(action: argparse.ArgumentParser) -> None:
    """What the command asks for."""
    roles = [role.value for role in Role]
    action.add_argument("name", help="log-in name, e.g. window-3")
    action.add_argument("role", nargs="?", choices=roles, help="make an account of this role")
    action.add_argument("--clerk", help="whose account it is: a clerk of the hall file, e.g. clerk-03")
    life = action.add_mutually_exclusive_group()
    life.add_argument("--close", dest="active", action="store_false", default=None, help="no log-in any more")
    life.add_argument("--reopen", dest="active", action="store_true", default=None, help="log-in again")
    life.add_argument("--password", action="store_true", help="a new one, for who forgot it")

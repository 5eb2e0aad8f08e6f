"""``python -m broker``: run a hall's broker node, its collector, and look after its journal."""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from broker.collector.safety.account_desk import account_arguments
from broker.commands.report_arguments import arguments_of as report_arguments
from broker.commands.typed import count
from broker.commands.whatif import arguments_of as what_if_arguments
from broker.model.hall import Hall
from broker.model.hall_file import HallFileError, editor_schema
from broker.model.hall_hints import calling_hints, log_in_hints
from broker.model.words import Names
from broker.runtime.errors import NodeError, in_both_languages
from broker.runtime.hall_source import load_hall
from broker.runtime.packages import packages_of
from broker.runtime.process import ExitCode, Process, data_folder, exit_code_of, run_process

DATABASE_NAME = "hall.db"


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse, load the hall, do one thing; returns the exit code."""
    options = _parser().parse_args(arguments)
    if options.action in HALL_LESS:
        return int(HALL_LESS[options.action](options))
    try:
        hall = load_hall(options.hall)
    except HallFileError as error:
        print(f"{options.hall} 不能使用 cannot be used:\n{error}", file=sys.stderr)
        return ExitCode.CONFIGURATION
    try:
        return int(options.run(hall, options))
    except HallFileError as error:
        print(f"{options.hall} 不能使用 cannot be used:\n{error}", file=sys.stderr)
        return ExitCode.CONFIGURATION
    except NodeError as error:
        print(in_both_languages(error), file=sys.stderr)
        return int(exit_code_of(error))


def _pin(options: argparse.Namespace) -> int:
    from broker.commands.keys import make_pin

    return make_pin()


def _card(options: argparse.Namespace) -> int:
    from broker.commands.keys import make_card

    return make_card(options.hall)


def _schema(options: argparse.Namespace) -> int:
    print(json.dumps(editor_schema(), ensure_ascii=False, indent=2))
    return ExitCode.DONE


def _asyncapi(options: argparse.Namespace) -> int:
    from broker.contract.asyncapi import document

    print(msgspec.json.format(document().decode(), indent=2))
    return ExitCode.DONE


def _predict(options: argparse.Namespace) -> int:
    from broker.commands.judged import predict

    return predict(sys.stdin, sys.stdout)


def _pick(options: argparse.Namespace) -> int:
    from broker.commands.judged import pick

    return pick(sys.stdin, sys.stdout)


def _what_if(options: argparse.Namespace) -> int:
    from broker.commands.whatif import run_what_if

    return run_what_if(options)


HALL_LESS = {
    "pin": _pin,
    "card": _card,
    "schema": _schema,
    "asyncapi": _asyncapi,
    "predict": _predict,
    "pick": _pick,
    "whatif": _what_if,
}
"""What needs no hall that runs, and reads a hall file by itself if any."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m broker", description=__doc__)
    actions = parser.add_subparsers(dest="action", required=True)
    rows = (
        ("run", _run, "start the MQTT broker and the server"),
        ("collector", _collector, "start the web side"),
        ("describe", _describe, "check the hall file and say what it describes"),
        ("words", _words, "print a catalogue (.po) of what a further language of the kiosks still lacks"),
        ("check", _check, "verify the journal against the laws"),
        ("replay", _replay, "rebuild state and views from the journal and compare them with what was shown"),
        ("backup", _backup, "copy journal, archive and accounts into one file, proved by a replay; the hall may run"),
        (
            "restore",
            _restore,
            "put a backup in the place of the hall's data (kept beside); the hall must not run",
        ),
        ("archive", _archive, "move old days out of the journal into the archive (the server does it daily)"),
        (
            "rating-key",
            _rating_key,
            "print the keys with which devices elsewhere sign what rates; renew the secret",
        ),
        ("audit", _audit, "verify, show or export the audit log of who did what"),
        ("person", _person, "export or erase what the collector keeps of somebody who asks"),
        ("account", _account, "add, bind, close or reopen a staff account (asks for the password of a new one)"),
    )
    for name, run, text in rows:
        action = actions.add_parser(name, help=text)
        action.add_argument("hall", type=Path, help="the hall file, e.g. hall.toml")
        action.set_defaults(run=run)
        if name == "collector":
            action.add_argument("--virtual", action="store_true", help="show the virtual hall page")
        if name == "words":
            action.add_argument("language", help="its key in the hall file, e.g. ko")
        if name == "check":
            action.add_argument("--json", action="store_true", help="say it in one line of JSON")
        if name == "backup":
            action.add_argument(
                "to", type=Path, nargs="?", help="a folder that exists, or a new .zip file; else records.backup_folder"
            )
            action.add_argument("--keep", type=count, help="of this hall's backups in the folder, keep the newest")
        if name == "restore":
            action.add_argument("source", type=Path, metavar="FROM", help="a file that 'backup' made")
        if name in ("backup", "archive"):
            action.add_argument("--gently", action="store_true", help="let every other program go first")
        if name == "rating-key":
            action.add_argument("device", nargs="*", help="kiosks, signs and callers of that machine")
            action.add_argument("--new", action="store_true", help="begin a new secret; older papers stay good")
            action.add_argument(
                "--forget", action="store_true", help="believe the newest secret alone (a theft: --new)"
            )
        if name == "person":
            action.add_argument("what", choices=("export", "erase"))
        if name == "audit":
            action.add_argument("what", choices=("verify", "show", "export"))
            action.add_argument("--head", default="", help="a head that was noted before: N:DIGEST")
        if name == "account":
            account_arguments(action)
    _asking(actions)
    return parser


def _asking(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """What needs no hall that runs."""
    actions.add_parser("schema", help="print the editor schema of hall files")
    actions.add_parser("asyncapi", help="print the AsyncAPI 3 document of the MQTT contract")
    actions.add_parser("pin", help="ask for a clerk's PIN and print the line that the hall file keeps of it")
    actions.add_parser("predict", help="foretell waits for foreign events on standard input, to judge the forecasts")
    actions.add_parser("pick", help="say whom the rule calls, for calls as JSON lines on standard input, to judge it")
    what_if_arguments(actions.add_parser("whatif", help="play a day of a journal again by another rule or staffing"))
    report = actions.add_parser("report", help="figures of any span of days: table, CSV, JSON or workbook")
    report.set_defaults(run=_report)
    report_arguments(report)
    card = actions.add_parser("card", help="ask for a work card's number and print the line that the hall file keeps")
    card.add_argument("hall", type=Path, help="the hall file: all its cards have one salt")


def _run(hall: Hall, options: argparse.Namespace) -> int:
    with packages_of("broker"):
        from broker.server.node import run_node

        return run_process("server", lambda process: run_node(hall, process, DATABASE_NAME, options.hall))


def _collector(hall: Hall, options: argparse.Namespace) -> int:
    with packages_of("broker"):
        from broker.collector.run import run_collector

    def start(process: Process) -> None:
        run_collector(hall, process, _folder("server") / DATABASE_NAME, virtual=options.virtual, hall_file=options.hall)

    return run_process("collector", start)


def _describe(hall: Hall, options: argparse.Namespace) -> int:
    with packages_of("broker"):
        from broker.collector.safety.certificate import certificate_of
        from broker.commands.bounds import bounds_said
        from broker.runtime.frames.strip_options import option_mistakes
        from broker.runtime.languages.report import language_report

    mistakes = list(option_mistakes(hall))
    if mistakes:
        raise HallFileError(mistakes, str(options.hall))
    certificate = certificate_of(hall)
    lines, usable = language_report(hall, options.hall.parent)
    print(
        f"{hall.hall.names.zh} ({hall.hall.names.en}): {len(hall.services)} services, {len(hall.counters)} counters, "
        f"{len(hall.kiosks)} kiosks, {len(hall.displays)} displays, {len(hall.signs)} signs, "
        f"{len(hall.consoles)} consoles, {len(hall.keypads)} keypads."
    )
    hints = (
        *bounds_said(hall),
        *calling_hints(hall),
        *log_in_hints(hall),
        *(() if certificate is None else certificate.hints(datetime.now(UTC))),
    )
    lines += [line for hint in hints for line in (hint.zh, hint.en)]
    print(*lines, sep="\n", end="\n" if lines else "")
    if usable:
        print("大厅文件没有错误。\nNo mistakes found.")
    return ExitCode.DONE if usable else ExitCode.CONFIGURATION


def _words(hall: Hall, options: argparse.Namespace) -> int:
    with packages_of("broker"):
        from broker.runtime.languages.report import catalogue_to_fill

    print(catalogue_to_fill(hall, options.hall.parent, options.language), end="")
    return ExitCode.DONE


def _backup(hall: Hall, options: argparse.Namespace) -> int:
    with packages_of("broker"):
        from broker.server.care_desk import keep_backup

    kept = hall.records.backup_folder
    to = options.to or (options.hall.parent / kept if kept else None)
    if to is None:
        raise SystemExit(
            "请写出备份放到哪里，或在大厅文件 [records] 中写 backup_folder\n"
            "say where to put the backup, or set records.backup_folder in the hall file"
        )
    return keep_backup(hall, _journal(), _other_databases(), to, keep=options.keep, gently=options.gently)


def _restore(hall: Hall, options: argparse.Namespace) -> int:
    with packages_of("broker"):
        from broker.server.care_desk import bring_back

    return bring_back(hall, _folder("server") / DATABASE_NAME, _other_databases(), options.source)


def _report(hall: Hall, options: argparse.Namespace) -> int:
    with packages_of("broker"):
        from broker.commands.report import run_report

    return run_report(hall, _journal(), options)


def _archive(hall: Hall, options: argparse.Namespace) -> int:
    with packages_of("broker"):
        from broker.server.care_desk import put_away

    return put_away(hall, _journal(), gently=options.gently)


def _other_databases() -> dict[str, Path]:
    """What else a hall would miss, by the name it has in a backup. Ratings are in the journal."""
    return {f"collector/{name}": _folder("collector") / name for name in ("accounts.db", "audit.db")}


def _check(hall: Hall, options: argparse.Namespace) -> int:
    from broker.server.audit import check
    from broker.server.care_desk import told

    def work() -> int:
        report = check(hall, _journal())
        if options.json:
            print(json.dumps({**asdict(report), "tally": dict(report.tally)}, ensure_ascii=False))
            return ExitCode.DONE if not report.findings else 1
        counts = f"{report.issued} tickets, {report.evaluations} ratings, {report.receipts} receipts"
        print(f"{report.events} events, {counts}")
        return _verdict(report.findings, Names("各条规则都守住了", "every law held"))

    return told(work)


def _replay(hall: Hall, options: argparse.Namespace) -> int:
    from broker.server.audit import replay
    from broker.server.care_desk import told

    def work() -> int:
        report = replay(hall, _journal())
        others = f" ({report.digests_of_others} of another program or hall file left out)"
        compared = f"views compared at {report.digests_compared} positions{others if report.digests_of_others else ''}"
        print(f"{report.events} events replayed, {compared}, {report.snapshots_compared} snapshots")
        return _verdict(report.findings, Names("逐字节相同", "byte-identical"))

    return told(work)


def _verdict(findings: list[str], good: Names) -> int:
    for finding in findings:
        print(finding, file=sys.stderr)
    said = Names(f"{len(findings)} 处不符，请寻求帮助", f"{len(findings)} findings") if findings else good
    print(f"{said.zh}\n{said.en}")
    return ExitCode.DONE if not findings else 1


def _account(hall: Hall, options: argparse.Namespace) -> int:
    from broker.collector.safety.account_desk import look_after_account

    return look_after_account(
        hall,
        _folder("collector"),
        options.name,
        role=options.role,
        clerk=options.clerk,
        active=options.active,
        new_password=options.password,
    )


def _audit(hall: Hall, options: argparse.Namespace) -> int:
    from broker.collector.safety.audit_desk import look_after_audit

    journal = _folder("server") / DATABASE_NAME
    return look_after_audit(hall, _folder("collector"), options.what, journal=journal, head=options.head)


def _person(hall: Hall, options: argparse.Namespace) -> int:
    from broker.collector.safety.person_desk import look_after_person

    return look_after_person(_folder("collector"), options.what)


def _rating_key(hall: Hall, options: argparse.Namespace) -> int:
    from broker.runtime.rating_secret import (
        forget_old_secrets,
        key_lines,
        known_keys,
        renew_secret,
        secrets_believed,
        server_keys,
        signing_devices,
    )

    folder, devices = _folder("server"), signing_devices(hall, options.device)
    unknown = [name for name, signing in devices.items() if signing is None]
    if unknown or not (devices or options.new or options.forget):
        known = ", ".join((*hall.kiosks, *hall.signs, *hall.callers, *hall.keypads))
        what = f"大厅文件里没有 not in the hall file: {', '.join(unknown)}\n" if unknown else ""
        print(f"{what}请写设备名，可用 / name devices of these: {known}", file=sys.stderr)
        return ExitCode.CONFIGURATION
    server_keys(hall.hall.id, folder)
    if options.forget and not options.new and secrets_believed(folder) <= 1:
        print(
            "只有一个密钥，没有更早的可以作废：被盗设备的密钥就出自它。请同时写 --new\n"
            "there is one secret alone and none before it to forget: a stolen device's key is made from it. "
            "Write --new as well",
            file=sys.stderr,
        )
        return ExitCode.CONFIGURATION
    if options.new:
        print(f"{renew_secret(folder)} 个密钥有效 secrets are believed", file=sys.stderr)
    if options.forget:
        print(
            f"{forget_old_secrets(folder)} 个密钥有效；更早的号票和设备密钥已作废，其他机器的设备要换新的 rating.key\n"
            "secret is believed; older papers and keys are good no more, devices elsewhere need a new rating.key",
            file=sys.stderr,
        )
    if devices:
        signing = dict.fromkeys(name for own in devices.values() for name in own or ())
        print(*key_lines(known_keys(hall.hall.id, folder), list(signing)), sep="\n")
    return ExitCode.DONE


def _journal() -> Path:
    """The journal of a hall that has run; says where it looked when there is none."""
    path = _folder("server") / DATABASE_NAME
    if not path.exists():
        raise SystemExit(
            f"{path} 还没有记录：请先运行大厅，或把 JIAOHAO_DATA 设为它的数据文件夹\n"
            f"there is no journal at {path} yet: run the hall first, or set JIAOHAO_DATA to its folder"
        )
    return path


def _folder(name: str) -> Path:
    import os

    return data_folder(name, os.environ)


if __name__ == "__main__":
    sys.exit(main())

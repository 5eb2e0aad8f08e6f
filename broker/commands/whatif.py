"""``whatif``: a day of a journal under another rule or with other counters. Reads only; the hall may run meanwhile."""

import argparse
import json
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from broker.model.hall import Hall
from broker.model.hall_file import HallFileError
from broker.runtime.database import query
from broker.runtime.hall_source import load_hall
from broker.runtime.process import ExitCode
from broker.server.care_desk import told
from broker.store.journal import open_to_read, read_events
from broker.trial.past_day import PastDay, Watcher
from broker.trial.what_if import Answer, Change, NotPossible, Waits, what_if

RULES = ("ratio", "fcfs", "strict", "rotation", "max_wait", "head_start")
MOST_COUNTERS = 20
HEAD = ("called", "uncalled", "waited", "mean", "P50", "P95", "longest", "within goal", "overtaken")
NOBODY = "—"
"""In a table, where nobody was called."""


def arguments_of(action: argparse.ArgumentParser) -> None:
    """What may be asked."""
    action.add_argument("file", type=Path, help="the hall's journal, e.g. data/server/hall.db, or a copy of it")
    action.add_argument("--hall", type=Path, required=True, help="the hall file that the day was run by")
    action.add_argument("--day", default="", help="YYYY-MM-DD; else the newest one, finished or not")
    action.add_argument("--rule", choices=RULES, help="call by this rule, in every session")
    action.add_argument("--exponent", type=_between(0, 1), help="g of the ratio, 0 to 1")
    action.add_argument(
        "--factor", type=_factor, action="append", default=[], metavar="CLASS=F", help="of a priority class"
    )
    action.add_argument("--cap-min", type=_between(0, 600), help="a walk-in counts as priority from so many minutes")
    action.add_argument("--counters", type=_more, default=0, metavar="+N", help="so many counters more, or -N fewer")
    action.add_argument("--services", default="", help="of the added counters, e.g. card,pension")
    action.add_argument("--json", action="store_true", help="say it in one line of JSON, times in minutes")


def run_what_if(options: argparse.Namespace) -> int:
    """Print three tables; the code of a bad hall file as elsewhere, 1 for what cannot be asked of this file."""
    try:
        hall = load_hall(options.hall)
    except HallFileError as error:
        print(f"{options.hall} 不能使用 cannot be used:\n{error}", file=sys.stderr)
        return int(ExitCode.CONFIGURATION)
    services = tuple(filter(None, options.services.split(",")))
    change = Change(
        options.rule, options.exponent, dict(options.factor), options.cap_min, options.counters, services
    )  # fmt: skip

    def work() -> int:
        try:
            past = read_day(hall, options.file, options.day)
            if past.unfinished:
                print(unfinished_words(hall, past.day, past.ends_ms), file=sys.stderr)
            answer = what_if(hall, past, change)
        except NotPossible as error:
            print(f"{error.zh}\n{error}", file=sys.stderr)
            return 1
        print(json.dumps(asdict(answer), ensure_ascii=False) if options.json else as_text(hall, answer))
        return int(ExitCode.DONE)

    return told(work)


def read_day(hall: Hall, path: Path, day: str = "") -> PastDay:
    """A day of a journal and its archives. NotPossible, a StoreError or a DatabaseError, each with both sentences."""
    if not path.is_file():
        raise NotPossible(f"没有这个文件：{path}", f"there is no such file: {path}")
    with closing(open_to_read(path, hall.hall.id)) as connection:
        kept = [row[0] for row in query(connection, "SELECT DISTINCT day FROM events WHERE day NOT NULL ORDER BY day")]
        day = day or (kept[-1] if kept else "")
        try:
            past = Watcher(hall, day).fold_all(read_events(connection))
        except (KeyError, ValueError, RuntimeError) as error:
            raise NotPossible(
                f"{path} 的记录前后不符（{error!r}）；请运行 check，或恢复备份",
                f"the events of {path} do not fit together ({error!r}); run 'check', or restore a backup",
            ) from error
    if past is None or not any(one.ticket.service in hall.services for (one, *_) in past.stints.values()):
        known = ", ".join(kept[-7:]) or "-"
        raise NotPossible(
            f"{path} 里没有 {day or '任何一天'} 的排队；最近的日子：{known}",
            f"{path} has no waiting on {day or 'any day'}; its newest days: {known}",
        )
    past.stints = {key: one for key, one in past.stints.items() if all(s.ticket.service in hall.services for s in one)}
    return past


def unfinished_words(hall: Hall, day: str, ends_ms: int) -> str:
    """That the day still runs, and up to when it is known."""
    at = f"{datetime.fromtimestamp(ends_ms / 1000, ZoneInfo(hall.hall.time_zone)):%H:%M}"
    return (
        f"{day} 还没有结束：只算到 {at}，那时还在等的人算作“未叫到”\n"
        f"{day} is not over: it is played up to {at}, and who waited then counts as not called"
    )


def as_text(hall: Hall, answer: Answer) -> str:
    """For a terminal: three tables, what can be told from them, and how far to believe it."""
    lines = [unfinished_words(hall, answer.day, answer.ends_ms) if answer.unfinished else answer.day]
    for title, table in (
        ("实际 as it was", answer.was),
        ("重现 as reproduced (same rule, same counters)", answer.reproduced),
        ("改变后 under the change", answer.changed),
    ):
        lines += ["", title, f"{'':24}" + "".join(f"{name:>12}" for name in HEAD)]
        lines += [f"{name:24}" + "".join(f"{cell:>12}" for cell in _cells(one)) for name, one in table.items()]
    return "\n".join(lines + _gap_lines(answer) + _error_lines(answer))


def _cells(one: Waits) -> tuple[str, ...]:
    minutes = (one.uncalled_min, one.mean_min, one.p50_min, one.p95_min, one.longest_min)
    within = NOBODY if one.within is None else f"{100 * one.within:.1f}%"
    overtaken = NOBODY if one.overtaken is None else f"{one.overtaken:.2f}"
    told = (NOBODY if value is None else f"{value:.1f}" for value in minutes)
    return (str(one.called), str(one.uncalled), *told, within, overtaken)


def _gap_lines(answer: Answer) -> list[str]:
    """Group by group: by how much the mean differs, against the model's own error."""
    lines = ["", "改变后减重现 changed less reproduced; 模型误差 error of the model (minutes of the mean)"]
    for name in answer.was:
        gap = answer.gaps.get(name)
        if gap is None:
            lines.append(f"{name:24}{NOBODY:>12}{NOBODY:>12}  没有人被叫，无法比较 nobody was called: not comparable")
            continue
        mark = "" if gap.told else "  * 差别不超过误差，看不出 no more than the error: nothing can be told"
        lines.append(f"{name:24}{gap.longer_min:>+12.1f}{gap.off_min:>12.1f}{mark}")
    return lines


def _error_lines(answer: Answer) -> list[str]:
    return [
        "",
        f"模型误差：重现与实际平均每号相差 {answer.error_min:.1f} 分钟；"
        f"{answer.calls} 次叫号中 {answer.manual} 次由人点名。请比较“重现”和“改变后”。"
        "平均等候只算叫到的人；waited 是未叫到的人离开或记录结束时平均已等的时间。",
        f"error of the model: reproduced waits are {answer.error_min:.1f} min from the real ones, ticket by ticket; "
        f"{answer.manual} of {answer.calls} calls were by number. Compare 'reproduced' with 'under the change'. "
        "Means are of who was called; 'waited' is what the others had waited when they left or the record ended.",
    ]


def _factor(text: str) -> tuple[str, float]:
    name, _, number = text.partition("=")
    if not name:
        raise argparse.ArgumentTypeError("CLASS=F, e.g. elderly=0.2 / 写成 类别=系数")
    return name, _between(0.01, 1)(number)  # as a hall file has it: nobody's class makes him wait longer


def _between(least: float, most: float) -> Callable[[str], float]:
    def number(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"{text!r}: {least:g} .. {most:g}")
        return value

    return number


def _more(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = MOST_COUNTERS + 1
    if abs(number) > MOST_COUNTERS:
        raise argparse.ArgumentTypeError(f"{text!r}: -{MOST_COUNTERS} .. +{MOST_COUNTERS}")
    return number

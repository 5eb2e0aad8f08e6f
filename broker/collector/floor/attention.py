"""What a manager should know now: silent devices, full outboxes, faults, counters without anybody, long waits. Pure."""

from collections.abc import Iterator

from broker.collector import answers as a
from broker.collector.floor.attention_words import NOTHING_HEARD, TROUBLES, fault_words, part_words
from broker.collector.floor.duty import duty_attention
from broker.collector.floor.floor_map import OUTBOX_AGE_MS, longest_since
from broker.collector.heard.glance import device_list
from broker.collector.heard.hall_files import other_hall_files
from broker.collector.heard.live import Live
from broker.collector.heard.silence import silence
from broker.model.hall import Hall
from broker.model.views import ServiceLine
from broker.model.words import CounterStatus


def attention(hall: Hall, live: Live, now_ms: int) -> tuple[a.Attention, ...]:
    """All that asks for attention, alarms first."""
    found = [
        *_engine(hall, live, now_ms),
        *_devices(hall, live),
        *duty_attention(hall, live, now_ms),
        *_numbers(live),
        *_queues(hall, live, now_ms),
        *_after_hours(hall, live, now_ms),
    ]
    return tuple(sorted(found, key=lambda one: one.level != "alarm"))


def log_in_attention(guessed: tuple[tuple[str, int], ...]) -> tuple[a.Attention, ...]:
    """Of (account, wrong passwords of the last day)."""
    return tuple(
        a.Attention(
            kind="log-in",
            level="alarm",
            subject=name,
            zh=f"账号 {name} 的密码一天内输错 {count} 次，登录已延时：请查明是谁在试",
            en=f"The password of account {name} was wrong {count} times in a day, and its log-in is delayed: find out"
            " who tries.",
        )
        for name, count in guessed
    )


def _engine(hall: Hall, live: Live, now_ms: int) -> Iterator[a.Attention]:
    heard = live.engine()
    trouble = TROUBLES.get(heard.trouble) if heard is not None else None
    if trouble is not None:
        yield a.Attention(kind="engine", level=trouble[0], subject="engine", zh=trouble[1].zh, en=trouble[1].en)
    elif not live.engine_alive() and (silent := silence(hall, live, now_ms)) is not None:
        yield a.Attention(kind="engine", level="alarm", subject="engine", zh=silent.manager.zh, en=silent.manager.en)


def _devices(hall: Hall, live: Live) -> Iterator[a.Attention]:
    devices = device_list(hall, live)
    if devices and not live.engine_alive() and not any(device.online for device in devices):
        yield NOTHING_HEARD
        return
    yield from other_hall_files(hall, live, devices)
    for device in devices:
        name, called = device.device, device.names
        if device.revoked:
            yield a.Attention(
                kind="revoked",
                level="warning",
                subject=name,
                zh=f"{called.zh} 已被吊销，不能再连接；找回或换新后请重新登记",
                en=f"{called.en} is revoked and cannot connect; once it is back or replaced, let it in anew.",
            )
            continue
        if not device.online:
            word = device.presence
            zh, en = (
                f"{called.zh} {word.zh}，请检查它的电源和网络",
                f"{called.en} is {word.en}: see to its power and network.",
            )
            yield a.Attention(kind="silent", level="alarm", subject=name, zh=zh, en=en)
            continue
        for part, state in device.parts.items():
            said = fault_words(state)
            if said:
                zh, en = (
                    f"{called.zh}：{part_words(part).zh}{said.zh}",
                    f"{called.en}: {part_words(part).en} {said.en}.",
                )
                yield a.Attention(kind=f"fault-{part}", level="alarm", subject=name, zh=zh, en=en)
        if device.outbox_length >= hall.alerts.unsent or device.outbox_age_ms >= OUTBOX_AGE_MS:
            count, age_s = device.outbox_length, device.outbox_age_ms // 1000
            zh_age, en_age = (f"，最早一条已等 {age_s} 秒", f", the oldest for {age_s} s") if age_s else ("", "")
            yield a.Attention(
                kind="unsent",
                level="warning",
                subject=name,
                zh=f"{called.zh} 有 {count} 条消息未送达{zh_age}",
                en=f"{called.en} has {count} message{'s' if count > 1 else ''} unanswered{en_age}.",
            )
        if abs(device.clock_offset_ms or 0) > hall.alerts.clock_off_s * 1000:
            yield a.Attention(
                kind="clock",
                level="warning",
                subject=name,
                zh=f"{called.zh} 的时钟相差 {(device.clock_offset_ms or 0) / 1000:.0f} 秒",
                en=f"The clock of {called.en} is off by {(device.clock_offset_ms or 0) / 1000:.0f} s.",
            )


def _numbers(live: Live) -> Iterator[a.Attention]:
    body = live.hall_body()
    for number in () if body is None else body.clashed:
        yield a.Attention(
            kind="clash",
            level="alarm",
            subject=number,
            zh=f"号码 {number} 出现在两张号票上，请工作人员协助持票人",
            en=f"Number {number} is on two tickets: staff must help the holders.",
        )
    for number in () if body is None else body.doubtful:
        yield a.Attention(
            kind="doubt",
            level="warning",
            subject=number,
            zh=f"取号机上报了号码 {number}，但叫号引擎没有发出过：已照常排队，请核对号票和取号机",
            en=f"A kiosk reported number {number}, which the engine never gave: it waits in line as any other."
            " Look at the ticket and at the kiosk.",
        )


def _queues(hall: Hall, live: Live, now_ms: int) -> Iterator[a.Attention]:
    """Lines over the hall's thresholds, and lines that nobody serves."""
    body = live.hall_body()
    for line in () if body is None else body.services:
        yield from _of_line(hall, live, line, now_ms)
        if line.waiting > 0 and line.state == "no_counter":
            yield a.Attention(
                kind="unserved",
                acts=(f"emergency:{line.service}",),
                level="alarm",
                subject=line.service,
                zh=f"{line.names.zh} 有人等候，但没有开放的窗口",
                en=f"People wait for {line.names.en}, but no counter serves it.",
            )


def _of_line(hall: Hall, live: Live, line: ServiceLine, now_ms: int) -> Iterator[a.Attention]:
    most, longest_most, expected_most = hall.alerts.of(line.service)
    helps = (f"emergency:{line.service}", f"raise:{line.service}")
    if most and line.waiting > most:
        yield a.Attention(
            kind="many",
            acts=helps,
            level="warning",
            subject=line.service,
            zh=f"{line.names.zh} 有 {line.waiting} 人等候，建议增开窗口",
            en=f"{line.waiting} people wait for {line.names.en}. Consider opening another counter.",
        )
    since_ms = longest_since(live, line.service)
    minutes = 0 if since_ms is None else (now_ms - since_ms) // 60_000
    if longest_most and minutes > longest_most:
        yield a.Attention(
            kind="longest",
            acts=helps,
            since_ms=(since_ms or 0) + longest_most * 60_000,
            level="warning",
            subject=line.service,
            zh=f"{line.names.zh} 有人已等候 {minutes} 分钟（限 {longest_most} 分钟），建议增开窗口或提前叫号",
            en=f"Somebody has waited {minutes} min for {line.names.en} (limit {longest_most}): open a counter, or call"
            " these sooner.",
        )
    if expected_most and line.wait is not None and line.wait.high_min > expected_most:
        yield a.Attention(
            kind="expected",
            acts=helps,
            level="warning",
            subject=line.service,
            zh=f"{line.names.zh} 现在取号预计要等 {line.wait.high_min} 分钟，建议增开窗口",
            en=f"Whoever comes now for {line.names.en} may wait {line.wait.high_min} min: open another counter.",
        )


def _after_hours(hall: Hall, live: Live, now_ms: int) -> Iterator[a.Attention]:
    """People who came in time, and whom a counter may not call any more until somebody decides."""
    body = live.hall_body()
    if body is None or body.open.state != "closed" or not hall.rules.extended_service_approval:
        return
    for key in hall.counters:
        view = live.counter(key)
        if view is None or view.status is not CounterStatus.OPEN or not view.waiting:
            continue
        if (view.extended_until_ms or 0) > now_ms:
            continue
        count = view.waiting
        yield a.Attention(
            kind="hours",
            acts=(f"extend:{key}",),
            level="alarm",
            subject=key,
            zh=f"服务时间已结束，{view.name} 号窗口还有 {count} 人可叫：要继续叫号，请批准延时服务",
            en=f"Service hours are over and counter {view.name} could call {count} more: approve extended service, or"
            " tell them when to come again.",
        )

"""In what order the suite's workers take the files: the long ones spread over the run, and none of them at its end.

Half of the long files wait (for processes, lines and browsers) and half compute. In the order of the folders the halls
of ``tests/system`` met at the end, and the last minutes were spent waiting on idle cores. Spread out, at any time one
worker or two wait and the rest compute. Pure.
"""

from collections.abc import Iterable

LONG_S: dict[str, float] = {
    "tests/chaos/test_chaos.py": 185,
    "tests/chaos/test_ratings.py": 50,
    "tests/collector/public/test_small_phones.py": 26,
    "tests/collector/safety/test_every_page.py": 95,
    "tests/collector/staff/test_console_dialogs.py": 30,
    "tests/collector/test_browser.py": 105,
    "tests/display/test_sound.py": 30,
    "tests/engine/test_engine_machine.py": 40,
    "tests/kiosk/test_golden_papers.py": 20,
    "tests/kiosk/test_kiosk_process.py": 20,
    "tests/kiosk/test_screens.py": 25,
    "tests/runtime/frames/test_drivers.py": 20,
    "tests/runtime/speech/test_player.py": 30,
    "tests/runtime/test_link.py": 30,
    "tests/simulation/test_planted_afar.py": 20,
    "tests/simulation/test_planted_counter_day.py": 20,
    "tests/simulation/test_planted_devices.py": 40,
    "tests/simulation/test_planted_people.py": 30,
    "tests/simulation/test_simulation.py": 100,
    "tests/soak/test_soak.py": 20,
    "tests/system/hostile/test_hostile_topics.py": 55,
    "tests/system/hostile/test_hostile_web.py": 30,
    "tests/system/test_bad_moments.py": 45,
    "tests/system/test_killed_processes.py": 50,
    "tests/system/test_many_consoles.py": 60,
    "tests/system/test_replay.py": 50,
    "tests/system/test_restored_backup.py": 50,
    "tests/system/test_safe_keeping.py": 20,
    "tests/system/test_whole_path.py": 80,
}
"""File -> about how many seconds a worker is with it, two cores between four workers (``--durations=60`` tells)."""
_SPREAD_OVER = 0.85
"""The last of the others follow when no long file is left: they are short, and the workers end together."""


def in_order(files: Iterable[str]) -> list[str]:
    """The same files: the others as they came, and between them, by their seconds, the long ones, longest first."""
    came = list(files)
    others = [file for file in came if file not in LONG_S]
    waiting = sorted((file for file in came if file in LONG_S), key=lambda file: -LONG_S[file])
    whole_s, passed_s = sum(LONG_S[file] for file in waiting), 0.0
    ordered: list[str] = []
    taken = 0
    for file in waiting:
        place = int(len(others) * _SPREAD_OVER * passed_s / whole_s)
        ordered += others[taken:place]
        ordered.append(file)
        taken = place
        passed_s += LONG_S[file]
    return ordered + others[taken:]

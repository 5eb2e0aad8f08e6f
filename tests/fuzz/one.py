"""``python -m tests.fuzz.one NAME FOLDER SECONDS``: one target under atheris, our code instrumented at its import."""

import sys

import atheris

with atheris.instrument_imports(include=["broker", "kiosk", "caller", "firmware_config"]):
    from tests.fuzz.targets import targets


def main(name: str, folder: str, seconds: str) -> None:
    """Until the time is over or the target falls."""
    target = next(one for one in targets() if one.name == name)
    arguments = [
        "fuzz",
        f"{folder}/grown",
        f"-artifact_prefix={folder}/crashes/",
        f"-max_total_time={seconds}",
        "-max_len=4096",
        "-timeout=10",
        "-rss_limit_mb=2048",
    ]
    atheris.Setup(arguments, target)
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])

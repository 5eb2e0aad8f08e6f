"""The documents are tested like code."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def test_the_reference_is_current() -> None:
    code = "import runpy; print(runpy.run_path('script/reference.py')['reference'](), end='')"
    written = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert written == (ROOT / "docs" / "reference.md").read_text(encoding="utf-8"), "run script/reference.py"


def test_the_reference_has_every_table_of_the_hall_file_however_deep() -> None:
    text = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    tables = json.loads((ROOT / "firmware_config" / "halls" / "hall.schema.json").read_text(encoding="utf-8"))["$defs"]
    assert "Guidance" in tables
    for name, table in tables.items():
        if name in ("Names", "Level"):  # words of the model, told in a sentence and by the evaluator's own table
            continue
        heading = f"\n### {name}\n"
        assert heading in text, f"docs/reference.md does not name the keys of {name}"
        part = text.split(heading)[1].split("\n### ")[0]
        for key in table["properties"]:
            assert f"| `{key}` |" in part, f"docs/reference.md does not name {key} of {name}"


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_both_readmes_name_the_two_commands_and_their_pictures_exist(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    assert "script/demo" in text
    assert "script/test" in text
    for piece in text.split("](")[1:]:
        target = piece.split(")")[0]
        if not target.startswith(("http", "#")):
            assert (ROOT / target).exists(), f"{page} points to {target}, which is not there"


def test_contributing_fits_on_a_page() -> None:
    assert len((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").splitlines()) <= 40


def test_every_law_that_code_names_is_written_down() -> None:
    laws = (ROOT / "docs" / "laws.md").read_text(encoding="utf-8")
    source = (ROOT / "broker" / "engine" / "laws.py").read_text(encoding="utf-8")
    named = {
        word for word in source.replace('"', " ").replace("f'", " ").split() if word[:1] == "L" and word[1:].isdigit()
    }
    assert named
    for law in named:
        assert f"| {law} |" in laws


def test_no_file_names_the_workplace() -> None:
    words = ["/work/" + "shared", "/work/" + "main", "farm" + "-studio", "farm" + "-bench", "../.libr" + "ary"]
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in listed.splitlines():
        path = ROOT / name
        if path.suffix in (".otf", ".png", ".wav") or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="ignore")
        for word in words:
            assert word not in text, f"{name} names {word}"

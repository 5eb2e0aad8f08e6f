"""``python -m broker`` with what people really type: each mistake ends with both sentences, never with a traceback."""

from pathlib import Path

import pytest

from broker.__main__ import main
from broker.model.work_cards import owner_of, salt_of
from broker.runtime.errors import DatabaseError, DataFolderUnusable, MqttBrokerUnavailable, in_both_languages
from broker.runtime.process import ExitCode
from broker.store.journal import Journal

HALLS = Path(__file__).parents[2] / "firmware_config" / "halls"
ONE = str(HALLS / "one_kiosk.toml")
ON_A_JOURNAL = (["check", ONE], ["replay", ONE], ["backup", ONE, "."], ["archive", ONE])


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the hall's journal is looked for; nothing is there yet."""
    monkeypatch.setenv("JIAOHAO_DATA", str(tmp_path / "data"))
    return tmp_path / "data" / "server"


def make_journal(folder: Path, hall: str) -> Path:
    folder.mkdir(parents=True)
    journal = Journal(folder / "hall.db", hall)
    journal.open()
    journal.close()
    return journal.path


def said(capsys: pytest.CaptureFixture[str], *lines: str) -> bool:
    """Whether what was said at the terminal has all of these words, one language after the other."""
    text = "".join(capsys.readouterr())
    assert "Traceback" not in text
    assert [line for line in lines if line not in text] == [], text
    return True


@pytest.mark.parametrize("words", ON_A_JOURNAL, ids=lambda words: words[0])
def test_a_hall_that_never_ran_says_where_it_looked_in_both_languages(
    words: list[str], data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert f"{data / 'hall.db'} 还没有记录" in str(ended.value)
    assert f"there is no journal at {data / 'hall.db'} yet" in str(ended.value)


@pytest.mark.parametrize("words", ON_A_JOURNAL, ids=lambda words: words[0])
def test_data_of_another_hall_are_named_with_both_halls_and_what_to_do(
    words: list[str], data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = make_journal(data, "elsewhere")
    assert main(words) == 1
    assert said(
        capsys,
        f"{path} 是大厅“elsewhere”的数据，而大厅文件写的是“small-hall”",
        f"{path} belongs to hall 'elsewhere', the hall file describes 'small-hall'; name the hall file of 'elsewhere'",
    )


@pytest.mark.parametrize("words", ON_A_JOURNAL, ids=lambda words: words[0])
@pytest.mark.parametrize("is_folder", [True, False], ids=["a-folder", "other-bytes"])
def test_a_journal_that_is_none_ends_as_trouble_of_the_disk(
    words: list[str], data: Path, is_folder: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    data.mkdir(parents=True)
    if is_folder:
        (data / "hall.db").mkdir()
    else:
        (data / "hall.db").write_bytes(b"not a database " * 1000)
    assert main(words) == ExitCode.DISK
    assert said(capsys, f"{data / 'hall.db'}：", f"{data / 'hall.db'}: the ")


def test_another_halls_backup_is_named_with_both_halls_and_what_to_do(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_journal(data, "small-hall")
    assert main(["backup", ONE, str(tmp_path / "ours.zip")]) == 0
    assert said(capsys, "各条规则都守住了", "every law held")
    monkeypatch.setenv("JIAOHAO_DATA", str(tmp_path / "other-data"))
    assert main(["restore", str(HALLS / "town_hall.toml"), str(tmp_path / "ours.zip")]) == 1
    assert said(
        capsys,
        f"没有恢复：{tmp_path / 'ours.zip'} 是大厅“small-hall”的备份",
        "nothing was restored:",
        "is a backup of hall 'small-hall', the hall file describes 'chengwan'",
        "name the hall file of 'small-hall'",
    )
    assert main(["restore", ONE, str(tmp_path / "ours.zip")]) == 0
    assert said(capsys, "已恢复到第 0 条", "Start the hall")


@pytest.mark.parametrize(
    ("source", "zh", "en"),
    [
        (".", "这是文件夹", "it is a folder; name the backup file in it"),
        ("none.zip", "没有这个文件", "there is no such file"),
        ("x" * 300, "没有使用", "is not used: File name too long"),
        (ONE, "它不是备份", "it is not a backup"),
    ],
    ids=["a-folder", "missing", "too-long", "a-hall-file"],
)
def test_what_is_no_backup_is_refused_in_both_languages(
    source: str, zh: str, en: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["restore", ONE, source]) == 1
    assert said(capsys, zh, en)


@pytest.mark.parametrize("to", ["x" * 300, "x" * 300 + "/a.zip"])
def test_a_place_for_a_backup_that_cannot_be_looked_at_is_a_sentence(
    to: str, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_journal(data, "small-hall")
    assert main(["backup", ONE, to]) == ExitCode.DISK
    assert said(capsys, "File name too long")


def test_no_room_for_data_is_said_in_both_languages(
    data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIAOHAO_DATA", ONE)
    assert main(["check", ONE]) == ExitCode.DISK
    assert said(capsys, "不能在这里保存数据", "cannot keep data here")


def test_every_trouble_of_a_disk_has_its_own_two_sentences() -> None:
    kinds = (DatabaseError, *DatabaseError.__subclasses__())
    assert len({kind.sentence_zh for kind in kinds}) == len({kind.sentence for kind in kinds}) == len(kinds)
    others = (DataFolderUnusable(Path("d"), "w"), MqttBrokerUnavailable(("a", "b")))
    for error in (*(kind(Path("d"), "w") for kind in kinds), *others):
        zh, en = in_both_languages(error).split("\n")
        assert (zh, en) == (error.zh, str(error))


def test_a_password_that_nobody_types_is_a_sentence(
    data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody(_: str) -> str:
        raise EOFError

    monkeypatch.setattr("getpass.getpass", nobody)
    assert main(["account", ONE, "anna", "manager"]) == 1
    assert said(capsys, "没有输入密码", "No password was typed")


def test_a_work_card_becomes_a_line_of_the_hall_file_with_the_salt_of_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = iter(["04:a1:b2:c3", "04A1B2C3", "0004512345", "0004512345"])
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(typed))
    assert main(["card", ONE]) == 0
    line = capsys.readouterr().out
    kept = line.split('"')[1]
    assert owner_of("04A1B2C3", [("a", kept)]) == "a"
    text = Path(ONE).read_text(encoding="utf-8") + f'\n[clerks.of-card]\nstaff_number = "77"\n{line}'
    copy = tmp_path / "hall.toml"
    copy.write_text(text, encoding="utf-8")
    assert main(["card", str(copy)]) == 0
    assert salt_of(capsys.readouterr().out.split('"')[1]) == salt_of(kept)


@pytest.mark.parametrize("typed", [("0004512345", "0004512346"), ("12", "12"), ("", "")])
def test_a_card_that_is_not_the_same_twice_makes_no_line(
    typed: tuple[str, str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    laid = iter(typed)
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(laid))
    assert main(["card", ONE]) == ExitCode.CONFIGURATION
    assert "scrypt" not in capsys.readouterr().out

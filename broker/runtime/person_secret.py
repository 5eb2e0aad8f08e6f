"""The hall's secret, from which the keys of persons are made: the same at all kiosks of a hall and its web pages, known
to nobody else.

``JIAOHAO_PERSON_SECRET`` (16 characters at least) or, without it, the file ``person.secret`` beside the data folders of
this machine's programs, made by the first that needs it. All programs of one machine thus agree by themselves; a hall
with readers at several machines gives every one the same word or file. It never leaves the machine.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from broker.model.person_keys import SECRET_BYTES_LEAST
from broker.runtime.errors import DataFolderUnusable, SettingError
from broker.runtime.secret_file import kept_secret

ENVIRONMENT_NAME = "JIAOHAO_PERSON_SECRET"
FILE_NAME = "person.secret"


def hall_secret(data_folder: Path, environment: Mapping[str, str] | None = None) -> bytes:
    """The secret; ``data_folder`` is the program's own. SettingError for a word too short, DataFolderUnusable."""
    word = (os.environ if environment is None else environment).get(ENVIRONMENT_NAME, "").strip().encode()
    if word:
        if len(word) < SECRET_BYTES_LEAST:
            raise SettingError(
                ENVIRONMENT_NAME, f"{SECRET_BYTES_LEAST} characters at least", f"至少 {SECRET_BYTES_LEAST} 个字符"
            )
        return word
    path = data_folder.parent / FILE_NAME
    try:
        return kept_secret(path, "kiosks with readers on other machines of this hall need the same file")
    except OSError as error:
        raise DataFolderUnusable(path, error.strerror or type(error).__name__) from error

"""The process that opens pypinyin's dictionary, writes it to standard output as one block (``readings``) and ends.

Home of pypinyin: whoever reads hanzi reads the block. A process that hangs ends itself.
"""

import signal
import sys
from functools import cache
from importlib.metadata import version

from broker.runtime.speech.readings import block_of

ENDS_AFTER_S = 60


def entries() -> dict[str, str]:
    """Signs and phrases with what ``lazy_pinyin`` says of each, tones as digits, the light one as 5, ü as v."""
    from pypinyin import Style
    from pypinyin.constants import PHRASES_DICT, PINYIN_DICT
    from pypinyin.converter import UltimateConverter

    converter = UltimateConverter(neutral_tone_with_five=True)

    @cache
    def written(syllable: str) -> str:
        return converter.convert_style("", syllable, Style.TONE3, True)

    found = {chr(code): written(readings.split(",")[0]) for code, readings in PINYIN_DICT.items()}
    found |= {words: " ".join(written(readings[0]) for readings in said) for words, said in PHRASES_DICT.items()}
    return found


def main() -> None:
    """Write the block."""
    signal.alarm(ENDS_AFTER_S)
    sys.stdout.buffer.write(block_of(entries(), version("pypinyin")))
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()

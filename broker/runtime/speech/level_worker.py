"""The process that levels recordings which nobody waits for, at the lowest priority: see ``background_levels``.

Request on standard input: rate in Hz and number of samples, as two little-endian 32-bit numbers, then so many 16-bit
mono samples. Answer on standard output: the number of samples as one such number, then the clip's 16-bit samples at
48 kHz. It ends with its input, and quietly when nobody reads its answer any more: who asked may have been killed.
"""

import os
import struct
import sys
from typing import BinaryIO

import numpy as np

from broker.runtime.speech.levels import mastered16

REQUEST, ANSWER = struct.Struct("<II"), struct.Struct("<I")
LEAST_NICE = 19


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer until the requests end; half a request is their end, too."""
    while len(header := requests.read(REQUEST.size)) == REQUEST.size:
        rate_hz, count = REQUEST.unpack(header)
        if len(recorded := requests.read(2 * count)) < 2 * count:
            return
        clip = mastered16(np.frombuffer(recorded, "<i2"), rate_hz)
        answers.write(ANSWER.pack(len(clip)) + clip.astype("<i2").tobytes())
        answers.flush()


if __name__ == "__main__":
    os.nice(LEAST_NICE)
    try:
        serve(sys.stdin.buffer, sys.stdout.buffer)
    except BrokenPipeError:
        os._exit(0)  # an ordinary end would try to send the rest once more, and complain

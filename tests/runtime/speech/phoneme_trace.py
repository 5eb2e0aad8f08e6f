"""Run as a program: what an espeak-ng library makes of texts, as ``espeak-ng -q -x`` prints it. JSON in, JSON out."""

import ctypes
import json
import sys


def main() -> None:
    """Speak silently with the phoneme trace on, as ``espeak-ng -q -x`` does."""
    asked = json.loads(sys.stdin.read())
    library, c = ctypes.CDLL(asked["library"]), ctypes.CDLL(None)
    library.espeak_Initialize(2, 0, asked["data"].encode() if asked["data"] else None, 0x8000)
    assert library.espeak_SetVoiceByName(asked["voice"].encode()) == 0
    silent = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)(lambda *_: 0)
    library.espeak_SetSynthCallback(silent)
    library.espeak_SetParameter(1, 350, 0)  # fast: the phonemes are the same, the waiting is not
    c.tmpfile.restype = ctypes.c_void_p
    for name in ("rewind", "fclose"):
        getattr(c, name).argtypes = [ctypes.c_void_p]
    c.fread.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_size_t, ctypes.c_void_p]
    library.espeak_SetPhonemeTrace.argtypes = [ctypes.c_int, ctypes.c_void_p]
    told = []
    for text in asked["texts"]:
        file = c.tmpfile()
        library.espeak_SetPhonemeTrace(1, file)
        data = text.encode()
        library.espeak_Synth(data, ctypes.c_size_t(len(data) + 1), 0, 1, 0, 1, None, None)
        c.rewind(file)
        buffer = ctypes.create_string_buffer(4096)
        c.fread(buffer, 1, 4095, file)
        library.espeak_SetPhonemeTrace(0, None)
        c.fclose(file)
        told.append(buffer.value.decode())
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()

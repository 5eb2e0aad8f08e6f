# The same screens on the other pygame: only the API common to both is used.
# Voices, paper and ledgers know nothing of pygame and are not tested twice.
other="$root/.venv-pygame"
if "$venv/bin/python" -c 'import sys; sys.exit(sys.version_info >= (3, 14))'; then
  if [ ! -x "$other/bin/python" ] || ! "$other/bin/python" -c 'import pygame' 2>/dev/null; then
    say "making a second environment with pygame 2.6.1"
    "$venv/bin/python" -m venv "$other"
    grep -v -E '^(pygame-ce|    --hash)' requirements/all.lock | sed -e 's/ \\$//' >"$root/var/other.txt"
    "$other/bin/python" -m pip install -q --disable-pip-version-check -r "$root/var/other.txt" pygame==2.6.1
    "$other/bin/python" -m pip install -q --disable-pip-version-check --no-deps -e .
  fi
  say "on pygame 2.6.1: the screens' tests"
  "$other/bin/python" -m pytest -n auto --dist loadfile tests/display tests/kiosk tests/runtime/canvas \
    tests/runtime/speech/test_player.py --ignore-glob='tests/display/test_speech*' \
    --ignore-glob='tests/kiosk/test_printer*' --ignore-glob='tests/kiosk/test_ledger*'
else
  say "pygame has no wheel for this Python: the screens are tested on pygame-ce only"
fi

# The same screens on the other pygame: only the API common to both is used. What paints, films, mixes and takes touches
# is tested there; rules, papers, ledgers, the lists of what is drawn in a language, manner or size, and what is judged of
# a painted picture call nothing more of pygame and are not tested twice.
other="$root/var/pygame-2.6.1"
if "$venv/bin/python" -c 'import sys; sys.exit(sys.version_info >= (3, 14))'; then
  if [ ! -e "$other/pygame/__init__.py" ]; then
    say "fetching pygame 2.6.1 into ${other#"$root"/}"
    rm -rf "$other"
    "$venv/bin/python" -m pip install -q --disable-pip-version-check --no-deps --target "$other.new" pygame==2.6.1
    mv "$other.new" "$other"
  fi
  say "on pygame 2.6.1: the screens' tests"
  # Few of these files share a hall, and tapes play in real time: the tests of one file need not stay together.
  # Laid before the environment's own packages, it is the pygame of every program that a test starts as well.
  PYTHONPATH="$other" "$venv/bin/python" -c 'import pygame, sys; sys.exit(pygame.version.ver != "2.6.1")'
  PYTHONPATH="$other" "$venv/bin/python" -m pytest -n "$workers" --dist worksteal tests/runtime/canvas tests/display tests/caller/evaluator \
    tests/kiosk/test_app.py tests/kiosk/test_screens.py tests/kiosk/test_kiosk_process.py tests/kiosk/guidance/test_earphone.py \
    tests/runtime/speech/test_player.py tests/runtime/speech/test_lane.py --basetemp="$folder/second" --ignore-glob='tests/display/test_speech*' \
    $(printf -- '--ignore=tests/display/test_%s.py ' never_blank screens alone light reading board_check announcer sound_check wording)
else
  say "pygame has no wheel for this Python: the screens are tested on pygame-ce only"
fi

"""Where the keys are with which ratings are proved. Read each time: a new secret counts without a restart.

The server has the hall's secret: ``JIAOHAO_RATING_SECRET`` or, without it, the file ``rating.secret`` beside the data
folders of its machine, one secret a line, the newest first; it makes the file. A device has ``rating.key`` in the data
folder of its program (``python -m broker rating-key`` makes it). Without it, on the server's own machine, where every
program could read the secret anyway, the device's key is worked out from that. A device that finds neither signs
nothing: paper without a code, a sign without one, and visitors still rate at the counter.
"""

from __future__ import annotations

import logging
import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from broker.model.hall import Hall
from broker.model.hall_key_checks import has_faces
from broker.model.rating_keys import SECRETS_MOST, DeviceKeys, RatingKeys
from broker.runtime.errors import DataFolderUnusable, SettingError
from broker.runtime.secret_file import BYTES_LEAST, MADE_BYTES, kept_secret, write_privately
from broker.runtime.whereabouts import device_key, public_url

logger = logging.getLogger(__name__)

ENVIRONMENT_NAME = "JIAOHAO_RATING_SECRET"
EVALUATORS = "evaluators"
FILE_NAME, KEY_FILE_NAME = "rating.secret", "rating.key"
KeysOf = Callable[[], DeviceKeys]


def server_keys(hall: str, data_folder: Path, environment: Mapping[str, str] | None = None) -> Callable[[], RatingKeys]:
    """The server's keys, made now where there are none. SettingError or DataFolderUnusable when they cannot be."""
    path = data_folder.parent / FILE_NAME
    if not _told(environment):
        try:
            kept_secret(path, "signs and kiosks on other machines need a key (python -m broker rating-key)")
        except OSError as error:
            raise DataFolderUnusable(path, error.strerror or type(error).__name__) from error
    return lambda: RatingKeys(hall, _secrets(path, environment))


def known_keys(hall: str, data_folder: Path, environment: Mapping[str, str] | None = None) -> RatingKeys:
    """The same for another program of the server's machine; without a secret where the server made none yet."""
    return RatingKeys(hall, _secrets(data_folder.parent / FILE_NAME, environment))


def device_keys(hall: str, device: str, data_folder: Path, environment: Mapping[str, str] | None = None) -> KeysOf:
    """What a device signs with, asked for whenever it signs."""
    missed = False

    def keys() -> DeviceKeys:
        nonlocal missed
        own = _own(data_folder / KEY_FILE_NAME, device)
        found = DeviceKeys(own) if own else known_keys(hall, data_folder, environment).of(device)
        if not found.keys and not missed:
            logger.warning("%s has no rating.key: it shows no code to rate by", device)
        missed = not found.keys
        return found

    return keys


def evaluator_key(hall: str, data_folder: Path, environment: Mapping[str, str] | None = None) -> Callable[[], str]:
    """What a caller shows to the collector: ``JIAOHAO_DEVICE_KEY``, else of ``rating.key``, else by the secret here."""
    set_by_hand = device_key(environment)
    missed = False

    def key() -> str:
        nonlocal missed
        own = _own(data_folder / KEY_FILE_NAME, EVALUATORS)
        made = [key.hex() for key in own] or known_keys(hall, data_folder, environment).bearers()
        found = set_by_hand or next(iter(made), "")
        if not found and not missed:
            file = data_folder / KEY_FILE_NAME
            logger.warning("%s lacks the line '%s': on another machine than the server's, the collector refuses the "
                           "ratings of its evaluators (python -m broker rating-key)", file, EVALUATORS)  # fmt: skip
        missed = not found
        return found

    return key


def sign_codes(
    hall: Hall, device: str, data_folder: Path, environment: Mapping[str, str] | None = None
) -> Callable[[str], str]:
    """What the QR code of a sign or evaluator says after a visit; empty where there is no key or no public address."""
    keys, base = device_keys(hall.hall.id, device, data_folder, environment), public_url(hall, environment)

    def code(visit: str) -> str:
        proof = keys().visit_proof(visit) if base else ""
        return f"{base}/r/{device}/{visit}?k={proof}" if proof else ""

    return code


def signing_devices(hall: Hall, names: list[str]) -> dict[str, tuple[str, ...] | None]:
    """By each of these names who signs there: itself, or a caller's screens. None: the hall file has no such device."""
    found: dict[str, tuple[str, ...] | None] = dict.fromkeys(names)
    for name in names:
        if name in (*hall.kiosks, *hall.signs, *hall.keypads):
            found[name] = (name,)
        elif name in hall.callers:
            pads = hall.keypads.items()
            found[name] = tuple(key for key, pad in pads if pad.caller == name and has_faces(pad.address))
    return found


def key_lines(keys: RatingKeys, devices: list[str]) -> list[str]:
    """What ``rating.key`` holds: a line for each device, its keys newest first, and what callers show."""
    own = [" ".join((device, *(key.hex() for key in keys.of(device).keys))) for device in devices]
    return [*own, " ".join((EVALUATORS, *keys.bearers()))]


def renew_secret(data_folder: Path) -> int:
    """Put a new secret before the hall's others, of which the newest stay believed; how many there are now.

    Papers, signs and callers of this machine have it at once, devices elsewhere need a new ``rating.key``.
    """
    return _write(data_folder.parent / FILE_NAME, (secrets.token_hex(MADE_BYTES).encode(), *_kept(data_folder)))


def secrets_believed(data_folder: Path) -> int:
    """How many secrets are believed now."""
    return len(_kept(data_folder))


def forget_old_secrets(data_folder: Path) -> int:
    """Believe nothing but what the newest secret signed, e.g. when a kiosk was stolen; how many there are now."""
    return _write(data_folder.parent / FILE_NAME, _kept(data_folder)[:1])


def _kept(data_folder: Path) -> tuple[bytes, ...]:
    return _secrets(data_folder.parent / FILE_NAME, {})


def _write(path: Path, kept: tuple[bytes, ...]) -> int:
    """Whole under another name first: a reader meets the old file or the new one."""
    made, kept = path.with_name(f"{path.name}.{os.getpid()}"), kept[:SECRETS_MOST]
    try:
        write_privately(made, "".join(f"{secret.decode('latin-1')}\n" for secret in kept), "latin-1")
        made.replace(path)
    except OSError as error:
        raise DataFolderUnusable(path, error.strerror or type(error).__name__) from error
    return len(kept)


def _told(environment: Mapping[str, str] | None) -> bytes:
    word = (os.environ if environment is None else environment).get(ENVIRONMENT_NAME, "").strip().encode()
    if word and len(word) < BYTES_LEAST:
        raise SettingError(ENVIRONMENT_NAME, f"{BYTES_LEAST} characters at least", f"至少 {BYTES_LEAST} 个字符")
    return word


def _secrets(path: Path, environment: Mapping[str, str] | None) -> tuple[bytes, ...]:
    word = _told(environment)
    if word:
        return (word,)
    lines = [line.strip() for line in _read(path).splitlines()]
    return tuple(line for line in lines if len(line) >= BYTES_LEAST)[:SECRETS_MOST]


def _own(path: Path, device: str) -> tuple[bytes, ...]:
    for line in _read(path).decode("ascii", "replace").splitlines():
        name, *keys = line.split() or [""]
        if name == device:
            try:
                return tuple(bytes.fromhex(key) for key in keys)
            except ValueError:
                logger.error("%s: the line of %s is no key", path, device)
    return ()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""

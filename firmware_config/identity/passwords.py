"""Passwords of names, and the file of them that Mosquitto reads..

The passwords are 256 random bits, so what makes guessing slow is their length and not the number of rounds.
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping

_ROUNDS = 101
"""As ``mosquitto_passwd`` makes them; it is read with any number."""
_SALT_BYTES = 12


def new_password() -> bytes:
    """One line of ASCII."""
    return secrets.token_urlsafe(32).encode() + b"\n"


def password_file(passwords: Mapping[str, bytes]) -> str:
    """A line for each user: ``name:$7$rounds$salt$hash``, PBKDF2 with SHA-512 (format 7 of Mosquitto 2).

    The salt follows from name and password, so the same passwords give the same file.
    """
    return "".join(f"{name}:{_hashed(name, password.strip())}\n" for name, password in passwords.items())


def _hashed(name: str, password: bytes) -> str:
    salt = hashlib.sha256(b"salt\0" + name.encode() + b"\0" + password).digest()[:_SALT_BYTES]
    made = hashlib.pbkdf2_hmac("sha512", password, salt, _ROUNDS)
    return f"$7${_ROUNDS}${base64.b64encode(salt).decode()}${base64.b64encode(made).decode()}"

"""How strong a password is, and the form in which it may leave this computer."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg

from crm_desktop.errors import InvalidInput

MIN_LENGTH = 8
LABELS = ("Too weak", "Weak", "Fair", "Good", "Strong")
_COMMON = frozenset(
    "password passwort passw0rd 12345678 123456789 1234567890 qwerty qwertyuiop qwertz letmein welcome iloveyou "
    "administrator changeme football baseball superman sunshine princess dragon monkey trustno1 abc12345 11111111".split()
)


@dataclass(frozen=True)
class Strength:
    """`score` is 0 (refused) to 4, `advice` says what would make it stronger ("" when nothing needs to)."""

    score: int
    label: str
    advice: str


def password_strength(password: str, username: str = "") -> Strength:
    """Length counts most, as in NIST SP 800-63B section 5.1.1: no rule about kinds of characters."""
    weak = _weakness(password, username)
    if weak:
        return Strength(0, LABELS[0], weak)
    variety = len(set(password.casefold()))
    points = len(password) + variety + 2 * _kinds(password)
    score = 1 + sum(points >= limit for limit in (20, 26, 34))
    return Strength(score, LABELS[score], "" if score >= 3 else "A few more words make it stronger.")


def check_new_password(password: str, username: str = "") -> None:
    """Raises `InvalidInput` on the field `password` when it is too weak to be accepted."""
    weak = _weakness(password, username)
    if weak:
        raise InvalidInput({"password": weak})


def verifier(connection: psycopg.Connection[object], username: str, password: str) -> str:
    """The SCRAM verifier that the server stores: the password itself never travels."""
    encrypted = connection.pgconn.encrypt_password(password.encode(), username.encode(), b"scram-sha-256")
    return encrypted.decode("ascii")


def _weakness(password: str, username: str) -> str:
    plain = password.casefold()
    if len(password) < MIN_LENGTH:
        return f"Use at least {MIN_LENGTH} characters."
    if username and username.casefold() in plain and len(plain) - len(username) < MIN_LENGTH:
        return "Do not build it around the username."
    if plain in _COMMON or plain.rstrip("0123456789!?.") in _COMMON:
        return "This password is on every list of common ones."
    if len(set(plain)) < 4 or _is_run(plain):
        return "Use more than a few characters in a row."
    return ""


def _is_run(text: str) -> bool:
    """`abcdefgh`, `87654321`: each character the next or the one before."""
    steps = {ord(b) - ord(a) for a, b in zip(text, text[1:], strict=False)}
    return steps in ({1}, {-1})


def _kinds(password: str) -> int:
    return sum(
        (
            any(c.islower() for c in password),
            any(c.isupper() for c in password),
            any(c.isdigit() for c in password),
            any(not c.isalnum() for c in password),
        )
    )

"""How strong a password is."""

from __future__ import annotations

from dataclasses import dataclass

from crm_desktop.errors import InvalidInput

MIN_LENGTH = 8
LABELS = ("Too weak", "Weak", "Fair", "Good", "Strong")
# zxcvbn's time grows with the square of the length, and what comes after this adds nothing to the answer.
_ESTIMATED = 40


@dataclass(frozen=True)
class Strength:
    """`score` is 0 (refused) to 4, `advice` says what would make it stronger ("" when nothing needs to)."""

    score: int
    label: str
    advice: str


def length_fault(password: str) -> str:
    """What is wrong with its length, "" when nothing is: a question that costs no time."""
    return "" if len(password) >= MIN_LENGTH else f"Use at least {MIN_LENGTH} characters."


def password_strength(password: str, username: str = "") -> Strength:
    """How hard it is to guess, by zxcvbn. No rule about kinds of characters (NIST SP 800-63B, section 5.1.1)."""
    from zxcvbn import zxcvbn  # word lists: loaded when the first password is chosen, not at start

    if fault := length_fault(password):
        return Strength(0, LABELS[0], fault)
    guessed = zxcvbn(password[:_ESTIMATED], user_inputs=[username, "crm", "crmdesktop"])
    feedback = guessed["feedback"]
    advice = feedback["warning"] or " ".join(feedback["suggestions"])
    return Strength(int(guessed["score"]), LABELS[guessed["score"]], advice)


def check_new_password(password: str, username: str = "") -> None:
    """Raises `InvalidInput` on the field `password` when it is too weak to be accepted."""
    strength = password_strength(password, username)
    if strength.score == 0:
        raise InvalidInput({"password": strength.advice or "This password is too easy to guess."})

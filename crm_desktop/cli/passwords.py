"""Passwords from a prompt or, when standard input is no terminal, from its lines in order; never from arguments."""

from __future__ import annotations

import getpass
import sys

from crm_desktop.errors import CrmError

_ATTEMPTS = 3


def _interactive() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def _line(what: str) -> str:
    line = sys.stdin.readline() if sys.stdin is not None else ""
    if not line:
        raise CrmError(
            f"{what} is missing on standard input.",
            hint="One password per line: first that of the person who acts, then a new one.",
        )
    return line.rstrip("\r\n")


def ask(username: str) -> str:
    """The password of the person who acts."""
    if _interactive():
        return getpass.getpass(f"Password of {username}: ", stream=sys.stderr)
    return _line(f"The password of {username}")


def ask_new(username: str) -> str:
    """A new password: typed twice at a prompt, one line otherwise."""
    if not _interactive():
        return _line(f"The new password of {username}")
    for _ in range(_ATTEMPTS):
        first = getpass.getpass(f"New password of {username}: ", stream=sys.stderr)
        if first == getpass.getpass("The same again: ", stream=sys.stderr):
            return first
        sys.stderr.write("The two are not the same. Try again.\n")
    raise CrmError("The two passwords were not the same.")


def ask_username() -> str:
    """Who acts, when neither the command nor the profile says so."""
    if not _interactive():
        raise CrmError("It is not said who acts.", hint="Add --username NAME.")
    sys.stderr.write("Username: ")
    sys.stderr.flush()
    name = sys.stdin.readline().strip()
    if not name:
        raise CrmError("It is not said who acts.", hint="Add --username NAME.")
    return name

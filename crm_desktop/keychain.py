"""Passwords in the keychain of the operating system, where there is one."""

from __future__ import annotations

import os
import queue
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

_SERVICE = "CRM Desktop"
# A keychain that is locked asks the person; one that does not answer must not hold the window up for ever.
_PATIENCE = 60.0  # seconds
_QUICK = 3.0

T = TypeVar("T")


def available() -> bool:
    """Whether there is a keychain to remember passwords in. Quick, but not for the GUI thread."""
    return _ask(_is_usable, False, _QUICK)


def save(profile: str, username: str, password: str) -> bool:
    """Whether the password was remembered. May wait for the person to unlock the keychain."""

    def work() -> bool:
        import keyring

        keyring.set_password(_SERVICE, _entry(profile, username), password)
        return True

    return available() and _ask(work, False, _PATIENCE)


def load(profile: str, username: str) -> str | None:
    """The remembered password; None when there is none, or no keychain."""

    def work() -> str | None:
        import keyring

        return keyring.get_password(_SERVICE, _entry(profile, username))

    return _ask(work, None, _PATIENCE) if available() else None


def forget(profile: str, username: str) -> bool:
    """Whether nothing is remembered any more."""

    def work() -> bool:
        import keyring

        if keyring.get_password(_SERVICE, _entry(profile, username)) is not None:
            keyring.delete_password(_SERVICE, _entry(profile, username))
        return True

    return available() and _ask(work, False, _PATIENCE)


def _entry(profile: str, username: str) -> str:
    return f"{profile}: {username}"


def _is_usable() -> bool:
    if sys.platform.startswith("linux") and not _has_session_bus():
        return False  # no keychain can be reached; asking would only cost time
    import keyring
    import keyring.backends.fail
    import keyring.backends.null

    backend = keyring.get_keyring()
    if isinstance(backend, (keyring.backends.fail.Keyring, keyring.backends.null.Keyring)):
        return False
    # The chain of several backends is worth as much as its members.
    return bool(getattr(backend, "backends", True))


def _has_session_bus() -> bool:
    if "PYTHON_KEYRING_BACKEND" in os.environ or "DBUS_SESSION_BUS_ADDRESS" in os.environ:
        return True
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    return bool(runtime) and (Path(runtime or "") / "bus").exists()


def _ask(work: Callable[[], T], otherwise: T, patience: float) -> T:
    """What `work` returns; `otherwise` when it fails or takes longer than `patience` seconds.

    Keychains fail in every way there is (no service, no bus, locked, refused), each backend with errors of its own;
    none of them may keep anybody from signing in.
    """
    answers: queue.Queue[T] = queue.Queue()

    def run() -> None:
        try:
            answers.put(work())
        except Exception:  # noqa: BLE001 - see above
            answers.put(otherwise)

    threading.Thread(target=run, name="keychain", daemon=True).start()
    try:
        return answers.get(timeout=patience)
    except queue.Empty:
        return otherwise

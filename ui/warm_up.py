"""Imports what the main window will need while the person types the password.

Imported before the first paint, these would keep the sign-in window away for more than a second. They are imported by
one thread, for which the others wait: two threads that enter the same package by different modules can meet it half
initialised, which Python takes for a circular import.
"""

from __future__ import annotations

import importlib
import threading
from contextlib import suppress

MODULES = (
    "keyring",
    "psycopg",
    "sqlalchemy.orm",
    "sqlalchemy.dialects.postgresql.psycopg",
    "crm_desktop.database.engine",
    "crm_desktop.database.provisioning",
    "crm_desktop.access.accounts",
    "crm_desktop.access.capabilities",
    "zxcvbn",
    "ui.session",
    "ui.main_window",
    "ui.customers.card",
    "ui.interactions.page",
)
# What opening a database needs: work may begin once this one is there.
DATABASE = "crm_desktop.access.capabilities"


class WarmUp:
    """Work in other threads calls wait() before it imports any of these. Not started: nothing to wait for."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting_for: set[str] = set()

    def start(self) -> None:
        self._waiting_for = set(MODULES)
        threading.Thread(target=self._import_all, name="warm-up", daemon=True).start()

    def wait(self, name: str | None = None) -> None:
        """Until `name` has been imported; None: everything."""
        with self._changed:
            self._changed.wait_for(lambda: not self._waiting_for if name is None else name not in self._waiting_for)

    def _import_all(self) -> None:
        for name in MODULES:
            # What cannot be imported says so where it is used, to somebody who can be told.
            with suppress(Exception):
                importlib.import_module(name)
            with self._changed:
                self._waiting_for.discard(name)
                self._changed.notify_all()

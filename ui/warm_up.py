"""Imports what the main window will need while the person types the password.

Imported before the first paint, these would keep the sign-in window away for more than a second. The core is imported
by one thread, for which workers wait: two threads that enter the same package by different modules can meet it half
initialised, which Python takes for a circular import. What uses Qt is imported on the GUI thread, a module at a time:
PySide's tables of types are read by Qt without Python's lock, and a class defined in another thread at that moment
ends the program.
"""

from __future__ import annotations

import importlib
import threading
from contextlib import suppress

from PySide6.QtCore import QObject, QTimer

CORE = (
    "keyring",
    "psycopg",
    "sqlalchemy.orm",
    "sqlalchemy.dialects.postgresql.psycopg",
    "crm_desktop.database.engine",
    "crm_desktop.database.provisioning",
    "crm_desktop.access.accounts",
    "crm_desktop.access.capabilities",
    "zxcvbn",
    "crm_desktop.database.changes",
    "crm_desktop.customers.queries",
    "crm_desktop.customers.actions",
    "crm_desktop.interactions.queries",
    "crm_desktop.interactions.actions",
    "crm_desktop.analytics.queries",
    "crm_desktop.views.actions",
    "phonenumbers",
)
WINDOW = ("ui.tables.paged_view", "ui.session", "ui.main_window", "ui.customers.card", "ui.interactions.page")
# What opening a database needs: work may begin once this one is there.
DATABASE = "crm_desktop.access.capabilities"
PAUSE_MS = 30


class WarmUp(QObject):
    """Work in other threads calls wait() before it imports any of the core. Not started: nothing to wait for."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._changed = threading.Condition()
        self._waiting_for: set[str] = set()
        self._window = list(WINDOW)
        self._timer = QTimer(self)
        self._timer.setInterval(PAUSE_MS)
        self._timer.timeout.connect(self._import_next)

    def start(self) -> None:
        self._waiting_for = set(CORE)
        threading.Thread(target=self._import_core, name="warm-up", daemon=True).start()
        self._timer.start()

    def wait(self, name: str | None = None) -> None:
        """In a worker: until `name` has been imported; None: everything."""
        with self._changed:
            self._changed.wait_for(lambda: not self._waiting_for if name is None else name not in self._waiting_for)

    def stop(self) -> None:
        self._timer.stop()

    def _import_core(self) -> None:
        for name in CORE:
            _import(name)
            with self._changed:
                self._waiting_for.discard(name)
                self._changed.notify_all()

    def _import_next(self) -> None:
        with self._changed:
            if self._waiting_for:
                return
        if self._window:
            _import(self._window.pop(0))
        else:
            self._timer.stop()


def _import(name: str) -> None:
    # What cannot be imported says so where it is used, to somebody who can be told.
    with suppress(Exception):
        importlib.import_module(name)

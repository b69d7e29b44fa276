"""Imports what the main window will need while the person types the password.

Imported before the first paint, these would keep the sign-in window away for more than a second.
"""

from __future__ import annotations

import importlib
import threading
from contextlib import suppress

MODULES = (
    "psycopg",
    "sqlalchemy.orm",
    "sqlalchemy.dialects.postgresql.psycopg",
    "crm_desktop.database.engine",
    "crm_desktop.database.provisioning",
    "crm_desktop.access.accounts",
    "ui.main_window",
    "ui.customers.card",
    "ui.interactions.page",
)


def start() -> threading.Thread:
    thread = threading.Thread(target=_import_all, name="warm-up", daemon=True)
    thread.start()
    return thread


def _import_all() -> None:
    for name in MODULES:
        # What cannot be imported says so where it is used, to somebody who can be told.
        with suppress(Exception):
            importlib.import_module(name)

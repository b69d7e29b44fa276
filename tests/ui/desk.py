"""Somebody at a desk: signed in to the real database, with the collaborators that screens are given."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from crm_desktop.access import capabilities
from crm_desktop.access.accounts import current_user
from crm_desktop.customers.actions import add_customer
from crm_desktop.customers.validation import CustomerInput
from crm_desktop.database.engine import Database
from crm_desktop.drafts.store import DraftStore
from crm_desktop.interactions.actions import log_interaction
from crm_desktop.interactions.validation import InteractionInput
from crm_desktop.settings import Preferences, Profile
from ui.attachments.opened_files import OpenedFiles
from ui.context import Signed
from ui.drafts import Drafts
from ui.notices import Notice, Notices
from ui.operations import Operations
from ui.theme import Theme
from ui.undo_history import UndoHistory


@dataclass
class Desk:
    """`context` is what screens take; `said` what was said to the person."""

    context: Signed
    said: list[Notice]
    qtbot: QtBot

    def settle(self) -> None:
        """Wait until nothing runs any more and every answer has been delivered."""
        self.qtbot.waitUntil(lambda: self.context.operations.idle, timeout=10_000)

    def wait(self, condition: Callable[[], Any]) -> None:
        """Wait until something is so."""

        def met() -> None:
            assert condition()

        self.qtbot.waitUntil(met, timeout=10_000)

    def texts(self) -> list[str]:
        """What was said, in order."""
        return [notice.text for notice in self.said]

    def add(self, **fields: Any) -> UUID:
        """A customer, added behind the window's back."""
        with self.context.database.session() as session:
            return add_customer(session, CustomerInput(**{"contact_name": "Ana Ruiz", **fields}))

    def log(self, customer_id: UUID, **fields: Any) -> UUID:
        """An interaction, logged behind the window's back."""
        with self.context.database.session() as session:
            return log_interaction(
                session, InteractionInput(customer_id=customer_id, **{"subject": "Delivery dates", **fields})
            )

    def one(self, sql: str, **parameters: Any) -> Any:
        """The first value that a query brings."""
        from sqlalchemy import text

        with self.context.database.session() as session:
            return session.execute(text(sql), parameters).scalar()


@contextmanager
def at_desk(database: Database, theme: Theme, preferences: Preferences, qtbot: QtBot) -> Iterator[Desk]:
    """Signs in; at the end everything that runs is stopped."""
    operations, notices = Operations(database), Notices()
    undo = UndoHistory(operations, notices, operations)
    drafts = Drafts(DraftStore(preferences.folder / "drafts", f"test|{database.username}"))
    opened_files = OpenedFiles()
    said: list[Notice] = []
    notices.shown.connect(said.append)
    operations.error.connect(notices.crm_error)
    with database.session() as session:
        user, may = current_user(session), capabilities.read(session)

    def nothing() -> None: ...

    context = Signed(
        database=database,
        operations=operations,
        notices=notices,
        drafts=drafts,
        opened_files=opened_files,
        undo=undo,
        user=user,
        capabilities=may,
        preferences=preferences,
        theme=theme,
        profile=Profile("test", "local", None, None),
        sign_out=nothing,
        lock=nothing,
        open_settings=nothing,
        change_password=nothing,
        show_shortcuts=nothing,
    )
    yield Desk(context, said, qtbot)
    operations.close()
    drafts.close()
    opened_files.close()
    drafts.deleteLater()
    operations.deleteLater()
    notices.deleteLater()


def nameless(root: QWidget) -> list[str]:
    """The widgets that Tab reaches but no screen reader can name."""
    found = []
    for widget in root.findChildren(QWidget):
        reached = widget.isVisibleTo(root) and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        if not reached or widget.focusProxy() is not None:
            continue
        face = QAccessible.queryAccessibleInterface(widget)
        if face is None or not face.text(QAccessible.Text.Name).strip():
            found.append(f"{type(widget).__name__} {widget.objectName()}")
    return found

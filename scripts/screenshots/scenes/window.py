"""What many scenes do with the window: find it, wait for its rows, choose a customer, close what lies over it."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QDialog

from scripts.screenshots.stage import wait, wait_for
from ui.main_window import MainWindow
from ui.session import Session
from ui.tables.paged_model import PagedModel, Phase

SETTLED_MS = 400


def main_window(session: Session) -> MainWindow:
    window = session.window
    assert isinstance(window, MainWindow)
    return window


def wait_for_rows(model: PagedModel) -> None:
    wait_for(lambda: model.phase is Phase.READY and model.exact, "the rows")


def choose_customer(window: MainWindow) -> None:
    """The list by latest contact, and in it a business with follow-ups and a loyalty account."""
    page = window.customers
    page.table.set_sort("last_contact", True)
    wait(SETTLED_MS)
    model = page.table.model
    wait_for_rows(model)
    rows = [row for number in range(12) if (row := model.row_at(number)) is not None]
    rich = [row for row in rows if row.next_follow_up and row.tier] or [r for r in rows if r.next_follow_up] or rows
    page.show_customer(rich[0].id)
    wait(SETTLED_MS + 500)


def dialogs() -> list[QDialog]:
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()]


def close_dialogs() -> None:
    for dialog in dialogs():
        dialog.done(0)
        dialog.deleteLater()

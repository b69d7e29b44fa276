"""A window that nobody touches has nothing to do: a layout that asks for itself again takes a whole processor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QDialog

from tests.ui.desk import Desk
from ui.main_window import MainWindow
from ui.shell.pages import CUSTOMERS, PAGES

SIZES = ((1440, 900), (820, 1180), (390, 844))
FEW = 10
"""A clock or a cursor may stir."""
WATCHED_MS = 120
_WORK = (QEvent.Type.LayoutRequest, QEvent.Type.UpdateRequest, QEvent.Type.Resize)


class Turns(QObject):
    """Counts what widgets do, while it is installed on the application."""

    def __init__(self) -> None:
        super().__init__()
        self.of: Counter[str] = Counter()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _WORK:
            self.of[f"{type(watched).__name__} {watched.objectName()} {event.type().name}"] += 1
        return False


def busy(desk: Desk) -> dict[str, int]:
    """Who does more than a few turns while nothing happens."""
    desk.settle()
    desk.qtbot.wait(60)
    desk.settle()
    turns, application = Turns(), QApplication.instance()
    assert application is not None
    application.installEventFilter(turns)
    desk.qtbot.wait(WATCHED_MS)
    application.removeEventFilter(turns)
    return {who: count for who, count in turns.of.items() if count > FEW}


@pytest.fixture
def window(desk: Desk) -> MainWindow:
    ana = desk.add(contact_name="Ana Ruiz")
    desk.log(ana)
    made = MainWindow(desk.context)
    desk.qtbot.addWidget(made)
    made.resize(*SIZES[0])
    made.show()
    desk.settle()
    return made


@pytest.mark.parametrize("key", [page.key for page in PAGES])
def test_no_page_keeps_the_processor_busy(window: MainWindow, desk: Desk, key: str) -> None:
    window.open_tab(key)
    assert not busy(desk)


@pytest.mark.parametrize("size", SIZES)
def test_no_width_keeps_the_processor_busy(window: MainWindow, desk: Desk, size: tuple[int, int]) -> None:
    window.resize(*size)
    window.customers.show_customer(desk.one("select id from crm.customers"))
    assert not busy(desk)


@pytest.mark.parametrize(
    "opened", [MainWindow.add_customer, MainWindow.log_interaction], ids=lambda each: each.__name__
)
def test_no_dialog_keeps_the_processor_busy(
    window: MainWindow, desk: Desk, opened: Callable[[MainWindow], None]
) -> None:
    window.open_tab(CUSTOMERS)
    opened(window)
    assert not busy(desk)
    for dialog in window.findChildren(QDialog):
        dialog.done(0)

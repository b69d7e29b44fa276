"""Where the pictures are taken: a database of its own with sample data, somebody signed in, and a camera."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEventLoop, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from crm_desktop.database.local_server import LocalServer
from crm_desktop.database.provisioning import create_first_admin, provision
from crm_desktop.demo import sample
from crm_desktop.settings import Preferences, Profile
from ui.session import Session
from ui.settings.keys import NEVER_REMIND, reminder_key
from ui.sign_in import work
from ui.tasks import Tasks
from ui.theme import Theme

NAME, PASSWORD = "Ana Lindqvist", "a password for pictures only"
SEED = 7
EMPTY = "empty"
ADMINS = {"crm": "ana", EMPTY: "anna"}  # logins belong to the server: no two databases share one


@dataclass
class Stage:
    """Everything that a scene may use."""

    app: QApplication
    theme: Theme
    tasks: Tasks
    server: LocalServer
    folder: Path

    def sign_in(self, database: str = "crm") -> Session:
        """A session in its window, not shown yet."""
        account = work.sign_in(self.server.target(database), ADMINS[database], PASSWORD)
        profile = Profile("This computer", "local", self.folder)
        preferences = Preferences(self.folder / f"preferences-{time.monotonic_ns()}.json")
        preferences.set(reminder_key(account.user.id), NEVER_REMIND)  # they would lie over every picture
        return Session(account, profile, preferences, self.theme, self.tasks)


def prepare(server: LocalServer, customers: int) -> None:
    """Start the server with two new databases: one with sample data, one without a customer."""
    server.start()
    owner, secret = server.owner_name, server.owner_password()
    for database, username in ADMINS.items():
        target = server.target(database)
        provision(target, owner, secret, dbname=database)
        create_first_admin(target, owner, secret, username=username, display_name=NAME, admin_password=PASSWORD)
    account = work.sign_in(server.target(), ADMINS["crm"], PASSWORD)
    try:
        sample.load(account.database, customers=customers, seed=SEED)
    finally:
        account.database.close()


def wait(milliseconds: int) -> None:
    """Let the window live for a moment."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def wait_for(condition: Callable[[], bool], what: str, seconds: float = 15.0) -> None:
    """Let the window live until something is there."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"{what} did not come")
        wait(30)


def picture(window: QWidget) -> QImage:
    """The window with the dialogs and menus that lie over it, as a person sees it."""
    made = window.grab()
    painter = QPainter(made)
    corner = window.mapToGlobal(QPoint(0, 0))
    for above in _above(window):
        place = above.mapToGlobal(QPoint(0, 0)) - corner
        place = _inside(QRect(place, above.size()), window.rect()).topLeft()
        if above.isModal() or above.windowModality() != Qt.WindowModality.NonModal:
            painter.fillRect(made.rect(), QColor(10, 14, 20, 110))
        _shadow(painter, QRect(place, above.size()))
        painter.drawPixmap(place, QPixmap(above.grab()))
    painter.end()
    return made.toImage()


def _above(window: QWidget) -> list[QWidget]:
    return [
        each
        for each in QApplication.topLevelWidgets()
        if each is not window and each.isVisible() and each.width() > 40 and not each.inherits("QTipLabel")
    ]


def _inside(rect: QRect, room: QRect) -> QRect:
    x = max(room.left(), min(rect.left(), room.right() + 1 - rect.width()))
    y = max(room.top(), min(rect.top(), room.bottom() + 1 - rect.height()))
    return QRect(QPoint(x, y), rect.size())


def _shadow(painter: QPainter, rect: QRect) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    for grow in range(10, 0, -2):
        painter.setBrush(QColor(0, 0, 0, 8))
        painter.drawRoundedRect(rect.adjusted(-grow, -grow + 3, grow, grow + 3), 12, 12)

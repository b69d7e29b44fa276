"""Toasts and the banner."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from crm_desktop.errors import NotAllowed
from ui.theme import Theme
from ui.widgets.notice_area import MOST, BannerStrip, NoticeArea, Toast


@pytest.fixture
def window(qtbot: QtBot, theme: Theme) -> QWidget:
    made = QWidget()
    made.resize(800, 600)
    qtbot.addWidget(made)
    made.show()
    return made


def toasts(area: NoticeArea) -> list[Toast]:
    return [toast for toast in area.findChildren(Toast) if not toast.isHidden()]


def words(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if label.text()]


def test_a_notice_shows_with_its_action(qtbot: QtBot, window: QWidget, notices: SimpleNamespace) -> None:
    area = NoticeArea(notices.bridge, window)
    undone: list[bool] = []
    notices.bridge.info("Customer deleted", "Undo", lambda: undone.append(True))
    (toast,) = toasts(area)
    assert words(toast) == ["Customer deleted"]
    assert toast.accessibleName() == "Customer deleted"
    assert area.geometry().bottom() < 600
    assert area.width() <= 800
    qtbot.mouseClick(toast.findChild(QPushButton), Qt.MouseButton.LeftButton)
    assert undone == [True]
    qtbot.waitUntil(lambda: not area.isVisible())


def test_an_error_stays_until_it_is_closed(qtbot: QtBot, window: QWidget, notices: SimpleNamespace) -> None:
    area = NoticeArea(notices.bridge, window)
    notices.bridge.crm_error(NotAllowed("You may not do that.", hint="Ask an administrator."))
    (toast,) = toasts(area)
    assert words(toast) == ["You may not do that.", "Ask an administrator."]
    qtbot.mouseClick(toast.findChild(QToolButton), Qt.MouseButton.LeftButton)
    assert toasts(area) == []


def test_old_notices_make_room(window: QWidget, notices: SimpleNamespace) -> None:
    area = NoticeArea(notices.bridge, window)
    for number in range(MOST + 2):
        notices.bridge.error(f"Number {number}")
    assert [words(toast)[0] for toast in toasts(area)] == [f"Number {n}" for n in range(2, MOST + 2)]
    for toast in toasts(area):
        toast.close_it()


def test_the_banner_takes_no_room_when_there_is_none(window: QWidget, notices: SimpleNamespace) -> None:
    strip = BannerStrip(notices.bridge, window)
    assert strip.isHidden()
    notices.bridge.banner("The connection was lost.")
    assert not strip.isHidden()
    assert "The connection was lost." in words(strip)
    notices.bridge.clear_banner()
    assert strip.isHidden()

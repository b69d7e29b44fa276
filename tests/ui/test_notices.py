"""Toasts and the banner."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from crm_desktop.errors import NotAllowed
from ui import shortcuts
from ui.notices import Notice
from ui.theme import Theme
from ui.widgets.buttons import button
from ui.widgets.dialog import Dialog
from ui.widgets.notice_area import MOST, BannerStrip, NoticeArea
from ui.widgets.toast import Toast


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


LONG = "Points were booked since: Ana Ruiz, Ben Okoro, Carla Lund and 12 more. " * 12


@pytest.fixture
def large_text(theme: Theme) -> Iterator[None]:
    theme.set_text_scale(2.0)
    yield
    theme.set_text_scale(1.0)


@pytest.mark.usefixtures("large_text")
def test_on_a_narrow_window_in_large_text_a_toast_leaves_most_of_it_free(
    window: QWidget, notices: SimpleNamespace
) -> None:
    window.resize(390, 844)
    area = NoticeArea(notices.bridge, window)
    notices.bridge.error("2 changes were left alone: nothing was undone.", LONG, "Show them", lambda: None)
    (toast,) = toasts(area)
    assert area.height() <= 0.45 * 844
    assert area.geometry().left() >= 0 and area.geometry().right() < 390
    action, dismiss = toast.action_button, toast.close_button
    assert action is not None
    for each in (action, dismiss):
        assert toast.rect().contains(each.geometry()), f"{each.accessibleName()} is cut"
        assert each.width() >= each.sizeHint().width()
    notices.bridge.error("Another one.")
    assert area.height() <= 0.45 * 844 or len(toasts(area)) == 1
    for each in toasts(area):
        each.close_it()


def test_a_key_goes_to_the_toast_and_esc_dismisses_it(qtbot: QtBot, window: QWidget, notices: SimpleNamespace) -> None:
    field = QLineEdit(window)
    field.show()
    closed: list[bool] = []
    shortcuts.bind(window, "close_card", lambda: closed.append(True))
    area = NoticeArea(notices.bridge, window)
    window.activateWindow()
    field.setFocus()
    notices.bridge.info("Customer deleted", "Undo", lambda: None)
    (toast,) = toasts(area)
    qtbot.keyClick(field, Qt.Key.Key_F6)
    assert QApplication.focusWidget() is toast.action_button
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert toasts(area) == []
    assert closed == []
    assert QApplication.focusWidget() is field


def test_what_a_notice_offered_goes_with_the_notice(window: QWidget, notices: SimpleNamespace) -> None:
    area = NoticeArea(notices.bridge, window)
    one, other = (Notice("Deleted", action_text="Undo", action=lambda: None) for _ in range(2))
    for notice in (one, other):
        notices.bridge.show(notice)
    notices.bridge.withdraw(one)
    assert [toast.notice for toast in toasts(area)] == [other]


def test_a_toast_lies_over_the_open_dialog_and_can_be_clicked(
    qtbot: QtBot, window: QWidget, notices: SimpleNamespace
) -> None:
    area = NoticeArea(notices.bridge, window)
    dialog = Dialog("Settings", window, width=600, height=500)
    close = dialog.add_button("Close", "primary")
    apply = button("Apply", kind="primary")
    dialog.body.addStretch(1)
    dialog.body.addWidget(apply)
    dialog.open()
    undone: list[bool] = []
    notices.bridge.info("The loyalty programme was changed.", "Undo", lambda: undone.append(True))
    notices.bridge.info("One that stays.")
    toast, stays = toasts(area)
    assert toast.window() is dialog
    for main in (apply, close):
        covered = QRect(main.mapTo(dialog, main.rect().topLeft()), main.size())
        assert not area.geometry().intersects(covered)
    assert dialog.rect().contains(area.geometry())
    qtbot.mouseClick(toast.action_button, Qt.MouseButton.LeftButton)
    assert undone == [True]
    dialog.reject()
    assert stays.window() is window and area.isVisible()
    assert window.rect().contains(area.geometry())


def test_a_small_dialog_is_not_covered_and_the_toast_waits_for_its_end(
    qtbot: QtBot, window: QWidget, notices: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.widgets.toast.SHOW_MS", 20)
    area = NoticeArea(notices.bridge, window)
    dialog = Dialog("Discard your changes?", window, width=300)
    dialog.add_button("Discard")
    dialog.open()
    notices.bridge.info("3 reminders were sent while you were away.")
    assert area.window() is window
    qtbot.wait(80)
    assert len(toasts(area)) == 1, "it went before it could be read"
    dialog.reject()
    qtbot.waitUntil(lambda: not toasts(area))


def test_the_banner_takes_no_room_when_there_is_none(window: QWidget, notices: SimpleNamespace) -> None:
    strip = BannerStrip(notices.bridge, window)
    assert strip.isHidden()
    notices.bridge.banner("The connection was lost.")
    assert not strip.isHidden()
    assert "The connection was lost." in words(strip)
    notices.bridge.clear_banner()
    assert strip.isHidden()

"""The lock, the idle watch, and a whole session: lock, unlock, sign out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMainWindow, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from crm_desktop.errors import ServerUnavailable, WrongPassword
from crm_desktop.settings import Preferences, Profile
from tests.helpers.postgres import ADMIN, PASSWORD, Crm
from ui.customers.customer_dialog import CustomerDialog
from ui.session import Session
from ui.sign_in import work
from ui.sign_in.idle import IdleWatch
from ui.sign_in.lock import Lock
from ui.tasks import Tasks
from ui.theme import Theme
from ui.widgets.dialog import FormDialog
from ui.widgets.notice_area import NoticeArea


class Form(FormDialog):
    def __init__(self, parent: QWidget) -> None:
        super().__init__("A form", parent)
        self.typed = QLineEdit()
        self.body.addWidget(self.typed)

    def is_dirty(self) -> bool:
        return bool(self.typed.text())

    def save(self, *, close: bool) -> None:
        self.accept()


@pytest.fixture
def window(qtbot: QtBot, theme: Theme) -> QMainWindow:
    made = QMainWindow()
    body = QWidget()
    column = QVBoxLayout(body)
    column.addWidget(QLabel("Ana Ruiz, +34 600 000 000"))
    column.addWidget(QLineEdit("typed"))
    made.setCentralWidget(body)
    made.resize(600, 400)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitActive(made).__enter__()
    return made


def seen(window: QWidget) -> list[str]:
    """The texts on screen."""
    labels = [label for label in window.findChildren(QLabel) if label.isVisible() and label.text()]
    return [label.text() for label in labels if label.window() is window]


def test_hides_everything_and_brings_it_back(window: QMainWindow, qtbot: QtBot) -> None:
    form = Form(window)
    form.open()
    form.typed.setText("not saved yet")
    form.typed.setFocus()
    lock = Lock("Ada Admin")
    lock.lock()
    assert lock.is_locked
    assert seen(window) == ["Locked"]
    assert seen(form) == ["Locked"]
    assert not form.typed.isVisible()
    assert form.isVisible()
    assert QApplication.activeModalWidget() is lock.dialog
    lock.unlock()
    assert not lock.is_locked
    assert "Ana Ruiz, +34 600 000 000" in seen(window)
    assert form.typed.isVisible()
    assert form.typed.text() == "not saved yet"
    assert form.focusWidget() is form.typed
    form.discard()


def test_the_cover_grows_with_its_window(window: QMainWindow) -> None:
    lock = Lock("Ada Admin")
    lock.lock()
    window.resize(900, 700)
    covers = [w for w in window.children() if isinstance(w, QWidget) and w.isVisible() and not w.isWindow()]
    assert [cover.size() for cover in covers] == [window.size()]
    lock.unlock()


def test_what_is_said_meanwhile_shows_afterwards(window: QMainWindow, notices: SimpleNamespace) -> None:
    area = NoticeArea(notices.bridge, window)
    lock = Lock("Ada Admin")
    lock.lock()
    notices.bridge.info("Ana Ruiz deleted")
    assert not area.isVisible()
    lock.unlock()
    assert area.isVisible()
    assert "Ana Ruiz deleted" in seen(window)


def test_a_dialog_that_opens_meanwhile_is_covered(window: QMainWindow, qtbot: QtBot) -> None:
    lock = Lock("Ada Admin")
    lock.lock()
    form = Form(window)
    form.open()
    qtbot.waitUntil(lambda: seen(form) == ["Locked"])
    assert QApplication.activeModalWidget() is lock.dialog
    lock.unlock()
    assert form.typed.isVisible()
    form.discard()


def test_only_a_password_leaves_it(window: QMainWindow, qtbot: QtBot) -> None:
    lock = Lock("Ada Admin")
    tried: list[str] = []
    lock.submitted.connect(tried.append)
    lock.lock()
    dialog = lock.dialog
    assert dialog is not None
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    dialog.close()
    assert dialog.isVisible()
    dialog.unlock_button.click()
    assert dialog._field.error == "Type your password."
    dialog.password.setText("wrong")
    qtbot.keyClick(dialog.password, Qt.Key.Key_Return)
    assert tried == ["wrong"]
    lock.refuse(WrongPassword("Username or password is wrong."))
    assert dialog._field.error == "This is not your password."
    lock.refuse(ServerUnavailable("The server cannot be reached.", hint="Check the network."))
    assert "cannot be reached" in dialog.message.text
    assert dialog.password.text() == "wrong"
    lock.unlock()


def test_the_idle_watch_tells_once(qtbot: QtBot, window: QMainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr("ui.sign_in.idle.time.monotonic", lambda: now[0])
    watch = IdleWatch(15)
    told: list[bool] = []
    watch.idle.connect(lambda: told.append(True))
    now[0] += 14 * 60
    watch.look()
    qtbot.keyClick(window.windowHandle(), Qt.Key.Key_A)
    now[0] += 14 * 60
    watch.look()
    assert told == []
    now[0] += 60
    watch.look()
    watch.look()
    assert told == [True]
    watch.set_minutes(0)
    now[0] += 10_000
    watch.look()
    assert told == [True]
    watch.stop()


# A session with the real main window


@pytest.fixture
def session(clean: Crm, qtbot: QtBot, theme: Theme, preferences: Preferences, tmp_path: Path) -> Iterator[Session]:
    tasks = Tasks()
    account = work.sign_in(clean.target, ADMIN, PASSWORD)
    made = Session(account, Profile("Company", "server", None, clean.target), preferences, theme, tasks)
    qtbot.addWidget(made.window)
    made.start()
    qtbot.waitUntil(lambda: made.operations.idle, timeout=10_000)
    yield made
    qtbot.waitUntil(lambda: tasks.idle, timeout=10_000)
    made.close()
    tasks.close()
    made.deleteLater()
    tasks.deleteLater()


def unlock_with(session: Session, password: str) -> None:
    dialog = session._lock.dialog
    assert dialog is not None
    dialog.password.setText(password)
    dialog.unlock_button.click()


def test_a_session_locks_and_opens_with_the_same_person_s_password(session: Session, qtbot: QtBot) -> None:
    qtbot.keyClick(session.window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert session.is_locked
    unlock_with(session, "not the password")
    dialog = session._lock.dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog._field.error == "This is not your password.", timeout=10_000)
    unlock_with(session, PASSWORD)
    qtbot.waitUntil(lambda: not session.is_locked, timeout=10_000)


def test_a_dialog_can_be_locked_and_is_kept(session: Session, qtbot: QtBot) -> None:
    form = Form(session.window)
    form.open()
    form.typed.setText("not saved yet")
    qtbot.waitUntil(lambda: QApplication.activeWindow() is form)
    qtbot.waitUntil(lambda: bool(form.property("binds_keys")))
    qtbot.keyClick(form, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert session.is_locked
    unlock_with(session, PASSWORD)
    qtbot.waitUntil(lambda: not session.is_locked, timeout=10_000)
    assert form.isVisible()
    assert form.typed.text() == "not saved yet"
    form.discard()


def test_signing_out_asks_when_something_is_not_saved(session: Session, qtbot: QtBot) -> None:
    dialog = CustomerDialog(session.context, session.window)
    dialog.open()
    qtbot.waitUntil(lambda: session.operations.idle, timeout=10_000)
    line = dialog.form["contact_name"].editor
    assert isinstance(line, QLineEdit)
    line.setText("not saved yet")

    def press(text: str) -> None:
        question = QApplication.activeModalWidget()
        assert question is not None
        next(b for b in question.findChildren(QPushButton) if b.text() == text).click()

    ended: list[bool] = []
    session.ended.connect(lambda: ended.append(True))
    QTimer.singleShot(0, session, lambda: press("Stay"))
    session.sign_out()
    assert ended == []
    assert dialog.isVisible()
    session.lock()
    QTimer.singleShot(0, session, lambda: press("Discard and sign out"))
    session.sign_out()
    assert ended == [True]
    assert not any(isinstance(each, CustomerDialog) and each.isVisible() for each in QApplication.topLevelWidgets())
    assert not session.is_locked


def test_settings_keys_and_password_open(session: Session, qtbot: QtBot) -> None:
    for key, title in ((Qt.Key.Key_Comma, "Settings"), (None, "Keys")):
        session.window.activateWindow()
        qtbot.waitUntil(lambda: QApplication.activeWindow() is session.window)
        if key is None:
            qtbot.keyClick(session.window, Qt.Key.Key_F1)
        else:
            qtbot.keyClick(session.window, key, Qt.KeyboardModifier.ControlModifier)
        dialog = QApplication.activeModalWidget()
        assert dialog is not None
        assert dialog.windowTitle() == title
        qtbot.waitUntil(lambda: session.operations.idle, timeout=10_000)
        dialog.close()


def test_changes_one_s_own_password(session: Session, clean: Crm, qtbot: QtBot) -> None:
    session.change_password()
    dialog = session._dialog
    fields = dialog.fields  # type: ignore[union-attr]
    for current, expected in (("not the password", "This is not your current password."), (PASSWORD, "")):
        fields.current.setText(current)
        fields.new.setText("seven wooden owls")
        fields.repeat.setText("seven wooden owls")
        dialog.save_button.click()  # type: ignore[union-attr]
        if expected:
            qtbot.waitUntil(lambda words=expected: fields.form.fields["current"].error == words, timeout=10_000)
    said: list[str] = []
    session.notices.shown.connect(lambda notice: said.append(notice.text))
    qtbot.waitUntil(lambda: said == ["Your password has been changed."], timeout=10_000)
    try:
        session.lock()
        unlock_with(session, "seven wooden owls")
        qtbot.waitUntil(lambda: not session.is_locked, timeout=10_000)
    finally:
        work.change_password(session._account, "seven wooden owls", PASSWORD)

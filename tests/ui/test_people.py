"""Settings: people against a real database, appearance, this computer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from crm_desktop.access.accounts import list_users
from tests.helpers.postgres import ADMIN, Crm
from tests.ui.desk import Desk, nameless
from ui.settings.appearance_page import AppearancePage, ComputerPage
from ui.settings.dialog import SettingsDialog
from ui.settings.people_model import PeopleModel
from ui.settings.people_page import PeoplePage
from ui.settings.person_dialogs import AddPersonDialog, ResetPasswordDialog
from ui.sign_in.idle import IdleWatch
from ui.widgets.dialog import Dialog


@pytest.fixture
def page(desk: Desk, qtbot: QtBot) -> PeoplePage:
    made = PeoplePage(desk.context)
    qtbot.addWidget(made)
    made.resize(800, 500)
    made.show()
    desk.settle()
    return made


def rows(page: PeoplePage) -> list[tuple[str, ...]]:
    model = page.model
    return [tuple(model.index(row, column).data() for column in range(4)) for row in range(model.rowCount())]


def choose(page: PeoplePage, username: str) -> None:
    page.table.selectRow([row[1] for row in rows(page)].index(username))


def dialog_of(kind: type[Any], parent: QWidget) -> Any:
    return parent.findChild(kind)


def answer(text: str) -> list[str]:
    """Press the button `text` of the question that comes; what it asked."""
    asked: list[str] = []

    def press() -> None:
        question = QApplication.activeModalWidget()
        assert isinstance(question, Dialog)
        asked.extend([question.heading.text(), question.accessibleDescription()])
        next(b for b in question.findChildren(QPushButton) if b.text() == text).click()

    QTimer.singleShot(0, QApplication.instance(), press)
    return asked


def test_lists_who_may_sign_in(page: PeoplePage) -> None:
    assert rows(page) == [
        ("Ada Admin", "ada", "Administrator", "Active"),
        ("Emil Employee", "emil", "Employee", "Active"),
    ]
    assert page.chosen is not None
    assert page.chosen.username == ADMIN
    assert nameless(page) == []


def test_the_model_is_sound(desk: Desk, qtmodeltester: ModelTester) -> None:
    model = PeopleModel()
    with desk.context.database.session() as session:
        model.set_people(list_users(session))
    qtmodeltester.check(model)


def test_the_tooltip_of_a_name_takes_nothing_for_html(desk: Desk) -> None:
    model = PeopleModel()
    with desk.context.database.session() as session:
        model.set_people([replace(each, display_name="<img src='//host/x.png'>") for each in list_users(session)])
    assert "<img" in model.index(0, 0).data() and "<img" not in model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)


def test_adds_a_person_who_has_to_choose_a_password(page: PeoplePage, desk: Desk, clean: Crm, qtbot: QtBot) -> None:
    page.add_button.click()
    dialog: AddPersonDialog = dialog_of(AddPersonDialog, page)
    dialog.save_button.click()
    assert dialog.form.fields["username"].error == "Choose a username."
    dialog.name.setText("Ben Berg")
    dialog.username.setText("Ben Berg!")
    dialog.password.setText("a first password")
    dialog.save_button.click()
    desk.wait(lambda: "lower-case" in dialog.form.fields["username"].error)
    dialog.username.setText("ben")
    dialog.save_button.click()
    desk.wait(lambda: len(rows(page)) == 3)
    assert ("Ben Berg", "ben", "Employee", "Has to choose a password") in rows(page)
    desk.wait(lambda: page.chosen is not None and page.chosen.username == "ben")
    assert desk.texts() == ["Ben Berg can sign in as ben."]
    with psycopg.connect(clean.target.conninfo(), user="ben", password="a first password") as connection:
        assert connection.execute("SELECT crm.is_admin()").fetchone() == (False,)


def test_a_name_that_is_taken_is_said(page: PeoplePage, desk: Desk) -> None:
    page.add_button.click()
    dialog: AddPersonDialog = dialog_of(AddPersonDialog, page)
    dialog.name.setText("Another Emil")
    dialog.username.setText("emil")
    dialog.password.setText("a first password")
    dialog.save_button.click()
    desk.wait(lambda: "emil" in f"{dialog.message.text} {dialog.form.fields['username'].error}")
    assert dialog.isVisible()
    dialog.discard_button.click()


def test_resets_a_password(page: PeoplePage, desk: Desk, clean: Crm) -> None:
    choose(page, "emil")
    page.password_button.click()
    dialog: ResetPasswordDialog = dialog_of(ResetPasswordDialog, page)
    dialog.password.setText("another first password")
    dialog.save_button.click()
    desk.wait(lambda: "Emil Employee has a new password." in desk.texts())
    old = clean.passwords["emil"]
    try:
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(clean.target.conninfo(), user="emil", password=old)
        psycopg.connect(clean.target.conninfo(), user="emil", password="another first password").close()
    finally:
        restore(clean, "emil", old)


def restore(clean: Crm, username: str, password: str) -> None:
    """As provisioning left it, for the tests that follow."""
    with clean.connect() as connection:
        verifier = connection.pgconn.encrypt_password(password.encode(), username.encode(), b"scram-sha-256").decode()
        connection.execute("SELECT crm.reset_password(id, %s) FROM crm.users WHERE username = %s", (verifier, username))
    with clean.as_owner() as connection:
        connection.execute("UPDATE crm.users SET must_change_password = false")


def test_changes_a_role_after_a_question(page: PeoplePage, desk: Desk) -> None:
    choose(page, "emil")
    assert page.role_button.text() == "Make administrator"
    asked = answer("Make administrator")
    page.role_button.click()
    assert asked[0] == "Make Emil Employee an administrator?"
    desk.wait(lambda: ("Emil Employee", "emil", "Administrator", "Active") in rows(page))
    answer("Make employee")
    page.role_button.click()
    desk.wait(lambda: ("Emil Employee", "emil", "Employee", "Active") in rows(page))


def test_deactivates_and_reactivates(page: PeoplePage, desk: Desk, clean: Crm) -> None:
    choose(page, "emil")
    asked = answer("Deactivate")
    page.active_button.click()
    assert "cannot sign in any more" in asked[1]
    desk.wait(lambda: ("Emil Employee", "emil", "Employee", "Deactivated") in rows(page))
    with pytest.raises(psycopg.OperationalError, match="not permitted to log in"):
        clean.connect("emil")
    assert page.active_button.text() == "Reactivate"
    assert not page.password_button.isEnabled()
    page.active_button.click()
    desk.wait(lambda: ("Emil Employee", "emil", "Employee", "Active") in rows(page))
    clean.connect("emil").close()


def test_a_question_can_be_refused(page: PeoplePage, desk: Desk) -> None:
    choose(page, "emil")
    answer("Cancel")
    page.active_button.click()
    desk.settle()
    assert ("Emil Employee", "emil", "Employee", "Active") in rows(page)


@pytest.mark.parametrize(("button", "yes"), [("active_button", "Deactivate"), ("role_button", "Make employee")])
def test_the_last_administrator_stays(page: PeoplePage, desk: Desk, button: str, yes: str) -> None:
    choose(page, ADMIN)
    asked = answer(yes)
    getattr(page, button).click()
    assert "your own account" in asked[1]
    desk.wait(lambda: bool(desk.said))
    assert desk.said[0].is_error
    assert "last" in desk.said[0].text
    assert ("Ada Admin", "ada", "Administrator", "Active") in rows(page)


def test_others_see_no_people(desk: Desk, idle: IdleWatch, qtbot: QtBot) -> None:
    can = replace(desk.context.capabilities, manage_users=False, change_settings=False)
    dialog = SettingsDialog(replace(desk.context, capabilities=can), idle=idle, reminders_changed=lambda: None)
    qtbot.addWidget(dialog)
    assert [dialog.tabs.tabText(index) for index in range(dialog.tabs.count())] == [
        "Reminders", "Appearance", "This computer",
    ]  # fmt: skip


@pytest.fixture
def idle(qtbot: QtBot) -> Iterator[IdleWatch]:
    watch = IdleWatch(15)
    yield watch
    watch.stop()
    watch.deleteLater()


def test_appearance_shows_at_once_and_is_remembered(desk: Desk, qtbot: QtBot) -> None:
    page = AppearancePage(desk.context)
    qtbot.addWidget(page)
    theme, preferences = desk.context.theme, desk.context.preferences
    try:
        page.theme.set_value("dark")
        page.text_size.set_value("2.0")
        assert theme.tokens.dark
        assert theme.text_scale == 2.0
        assert (preferences.get("theme"), preferences.get("text_scale")) == ("dark", 2.0)
    finally:
        theme.set_mode("light")
        theme.set_text_scale(1.0)


def test_the_lock_s_minutes_are_remembered(desk: Desk, idle: IdleWatch, qtbot: QtBot) -> None:
    page = ComputerPage(desk.context, idle)
    qtbot.addWidget(page)
    assert page.minutes.value == "15"
    page.minutes.set_value("5")
    assert desk.context.preferences.get("lock_minutes") == 5


def test_exporting_is_a_right_that_is_switched_here(page: PeoplePage, desk: Desk, clean: Crm) -> None:
    choose(page, "ada")
    assert not page.export_button.isEnabled(), "administrators always may"
    choose(page, "emil")
    assert page.export_button.text() == "Forbid exporting"
    page.export_button.click()
    desk.wait(lambda: page.export_button.text() == "Allow exporting")
    assert "May not export" in page.explanation.text()
    with psycopg.connect(clean.target.conninfo(), user="emil", password=clean.passwords["emil"]) as connection:
        assert connection.execute("SELECT crm.may_export()").fetchone() == (False,)
    page.export_button.click()
    desk.wait(lambda: page.export_button.text() == "Forbid exporting")
    assert desk.texts() == [
        "Emil Employee may not export lists to files any more.",
        "Emil Employee may export lists to files.",
    ]

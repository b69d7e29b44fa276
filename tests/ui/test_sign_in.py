"""Signing in: every refusal in its own words, nothing typed lost, and a password chosen by an administrator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crm_desktop.database.target import Target
from crm_desktop.settings import Preferences, Profile, ProfileStore
from tests.helpers.postgres import ADMIN, PASSWORD, Crm
from ui.sign_in.change_password import ChangePasswordPage
from ui.sign_in.page import SignInPage
from ui.start import StartFlow
from ui.tasks import Tasks
from ui.theme import Theme
from ui.warm_up import WarmUp

NOBODY_HOME = Target(("127.0.0.1",), 1, "crm")


@dataclass
class Door:
    """The start window at a database, and who came in."""

    flow: StartFlow
    qtbot: QtBot
    came_in: list[Any] = field(default_factory=list)

    @property
    def page(self) -> SignInPage:
        return self.flow.sign_in_page

    def sign_in(self, username: str, password: str) -> None:
        self.page.username.setText(username)
        self.page.password.setText(password)
        self.qtbot.mouseClick(self.page.sign_in, Qt.MouseButton.LeftButton)

    def refused(self, username: str, password: str) -> str:
        """What the page says; and that nothing typed was lost."""
        self.sign_in(username, password)
        self.qtbot.waitUntil(lambda: bool(self.page.message.text), timeout=15_000)
        self.qtbot.waitUntil(self.page.sign_in.isEnabled)
        assert self.page.username.text() == username
        assert self.page.password.text() == password
        assert self.came_in == []
        return self.page.message.text

    def enters(self) -> Any:
        self.qtbot.waitUntil(lambda: bool(self.came_in), timeout=15_000)
        return self.came_in[-1]


class Doors:
    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self._qtbot = qtbot
        self._folder = folder
        self._open: list[tuple[Tasks, Door]] = []
        self.store = ProfileStore(folder / "profiles.json")

    def at(self, target: Target, *more: Profile) -> Door:
        profile = Profile("Company", "server", None, target)
        for each in (profile, *more):
            self.store.save(each)
        return self._open_door(profile)

    def at_last(self) -> Door:
        """The program started again: the database used last is offered."""
        profile = self.store.last_used
        assert profile is not None
        return self._open_door(profile)

    def _open_door(self, profile: Profile) -> Door:
        tasks = Tasks()
        preferences = Preferences(self._folder / "preferences.json")
        flow = StartFlow(tasks, WarmUp(), preferences, self._folder, self.store, profile)
        door = Door(flow, self._qtbot)
        flow.signed_in.connect(lambda account, _profile, _problem: door.came_in.append(account))
        flow.start()
        flow.painted()
        self._open.append((tasks, door))
        return door

    def close(self) -> None:
        for tasks, door in self._open:
            self._qtbot.waitUntil(lambda tasks=tasks: tasks.idle, timeout=15_000)
            tasks.close()
            for account in door.came_in:
                account.database.close()
            door.flow.window.hide()
            door.flow.window.deleteLater()
            door.flow.deleteLater()
            tasks.deleteLater()


@pytest.fixture
def doors(qtbot: QtBot, theme: Theme, tmp_path: Path) -> Iterator[Doors]:
    made = Doors(qtbot, tmp_path)
    yield made
    made.close()


@pytest.fixture
def door(doors: Doors, clean: Crm) -> Door:
    return doors.at(clean.target)


def test_the_right_password_opens(door: Door, doors: Doors) -> None:
    door.sign_in(ADMIN, PASSWORD)
    account = door.enters()
    assert account.user.display_name == "Ada Admin"
    assert account.capabilities.manage_users
    assert door.page.password.text() == ""
    assert doors.store.last_used is not None
    assert doors.store.last_used.username == ADMIN


def test_return_in_the_password_field_signs_in(door: Door, qtbot: QtBot) -> None:
    door.page.username.setText(ADMIN)
    door.page.password.setText(PASSWORD)
    qtbot.keyClick(door.page.password, Qt.Key.Key_Return)
    assert door.enters().user.username == ADMIN


def test_a_wrong_password(door: Door) -> None:
    assert "Username or password is wrong." in door.refused(ADMIN, "not the password")


def test_a_deactivated_account(door: Door, clean: Crm) -> None:
    person = clean.add_person("dora", "employee")
    with clean.connect() as connection:
        connection.execute("SELECT crm.deactivate_user(%s)", (person,))
    assert "deactivated" in door.refused("dora", PASSWORD)


def test_an_account_without_access(door: Door, clean: Crm) -> None:
    clean.add_person("karl", "user")
    assert "no access to the CRM" in door.refused("karl", PASSWORD)


def test_a_server_that_is_not_there(doors: Doors, clean: Crm) -> None:
    door = doors.at(NOBODY_HOME)
    assert "cannot be reached" in door.refused(ADMIN, PASSWORD)


@pytest.mark.parametrize(("revision", "words"), [("9999", "newer than this program"), (None, "holds no CRM")])
def test_a_database_of_another_version(door: Door, clean: Crm, revision: str | None, words: str) -> None:
    with clean.as_owner() as connection:
        row = connection.execute("DELETE FROM crm.alembic_version RETURNING version_num").fetchone()
        assert row is not None
        if revision is not None:
            connection.execute("INSERT INTO crm.alembic_version VALUES (%s)", (revision,))
    try:
        assert words in door.refused(ADMIN, PASSWORD)
    finally:
        with clean.as_owner() as connection:
            connection.execute("DELETE FROM crm.alembic_version")
            connection.execute("INSERT INTO crm.alembic_version VALUES (%s)", row)


def test_what_is_missing_is_said_at_its_field(door: Door, qtbot: QtBot) -> None:
    door.page.username.clear()
    qtbot.mouseClick(door.page.sign_in, Qt.MouseButton.LeftButton)
    errors = {name: made.error for name, made in door.page._form.fields.items()}
    assert errors == {"username": "Type your username.", "password": "Type your password."}


def test_without_a_keychain_nothing_can_be_remembered(door: Door, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not door.page.remember.isEnabled())
    assert "keychain" in door.page.remember.toolTip()


@pytest.fixture
def keychain(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], str]:
    """A keychain of the operating system, as far as the window can tell."""
    kept: dict[tuple[str, str], str] = {}

    def save(profile: str, username: str, password: str) -> bool:
        kept[profile, username] = password
        return True

    def forget(profile: str, username: str) -> bool:
        return kept.pop((profile, username), None) is not None

    monkeypatch.setattr("crm_desktop.keychain.available", lambda: True)
    monkeypatch.setattr("crm_desktop.keychain.load", lambda profile, username: kept.get((profile, username)))
    monkeypatch.setattr("crm_desktop.keychain.save", save)
    monkeypatch.setattr("crm_desktop.keychain.forget", forget)
    return kept


def test_remembers_when_asked_and_forgets_when_not(
    keychain: dict[tuple[str, str], str], doors: Doors, clean: Crm, qtbot: QtBot
) -> None:
    door = doors.at(clean.target)
    door.page.remember.setChecked(True)
    door.sign_in(ADMIN, PASSWORD)
    door.enters()
    qtbot.waitUntil(lambda: list(keychain.values()) == [PASSWORD])
    again = doors.at_last()
    qtbot.waitUntil(lambda: again.page.password.text() == PASSWORD)
    assert again.page.username.text() == ADMIN
    assert again.page.remember.isChecked()
    again.page.remember.setChecked(False)
    qtbot.mouseClick(again.page.sign_in, Qt.MouseButton.LeftButton)
    again.enters()
    qtbot.waitUntil(lambda: keychain == {})


def test_what_is_remembered_never_replaces_what_is_typed(
    keychain: dict[tuple[str, str], str], doors: Doors, clean: Crm, qtbot: QtBot
) -> None:
    keychain[str(clean.target), ADMIN] = PASSWORD
    door = doors.at(clean.target)
    door.page.username.setText("emil")
    door.page.fill(ADMIN, PASSWORD, remember=True)
    assert (door.page.username.text(), door.page.password.text()) == ("emil", "")


def test_caps_lock_is_told(door: Door) -> None:
    def press(text: str, modifiers: Qt.KeyboardModifier) -> None:
        event = QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_A, modifiers, text)
        QApplication.sendEvent(door.page.password, event)

    press("A", Qt.KeyboardModifier.NoModifier)
    assert door.page._password_field.below.text() == "Caps Lock is on."
    press("A", Qt.KeyboardModifier.ShiftModifier)
    assert door.page._password_field.below.text() == ""
    press("a", Qt.KeyboardModifier.ShiftModifier)
    assert door.page._password_field.below.text() == "Caps Lock is on."


def test_a_choice_of_databases(doors: Doors, clean: Crm) -> None:
    other = Profile("Other", "server", None, NOBODY_HOME, username="someone")
    door = doors.at(clean.target, other)
    assert door.page._database_field.isVisibleTo(door.page)
    door.page.username.setText(ADMIN)
    door.page.database.set_value("Other")
    assert door.page.username.text() == "someone"
    assert "cannot be reached" in door.refused("someone", "whatever it was")
    door.page.database.set_value("Company")
    assert door.page.message.text == ""
    door.sign_in(ADMIN, PASSWORD)
    assert door.enters().user.username == ADMIN


def test_a_password_chosen_by_an_administrator_is_changed_first(door: Door, clean: Crm, qtbot: QtBot) -> None:
    person = clean.add_person("nina", "employee")
    with clean.as_owner() as connection:
        connection.execute("UPDATE crm.users SET must_change_password = true WHERE id = %s", (person,))
    door.sign_in("nina", PASSWORD)
    qtbot.waitUntil(lambda: isinstance(door.flow.window.page, ChangePasswordPage), timeout=15_000)
    page = door.flow.window.page
    assert isinstance(page, ChangePasswordPage)
    assert door.came_in == []
    page.fields.new.setText("password1")
    page.fields.repeat.setText("something else")
    qtbot.mouseClick(page.change_button, Qt.MouseButton.LeftButton)
    assert page.fields.form.fields["repeat"].error == "The two passwords differ."
    page.fields.new.setText("seven wooden owls")
    page.fields.repeat.setText("seven wooden owls")
    qtbot.mouseClick(page.change_button, Qt.MouseButton.LeftButton)
    account = door.enters()
    assert not account.user.must_change_password
    clean.passwords["nina"] = "seven wooden owls"
    with clean.connect("nina") as connection:
        row = connection.execute("SELECT must_change_password FROM crm.users WHERE username = 'nina'").fetchone()
    assert row == (False,)


def test_after_signing_out_the_next_person_can_come(door: Door, clean: Crm) -> None:
    door.sign_in(ADMIN, PASSWORD)
    door.enters().database.close()
    door.flow.window.hide()
    door.flow.show_again()
    assert door.page.username.text() == ADMIN
    assert door.page.password.text() == ""
    door.sign_in("emil", PASSWORD)
    door.qtbot.waitUntil(lambda: len(door.came_in) == 2, timeout=15_000)
    assert not door.came_in[1].capabilities.manage_users

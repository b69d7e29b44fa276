"""The first start: a database on this computer, or a company server."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from crm_desktop.errors import Cancelled, CrmError
from crm_desktop.settings import Preferences, Profile, ProfileStore
from tests.helpers.local_server import data_folder
from tests.helpers.postgres import ADMIN, PASSWORD, Crm
from tests.ui.desk import nameless
from ui.first_run.admin_page import AdminPage
from ui.first_run.connection_page import ConnectionPage
from ui.first_run.progress_page import ProgressPage
from ui.first_run.welcome_page import WelcomePage
from ui.handles import Progress
from ui.sign_in import work
from ui.sign_in.page import SignInPage
from ui.start import StartFlow
from ui.start_window import StartPage
from ui.tasks import Tasks
from ui.theme import Theme
from ui.warm_up import WarmUp

LONG = 60_000


@dataclass
class Start:
    flow: StartFlow
    tasks: Tasks
    store: ProfileStore
    qtbot: QtBot
    came_in: list[tuple[Any, Profile, CrmError | None]] = field(default_factory=list)

    @property
    def page(self) -> StartPage | None:
        return self.flow.window.page

    def until(self, kind: type[StartPage]) -> Any:
        self.qtbot.waitUntil(lambda: isinstance(self.page, kind), timeout=LONG)
        return self.page

    def entered(self) -> tuple[Any, Profile, CrmError | None]:
        self.qtbot.waitUntil(lambda: bool(self.came_in), timeout=LONG)
        return self.came_in[0]


@pytest.fixture
def folder() -> Iterator[Path]:
    with data_folder("Daten für Zoë") as made:
        yield made


@pytest.fixture
def start(folder: Path, tmp_path: Path, theme: Theme, qtbot: QtBot) -> Iterator[Start]:
    tasks = Tasks()
    store = ProfileStore(tmp_path / "profiles.json")
    flow = StartFlow(tasks, WarmUp(), Preferences(tmp_path / "preferences.json"), folder, store, None)
    made = Start(flow, tasks, store, qtbot)
    flow.signed_in.connect(lambda *what: made.came_in.append(what))
    flow.start()
    flow.painted()
    yield made
    qtbot.waitUntil(lambda: tasks.idle, timeout=LONG)
    tasks.close()
    for account, _profile, _problem in made.came_in:
        account.database.close()
    flow.close()
    flow.window.hide()
    flow.window.deleteLater()
    flow.deleteLater()
    tasks.deleteLater()


def fill(page: AdminPage) -> None:
    page.name.setText("Zoë Novák")
    page.username.setText("zoe")
    page.password.setText(PASSWORD)
    page.repeat.setText(PASSWORD)


def test_begins_with_the_choice(start: Start, folder: Path) -> None:
    page = start.until(WelcomePage)
    assert nameless(page) == []
    assert not folder.exists()
    assert page.go_back.isHidden()
    page.server.click()
    assert isinstance(start.page, ConnectionPage)
    start.page.go_back.click()
    assert isinstance(start.page, WelcomePage)


def test_what_is_missing_is_said_at_its_field(qtbot: QtBot, theme: Theme) -> None:
    page = AdminPage()
    qtbot.addWidget(page)
    page.create_button.click()
    assert {name: made.error for name, made in page.form.fields.items() if made.error} == {
        "display_name": "Type your name, as colleagues shall see it.",
        "username": "Choose a username.",
        "password": "Use at least 8 characters.",
    }
    qtbot.keyClicks(page.name, "Zoe Novak")
    assert page.username.text() == "zoe"
    page.password.setText("12345678")
    assert page.strength.text.startswith("Too weak")
    page.password.setText(PASSWORD)
    assert page.strength.text.startswith("Strong")
    page.create_button.click()
    assert page.form.fields["repeat"].error == "The two passwords differ."


@pytest.mark.slow
def test_sets_up_this_computer_with_sample_data(
    start: Start, folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[str] = []

    def load(account: work.Account, progress: Progress) -> None:
        progress.report(0.5, "Half of it")
        loaded.append(account.user.username)

    monkeypatch.setattr(work, "add_sample_data", load)
    start.until(WelcomePage).local.click()
    page = start.until(AdminPage)
    fill(page)
    page.password.setText("password")
    page.repeat.setText("password")
    page.sample.setChecked(True)
    page.create_button.click()
    start.until(ProgressPage)
    # A password that anybody would guess comes back to its field, with everything else as it was.
    page = start.until(AdminPage)
    assert page.form.fields["password"].error
    assert page.name.text() == "Zoë Novák"
    page.password.setText(PASSWORD)
    page.repeat.setText(PASSWORD)
    page.create_button.click()
    account, profile, problem = start.entered()
    assert (account.user.username, account.user.display_name, account.user.role) == ("zoe", "Zoë Novák", "admin")
    assert not account.user.must_change_password
    assert problem is None
    assert loaded == ["zoe"]
    assert profile.data_dir == folder
    assert start.store.last_used == Profile("This computer", "local", folder, None, "zoe")


@pytest.mark.slow
def test_sample_data_can_be_cancelled(start: Start, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    began, stopped = threading.Event(), threading.Event()

    def load(_account: work.Account, progress: Progress) -> None:
        began.set()
        try:
            while True:
                progress.report(0.1, "Adding")
                stopped.wait(0.01)
        except Cancelled:
            stopped.set()
            raise

    monkeypatch.setattr(work, "add_sample_data", load)
    start.until(WelcomePage).local.click()
    page = start.until(AdminPage)
    fill(page)
    page.sample.setChecked(True)
    page.create_button.click()
    qtbot.waitUntil(began.is_set, timeout=LONG)
    progress_page = start.until(ProgressPage)
    qtbot.mouseClick(progress_page.panel.cancel_button, Qt.MouseButton.LeftButton)
    _account, _profile, problem = start.entered()
    assert problem is None
    qtbot.waitUntil(stopped.is_set)


def test_a_folder_that_cannot_be_used_says_so(start: Start, folder: Path, qtbot: QtBot) -> None:
    folder.write_text("a file stands in the way")
    try:
        start.until(WelcomePage).local.click()
        page = start.until(AdminPage)
        fill(page)
        page.create_button.click()
        progress_page = start.until(ProgressPage)
        qtbot.waitUntil(lambda: bool(progress_page.message.text), timeout=LONG)
        assert str(folder) in progress_page.message.text
        progress_page.go_back.click()
        assert isinstance(start.page, AdminPage)
        assert start.page.password.text() == PASSWORD
    finally:
        folder.unlink()


def connect_to(start: Start, crm: Crm) -> ConnectionPage:
    start.until(WelcomePage).server.click()
    page = start.until(ConnectionPage)
    assert isinstance(page, ConnectionPage)
    page.hosts.setText(crm.target.hosts[0])
    page.port.setValue(crm.target.port)
    page.sslmode.set_value("prefer")
    return page


def test_a_company_server_is_tested_and_saved(start: Start, clean: Crm, qtbot: QtBot) -> None:
    page = connect_to(start, clean)
    page.test.click()
    assert page.form.fields["username"].error
    page.username.setText(ADMIN)
    page.password.setText("not the password")
    page.test.click()
    qtbot.waitUntil(lambda: "Username or password is wrong." in page.message.text, timeout=LONG)
    page.password.setText(PASSWORD)
    qtbot.waitUntil(page.test.isEnabled)
    page.test.click()
    qtbot.waitUntil(lambda: "knows you as Ada Admin" in page.message.text, timeout=LONG)
    qtbot.waitUntil(page.test.isEnabled)
    page.save.click()
    sign_in = start.until(SignInPage)
    assert sign_in.username.text() == ADMIN
    (profile,) = start.store.load()
    assert profile.target is not None
    assert (profile.name, profile.kind, profile.target.hosts) == ("Company CRM", "server", clean.target.hosts)
    sign_in.sign_in.click()
    assert start.entered()[0].user.username == ADMIN


def test_a_connection_needs_its_parts(start: Start, tmp_path: Path) -> None:
    start.until(WelcomePage).server.click()
    page = start.until(ConnectionPage)
    page.dbname.clear()
    page.ca_file.setText(str(tmp_path / "nothing.pem"))
    page.save.click()
    assert {name: made.error for name, made in page.form.fields.items() if made.error} == {
        "hosts": "Type the server's name or address.",
        "dbname": "Type the name of the database.",
        "ca_file": "There is no such file.",
    }
    assert start.store.load() == []


def test_a_strict_connection_trusts_the_system_s_authorities(start: Start) -> None:
    start.until(WelcomePage).server.click()
    page = start.until(ConnectionPage)
    page.hosts.setText("one.example.com, two.example.com")
    profile = page._profile()
    assert profile is not None
    assert profile.target is not None
    assert profile.target.hosts == ("one.example.com", "two.example.com")
    assert (profile.target.sslmode, profile.target.sslrootcert) == ("verify-full", "system")

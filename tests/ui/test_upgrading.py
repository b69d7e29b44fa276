"""Opening a database that an earlier version left: the page of its upgrade, and the ways from there."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from crm_desktop.database import local_upgrade
from crm_desktop.database.local_upgrade import UPGRADING
from crm_desktop.database.upgrade_steps import Steps
from crm_desktop.settings import Preferences, Profile, ProfileStore
from tests.helpers.old_database import copy_of, failing_migrations, first_migrations, knowing, old_folder
from tests.helpers.postgres import PASSWORD
from tests.ui.desk import nameless
from ui.first_run.progress_page import ProgressPage
from ui.sign_in.page import SignInPage
from ui.start import StartFlow
from ui.tasks import Tasks
from ui.theme import Theme
from ui.warm_up import WarmUp

LONG = 60_000


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with old_folder(first_migrations(tmp_path_factory.mktemp("migrations"))) as folder:
        yield folder


class Opening:
    """The start window on an old folder. The upgrade stands still where `stop_at` says, until `go`."""

    def __init__(self, folder: Path, tmp_path: Path, qtbot: QtBot) -> None:
        self.folder, self.qtbot, self.tasks = folder, qtbot, Tasks()
        store = ProfileStore(tmp_path / "profiles.json")
        profile = Profile("This computer", "local", folder, None, "ada")
        store.save(profile)
        self.flow = StartFlow(self.tasks, WarmUp(), Preferences(tmp_path / "p.json"), folder, store, profile)
        self.came_in: list[object] = []
        self.flow.signed_in.connect(lambda account, *_: self.came_in.append(account))

    def start(self) -> None:
        self.flow.start()
        self.flow.painted()

    def page(self, kind: type) -> ProgressPage | SignInPage:
        self.qtbot.waitUntil(lambda: isinstance(self.flow.window.page, kind), timeout=LONG)
        page = self.flow.window.page
        assert isinstance(page, (ProgressPage, SignInPage))
        return page

    def sign_in(self) -> None:
        page = self.flow.sign_in_page
        page.password.setText(PASSWORD)
        page.sign_in.click()
        self.qtbot.waitUntil(lambda: bool(self.came_in), timeout=LONG)

    def close(self) -> None:
        self.qtbot.waitUntil(lambda: self.tasks.idle, timeout=LONG)
        self.tasks.close()
        for account in self.came_in:
            account.database.close()  # type: ignore[attr-defined]
        self.flow.close()
        self.flow.window.hide()
        self.flow.window.deleteLater()
        self.flow.deleteLater()
        self.tasks.deleteLater()


@pytest.fixture
def opening(made: Path, tmp_path: Path, theme: Theme, qtbot: QtBot) -> Iterator[Opening]:
    with copy_of(made) as folder:
        one = Opening(folder, tmp_path, qtbot)
        yield one
        one.close()


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[threading.Event, threading.Event]]:
    """The copy waits for the first event, the migrations for the second."""
    copying, migrating = threading.Event(), threading.Event()
    write, provision = local_upgrade.dumps.write_dump, local_upgrade.provisioning.provision

    def slow_copy(*given: object, told: object, **options: object) -> None:
        assert copying.wait(30)
        write(*given, told=told, **options)  # type: ignore[arg-type]

    def slow_migrations(*given: object, **options: object) -> None:
        assert migrating.wait(30)
        provision(*given, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(local_upgrade.dumps, "write_dump", slow_copy)
    monkeypatch.setattr(local_upgrade.provisioning, "provision", slow_migrations)
    yield copying, migrating
    copying.set()
    migrating.set()


def test_an_upgrade_shows_what_it_does_and_lets_one_in(
    opening: Opening, held: tuple[threading.Event, threading.Event]
) -> None:
    copying, migrating = held
    opening.start()
    page = opening.page(ProgressPage)
    assert isinstance(page, ProgressPage)
    assert nameless(page) == []
    assert page.panel.text == "Saving a copy of the database before upgrading it…"
    assert page.panel.cancel_button.isVisible()
    copying.set()
    opening.qtbot.waitUntil(lambda: page.panel.text == f"{UPGRADING}…", timeout=LONG)
    assert not page.panel.cancel_button.isVisible()
    migrating.set()
    opening.page(SignInPage)
    (copy,) = (opening.folder / "backups").glob("*.dump")
    sign_in = opening.flow.sign_in_page
    opening.qtbot.waitUntil(lambda: str(copy) in sign_in.status.text(), timeout=LONG)
    opening.sign_in()


def test_cancelling_in_time_changes_nothing(opening: Opening, held: tuple[threading.Event, threading.Event]) -> None:
    opening.start()
    page = opening.page(ProgressPage)
    assert isinstance(page, ProgressPage)
    page.panel.cancel_button.click()
    sign_in = opening.page(SignInPage)
    assert isinstance(sign_in, SignInPage)
    assert sign_in.message.text.startswith("The upgrade was cancelled. Nothing was changed.")
    for event in held:
        event.set()
    opening.qtbot.waitUntil(lambda: opening.tasks.idle, timeout=LONG)
    assert list((opening.folder / "backups").iterdir()) == []
    assert sign_in.retry.isVisible()
    sign_in.retry.click()
    opening.sign_in()
    assert len(list((opening.folder / "backups").glob("*.dump"))) == 1


def test_a_failure_says_where_the_copy_is(opening: Opening, tmp_path: Path) -> None:
    with knowing(failing_migrations(tmp_path)):
        opening.start()
        sign_in = opening.flow.sign_in_page
        opening.qtbot.waitUntil(lambda: bool(sign_in.message.text), timeout=LONG)
        opening.qtbot.waitUntil(lambda: opening.tasks.idle, timeout=LONG)
    (copy,) = (opening.folder / "backups").glob("*.dump")
    assert "could not be upgraded. Everything in it is as it was before." in sign_in.message.text
    assert str(copy) in sign_in.message.text and "ZeroDivision" not in sign_in.message.text
    assert opening.flow.window.page is sign_in


def test_steps_cancel_once_and_for_all() -> None:
    steps = Steps()
    assert steps.cancel() and steps.cancel()
    with pytest.raises(Exception, match="Cancelled"):
        steps.begin_changing()
    assert steps.can_be_cancelled

"""What UI tests share: the theme on the application, and somebody signed in to a real database."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from crm_desktop.database.engine import Database
from crm_desktop.settings import Preferences
from tests.ui.desk import Desk, at_desk
from ui.notices import Notice, Notices
from ui.theme import Theme


@pytest.fixture(autouse=True)
def _no_garbage_is_collected_in_a_worker() -> Iterator[None]:
    """As in the program (ui/garbage.py): a worker that frees widgets while Qt works with them ends the process.

    Between the tests, when no worker runs, Python collects by itself.
    """
    gc.disable()
    yield
    gc.enable()


@pytest.fixture(scope="session")
def theme(qapp: QApplication) -> Theme:
    """The application's look; a test that changes it puts it back."""
    return Theme(qapp, "light")


@pytest.fixture
def preferences(tmp_path: Path) -> Preferences:
    return Preferences(tmp_path / "preferences.json")


@pytest.fixture
def notices(qtbot: QtBot) -> Iterator[SimpleNamespace]:
    """The bridge, with everything that was said to it: `.bridge`, `.said`, `.texts()`."""
    bridge = Notices()
    said: list[Notice] = []
    bridge.shown.connect(said.append)
    yield SimpleNamespace(bridge=bridge, said=said, texts=lambda: [notice.text for notice in said])
    bridge.deleteLater()


@pytest.fixture
def desk(admin: Database, theme: Theme, preferences: Preferences, qtbot: QtBot) -> Iterator[Desk]:
    """Ada, an administrator, at her desk; the database is empty."""
    with at_desk(admin, theme, preferences, qtbot) as made:
        yield made


@pytest.fixture
def emils(employee: Database, theme: Theme, preferences: Preferences, qtbot: QtBot) -> Iterator[Desk]:
    """Emil, an employee, at the same computer."""
    with at_desk(employee, theme, preferences, qtbot) as made:
        yield made


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    """What dialogs open over."""
    made = QWidget()
    made.resize(1440, 900)
    qtbot.addWidget(made)
    made.show()
    return made

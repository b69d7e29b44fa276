"""The program as a whole: what it imports before its first paint, and a life from start to end."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from crm_desktop.errors import NotFound
from crm_desktop.paths import user_config_dir
from crm_desktop.settings import Preferences, Profile, ProfileStore
from tests.helpers.local_server import data_folder
from ui import app as program
from ui.shortcuts import KEYS, bind, hint
from ui.shortcuts_dialog import ShortcutsDialog
from ui.theme import Theme

ROOT = Path(__file__).resolve().parents[2]

FIRST_PAINT = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from ui.app import Program

app = QApplication([])
window = Program(app, Path(sys.argv[1]), None)
heavy = "sqlalchemy psycopg alembic pyqtgraph numpy zxcvbn keyring phonenumbers qtawesome psutil".split()

def painted():
    print("loaded:", *[name for name in heavy if name in sys.modules])
    QTimer.singleShot(0, app.quit)

window.start.window.painted.connect(painted)
window.run()
app.exec()
window.close()
"""

LIFE = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QPushButton
from ui import app as program

def step():
    window = next((w for w in QApplication.topLevelWidgets() if w.isVisible()), None)
    page = getattr(window, "page", None)
    if type(page).__name__ == "AdminPage" and not hasattr(window, "filled"):
        window.filled = True
        page.name.setText("Ana")
        for field, text in ((page.username, "ana"), (page.password, sys.argv[2]), (page.repeat, sys.argv[2])):
            field.setText(text)
        page.create_button.click()
    elif type(window).__name__ == "MainWindow":
        print("main window", flush=True)
        timer.stop()
        QTimer.singleShot(500, window.close)

timer = QTimer()
timer.timeout.connect(step)
QTimer.singleShot(0, lambda: None)
original = program.QApplication
class Application(original):
    def exec(self):
        timer.moveToThread(self.thread())
        timer.start(100)
        return super().exec()
program.QApplication = Application
print("ended with", program.main(Path(sys.argv[1])), flush=True)
"""


def run(code: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_first_window_paints_before_the_heavy_imports(tmp_path: Path) -> None:
    assert run(FIRST_PAINT, str(tmp_path)).strip() == "loaded:"


@pytest.mark.slow
def test_from_first_run_to_the_end() -> None:
    with data_folder() as folder:
        said = run(LIFE, str(folder), "seven wooden owls")
        assert said.splitlines() == ["main window", "ended with 0"]
        assert not (folder / "postgres" / "postmaster.pid").exists()


def test_begins_with_the_profile_used_last(tmp_path: Path) -> None:
    store = ProfileStore(tmp_path / "profiles.json")
    here, there = Profile("Here", "local", tmp_path), Profile("There", "local", tmp_path / "there")
    assert program._chosen(store, None, None) is None
    store.save(here)
    assert program._chosen(store, None, None) == here
    store.use(there, "ana")
    assert program._chosen(store, None, None) == Profile("There", "local", tmp_path / "there", None, "ana")
    assert program._chosen(store, "Here", None) == here
    with pytest.raises(NotFound, match="Nowhere"):
        program._chosen(store, "Nowhere", None)
    assert program._chosen(None, None, tmp_path) == Profile("This computer", "local", tmp_path)


@pytest.mark.parametrize(("stored", "scale"), [(1.5, 1.5), (9, 2.0), ("large", 1.0), (None, 1.0)])
def test_a_broken_preference_does_no_harm(tmp_path: Path, stored: object, scale: float) -> None:
    preferences = Preferences(tmp_path / "preferences.json")
    preferences.set("text_scale", stored)
    preferences.set("theme", stored)
    assert program._text_scale(preferences) == scale
    assert program._mode(preferences) == "system"
    assert user_config_dir().name == "crm-desktop"


def test_every_key_is_in_the_map(qtbot: QtBot, theme: Theme) -> None:
    names = [key.name for key in KEYS]
    assert len(names) == len(set(names))
    dialog = ShortcutsDialog()
    qtbot.addWidget(dialog)
    shown = {label.text() for label in dialog.findChildren(QLabel)}
    assert {key.text for key in KEYS} <= shown


def test_two_keys_do_not_collide(qtbot: QtBot, qapp: QApplication) -> None:
    bound = [(key.group, keys) for key in KEYS if not key.bound_by_qt for keys in key.keys]
    assert len(bound) == len(set(bound))
    everywhere = {keys for group, keys in bound if group == "Everywhere"}
    assert everywhere.isdisjoint(keys for group, keys in bound if group != "Everywhere")
    dialog = ShortcutsDialog()
    qtbot.addWidget(dialog)
    assert len(bind(dialog, "log_interaction", lambda: None)) == 2
    assert hint("new_customer") == "Ctrl+N"

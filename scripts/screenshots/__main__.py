"""Render every screen in three sizes and two themes into docs/screenshots.

    python -m scripts.screenshots                       all of them
    python -m scripts.screenshots customers analytics   some of them
    python -m scripts.screenshots --size 390x844 --theme dark --out /tmp/look

The people in the pictures are sample data (fixed seed), in a database that is thrown away.
"""

from __future__ import annotations

import argparse
import gc
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QWidget

from crm_desktop.database import local_upgrade
from crm_desktop.database.local_server import LocalServer
from crm_desktop.errors import CrmError, WrongPassword
from crm_desktop.settings import Profile
from scripts.screenshots import png
from scripts.screenshots.scenes import SIGNED_IN
from scripts.screenshots.scenes.desk import empty
from scripts.screenshots.stage import EMPTY, Stage, picture, prepare, wait
from ui.first_run.admin_page import AdminPage
from ui.first_run.progress_page import ProgressPage
from ui.first_run.upgrading import TEXT, TITLE
from ui.first_run.welcome_page import WelcomePage
from ui.sign_in.page import SignInPage
from ui.start_window import StartPage, StartWindow
from ui.tasks import Tasks
from ui.theme import Mode, Theme

OUT = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
SIZES = ("1440x900", "820x1180", "390x844")
THEMES: tuple[Mode, ...] = ("light", "dark")
CUSTOMERS = 2_000
NOT_WIDE = {"customer-card", "segment"}  # on a wide window they are part of "customers" and "segments"


def main() -> None:
    parser = argparse.ArgumentParser(description="Render the pictures in docs/screenshots.")
    parser.add_argument("scene", nargs="*", help="only these")
    parser.add_argument("--size", action="append", choices=SIZES)
    parser.add_argument("--theme", action="append", choices=THEMES)
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    shooting = Shooting(options.scene, options.size or SIZES, options.theme or THEMES, options.out)
    with tempfile.TemporaryDirectory(prefix="crm-pictures-") as folder:
        shooting.run(Path(folder))


class Shooting:
    """Goes through scenes, sizes and themes, and keeps count."""

    def __init__(self, scenes: Sequence[str], sizes: Sequence[str], themes: Sequence[Mode], out: Path) -> None:
        self.scenes, self.sizes, self.themes, self.out = scenes, sizes, themes, out
        self.taken = 0

    def run(self, folder: Path) -> None:
        app = QApplication(["crm-desktop"])
        app.setApplicationDisplayName("CRM Desktop")
        app.setCursorFlashTime(0)
        stage = Stage(app, Theme(app, "light"), Tasks(), LocalServer(folder / "data"), folder)
        self.before_sign_in(stage)
        try:
            if any(self._wanted(name) for name in (*SIGNED_IN, "customers-empty")):
                prepare(stage.server, CUSTOMERS)
                self.signed_in(stage)
        finally:
            stage.tasks.close()
            stage.server.stop()
            # Windows in reference cycles must go before the application does.
            app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
            gc.collect()
        print(f"{self.taken} pictures in {self.out}")

    def before_sign_in(self, stage: Stage) -> None:
        pages = {
            "first-run": _welcome,
            "first-run-admin": _admin,
            "sign-in": _sign_in,
            "sign-in-refused": _refused,
            "upgrading": _upgrading,
            "upgrade-failed": _upgrade_failed,
        }
        for name, make in pages.items():
            if not self._wanted(name):
                continue
            window = StartWindow()
            window.show_page(make(stage))
            window.show()
            for size, theme in self._variants(stage, window):
                self._take(window, name, size, theme)
            window.close()
            window.deleteLater()

    def signed_in(self, stage: Stage) -> None:
        for database, scenes in (("crm", SIGNED_IN), (EMPTY, {"customers-empty": empty})):
            chosen = {name: scene for name, scene in scenes.items() if self._wanted(name)}
            if not chosen:
                continue
            session = stage.sign_in(database)
            session.window.show()
            wait(600)
            for size, theme in self._variants(stage, session.window):
                for name, scene in chosen.items():
                    if name in NOT_WIDE and size == SIZES[0]:
                        continue
                    with ExitStack() as stack:
                        stack.enter_context(scene(session))
                        self._take(session.window, name, size, theme)
            session.window.hide()
            session.close()
            session.window.deleteLater()
            session.deleteLater()
            wait(50)

    def _variants(self, stage: Stage, window: QWidget) -> Iterator[tuple[str, Mode]]:
        for theme in self.themes:
            stage.theme.set_mode(theme)
            for size in self.sizes:
                width, height = map(int, size.split("x"))
                window.resize(width, height)
                wait(150)
                yield size, theme

    def _take(self, window: QWidget, name: str, size: str, theme: str) -> None:
        wait(120)
        png.save(picture(window), self.out / f"{name}-{size}-{theme}.png")
        self.taken += 1

    def _wanted(self, name: str) -> bool:
        return not self.scenes or name in self.scenes


def _welcome(_stage: Stage) -> StartPage:
    return WelcomePage(Path("/home/ana/.local/share/crm-desktop"))


def _admin(_stage: Stage) -> StartPage:
    return AdminPage()


def _sign_in(_stage: Stage) -> SignInPage:
    page = SignInPage()
    profile = Profile("This computer", "local", Path("/home/ana/.local/share/crm-desktop"))
    page.set_profiles([profile], profile)
    page.fill("ana", "a password", True)
    return page


def _refused(_stage: Stage) -> SignInPage:
    page = _sign_in(_stage)
    page.show_error(WrongPassword("Username or password is wrong.", hint="Check both, and whether Caps Lock is on."))
    return page


def _upgrading(_stage: Stage) -> ProgressPage:
    page = ProgressPage(TITLE, TEXT, cancellable=True)
    page.panel.report(-1.0, "Saving a copy of the database before upgrading it: 214 MB…")
    return page


def _upgrade_failed(_stage: Stage) -> SignInPage:
    page = _sign_in(_stage)
    copy = Path("/home/ana/.local/share/crm-desktop/backups/before-upgrade-2026-11-26-091500-revision-0001.dump")
    page.show_error(local_upgrade.failed(CrmError("The disk of the database is full."), copy), can_retry=True)
    return page


if __name__ == "__main__":
    main()

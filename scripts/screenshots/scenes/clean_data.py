"""The pictures of keeping the data clean: duplicates and merging."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtWidgets import QApplication, QDialog

from scripts.screenshots.scenes.window import main_window
from scripts.screenshots.stage import wait, wait_for
from ui.duplicates.merge_dialog import MergeDialog
from ui.duplicates.page import DuplicatesPage
from ui.quality.page import DataQualityPage
from ui.session import Session
from ui.shell.pages import DATA_QUALITY, DUPLICATES

SETTLED_MS = 500


def _duplicates_page(session: Session) -> DuplicatesPage:
    window = main_window(session)
    window.open_tab(DUPLICATES)
    page = window.pages.page(DUPLICATES)
    assert isinstance(page, DuplicatesPage)
    wait_for(lambda: bool(page.cards), "the pairs")
    wait(SETTLED_MS)
    return page


@contextmanager
def duplicates(session: Session) -> Iterator[None]:
    """Pairs, the likeliest first."""
    _duplicates_page(session)
    yield


@contextmanager
def merge_dialog(session: Session) -> Iterator[None]:
    """Which one stays, and which values."""
    page = _duplicates_page(session)
    page.cards[0].merge_wanted.emit(page.cards[0].pair)
    dialog = next(w for w in QApplication.topLevelWidgets() if isinstance(w, MergeDialog) and w.isVisible())
    wait_for(dialog.merge_button.isEnabled, "the customers to merge")
    wait(SETTLED_MS)
    yield
    for each in QApplication.topLevelWidgets():
        if isinstance(each, QDialog) and each.isVisible():
            each.reject()


@contextmanager
def data_quality(session: Session) -> Iterator[None]:
    """What is wrong with the data, and the way to it."""
    window = main_window(session)
    window.open_tab(DATA_QUALITY)
    page = window.pages.page(DATA_QUALITY)
    assert isinstance(page, DataQualityPage)
    wait_for(lambda: page.score.text() != "–", "the figures")
    wait(SETTLED_MS)
    yield


SCENES = {"duplicates": duplicates, "merge-dialog": merge_dialog, "data-quality": data_quality}

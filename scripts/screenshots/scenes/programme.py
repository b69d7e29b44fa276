"""The pictures of the loyalty programme: its page, and its rules in the settings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtWidgets import QApplication

from scripts.screenshots.scenes.window import main_window
from scripts.screenshots.stage import wait, wait_for
from ui.loyalty.page import LoyaltyPage
from ui.loyalty.programme_view import ProgrammeView
from ui.session import Session
from ui.settings.dialog import SettingsDialog
from ui.settings.loyalty_page import LoyaltyRulesPage
from ui.shell.pages import CUSTOMERS, LOYALTY

SETTLED_MS = 600


@contextmanager
def settings_loyalty(session: Session) -> Iterator[None]:
    """Other thresholds being typed, and what they would do."""
    session.open_settings(page="Loyalty")
    dialog = next(w for w in QApplication.topLevelWidgets() if isinstance(w, SettingsDialog) and w.isVisible())
    page = dialog.pages.currentWidget()
    assert isinstance(page, LoyaltyRulesPage)
    wait_for(lambda: bool(page.what_if.line.text()), "the rules")
    page.tiers[1].threshold.setText("1500")
    page.tiers[2].threshold.setText("4000")
    page.tiers[1].multiplier.setText("1.25")
    page.tiers[1].benefits.setText("Free delivery")
    wait(SETTLED_MS)
    wait_for(lambda: page.what_if.details_button.isVisible(), "what would happen")
    page.what_if.details_button.click()
    wait(SETTLED_MS)
    yield
    page.discard()
    wait(SETTLED_MS)
    dialog.reject()


@contextmanager
def loyalty_programme(session: Session) -> Iterator[None]:
    """The programme at a glance."""
    window = main_window(session)
    window.open_tab(LOYALTY)
    page = window.pages.page(LOYALTY)
    assert isinstance(page, LoyaltyPage)
    page.open_programme()
    view = page.findChild(ProgrammeView)
    assert view is not None
    wait_for(lambda: view.tiers["gold"].count.text() != "–", "the programme")
    wait(SETTLED_MS)
    yield
    page.bar.setCurrentIndex(0)
    window.open_tab(CUSTOMERS)


SCENES = {"settings-loyalty": settings_loyalty, "loyalty-programme": loyalty_programme}

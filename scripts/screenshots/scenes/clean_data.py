"""The pictures of keeping the data clean: duplicates and merging."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtWidgets import QApplication, QDialog

from crm_desktop.customers.actions import add_customer
from crm_desktop.customers.queries import customer_card, customer_listing
from crm_desktop.customers.validation import CustomerInput
from crm_desktop.duplicates.scanning import scan
from crm_desktop.listing.request import ListRequest
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
    _enter_some_twice(session)
    window.open_tab(DUPLICATES)
    page = window.pages.page(DUPLICATES)
    assert isinstance(page, DuplicatesPage)
    wait_for(lambda: bool(page.cards), "the pairs")
    wait(SETTLED_MS)
    return page


def _enter_some_twice(session: Session) -> None:
    """Once: a few customers a second time, as colleagues in a hurry would."""
    database = session.context.database
    with database.session() as work:
        if work.connection().exec_driver_sql("SELECT count(*) FROM crm.duplicate_scans").scalar():
            return
        rows = customer_listing(ListRequest(sort="last_contact", descending=True)).first(work.connection()).rows
        for number, row in enumerate([row for row in rows if row.email and row.phone][:7]):
            known = customer_card(work, row.id)
            first, _, last = known.contact_name.partition(" ")
            typed = (
                f"{last}, {first}"
                if number % 3 == 0
                else f"{first} {last[:-1]}"
                if number % 3 == 1
                else f"Dr. {first} {last}"
            )
            add_customer(
                work,
                CustomerInput(
                    contact_name=typed if first else "",
                    company_name=known.company_name.removesuffix(" GmbH"),
                    customer_type=known.customer_type,
                    email=known.email.upper() if number % 2 else "",
                    phone=known.phone if number % 3 else "",
                    city=known.city,
                    country=known.country,
                    status="prospect",
                    tags=("newsletter",),
                    notes="Called because of the catalogue.",
                ),
            )
    scan(database, lambda _share, _doing: None)


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
    _enter_some_twice(session)
    window.open_tab(DATA_QUALITY)
    page = window.pages.page(DATA_QUALITY)
    assert isinstance(page, DataQualityPage)
    wait_for(lambda: page.score.text() != "–", "the figures")
    wait(SETTLED_MS)
    yield


SCENES = {"duplicates": duplicates, "merge-dialog": merge_dialog, "data-quality": data_quality}

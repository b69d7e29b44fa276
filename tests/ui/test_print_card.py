"""The card on paper: everything is on it, nothing of it is taken for HTML, long timelines go on over pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QPageSize
from PySide6.QtPrintSupport import QPrintDialog
from PySide6.QtWidgets import QFileDialog

from crm_desktop.contacts.rows import ContactRow
from crm_desktop.interactions.rows import Timeline
from tests.ui.desk import Desk
from ui.customers.card import CustomerCard
from ui.printing import print_card
from ui.printing.card_html import PrintedCard, card_html
from ui.printing.print_card import document, layout, pdf, read_page
from ui.widgets.system_dialogs import usual_folder

HOSTILE = "<img src='file:///etc/passwd'><b>&amp;"


def page_of(desk: Desk, **fields: object) -> PrintedCard:
    someone = desk.add(**fields)
    desk.log(someone, subject="Quote & terms", outcome="Line one\nLine two", duration=90)
    desk.log(someone, subject="Call back", follow_up=datetime(2026, 12, 1, 9, 0, tzinfo=UTC), status="pending")
    with desk.context.database.session() as session:
        return read_page(session, someone, "Ada Admin")


def plain(page: PrintedCard) -> str:
    return document(page).toPlainText()


def test_everything_that_the_card_shows_is_on_the_page(desk: Desk) -> None:
    page = page_of(
        desk, contact_name="Ana Ruiz", company_name="Ruiz KG", email="a@example.org", phone="+4930123456",
        address="Straße 1", postal_code="10115", city="Berlin", country="Germany", tags=("vip", "fair"),
        notes="Careful", other_emails=("b@example.org",),
    )  # fmt: skip
    person = ContactRow(
        page.customer.id, page.customer.id, "Ben Berg", "Buyer", True, "ben@example.org", "", (), (), "", 1, 1, ()
    )
    loyal = replace(page.customer, tier="gold", points_balance=4536, total_earned=5000, total_redeemed=464)
    words = plain(replace(page, customer=loyal, contacts=[person]))
    for expected in (
        "Ana Ruiz", "Ruiz KG", "a@example.org", "b@example.org", "+49 30 123456", "10115 Berlin", "vip, fair",
        "Careful", "Gold", "4,536", "Ben Berg", "Buyer", "ben@example.org", "Planned (1)", "Call back", "History (1)",
        "Quote & terms", "Line one", "Line two", "1 h 30 min", "by Ada Admin",
    ):  # fmt: skip
        assert expected in words, expected


def test_times_are_local(desk: Desk) -> None:
    page = page_of(desk)
    assert "09:00" in card_html(page, ZoneInfo("UTC")) and "10:00" in card_html(page, ZoneInfo("Europe/Berlin"))


def test_what_people_typed_is_never_html(desk: Desk) -> None:
    page = page_of(desk, contact_name=HOSTILE, notes=HOSTILE, tags=(HOSTILE,), email="", city=HOSTILE)
    assert "<img" not in card_html(page)
    assert plain(page).count(HOSTILE) == 4


@given(st.text(min_size=1, max_size=50))
def test_any_text_leaves_the_page_whole(text: str) -> None:
    from ui.printing.card_html import _text

    assert "<" not in _text(text).replace("<br/>", "")


def test_a_long_timeline_goes_on_over_pages(desk: Desk) -> None:
    page = page_of(desk)
    row = page.timeline.history[0]
    many = Timeline([], [replace_subject(row, f"Entry {n}", n) for n in range(400)], True, {})
    octets = pdf(replace(page, timeline=many))
    assert octets.startswith(b"%PDF-") and octets.rstrip().endswith(b"%%EOF")
    assert octets.count(b"/Type /Page\n") > 8
    assert "Older interactions are left out." in plain(replace(page, timeline=many))


def replace_subject(row: object, subject: str, number: int) -> object:
    created = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=number)
    return row._replace(subject=subject, created_at=created)  # type: ignore[attr-defined]


def test_the_paper_is_that_of_the_country(monkeypatch: pytest.MonkeyPatch) -> None:
    from PySide6.QtCore import QLocale

    for place, size in (("de_DE", QPageSize.PageSizeId.A4), ("en_US", QPageSize.PageSizeId.Letter)):
        monkeypatch.setattr(print_card, "QLocale", _Fixed(QLocale(place)))
        assert layout().pageSize().id() == size


class _Fixed:
    """A QLocale that is always that of one place."""

    def __init__(self, locale: object) -> None:
        self._locale = locale
        from PySide6.QtCore import QLocale

        self.MeasurementSystem = QLocale.MeasurementSystem

    def __call__(self) -> object:
        return self._locale


@pytest.fixture
def card(desk: Desk) -> Iterator[CustomerCard]:
    made = CustomerCard(desk.context)
    desk.qtbot.addWidget(made)
    made.show_customer(desk.add(contact_name="Ana Ruiz / Söhne"))
    made.show()
    desk.wait(lambda: made.customer is not None)
    yield made
    desk.settle()


def test_saved_as_pdf_from_the_card(card: CustomerCard, desk: Desk, tmp_path: Path) -> None:
    labels = [action.text() for action in card.header.print_button.menu().actions()]
    assert labels[0].startswith("Print…") and labels[1] == "Save as PDF…"
    card.header.pdf_wanted.emit()
    desk.wait(lambda: card.findChild(QFileDialog) is not None)
    chooser = card.findChild(QFileDialog)
    assert isinstance(chooser, QFileDialog)
    assert Path(chooser.selectedFiles()[0]).name == "Söhne.pdf" or "Ruiz" in chooser.selectedFiles()[0]
    assert Path(chooser.directory().absolutePath()) == usual_folder("") != Path.cwd()
    chooser.fileSelected.emit(str(tmp_path / "card.pdf"))
    chooser.reject()
    desk.wait(lambda: "Saved as card.pdf." in desk.texts())
    assert (tmp_path / "card.pdf").read_bytes().startswith(b"%PDF-")


def test_printing_asks_the_system(card: CustomerCard, desk: Desk) -> None:
    card.header.print_wanted.emit()
    desk.wait(lambda: card.findChild(QPrintDialog) is not None)
    dialog = card.findChild(QPrintDialog)
    assert isinstance(dialog, QPrintDialog) and dialog.windowTitle() == "Print Ana Ruiz / Söhne"
    dialog.reject()


def test_a_customer_who_is_gone_is_said(card: CustomerCard, desk: Desk) -> None:
    from uuid import uuid4

    card.actions_of.printing.print(uuid4())
    desk.wait(lambda: desk.texts() == ["This customer is not there any more."])

"""The Duplicates tab: scanning, deciding, taking back, and who may merge."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QPushButton

from crm_desktop.duplicates import actions
from crm_desktop.duplicates.scanning import scan
from tests.ui.desk import Desk, nameless
from ui.duplicates.different_dialog import DifferentDialog
from ui.duplicates.merge_dialog import MergeDialog
from ui.duplicates.page import PAGE, DuplicatesPage
from ui.duplicates.pair_card import PairCard
from ui.shell.shape import Shape
from ui.theme import Theme
from ui.theme.tokens import L


def show(desk: Desk) -> DuplicatesPage:
    page = DuplicatesPage(desk.context)
    desk.qtbot.addWidget(page)
    page.resize(1200, 800)
    page.show()
    desk.settle()
    return page


def look(desk: Desk) -> None:
    scan(desk.context.database, lambda _share, _doing: None)


def press(card: PairCard, text: str) -> None:
    next(each for each in card.findChildren(QPushButton) if each.text().startswith(text)).click()


def two_of(desk: Desk, name: str = "Ana Ruiz", **fields: str) -> None:
    same = {"email": f"{name.replace(' ', '.').lower()}@example.org", "city": "Bonn", **fields}
    desk.add(contact_name=name, **same)
    desk.add(contact_name=name, **same)


def test_nobody_has_looked_yet_and_a_scan_shows_what_it_finds(desk: Desk) -> None:
    """Complaint 3: a visible screen with its count."""
    two_of(desk)
    page = show(desk)
    assert page.panel.text.startswith("Find customers who are there twice")
    page.scan_bar.scan_button.click()
    assert page.scan_bar.running
    desk.wait(lambda: page.cards)
    assert page.count.text() == "1 pair"
    assert page.scan_bar.words.text().endswith("by Ada Admin: 2 customers, none changed since.")
    assert not page.scan_bar.running
    (card,) = page.cards
    assert card.accessibleName() == "Ana Ruiz and Ana Ruiz, 100 of 100"
    assert not nameless(page)


def test_a_scan_can_be_cancelled(desk: Desk) -> None:
    two_of(desk)
    page = show(desk)
    page.scan_bar.start()
    page.scan_bar.progress.cancel_button.click()
    assert not page.scan_bar.running
    desk.settle()
    assert desk.one("SELECT count(*) FROM crm.duplicate_scans") == 0
    assert desk.texts() == []


def test_not_a_duplicate_asks_why_and_can_be_taken_back(desk: Desk) -> None:
    two_of(desk)
    look(desk)
    page = show(desk)
    press(page.cards[0], "Not a duplicate")
    dialog = page.findChild(DifferentDialog)
    assert dialog is not None
    dialog.reason.setText("Mother and daughter")
    dialog.decided.emit("Mother and daughter")
    desk.wait(lambda: not page.cards)
    assert page.panel.text.startswith("No duplicates of that score")
    page.state.set_value("different")
    desk.wait(lambda: page.cards)
    decision = page.cards[0].pair.decision
    assert decision is not None and (decision.by, decision.reason) == ("Ada Admin", "Mother and daughter")
    press(page.cards[0], "Take back")
    desk.wait(lambda: not page.cards)
    page.state.set_value("open")
    desk.wait(lambda: page.cards)
    dialog.reject()


def test_later_puts_a_pair_off(desk: Desk) -> None:
    two_of(desk)
    look(desk)
    page = show(desk)
    press(page.cards[0], "Later")
    desk.wait(lambda: not page.cards)
    assert desk.texts() == ["Ana Ruiz and Ana Ruiz can wait."]
    page.state.set_value("later")
    desk.wait(lambda: page.cards)
    assert page.score.isHidden()


def test_the_smallest_score_filters_and_more_are_shown_page_by_page(desk: Desk) -> None:
    for number in range(PAGE + 3):
        two_of(desk, f"Ana Ruiz{number:02}")
    desk.add(contact_name="Ben Okafor", city="Ulm")
    desk.add(contact_name="Ben Okafor", city="Ulm")
    look(desk)
    page = show(desk)
    assert len(page.cards) == PAGE
    assert page.count.text() == f"{PAGE + 3} pairs"
    assert page.more_button.text() == "Show 3 more of 3"
    page.more_button.click()
    desk.wait(lambda: len(page.cards) == PAGE + 3)
    assert page.more_button.isHidden()
    page.score.set_value("55")
    desk.wait(lambda: page.count.text() == f"{PAGE + 4} pairs")
    desk.settle()
    assert len(page.cards) == PAGE, "from the top"


def test_a_pair_opens_its_customers_and_the_merge_dialog(desk: Desk) -> None:
    two_of(desk)
    look(desk)
    page = show(desk)
    pair = page.cards[0].pair
    with desk.qtbot.waitSignal(page.customer_wanted) as wanted:
        next(each for each in page.cards[0].findChildren(QPushButton) if each.text() == "Open").click()
    assert wanted.args == [pair.first.id]
    press(page.cards[0], "Merge")
    dialog = page.findChild(MergeDialog)
    assert dialog is not None
    desk.wait(dialog.merge_button.isEnabled)
    dialog.merge_button.click()
    desk.wait(lambda: not page.cards)
    assert desk.one("SELECT count(*) FROM crm.customers") == 1


def test_what_another_desk_decides_shows_here(desk: Desk) -> None:
    two_of(desk)
    look(desk)
    page = show(desk)
    pair = page.cards[0].pair
    with desk.context.database.session() as session:
        actions.decide(session, pair.first.id, pair.second.id, "later")
    page._on_data_changed(desk_change())
    desk.wait(lambda: not page.cards)


def desk_change() -> object:
    from ui.operations import DataChange

    return DataChange(frozenset({"duplicates"}))


def test_employees_decide_but_are_offered_no_merge(emils: Desk) -> None:
    two_of(emils)
    look(emils)
    page = show(emils)
    texts = [each.text() for each in page.cards[0].findChildren(QPushButton)]
    assert "Later" in texts and not any(text.startswith("Merge") for text in texts)
    assert "An administrator can merge them." in [label.text() for label in page.cards[0].findChildren(QLabel)]


def test_large_letters_keep_to_the_width_of_a_phone(desk: Desk, theme: Theme) -> None:
    """At 200 % nothing is wider than the window, whatever the length of an address."""
    two_of(desk, email="a-very-long-address.of-somebody@a-very-long-domain.example.org")
    look(desk)
    theme.set_text_scale(2.0)
    try:
        page = show(desk)
        page.set_shape(Shape.NARROW)
        for part in (page.cards[0], page.scan_bar):
            assert part.minimumSizeHint().width() <= 390 - 2 * L, type(part).__name__
    finally:
        theme.set_text_scale(1.0)

"""The merge dialog: what differs, what is kept, what moves, and what happens when somebody else was faster."""

from __future__ import annotations

from uuid import UUID

import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from crm_desktop.audit.undo import undo_transaction
from crm_desktop.customers.queries import customer_card
from crm_desktop.customers.rows import CustomerDetails
from crm_desktop.database.engine import Database
from crm_desktop.duplicates.actions import merge
from crm_desktop.duplicates.merged import last_merge
from crm_desktop.duplicates.scanning import scan
from crm_desktop.errors import NotFound
from crm_desktop.settings import Preferences
from tests.ui.desk import Desk, at_desk, nameless
from ui.customers.card import CustomerCard
from ui.duplicates.merge_dialog import MergeDialog
from ui.duplicates.merge_with import MergeWithDialog
from ui.duplicates.undo_merge import UndoMergeDialog
from ui.theme import Theme


def two(desk: Desk) -> tuple[UUID, UUID]:
    old = desk.add(contact_name="Ana Ruiz", email="ana@example.org", city="Bonn", tags=("VIP",))
    new = desk.add(contact_name="Anna Ruiz", email="anna@example.org", city="Bonn", country="Germany", notes="x")
    return old, new


@pytest.fixture
def host(desk: Desk) -> QWidget:
    """The window that a dialog belongs to."""
    made = QWidget()
    desk.qtbot.addWidget(made)
    return made


def opened(desk: Desk, host: QWidget, *ids: UUID) -> MergeDialog:
    dialog = MergeDialog(desk.context, host, ids)
    dialog.open()
    desk.wait(lambda: dialog.merge_button.isEnabled() or dialog.message.text)
    return dialog


def details(desk: Desk, customer_id: UUID) -> CustomerDetails:
    with desk.context.database.session() as session:
        return customer_card(session, customer_id)


def test_the_oldest_stays_unless_chosen_otherwise_and_values_follow(desk: Desk, host: QWidget) -> None:
    old, new = two(desk)
    desk.log(new)
    dialog = opened(desk, host, new, old)
    assert dialog.survivor == old
    assert dialog.chosen() == {"contact_name": old, "email": old}, "only what differs is asked"
    assert dialog.moving.text() == "1 interaction moves to Ana Ruiz."
    dialog.choose_survivor(new)
    assert dialog.chosen() == {"contact_name": new, "email": new}
    assert dialog.moving.text() == "Nothing has to move to Anna Ruiz."
    assert not nameless(dialog)
    dialog.reject()


def test_merging_keeps_everything_and_can_be_undone(desk: Desk, host: QWidget) -> None:
    """Complaints 1 and 10: merge with all history; the values are chosen field by field."""
    old, new = two(desk)
    desk.log(new, subject="Delivery dates")
    dialog = opened(desk, host, old, new)
    dialog.choose("email", new)
    with desk.qtbot.waitSignal(dialog.merged) as merged:
        dialog.merge_button.click()
    assert merged.args == [old]
    left = details(desk, old)
    assert (left.name, left.email, left.other_emails) == ("Ana Ruiz", "anna@example.org", ("ana@example.org",))
    assert (left.country, left.tags, left.notes) == ("Germany", ("VIP",), "x")
    assert desk.texts() == ["Anna Ruiz was merged into Ana Ruiz."]
    desk.said[-1].action()  # type: ignore[misc]
    desk.wait(lambda: desk.one("SELECT count(*) FROM crm.customers") == 2)
    assert details(desk, new).email == "anna@example.org"
    desk.settle()
    assert "Anna Ruiz and Ana Ruiz are separate again." in desk.texts()


def test_whoever_was_changed_meanwhile_is_looked_at_again_first(desk: Desk, host: QWidget) -> None:
    """Complaint 9: a version check on every write."""
    old, new = two(desk)
    dialog = opened(desk, host, old, new)
    desk.one("UPDATE crm.customers SET contact_name = 'Annette Ruiz' WHERE id = :id RETURNING 1", id=new)
    dialog.merge_button.click()
    desk.wait(lambda: dialog.message.text.startswith("Somebody changed Annette Ruiz in the meantime."))
    desk.settle()
    assert desk.one("SELECT count(*) FROM crm.customers") == 2
    desk.wait(dialog.merge_button.isEnabled)
    with desk.qtbot.waitSignal(dialog.merged):
        dialog.merge_button.click()


def test_an_open_card_of_a_merged_customer_shows_the_survivor(desk: Desk, host: QWidget) -> None:
    old, new = two(desk)
    card = CustomerCard(desk.context)
    desk.qtbot.addWidget(card)
    card.show()
    card.show_customer(new)
    desk.wait(lambda: card.customer is not None)
    dialog = opened(desk, host, old, new)
    with desk.qtbot.waitSignal(dialog.merged):
        dialog.merge_button.click()
    desk.wait(lambda: card.customer is not None and card.customer.id == old)
    assert card.message.text.startswith("The customer you opened was merged into this one.")
    assert card.facts.merged.text() == "Merged with Anna Ruiz (today by Ada Admin)"
    assert desk.one("SELECT count(*) FROM crm.customer_merges WHERE id = :id", id=new) == 1


def test_three_at_once(desk: Desk, host: QWidget) -> None:
    old, new = two(desk)
    third = desk.add(contact_name="Ana Ruiz", email="ruiz@example.com")
    dialog = opened(desk, host, old, new, third)
    with desk.qtbot.waitSignal(dialog.merged):
        dialog.merge_button.click()
    left = details(desk, old)
    assert {left.email, *left.other_emails} == {"ana@example.org", "anna@example.org", "ruiz@example.com"}
    number = desk.one("SELECT max(transaction_id::text::bigint) FROM crm.audit_log")
    with desk.context.database.session() as session:
        assert undo_transaction(session, number).refused == 0
    assert desk.one("SELECT count(*) FROM crm.customers") == 3


def test_the_latest_merge_is_undone_from_the_card_by_whoever_signs_in_later(desk: Desk, host: QWidget) -> None:
    old, new = two(desk)
    third = desk.add(contact_name="Ana Ruiz de Luna")
    with desk.context.database.session() as session:
        merge(session, new, [third], {new: 1, third: 1})
    with desk.context.database.session() as session:
        merge(session, old, [new], {old: 1, new: 2})
    card = CustomerCard(desk.context, host)
    host.show()
    card.show_customer(old)
    desk.wait(lambda: card.customer is not None)
    assert not card.facts.undo_merge.isHidden()

    card.facts.undo_merge.click()
    desk.wait(lambda: host.findChild(UndoMergeDialog) is not None)
    dialog = host.findChild(UndoMergeDialog)
    assert dialog is not None and not nameless(dialog)
    labels = [label.text() for label in dialog.findChildren(QLabel)]
    assert any(text.startswith("Anna Ruiz and Ana Ruiz will be separate") for text in labels)
    dialog.undo_button.click()
    desk.wait(lambda: desk.one("SELECT count(*) FROM crm.customers") == 2)
    desk.settle()
    assert "Anna Ruiz and Ana Ruiz are separate again." in desk.texts()
    assert details(desk, new).name == "Anna Ruiz"
    desk.wait(lambda: card.facts.undo_merge.isHidden())

    with desk.context.database.session() as session:
        before = last_merge(session, new)
        assert before.names == ("Ana Ruiz de Luna",)
        assert undo_transaction(session, before.transaction).refused == 0
        with pytest.raises(NotFound, match="cannot be undone"):
            last_merge(session, old)
    assert desk.one("SELECT count(*) FROM crm.customers") == 3


def test_one_alone_cannot_be_merged(desk: Desk, host: QWidget) -> None:
    old, _ = two(desk)
    dialog = opened(desk, host, old)
    assert dialog.message.text.startswith("Choose 2 to 20 customers to merge.")
    assert not dialog.merge_button.isEnabled()
    dialog.reject()


def test_a_card_leads_to_whom_the_last_scan_found(desk: Desk, host: QWidget) -> None:
    old, new = two(desk)
    desk.one("UPDATE crm.customers SET email = 'ana@example.org' WHERE id = :id RETURNING 1", id=new)
    scan(desk.context.database, lambda _share, _doing: None)
    card = CustomerCard(desk.context, host)
    host.show()
    card.show_customer(new)
    desk.wait(lambda: card.customer is not None)
    card.header.merge_button.click()
    desk.wait(lambda: host.findChild(MergeWithDialog))
    dialog = host.findChild(MergeWithDialog)
    assert dialog is not None and dialog.heading.text() == "Merge Anna Ruiz with…"
    desk.wait(lambda: [each for each in dialog.findChildren(QPushButton) if each.text() == "Ana Ruiz"])
    assert not nameless(dialog)
    next(each for each in dialog.findChildren(QPushButton) if each.text() == "Ana Ruiz").click()
    desk.wait(lambda: host.findChild(MergeDialog))
    merging = host.findChild(MergeDialog)
    assert merging is not None
    desk.wait(merging.merge_button.isEnabled)
    assert merging.survivor == old
    merging.reject()


def test_somebody_else_is_chosen_by_typing_but_not_oneself(desk: Desk, host: QWidget) -> None:
    old, new = two(desk)
    dialog = MergeWithDialog(desk.context, host, old, "Ana Ruiz")
    dialog.open()
    desk.settle()
    assert not dialog.go_on_button.isEnabled()
    dialog.picker.show_chosen(old, "Ana Ruiz")
    dialog.picker.chosen.emit(old)
    dialog.go_on_button.click()
    assert host.findChild(MergeDialog) is None
    dialog.picker.show_chosen(new, "Anna Ruiz")
    dialog.go_on_button.click()
    desk.wait(lambda: host.findChild(MergeDialog))
    merging = host.findChild(MergeDialog)
    assert merging is not None
    desk.wait(merging.merge_button.isEnabled)
    merging.reject()


def test_employees_are_offered_no_merge_on_the_card(employee: Database, theme: Theme, preferences: Preferences,
                                                    qtbot: QtBot) -> None:  # fmt: skip
    with at_desk(employee, theme, preferences, qtbot) as emil:
        card = CustomerCard(emil.context)
        qtbot.addWidget(card)
        assert card.header.merge_button.isHidden()
        card.actions_of.merge()
        emil.settle()

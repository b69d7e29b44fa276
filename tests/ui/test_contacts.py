"""The people at a company: on its card, in their dialog, linked, made primary, removed, and spoken to."""

from __future__ import annotations

from itertools import combinations
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import QPoint, QRect, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from pytestqt.qtbot import QtBot

from crm_desktop.contacts.actions import add_contact, edit_contact, link_contact, remove_contact
from crm_desktop.contacts.queries import contact_at, contacts_of
from crm_desktop.contacts.rows import ContactRow
from crm_desktop.contacts.validation import ContactInput
from tests.helpers.postgres import Crm
from tests.ui.desk import Desk, nameless
from ui.contacts.contact_dialog import ContactDialog
from ui.contacts.entry import ContactEntry
from ui.contacts.link_dialog import LinkContactDialog
from ui.contacts.remove_contact import RemoveContactDialog
from ui.contacts.section import AT_FIRST, ContactsSection
from ui.customers.card import CustomerCard
from ui.forms.conflict_dialog import ConflictDialog
from ui.interactions.interaction_dialog import InteractionDialog
from ui.interactions.page import InteractionsPage
from ui.live import SUBJECTS
from ui.operations import DataChange


def company(desk: Desk, name: str = "Nordlicht", **fields: Any) -> UUID:
    return desk.add(contact_name="", company_name=name, customer_type="business", **fields)


def known(desk: Desk, customer_id: UUID, name: str = "Renáta Kovács", **fields: Any) -> UUID:
    with desk.context.database.session() as session:
        return add_contact(session, customer_id, ContactInput(name=name, **fields))


def at(desk: Desk, customer_id: UUID) -> list[ContactRow]:
    with desk.context.database.session() as session:
        return contacts_of(session, customer_id)


def shown(desk: Desk, customer_id: UUID) -> CustomerCard:
    card = CustomerCard(desk.context)
    desk.qtbot.addWidget(card)
    card.resize(420, 1100)
    card.show()
    card.show_customer(customer_id)
    desk.wait(lambda: card.customer is not None)
    desk.settle()
    return card


def section_of(card: CustomerCard) -> ContactsSection:
    section = card.contacts.section
    assert section is not None
    return section


def entry(card: CustomerCard, name: str) -> ContactEntry:
    return next(each for each in section_of(card).entries if each.row.name == name)


def names(card: CustomerCard) -> list[str]:
    return [each.row.name for each in section_of(card).entries]


def trigger(entry: ContactEntry, text: str) -> None:
    """As a person: from the menu."""
    menu = entry.menu()
    next(action for action in menu.actions() if action.text() == text).trigger()
    menu.deleteLater()


def menu_texts(entry: ContactEntry) -> list[str]:
    menu = entry.menu()
    texts = [action.text() for action in menu.actions() if action.text()]
    menu.deleteLater()
    return texts


def type_into(dialog: ContactDialog, name: str, text: str) -> None:
    editor = dialog.form[name].editor
    editor.setText(text)
    editor.left.emit()


# The card.


def test_a_menu_shows_an_ampersand_where_an_address_has_one(desk: Desk) -> None:
    """Qt would take it for the mark of a key, and show another address."""
    nordlicht = company(desk)
    known(desk, nordlicht, "Ann", email="a&b@example.org")
    texts = menu_texts(entry(shown(desk, nordlicht), "Ann"))
    assert "Write to a&&b@example.org" in texts and "Copy a&&b@example.org" in texts


def test_a_company_shows_its_contacts_the_primary_one_first(desk: Desk) -> None:
    nordlicht, south = company(desk), company(desk, "Südlicht")
    renata = known(desk, nordlicht, role="Purchasing", email="r@n.example", phone="+4930901820", notes="Mornings")
    known(desk, nordlicht, "Aaron Alt")
    with desk.context.database.session() as session:
        link_contact(session, renata, south)
    card = shown(desk, nordlicht)
    assert names(card) == ["Renáta Kovács", "Aaron Alt"]
    assert section_of(card)._title.text() == "Contacts (2)"
    spoken = entry(card, "Renáta Kovács").accessibleName()
    assert spoken == (
        "Renáta Kovács, primary contact, Purchasing, also at Südlicht, r@n.example, +49 30 901820, Mornings"
    )
    assert nameless(card) == []
    nobody = section_of(shown(desk, company(desk, "New")))
    assert nobody._none.isVisible() and nobody._title.text() == "Contacts"
    card.show_customer(desk.add())
    desk.wait(lambda: card.customer is not None and card.customer.customer_type == "individual")
    desk.settle()
    assert not card.contacts.isVisible()


def test_many_contacts_are_shown_when_wanted(desk: Desk) -> None:
    nordlicht = company(desk)
    for number in range(AT_FIRST + 3):
        known(desk, nordlicht, f"Person {number:02}")
    card = shown(desk, nordlicht)
    section = section_of(card)
    assert len(section.entries) == AT_FIRST
    assert section.more_button.text() == f"Show all {AT_FIRST + 3} contacts"
    section.more_button.click()
    assert len(section.entries) == AT_FIRST + 3 and section.entries[AT_FIRST].hasFocus()
    assert not section.more_button.isVisible()


def test_a_contact_is_called_written_to_and_copied(desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def open_url(url: QUrl) -> bool:
        asked.append(url.toString())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    nordlicht = company(desk)
    known(desk, nordlicht, email="r@n.example", phone="+4930901820", other_emails=("r@home.example",),
          other_phones=("+491715557788",))  # fmt: skip
    known(desk, nordlicht, "Nobody's number")
    card = shown(desk, nordlicht)
    renata = entry(card, "Renáta Kovács")
    for button in (renata.call_button, renata.mail_button):
        button.setFocus()
        qtbot.keyClick(button, Qt.Key.Key_Space)
    trigger(renata, "Call +49 171 5557788")
    trigger(renata, "Write to r@home.example")
    assert asked == ["tel:+4930901820", "mailto:r@n.example", "tel:+491715557788", "mailto:r@home.example"]
    trigger(renata, "Copy r@home.example")
    assert QGuiApplication.clipboard().text() == "r@home.example" and desk.texts() == ["Email copied"]
    qtbot.keyClick(renata, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "r@n.example"
    other = entry(card, "Nobody's number")
    assert not other.call_button.isVisible() and not other.mail_button.isVisible()
    assert menu_texts(other) == ["Edit", "Make primary", "Log interaction", "Remove from company"]


def test_another_contact_becomes_the_primary_one_and_that_is_undone(desk: Desk) -> None:
    nordlicht = company(desk)
    first, second = known(desk, nordlicht), known(desk, nordlicht, "Aaron Alt")
    card = shown(desk, nordlicht)
    trigger(entry(card, "Aaron Alt"), "Make primary")
    desk.wait(lambda: names(card) == ["Aaron Alt", "Renáta Kovács"])
    assert [row.id for row in at(desk, nordlicht) if row.is_primary] == [second]
    assert "Make primary" not in menu_texts(entry(card, "Aaron Alt"))
    assert desk.said[-1].text == "Aaron Alt is the primary contact now." and desk.said[-1].action is not None
    desk.said[-1].action()
    desk.wait(lambda: names(card) == ["Renáta Kovács", "Aaron Alt"])
    assert [row.id for row in at(desk, nordlicht) if row.is_primary] == [first]


def test_the_card_follows_what_others_do_with_its_contacts(desk: Desk, crm: Crm) -> None:
    nordlicht = company(desk)
    renata = known(desk, nordlicht)
    card = shown(desk, nordlicht)
    other = crm.database("emil")
    with other.session() as session:
        edit_contact(session, renata, nordlicht, (1, 1), ContactInput(name="Renáta Nagy", notes="x"))
    other.close()
    # A change that leaves the company's own row as it is names the contact only.
    desk.context.operations.tell_changed(DataChange(frozenset({SUBJECTS["contacts"]}), (renata,)))
    desk.wait(lambda: names(card) == ["Renáta Nagy"])
    desk.context.operations.tell_changed(DataChange(frozenset({SUBJECTS["contacts"]}), (UUID(int=7),)))
    assert not card._settle.isActive()


# Adding and editing.


def opened(desk: Desk, card: CustomerCard) -> ContactDialog:
    desk.wait(lambda: card.findChildren(ContactDialog))
    dialog = card.findChildren(ContactDialog)[-1]
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    desk.settle()
    return dialog


def test_a_contact_is_added_from_the_card_by_keyboard(desk: Desk, qtbot: QtBot) -> None:
    nordlicht = company(desk, country="Germany")
    card = shown(desk, nordlicht)
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(card, Qt.Key.Key_A, both)
    dialog = opened(desk, card)
    assert dialog.focusWidget() is dialog.form["name"].editor
    assert dialog.at_label.text() == "At Nordlicht"
    type_into(dialog, "name", "Renáta Kovács")
    type_into(dialog, "role", "Purchasing")
    type_into(dialog, "phone", "030 901820")
    assert dialog.form["phone"].message_text == "Kept as +49 30 901820"
    assert nameless(dialog) == []
    with qtbot.waitSignal(dialog.saved):
        qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    desk.wait(lambda: names(card) == ["Renáta Kovács"])
    [row] = at(desk, nordlicht)
    assert (row.role, row.phone, row.is_primary) == ("Purchasing", "+4930901820", True)
    assert card.focusWidget() is entry(card, "Renáta Kovács")
    assert desk.context.undo.undo_text == "added Renáta Kovács"
    desk.context.undo.undo()
    desk.wait(lambda: names(card) == [])
    assert desk.one("select count(*) from crm.contacts") == 0
    dialog.deleteLater()


def test_only_companies_are_given_contacts(desk: Desk) -> None:
    card = shown(desk, desk.add())
    assert not card.contacts.can_add
    card.contacts.add()
    assert card.findChild(ContactDialog) is None
    card.show_customer(company(desk))
    desk.wait(lambda: card.contacts.can_add)
    card.show_customer(desk.add(contact_name="Zoe"))
    desk.wait(lambda: card.customer is not None and card.customer.name == "Zoe")
    assert not card.contacts.can_add


def test_what_is_wrong_with_a_contact_is_said_at_the_field(desk: Desk) -> None:
    card = shown(desk, company(desk))
    section_of(card).add_wanted.emit()
    dialog = opened(desk, card)
    type_into(dialog, "email", "no address")
    type_into(dialog, "phone", "ext. 12")
    dialog.save()
    assert {field.name for field in dialog.form if field.tone == "error"} == {"name", "email", "phone"}
    type_into(dialog, "name", "Renáta")
    type_into(dialog, "email", "")
    dialog.form["phone"].action_button.click()
    dialog.save_and_close()
    desk.wait(lambda: not dialog.isVisible())
    assert desk.one("select phone from crm.contacts") == "ext. 12"
    dialog.deleteLater()


def test_two_people_edit_the_same_contact(desk: Desk, crm: Crm, qtbot: QtBot) -> None:
    """Complaints 9 and 10: mine, theirs and the original, the role at the company too."""
    nordlicht = company(desk)
    renata = known(desk, nordlicht, role="Purchasing", email="r@n.example", other_emails=("a@home.example",))
    card = shown(desk, nordlicht)
    qtbot.keyClick(entry(card, "Renáta Kovács"), Qt.Key.Key_Return)
    dialog = opened(desk, card)
    type_into(dialog, "role", "Owner")
    type_into(dialog, "email", "mine@n.example")
    other = crm.database("emil")
    with other.session() as session:
        theirs = ContactInput(name="Renáta Kovács", role="Sales", email="r@n.example", notes="Theirs")
        edit_contact(session, renata, nordlicht, (1, 1), theirs)
    other.close()
    dialog.save()
    desk.wait(lambda: dialog.findChild(ConflictDialog))
    conflict = dialog.findChild(ConflictDialog)
    assert conflict.heading.text() == "Emil Employee saved this contact while you were editing it"
    assert conflict.choices() == {"role": "mine", "email": "mine", "other_emails": "theirs", "notes": "theirs"}
    conflict.choose("role", "theirs")
    with qtbot.waitSignal(dialog.saved):
        conflict.save_button.click()
    [row] = at(desk, nordlicht)
    assert (row.role, row.email, row.notes, row.other_emails) == ("Sales", "mine@n.example", "Theirs", ())
    assert not dialog.is_dirty()
    dialog.discard()
    dialog.deleteLater()


def test_a_contact_that_was_removed_meanwhile_can_be_saved_as_new(desk: Desk, qtbot: QtBot) -> None:
    nordlicht = company(desk)
    renata = known(desk, nordlicht)
    card = shown(desk, nordlicht)
    entry(card, "Renáta Kovács").edit_wanted.emit(entry(card, "Renáta Kovács").row)
    dialog = opened(desk, card)
    dialog.form["notes"].editor.setPlainText("Kept")
    with desk.context.database.session() as session:
        remove_contact(session, renata, nordlicht, delete_person=True)
    dialog.save()
    desk.wait(lambda: dialog.notice.text)
    assert "deleted this contact" in dialog.notice.text
    with qtbot.waitSignal(dialog.saved):
        dialog.notice.action_button.click()
    assert [row.notes for row in at(desk, nordlicht)] == ["Kept"]
    dialog.deleteLater()


def test_somebody_who_is_a_contact_elsewhere_is_offered_instead_of_typed_again(desk: Desk, qtbot: QtBot) -> None:
    """Complaint 2: nothing warns of duplicates. And a person may be at several companies."""
    nordlicht, south = company(desk), company(desk, "Südlicht")
    renata = known(desk, south, email="r@home.example")
    card = shown(desk, nordlicht)
    section_of(card).add_wanted.emit()
    dialog = opened(desk, card)
    type_into(dialog, "name", "Renata K.")
    type_into(dialog, "email", "R@home.example")
    field = dialog.form["email"]
    desk.wait(lambda: field.tone == "warning")
    assert field.message_text == "This address already belongs to Renáta Kovács of Südlicht."
    assert field.action_button.text() == "Link Renáta Kovács instead"
    field.action_button.click()
    desk.wait(lambda: card.findChildren(LinkContactDialog))
    link = card.findChildren(LinkContactDialog)[0]
    assert link.picker.chosen_id == renata and link.focusWidget() is link.role
    link.role.setText("Adviser")
    link.link_button.click()
    desk.wait(lambda: names(card) == ["Renáta Kovács"])
    assert [(row.role, row.elsewhere[0].name) for row in at(desk, nordlicht)] == [("Adviser", "Südlicht")]
    assert desk.one("select count(*) from crm.contacts") == 1
    dialog.deleteLater()


def test_a_customer_is_warned_about_a_contact_s_address(desk: Desk, qtbot: QtBot) -> None:
    from ui.customers.customer_dialog import CustomerDialog

    nordlicht = company(desk, email="office@n.example")
    known(desk, nordlicht, email="r@n.example", phone="+4930901820")
    dialog = CustomerDialog(desk.context)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.open()
    desk.settle()
    dialog.form["phone"].editor.setText("+49 30 901820")
    dialog.form["phone"].editor.left.emit()
    desk.wait(lambda: dialog.form["phone"].tone == "warning")
    assert "Renáta Kovács of Nordlicht" in dialog.form["phone"].message_text
    assert dialog.form["phone"].action_button.text() == "Open Nordlicht"
    dialog.discard()


# Linking.


def test_somebody_known_is_found_and_linked(desk: Desk, qtbot: QtBot) -> None:
    nordlicht, south = company(desk), company(desk, "Südlicht")
    renata = known(desk, south)
    known(desk, nordlicht, "Renáta Here")
    card = shown(desk, nordlicht)
    section_of(card).link_button.click()
    dialog = card.findChildren(LinkContactDialog)[0]
    dialog.link()
    assert dialog.picker._field.error == "Choose somebody from the list."
    dialog.picker.input.setText("renata")
    desk.wait(lambda: dialog.picker.list.isVisible() and dialog.picker.list.count() == 1)
    assert dialog.picker.list.item(0).text() == "Renáta Kovács\nSüdlicht"
    assert nameless(dialog) == []
    qtbot.keyClick(dialog.picker.input, Qt.Key.Key_Return)
    assert dialog.picker.chosen_id == renata and dialog.focusWidget() is dialog.role
    dialog.link()
    desk.wait(lambda: names(card) == ["Renáta Here", "Renáta Kovács"])
    assert desk.texts()[-1] == "Renáta Kovács is a contact of Nordlicht now."
    assert card.focusWidget() is entry(card, "Renáta Kovács")
    assert "Open Südlicht" in menu_texts(entry(card, "Renáta Kovács"))
    assert desk.said[-1].action is not None
    desk.said[-1].action()
    desk.wait(lambda: names(card) == ["Renáta Here"])
    assert len(at(desk, south)) == 1


# Removing.


def test_a_contact_of_several_companies_is_removed_from_one(desk: Desk, qtbot: QtBot) -> None:
    nordlicht, south = company(desk), company(desk, "Südlicht")
    renata = known(desk, nordlicht)
    known(desk, nordlicht, "Aaron Alt")
    with desk.context.database.session() as session:
        link_contact(session, renata, south)
    card = shown(desk, nordlicht)
    entry(card, "Renáta Kovács").setFocus()
    qtbot.keyClick(entry(card, "Renáta Kovács"), Qt.Key.Key_Delete)
    desk.wait(lambda: names(card) == ["Aaron Alt"])
    assert card.findChild(RemoveContactDialog) is None
    assert len(at(desk, south)) == 1
    assert card.focusWidget() is entry(card, "Aaron Alt")
    assert desk.said[-1].text == "Renáta Kovács was removed from Nordlicht." and desk.said[-1].action is not None
    desk.said[-1].action()
    desk.wait(lambda: names(card) == ["Renáta Kovács", "Aaron Alt"])
    assert at(desk, nordlicht)[0].is_primary


@pytest.mark.parametrize("named", [False, True])
def test_the_last_company_of_somebody_asks(desk: Desk, named: bool) -> None:
    nordlicht = company(desk)
    renata = known(desk, nordlicht)
    if named:
        desk.log(nordlicht, contact_id=renata)
    card = shown(desk, nordlicht)
    trigger(entry(card, "Renáta Kovács"), "Remove from company")
    dialog = card.findChild(RemoveContactDialog)
    desk.wait(lambda: dialog.remove_button.isEnabled())
    words = "One interaction names Renáta Kovács" if named else "will be deleted"
    assert words in dialog.words.text() and dialog.keep_button.isDefault()
    dialog.keep_button.click()
    assert names(card) == ["Renáta Kovács"]
    trigger(entry(card, "Renáta Kovács"), "Remove from company")
    dialog = card.findChildren(RemoveContactDialog)[-1]
    desk.wait(lambda: dialog.remove_button.isEnabled())
    dialog.remove_button.click()
    desk.wait(lambda: names(card) == [])
    assert desk.one("select count(*) from crm.contacts") == (1 if named else 0)
    assert desk.said[-1].action is not None
    desk.said[-1].action()
    desk.wait(lambda: names(card) == ["Renáta Kovács"])
    assert card.timeline.entries[0].row.contact == "Renáta Kovács" if named else not card.timeline.entries


# Interactions.


def test_an_interaction_is_logged_with_a_contact_and_says_so(desk: Desk, qtbot: QtBot) -> None:
    nordlicht = company(desk)
    renata = known(desk, nordlicht, role="Purchasing")
    card = shown(desk, nordlicht)
    trigger(entry(card, "Renáta Kovács"), "Log interaction")
    dialog = card.findChild(InteractionDialog)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    choice = dialog.form["contact_id"].editor
    assert choice.currentText() == "Renáta Kovács" and not dialog.is_dirty()
    desk.wait(lambda: choice.currentText() == "Renáta Kovács, Purchasing")
    assert [choice.itemData(number) for number in range(choice.count())] == [None, renata]
    dialog.form["subject"].editor.setText("Prices")
    dialog.save_and_close()
    desk.wait(lambda: card.timeline.entries)
    assert "Renáta Kovács" in card.timeline.entries[0].accessibleName()
    assert desk.one("select contact_id from crm.customer_interactions") == renata
    dialog.deleteLater()


def test_a_contact_is_added_on_the_spot(desk: Desk, qtbot: QtBot) -> None:
    nordlicht = company(desk)
    dialog = InteractionDialog(desk.context, None, nordlicht, "Nordlicht")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.open()
    desk.settle()
    field = dialog.form["contact_id"]
    assert field.isVisible() and field.value() is None
    qtbot.wait(20)  # the layout
    shown = [each for each in dialog.form if each.isVisible()]
    places = [QRect(each.mapTo(dialog, QPoint()), each.size()) for each in shown]
    assert not any(a.intersects(b) for a, b in combinations(places, 2)), "a field that came late covers nothing"
    dialog.contact.add_button.click()
    adding = dialog.findChild(ContactDialog)
    adding.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    adding.form["name"].editor.setText("Renáta Kovács")
    adding.save_and_close()
    desk.wait(lambda: field.value() is not None)
    assert field.editor.currentText() == "Renáta Kovács" and dialog.is_dirty()
    dialog.form["subject"].editor.setText("Prices")
    with qtbot.waitSignal(dialog.saved):
        dialog.save()
    assert desk.one("select count(*) from crm.customer_interactions where contact_id is not null") == 1
    field.editor.set_value(None)
    with qtbot.waitSignal(dialog.saved):
        dialog.save()
    assert desk.one("select count(*) from crm.customer_interactions where contact_id is not null") == 0
    dialog.discard()
    adding.deleteLater()


def test_individuals_are_not_asked_for_a_contact(desk: Desk, qtbot: QtBot) -> None:
    dialog = InteractionDialog(desk.context, None, desk.add(), "Ana Ruiz")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.open()
    desk.settle()
    assert not dialog.form["contact_id"].isVisible()
    dialog.discard()


def test_a_contact_who_left_the_company_stays_named(desk: Desk, qtbot: QtBot) -> None:
    nordlicht = company(desk)
    renata = known(desk, nordlicht)
    logged = desk.log(nordlicht, contact_id=renata)
    with desk.context.database.session() as session:
        remove_contact(session, renata, nordlicht, delete_person=True)
    dialog = InteractionDialog(desk.context, None, nordlicht, "Nordlicht", logged)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.open()
    desk.settle()
    assert dialog.form["contact_id"].editor.currentText() == "Renáta Kovács" and not dialog.is_dirty()
    dialog.form["outcome"].editor.setPlainText("Agreed")
    with qtbot.waitSignal(dialog.saved):
        dialog.save()
    assert desk.one("select contact_id from crm.customer_interactions") == renata
    dialog.discard()


def test_the_interactions_of_a_company_are_narrowed_to_a_contact(desk: Desk, qtbot: QtBot) -> None:
    nordlicht = company(desk)
    renata = known(desk, nordlicht)
    desk.log(nordlicht, subject="With Renáta", contact_id=renata)
    desk.log(nordlicht, subject="With nobody")
    page = InteractionsPage(desk.context)
    qtbot.addWidget(page)
    page.resize(1300, 700)
    page.show()

    def rows() -> list[tuple[str, str]]:
        desk.settle()
        model = page.table.model
        keys = [column.key for column in model.columns]
        return sorted(
            (model.index(number, keys.index("subject")).data(), model.index(number, keys.index("contact")).data())
            for number in range(model.rowCount())
        )

    assert not page.filters.contact.isVisible()
    page.set_customer(nordlicht, "Nordlicht")
    desk.wait(lambda: page.filters.contact.isVisible())
    assert rows() == [("With Renáta", "Renáta Kovács"), ("With nobody", "")]
    page.filters.contact.set_value(str(renata))
    desk.wait(lambda: rows() == [("With Renáta", "Renáta Kovács")])
    page.set_customer(None)
    desk.wait(lambda: len(rows()) == 2)
    assert not page.filters.contact.isVisible()


def test_a_draft_of_a_contact_is_offered_at_its_company_only(desk: Desk, crm: Crm) -> None:
    nordlicht, south = company(desk), company(desk, "Südlicht")
    renata = known(desk, nordlicht)
    with desk.context.database.session() as session:
        link_contact(session, renata, south)
        row = contact_at(session, renata, south)
    card = shown(desk, south)
    entry(card, "Renáta Kovács").edit_wanted.emit(row)
    dialog = opened(desk, card)
    about = dialog.draft_about()
    assert about["customer_id"] == south and dialog.draft_fits(about)
    assert not dialog.draft_fits({**about, "customer_id": nordlicht})
    assert dialog.at_label.text().startswith("At Südlicht. Also at Nordlicht:")
    dialog.discard()
    dialog.deleteLater()


def test_large_letters_break_no_entry(desk: Desk, qtbot: QtBot) -> None:
    """At 200 % the primary mark goes below the name, and everything keeps to its width."""
    nordlicht = company(desk)
    known(desk, nordlicht, "Maximiliana von und zu Langenau-Hohenstein", email="maximiliana@langenau.example")
    card = shown(desk, nordlicht)
    each = entry(card, "Maximiliana von und zu Langenau-Hohenstein")
    font = each.font()
    font.setPointSizeF(font.pointSizeF() * 2)
    each.setFont(font)
    for width in (300, 390, 800):
        layout = each._layout_for(width)
        assert all(place.y() + text.boundingRect().height() <= layout.height + 1 for text, place, _ in layout.texts)
        assert all(rect.right() <= width and rect.bottom() <= layout.height for rect, _ in layout.badges)
        assert each.heightForWidth(width) >= layout.height

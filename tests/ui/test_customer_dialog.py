"""Adding and editing customers in the dialog."""

from __future__ import annotations

import threading
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from crm_desktop.customers.actions import add_customer, delete_customer, edit_customer
from crm_desktop.customers.queries import customer_card
from crm_desktop.customers.validation import CustomerInput
from crm_desktop.errors import ConnectionLost, NotAllowed
from tests.helpers.postgres import Crm
from tests.ui.desk import Desk, nameless
from ui.customers.card_dialog import CardDialog
from ui.customers.customer_dialog import CustomerDialog
from ui.forms.conflict_dialog import ConflictDialog
from ui.forms.unsaved import UnsavedQuestion
from ui.widgets import held_picture


def opened(desk: Desk, window: QWidget, customer_id: UUID | None = None) -> CustomerDialog:
    dialog = CustomerDialog(desk.context, window, customer_id)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    dialog.open()
    desk.settle()
    return dialog


def type_into(dialog: CustomerDialog, name: str, text: str) -> None:
    """As a person: the text replaced, the field left."""
    editor = dialog.form[name].editor
    editor.setText(text)
    editor.left.emit()


def changed_by_another(desk: Desk, crm: Crm, customer_id: UUID, **fields: Any) -> None:
    database = crm.database("emil")
    with database.session() as session:
        now = customer_card(session, customer_id)
        given = {name: getattr(now, name) for name in CustomerInput.__dataclass_fields__}
        edit_customer(session, customer_id, now.version, CustomerInput(**{**given, **fields}))
    database.close()


def test_a_customer_is_added(desk: Desk, window: QWidget, qtbot: QtBot) -> None:
    dialog = opened(desk, window)
    assert dialog.focusWidget() is dialog.form["contact_name"].editor
    type_into(dialog, "contact_name", "Zoë Öztürk")
    type_into(dialog, "country", "Germany")
    type_into(dialog, "phone", "030 901820")
    assert dialog.form["phone"].message_text == "Kept as +49 30 901820"
    dialog.form["tags"].editor.input.setText("VIP, fairs")
    assert dialog.windowTitle().endswith("[*]") and dialog.isWindowModified()
    with qtbot.waitSignal(dialog.saved) as saved:
        qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert not dialog.isVisible()
    with desk.context.database.session() as session:
        card = customer_card(session, saved.args[0])
    assert (card.contact_name, card.phone, card.tags) == ("Zoë Öztürk", "+4930901820", ("VIP", "fairs"))
    assert card.phone_checked
    dialog.deleteLater()


def test_every_field_has_its_name(desk: Desk, window: QWidget) -> None:
    dialog = opened(desk, window)
    names = {dialog.form[field.name].label_text for field in dialog.form}
    assert names >= {
        "Company name", "Contact name", "Email", "Phone", "Address", "City", "State", "Country", "Postal code",
        "Customer type", "Status", "Source", "Tags", "Notes", "Other emails", "Other phones",
    }  # fmt: skip
    for field in dialog.form:
        focused = field.editor.focusProxy() or field.editor
        assert focused.accessibleName() == field.label_text
    dialog.discard()
    dialog.deleteLater()


def test_wrong_fields_are_marked_where_they_are(desk: Desk, window: QWidget) -> None:
    dialog = opened(desk, window)
    type_into(dialog, "email", "not an address")
    assert "not an email address" in dialog.form["email"].error
    dialog.save()
    assert "contact name or a company name" in dialog.form["contact_name"].error
    assert dialog.notice.text == "2 fields need another look."
    assert dialog.form["contact_name"].editor.hasFocus()
    type_into(dialog, "email", "ana@example.com")
    assert dialog.form["email"].error == ""
    dialog.discard()
    dialog.deleteLater()


def test_a_customer_number_that_somebody_has_names_them_at_the_field(desk: Desk, window: QWidget) -> None:
    with desk.context.database.session() as session:
        add_customer(session, CustomerInput(contact_name="Ada Miller", customer_number="10234"))
    dialog = opened(desk, window)
    type_into(dialog, "contact_name", "Bob")
    type_into(dialog, "customer_number", "10234")
    dialog.save()
    desk.settle()
    assert dialog.form["customer_number"].error == "Customer number 10234 belongs to Ada Miller."
    assert dialog.isVisible()
    dialog.discard()
    dialog.deleteLater()


def test_a_number_that_cannot_be_checked_is_kept_only_when_said_so(desk: Desk, window: QWidget, qtbot: QtBot) -> None:
    dialog = opened(desk, window)
    type_into(dialog, "contact_name", "Ana Ruiz")
    type_into(dialog, "phone", "ext. 12")
    field = dialog.form["phone"]
    assert field.tone == "error" and field.action_button.text() == "Keep as written"
    dialog.save()
    assert dialog.record is None
    field.action_button.click()
    assert "not checked" in field.message_text
    with qtbot.waitSignal(dialog.saved):
        dialog.save()
    desk.settle()
    assert desk.one("select phone from crm.customers") == "ext. 12"
    dialog.discard()
    dialog.deleteLater()


def test_two_people_save_the_same_customer(desk: Desk, window: QWidget, crm: Crm, qtbot: QtBot) -> None:
    customer = desk.add(city="Berlin", notes="Old", source="fair")
    dialog = opened(desk, window, customer)
    type_into(dialog, "city", "Potsdam")
    type_into(dialog, "source", "referral")
    changed_by_another(desk, crm, customer, city="Hamburg", notes="Theirs")
    dialog.save()
    desk.wait(lambda: dialog.findChild(ConflictDialog))
    conflict = dialog.findChild(ConflictDialog)
    assert conflict.heading.text() == "Emil Employee saved this customer while you were editing it"
    assert conflict.choices() == {"city": "mine", "notes": "theirs", "source": "mine"}
    assert desk.one("select city from crm.customers") == "Hamburg"
    conflict.choose("city", "theirs")
    with qtbot.waitSignal(dialog.saved):
        conflict.save_button.click()
    with desk.context.database.session() as session:
        card = customer_card(session, customer)
    assert (card.city, card.notes, card.source) == ("Hamburg", "Theirs", "referral")
    assert not dialog.is_dirty()
    dialog.discard()
    dialog.deleteLater()


def test_going_back_from_two_versions_keeps_mine(desk: Desk, window: QWidget, crm: Crm) -> None:
    customer = desk.add(city="Berlin")
    dialog = opened(desk, window, customer)
    type_into(dialog, "city", "Potsdam")
    changed_by_another(desk, crm, customer, city="Hamburg")
    dialog.save()
    desk.wait(lambda: dialog.findChild(ConflictDialog))
    dialog.findChild(ConflictDialog).reject()
    assert dialog.form["city"].value() == "Potsdam" and dialog.is_dirty()
    assert "Not saved" in dialog.notice.text
    dialog.discard()
    dialog.deleteLater()


def test_other_fields_changed_by_another_do_not_bother_anybody(
    desk: Desk, window: QWidget, crm: Crm, qtbot: QtBot
) -> None:
    """The same change made twice is no conflict: it is saved without a question."""
    customer = desk.add(city="Berlin")
    dialog = opened(desk, window, customer)
    changed_by_another(desk, crm, customer, notes="x")
    changed_by_another(desk, crm, customer, notes="")
    type_into(dialog, "city", "Potsdam")
    with qtbot.waitSignal(dialog.saved):
        dialog.save()
    assert desk.one("select city from crm.customers") == "Potsdam"
    dialog.discard()
    dialog.deleteLater()


def test_a_deleted_customer_can_be_saved_as_new(desk: Desk, window: QWidget, qtbot: QtBot) -> None:
    customer = desk.add()
    dialog = opened(desk, window, customer)
    type_into(dialog, "city", "Potsdam")
    with desk.context.database.session() as session:
        delete_customer(session, customer)
    dialog.save()
    desk.wait(lambda: dialog.notice.text)
    assert "deleted" in dialog.notice.text and dialog.form["city"].value() == "Potsdam"
    with qtbot.waitSignal(dialog.saved):
        dialog.notice.action_button.click()
    assert desk.one("select city from crm.customers") == "Potsdam"
    dialog.deleteLater()


def test_closing_asks_when_something_is_unsaved(desk: Desk, window: QWidget, qtbot: QtBot) -> None:
    dialog = opened(desk, window)
    type_into(dialog, "contact_name", "Ana Ruiz")
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    question = dialog.findChild(UnsavedQuestion)
    assert dialog.isVisible() and question.isVisible()
    qtbot.keyClick(question, Qt.Key.Key_Escape)
    assert dialog.isVisible() and dialog.form["contact_name"].value() == "Ana Ruiz"
    dialog.close()
    assert dialog.isVisible()
    dialog.findChildren(UnsavedQuestion)[-1].discard_button.click()
    assert not dialog.isVisible()
    assert desk.one("select count(*) from crm.customers") == 0
    dialog.deleteLater()


def test_closing_does_not_ask_when_nothing_was_typed(desk: Desk, window: QWidget, qtbot: QtBot) -> None:
    dialog = opened(desk, window, desk.add())
    assert not dialog.isWindowModified()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    dialog.deleteLater()


def test_saving_on_the_way_out(desk: Desk, window: QWidget, qtbot: QtBot) -> None:
    dialog = opened(desk, window)
    type_into(dialog, "company_name", "Nordlicht")
    dialog.reject()
    with qtbot.waitSignal(dialog.saved):
        dialog.findChild(UnsavedQuestion).save_button.click()
    assert not dialog.isVisible()
    dialog.deleteLater()


def test_a_known_address_is_warned_about_but_saved(desk: Desk, window: QWidget, qtbot: QtBot) -> None:
    desk.add(contact_name="Ana Ruiz", email="ana@example.com", phone="+4930901820")
    dialog = opened(desk, window)
    type_into(dialog, "contact_name", "A. Ruiz")
    type_into(dialog, "email", "ANA@example.com")
    desk.wait(lambda: dialog.form["email"].tone == "warning")
    assert "Ana Ruiz" in dialog.form["email"].message_text
    assert dialog.form["email"].action_button.text() == "Open Ana Ruiz"
    type_into(dialog, "phone", "+49 30 901820")
    desk.wait(lambda: dialog.form["phone"].tone == "warning")
    with qtbot.waitSignal(dialog.saved):
        dialog.save_and_close()
    assert desk.one("select count(*) from crm.customers") == 2
    dialog.deleteLater()


def test_the_owner_of_a_known_address_can_be_looked_at(desk: Desk, window: QWidget) -> None:
    from ui.customers.card_dialog import CardDialog

    desk.add(contact_name="Ana Ruiz", email="ana@example.com")
    dialog = opened(desk, window)
    type_into(dialog, "email", "ana@example.com")
    desk.wait(lambda: dialog.form["email"].tone == "warning")
    dialog.form["email"].action_button.click()
    card = dialog.findChild(CardDialog)
    desk.wait(lambda: card.card.customer is not None)
    assert card.card.customer.name == "Ana Ruiz"
    card.close()
    assert dialog.form["email"].value() == "ana@example.com"
    dialog.discard()
    dialog.deleteLater()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ConnectionLost("The connection broke."), "Nothing you typed is gone"),
        (NotAllowed("You may not change customers."), "what you typed is still here"),
    ],
)
def test_a_failed_save_loses_nothing(
    desk: Desk, window: QWidget, monkeypatch: pytest.MonkeyPatch, error: Exception, words: str
) -> None:
    dialog = opened(desk, window)
    type_into(dialog, "contact_name", "Ana Ruiz")

    def broken(*_args: object) -> UUID:
        raise error

    monkeypatch.setattr(dialog, "write", broken)
    dialog.save_and_close()
    desk.wait(lambda: dialog.notice.text)
    assert words in dialog.notice.text
    assert dialog.isVisible() and dialog.is_dirty() and dialog.form["contact_name"].value() == "Ana Ruiz"
    monkeypatch.undo()
    dialog.save_and_close()
    desk.wait(lambda: not dialog.isVisible())
    assert desk.one("select contact_name from crm.customers") == "Ana Ruiz"
    dialog.deleteLater()


class Paintings(QObject):
    """Counts how often a widget is painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.count += event.type() is QEvent.Type.Paint
        return False


def test_a_form_that_is_saved_at_once_does_not_fade_and_one_that_waits_does(
    desk: Desk, window: QWidget, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr(held_picture, "HOLD_MS", 1_000)
    dialog = opened(desk, window)
    type_into(dialog, "contact_name", "Ana Ruiz")
    desk.settle()
    qtbot.wait(20)
    painted, answer = Paintings(dialog), threading.Event()

    def slow(*_args: object) -> UUID:
        assert answer.wait(10)
        raise ConnectionLost("The connection broke.")

    monkeypatch.setattr(dialog, "write", slow)
    dialog.save_and_close()
    assert not dialog.fields.isEnabled(), "what is typed now would be lost"
    qtbot.wait(100)
    assert painted.count == 0
    desk.wait(lambda: painted.count)
    assert dialog.state_label.text() == "Saving…"
    monkeypatch.undo()
    answer.set()
    desk.wait(lambda: dialog.notice.text)
    assert dialog.updatesEnabled() and dialog.fields.isEnabled()
    painted.count = 0
    dialog.save_and_close()
    desk.wait(lambda: not dialog.isVisible())
    assert painted.count == 0
    dialog.deleteLater()


@pytest.mark.qt_log_ignore("does not support grabbing the keyboard")  # the popup of the completion
def test_tags_are_typed_completed_and_removed(desk: Desk, window: QWidget, qtbot: QtBot) -> None:
    desk.add(tags=("wholesale", "VIP"))
    dialog = opened(desk, window)
    tags = dialog.form["tags"].editor
    completer = tags.input.completer()
    completer.setCompletionPrefix("sale")
    assert completer.currentCompletion() == "wholesale"
    qtbot.keyClicks(tags.input, "one,")
    qtbot.keyClicks(tags.input, "two")
    qtbot.keyClick(tags.input, Qt.Key.Key_Return)
    qtbot.keyClicks(tags.input, "ONE")
    qtbot.keyClick(tags.input, Qt.Key.Key_Return)
    assert tags.value() == ("one", "two")
    qtbot.keyClick(tags.input, Qt.Key.Key_Backspace)
    assert tags.value() == ("one",)
    dialog.discard()
    dialog.deleteLater()


def test_an_untouched_customer_is_not_changed_by_opening(desk: Desk, window: QWidget, crm: Crm) -> None:
    """Values that the form could not have written itself survive: an imported phone, a status of long ago."""
    customer = desk.add()
    with crm.as_owner() as connection:
        connection.execute("update crm.customers set phone = '  0171/xx ', address = E'a\\r\\nb', tags = '[\"b\"]'")
    dialog = opened(desk, window, customer)
    assert not dialog.is_dirty()
    dialog.save_and_close()
    assert not dialog.isVisible()
    assert desk.one("select phone from crm.customers") == "  0171/xx "
    dialog.deleteLater()


def test_everything_that_tab_reaches_has_a_name(desk: Desk, window: QWidget) -> None:
    dialog = opened(desk, window)
    assert nameless(dialog) == []
    dialog.discard()
    dialog.deleteLater()


def test_a_connection_that_breaks_while_saving_loses_nothing(desk: Desk, window: QWidget, crm: Crm) -> None:
    customer = desk.add(city="Berlin")
    dialog = opened(desk, window, customer)
    type_into(dialog, "city", "Potsdam")
    # In the transaction that holds the lock, pg_stat_activity would stay what it was at the first look.
    with crm.as_superuser() as locking, crm.as_superuser(autocommit=True) as connection:
        locking.execute("lock table crm.customers in access exclusive mode")
        dialog.save_and_close()
        waiting = "select pid from pg_stat_activity where usename = 'ada' and wait_event_type = 'Lock'"
        desk.wait(lambda: connection.execute(waiting).fetchall())
        connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'ada'")
    desk.wait(lambda: dialog.notice.text)
    assert "Nothing you typed is gone" in dialog.notice.text and dialog.form["city"].value() == "Potsdam"
    dialog.notice.action_button.click()
    desk.wait(lambda: not dialog.isVisible())
    assert desk.one("select city from crm.customers") == "Potsdam"
    dialog.deleteLater()


def test_my_own_save_that_went_through_unnoticed_is_no_conflict(desk: Desk, window: QWidget, crm: Crm) -> None:
    customer = desk.add(city="Berlin")
    dialog = opened(desk, window, customer)
    type_into(dialog, "city", "Potsdam")
    changed_by_another(desk, crm, customer, city="Potsdam")
    dialog.save_and_close()
    desk.wait(lambda: not dialog.isVisible())
    assert dialog.findChild(ConflictDialog) is None
    dialog.deleteLater()


def test_saving_and_going_on_turns_adding_into_editing(desk: Desk, window: QWidget, qtbot: QtBot) -> None:
    dialog = opened(desk, window)
    type_into(dialog, "contact_name", "Ana Ruiz")
    with qtbot.waitSignal(dialog.saved):
        qtbot.keyClick(dialog, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert dialog.isVisible() and dialog.heading.text() == "Edit Ana Ruiz" and not dialog.is_dirty()
    type_into(dialog, "city", "Berlin")
    with qtbot.waitSignal(dialog.saved):
        dialog.save_and_close()
    assert desk.one("select count(*) from crm.customers") == 1
    dialog.deleteLater()


def type_line(dialog: CustomerDialog, name: str, number: int, text: str) -> None:
    """As a person: into that line of a field with several, which is then left."""
    line = dialog.form[name].editor.inputs[number]
    line.setText(text)
    line.left.emit()


def test_other_addresses_and_numbers_are_added_changed_and_removed(desk: Desk, window: QWidget, qtbot: QtBot) -> None:
    customer = desk.add(email="ana@example.com", phone="+4930111111", country="Germany",
                        other_emails=("a@home.example",))  # fmt: skip
    dialog = opened(desk, window, customer)
    emails, phones = dialog.form["other_emails"].editor, dialog.form["other_phones"].editor
    assert [line.text() for line in emails.inputs] == ["a@home.example", ""]
    assert not dialog.is_dirty()
    type_line(dialog, "other_emails", 1, "b@home.example")
    type_line(dialog, "other_emails", 0, "first@home.example")
    type_line(dialog, "other_phones", 0, "030 901820")
    assert dialog.form["other_phones"].message_text == "Kept as +49 30 901820"
    assert [line.text() for line in emails.inputs] == ["first@home.example", "b@home.example", ""]
    assert [line.accessibleName() for line in emails.inputs] == ["Other emails", "Other emails 2", "Other emails 3"]
    with qtbot.waitSignal(dialog.saved):
        dialog.save()
    assert desk.one("select other_emails from crm.customers") == ["first@home.example", "b@home.example"]
    assert desk.one("select other_phones from crm.customers") == ["+4930901820"]
    remove = next(b for b in emails.findChildren(QWidget) if b.accessibleName() == "Remove first@home.example")
    remove.setFocus()
    qtbot.keyClick(remove, Qt.Key.Key_Space)
    assert emails.inputs[0].hasFocus() and emails.value() == ("b@home.example",)
    type_line(dialog, "other_phones", 0, "")
    assert len(phones.inputs) == 1 and phones.value() == ()
    with qtbot.waitSignal(dialog.saved):
        dialog.save_and_close()
    assert desk.one("select other_emails || other_phones from crm.customers") == ["b@home.example"]
    dialog.deleteLater()


def test_a_wrong_line_is_marked_and_a_number_kept_when_said_so(desk: Desk, window: QWidget, qtbot: QtBot) -> None:
    dialog = opened(desk, window)
    type_into(dialog, "contact_name", "Ana Ruiz")
    type_into(dialog, "phone", "+4930111111")
    type_line(dialog, "other_emails", 0, "fine@example.com")
    type_line(dialog, "other_emails", 1, "not an address")
    field = dialog.form["other_emails"]
    assert "“not an address”" in field.error
    assert [bool(line.property("invalid")) for line in field.editor.inputs] == [False, True, False]
    type_line(dialog, "other_emails", 1, "")
    assert field.error == ""
    type_line(dialog, "other_phones", 0, "ext. 12")
    dialog.save()
    phones = dialog.form["other_phones"]
    assert dialog.record is None and phones.action_button.text() == "Keep as written"
    phones.action_button.click()
    assert "not checked" in phones.message_text
    with qtbot.waitSignal(dialog.saved):
        dialog.save_and_close()
    assert desk.one("select other_phones from crm.customers") == ["ext. 12"]
    dialog.deleteLater()


def test_two_people_add_another_address(desk: Desk, window: QWidget, crm: Crm) -> None:
    """Complaints 9 and 10: nobody's address is lost without being seen."""
    customer = desk.add(email="ana@example.com")
    dialog = opened(desk, window, customer)
    type_line(dialog, "other_emails", 0, "mine@example.com")
    changed_by_another(desk, crm, customer, other_emails=("theirs@example.com", "too@example.com"))
    dialog.save()
    desk.wait(lambda: dialog.findChild(ConflictDialog))
    conflict = dialog.findChild(ConflictDialog)
    assert set(conflict.choices()) == {"other_emails"}
    shown = "\n".join(label.text() for label in conflict.findChildren(QLabel))
    assert "theirs@example.com\ntoo@example.com" in shown and "mine@example.com" in shown
    conflict.reject()
    dialog.discard()
    dialog.deleteLater()


def test_another_address_that_is_somebody_s_already_is_warned_about(desk: Desk, window: QWidget) -> None:
    """Complaint 2: nothing warns of duplicates."""
    desk.add(contact_name="Ana Ruiz", email="ana@example.com", other_phones=("+4930901820",))
    dialog = opened(desk, window)
    type_line(dialog, "other_emails", 0, "ANA@example.com")
    desk.wait(lambda: dialog.form["other_emails"].tone == "warning")
    assert dialog.form["other_emails"].message_text == "This address already belongs to Ana Ruiz."
    type_into(dialog, "phone", "+49 30 901820")
    desk.wait(lambda: dialog.form["phone"].tone == "warning")
    assert dialog.form["other_phones"].tone == "hint"
    dialog.discard()
    dialog.deleteLater()


def test_a_similar_name_in_the_same_city_is_warned_about_and_saves_all_the_same(desk: Desk, window: QWidget) -> None:
    """Complaint 2: warn while typing, never block."""
    desk.add(contact_name="Johanna Ruizmann", company_name="Acme", city="Bonn")
    dialog = opened(desk, window)
    type_into(dialog, "contact_name", "Johana Ruizmann")
    assert dialog.form["contact_name"].tone == "hint"
    type_into(dialog, "city", "bonn")
    desk.wait(lambda: dialog.form["contact_name"].tone == "warning")
    field = dialog.form["contact_name"]
    assert field.message_text == "Looks like Johanna Ruizmann of Acme in Bonn."
    field.action_button.click()
    desk.wait(lambda: dialog.findChild(CardDialog))
    dialog.findChild(CardDialog).accept()
    type_into(dialog, "city", "Ulm")
    desk.wait(lambda: field.tone == "hint")
    type_into(dialog, "city", "Bonn")
    desk.wait(lambda: field.tone == "warning")
    dialog.save_and_close()
    desk.wait(lambda: desk.one("SELECT count(*) FROM crm.customers") == 2)


def test_who_saves_before_the_answer_is_there_is_warned_afterwards(desk: Desk, window: QWidget) -> None:
    """The last field is an address, and Ctrl+Return follows at once: that must not be the way past the warning."""
    ana = desk.add(contact_name="Ana Ruiz", email="ana@example.com")
    dialog = opened(desk, window)
    for name, text in (("contact_name", "A. Ruiz"), ("email", "ANA@example.com")):
        dialog.form[name].editor.setText(text)
    dialog.save_and_close()
    desk.wait(lambda: desk.texts())
    desk.settle()
    assert not dialog.isVisible() and desk.texts() == ["This address already belongs to Ana Ruiz."]
    assert desk.said[0].action_text == "Open Ana Ruiz" and desk.said[0].action is not None
    desk.said[0].action()
    card = window.findChild(CardDialog)
    assert card is not None
    desk.wait(lambda: card.card.customer is not None)
    assert card.card.customer.id == ana
    card.accept()
    dialog.deleteLater()


def test_who_saves_and_stays_is_warned_beside_the_field_and_never_of_the_own_row(desk: Desk, window: QWidget) -> None:
    desk.add(contact_name="Johanna Ruizmann", city="Bonn")
    dialog = opened(desk, window)
    for name, text in (("contact_name", "Johana Ruizmann"), ("city", "Bonn"), ("email", "jo@example.com")):
        dialog.form[name].editor.setText(text)
    dialog.save()
    desk.wait(lambda: dialog.form["contact_name"].tone == "warning")
    desk.settle()
    assert dialog.form["contact_name"].message_text == "Looks like Johanna Ruizmann in Bonn."
    assert dialog.form["email"].tone != "warning" and desk.texts() == []
    dialog.form["notes"].set_value("Called")
    dialog.save_and_close()
    desk.wait(lambda: not dialog.isVisible())
    desk.settle()
    assert desk.texts() == [], "what was said once, or has not changed, is not said again"
    dialog.deleteLater()


def test_a_look_up_does_not_hold_up_a_save(desk: Desk, window: QWidget, monkeypatch: pytest.MonkeyPatch) -> None:
    """Saving greys the form, and so its field is left: the questions that follow from that come after the save."""
    order: list[str] = []
    customer = desk.add(contact_name="Ana Ruiz")
    dialog = opened(desk, window, customer)
    write, ask = dialog.write, dialog.known.ask
    monkeypatch.setattr(dialog, "write", lambda *given: (order.append("write"), write(*given))[1])
    monkeypatch.setattr(dialog.known, "ask", lambda *given: (order.append("ask"), ask(*given))[1])
    dialog.form["email"].editor.setFocus()
    dialog.form["email"].editor.setText("ana@example.com")
    dialog.save_and_close()
    desk.wait(lambda: len(order) == 2)
    desk.settle()
    assert order == ["write", "ask"]
    dialog.deleteLater()


def test_an_opened_customer_is_not_warned_about_before_it_is_changed(desk: Desk, window: QWidget) -> None:
    first = desk.add(contact_name="Ana Ruizmann", city="Bonn")
    desk.add(contact_name="Ana Ruizmann", city="Bonn")
    dialog = opened(desk, window, first)
    dialog.similar.look_up()
    desk.settle()
    assert dialog.form["contact_name"].tone == "hint"
    type_into(dialog, "contact_name", "Anna Ruizmann")
    desk.wait(lambda: dialog.form["contact_name"].tone == "warning")
    dialog.discard()
    dialog.deleteLater()

"""Logging and editing interactions in the dialog; follow-up times on screen and in the database."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from crm_desktop.interactions.actions import complete, edit_interaction
from crm_desktop.interactions.queries import interaction
from crm_desktop.interactions.validation import InteractionInput
from crm_desktop.settings import Preferences
from tests.helpers.postgres import Crm
from tests.ui.desk import Desk, at_desk, nameless
from ui.forms.conflict_dialog import ConflictDialog
from ui.interactions.follow_up_field import FollowUpField
from ui.interactions.interaction_dialog import InteractionDialog
from ui.theme import Theme
from ui.widgets.day_picker import DayPicker

BERLIN = ZoneInfo("Europe/Berlin")


def opened(
    desk: Desk, window: QWidget, customer_id: UUID | None, interaction_id: UUID | None = None
) -> InteractionDialog:
    dialog = InteractionDialog(desk.context, window, customer_id, "Ana Ruiz", interaction_id)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    dialog.open()
    desk.settle()
    return dialog


def write(dialog: InteractionDialog, name: str, text: str) -> None:
    editor = dialog.form[name].editor
    line = editor.focusProxy() or editor
    line.setText(text)
    line.left.emit()


def test_a_call_is_logged_by_keyboard_alone(desk: Desk, window: QWidget, qtbot: QtBot) -> None:
    customer = desk.add()
    dialog = opened(desk, window, customer)
    subject = dialog.form["subject"].editor
    assert subject.hasFocus() and dialog.form["type"].value() == "call"
    qtbot.keyClicks(subject, "Asked for a quote")
    with qtbot.waitSignal(dialog.saved) as saved:
        qtbot.keyClick(subject, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert not dialog.isVisible()
    with desk.context.database.session() as session:
        made = interaction(session, saved.args[0])
    assert (made.type, made.subject, made.status, made.customer_id) == (
        "call",
        "Asked for a quote",
        "completed",
        customer,
    )
    assert desk.one("select last_contact is not null from crm.customers")
    dialog.deleteLater()


def test_the_type_is_chosen_by_its_letter(desk: Desk, window: QWidget, qtbot: QtBot) -> None:
    dialog = opened(desk, window, desk.add())
    qtbot.keyClick(dialog.form["type"].editor, Qt.Key.Key_M)
    assert dialog.form["type"].value() == "meeting" and dialog.is_dirty()
    dialog.discard()
    dialog.deleteLater()


def test_with_a_follow_up_it_waits_until_that_is_done(desk: Desk, window: QWidget, qtbot: QtBot) -> None:
    dialog = opened(desk, window, desk.add())
    write(dialog, "subject", "Call back")
    assert dialog.form["status"].value() == "completed"
    dialog.follow_up.choices["Tomorrow 9:00"].click()
    assert dialog.form["status"].value() == "pending"
    with qtbot.waitSignal(dialog.saved):
        dialog.save_and_close()
    assert desk.one("select next_follow_up > now() from crm.customers")
    dialog.deleteLater()


def test_a_status_that_was_chosen_stays(desk: Desk, window: QWidget, qtbot: QtBot) -> None:
    dialog = opened(desk, window, desk.add())
    qtbot.keyClick(dialog.form["status"].editor, Qt.Key.Key_P, Qt.KeyboardModifier.NoModifier)
    assert dialog.form["status"].value() == "pending"
    dialog.follow_up.choices["In 3 days"].click()
    dialog.follow_up.clear_button.click()
    assert dialog.form["status"].value() == "pending"
    dialog.discard()
    dialog.deleteLater()


def test_what_is_missing_or_not_understood_is_said(desk: Desk, window: QWidget) -> None:
    dialog = opened(desk, window, desk.add())
    write(dialog, "duration", "long")
    write(dialog, "follow_up", "some day")
    dialog.save()
    assert dialog.form["subject"].error == "Enter a subject."
    assert "minutes" in dialog.form["duration"].error
    assert "tomorrow 9:00" in dialog.form["follow_up"].error
    dialog.discard()
    dialog.deleteLater()


def test_a_customer_is_found_by_typing(desk: Desk, window: QWidget, qtbot: QtBot) -> None:
    desk.add(contact_name="Ben Okafor")
    ana = desk.add(contact_name="Ana Ruiz")
    dialog = opened(desk, window, None)
    assert dialog.picker is not None and dialog.picker.input.hasFocus()
    dialog.save()
    qtbot.keyClicks(dialog.picker.input, "ruiz")
    desk.wait(lambda: dialog.picker.list.count() == 1 and dialog.picker.list.isVisible())
    qtbot.keyClick(dialog.picker.input, Qt.Key.Key_Return)
    assert dialog.picker.customer_id == ana and dialog.form["subject"].editor.hasFocus()
    write(dialog, "subject", "Hello")
    with qtbot.waitSignal(dialog.saved):
        dialog.save_and_close()
    assert desk.one("select customer_id from crm.customer_interactions") == ana
    dialog.deleteLater()


def test_usual_outcomes_are_offered_and_free_text_stays_free(desk: Desk, window: QWidget, qtbot: QtBot) -> None:
    dialog = opened(desk, window, desk.add())
    usual = dialog.interaction_fields.outcomes

    def offered() -> list[str]:
        return [outcome for outcome, choice in usual.choices.items() if choice.isVisibleTo(dialog)]

    assert "Voicemail" in offered() and "Bounced" not in offered()
    editor = dialog.form["outcome"].editor
    qtbot.mouseClick(usual.choices["Reached"], Qt.MouseButton.LeftButton)
    qtbot.mouseClick(usual.choices["Voicemail"], Qt.MouseButton.LeftButton)
    assert editor.value() == "Voicemail" and dialog.is_dirty()
    editor.setPlainText("Try on Monday")
    qtbot.mouseClick(usual.choices["No answer"], Qt.MouseButton.LeftButton)
    qtbot.mouseClick(usual.choices["Left a message"], Qt.MouseButton.LeftButton)
    assert editor.value() == "Left a message. Try on Monday"
    dialog.interaction_fields.type.set_value("email")
    assert offered() == ["Replied", "No reply", "Bounced"]
    dialog.interaction_fields.type.set_value("other")
    assert offered() == [] and nameless(dialog) == []
    dialog.deleteLater()


def test_an_interaction_is_edited_and_completed(desk: Desk, window: QWidget, qtbot: QtBot) -> None:
    customer = desk.add()
    entry = desk.log(customer, follow_up=datetime(2030, 1, 2, 8, 0, 30, tzinfo=UTC))
    dialog = opened(desk, window, customer, entry)
    assert not dialog.is_dirty() and dialog.complete_button.isVisibleTo(dialog)
    dialog.form["outcome"].editor.setPlainText("Ordered")
    with qtbot.waitSignal(dialog.saved):
        dialog.complete_button.click()
    with desk.context.database.session() as session:
        made = interaction(session, entry)
    assert (made.status, made.outcome) == ("completed", "Ordered")
    assert made.follow_up == datetime(2030, 1, 2, 8, 0, 30, tzinfo=UTC), "untouched times keep their seconds"
    dialog.deleteLater()


def test_two_people_save_the_same_interaction(desk: Desk, window: QWidget, crm: Crm, qtbot: QtBot) -> None:
    customer = desk.add()
    entry = desk.log(customer)
    dialog = opened(desk, window, customer, entry)
    write(dialog, "subject", "Mine")
    other = crm.database("ada")
    with other.session() as session:
        given = InteractionInput(customer_id=customer, subject="Theirs", outcome="Done")
        edit_interaction(session, entry, 1, given)
    other.close()
    dialog.save()
    desk.wait(lambda: dialog.findChild(ConflictDialog))
    conflict = dialog.findChild(ConflictDialog)
    assert conflict.choices() == {"subject": "mine", "outcome": "theirs"}
    with qtbot.waitSignal(dialog.saved):
        conflict.save_button.click()
    with desk.context.database.session() as session:
        made = interaction(session, entry)
    assert (made.subject, made.outcome) == ("Mine", "Done")
    dialog.discard()
    dialog.deleteLater()


def test_deleting_can_be_undone(desk: Desk, window: QWidget) -> None:
    customer = desk.add()
    entry = desk.log(customer)
    dialog = opened(desk, window, customer, entry)
    dialog.delete_button.click()
    desk.wait(lambda: desk.said)
    assert not dialog.isVisible()
    assert desk.one("select count(*) from crm.customer_interactions") == 0
    assert desk.said[-1].action_text == "Undo" and desk.said[-1].action is not None
    desk.said[-1].action()
    desk.wait(lambda: len(desk.said) == 2)
    assert desk.one("select id from crm.customer_interactions") == entry
    dialog.deleteLater()


def test_somebody_elses_interaction_is_read_only(
    desk: Desk, crm: Crm, theme: Theme, preferences: Preferences, window: QWidget, qtbot: QtBot
) -> None:
    customer = desk.add()
    entry = desk.log(customer)
    emil = crm.database("emil")
    with at_desk(emil, theme, preferences, qtbot) as other:
        dialog = opened(other, window, customer, entry)
        assert dialog.form["subject"].editor.isReadOnly() and not dialog.form["type"].editor.isEnabled()
        assert not dialog.follow_up.clear_button.isVisibleTo(dialog) and not dialog.save_button.isEnabled()
        assert not dialog.delete_button.isVisibleTo(dialog)
        assert "Ada Admin logged this" in dialog.notice.text
        dialog.discard()
        dialog.deleteLater()
    emil.close()


def test_a_change_by_somebody_else_shows_while_nothing_is_typed(desk: Desk, window: QWidget) -> None:
    from ui.operations import DataChange

    customer = desk.add()
    entry = desk.log(customer)
    dialog = opened(desk, window, customer, entry)
    with desk.context.database.session() as session:
        complete(session, entry, 1)
    desk.context.operations.tell_changed(DataChange(frozenset({"interactions"}), (entry,)))
    desk.wait(lambda: dialog.form["status"].value() == "completed")
    assert not dialog.is_dirty()
    dialog.discard()
    dialog.deleteLater()


NOON = datetime(2026, 3, 27, 11, 0, tzinfo=UTC)  # Friday noon in Berlin, two days before the clocks go forward


@pytest.fixture
def field(qtbot: QtBot) -> FollowUpField:
    made = FollowUpField(zone=BERLIN, now=lambda: NOON)
    qtbot.addWidget(made)
    return made


def test_quick_choices_keep_the_clock_on_the_wall_across_daylight_saving(field: FollowUpField) -> None:
    field.choices["Tomorrow 9:00"].click()
    assert field.value() == datetime(2026, 3, 28, 8, 0, tzinfo=UTC)
    field.choices["In 3 days"].click()
    assert field.value() == datetime(2026, 3, 30, 7, 0, tzinfo=UTC), "09:00 is an hour earlier in UTC after the change"
    assert field.input.text() == "Mon 30 Mar 2026 09:00"
    field.choices["Next week"].click()
    assert field.value() == datetime(2026, 3, 30, 7, 0, tzinfo=UTC)
    field.clear_button.click()
    assert field.value() is None


def test_a_skipped_time_is_named(field: FollowUpField) -> None:
    field.input.setText("29 Mar 2026 02:30")
    assert "02:30 does not exist" in field.preview and "03:30" in field.preview
    assert field.value() == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_the_repeated_hour_survives(field: FollowUpField) -> None:
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)  # 02:30 in Berlin for the second time
    field.set_value(second)
    assert field.input.text() == "Sun 25 Oct 2026 02:30"
    assert field.value() == second


def test_a_time_that_has_passed_is_warned_about(field: FollowUpField) -> None:
    field.input.setText("26 Mar 2026 10:00")
    assert "has passed" in field.preview


def test_typed_words_are_written_out(field: FollowUpField) -> None:
    field.input.setText("tomorrow 14:30")
    field.input.left.emit()
    assert field.input.text() == "Sat 28 Mar 2026 14:30"
    assert field.value() == datetime(2026, 3, 28, 13, 30, tzinfo=UTC)


def test_everything_that_tab_reaches_has_a_name(desk: Desk, window: QWidget) -> None:
    dialog = opened(desk, window, None)
    assert nameless(dialog) == []
    dialog.discard()
    dialog.deleteLater()


@pytest.mark.qt_log_ignore("does not support grabbing the keyboard")  # the popup of the calendar
def test_a_day_is_picked_from_the_calendar(field: FollowUpField, qtbot: QtBot) -> None:
    field.input.setText("28 Mar 2026 15:30")
    field.calendar_button.click()
    picker = field.findChild(DayPicker)
    picker.calendar.clicked.emit(QDate(2026, 4, 1))
    assert field.input.text() == "Wed 1 Apr 2026 15:30", "the time of day stays"


def test_letters_lead_to_the_fields(desk: Desk, window: QWidget, qtbot: QtBot) -> None:
    dialog = opened(desk, window, desk.add())
    for letter, name in ((Qt.Key.Key_F, "follow_up"), (Qt.Key.Key_T, "type"), (Qt.Key.Key_B, "subject")):
        qtbot.keyClick(dialog, letter, Qt.KeyboardModifier.AltModifier)
        editor = dialog.form[name].editor
        assert dialog.focusWidget() is (editor.focusProxy() or editor)
    dialog.discard()
    dialog.deleteLater()

"""Editing cells of the list: the same save as the dialog, and what was typed survives whatever goes wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from crm_desktop.customers.actions import edit_fields
from crm_desktop.errors import ConnectionLost, NotAllowed
from tests.ui.customers_page import make_page
from tests.ui.desk import Desk, nameless
from ui.customers.cell_editor import CellEditor
from ui.customers.customer_dialog import CustomerDialog
from ui.customers.page import CustomersPage
from ui.forms.conflict_dialog import ConflictDialog
from ui.main_window import MainWindow
from ui.shell.shape import Shape


@pytest.fixture
def ana(desk: Desk) -> UUID:
    desk.add(contact_name="Ben Okafor")
    return desk.add(contact_name="Ana Ruiz", country="Germany", phone="030 123456", tags=("VIP",), notes="keep")


@pytest.fixture
def page(desk: Desk, ana: UUID) -> CustomersPage:
    made = make_page(desk)
    made.resize(1500, 700)
    made.table.view.setFocus()
    return made


def section(page: CustomersPage, key: str) -> int:
    return next(place for place, column in enumerate(page.table.model.columns) if column.key == key)


def edit(page: CustomersPage, key: str, row: int = 0) -> CellEditor:
    """By keyboard: go to the cell, press F2."""
    view = page.table.view
    view.setCurrentIndex(page.table.model.index(row, section(page, key)))
    QTest.keyClick(view, Qt.Key.Key_F2)
    editor = page.inline_edit.editor
    assert editor is not None
    return editor


def press(editor: CellEditor, key: Qt.Key) -> None:
    QTest.keyClick(editor.editor.focusProxy() or editor.editor, key)


def held(desk: Desk, customer: UUID, column: str) -> Any:
    return desk.one(f"SELECT {column} FROM crm.customers WHERE id = :id", id=customer)


def elsewhere(desk: Desk, customer: UUID, version: int, **changes: Any) -> None:
    with desk.context.database.session() as session:
        edit_fields(session, customer, version, changes)


def test_a_phone_number_becomes_e164_and_can_be_undone(page: CustomersPage, desk: Desk, ana: UUID) -> None:
    editor = edit(page, "phone")
    assert editor.value() == "+4930123456"
    editor.editor.setText("030 654321")  # type: ignore[union-attr]
    press(editor, Qt.Key.Key_Return)
    desk.settle()
    assert page.inline_edit.editor is None
    assert held(desk, ana, "phone || ' ' || phone_national || ' ' || notes") == "+4930654321 030654321 keep"
    assert desk.context.undo.undo_text == "changed phone of Ana Ruiz"
    desk.context.undo.undo()
    desk.settle()
    assert held(desk, ana, "phone") == "+4930123456"


def test_what_is_no_number_is_said_at_the_cell(page: CustomersPage, desk: Desk, ana: UUID) -> None:
    editor = edit(page, "phone")
    editor.editor.setText("12")  # type: ignore[union-attr]
    press(editor, Qt.Key.Key_Return)
    desk.settle()
    assert "not a complete phone number" in editor.message.text()
    assert editor.value() == "12" and editor.isVisible()
    assert nameless(page) == []
    editor.keep_button.click()
    desk.settle()
    assert (held(desk, ana, "phone"), page.inline_edit.editor) == ("12", None)


def test_what_is_typed_while_saving_is_no_search(page: CustomersPage, desk: Desk, ana: UUID) -> None:
    searched: list[str] = []
    page.typed.connect(searched.append)
    editor = edit(page, "phone")
    editor.editor.setText("12")  # type: ignore[union-attr]
    press(editor, Qt.Key.Key_Return)
    assert editor.busy and editor.hasFocus()
    QTest.keyClick(editor, Qt.Key.Key_3)
    desk.settle()
    assert searched == [] and editor.value() == "12"


def test_status_is_chosen_from_a_list(page: CustomersPage, desk: Desk, ana: UUID) -> None:
    editor = edit(page, "status")
    editor.editor.hidePopup()  # type: ignore[union-attr]
    editor.editor.setCurrentIndex(1)  # type: ignore[union-attr]
    editor.editor.activated.emit(1)  # type: ignore[union-attr]
    desk.settle()
    assert held(desk, ana, "status") == "inactive"
    assert page.inline_edit.editor is None
    assert page.window().focusWidget() is page.table.view


def test_tags_are_edited_with_the_tags_editor(page: CustomersPage, desk: Desk, ana: UUID) -> None:
    editor = edit(page, "tags")
    field = editor.editor
    field.input.setText("New")  # type: ignore[union-attr]
    press(editor, Qt.Key.Key_Return)
    assert editor.value() == ("VIP", "New") and editor.isVisible(), "the first Enter makes a tag"
    press(editor, Qt.Key.Key_Return)
    desk.settle()
    assert held(desk, ana, "tags") == ["VIP", "New"]


def test_escape_restores(page: CustomersPage, desk: Desk, ana: UUID) -> None:
    editor = edit(page, "phone")
    editor.editor.setText("030 654321")  # type: ignore[union-attr]
    press(editor, Qt.Key.Key_Escape)
    desk.settle()
    assert page.inline_edit.editor is None
    assert (held(desk, ana, "phone"), held(desk, ana, "version")) == ("+4930123456", 1)


def test_tab_saves_and_goes_on_in_the_row(page: CustomersPage, desk: Desk, ana: UUID) -> None:
    editor = edit(page, "phone")
    editor.editor.setText("030 654321")  # type: ignore[union-attr]
    press(editor, Qt.Key.Key_Tab)
    desk.settle()
    following = page.inline_edit.editor
    assert following is not None and following.key == "status"
    following.editor.hidePopup()  # type: ignore[union-attr]
    press(following, Qt.Key.Key_Tab)
    tags = page.inline_edit.editor
    assert tags is not None and tags.key == "tags"
    tags.editor.input.setText("New")  # type: ignore[union-attr]
    press(tags, Qt.Key.Key_Tab)
    desk.settle()
    assert page.inline_edit.editor is None
    assert (held(desk, ana, "phone"), held(desk, ana, "tags")) == ("+4930654321", ["VIP", "New"])


def test_a_click_elsewhere_saves(page: CustomersPage, desk: Desk, ana: UUID) -> None:
    outer = QWidget()
    desk.qtbot.addWidget(outer)
    editor = edit(page, "phone")
    editor.editor.setText("030 654321")  # type: ignore[union-attr]
    page.filters._select.setFocus()
    desk.settle()
    assert held(desk, ana, "phone") == "+4930654321"


def test_a_double_click_edits_a_cell_and_opens_a_card_elsewhere(page: CustomersPage, desk: Desk) -> None:
    view = page.table.view

    def double(key: str) -> None:
        place = view.visualRect(page.table.model.index(0, section(page, key))).center()
        QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)

    opened: list[object] = []
    page.table.row_activated.connect(opened.append)
    double("status")
    assert page.inline_edit.editor is not None and opened == []
    page.inline_edit.close()
    view.setCurrentIndex(page.table.model.index(0, section(page, "status")))
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert len(opened) == 1 and page.inline_edit.editor is None
    desk.settle()


def test_both_changed_it_and_one_chooses(page: CustomersPage, desk: Desk, ana: UUID) -> None:
    """peers.md 10: the three versions, inline too."""
    editor = edit(page, "phone")
    elsewhere(desk, ana, 1, phone="030 111111")
    editor.editor.setText("030 654321")  # type: ignore[union-attr]
    press(editor, Qt.Key.Key_Return)
    desk.settle()
    question = page.findChildren(ConflictDialog)[-1]
    assert held(desk, ana, "phone") == "+4930111111"
    question.reject()
    assert editor.isVisible() and editor.value() == "030 654321"
    assert "Not saved" in editor.message.text()
    elsewhere(desk, ana, 2, phone="030 222222")
    press(editor, Qt.Key.Key_Return)
    desk.settle()
    question = next(each for each in page.findChildren(ConflictDialog) if each.isVisible())
    question.choose("phone", "mine")
    question.save_button.click()
    desk.settle()
    assert held(desk, ana, "phone") == "+4930654321"
    assert page.inline_edit.editor is None


def test_their_version_can_be_taken(page: CustomersPage, desk: Desk, ana: UUID) -> None:
    editor = edit(page, "tags")
    elsewhere(desk, ana, 1, tags=("Theirs",))
    editor.editor.set_value(("Mine",))
    press(editor, Qt.Key.Key_Return)
    desk.settle()
    question = page.findChildren(ConflictDialog)[-1]
    question.choose_all("theirs")
    question.save_button.click()
    desk.settle()
    assert (held(desk, ana, "tags"), held(desk, ana, "version")) == (["Theirs"], 2)
    assert page.inline_edit.editor is None


def test_somebody_changed_another_field_and_nothing_is_asked(page: CustomersPage, desk: Desk, ana: UUID) -> None:
    editor = edit(page, "phone")
    elsewhere(desk, ana, 1, status="prospect")
    editor.editor.setText("030 654321")  # type: ignore[union-attr]
    press(editor, Qt.Key.Key_Return)
    desk.settle()
    assert held(desk, ana, "phone || status") == "+4930654321prospect"
    assert page.findChildren(ConflictDialog) == []


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ConnectionLost("Lost."), "The connection to the database is lost."),
        (NotAllowed("Your role does not allow this.", hint="Ask."), "Your role does not allow this. Ask."),
    ],
)
def test_what_was_typed_survives_a_failure(
    page: CustomersPage, desk: Desk, ana: UUID, monkeypatch: pytest.MonkeyPatch, error: Exception, said: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    editor = edit(page, "phone")
    editor.editor.setText("030 654321")  # type: ignore[union-attr]
    with monkeypatch.context() as patched:
        patched.setattr("ui.customers.inline_edit.edit_fields", fail)
        press(editor, Qt.Key.Key_Return)
        desk.settle()
    assert editor.message.text().startswith(said)
    assert editor.value() == "030 654321"
    press(editor, Qt.Key.Key_Return)
    desk.settle()
    assert held(desk, ana, "phone") == "+4930654321"


def test_the_editor_follows_its_row(page: CustomersPage, desk: Desk, ana: UUID) -> None:
    from ui.operations import DataChange

    editor = edit(page, "phone")
    before = editor.y()
    desk.add(contact_name="Aaron First")
    desk.context.operations.tell_changed(DataChange(frozenset({"customers"})))
    desk.wait(lambda: page.table.model.rowCount() == 3)
    desk.settle()
    assert editor.y() == before + page.table.view.verticalHeader().defaultSectionSize()
    editor.editor.setText("030 654321")  # type: ignore[union-attr]
    press(editor, Qt.Key.Key_Return)
    desk.settle()
    assert held(desk, ana, "phone") == "+4930654321"


def test_a_fault_of_another_field_stands_in_nobodys_way(page: CustomersPage, desk: Desk, ana: UUID) -> None:
    with desk.context.database.session() as session:
        session.connection().exec_driver_sql("UPDATE crm.customers SET email = 'no address'")
    page.table.refresh()
    desk.settle()
    desk.wait(lambda: page.table.model.row_at(0).version == 2)  # type: ignore[union-attr]
    editor = edit(page, "tags")
    editor.editor.set_value(("New",))
    press(editor, Qt.Key.Key_Return)
    desk.settle()
    assert held(desk, ana, "email || tags") == 'no address["New"]'


def test_who_may_not_edit_is_offered_nothing(desk: Desk, ana: UUID) -> None:
    may = replace(desk.context.capabilities, edit_customers=False)
    page = CustomersPage(replace(desk.context, capabilities=may))
    desk.qtbot.addWidget(page)
    page.resize(1500, 700)
    page.reload()
    page.show()
    desk.settle()
    page.table.view.setCurrentIndex(page.table.model.index(0, section(page, "status")))
    QTest.keyClick(page.table.view, Qt.Key.Key_F2)
    assert page.inline_edit.editor is None


def test_f2_is_the_cells_where_it_can_be_edited_and_the_cards_elsewhere(desk: Desk, ana: UUID) -> None:
    window = MainWindow(desk.context)
    desk.qtbot.addWidget(window)
    window.resize(1700, 800)
    window.show()
    desk.settle()
    page = window.customers
    page.show_customer(ana)
    desk.settle()
    view = page.table.view
    view.setFocus()
    view.setCurrentIndex(page.table.model.index(0, section(page, "phone")))
    QTest.keyClick(view, Qt.Key.Key_F2)
    assert page.inline_edit.editor is not None and window.findChildren(CustomerDialog) == []
    page.inline_edit.close()
    view.setCurrentIndex(page.table.model.index(0, section(page, "name")))
    desk.settle()
    window.activateWindow()
    desk.wait(window.isActiveWindow)
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_F2)
    assert page.inline_edit.editor is None
    dialog = window.findChildren(CustomerDialog)[0]
    desk.settle()
    dialog.discard()
    desk.settle()


def test_at_a_phones_width_the_card_is_for_editing(page: CustomersPage, desk: Desk) -> None:
    page.resize(390, 800)
    page.set_shape(Shape.NARROW)
    page.table.view.setCurrentIndex(page.table.model.index(0, 0))
    QTest.keyClick(page.table.view, Qt.Key.Key_F2)
    assert page.inline_edit.editor is None

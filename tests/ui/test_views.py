"""Views of the customers: chosen, saved, shared, told apart from what was changed, and remembered."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu
from sqlalchemy import text

from crm_desktop.views.actions import add_view, change_view
from crm_desktop.views.definition import ViewDefinition
from crm_desktop.views.queries import saved_view, saved_views
from tests.ui.customers_page import make_page, rows
from tests.ui.desk import Desk, nameless
from ui.customers.page import CustomersPage
from ui.filters.view_dialog import ViewDialog
from ui.operations import DataChange

CITY = {"all": [{"field": "city", "operator": "is", "value": "Köln"}]}


@pytest.fixture
def page(desk: Desk) -> CustomersPage:
    desk.add(contact_name="Ana Ruiz", city="Köln")
    desk.add(contact_name="Ben Okafor", city="Köln", customer_type="business")
    desk.add(contact_name="Cem Demir", city="Bonn", customer_type="business")
    return make_page(desk)


def stored(desk: Desk, name: str, *, shared: bool = False, chosen: Any = None, **more: Any) -> None:
    with desk.context.database.session() as session:
        add_view(session, "customers", name, ViewDefinition(chosen, **more), is_shared=shared)
    desk.context.operations.tell_changed(DataChange(frozenset({"views"})))


def menu(page: CustomersPage) -> dict[str, QAction]:
    made: QMenu = page.views_button.menu_now()
    return {action.text(): action for action in made.actions() if not action.isSeparator()}


def choose(page: CustomersPage, desk: Desk, text: str) -> None:
    desk.wait(lambda: text in menu(page))
    menu(page)[text].trigger()
    rows(page, desk)


def save_as(page: CustomersPage, desk: Desk, name: str, *, shared: bool = False) -> None:
    menu(page)["Save as a new view…"].trigger()
    dialog = next(w for w in QApplication.topLevelWidgets() if isinstance(w, ViewDialog) and w.isVisible())
    assert nameless(dialog) == []
    dialog.name.setText(name)
    dialog.shared.setChecked(shared)
    dialog.save_button.click()
    rows(page, desk)


def test_a_view_brings_filter_search_order_and_columns(page: CustomersPage, desk: Desk) -> None:
    columns = {"order": ["name", "city"], "hidden": ["email"], "widths": {"city": 222}}
    stored(desk, "Cologne", chosen=CITY, search="ruiz", sort="email", descending=True, columns=columns)
    wanted: list[str] = []
    page.search_wanted.connect(wanted.append)
    choose(page, desk, "Cologne")
    assert rows(page, desk) == ["Ana Ruiz"] and wanted == ["ruiz"]
    assert (page.table.request.sort, page.table.request.descending) == ("email", True)
    assert not page.table.columns.is_shown("email") and page.table.columns.state()["widths"]["city"] == 222
    assert page.views_button.text() == "Cologne" and not page.views.is_modified
    assert menu(page)["Cologne"].isChecked() and not menu(page)["All customers"].isChecked()
    assert not menu(page)["Your views"].isEnabled()
    choose(page, desk, "All customers")
    assert len(rows(page, desk)) == 3 and page.views_button.text() == "Views"
    assert menu(page)["All customers"].isChecked()
    assert page.table.request.sort == "email", "the order stays"


def test_what_is_shown_is_saved_and_found_again(page: CustomersPage, desk: Desk) -> None:
    page.show_filter(CITY)
    page.table.set_sort("city", True)
    save_as(page, desk, "Cologne", shared=True)
    assert page.views_button.text() == "Cologne"
    assert "Saved the view “Cologne”." in desk.texts()
    with desk.context.database.session() as session:
        (row,) = saved_views(session, "customers")
    assert (
        row.is_shared and row.definition.filter == CITY and row.definition.sort == "city" and row.definition.descending
    )


def test_a_name_that_is_taken_is_refused_at_the_field(page: CustomersPage, desk: Desk) -> None:
    stored(desk, "Cologne")
    menu(page)["Save as a new view…"].trigger()
    dialog = next(w for w in QApplication.topLevelWidgets() if isinstance(w, ViewDialog) and w.isVisible())
    dialog.name.setText("cologne")
    dialog.save_button.click()
    desk.wait(lambda: dialog.field.error == "There is a view of this name already.")
    assert dialog.isVisible() and dialog.save_button.isEnabled()
    dialog.done(0)


@pytest.mark.parametrize("change", ["filter", "search", "order", "column", "width"])
def test_every_kind_of_change_marks_the_view_and_can_be_taken_back(
    page: CustomersPage, desk: Desk, change: str
) -> None:
    page.show_filter(CITY)
    save_as(page, desk, "Cologne")
    if change == "filter":
        page.filters.status.set_value("prospect")
    elif change == "search":
        page.set_search("ana")
    elif change == "order":
        page.table.set_sort("email", True)
    elif change == "column":
        page.table.columns.set_shown("email", False)
    else:
        page.table.view.horizontalHeader().resizeSection(3, 333)
    rows(page, desk)
    assert page.views_button.text() == "Cologne •"
    assert page.views_button.accessibleName() == "View: Cologne, changed"
    choose(page, desk, "Back to “Cologne” as saved")
    assert page.views_button.text() == "Cologne" and page.filters.filter() == CITY and page.search == ""


def test_changes_are_saved_over_the_view(page: CustomersPage, desk: Desk) -> None:
    page.show_filter(CITY)
    save_as(page, desk, "Cologne")
    assert "Save changes to “Cologne”" not in menu(page)
    page.filters.type.set_value("business")
    choose(page, desk, "Save changes to “Cologne”")
    desk.wait(lambda: page.views_button.text() == "Cologne")
    with desk.context.database.session() as session:
        (row,) = saved_views(session, "customers")
    assert row.definition.filter == page.filters.filter() != CITY


def test_a_view_that_somebody_else_saved_meanwhile_is_not_overwritten_unseen(page: CustomersPage, desk: Desk) -> None:
    """Complaint 9: a silent overwrite."""
    save_as(page, desk, "Cologne")
    with desk.context.database.session() as session:
        (row,) = saved_views(session, "customers")
        change_view(session, row, definition=ViewDefinition(search="theirs"))
    page.filters.type.set_value("business")
    choose(page, desk, "Save changes to “Cologne”")
    desk.wait(lambda: any("Somebody else changed the view “Cologne”" in said for said in desk.texts()))
    assert page.views.is_modified and page.filters.type.value == "business"
    choose(page, desk, "Save changes to “Cologne”")
    desk.wait(lambda: not page.views.is_modified)


def test_rename_share_and_delete_with_undo(page: CustomersPage, desk: Desk) -> None:
    page.show_filter(CITY)
    save_as(page, desk, "Cologne & around")
    assert page.views_button.text() == "Cologne && around"
    menu(page)["Rename…"].trigger()
    dialog = next(w for w in QApplication.topLevelWidgets() if isinstance(w, ViewDialog) and w.isVisible())
    assert dialog.name.text() == "Cologne & around"
    dialog.name.setText("Köln")
    dialog.save_button.click()
    desk.wait(lambda: page.views_button.text() == "Köln")
    menu(page)["Share with everybody"].trigger()
    desk.wait(lambda: page.views.current is not None and page.views.current.is_shared)
    rows(page, desk)
    menu(page)["Delete “Köln”"].trigger()
    desk.wait(lambda: page.views.current is None)
    assert page.filters.filter() == CITY, "the list stays as it is"
    rows(page, desk)
    assert "Köln (shared)" not in menu(page)
    undo = next(notice for notice in desk.said if notice.text == "The view “Köln” was deleted.")
    assert undo.action is not None
    undo.action()
    desk.wait(lambda: "Köln (shared)" in menu(page))


def test_shared_views_of_others_can_be_used_but_not_changed(page: CustomersPage, desk: Desk, emils: Desk) -> None:
    stored(desk, "Hers", chosen=CITY)
    stored(desk, "Everybody's", shared=True, chosen=CITY)
    his = make_page(emils)
    choose(his, emils, "Everybody's (Ada Admin)")
    assert "Hers (Ada Admin)" not in menu(his)
    his.filters.type.set_value("business")
    assert rows(his, emils) == ["Ben Okafor"]
    offered = menu(his)
    assert not {"Save changes to “Everybody's”", "Rename…", "Share with everybody", "Delete “Everybody's”"} & set(
        offered
    )
    assert {"Back to “Everybody's” as saved", "Save as a new view…", "Start with this view"} <= set(offered)


def test_a_view_that_cannot_be_used_says_where_and_loses_nothing(page: CustomersPage, desk: Desk) -> None:
    broken = {"all": [CITY["all"][0], {"any": [{"field": "shoe_size", "operator": "is", "value": 44}]}]}
    stored(desk, "Feet", chosen=broken, search="kept")
    page.show_filter(CITY)
    choose(page, desk, "Feet: cannot be used")
    assert (
        desk.said[-1].text == "The view “Feet” cannot be used: there is no field “shoe_size” (at all[1].any[0].field)."
    )
    assert page.filters.filter() == CITY and page.views.current is None
    with desk.context.database.session() as session:
        (row,) = saved_views(session, "customers")
    assert row.definition.filter == broken and row.definition.search == "kept"


def test_the_last_state_is_each_person_s_own(page: CustomersPage, desk: Desk, emils: Desk) -> None:
    page.show_filter(CITY)
    save_as(page, desk, "Cologne")
    page.filters.type.set_value("business")
    page.set_search("ben")
    rows(page, desk)
    page.views.flush()
    again = make_page(desk)
    assert rows(again, desk) == ["Ben Okafor"] and again.search == "", "a search is not remembered"
    desk.wait(lambda: again.views_button.text() == "Cologne •")
    assert make_page(emils).filters.filter() is None


def test_the_list_starts_with_the_view_that_was_chosen_for_it(page: CustomersPage, desk: Desk) -> None:
    page.show_filter(CITY)
    save_as(page, desk, "Cologne")
    menu(page)["Start with this view"].trigger()
    choose(page, desk, "All customers")
    page.views.flush()
    again = make_page(desk)
    assert rows(again, desk) == ["Ana Ruiz", "Ben Okafor"]
    desk.wait(lambda: again.views_button.text() == "Cologne")
    assert menu(again)["Start with this view"].isChecked()
    with desk.context.database.session() as session:
        (row,) = saved_views(session, "customers")
        bonn = {"all": [{"field": "city", "operator": "is", "value": "Bonn"}]}
        change_view(session, row, definition=ViewDefinition(bonn))
    third = make_page(desk)
    desk.wait(lambda: rows(third, desk) == ["Cem Demir"])
    assert not third.views.is_modified
    with desk.context.database.session() as session:
        session.execute(text("DELETE FROM crm.saved_views"))
    fourth = make_page(desk)
    rows(fourth, desk)
    assert fourth.views.current is None and not fourth.views.starts_here
    assert make_page(desk).views._starts_with() is None


def test_the_view_that_is_on_follows_changes_from_elsewhere(page: CustomersPage, desk: Desk) -> None:
    page.show_filter(CITY)
    save_as(page, desk, "Cologne")
    assert page.views.current is not None
    with desk.context.database.session() as session:
        view = saved_view(session, page.views.current.id)
        change_view(session, view, name="Köln", definition=ViewDefinition())
    desk.context.operations.tell_changed(DataChange(frozenset({"views"})))
    desk.wait(lambda: page.views_button.text() == "Köln" and len(rows(page, desk)) == 3)


def test_changes_that_are_left_behind_can_be_brought_back(page: CustomersPage, desk: Desk) -> None:
    page.show_filter(CITY)
    save_as(page, desk, "Cologne")
    page.filters.type.set_value("business")
    assert rows(page, desk) == ["Ben Okafor"]
    choose(page, desk, "All customers")
    assert len(rows(page, desk)) == 3
    notice = next(each for each in desk.said if each.text == "The changes to the view “Cologne” were not saved.")
    assert notice.action is not None
    notice.action()
    assert rows(page, desk) == ["Ben Okafor"] and page.views_button.text() == "Cologne •"


def test_a_view_from_before_a_column_was_there_is_not_taken_for_changed(page: CustomersPage, desk: Desk) -> None:
    stored(desk, "Old", chosen=CITY, sort="gone", columns={"order": ["city", "name"], "hidden": ["gone"], "widths": {}})
    choose(page, desk, "Old")
    page.views.flush()
    again = make_page(desk)
    desk.wait(lambda: again.views_button.text() == "Old")
    assert not again.views.is_modified and again.table.columns.order()[0].key == "city"


def test_a_filter_from_another_page_leaves_the_view(page: CustomersPage, desk: Desk) -> None:
    save_as(page, desk, "Mine")
    page.show_filter(CITY)
    assert page.views_button.text() == "Views"


@pytest.mark.parametrize(
    "definition",
    [
        '{"columns": {"order": [null, [], {}, "city"], "hidden": [[]], "widths": {"name": "x", "city": -5}}}',
        '{"filter": ' + '{"all": [' * 1_000 + "]}" * 1_000 + "}",
        '{"search": ' + "9" * 5_000 + "}",
    ],
    ids=["columns", "deep", "long number"],
)
def test_a_view_that_another_program_stored_keeps_nobody_from_the_others(
    page: CustomersPage, desk: Desk, emils: Desk, definition: str
) -> None:
    with emils.context.database.raw() as plain:
        plain.execute(
            "INSERT INTO crm.saved_views (subject, name, definition, is_shared) VALUES ('customers', 'Wild', %s, true)",
            (definition,),
        )
        plain.commit()
    stored(desk, "Cologne", chosen=CITY)
    desk.wait(lambda: any(shown.startswith("Wild") for shown in menu(page)))
    choose(page, desk, next(shown for shown in menu(page) if shown.startswith("Wild")))
    choose(page, desk, "Cologne")
    assert page.views_button.text() == "Cologne" and desk.said == []

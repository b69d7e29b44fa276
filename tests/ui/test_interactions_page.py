"""The Interactions tab."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crm_desktop.settings import Preferences
from crm_desktop.views.actions import add_view
from crm_desktop.views.definition import ViewDefinition
from tests.helpers.postgres import Crm
from tests.ui.desk import Desk, at_desk, nameless
from ui.filters.builder import FilterBuilder
from ui.interactions.interaction_dialog import InteractionDialog
from ui.interactions.page import InteractionsPage
from ui.operations import DataChange
from ui.theme import Theme


@pytest.fixture
def page(desk: Desk, qtbot: QtBot) -> InteractionsPage:
    now = datetime.now(UTC)
    ana, ben = desk.add(contact_name="Ana Ruiz"), desk.add(contact_name="Ben Okafor")
    desk.log(ana, subject="Late", follow_up=now - timedelta(days=20), priority="urgent")
    desk.log(ana, subject="Done", status="completed", type="meeting")
    desk.log(ben, subject="Far", follow_up=now + timedelta(days=40))
    made = InteractionsPage(desk.context)
    qtbot.addWidget(made)
    made.resize(1200, 700)
    made.show()
    desk.settle()
    return made


def subjects(page: InteractionsPage, desk: Desk) -> list[str]:
    desk.settle()
    desk.qtbot.wait(10)
    desk.settle()
    rows = [page.table.model.row_at(number) for number in range(page.table.model.rowCount())]
    return [row.subject for row in rows if row is not None]


def test_all_interactions_the_latest_first(page: InteractionsPage, desk: Desk) -> None:
    assert subjects(page, desk) == ["Far", "Done", "Late"]
    assert page.table.view.accessibleName() == "Interactions"
    assert page.count.text() == "3 interactions"


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({"type": "meeting"}, ["Done"]),
        ({"priority": "urgent"}, ["Late"]),
        ({"status": "pending"}, ["Far", "Late"]),
        ({"due": "overdue"}, ["Late"]),
        ({"who": "me"}, ["Far", "Done", "Late"]),
        ({"due": "overdue", "type": "meeting"}, []),
    ],
)
def test_filters(page: InteractionsPage, desk: Desk, chosen: dict[str, str], expected: list[str]) -> None:
    page.filters.choose(**chosen)
    assert subjects(page, desk) == expected


def test_one_customers(page: InteractionsPage, desk: Desk) -> None:
    ana = desk.one("select id from crm.customers where contact_name = 'Ana Ruiz'")
    page.set_customer(ana, "Ana Ruiz")
    assert subjects(page, desk) == ["Done", "Late"]
    page.set_customer(None)
    assert subjects(page, desk) == ["Far", "Done", "Late"]


def test_a_figure_opens_what_it_counts(page: InteractionsPage, desk: Desk) -> None:
    page.show_due("overdue")
    assert subjects(page, desk) == ["Late"]
    assert page.filters.due.value == "overdue"
    page.show_due("")
    assert subjects(page, desk) == ["Far", "Done", "Late"]


def test_the_buttons_act_on_the_chosen_row(page: InteractionsPage, desk: Desk) -> None:
    assert not page.complete_button.isEnabled() and not page.delete_button.isEnabled()
    page.filters.choose(due="overdue")
    subjects(page, desk)
    page.table.choose(0)
    assert page.complete_button.isEnabled() and page.cancel_button.isEnabled() and page.delete_button.isEnabled()
    page.complete_button.click()
    desk.wait(lambda: desk.texts() == ["“Late” is completed."])
    desk.wait(lambda: page.table.model.rowCount() == 0)
    assert desk.one("select status from crm.customer_interactions where subject = 'Late'") == "completed"


def test_deleting_a_row_can_be_undone(page: InteractionsPage, desk: Desk) -> None:
    page.table.choose(0)
    page.delete_button.click()
    desk.wait(lambda: desk.said)
    assert desk.one("select count(*) from crm.customer_interactions") == 2
    assert desk.said[0].action is not None
    desk.said[0].action()
    desk.wait(lambda: len(desk.said) == 2)
    assert desk.one("select count(*) from crm.customer_interactions") == 3


def test_a_row_opens_its_dialog(page: InteractionsPage, desk: Desk) -> None:
    page.table.choose(2)
    page.table.row_activated.emit(page.table.current_row())
    desk.settle()
    dialog = page.findChild(InteractionDialog)
    assert dialog.form["subject"].value() == "Late"
    dialog.discard()


def test_an_employee_acts_only_on_what_is_theirs(
    page: InteractionsPage, desk: Desk, crm: Crm, theme: Theme, preferences: Preferences, qtbot: QtBot
) -> None:
    database = crm.database("emil")
    with at_desk(database, theme, preferences, qtbot) as other:
        theirs = InteractionsPage(other.context)
        qtbot.addWidget(theirs)
        theirs.show()
        other.settle()
        theirs.table.choose(2)
        other.settle()
        assert not theirs.complete_button.isEnabled() and not theirs.delete_button.isEnabled()
        theirs.close()
        other.settle()
    database.close()


def test_empty_says_what_to_do(desk: Desk, page: InteractionsPage) -> None:
    carl = desk.add(contact_name="Carl")
    page.set_customer(carl, "Carl")
    assert subjects(page, desk) == []
    assert page.table.states.panel.text.startswith("Nothing has been logged with Carl")


@pytest.mark.parametrize("width", [390, 820, 1440])
def test_it_fits_every_width(page: InteractionsPage, desk: Desk, width: int) -> None:
    page.resize(width, 700)
    desk.qtbot.wait(20)
    assert page.width() == width
    layout = page.layout()
    assert layout is not None and layout.minimumSize().width() <= width
    assert page.filters.toggle_button.isVisible() == (width == 390)


def test_everything_that_tab_reaches_has_a_name(page: InteractionsPage, desk: Desk) -> None:
    assert nameless(page) == []


def test_the_builder_and_its_chips_narrow_interactions_too(page: InteractionsPage, desk: Desk) -> None:
    page.filters.choose(who="me")
    page.conditions.active.set({"field": "subject", "operator": "contains", "value": "a"})
    assert subjects(page, desk) == ["Far", "Late"]
    assert [chip.text for chip in page.conditions.chips.chips] == ["Subject contains “a”"]
    assert page.conditions.button.text() == "Filters (1)"
    page.open_filters()
    desk.settle()
    builder = next(w for w in QApplication.topLevelWidgets() if isinstance(w, FilterBuilder) and w.isVisible())
    desk.wait(lambda: builder.count.text() == "2 interactions match with the rest that is on")
    assert nameless(builder) == []
    builder.done(0)
    page.conditions.chips.clear_button.click()
    assert len(subjects(page, desk)) == 3 and not page.filters.who.value


def test_views_of_interactions_bring_the_boxes_and_the_chips(page: InteractionsPage, desk: Desk) -> None:
    """Whose interactions are listed is no part of a view."""
    recent = {"field": "created_at", "operator": "within", "value": {"last_days": 30}}
    subject = {"field": "subject", "operator": "is_not", "value": "far"}
    somebody = {"field": "assignee_id", "operator": "is", "value": "me"}
    with desk.context.database.session() as session:
        wanted = ViewDefinition({"all": [subject, somebody, recent]}, sort="type", descending=True)
        add_view(session, "interactions", "Mine", wanted)
    desk.context.operations.tell_changed(DataChange(frozenset({"views"})))
    desk.wait(lambda: page.views.rows)
    page.views.choose(page.views.rows[0])
    assert subjects(page, desk) == ["Done", "Late"] or subjects(page, desk) == ["Late", "Done"]
    assert (page.filters.due.value, page.filters.who.value, page.filters.type.value) == ("recent", "me", "")
    assert [chip.text for chip in page.conditions.chips.chips] == ["Subject is not “far”"]
    assert page.table.request.sort == "type" and page.views_button.text() == "Mine"
    page.set_customer(desk.add(contact_name="Cem Demir"), "Cem Demir")
    assert subjects(page, desk) == [] and not page.views.is_modified
    page.show_due("overdue")
    assert page.views.current is None and page.conditions.chips.isHidden()

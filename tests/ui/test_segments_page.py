"""The Segments tab: live counts, the chosen segment, what can be done with it, and its dialog."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from crm_desktop.database.engine import Database
from crm_desktop.drafts.draft import Draft
from crm_desktop.drafts.store import DraftStore
from crm_desktop.segments import actions
from crm_desktop.segments.queries import segment, segments
from crm_desktop.segments.rule_rows import RuleInput
from crm_desktop.segments.rules import add_rule
from crm_desktop.segments.validation import SegmentInput
from crm_desktop.settings import Preferences
from tests.helpers.postgres import Crm
from tests.ui.desk import Desk, at_desk, nameless
from ui.customers.bulk_edit_dialog import BulkEditDialog
from ui.exporting.export_dialog import ExportDialog
from ui.filters.condition_row import ConditionRow
from ui.operations import DataChange
from ui.segments.page import SegmentsPage
from ui.segments.segment_dialog import SegmentDialog
from ui.segments.why_dialog import WhyDialog
from ui.shell.shape import Shape
from ui.theme import Theme
from ui.unsaved_work import KINDS, sentence

ACTIVE = {"field": "status", "operator": "is", "value": "active"}
VIP = {"field": "tags", "operator": "has_any", "value": ["VIP"]}


def add(desk: Desk, name: str, criteria: Any, **values: Any) -> UUID:
    with desk.context.database.session() as session:
        return actions.add_segment(session, SegmentInput(name, criteria=criteria, **values))


@pytest.fixture
def people(desk: Desk) -> dict[str, UUID]:
    return {
        "Ana": desk.add(contact_name="Ana Ruiz", status="active", tags=("VIP",)),
        "Ben": desk.add(contact_name="Ben Okafor", status="active"),
        "Cem": desk.add(contact_name="Cem Demir", status="prospect"),
    }


@pytest.fixture
def page(desk: Desk, people: dict[str, UUID]) -> Iterator[SegmentsPage]:
    add(desk, "Active", ACTIVE, description="Whoever buys")
    add(desk, "Important", {"all": [ACTIVE, VIP]})
    made = SegmentsPage(desk.context)
    made.resize(1300, 760)
    made.show()
    desk.wait(lambda: len(made.model.rows) == 2)
    desk.settle()
    yield made
    made.close()
    made.deleteLater()


def menu_of(page: SegmentsPage, menu: QMenu) -> dict[str, Any]:
    return {action.text().replace("&", ""): action for action in menu.actions() if action.text()}


def dialog(kind: type) -> Any:
    return next(each for each in QApplication.topLevelWidgets() if isinstance(each, kind) and each.isVisible())


def names(page: SegmentsPage) -> list[str]:
    model = page.detail.table.model
    return [model.row_at(place).name for place in range(model.rowCount())]


def spoken(page: SegmentsPage) -> list[str]:
    return [
        page.model.data(page.model.index(n), Qt.ItemDataRole.AccessibleTextRole) for n in range(page.model.rowCount())
    ]


def test_every_segment_has_its_live_count_and_the_chosen_one_its_customers(page: SegmentsPage, desk: Desk) -> None:
    desk.wait(lambda: spoken(page) == ["Active, 2 customers", "Important, 1 customer"])
    detail = page.detail
    assert (detail.title.text(), detail.description.text(), detail.count.text()) == ("Active", "Whoever buys", "2")
    assert detail.share.text() == "customers · 67 % of all"
    assert names(page) == ["Ana Ruiz", "Ben Okafor"]
    assert [line.words for line in detail.outline.lines] == ["Status is Active"]
    page.list.setCurrentIndex(page.model.index(1))
    desk.wait(lambda: names(page) == ["Ana Ruiz"])
    assert [line.words for line in detail.outline.lines] == ["All of these", "Status is Active", "Tags include VIP"]
    assert nameless(page) == []


def test_counts_follow_what_changes(page: SegmentsPage, desk: Desk) -> None:
    """Stale segments are complaint mautic#5123 of peers.md."""
    desk.wait(lambda: spoken(page)[0] == "Active, 2 customers")
    desk.add(contact_name="Dora", status="active")
    desk.context.operations.tell_changed(DataChange(frozenset({"customers"})))
    desk.wait(lambda: spoken(page)[0] == "Active, 3 customers")
    desk.wait(lambda: "Dora" in names(page))


def test_a_segment_that_cannot_be_evaluated_says_why(page: SegmentsPage, desk: Desk) -> None:
    desk.one("""UPDATE crm.customer_segments SET criteria = '{"field": "feet", "operator": "is"}'
                WHERE name = 'Active' RETURNING 1""")  # fmt: skip
    page.refresh()
    desk.wait(lambda: spoken(page)[0] == "Active, cannot be counted")
    desk.wait(lambda: "there is no field “feet”" in page.detail.message.text)
    assert not page.detail.all_button.isEnabled()


def test_a_new_segment_is_built_counted_and_chosen(page: SegmentsPage, desk: Desk) -> None:
    page.add_button.click()
    desk.wait(lambda: any(isinstance(each, SegmentDialog) for each in QApplication.topLevelWidgets()))
    made: SegmentDialog = dialog(SegmentDialog)
    made.form["name"].editor.setText("Prospects")
    row = made.criteria.filter.root.rows[0]
    assert isinstance(row, ConditionRow)
    made.save()
    assert made.form["criteria"].message_text == "Fill in every condition, or take it away."
    row.field.set_value("status")
    row.editor.set_value("prospect")
    row.editor.changed.emit()
    desk.wait(lambda: made.criteria.filter.count.text() == "1 customer matches")
    assert made.criteria.preview.model.rows[0].name == "Cem Demir"
    assert nameless(made) == []
    made.save_and_close()
    desk.wait(lambda: page.chosen is not None and page.chosen.name == "Prospects")
    desk.wait(lambda: names(page) == ["Cem Demir"])
    assert page.chosen is not None
    assert page.chosen.criteria == {"all": [{"field": "status", "operator": "is", "value": "prospect"}]}


def test_what_is_typed_of_a_segment_outlives_a_crash(page: SegmentsPage, desk: Desk) -> None:
    page.add_button.click()
    desk.wait(lambda: any(isinstance(each, SegmentDialog) for each in QApplication.topLevelWidgets()))
    made: SegmentDialog = dialog(SegmentDialog)
    assert made.criteria.preview.isHidden(), "nothing stands above an empty list"
    made.form["name"].editor.setText("Prospects")
    root = made.criteria.filter.root
    row = root.rows[0]
    assert isinstance(row, ConditionRow)
    row.field.set_value("owner_id")
    row.editor.set_value(str(desk.context.user.id))
    row.editor.changed.emit()
    root.add_condition()  # not filled in
    desk.settle()
    typed, before = made.draft_values(), dict(made.form.opened)
    title = made.draft_title()
    made.discard()
    desk.settle()
    store = DraftStore(desk.context.preferences.folder / "drafts", f"test|{desk.context.database.username}")
    store.write(Draft("1a", "segments", None, 0, title, datetime.now(UTC), before, typed))
    store.close()
    desk.context.drafts.look()
    desk.wait(lambda: desk.context.drafts.left)
    [left] = desk.context.drafts.left
    assert sentence(left).startswith("You have an unsaved segment from ") and sentence(left).endswith(": Prospects")
    again = KINDS["segments"][1](desk.context, page.window(), left)
    again.kept.go_on_with(left)
    again.open()
    desk.settle()
    assert isinstance(again, SegmentDialog)
    assert again.form.values() == {
        "name": "Prospects", "description": "", "is_active": True,
        "criteria": {"all": [{"field": "owner_id", "operator": "is", "value": str(desk.context.user.id)}]},
    }  # fmt: skip
    words = again.value_text("criteria", again.form["criteria"].value())
    assert desk.context.user.display_name in words, "the names are read by the dialog"
    again.save_and_close()
    desk.wait(lambda: [row.name for row in page.model.rows] == ["Active", "Important", "Prospects"])
    assert desk.texts()[-1] == "The segment “Prospects” was added."


def test_the_last_count_stays_greyed_while_a_condition_is_half_typed(page: SegmentsPage, desk: Desk) -> None:
    page.edit()
    desk.settle()
    made: SegmentDialog = dialog(SegmentDialog)
    count = made.criteria.filter.count
    desk.wait(lambda: count.text() == "2 customers match")
    assert not made.is_dirty()
    made.criteria.filter.root.add_condition()
    desk.wait(lambda: count.text().startswith("2 customers matched before. Fill in"))
    assert not made.criteria.preview.list.isEnabled() and made.is_dirty()
    made.discard()


def test_a_fault_of_the_whole_is_said_at_the_criteria(page: SegmentsPage, desk: Desk) -> None:
    first, second = (row.id for row in page.model.rows)
    with desk.context.database.session() as session:
        row = segment(session, second)
        named = {"field": "segment", "operator": "is", "value": str(first)}
        actions.edit_segment(session, second, row.version, SegmentInput("Important", criteria=named))
    page.edit()
    desk.settle()
    made: SegmentDialog = dialog(SegmentDialog)
    around = {"field": "segment", "operator": "in", "value": [str(second)]}
    made.criteria.filter.set_filter({"all": [around]})
    made.criteria.edited.emit()
    made.save()
    desk.wait(lambda: "lead in a circle: “Active” → “Important” → “Active”" in made.form["criteria"].message_text)
    made.discard()


def test_somebody_who_saved_first_is_not_overwritten(page: SegmentsPage, desk: Desk) -> None:
    """Silent overwriting is complaint 9 of peers.md."""
    page.edit()
    desk.settle()
    made: SegmentDialog = dialog(SegmentDialog)
    with desk.context.database.session() as session:
        row = segments(session)[0]
        actions.edit_segment(session, row.id, row.version, SegmentInput("Theirs", criteria=VIP))
    made.form["name"].editor.setText("Mine")
    made.save()
    desk.settle()
    conflict = next(each for each in QApplication.topLevelWidgets() if type(each).__name__ == "ConflictDialog")
    assert desk.one("SELECT name FROM crm.customer_segments WHERE id = :id", id=row.id) == "Theirs"
    conflict.reject()
    made.discard()


def test_a_segment_is_deleted_and_brought_back(page: SegmentsPage, desk: Desk) -> None:
    menu_of(page, page.detail.more_menu())["Delete “Active”"].trigger()
    desk.wait(lambda: [row.name for row in page.model.rows] == ["Important"])
    desk.wait(lambda: page.detail.title.text() == "Important")
    desk.context.undo.undo()
    desk.wait(lambda: [row.name for row in page.model.rows] == ["Active", "Important"])


def test_a_segment_in_use_by_another_stays_and_says_by_which(page: SegmentsPage, desk: Desk) -> None:
    assert page.chosen is not None
    add(desk, "On top", {"field": "segment", "operator": "is", "value": str(page.chosen.id)})
    page.delete()
    desk.settle()
    assert "The segment “Active” is in use: by the segment “On top”" in desk.texts()[-1]
    desk.wait(lambda: len(page.model.rows) == 3)


def test_a_copy_begins_like_its_original(page: SegmentsPage, desk: Desk) -> None:
    page.duplicate()
    desk.wait(lambda: any(isinstance(each, SegmentDialog) for each in QApplication.topLevelWidgets()))
    made: SegmentDialog = dialog(SegmentDialog)
    assert made.form["name"].value() == "Active (copy)"
    made.save_and_close()
    desk.wait(lambda: page.chosen is not None and page.chosen.name == "Active (copy)")
    assert page.chosen is not None and page.chosen.description == "Whoever buys"


def test_switching_off_can_be_undone(page: SegmentsPage, desk: Desk) -> None:
    menu_of(page, page.detail.more_menu())["Switch off"].trigger()
    desk.wait(lambda: [row.name for row in page.model.rows] == ["Important", "Active"])
    desk.wait(lambda: spoken(page)[1] == "Active, 2 customers, not in use")
    desk.context.undo.undo()
    desk.wait(lambda: all(row.is_active for row in page.model.rows))


def test_all_customers_of_a_segment_can_be_edited_and_exported(page: SegmentsPage, desk: Desk) -> None:
    desk.wait(lambda: page.detail.count.text() == "2")
    chosen = menu_of(page, page.detail.actions_menu())
    assert chosen["Merge…"].isEnabled() and not any(action.isSeparator() for action in chosen.values())
    assert page.detail.all_button.text() == "With all 2"
    chosen["Edit…"].trigger()
    desk.settle()
    edit: BulkEditDialog = dialog(BulkEditDialog)
    assert edit.frozen is not None and edit.frozen.count == 2
    edit.reject()
    desk.settle()
    menu_of(page, page.detail.actions_menu())["Export"].trigger()
    export: ExportDialog = dialog(ExportDialog)
    assert export.heading.text() == "Export 2 selected customers"
    export.reject()
    desk.settle()


def test_the_segment_opens_in_the_list_of_customers_and_a_row_opens_the_card(
    page: SegmentsPage, desk: Desk, people: dict[str, UUID], qtbot: QtBot
) -> None:
    assert page.chosen is not None
    wanted = {"field": "segment", "operator": "is", "value": str(page.chosen.id)}
    with qtbot.waitSignal(page.customers_wanted) as listed:
        page.detail.list_button.click()
    assert listed.args == [wanted]
    with qtbot.waitSignal(page.customer_wanted) as opened:
        page.detail.table.row_activated.emit(page.detail.table.model.row_at(0))
    assert opened.args == [people["Ana"]]


def test_why_somebody_is_in_it_is_answered_condition_by_condition(
    page: SegmentsPage, desk: Desk, people: dict[str, UUID], qtbot: QtBot
) -> None:
    page.list.setCurrentIndex(page.model.index(1))
    page.detail.why_button.click()
    made: WhyDialog = dialog(WhyDialog)
    made.picker.show_chosen(people["Ben"], "Ben Okafor")
    made.ask(people["Ben"])
    desk.wait(lambda: made.answer.text() == "Ben Okafor is not in “Important”.")
    assert [(line.holds, line.words, line.value) for line in made.outline.lines] == [
        (False, "All of these", ""),
        (True, "Status is Active", "Active"),
        (False, "Tags include VIP", "none"),
    ]
    assert made.outline.lines[2].accessibleName() == "Not met: Tags include VIP. none"
    with qtbot.waitSignal(page.customer_wanted) as opened:
        made.open_button.click()
    assert opened.args == [people["Ben"]]


def test_on_narrow_windows_the_segment_lies_over_the_list(page: SegmentsPage, desk: Desk) -> None:
    page.resize(820, 900)
    page.set_shape(Shape.MEDIUM)
    page.pane.close_card()
    page.list.clicked.emit(page.model.index(1))
    assert page.pane.is_open and page.pane.covers and not page.detail.close_button.isHidden()
    page.resize(390, 800)
    page.set_shape(Shape.NARROW)
    page.detail.close_button.click()
    assert not page.pane.is_open


def test_the_palette_offers_every_segment(page: SegmentsPage, desk: Desk) -> None:
    found = {command.title: command.run for command in page.commands()}
    assert {"Add Segment", "Edit the segment Active", "Show the segment Important"} <= set(found)
    found["Show the segment Important"]()
    desk.wait(lambda: page.detail.title.text() == "Important")


def test_without_segments_the_page_offers_to_make_one(desk: Desk) -> None:
    made = SegmentsPage(desk.context)
    made.show()
    desk.wait(lambda: "No segments yet" in made.panel.text)
    made.close()
    made.deleteLater()


def test_an_employee_sees_and_changes_segments(
    employee: Database, theme: Theme, preferences: Preferences, qtbot: QtBot
) -> None:
    with at_desk(employee, theme, preferences, qtbot) as desk:
        add(desk, "Mine", ACTIVE)
        made = SegmentsPage(desk.context)
        made.show()
        desk.wait(lambda: spoken(made) == ["Mine, 0 customers"])
        made.delete()
        desk.wait(lambda: not made.model.rows)
        made.close()
        made.deleteLater()


def test_the_rules_are_those_of_the_chosen_segment(page: SegmentsPage, desk: Desk) -> None:
    place = next(n for n in range(page.detail.tabs.count()) if page.detail.tabs.tabText(n) == "Rules")
    page.detail.tabs.setCurrentIndex(place)
    rules = page.detail.rules
    desk.wait(rules.none.isVisible)
    with desk.context.database.session() as session:
        add_rule(session, page.model.rows[1].id, RuleInput("enter", "add_tag", tag="Gold"))
    page.list.setCurrentIndex(page.model.index(1))
    desk.wait(lambda: len(rules.entries) == 1)
    page.delete()
    desk.wait(lambda: "by the rule “When a customer enters: add the tag “Gold””" in " ".join(desk.texts()))


def test_growth_is_drawn_from_what_was_counted_day_by_day(page: SegmentsPage, desk: Desk, clean: Crm) -> None:
    assert page.chosen is not None
    page.detail.tabs.setCurrentIndex(1)
    assert page.detail.growth is not None
    growth = page.detail.growth
    desk.wait(lambda: "counted once a day" in growth.words.text())
    assert growth.card is not None and not growth.card.isVisible()
    with clean.as_owner() as owner:
        for days, size in ((2, 5), (1, 9)):
            owner.execute(
                "INSERT INTO crm.segment_sizes (segment_id, day, size) VALUES (%s, current_date - %s, %s)",
                (page.chosen.id, days, size),
            )
    growth.refresh()
    desk.wait(lambda: growth.words.text() == "4 more than yesterday.")
    assert growth.card.data is not None and growth.card.data.series[0].values == (5, 9)
    page.list.setCurrentIndex(page.model.index(1))
    desk.wait(lambda: growth.card is not None and not growth.card.isVisible())

"""The table as a person uses it: choosing, sorting, columns, states, and lists of a million rows."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from crm_desktop.errors import ServerUnavailable
from crm_desktop.listing.request import ListRequest
from tests.ui.fake_listing import COLUMNS, People, make_context
from ui.tables.column_chooser import ColumnChooser
from ui.tables.columns import CompactRow
from ui.tables.paged_view import PagedTable
from ui.widgets.state_panel import Words

COMPACT = CompactRow(title=lambda row: row.name, detail=lambda row: row.city)


@pytest.fixture
def people() -> People:
    return People()


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Any]:
    made = make_context(tmp_path)
    yield made
    made.operations.close()


def make_table(qtbot: QtBot, context: Any, people: People) -> PagedTable:
    table = PagedTable(context, "People", COLUMNS, people.listing, compact=COMPACT)
    qtbot.addWidget(table)
    table.resize(500, 400)
    table.show()
    return table


@pytest.fixture
def table(qtbot: QtBot, context: Any, people: People) -> PagedTable:
    return make_table(qtbot, context, people)


def shown(table: PagedTable) -> list[str]:
    header = table.view.horizontalHeader()
    sections = [header.logicalIndex(place) for place in range(header.count())]
    return [COLUMNS[section].key for section in sections if not header.isSectionHidden(section)]


def test_tells_which_row_is_chosen_once(table: PagedTable) -> None:
    table.set_request(ListRequest())
    told: list[str] = []
    table.current_row_changed.connect(lambda row: told.append(row.name))
    table.choose(3)
    QTest.keyClick(table.view, Qt.Key.Key_Down)
    QTest.keyClick(table.view, Qt.Key.Key_Right)
    assert told == ["Person 0000003", "Person 0000004"]


def test_home_and_end_are_the_first_and_last_row(table: PagedTable, people: People, qtbot: QtBot) -> None:
    people.total = 1_000_000
    table.set_request(ListRequest())
    table.view.setFocus()
    with qtbot.waitSignal(table.current_row_changed) as told:
        QTest.keyClick(table.view, Qt.Key.Key_End)
    assert told.args is not None and told.args[0].name == "Person 0999999"
    QTest.keyClick(table.view, Qt.Key.Key_Home)
    assert table.view.currentIndex().row() == 0


def test_selecting_a_million_rows_is_a_flag(table: PagedTable, people: People) -> None:
    people.total = 1_000_000
    table.set_request(ListRequest())
    table.view.setFocus()
    began = time.perf_counter()
    QTest.keySequence(table.view, QKeySequence.StandardKey.SelectAll)
    table.view.viewport().repaint()
    assert len(table.selection()) == 1_000_000
    assert time.perf_counter() - began < 1.0
    assert not table.view.selectionModel().hasSelection()
    QTest.keyClick(table.view, Qt.Key.Key_Escape)
    assert len(table.selection()) == 0


def test_letters_typed_on_the_table_are_passed_on(table: PagedTable, people: People, qtbot: QtBot) -> None:
    people.total = 1_000_000
    table.set_request(ListRequest())
    with qtbot.waitSignal(table.typed) as typed:
        QTest.keyClick(table.view, Qt.Key.Key_M)
    assert typed.args == ["m"]


def test_a_header_sorts_and_sorts_back(table: PagedTable, people: People) -> None:
    table.set_request(ListRequest())
    header = table.view.horizontalHeader()
    place = QPoint(header.sectionViewportPosition(0) + 30, header.height() // 2)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert (people.requests[-1].sort, people.requests[-1].descending) == ("name", True)
    assert table.model.index(0, 0).data() == "Person 0000009"
    assert header.sortIndicatorSection() == 0
    assert header.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert people.requests[-1].descending is False


def test_a_search_keeps_the_order(table: PagedTable, people: People) -> None:
    table.set_request(ListRequest())
    table.set_sort("city", True)
    table.set_request(ListRequest(search="x"))
    assert people.requests[-1] == ListRequest(search="x", sort="city", descending=True)


def test_columns_are_remembered(qtbot: QtBot, context: Any, people: People) -> None:
    table = make_table(qtbot, context, people)
    assert shown(table) == ["name", "city"]
    table.columns.set_shown("id", True)
    table.columns.set_shown("name", False)
    table.columns.move("city", 0)
    table.view.horizontalHeader().resizeSection(0, 233)
    table.columns.save()
    again = make_table(qtbot, context, people)
    assert shown(again) == ["city", "name", "id"]
    assert again.view.horizontalHeader().sectionSize(0) == 233


@pytest.mark.parametrize("saved", [None, 5, {"order": ["gone", 3], "hidden": "x", "widths": {"name": "wide"}}, []])
def test_memories_that_make_no_sense_are_passed_over(qtbot: QtBot, context: Any, people: People, saved: object) -> None:
    context.preferences.set("tables/people/columns", saved)
    assert shown(make_table(qtbot, context, people)) == ["name", "city"]


def test_the_column_chooser_shows_and_moves(table: PagedTable, qtbot: QtBot) -> None:
    chooser = ColumnChooser(table.columns, table)
    qtbot.addWidget(chooser)
    chooser.list.item(2).setCheckState(Qt.CheckState.Checked)
    assert shown(table) == ["name", "city", "id"]
    chooser.list.setCurrentRow(2)
    QTest.keyClick(chooser, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert shown(table) == ["name", "id", "city"]
    assert not chooser.list.item(0).flags() & Qt.ItemFlag.ItemIsUserCheckable


def test_a_narrow_table_has_one_column_of_two_lines(table: PagedTable) -> None:
    table.set_request(ListRequest())
    table.set_compact(True)
    assert shown(table) == ["name"]
    assert table.view.verticalHeader().defaultSectionSize() >= 60
    table.grab()
    table.set_compact(False)
    assert shown(table) == ["name", "city"]


def test_nothing_found_says_so_and_offers_a_way_on(table: PagedTable, people: People) -> None:
    cleared: list[None] = []
    table.set_empty(lambda: Words("search", "Nobody", "Try again.", (("Clear", lambda: cleared.append(None)),)))
    table.set_request(ListRequest(search="nobody"))
    assert not table.view.isVisible()
    button = next(b for b in table.findChildren(QPushButton) if b.text() == "Clear" and b.isVisible())
    button.click()
    assert cleared == [None]


def test_a_failure_can_be_tried_again(table: PagedTable, people: People) -> None:
    people.fails = ServerUnavailable("The server does not answer.", hint="Check the network.")
    table.set_request(ListRequest())
    button = next(b for b in table.findChildren(QPushButton) if b.text() == "Try again" and b.isVisible())
    people.fails = None
    button.click()
    assert table.view.isVisible()
    assert table.model.rowCount() == 10


def test_chosen_rows_are_copied_as_they_are_shown(table: PagedTable) -> None:
    table.set_request(ListRequest())
    table.choose(1)
    table.copy()
    assert QGuiApplication.clipboard().text() == "Person 0000001\tCity 1"


def test_the_chosen_row_stays_chosen_when_rows_come_before_it(table: PagedTable, people: People) -> None:
    table.set_request(ListRequest())
    table.choose(4)
    row = table.current_row()
    people.total = 12
    table.refresh()
    assert table.current_row() == row


def test_found_words_are_painted(table: PagedTable) -> None:
    table.set_request(ListRequest(search="person"))
    found = table.delegate.ink.colour("found").rgb()
    picture = table.view.viewport().grab().toImage()
    assert any(picture.pixel(x, 18) == found for x in range(20, 120))

"""Marking rows: by clicks, keys and fingers, any of them or all but some; marks stay with their rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from crm_desktop.listing.request import ListRequest
from tests.ui.fake_listing import COLUMNS, People, make_context
from ui.tables.columns import CompactRow
from ui.tables.marks import Marks
from ui.tables.paged_view import PagedTable

CTRL, SHIFT, NONE = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.NoModifier,
)
COMPACT = CompactRow(title=lambda row: row.name, detail=lambda row: row.city)


@pytest.fixture
def people() -> People:
    return People(total=40)


@pytest.fixture
def table(qtbot: QtBot, tmp_path: Path, people: People) -> Iterator[PagedTable]:
    context = make_context(tmp_path)
    made = PagedTable(context, "People", COLUMNS, people.listing, compact=COMPACT, markable=True)
    qtbot.addWidget(made)
    made.resize(500, 600)
    made.show()
    made.set_request(ListRequest())
    made.view.setFocus()
    yield made
    context.operations.close()


def click(table: PagedTable, row: int, modifiers: Qt.KeyboardModifier = NONE, x: int = 200) -> None:
    place = QPoint(x, table.view.rowViewportPosition(row) + 10)
    QTest.mouseClick(table.view.viewport(), Qt.MouseButton.LeftButton, modifiers, place)


def press(table: PagedTable, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
    QTest.keyClick(table.view, key, modifiers)


def marked(table: PagedTable) -> list[int]:
    """Numbers in the list's first order."""
    assert not table.marks.everything
    return sorted(each.int - 1 for each in table.marks.named)


def test_ctrl_and_shift_click_mark_rows_and_open_none(table: PagedTable) -> None:
    click(table, 1)
    opened: list[Any] = []
    table.current_row_changed.connect(opened.append)
    click(table, 3, CTRL)
    assert marked(table) == [1, 3], "the row that was chosen is meant, too"
    click(table, 6, SHIFT)
    assert marked(table) == [1, 3, 4, 5, 6]
    click(table, 4, SHIFT)
    assert marked(table) == [1, 3, 4], "a shorter range gives rows back"
    spoken = [table.model.index(row, 0).data(Qt.ItemDataRole.AccessibleDescriptionRole) for row in (2, 3)]
    assert spoken == [None, "Selected"]
    click(table, 1, CTRL)
    assert marked(table) == [3, 4]
    assert opened == []


def test_a_click_that_opens_a_record_keeps_the_marks(table: PagedTable) -> None:
    click(table, 3, CTRL)
    click(table, 7)
    assert marked(table) == [3]
    assert table.current_row() is not None and table.current_row().name == "Person 0000007"  # type: ignore[union-attr]


def test_the_box_marks_with_a_plain_click(table: PagedTable) -> None:
    click(table, 1)
    click(table, 2, x=table.view.box(2).center().x())
    assert marked(table) == [2], "the box means its own row only"
    click(table, 2, x=table.view.box(2).center().x())
    assert marked(table) == []


def test_keys_mark_rows(table: PagedTable) -> None:
    table.choose(2)
    press(table, Qt.Key.Key_Space)
    press(table, Qt.Key.Key_Down, SHIFT)
    press(table, Qt.Key.Key_Down, SHIFT)
    press(table, Qt.Key.Key_Up, SHIFT)
    assert marked(table) == [2, 3]
    press(table, Qt.Key.Key_Down)
    press(table, Qt.Key.Key_Down)
    press(table, Qt.Key.Key_Space)
    assert marked(table) == [2, 3, 5], "moving on keeps what is marked"
    press(table, Qt.Key.Key_Escape)
    assert marked(table) == []


def test_all_but_some_of_a_million(table: PagedTable, people: People) -> None:
    people.total = 1_000_000
    table.set_request(ListRequest(search=""))
    table.refresh()
    QTest.keySequence(table.view, QKeySequence.StandardKey.SelectAll)
    click(table, 2, CTRL)
    click(table, 5, CTRL)
    selection = table.selection()
    assert len(selection) == 999_998
    assert selection.request == table.request
    assert selection.excluded == {UUID(int=3), UUID(int=6)}
    click(table, 5, CTRL)
    assert len(table.selection()) == 999_999
    table.grab()


def test_marking_chooses_nobody_when_the_list_is_read_again(table: PagedTable) -> None:
    click(table, 1)
    told: list[Any] = []
    table.current_row_changed.connect(told.append)
    click(table, 5, CTRL)
    table.refresh()
    assert table.view.currentIndex().row() == 5
    table.marks.clear()
    table.refresh()
    table.model.reload()
    assert told == []


def test_a_range_reaches_rows_that_were_never_on_screen(table: PagedTable, people: People) -> None:
    people.total = 30_000
    table.refresh()
    table.choose(0)
    press(table, Qt.Key.Key_Space)
    table.view.scrollTo(table.model.index(12_000, 0))
    table.choose(12_000)
    click(table, 12_000, SHIFT)
    assert len(table.selection()) == 12_001
    assert marked(table) == list(range(12_001))


def test_a_range_beyond_reason_is_refused_with_a_way_on(table: PagedTable, people: People, qtbot: QtBot) -> None:
    people.total = 30_000
    table.refresh()
    table.choose(0)
    with qtbot.waitSignal(table.said) as said:
        press(table, Qt.Key.Key_End, SHIFT)
    assert said.args is not None and "20,000 rows" in said.args[0]
    assert marked(table) == []


def test_marks_stay_with_their_rows_when_the_list_is_read_again(table: PagedTable, people: People) -> None:
    """peers.md 19: a bulk action never hits the wrong rows."""
    click(table, 3, CTRL)
    click(table, 39 - 1, CTRL)
    table.set_sort("name", True)
    assert marked(table) == [3, 38]
    assert [row for row in range(40) if table.view.is_marked(row)] == [1, 36]
    people.total = 38
    table.refresh()
    assert marked(table) == [3], "a row that has left the list is not meant any more"


def test_another_search_marks_nobody(table: PagedTable) -> None:
    """peers.md 19: what is out of sight is not acted on."""
    click(table, 1, CTRL)
    table.set_request(ListRequest(search="x"))
    assert not table.marks.any
    QTest.keySequence(table.view, QKeySequence.StandardKey.SelectAll)
    table.set_request(ListRequest(search="y"))
    assert not table.marks.any


def test_marked_rows_are_copied(table: PagedTable, people: People, qtbot: QtBot) -> None:
    click(table, 1, CTRL)
    click(table, 3, CTRL)
    table.copy()
    assert QGuiApplication.clipboard().text() == "Person 0000001\tCity 1\nPerson 0000003\tCity 3"
    people.total = 5_000
    table.refresh()
    QTest.keySequence(table.view, QKeySequence.StandardKey.SelectAll)
    with qtbot.waitSignal(table.said) as said:
        table.copy()
    assert said.args is not None and "of the 5,000 rows were copied" in said.args[0]


def test_a_finger_marks_after_a_long_press(table: PagedTable, qtbot: QtBot) -> None:
    table.set_compact(True)
    place = QPoint(200, table.view.rowViewportPosition(2) + 10)
    click(table, 1)
    assert not table.selecting
    QTest.mousePress(table.view.viewport(), Qt.MouseButton.LeftButton, NONE, place)
    qtbot.waitUntil(lambda: table.selecting, timeout=2_000)
    QTest.mouseRelease(table.view.viewport(), Qt.MouseButton.LeftButton, NONE, place)
    click(table, 4)
    assert marked(table) == [2, 4]
    table.grab()
    press(table, Qt.Key.Key_Escape)
    assert not table.selecting


ids = st.integers(0, 12).map(lambda number: UUID(int=number))
acts = st.one_of(
    st.tuples(st.just("toggle"), ids),
    st.tuples(st.just("add"), st.lists(ids)),
    st.tuples(st.just("all"), st.none()),
    st.tuples(st.just("clear"), st.none()),
    st.tuples(st.just("stretch"), st.lists(ids, min_size=1)),
)


@given(st.lists(acts, max_size=30))
def test_marks_are_a_set(done: list[tuple[str, Any]]) -> None:
    rows = [UUID(int=number) for number in range(13)]
    marks, model = Marks(), set[UUID]()
    for act, value in done:
        if act == "toggle":
            marks.toggle(value)
            model ^= {value}
        elif act == "all":
            marks.mark_all()
            model = set(rows)
        elif act == "clear":
            marks.clear()
            model = set()
        else:
            if act == "add":
                marks.add(value)
            else:
                marks.stretch(value, anew=True)
            model |= set(value)
        assert {row for row in rows if marks.has(row)} == model
        assert marks.count(len(rows)) == len(model)
        assert len(marks.selection(ListRequest(), len(rows))) == len(model)

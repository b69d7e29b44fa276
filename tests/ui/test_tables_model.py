"""The paged model: what it shows, when it reads, and what it drops."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QTextDocument
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from crm_desktop.errors import ServerUnavailable
from crm_desktop.listing.request import ListRequest
from tests.ui.fake_listing import COLUMNS, People, make_context, person
from ui.operations import DataChange
from ui.tables.paged_model import PagedModel, Phase


@pytest.fixture
def people() -> People:
    return People()


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Any]:
    made = make_context(tmp_path)
    yield made
    made.operations.close()


@pytest.fixture
def model(qtbot: QtBot, people: People, context: Any) -> PagedModel:
    return PagedModel(context.operations, COLUMNS, people.listing, subjects=frozenset({"customers"}))


def cells(model: PagedModel, rows: range) -> list[list[str]]:
    return [[model.index(row, column).data() for column in range(model.columnCount())] for row in rows]


def read_all(qtbot: QtBot) -> None:
    qtbot.wait(60)


def test_shows_a_short_list_as_it_is(model: PagedModel, people: People, qtmodeltester: ModelTester) -> None:
    people.total = 3
    model.set_request(ListRequest())
    assert model.phase is Phase.READY
    assert [row[:2] for row in cells(model, range(3))] == [
        ["Person 0000000", "City 0"],
        ["Person 0000001", "City 1"],
        ["Person 0000002", "City 2"],
    ]
    assert model.rowCount(model.index(0, 0)) == 0
    assert model.headerData(1, Qt.Orientation.Horizontal) == "City"
    assert model.index(0, 1).data(Qt.ItemDataRole.ToolTipRole) == "City 0, exactly"
    qtmodeltester.check(model)


def test_the_tooltip_of_a_cell_takes_nothing_for_html(model: PagedModel, people: People) -> None:
    """Qt would load the image of a customer's name, from another computer even."""
    people.total, people.prefix = 1, "<img src='//host/x.png'>"
    model.set_request(ListRequest())
    told = QTextDocument()
    told.setHtml(model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole))
    assert told.toPlainText() == model.index(0, 0).data() == "<img src='//host/x.png'> 0000000"


def test_counts_a_long_list_after_its_first_rows(model: PagedModel, people: People, qtbot: QtBot) -> None:
    people.total = 1_000_000
    counts: list[tuple[int, bool]] = []
    model.counted.connect(lambda count, exact: counts.append((count, exact)))
    model.set_request(ListRequest())
    assert counts == [(1_000, False), (1_000_000, True)]
    assert model.rowCount() == 1_000_000


def test_a_long_list_keeps_the_rules_of_models(
    model: PagedModel, people: People, qtmodeltester: ModelTester, qtbot: QtBot
) -> None:
    people.total = 1_500
    model.set_request(ListRequest())
    qtmodeltester.check(model)


def test_rows_are_blank_until_their_page_is_there(model: PagedModel, people: People, qtbot: QtBot) -> None:
    people.total = 1_000_000
    model.set_request(ListRequest())
    index = model.index(999_999, 0)
    assert index.data() == ""
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "Loading"
    with qtbot.waitSignal(model.page_arrived):
        pass
    assert index.data() == "Person 0999999"
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) is None


def test_reads_what_is_in_sight_and_its_neighbours_once(model: PagedModel, people: People, qtbot: QtBot) -> None:
    people.total = 1_000_000
    model.set_request(ListRequest())
    model.show_rows(5_000, 5_040)
    read_all(qtbot)
    model.show_rows(5_010, 5_050)
    read_all(qtbot)
    assert sorted(set(people.pages_read) - {0, 1}) == [9, 10, 11]
    assert len(people.pages_read) == len(set(people.pages_read))


def test_a_drag_over_the_whole_list_reads_where_it_rests(model: PagedModel, people: People, qtbot: QtBot) -> None:
    people.total = 1_000_000
    model.set_request(ListRequest())
    read_all(qtbot)
    people.pages_read.clear()
    for first in range(0, 900_000, 3_000):
        model.show_rows(first, first + 40)
    model.show_rows(900_000, 900_040)
    with qtbot.waitSignal(model.page_arrived):
        pass
    read_all(qtbot)
    assert model.index(900_000, 0).data() == "Person 0900000"
    assert len(people.pages_read) < 10


def test_another_request_starts_at_the_top(model: PagedModel, people: People, qtbot: QtBot) -> None:
    people.total = 1_000
    model.set_request(ListRequest())
    model.set_request(ListRequest(search="x"))
    assert model.rowCount() == 3
    model.set_request(ListRequest(descending=True))
    assert model.index(0, 0).data() == "Person 0000999"


def test_what_arrives_late_is_dropped(qtbot: QtBot, people: People, tmp_path: Path) -> None:
    context = make_context(tmp_path, synchronous=False)
    people.total = 700
    model = PagedModel(context.operations, COLUMNS, people.listing)
    model.set_request(ListRequest())
    model.set_request(ListRequest(search="x"))
    with qtbot.waitSignal(model.counted):
        pass
    read_all(qtbot)
    assert model.rowCount() == 3
    context.operations.close()


def test_a_failure_keeps_its_words_and_can_be_tried_again(model: PagedModel, people: People) -> None:
    people.fails = ServerUnavailable("The server does not answer.", hint="Check the network.")
    model.set_request(ListRequest())
    assert model.phase is Phase.FAILED
    assert str(model.error) == "The server does not answer."
    people.fails = None
    model.reload()
    assert model.phase is Phase.READY
    assert model.rowCount() == 10


def test_news_from_the_database_end_a_failure(model: PagedModel, people: People, context: Any, qtbot: QtBot) -> None:
    people.fails = ServerUnavailable("The server does not answer.")
    model.set_request(ListRequest())
    people.fails = None
    with qtbot.waitSignal(model.counted, timeout=3_000):
        context.operations.tell_changed(DataChange(frozenset({"customers"})))
    assert model.phase is Phase.READY


def test_changes_elsewhere_patch_the_rows_without_a_reset(
    model: PagedModel, people: People, context: Any, qtbot: QtBot
) -> None:
    people.total = 700
    model.set_request(ListRequest())
    resets: list[None] = []
    model.modelReset.connect(lambda: resets.append(None))
    people.prefix, people.total = "Renamed", 701
    context.operations.tell_changed(DataChange(frozenset({"interactions"})))
    assert model.index(0, 0).data() == "Person 0000000"
    context.operations.tell_changed(DataChange(frozenset({"customers"})))
    assert model.index(0, 0).data() == "Renamed 0000000"
    with qtbot.waitSignal(model.rows_moved, timeout=3_000):
        pass
    assert model.rowCount() == 701
    assert not resets


def test_a_change_of_known_rows_reads_those_only(model: PagedModel, people: People, context: Any, qtbot: QtBot) -> None:
    people.total = 700
    model.set_request(ListRequest())
    people.pages_read.clear()
    people.prefix = "Renamed"
    known, strange = person(3).id, UUID(int=10**9)
    context.operations.tell_changed(DataChange(frozenset({"customers"}), (known, strange)))
    assert [row[0] for row in cells(model, range(2, 5))] == ["Person 0000002", "Renamed 0000003", "Person 0000004"]
    assert people.rows_read == [known] and not people.pages_read
    with qtbot.waitSignal(model.rows_moved, timeout=3_000):  # the snapshot still follows: its order may be another
        pass
    assert model.index(2, 0).data() == "Renamed 0000002"


def test_a_table_that_nobody_sees_reads_when_it_is_shown(
    model: PagedModel, people: People, context: Any, qtbot: QtBot
) -> None:
    model.set_request(ListRequest())
    model.set_active(False)
    people.prefix = "Renamed"
    context.operations.tell_changed(DataChange(frozenset({"customers"})))
    assert model.index(0, 0).data() == "Person 0000000"
    model.set_active(True)
    assert model.index(0, 0).data() == "Renamed 0000000"


def test_rows_can_go(model: PagedModel, people: People, qtbot: QtBot) -> None:
    people.total = 1_200
    model.set_request(ListRequest())
    people.total = 4
    model.refresh()
    assert model.rowCount() == 4
    assert model.index(3, 0).data() == "Person 0000003"
    assert model.rowCount(QModelIndex()) == 4


def test_finds_a_row_near_sight_by_its_id(model: PagedModel, people: People) -> None:
    model.set_request(ListRequest())
    row = model.row_at(4)
    assert row is not None
    assert model.find(row.id) == 4

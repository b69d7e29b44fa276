"""The import wizard against a real database: from a file to customers, and back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from crm_desktop.database.engine import Database
from crm_desktop.importing.plan import Plan
from crm_desktop.importing.run import run
from crm_desktop.paths import shipped
from crm_desktop.settings import Preferences
from tests.ui.desk import Desk, at_desk, nameless
from ui.importing.differences_model import DifferencesModel
from ui.importing.history_dialog import HistoryDialog
from ui.importing.wizard import CHECK, COLUMNS, DUPLICATES, FILE, RESULT, SOURCE, ImportWizard
from ui.theme import Theme
from ui.widgets.dialog import Dialog

TEXT = (
    "Name;E-mail;Town of residence;Favourite colour\n"
    "Ann Lee;ann@x.example;Oslo;green\nBob;bob at x;Rome;\nCy Fox;cy@x.example;;red\nCy Fox;CY@x.example;;\n"
)

WINDOWS: list[QWidget] = []


@pytest.fixture(autouse=True)
def windows() -> Iterator[None]:
    yield
    WINDOWS.clear()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(TEXT, encoding="utf-8")
    return path


def opened(desk: Desk, qtbot: QtBot, width: int = 1000, height: int = 800) -> ImportWizard:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.resize(width, height)
    parent.show()
    wizard = ImportWizard(desk.context, parent)
    wizard.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    wizard.open()
    WINDOWS.append(parent)  # Python's reference keeps it
    return wizard


def take(desk: Desk, wizard: ImportWizard, file: Path) -> None:
    wizard.take_file(file)
    desk.settle()


def go_to(desk: Desk, wizard: ImportWizard, place: int) -> None:
    """Press Next until a step is there and has done its work."""
    while wizard._place < place:
        assert wizard.next_button.isEnabled(), wizard.message.text
        wizard.next_button.click()
        desk.settle()


def answer(text: str) -> None:
    """Press the button `text` of the question on top."""
    question = QApplication.activeModalWidget()
    assert isinstance(question, Dialog)
    next(b for b in question.findChildren(QPushButton) if b.text() == text).click()


def shown(model: DifferencesModel, desk: Desk) -> list[tuple[str, ...]]:
    for row in range(model.rowCount()):
        model.row(row)
    desk.settle()
    return [tuple(model.index(row, column).data() for column in range(4)) for row in range(model.rowCount())]


def test_what_is_imported_can_be_chosen_without_a_pointer(desk: Desk, qtbot: QtBot, file: Path) -> None:
    """A screen reader toggles a button: it does not click it."""
    wizard = opened(desk, qtbot)
    next(radio for radio in wizard.source.kinds.buttons() if radio.text() == "Orders").toggle()
    take(desk, wizard, file)
    assert wizard.choices.kind == "orders"


def test_a_file_becomes_customers_and_is_taken_back(desk: Desk, qtbot: QtBot, file: Path) -> None:
    """Source, properties, mapping with preview, duplicate rule, dry run, results with undo (peers 13, 14)."""
    desk.add(contact_name="Ann", email="ann@x.example", city="")
    wizard = opened(desk, qtbot)
    assert not wizard.next_button.isEnabled()
    take(desk, wizard, file)
    assert "semicolon between values, UTF-8" in wizard.source.area.detail.text()
    go_to(desk, wizard, FILE)
    assert wizard.file.model.rowCount() == 4
    go_to(desk, wizard, COLUMNS)
    assert [row.badge.text() for row in wizard.columns.rows] == [
        "Recognised", "Recognised", "Not recognised", "Not recognised"
    ]  # fmt: skip
    wizard.columns.rows[2].box.set_value("address::city")
    wizard.columns.fixed["source"].setText("Fair 2026")
    assert wizard.columns.tags is not None
    wizard.columns.tags.set_value(("fair",))
    go_to(desk, wizard, DUPLICATES)
    wizard.duplicates.key.set_value("email")
    next(b for b in wizard.duplicates.existing.buttons() if b.property("existing") == "update").toggle()
    go_to(desk, wizard, CHECK)
    check = wizard.check
    assert [chip.text() for chip in check.chips.values()] == ["All 4", "Create 1", "Update 1", "Skip 1", "Refuse 1"]
    found = shown(check.model, desk)
    assert [row[:3] for row in found] == [
        ("2", "Update", "Ann Lee"), ("3", "Refuse", ""), ("4", "Create", "Cy Fox"), ("5", "Skip", "")
    ]  # fmt: skip
    assert "City: (blank) → Oslo" in found[0][3]
    assert "Source" not in found[0][3], "a blank is filled, what is filled stays"
    check.chips["refused"].toggle()
    assert [row[0] for row in shown(check.model, desk)] == ["3"]
    assert desk.one("SELECT count(*) FROM customers") == 1, "nothing was changed by checking"
    wanted: list[Any] = []
    wizard.customers_wanted.connect(wanted.append)
    go_to(desk, wizard, RESULT)
    assert wizard.outcome.outcome.text.startswith("1 customer created, 1 updated, 1 skipped, 1 refused.")
    assert (
        desk.one("SELECT source || city || tags::text FROM customers WHERE contact_name = 'Ann'")
        == 'websiteOslo["fair"]'
    )
    assert desk.one("SELECT notes FROM customers WHERE contact_name = 'Cy Fox'") == "Favourite colour: red"
    assert (file.parent / "people.refused.csv").is_file()
    links = wizard.outcome.links.findChildren(QPushButton)
    assert [b.text() for b in links] == ["Show 1 new customer", "Show 1 updated customer"]
    wizard.outcome.undo_button.click()
    desk.settle()
    assert wizard.outcome.outcome.text == "The import was undone. Everything is as it was before."
    assert desk.one("SELECT count(*) FROM customers") == 1
    assert desk.one("SELECT city FROM customers") is None


def test_ctrl_z_takes_an_import_back_and_says_how_to_have_it_again(desk: Desk, qtbot: QtBot, file: Path) -> None:
    history = desk.context.undo
    wizard = opened(desk, qtbot)
    take(desk, wizard, file)
    go_to(desk, wizard, RESULT)
    assert history.undo_text == "imported 2 customers from people.csv"
    shown_progress: list[str] = []
    history.started.connect(lambda handle, text: shown_progress.append(text))
    history.undo()
    desk.settle()
    assert desk.one("SELECT count(*) FROM customers") == 0
    assert desk.one("SELECT count(*) FROM import_batches WHERE undone_at IS NOT NULL") == 1
    assert shown_progress == ["Undoing: imported 2 customers from people.csv"]
    assert desk.texts()[-1].endswith("from people.csv. To have it again, import the file again.")
    assert (history.undo_text, history.redo_text) == ("", "")
    wizard.outcome.undo_button.click()
    desk.settle()
    assert "This import was undone before." in wizard.message.text


def test_what_is_taken_back_in_the_wizard_is_no_step_for_ctrl_z_any_more(desk: Desk, qtbot: QtBot, file: Path) -> None:
    wizard = opened(desk, qtbot)
    take(desk, wizard, file)
    go_to(desk, wizard, RESULT)
    wizard.outcome.undo_button.click()
    desk.settle()
    assert desk.one("SELECT count(*) FROM customers") == 0
    assert desk.context.undo.undo_text == ""


def test_the_counts_open_these_customers(desk: Desk, qtbot: QtBot, file: Path) -> None:
    from crm_desktop.customers.queries import customer_listing
    from crm_desktop.listing.request import ListRequest

    desk.add(contact_name="Ann", email="ann@x.example")
    report = run(
        desk.context.database,
        file,
        Plan(key="email", existing="update", columns=("contact_name", "email", "address::city", "leave")),
    )
    wizard = opened(desk, qtbot)
    wizard.outcome._show(report)
    wanted: list[Any] = []
    wizard.customers_wanted.connect(wanted.append)
    for link in wizard.outcome.links.findChildren(QPushButton):
        link.click()
    names = []
    with desk.context.database.session() as session:
        for each in wanted:
            listing = customer_listing(ListRequest(filter=each))
            names.append([row.name for row in listing.first(session.connection()).rows])
    assert names == [["Cy Fox"], ["Ann"]]


def test_going_back_loses_nothing(desk: Desk, qtbot: QtBot, file: Path) -> None:
    wizard = opened(desk, qtbot)
    take(desk, wizard, file)
    go_to(desk, wizard, COLUMNS)
    wizard.columns.rows[3].box.set_value("leave")
    wizard.columns.fixed["country"].setText("Norway")
    go_to(desk, wizard, DUPLICATES)
    wizard.duplicates.key.set_value("phone")
    for _ in range(3):
        wizard.back_button.click()
    desk.settle()
    assert wizard._place == SOURCE
    go_to(desk, wizard, DUPLICATES)
    plan = wizard.choices.plan()
    assert plan.columns == ("contact_name", "email", "", "leave")
    assert (plan.fixed, plan.key) == ({"country": "Norway"}, "phone")
    wizard.back_button.click()
    assert wizard.columns.rows[3].box.value == "leave"
    assert wizard.columns.fixed["country"].text() == "Norway"


def test_what_is_said_about_the_file_is_read_again_at_once(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes("Ann|Zoë;1\nBob|Ulm;2\n".encode("cp1252"))
    wizard = opened(desk, qtbot)
    take(desk, wizard, path)
    go_to(desk, wizard, FILE)
    wizard.file.delimiter.set_value("|")
    desk.settle()
    wizard.file.header.setChecked(False)
    desk.settle()
    wizard.file.encoding.set_value("cp1252")
    desk.settle()
    model = wizard.file.model
    assert [model.headerData(n, Qt.Orientation.Horizontal) for n in range(model.columnCount())] == [
        "Column 1",
        "Column 2",
    ]
    assert [model.index(0, n).data() for n in range(2)] == ["Ann", "Zoë;1"]
    wizard.file.encoding.set_value("utf-16")
    desk.settle()
    assert "not written in this encoding" in wizard.message.text
    assert not wizard.next_button.isEnabled()
    wizard.file.encoding.set_value("")
    desk.settle()
    assert wizard.next_button.isEnabled(), "a wrong choice can be taken back"


def test_a_mapping_is_kept_and_offered_for_a_file_with_the_same_columns(
    desk: Desk, qtbot: QtBot, file: Path, tmp_path: Path
) -> None:
    """Mappings are saved under a name and offered again when the same header comes (peers 14)."""
    wizard = opened(desk, qtbot)
    take(desk, wizard, file)
    go_to(desk, wizard, COLUMNS)
    wizard.columns.rows[3].box.set_value("tags")
    wizard.columns.fixed["source"].setText("Fair")
    wizard.columns.save_button.click()
    dialog = wizard.columns.findChild(Dialog)
    dialog.line.setText("")  # type: ignore[union-attr]
    dialog.save()  # type: ignore[union-attr]
    desk.settle()
    assert dialog.field.error == "Give the mapping a name."  # type: ignore[union-attr]
    dialog.line.setText("Fair list")  # type: ignore[union-attr]
    dialog.save()  # type: ignore[union-attr]
    desk.settle()
    wizard.accept()
    later = tmp_path / "later.csv"
    later.write_text(TEXT.replace("Name", "NAME").replace(";", ","), encoding="utf-8")
    second = opened(desk, qtbot)
    take(desk, second, later)
    go_to(desk, second, COLUMNS)
    assert second.columns.mapping.currentText() == "Fair list (same columns)"
    assert second.columns.rows[3].box.value == "tags"
    assert second.columns.fixed["source"].text() == "Fair"
    second.columns.mapping.set_value("")
    desk.settle()
    assert second.columns.rows[3].badge.text() == "Not recognised"
    second.columns.mapping.setCurrentIndex(1)
    second.columns.delete_button.click()
    desk.settle()
    assert desk.one("SELECT count(*) FROM import_mappings") == 0
    assert second.columns.mapping.count() == 1


def test_refused_rows_are_corrected_and_imported_again(desk: Desk, qtbot: QtBot, file: Path) -> None:
    wizard = opened(desk, qtbot)
    take(desk, wizard, file)
    go_to(desk, wizard, COLUMNS)
    wizard.columns.rows[2].box.set_value("address::city")
    go_to(desk, wizard, RESULT)
    assert "Row 3: This is not an email address" in wizard.outcome.reasons.text()
    refused = file.with_name("people.refused.csv")
    text = refused.read_text(encoding="utf-8-sig").replace("bob at x", "bob@x.example")
    refused.write_text(text, encoding="utf-8-sig")
    wizard.outcome.again_button.click()
    desk.settle()
    go_to(desk, wizard, COLUMNS)
    assert [row.box.value for row in wizard.columns.rows] == [
        "leave",
        "leave",
        "contact_name",
        "email",
        "address::city",
        "note",
    ]
    go_to(desk, wizard, RESULT)
    assert wizard.outcome.outcome.text.startswith("1 customer created.")
    assert desk.one("SELECT city FROM customers WHERE contact_name = 'Bob'") == "Rome"


def test_cancel_leaves_nothing(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    path.write_text("name\n" + "".join(f"Person {number}\n" for number in range(30_000)), encoding="utf-8")
    wizard = opened(desk, qtbot)
    take(desk, wizard, path)
    go_to(desk, wizard, DUPLICATES)
    wizard.next_button.click()
    desk.wait(lambda: "rows read" in wizard.check.panel.text)
    wizard.check.panel.cancel_button.click()
    desk.settle()
    assert not wizard.next_button.isEnabled()
    wizard.check.again_button.click()
    desk.settle()
    wizard.next_button.click()
    desk.wait(lambda: "created" in wizard.outcome.panel.text)
    wizard.cancel_button.click()
    desk.settle()
    assert desk.texts() == ["The import was cancelled. Nothing was imported."]
    assert desk.one("SELECT count(*) FROM customers") == 0
    assert desk.one("SELECT count(*) FROM import_batches") == 0
    assert wizard._place == CHECK
    assert wizard.next_button.isEnabled(), "it can be tried again"


def test_the_wizard_goes_by_keyboard(desk: Desk, qtbot: QtBot, file: Path) -> None:
    from PySide6.QtTest import QTest

    wizard = opened(desk, qtbot)
    take(desk, wizard, file)
    desk.wait(wizard.isActiveWindow)
    for place in range(1, RESULT + 1):
        focused = wizard.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, Qt.Key.Key_Return)
        desk.settle()
        assert wizard._place == place
    assert wizard.outcome.report is not None
    focused = wizard.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, Qt.Key.Key_Escape)
    assert not wizard.isVisible(), "nothing is lost any more, so nothing is asked"


def test_esc_asks_before_choices_are_lost(desk: Desk, qtbot: QtBot, file: Path) -> None:
    from PySide6.QtCore import QTimer

    wizard = opened(desk, qtbot)
    take(desk, wizard, file)
    go_to(desk, wizard, FILE)
    QTimer.singleShot(0, lambda: answer("Go on with it"))
    wizard.reject()
    assert wizard.isVisible()
    QTimer.singleShot(0, lambda: answer("Cancel the import"))
    wizard.reject()
    assert not wizard.isVisible()


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "is empty"), (b"%PDF-1.4", "is a PDF document"), (b"PK\x03\x04xx", "is not a workbook")],
)
def test_a_file_that_cannot_be_imported_says_why_and_another_can_be_chosen(
    desk: Desk, qtbot: QtBot, file: Path, tmp_path: Path, content: bytes, words: str
) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    wizard = opened(desk, qtbot)
    take(desk, wizard, path)
    assert words in wizard.message.text
    assert not wizard.next_button.isEnabled()
    take(desk, wizard, file)
    assert wizard.message.text == ""
    assert wizard.next_button.isEnabled()


def test_a_file_that_vanishes_before_the_check(desk: Desk, qtbot: QtBot, file: Path) -> None:
    wizard = opened(desk, qtbot)
    take(desk, wizard, file)
    go_to(desk, wizard, DUPLICATES)
    file.unlink()
    wizard.next_button.click()
    desk.settle()
    assert "No such file" in wizard.message.text
    assert not wizard.next_button.isEnabled()


def test_a_file_without_a_name_column_is_refused_until_a_column_is_chosen(
    desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("wer,wo\nAnn,Oslo\n", encoding="utf-8")
    wizard = opened(desk, qtbot)
    take(desk, wizard, path)
    go_to(desk, wizard, DUPLICATES)
    wizard.next_button.click()
    desk.settle()
    assert "no column for a name or a company" in wizard.message.text
    wizard.back_button.click()
    wizard.back_button.click()
    wizard.columns.rows[0].box.set_value("contact_name")
    go_to(desk, wizard, RESULT)
    assert desk.one("SELECT contact_name FROM customers") == "Ann"


def test_a_file_of_very_many_columns_does_not_hold_up_the_window(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    names = ["name", *(f"x{number}" for number in range(999))]
    path.write_text(f"{','.join(names)}\n{','.join(['Ann', *map(str, range(999))])}\n", encoding="utf-8")
    wizard = opened(desk, qtbot)
    take(desk, wizard, path)
    go_to(desk, wizard, COLUMNS)
    assert len(wizard.columns.rows) == 200
    assert "The first 200 columns are shown" in wizard.columns.summary.text()
    go_to(desk, wizard, RESULT)
    assert "X998: 998" in desk.one("SELECT notes FROM customers")


def test_a_dropped_file_is_taken(desk: Desk, qtbot: QtBot, file: Path) -> None:
    wizard = opened(desk, qtbot)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(file))])
    event = QDropEvent(
        QPointF(QPoint(5, 5)), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    wizard.dropEvent(event)
    desk.settle()
    assert wizard.source.area.name.text() == "people.csv"


@pytest.mark.parametrize("kind", ["customers", "contacts", "interactions", "products", "orders"])
def test_the_sample_files_are_imported_whole(desk: Desk, qtbot: QtBot, tmp_path: Path, kind: str) -> None:
    if kind == "interactions":
        desk.add(contact_name="Camille Morel", email="camille@atelier-morel.example")
        desk.add(contact_name="Ingrid Solberg", email="ingrid.solberg@nordvik.example")
    if kind == "orders":
        for each in ("customers", "products"):
            run(desk.context.database, shipped(f"resources/samples/{each}.csv"), Plan(kind=each))
    wizard = opened(desk, qtbot)
    next(b for b in wizard.source.kinds.buttons() if b.property("kind") == kind).click()
    path = tmp_path / "sample.csv"
    wizard.source.save_sample(path)
    desk.settle()
    take(desk, wizard, path)
    go_to(desk, wizard, COLUMNS)
    assert {row.badge.text() for row in wizard.columns.rows} == {"Recognised"}
    go_to(desk, wizard, RESULT)
    assert wizard.outcome.report is not None
    assert wizard.outcome.report.created > 1
    assert (wizard.outcome.report.skipped, wizard.outcome.report.refused) == (0, 0)


def test_lines_of_orders_that_are_there_are_not_called_nothing_to_import(
    desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    """Other programs write orders and their lines into two files; the second one updates what the first one made."""
    desk.add(contact_name="Ann", customer_number="7")
    orders = tmp_path / "orders.csv"
    orders.write_text("Order number,Date,Customer number\nA-1,2026-03-04,7\n", encoding="utf-8")
    run(desk.context.database, orders, Plan(kind="orders"))
    lines = tmp_path / "lines.csv"
    lines.write_text("Order number,Description,Quantity,Unit price\nA-1,Tea,1,18\n", encoding="utf-8")
    wizard = opened(desk, qtbot)
    next(b for b in wizard.source.kinds.buttons() if b.property("kind") == "orders").click()
    take(desk, wizard, lines)
    go_to(desk, wizard, CHECK)
    assert "go back to Duplicates and choose “Update what is there”" in wizard.check.summary.text()
    wizard.back_button.click()
    next(b for b in wizard.duplicates.existing.buttons() if b.text() == "Update what is there").toggle()
    go_to(desk, wizard, RESULT)
    assert wizard.outcome.outcome.text.startswith("1 order row updated.")


def test_employees_import_but_do_not_undo_what_would_delete(
    employee: Database, theme: Theme, preferences: Preferences, qtbot: QtBot, file: Path
) -> None:
    """What the window says, the database refuses (tests/core/test_import_updates.py)."""
    with at_desk(employee, theme, preferences, qtbot) as desk:
        wizard = opened(desk, qtbot)
        take(desk, wizard, file)
        go_to(desk, wizard, RESULT)
        assert not wizard.outcome.undo_button.isEnabled()
        assert "Only an administrator can undo this import" in wizard.outcome.remarks.text()
        history = HistoryDialog(desk.context, wizard)
        history.open()
        desk.settle()
        assert not history.undo_button.isEnabled()
        assert "Only an administrator" in history.explanation.text()
        history.close()
        wizard.accept()


def test_imports_are_listed_and_one_is_taken_back(desk: Desk, qtbot: QtBot, file: Path) -> None:
    from PySide6.QtCore import QTimer

    run(desk.context.database, file, Plan())
    desk.one("UPDATE customers SET notes = 'called' WHERE contact_name = 'Ann Lee' RETURNING 1")
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.resize(1000, 700)
    parent.show()
    history = HistoryDialog(desk.context, parent)
    history.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    ModelTester(history.model)
    history.open()
    desk.settle()
    cells = [history.model.index(0, column).data() for column in range(1, 9)]
    assert cells == ["Ada Admin", "people.csv", "Customers", "2", "0", "1", "1", "Imported"]
    QTimer.singleShot(0, lambda: answer("Undo the import"))
    history.undo_button.click()
    desk.settle()
    assert "1 record was changed since and stayed" in history.message.text
    assert history.model.index(0, 8).data() == "Undone by Ada Admin, 1 kept"
    assert desk.one("SELECT string_agg(contact_name, ',') FROM customers") == "Ann Lee"
    assert not nameless(history)


@pytest.mark.parametrize(("width", "height", "scale"), [(1440, 900, 1.0), (390, 844, 1.0), (390, 844, 2.0)])
def test_every_step_fits_and_has_names_for_all_that_tab_reaches(
    desk: Desk, qtbot: QtBot, theme: Theme, file: Path, width: int, height: int, scale: float
) -> None:
    theme.set_text_scale(scale)
    try:
        _walk_through(desk, qtbot, file, width, height)
    finally:
        theme.set_text_scale(1.0)


def _walk_through(desk: Desk, qtbot: QtBot, file: Path, width: int, height: int) -> None:
    wizard = opened(desk, qtbot, width, height)
    take(desk, wizard, file)
    for place in range(RESULT + 1):
        go_to(desk, wizard, place)
        assert not nameless(wizard), wizard.step.title
        room = wizard.width()
        assert room <= width, "the wizard fits its window"
        for widget in wizard.step.findChildren(QWidget):
            if widget.isVisibleTo(wizard) and widget.parent() is wizard.step:
                right = widget.mapTo(wizard, QPoint(widget.width(), 0)).x()
                assert right <= room, (wizard.step.title, widget)


def test_the_differences_are_a_sound_model_and_stay_few_in_memory(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    from crm_desktop.importing.run import try_out
    from ui.importing.differences_model import MOST_PAGES

    path = tmp_path / "many.csv"
    path.write_text("name\n" + "".join(f"Person {number}\n" for number in range(4_000)), encoding="utf-8")
    _, differences = try_out(desk.context.database, path, Plan())
    model = DifferencesModel(desk.context.operations)
    ModelTester(model)
    model.show("customers", differences)
    for row in range(0, 4_000, 50):
        model.row(row)
        desk.settle()
    assert len(model._pages) <= MOST_PAGES
    model.row(3_999)
    desk.settle()
    assert model.index(3_999, 2).data() == "Person 3999"
    model.show("customers", None)
    assert model.rowCount() == 0
    differences.close()

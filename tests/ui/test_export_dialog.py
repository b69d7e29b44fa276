"""Exporting from the window: what the list shows, or what is selected; refused, cancelled, failed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QFileDialog

from crm_desktop.errors import Cancelled
from tests.ui.customers_page import make_page
from tests.ui.desk import Desk, nameless
from ui.customers.page import CustomersPage
from ui.exporting import export_dialog
from ui.exporting.export_dialog import ExportDialog
from ui.interactions.page import InteractionsPage
from ui.shell.shape import Shape


@pytest.fixture
def page(desk: Desk) -> Iterator[CustomersPage]:
    for name in ("Ana Ruiz", "Ben Okafor", "Cem Ak"):
        desk.add(contact_name=name, city="Bonn")
    yield make_page(desk)
    desk.settle()


def dialog_of(page: Any) -> ExportDialog:
    found = page.findChildren(ExportDialog)
    assert len(found) == 1
    dialog: ExportDialog = found[0]
    return dialog


def test_the_button_exports_what_the_list_shows(page: CustomersPage, desk: Desk, tmp_path: Path) -> None:
    page.table.columns.set_shown("email", False)
    page.table.columns.move("city", 0)
    page.table.set_sort("name", True)
    desk.wait(lambda: page.table.model.rowCount() == 3)
    page.filters._export.click()
    dialog = dialog_of(page)
    assert dialog.windowTitle() == "Export 3 customers"
    assert nameless(dialog) == []
    dialog.format.set_value("csv")
    path = tmp_path / "out.csv"
    dialog.export_to(path)
    desk.wait(lambda: desk.texts() == ["3 customers exported to out.csv."])
    header, first, *_ = path.read_text(encoding="utf-8-sig").splitlines()
    assert header.startswith("City,Name,Type,") and "Email" not in header
    assert first.startswith("Bonn,Cem Ak,")
    assert desk.said[0].action_text == "Open folder"


def test_only_what_is_selected(page: CustomersPage, desk: Desk, tmp_path: Path) -> None:
    page.table.marks.mark_all()
    page.table.marks.toggle(page.table.model.row_at(1).id)
    page.selection_bar.button("Export").click()
    dialog = dialog_of(page)
    assert dialog.windowTitle() == "Export 2 selected customers"
    dialog.format.set_value("vcf")
    path = tmp_path / "out.vcf"
    dialog.export_to(path)
    desk.wait(lambda: desk.texts() == ["2 customers exported to out.vcf."])
    assert "Ben Okafor" not in path.read_text() and page.table.marks.any


def test_interactions_have_no_cards(page: CustomersPage, desk: Desk) -> None:
    interactions = InteractionsPage(desk.context)
    desk.qtbot.addWidget(interactions)
    interactions.export()
    dialog = dialog_of(interactions)
    assert [dialog.format.itemData(n) for n in range(dialog.format.count())] == ["csv", "xlsx"]
    dialog.reject()
    desk.settle()


def test_choices_are_remembered(page: CustomersPage, desk: Desk, tmp_path: Path) -> None:
    page.export()
    dialog = dialog_of(page)
    dialog.format.set_value("csv")
    dialog.delimiter.set_value(";")
    dialog.encoding.set_value("plain")
    dialog.export_to(tmp_path / "out.csv")
    desk.wait(lambda: bool(desk.texts()))
    assert not (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    desk.wait(lambda: not page.findChildren(ExportDialog))
    page.export()
    again = dialog_of(page)
    assert (again.format.value, again.delimiter.value, again.encoding.value) == ("csv", ";", "plain")
    again.choose_file()
    chooser = again.findChild(QFileDialog)
    assert isinstance(chooser, QFileDialog)
    assert Path(chooser.directory().absolutePath()) == tmp_path
    assert chooser.selectedFiles()[0].endswith(".csv") and "customers-" in chooser.selectedFiles()[0]
    chooser.reject()
    again.reject()


def test_a_failure_is_said_in_the_dialog_which_stays(page: CustomersPage, desk: Desk, tmp_path: Path) -> None:
    page.export()
    dialog = dialog_of(page)
    dialog.export_to(tmp_path / "none" / "out.csv")
    desk.wait(lambda: "There is no folder" in dialog.message.text)
    assert dialog.isVisible() and dialog.export_button.isEnabled() and not dialog.panel.isVisible()
    dialog.reject()


def test_cancelling_stops_it_and_says_so(
    page: CustomersPage, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = threading.Event()

    def slow(*_args: object, cancelled: Any, **_more: object) -> None:
        began.set()
        assert cancelled._cancelled.wait(10)
        raise Cancelled("The export was cancelled. No file was written.")

    monkeypatch.setattr(export_dialog, "export", slow)
    page.export()
    dialog = dialog_of(page)
    dialog.export_to(tmp_path / "out.csv")
    desk.wait(began.is_set)
    assert dialog.panel.isVisible() and not dialog.format.isEnabled()
    dialog.reject()
    assert dialog.isVisible(), "it stays until the work has ended"
    desk.wait(lambda: dialog.message.text == "The export was cancelled. No file was written.")
    dialog.reject()
    assert not dialog.isVisible()


def test_who_may_not_export_has_no_button_and_is_told(desk: Desk) -> None:
    """Peers 21."""
    may = replace(desk.context.capabilities, export=False)
    page = CustomersPage(replace(desk.context, capabilities=may))
    desk.qtbot.addWidget(page)
    page.resize(1300, 700)
    page.set_shape(Shape.WIDE)
    page.show()
    assert not page.filters._export.isVisible()
    page.export()
    assert page.findChildren(ExportDialog) == []
    assert desk.texts() == ["Your account may not export. Ask an administrator."]
    desk.settle()

"""How one gets to the import wizard: key, menu, the empty list, a file dropped on the window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from crm_desktop.importing.plan import Plan
from crm_desktop.importing.run import run
from tests.ui.desk import Desk
from ui.importing.wizard import ImportWizard
from ui.interactions.page import InteractionsPage
from ui.main_window import MainWindow
from ui.orders.page import OrdersPage


@pytest.fixture
def window(desk: Desk) -> Iterator[MainWindow]:
    made = MainWindow(desk.context)
    desk.qtbot.addWidget(made)
    made.resize(1300, 800)
    made.show()
    desk.settle()
    yield made
    for wizard in made.findChildren(ImportWizard):
        wizard.done(0)


def by_key(window: MainWindow, desk: Desk) -> None:
    desk.wait(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)


def by_menu(window: MainWindow, _desk: Desk) -> None:
    menu = window.header._menu_button.menu()
    assert menu is not None
    next(action for action in menu.actions() if action.text().startswith("Import…")).trigger()


def by_empty_list(window: MainWindow, desk: Desk) -> None:
    def offered() -> list[QPushButton]:
        return [b for b in window.customers.findChildren(QPushButton) if b.text() == "Import customers…"]

    desk.wait(offered)
    offered()[-1].click()


def by_palette(window: MainWindow, _desk: Desk) -> None:
    next(command for command in window.commands() if command.title == "Import a file").run()


@pytest.mark.parametrize("way", [by_key, by_menu, by_empty_list, by_palette])
def test_every_way_opens_the_wizard(window: MainWindow, desk: Desk, way: Callable[[MainWindow, Desk], None]) -> None:
    way(window, desk)
    desk.wait(lambda: any(wizard.isVisible() for wizard in window.findChildren(ImportWizard)))


def test_a_file_dropped_on_the_window_is_what_the_wizard_begins_with(
    window: MainWindow, desk: Desk, tmp_path: Path
) -> None:
    path = tmp_path / "people.csv"
    path.write_text("name\nAnn\n", encoding="utf-8")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPointF(QPoint(5, 5)), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    window.dropEvent(event)
    desk.settle()
    (wizard,) = window.findChildren(ImportWizard)
    assert wizard.source.area.name.text() == "people.csv"
    assert wizard.next_button.isEnabled()


def test_whoever_may_not_add_anything_is_told_so(desk: Desk) -> None:
    may = replace(desk.context.capabilities, add_customers=False, log_interactions=False)
    window = MainWindow(replace(desk.context, capabilities=may))
    desk.qtbot.addWidget(window)
    window.import_file()
    desk.settle()
    assert desk.texts() == ["Your account may not import. Ask an administrator."]
    assert "Import a file" not in {command.title for command in window.commands()}


def test_the_counts_of_an_import_become_the_list(window: MainWindow, desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("name\nAnn\nBob\n", encoding="utf-8")
    desk.add(contact_name="Cy")
    window.import_file(path)
    desk.settle()
    (wizard,) = window.findChildren(ImportWizard)
    for _ in range(5):
        wizard.forward()
        desk.settle()
    next(b for b in wizard.outcome.links.findChildren(QPushButton) if "new customers" in b.text()).click()
    desk.settle()
    model = window.customers.table.model
    desk.wait(lambda: model.exact and model.rowCount() == 2)
    assert {model.row_at(row).name for row in range(2)} == {"Ann", "Bob"}  # type: ignore[union-attr]


@pytest.mark.parametrize("kind", ["products", "orders", "interactions"])
def test_the_result_of_an_import_leads_to_what_it_brought(
    window: MainWindow, desk: Desk, tmp_path: Path, kind: str
) -> None:
    people = "customer number,name,email\nA1,Ada Miller,ada@x.example\n"
    texts = {
        "products": "SKU,Name,Price,Currency\nTEA-{},Green tea,4.50,EUR\n",
        "orders": "order number,customer number,date,description,total\n{},A1,2026-03-04,A website,80\n",
        "interactions": "customer number,date,type,subject\nA1,2026-03-04,call,Call no. {}\n",
    }
    path = tmp_path / "file.csv"
    path.write_text(people, encoding="utf-8")
    run(desk.context.database, path, Plan())
    for number in (1, 2):  # of the second one only
        path.write_text(texts[kind].format(number), encoding="utf-8")
        if number == 1:
            run(desk.context.database, path, Plan(kind=kind))
    window.import_file()
    (wizard,) = window.findChildren(ImportWizard)
    next(b for b in wizard.source.kinds.buttons() if b.property("kind") == kind).click()
    wizard.take_file(path)
    desk.settle()
    for _ in range(5):
        wizard.forward()
        desk.settle()
    next(b for b in wizard.outcome.links.findChildren(QPushButton) if b.text() == f"Show the {kind}").click()
    desk.settle()
    page = window.pages.currentWidget()
    if isinstance(page, InteractionsPage):
        assert desk.one("SELECT count(*) FROM crm.customer_interactions") == 2
        desk.wait(lambda: page.table.model.rowCount() == 1)
    else:
        assert isinstance(page, OrdersPage)
        assert page.bar.currentIndex() == (1 if kind == "products" else 0)
        shown = page.products if kind == "products" else page.orders
        desk.wait(lambda: shown.table.model.rowCount() == (2 if kind == "products" else 1))

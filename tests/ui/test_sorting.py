"""Sorting a list on a narrow window, where its header is not shown."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication, QMenu, QToolButton, QWidget

from tests.ui.desk import Desk
from ui.interactions.page import InteractionsPage
from ui.loyalty.members_list import MembersList
from ui.orders.orders_list import OrdersList
from ui.orders.products_list import ProductsList
from ui.shell.shape import Shape

LISTS = (OrdersList, ProductsList, MembersList, InteractionsPage)


@pytest.mark.parametrize("make", LISTS)
def test_every_list_can_be_sorted_without_its_header(desk: Desk, make: Callable[..., QWidget]) -> None:
    window = QWidget()
    desk.qtbot.addWidget(window)
    page = make(desk.context)
    page.setParent(window)
    window.resize(1440, 844)
    window.show()
    page.show()

    def buttons() -> list[QToolButton]:
        return [b for b in page.findChildren(QToolButton) if b.accessibleName() == "Sort" and b.isVisible()]

    for width, shape in ((1440, Shape.WIDE), (390, Shape.NARROW)):
        page.resize(width, 844)
        page.set_shape(shape)  # type: ignore[attr-defined]
        QApplication.processEvents()
        assert len(buttons()) == (1 if shape is Shape.NARROW else 0)
    (sort,) = buttons()
    assert page.rect().contains(sort.mapTo(page, sort.rect().bottomRight()))
    sort.click()
    (menu,) = page.findChildren(QMenu)
    columns = [action for action in menu.actions() if action.text() not in ("Ascending", "Descending")]
    other = next(action for action in columns if action.text() and not action.isChecked())
    title = other.text()
    other.trigger()
    menu.close()
    desk.settle()
    table = page.table  # type: ignore[attr-defined]
    assert table.request.sort == next(c.sort_key for c in table.model.columns if c.title == title)
    assert title.lower() in sort.toolTip()

"""The Customers tab on its own, as tests of what stands on it need it."""

from __future__ import annotations

from tests.ui.desk import Desk
from ui.customers.page import CustomersPage
from ui.shell.shape import Shape


def make_page(desk: Desk, shape: Shape = Shape.WIDE) -> CustomersPage:
    """Shown at that width, its rows read."""
    page = CustomersPage(desk.context)
    desk.qtbot.addWidget(page)
    page.resize({Shape.WIDE: 1300, Shape.MEDIUM: 800, Shape.NARROW: 390}[shape], 700)
    page.set_shape(shape)
    page.reload()
    page.show()
    rows(page, desk)
    return page


def rows(page: CustomersPage, desk: Desk) -> list[str]:
    """The first column, once it has settled."""
    desk.settle()
    desk.qtbot.wait(10)
    desk.settle()
    model = page.table.model
    return [model.index(number, 0).data() for number in range(model.rowCount())]

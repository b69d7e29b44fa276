"""The tabs of a card, and the menu of pages where the tabs have no room."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QVBoxLayout
from pytestqt.qtbot import QtBot

from crm_desktop.customers.queries import customer_card
from crm_desktop.customers.rows import CustomerDetails
from tests.ui.desk import Desk
from ui.customers.card_page import CardPage
from ui.customers.card_tabs import OVERVIEW, CardTab, CardTabs
from ui.shell.tab_row import TabRow


class Names(CardPage):
    """Writes down whom it was told to show."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []
        self.read = 0
        QVBoxLayout(self).addWidget(QLabel("Names"))

    def show_customer(self, customer: CustomerDetails) -> None:
        self.shown.append(customer.name)

    def refresh(self) -> None:
        self.read += 1


def test_a_tab_is_built_when_opened_and_shows_whose_card_it_is(desk: Desk, qtbot: QtBot) -> None:
    pages: list[Names] = []

    def build(_context: object) -> Names:
        pages.append(Names())
        return pages[-1]

    overview = QLabel("Overview")
    tabs = CardTabs(desk.context, overview, (CardTab("names", "Names", build),))
    qtbot.addWidget(tabs)
    tabs.show()
    with desk.context.database.session() as session:
        first, second = (customer_card(session, desk.add(contact_name=name)) for name in ("Ada", "Grace"))
    tabs.show_customer(first)
    assert (pages, tabs.current_key) == ([], OVERVIEW)

    tabs.open("names")
    assert pages[0].isVisible() and not overview.isVisible()
    tabs.show_customer(second)
    tabs.refresh()
    assert (pages[0].shown, pages[0].read) == (["Ada", "Grace"], 1)

    tabs.open(OVERVIEW)
    tabs.show_customer(first)
    assert overview.isVisible() and not pages[0].isVisible()
    assert pages[0].shown == ["Ada", "Grace"]
    tabs.open("names")
    assert pages[0].shown[-1] == "Ada" and len(pages) == 1


def test_pages_without_room_for_their_tabs_are_in_the_menu(qtbot: QtBot) -> None:
    row = TabRow(("Customers", "Interactions", "Analytics", "Follow-ups", "Duplicates"), ())
    qtbot.addWidget(row)
    chosen: list[int] = []
    row.chosen.connect(chosen.append)
    row.resize(1400, 50)
    row.show()
    qtbot.waitUntil(lambda: not row.all_pages.isVisible())
    row.resize(360, 50)
    qtbot.waitUntil(row.all_pages.isVisible)

    actions = row.all_pages.menu().actions()
    assert [action.text() for action in actions] == [row.bar.tabText(place) for place in range(5)]
    actions[4].trigger()
    assert chosen == [4]
    row.all_pages.menu().aboutToShow.emit()
    assert [action.isChecked() for action in actions] == [False, False, False, False, True]

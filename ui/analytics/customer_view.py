"""One customer's figures: in the Analytics tab, and in the card."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from crm_desktop.analytics.one_customer import CustomerFigures, customer_figures
from crm_desktop.analytics.shapes import Period, Question
from crm_desktop.customers.queries import customer_card
from crm_desktop.customers.rows import CustomerDetails
from crm_desktop.errors import CrmError
from crm_desktop.listing.periods import Clock
from crm_desktop.loyalty.queries import account_card
from crm_desktop.loyalty.rows import AccountCard
from ui.analytics.chart_card import ChartCard
from ui.analytics.customer_figures import CustomerFacts
from ui.analytics.engagement_card import EngagementCard
from ui.analytics.fact_list import FactList, order_facts, reach_facts
from ui.analytics.paper import Caption
from ui.analytics.quick_actions import QuickActions
from ui.analytics.saving import Saving
from ui.forms.responsive_grid import ResponsiveGrid
from ui.loyalty.account_figures import AccountFigures
from ui.theme import Tokens
from ui.theme.tokens import M
from ui.widgets.frames import Card
from ui.widgets.labels import text_label
from ui.widgets.state_panel import StatePanel, Words

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ui.context import Signed
    from ui.handles import Handle
    from ui.operations import DataChange

SETTLE_MS = 700
LETTERS = 42
CONCERNS = ("customers", "interactions", "contacts", "loyalty", "orders")


@dataclass(frozen=True)
class Known:
    """What is shown of a customer, from one snapshot."""

    customer: CustomerDetails
    figures: CustomerFigures
    account: AccountCard | None


def read(session: Session, customer_id: UUID) -> Known:
    """NotFound when the customer is gone."""
    customer = customer_card(session, customer_id)
    return Known(customer, customer_figures(session, customer.id), account_card(session, customer.id, 1))


class LoyaltyCard(Card):
    """The account, or that there is none."""

    def __init__(self) -> None:
        super().__init__("Loyalty")
        self.account = AccountFigures()
        self.nothing = text_label("Not in the loyalty programme.", "muted")
        self.body.addWidget(self.account)
        self.body.addWidget(self.nothing)
        self.body.addStretch(1)

    def show_account(self, card: AccountCard | None) -> None:
        """Another customer's account."""
        self.account.setHidden(card is None)
        self.nothing.setHidden(card is not None)
        if card is not None:
            self.account.show_account(card)


class CustomerView(QWidget):
    """Reads when it is seen and a moment after something has changed."""

    opened = Signal(object)
    came = Signal()

    def __init__(self, context: Signed, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._customer: UUID | None = None
        self._handle: Handle | None = None
        self._stale = True
        self.known: Known | None = None
        tokens = context.theme.tokens
        self.quick = QuickActions(context)
        self.facts = CustomerFacts()
        self.engagement = EngagementCard()
        self.loyalty = LoyaltyCard()
        self.reach = FactList("How to reach them", "Too little is known: no call, email or meeting was answered yet.")
        self.orders = FactList("Orders", "Nothing was bought yet.")
        self.history = ChartCard("Interactions by month", "", tokens)
        self.types = ChartCard("Interactions by type", "", tokens, lying=True)
        self.answers = ChartCard("What is answered", "", tokens, lying=True)
        self.charts = (self.history, self.types, self.answers)
        self._saving = Saving(context, self)
        for card in self.charts:
            card.exports = context.capabilities.export
            card.save_wanted.connect(lambda kind, card=card: self._saving.save(kind, card.sheets, self._caption()))
            card.print_wanted.connect(lambda card=card: self._saving.print(card.sheets, self._caption()))
        self._content = QWidget()
        self._panel = StatePanel()
        self._lay_out()
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self.refresh)
        context.operations.data_changed.connect(self._on_data_changed)

    def _lay_out(self) -> None:
        right = QWidget()
        stacked = QVBoxLayout(right)
        stacked.setContentsMargins(0, 0, 0, 0)
        stacked.setSpacing(M)
        for card in (self.loyalty, self.reach, self.orders):
            stacked.addWidget(card, 1)
        grid = ResponsiveGrid(letters=LETTERS, most=2, even=True)
        grid.add(self.engagement)
        grid.add(right)
        grid.add(self.history, whole_row=True)
        grid.add(self.types)
        grid.add(self.answers)
        column = QVBoxLayout(self._content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(M)
        for part in (self.quick, self.facts, grid):
            column.addWidget(part)
        column.addStretch(1)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._content)
        self._stack.addWidget(self._panel)
        self._content.hide()

    @property
    def reading(self) -> bool:
        """Whether an answer is still to come."""
        return self._handle is not None

    def show_customer(self, customer_id: UUID) -> None:
        """Show another customer, or the same with newer figures."""
        if customer_id != self._customer:
            self._content.hide()  # nobody's figures below another's name
        self._customer = customer_id
        self._stale = True
        if self.isVisible():
            self.refresh()

    def refresh(self) -> None:
        """Read again."""
        customer = self._customer
        self._settle.stop()
        if customer is None:
            return
        if self._handle is not None:
            self._handle.cancel()
        self._stale = False
        self._handle = self._context.operations.query(
            self, lambda session: read(session, customer), self._show, failed=self._failed
        )

    def set_tokens(self, tokens: Tokens) -> None:
        """Another theme."""
        for card in self.charts:
            card.set_tokens(tokens)

    def _caption(self) -> Caption:
        name = self.known.customer.name if self.known is not None else ""
        year = Question(Period.of("last_12_months", Clock()))
        return Caption(name, made=self._saving.made(), question=year)

    def _show(self, known: Known) -> None:
        self._handle = None
        self.known, figures = known, known.figures
        self.quick.show_customer(known.customer)
        self.facts.show_figures(figures)
        self.engagement.show_parts(figures.engagement)
        self.loyalty.show_account(known.account)
        self.reach.show_facts(reach_facts(figures))
        self.orders.show_facts(order_facts(figures.purchases))
        for card, data in zip(self.charts, (figures.history, figures.types, figures.answers), strict=True):
            card.set_data(data)
        self._stack.setCurrentWidget(self._content)
        self._content.show()
        self.came.emit()

    def _failed(self, error: CrmError) -> None:
        self._handle = None
        self._stale = True
        self._panel.say(Words("error", str(error), error.hint, (("Try again", self.refresh),)), tone="danger")
        self._stack.setCurrentWidget(self._panel)
        self.came.emit()

    def _on_data_changed(self, change: DataChange) -> None:
        if not change.concerns(*CONCERNS):
            return
        if self.isVisible():
            self._settle.start()
        else:
            self._stale = True

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Letters of another size."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def _fit(self) -> None:
        letters = self.width() / max(1, self.fontMetrics().averageCharWidth())
        self.facts.set_columns(4 if letters > 2 * LETTERS else 2 if letters > LETTERS / 2 else 1)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._settle.isActive():
            self._settle.stop()
            self._stale = True

"""The head of a customer's card: who it is, what they are to us, and what can be done at once."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QMenu, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from crm_desktop.access.capabilities import Capabilities
from crm_desktop.customers.rows import CustomerDetails
from ui.customers.words import STATUS_WORDS, TIER_WORDS, TYPE_WORDS
from ui.shortcuts import hint
from ui.theme.icons import icon
from ui.theme.tokens import XS, M, tokens
from ui.widgets.badges import Badge, tone_of
from ui.widgets.buttons import button, icon_button, primary_button
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.frames import restyle
from ui.widgets.labels import ElidedLabel, tooltip
from ui.widgets.value_label import ValueLabel


class CardHeader(QWidget):
    """Built once; `show_customer` fills it."""

    log_wanted = Signal()
    call_wanted = Signal()
    mail_wanted = Signal()
    edit_wanted = Signal()
    merge_wanted = Signal()
    delete_wanted = Signal()
    close_wanted = Signal()
    print_wanted = Signal()
    pdf_wanted = Signal()

    def __init__(self, capabilities: Capabilities) -> None:
        super().__init__()
        self._monogram = Monogram()
        self._name = ValueLabel(role="heading")
        self._company = ValueLabel(role="muted")
        self.close_button = icon_button("close", "Close card", self.close_wanted.emit)
        self.print_button = icon_button("print", "Print or save as PDF")
        self.print_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.print_button.setMenu(self._print_menu())
        self.log_button = primary_button("Log Interaction", self.log_wanted.emit, "interaction-add")
        self.log_button.setVisible(capabilities.log_interactions)
        self.call_button = button("Call", self.call_wanted.emit, icon_name="call")
        self.mail_button = button("Email", self.mail_wanted.emit, icon_name="email")
        self.edit_button = button("Edit", self.edit_wanted.emit, icon_name="edit")
        self.edit_button.setToolTip(f"Edit ({hint('edit')})")
        self.edit_button.setVisible(capabilities.edit_customers)
        # Rarely needed: up beside Print, so that what is done every day fits on one line.
        self.merge_button = icon_button("merge", "Merge", self.merge_wanted.emit)
        self.merge_button.setToolTip("Merge with another customer…")
        self.merge_button.setVisible(capabilities.merge_customers)
        self.delete_button = button("Delete", self.delete_wanted.emit, kind="danger-quiet", icon_name="delete")
        self.delete_button.setVisible(capabilities.delete_customers)
        self._quick = {
            each: each.text() for each in (self.call_button, self.mail_button, self.edit_button, self.delete_button)
        }
        for each, text in self._quick.items():
            each.setAccessibleName(text)
            each.setToolTip(each.toolTip() or text)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._name)
        words.addWidget(self._company)
        who = QHBoxLayout()
        who.setSpacing(M)
        who.addWidget(self._monogram, 0, Qt.AlignmentFlag.AlignTop)
        who.addLayout(words, 1)
        tools = QHBoxLayout()
        tools.setSpacing(M)
        tools.addStretch(1)
        for tool in (self.merge_button, self.print_button, self.close_button):
            tools.addWidget(tool, 0, Qt.AlignmentFlag.AlignTop)
        self._top = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._top.setSpacing(M)
        self._top.addLayout(who, 1)
        self._top.addLayout(tools)
        self._badges = QWidget()
        self._badge_flow = FlowLayout(self._badges, spacing=XS)
        self._type, self._status, self._tier = Badge(), Badge(), Badge()
        self._tags: list[ElidedLabel] = []
        for badge in (self._type, self._status, self._tier):
            self._badge_flow.addWidget(badge)
        buttons = QWidget()
        flow = FlowLayout(buttons, spacing=XS)
        quick = (self.call_button, self.mail_button, self.edit_button, self.delete_button)
        for each in (self.log_button, *quick):
            flow.addWidget(each)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(M)
        column.addLayout(self._top)
        column.addWidget(self._badges)
        column.addWidget(buttons)

    def _print_menu(self) -> QMenu:
        menu = QMenu(self.print_button)
        menu.setAccessibleName("Print")
        # The key is shown, not bound here: the card binds it.
        menu.addAction(icon("print"), f"Print…\t{hint('print')}", self.print_wanted.emit)
        menu.addAction(icon("save"), "Save as PDF…", self.pdf_wanted.emit)
        return menu

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Letters of another size."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def _fit(self) -> None:
        letters = self.width() / self.fontMetrics().averageCharWidth()
        # Words first: with large letters on a narrow window the monogram makes way, and the tools go above the name.
        large = letters < 34
        self._monogram.setHidden(large)
        direction = QBoxLayout.Direction.BottomToTop if large else QBoxLayout.Direction.LeftToRight
        if self._top.direction() != direction:
            self._top.setDirection(direction)
        for each, text in self._quick.items():
            each.setText(text if letters >= 56 else "")
            if each.property("compact") != (letters < 56):
                each.setProperty("compact", letters < 56)
                restyle(each)

    def show_customer(self, customer: CustomerDetails) -> None:
        """Fill in the customer."""
        self._monogram.show_name(customer.name)
        self._name.set_value(customer.name)
        company = customer.company_name if customer.company_name != customer.name else ""
        self._company.set_value(company)
        self._company.setVisible(bool(company))
        self.call_button.setVisible(bool(customer.phone))
        self.call_button.setToolTip(tooltip(f"Call {customer.phone}"))
        self.mail_button.setVisible(bool(customer.email))
        self.mail_button.setToolTip(tooltip(f"Write to {customer.email}"))
        tier = customer.tier or ""
        _set_badge(self._type, TYPE_WORDS.get(customer.customer_type, customer.customer_type), "neutral")
        _set_badge(self._status, STATUS_WORDS.get(customer.status, customer.status), tone_of(customer.status))
        _set_badge(self._tier, TIER_WORDS.get(tier, tier), tone_of(tier))
        while len(self._tags) < len(customer.tags):
            self._tags.append(ElidedLabel(role="chip"))
            self._badge_flow.addWidget(self._tags[-1])
            self._tags[-1].setIndent(0)
        for number, label in enumerate(self._tags):
            label.setHidden(number >= len(customer.tags))
            if number < len(customer.tags):
                label.setText(customer.tags[number])
                label.setToolTip(tooltip(customer.tags[number]))


def _set_badge(badge: Badge, text: str, tone: str) -> None:
    badge.setHidden(not text)
    if badge.property("tone") != tone:  # another colour means reading the stylesheet again
        badge.set(text, tone)
    else:
        badge.setText(text)


class Monogram(QWidget):
    """The initials in a circle."""

    def __init__(self) -> None:
        super().__init__()
        self._letters = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_name(self, name: str) -> None:
        """Take the initials of the first and the last word."""
        words = [word for word in name.split() if word[0].isalnum()]
        self._letters = "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()
        self.update()

    def sizeHint(self) -> QSize:
        side = round(self.fontMetrics().height() * 2.3)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.accent_soft))
        painter.drawEllipse(QRectF(self.rect()))
        painter.setPen(QColor(theme.accent_text))
        font = self.font()
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._letters)
        painter.end()

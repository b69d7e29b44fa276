"""The fields of a customer on the card: a label, a value that can be selected and copied."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from crm_desktop.customers.phones import readable
from crm_desktop.customers.rows import CustomerDetails
from ui.customers.words import LABELS
from ui.interactions.local_time import day_text, full_text, now_wall, to_wall
from ui.theme.tokens import XS, L, S
from ui.widgets.badges import Badge
from ui.widgets.buttons import icon_button
from ui.widgets.labels import text_label
from ui.widgets.value_label import ValueLabel

NOT_CHECKED = "This number could not be checked; it is kept as it was written."


class CardFacts(QWidget):
    """Shows what is known; blank fields take no room. `copied` is told what went to the clipboard."""

    def __init__(self, customer: CustomerDetails, copied: Callable[[str], None]) -> None:
        super().__init__()
        self._copied = copied
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(XS)
        self._facts: list[tuple[QBoxLayout, QLabel]] = []
        self.values: dict[str, str] = {}
        self._add("email", customer.email, copy=True)
        self._add("phone", readable(customer.phone), copy=True, badge="" if customer.phone_checked else "Not checked")
        self._add("address", ", ".join(_place(customer)), copy=True, copied="\n".join(_place(customer)))
        self._add("owner_id", customer.owner_name)
        self._add("notes", customer.notes)
        self._about(customer)

    def _add(
        self, name: str, value: str, *, label: str = "", copy: bool = False, copied: str = "", badge: str = ""
    ) -> None:
        if not value:
            return
        words = ValueLabel(value)
        words.setAccessibleName(f"{label or LABELS[name]}: {value}")
        words.setObjectName(f"fact-{name}")
        top = Qt.AlignmentFlag.AlignTop
        row = QHBoxLayout()
        row.setSpacing(S)
        row.addWidget(words, 1, top)
        if badge:
            mark = Badge(badge, "warning")
            mark.setToolTip(NOT_CHECKED)
            row.addWidget(mark, 0, top)
        if copy:
            what = (label or LABELS[name]).lower()
            button = icon_button("copy", f"Copy {what}", lambda: self._copy(what, copied or value), small=True)
            row.addWidget(button, 0, top)
        caption = text_label(label or LABELS[name], "caption", wrap=False)
        fact = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        fact.setSpacing(0)
        fact.addWidget(caption, 0, top)
        fact.addLayout(row, 1)
        self._column.addLayout(fact)
        self._facts.append((fact, caption))
        self.values[name] = value

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Labels beside the values, or above them where that leaves too little room."""
        super().resizeEvent(event)
        beside = self.width() >= self.fontMetrics().averageCharWidth() * 34
        widest = max((caption.sizeHint().width() for _, caption in self._facts), default=0) + L
        for fact, caption in self._facts:
            fact.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)
            caption.setMinimumWidth(widest if beside else 0)

    def _about(self, customer: CustomerDetails) -> None:
        """What is seldom asked for, in one line."""
        today = now_wall().date()
        parts = [f"From {customer.source}"] if customer.source else []
        exact: list[str] = []
        for words, moment in (("Last contact", customer.last_contact), ("Added", customer.created_at)):
            if moment is not None:
                wall = to_wall(moment)
                day = day_text(wall.date(), today)
                parts.append(f"{words} {_inside(day)}")
                exact.append(f"{words} {full_text(wall)}")
        if parts:
            line = text_label(" · ".join(parts), "caption")
            line.setToolTip("\n".join(exact))
            self._column.addWidget(line)

    def _copy(self, what: str, value: str) -> None:
        QGuiApplication.clipboard().setText(value)
        self._copied(f"{what.capitalize()} copied")


def _place(customer: CustomerDetails) -> list[str]:
    """The lines of the address as they are written on an envelope."""
    town = " ".join(part for part in (customer.postal_code, customer.city) if part)
    return [part for part in (*customer.address.splitlines(), town, customer.state, customer.country) if part]


def _inside(day: str) -> str:
    """A day within a sentence: 'Wed 3 Nov' as it is, 'Today' in small letters."""
    return day.lower() if day in ("Today", "Yesterday", "Tomorrow") else day

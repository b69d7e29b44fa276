"""The fields of a customer on the card: a label, a value that can be selected and copied."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QWidget

from crm_desktop.customers.phones import readable
from crm_desktop.customers.rows import CustomerDetails
from ui.customers.words import LABELS
from ui.interactions.local_time import day_text, full_text, now_wall, to_wall
from ui.theme.tokens import XS, L, S
from ui.widgets.badges import Badge
from ui.widgets.buttons import icon_button
from ui.widgets.labels import text_label

NOT_CHECKED = "This number could not be checked; it is kept as it was written."


class CardFacts(QWidget):
    """Shows what is known; blank fields take no room. `copied` is told what went to the clipboard."""

    def __init__(self, customer: CustomerDetails, copied: Callable[[str], None]) -> None:
        super().__init__()
        self._copied = copied
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(L)
        self._grid.setVerticalSpacing(XS)
        self._grid.setColumnStretch(1, 1)
        self._rows = 0
        self.values: dict[str, str] = {}
        self._add("email", customer.email, copy=True)
        self._add("phone", readable(customer.phone), copy=True, badge="" if customer.phone_checked else "Not checked")
        self._add("address", _place(customer), copy=True)
        self._add("source", customer.source)
        self._add("owner_id", customer.owner_name)
        if customer.created_at is not None:
            wall = to_wall(customer.created_at)
            self._add("created_at", day_text(wall.date(), now_wall().date()), label="Added", tooltip=full_text(wall))
        self._add("notes", customer.notes)

    def _add(
        self, name: str, value: str, *, label: str = "", copy: bool = False, badge: str = "", tooltip: str = ""
    ) -> None:
        if not value:
            return
        caption = text_label(label or LABELS[name], "caption", wrap=False)
        words = text_label(value)
        words.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        words.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # selectable by keyboard once there, no stop for Tab
        words.setAccessibleName(f"{label or LABELS[name]}: {value}")
        words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        words.setMinimumWidth(1)
        words.setToolTip(tooltip)
        words.setObjectName(f"fact-{name}")
        row = QHBoxLayout()
        row.setSpacing(S)
        row.addWidget(words, 1)
        if badge:
            mark = Badge(badge, "warning")
            mark.setToolTip(NOT_CHECKED)
            row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        if copy:
            what = (label or LABELS[name]).lower()
            row.addWidget(
                icon_button("copy", f"Copy {what}", lambda: self._copy(what, value), small=True),
                0,
                Qt.AlignmentFlag.AlignTop,
            )
        self._grid.addWidget(caption, self._rows, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addLayout(row, self._rows, 1)
        self._rows += 1
        self.values[name] = value

    def _copy(self, what: str, value: str) -> None:
        QGuiApplication.clipboard().setText(value)
        self._copied(f"{what.capitalize()} copied")


def _place(customer: CustomerDetails) -> str:
    """The address as it is written on an envelope."""
    town = " ".join(part for part in (customer.postal_code, customer.city) if part)
    return "\n".join(part for part in (customer.address, town, customer.state, customer.country) if part)

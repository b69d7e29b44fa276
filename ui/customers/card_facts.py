"""The fields of a customer on the card: a label, a value that can be selected and copied."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from crm_desktop.customers.phones import readable
from crm_desktop.customers.rows import CustomerDetails
from crm_desktop.duplicates.rows import Merged
from ui.customers.other_facts import OtherLines
from ui.customers.words import LABELS, NOT_CHECKED
from ui.interactions.local_time import day_text, full_text, now_wall, to_wall
from ui.theme.tokens import L, S
from ui.widgets.badges import Badge
from ui.widgets.buttons import button, icon_button
from ui.widgets.labels import text_label
from ui.widgets.value_label import ValueLabel

MOST_MERGED = 3
AIR = 3


class Fact(QWidget):
    """A label and a value that can be selected and, with `copy`, copied by a button. `others` stand below the value."""

    def __init__(
        self, name: str, copied: Callable[[str], None], *, copy: bool = False, others: OtherLines | None = None
    ) -> None:
        super().__init__()
        self._label = LABELS[name]
        self._on_copied = copied
        self._for_clipboard = ""
        self.caption = text_label(self._label, "caption", wrap=False)
        self.words = ValueLabel()
        self.words.setObjectName(f"fact-{name}")
        # One rhythm with and without a button, and the words in the middle of it.
        self.caption.setContentsMargins(0, AIR + 1, 0, AIR)
        self.words.setContentsMargins(0, AIR, 0, AIR)
        self.mark = Badge("Not checked", "warning")
        self.mark.setToolTip(NOT_CHECKED)
        self.mark.hide()
        top = Qt.AlignmentFlag.AlignTop
        row = QHBoxLayout()
        row.setSpacing(S)
        row.addWidget(self.words, 1, top)
        row.addWidget(self.mark, 0, top)
        if copy:
            row.addWidget(icon_button("copy", f"Copy {self._label.lower()}", self._copy, small=True), 0, top)
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(0)
        self._line.addWidget(self.caption, 0, top)
        values = QVBoxLayout()
        values.setSpacing(0)
        values.addLayout(row)
        if others is not None:
            values.addWidget(others)
        self._line.addLayout(values, 1)
        self._others = others

    def show_value(self, value: str, *, copied: str = "", checked: bool = True, others: tuple[str, ...] = ()) -> None:
        """A blank value takes no room."""
        self._for_clipboard = copied or value
        self.words.set_value(value)
        self.words.setAccessibleName(f"{self._label}: {value}")
        self.mark.setHidden(checked)
        if self._others is not None:
            self._others.show_values(others)
        self.setHidden(not value and not others)

    def set_caption_width(self, width: int) -> None:
        """Beside the value in that width; with 0 above it."""
        down, right = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._line.setDirection(right if width else down)
        self.caption.setMinimumWidth(width)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._for_clipboard)
        self._on_copied(f"{self._label} copied")


class CardFacts(QWidget):
    """Made once, filled for each customer. `copied` is told what went to the clipboard."""

    mail_wanted = Signal(str)
    call_wanted = Signal(str)
    undo_merge_wanted = Signal()

    def __init__(self, copied: Callable[[str], None], *, may_undo_merge: bool) -> None:
        super().__init__()
        self._may_undo_merge = may_undo_merge
        self.other_emails = OtherLines(copied, phone=False)
        self.other_phones = OtherLines(copied, phone=True)
        self.other_emails.wanted.connect(self.mail_wanted)
        self.other_phones.wanted.connect(self.call_wanted)
        self.email = Fact("email", copied, copy=True, others=self.other_emails)
        self.phone = Fact("phone", copied, copy=True, others=self.other_phones)
        self.address = Fact("address", copied, copy=True)
        self.number = Fact("customer_number", copied, copy=True)
        self.owner = Fact("owner_id", copied)
        self.notes = Fact("notes", copied)
        self._facts = (self.email, self.phone, self.address, self.number, self.owner, self.notes)
        self._about = text_label("", "caption")
        self.merged = text_label("", "caption")
        self.merged.hide()
        self.undo_merge = button("Undo merge…", self.undo_merge_wanted.emit, kind="link")
        self.undo_merge.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for fact in self._facts:
            column.addWidget(fact)
        column.addWidget(self._about)
        column.addWidget(self.merged)
        column.addWidget(self.undo_merge)

    def show_customer(self, customer: CustomerDetails) -> None:
        """Show what is known."""
        place = _place(customer)
        self.email.show_value(customer.email, others=customer.other_emails)
        self.phone.show_value(readable(customer.phone), checked=customer.phone_checked, others=customer.other_phones)
        self.address.show_value(", ".join(place), copied="\n".join(place))
        self.number.show_value(customer.customer_number)
        self.owner.show_value(customer.owner_name)
        self.notes.show_value(customer.notes)
        self._show_about(customer)
        self._place_captions()

    def show_merged(self, merged: Sequence[Merged]) -> None:
        """Who was merged into the customer, the latest first."""
        today = now_wall().date()
        parts = []
        for each in merged[:MOST_MERGED]:
            by = f" by {each.by}" if each.by else ""
            parts.append(
                f"{each.name or 'somebody without a name'} ({_inside(day_text(to_wall(each.at).date(), today))}{by})"
            )
        if len(merged) > MOST_MERGED:
            parts.append(f"{len(merged) - MOST_MERGED:,} more")
        self.merged.setText(f"Merged with {', '.join(parts)}" if parts else "")
        self.merged.setHidden(not parts)
        self.undo_merge.setVisible(bool(parts) and self._may_undo_merge)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_captions()

    def _place_captions(self) -> None:
        """Labels beside the values, or above them where that leaves too little room."""
        beside = self.width() >= self.fontMetrics().averageCharWidth() * 34
        shown = [fact for fact in self._facts if not fact.isHidden()]
        widest = max((fact.caption.sizeHint().width() for fact in shown), default=0) + L
        for fact in self._facts:
            fact.set_caption_width(widest if beside else 0)

    def _show_about(self, customer: CustomerDetails) -> None:
        """What is seldom asked for, in one line."""
        today = now_wall().date()
        parts = [f"From {customer.source}"] if customer.source else []
        exact: list[str] = []
        for words, moment in (("Last contact", customer.last_contact), ("Added", customer.created_at)):
            if moment is not None:
                wall = to_wall(moment)
                parts.append(f"{words} {_inside(day_text(wall.date(), today))}")
                exact.append(f"{words} {full_text(wall)}")
        self._about.setText(" · ".join(parts))
        self._about.setToolTip("\n".join(exact))
        self._about.setHidden(not parts)


def _place(customer: CustomerDetails) -> list[str]:
    """The lines of the address as they are written on an envelope."""
    town = " ".join(part for part in (customer.postal_code, customer.city) if part)
    return [part for part in (*customer.address.splitlines(), town, customer.state, customer.country) if part]


def _inside(day: str) -> str:
    """A day within a sentence: 'Wed 3 Nov' as it is, 'Today' in small letters."""
    return day.lower() if day in ("Today", "Yesterday", "Tomorrow") else day

"""One check: how many customers fail it, and the way to them."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar

from crm_desktop.quality.checks import Check
from crm_desktop.quality.queries import Quality
from ui.theme.tokens import XS, L, S
from ui.widgets.buttons import button
from ui.widgets.frames import Card, IconLabel
from ui.widgets.labels import text_label

ICONS = {
    "unreachable": "individual",
    "email": "email",
    "phone": "call",
    "stale": "overdue",
    "name": "owner",
    "type": "business",
    "duplicates": "duplicates",
}


class CheckCard(Card):
    """`opened` carries the check's key."""

    opened = Signal(str)

    def __init__(self, check: Check) -> None:
        super().__init__(padding=L)
        self.check = check
        self.body.setSpacing(XS)
        top = QHBoxLayout()
        top.setSpacing(S)
        self._icon = IconLabel(ICONS[check.key], 18)
        self._title = text_label(check.title, "subheading")
        top.addWidget(self._icon)
        top.addWidget(self._title, 1)
        self.count = text_label("–", "display", wrap=False)
        self.words = text_label("", "muted")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.bar.setAccessibleName(f"{check.title}: share of customers that pass")
        self.advice = text_label(check.advice, "caption")
        self.show_button = button("Show them", lambda: self.opened.emit(check.key))
        row = QHBoxLayout()
        row.addWidget(self.show_button)
        row.addStretch(1)
        self.body.addLayout(top)
        self.body.addWidget(self.count)
        self.body.addWidget(self.words)
        self.body.addWidget(self.bar)
        self.body.addWidget(self.advice)
        self.body.addSpacing(S)
        self.body.addLayout(row)

    def show_figures(self, found: Quality, title: str) -> None:
        """Fill in the count; a check that could not be made says so."""
        key = self.check.key
        self._title.setText(title)
        known = key in found.failing
        failing = found.failing.get(key, 0)
        share = found.share(key) if known else 0.0
        self.count.setText(f"{failing:,}" if known else "–")
        self.words.setText(f"{percent(share)} of {found.total:,} are fine" if known else "Nobody has looked yet.")
        self.bar.setValue(round(share * 1000))
        self.bar.setVisible(known)
        self.show_button.setText("Show them" if known else "Look for them")
        self.show_button.setEnabled(not known or failing > 0)
        self.show_button.setAccessibleName(f"{self.show_button.text()}: {title}")
        self.setAccessibleName(f"{title}: {failing:,}" if known else f"{title}: not known")
        self._icon.set_icon(ICONS[key] if failing or not known else "success", "text_muted" if failing else "success")


def percent(share: float) -> str:
    """A share in words. 100 % is all of them: what is nearly so does not look so."""
    if share >= 1:
        return "100 %"
    return f"{min(99.9, share * 100):.1f} %" if share > 0.9 else f"{share * 100:.0f} %"

"""The Data quality tab: a score with its formula, and each fault with the list of whoever has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from crm_desktop.errors import CrmError
from crm_desktop.quality.checks import CHECKS, STALE_MONTHS, USUAL_MONTHS
from crm_desktop.quality.queries import Quality, quality
from ui.forms.responsive_grid import ResponsiveGrid
from ui.quality.check_card import CheckCard, percent
from ui.shell.page import ShellPage
from ui.shell.pages import DUPLICATES
from ui.shell.shape import Shape
from ui.theme.tokens import XL, L, M, S
from ui.widgets.buttons import icon_button
from ui.widgets.form import ComboBox
from ui.widgets.frames import Card, scrolled
from ui.widgets.labels import text_label
from ui.widgets.state_panel import StatePanel, Words
from ui.widgets.waiting_line import WaitingLine

if TYPE_CHECKING:
    from ui.context import Signed
    from ui.handles import Handle
    from ui.operations import DataChange

SETTLE_MS = 1_000
MONTHS_KEY = "quality/months"


class DataQualityPage(ShellPage):
    """Reads when it is seen and a moment after customers or duplicates have changed."""

    def __init__(self, context: Signed, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._is_stale = True
        self._handle: Handle | None = None
        self._found: Quality | None = None
        self.score = text_label("–", "display", wrap=False)
        self.formula = text_label("", "muted")
        self.months = ComboBox([(str(months), f"{months} months") for months in STALE_MONTHS])
        self.months.setAccessibleName("Months without contact")
        self.months.setMinimumContentsLength(len("12 months"))
        self.months.set_value(self._saved_months())
        self.refresh_button = icon_button("refresh", "Count again", self.refresh)
        self.cards = {check.key: CheckCard(check) for check in CHECKS}
        self._line = WaitingLine(self)
        self._panel = StatePanel()
        self._content = QWidget()
        self._stack = QStackedLayout(self)
        self._stack.addWidget(scrolled(self._content))
        self._stack.addWidget(self._panel)
        self._lay_out()
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self.refresh)
        self.months.value_changed.connect(self._on_months)
        for card in self.cards.values():
            card.opened.connect(self._open)
        context.operations.data_changed.connect(self._on_data_changed)

    def _lay_out(self) -> None:
        head = Card(padding=L)
        row = self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        row.setSpacing(L)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(text_label("Data quality", "subheading"))
        words.addWidget(self.score)
        row.addLayout(words, 1)
        stale = QVBoxLayout()
        stale.setSpacing(S)
        label = text_label("No recent contact means", "caption", wrap=False)
        label.setBuddy(self.months)
        stale.addWidget(label)
        stale.addWidget(self.months)
        chosen = QHBoxLayout()
        chosen.addLayout(stale)
        chosen.addWidget(self.refresh_button, 0, Qt.AlignmentFlag.AlignBottom)
        chosen.addStretch(1)
        row.addLayout(chosen)
        head.body.addLayout(row)
        head.body.addWidget(self.formula)
        grid = ResponsiveGrid(letters=30, most=4)
        for card in self.cards.values():
            grid.add(card)
        self._column = QVBoxLayout(self._content)
        self._column.setSpacing(M)
        self._column.addWidget(head)
        self._column.addWidget(grid)
        self._column.addStretch(1)
        self.set_shape(Shape.WIDE)

    # What the window asks

    def refresh(self) -> None:
        """Count again."""
        if not self.isVisible():
            self._is_stale = True
            return
        self._settle.stop()
        self._is_stale = False
        months = int(self.months.value)
        if self._handle is not None:
            self._handle.cancel()
        self._line.start()
        self._handle = self._context.operations.query(
            self, lambda session: quality(session, months), self._show, failed=self._failed
        )

    def set_shape(self, shape: Shape) -> None:
        edge = L if shape is Shape.NARROW else XL
        self._column.setContentsMargins(edge, M, edge, edge)

    # Reading

    def _show(self, found: Quality) -> None:
        self._handle = None
        self._line.stop()
        self._found = found
        self._stack.setCurrentIndex(0)
        self.score.setText(percent(found.score))
        self.score.setAccessibleName(f"Data quality: {percent(found.score)}")
        self.formula.setText(_formula(found))
        for key, card in self.cards.items():
            title = card.check.title
            card.show_figures(found, f"{title} for {found.months} months" if key == "stale" else title)

    def _failed(self, error: CrmError) -> None:
        self._handle = None
        self._line.stop()
        self._is_stale = True
        self._panel.say(Words("error", str(error), error.hint, (("Try again", self.refresh),)), tone="danger")
        self._stack.setCurrentWidget(self._panel)

    def _on_data_changed(self, change: DataChange) -> None:
        if not change.concerns("customers", "interactions", "duplicates"):
            return
        if self.isVisible():
            self._settle.start()
        else:
            self._is_stale = True

    # What the person does

    def _open(self, key: str) -> None:
        found = self._found
        if found is None:
            return
        if key not in found.failing:
            self.page_wanted.emit(DUPLICATES)
            return
        self.customers_wanted.emit(self.cards[key].check.failing(found.months))

    def _on_months(self, _value: str) -> None:
        self._context.preferences.set(MONTHS_KEY, int(self.months.value))
        self.refresh()

    def _saved_months(self) -> str:
        saved = self._context.preferences.get(MONTHS_KEY, USUAL_MONTHS)
        return str(saved if saved in STALE_MONTHS else USUAL_MONTHS)

    # On screen

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = self.width() >= self.fontMetrics().averageCharWidth() * 44
        down, right = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._head.setDirection(right if beside else down)
        self._line.place()


def _formula(found: Quality) -> str:
    """How the score comes about, with its figures."""
    shares = [percent(found.share(key)).removesuffix(" %") for key in found.failing]
    return (
        f"The average, over {len(shares)} checks, of the share of customers that pass:"
        f" ({' + '.join(shares)}) / {len(shares)}."
    )

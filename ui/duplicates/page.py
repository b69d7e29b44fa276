"""The Duplicates tab: pairs of customers who may be the same one, the likeliest first."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QPushButton, QStackedLayout, QVBoxLayout, QWidget

from crm_desktop.duplicates import actions, queries
from crm_desktop.duplicates.rows import PairRow, Scan
from crm_desktop.errors import CrmError
from ui.duplicates.different_dialog import DifferentDialog
from ui.duplicates.pair_card import PairCard
from ui.duplicates.scan_bar import ScanBar
from ui.shell.page import ShellPage
from ui.shell.shape import Shape
from ui.theme.tokens import XL, L, M, S
from ui.widgets.buttons import button
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.form import ComboBox
from ui.widgets.frames import scrolled, separator
from ui.widgets.labels import text_label
from ui.widgets.state_panel import StatePanel, Words

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ui.context import Signed
    from ui.operations import DataChange

PAGE = 25
SETTLE_MS = 200
CHANGED = frozenset({"duplicates"})
_STATES = (("open", "To decide"), ("later", "Later"), ("different", "Not duplicates"))
_SCORES = ((queries.LOWEST_SCORE, "All scores"), (70, "70 or more"), (80, "80 or more"), (90, "90 or more"))


class DuplicatesPage(ShellPage):
    """Reads when it is seen and when something about duplicates or customers changes."""

    def __init__(self, context: Signed, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._is_stale = True
        self._scan: Scan | None = None
        self._count = 0
        self.cards: list[PairCard] = []
        self.state = ComboBox(list(_STATES))
        self.state.setAccessibleName("Which pairs")
        self.score = ComboBox([(str(least), text) for least, text in _SCORES])
        self.score.setAccessibleName("Smallest score")
        self.score.set_value(str(queries.USUAL_SCORE))
        self.count = text_label("", "muted", wrap=False)
        self.count.setAccessibleName("Number of pairs")
        self.scan_bar = ScanBar(context)
        self.panel = StatePanel()
        self.more_button = button("Show more", self._read_more)
        self._list = QWidget()
        self._column = QVBoxLayout(self._list)
        self._column.setSpacing(M)
        self._column.addWidget(self.more_button)
        self._column.addStretch(1)
        self._scroll = scrolled(self._list)
        self._lay_out()
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._read)
        self.state.value_changed.connect(lambda _value: self._read_from_the_top())
        self.score.value_changed.connect(lambda _value: self._read_from_the_top())
        self.scan_bar.scanned.connect(self._read_from_the_top)
        context.operations.data_changed.connect(self._on_data_changed)

    def _lay_out(self) -> None:
        self._bar = QVBoxLayout()
        chosen = QWidget()
        flow = FlowLayout(chosen, spacing=S)
        for part in (self.state, self.score, self.count):
            flow.addWidget(part)
        self._bar.addWidget(chosen)
        for choice in (self.state, self.score):
            choice.setMinimumContentsLength(11)
        self._scan_row = QVBoxLayout()
        self._scan_row.addWidget(self.scan_bar)
        surface = QFrame()
        surface.setProperty("role", "surface")
        box = QVBoxLayout(surface)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(self._bar)
        box.addLayout(self._scan_row)
        box.addWidget(separator())
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(surface)
        self._stack = QStackedLayout()
        self._stack.addWidget(self._scroll)
        self._stack.addWidget(self.panel)
        outer.addLayout(self._stack, 1)
        self.set_shape(Shape.WIDE)

    # What the window asks

    def refresh(self) -> None:
        self._read()

    def set_shape(self, shape: Shape) -> None:
        edge = L if shape is Shape.NARROW else XL
        self._bar.setContentsMargins(edge, S, edge, 0)
        self._scan_row.setContentsMargins(edge, S, edge, S)
        self._column.setContentsMargins(edge, L, edge, L)
        self.count.setHidden(shape is Shape.NARROW)

    # Reading

    def _read_from_the_top(self) -> None:
        self._scroll.verticalScrollBar().setValue(0)
        self._read(PAGE)

    def _read(self, most: int | None = None) -> None:
        """As much as is on screen, so that nothing jumps."""
        if not self.isVisible():
            self._is_stale = True
            return
        self._settle.stop()
        self._is_stale = False
        state, minimum = self.state.value, int(self.score.value)
        wanted = most or max(PAGE, len(self.cards))

        def read(session: Session) -> tuple[Scan | None, int, list[PairRow]]:
            return (
                queries.last_scan(session),
                queries.pair_count(session, state, minimum),
                queries.pairs(session, state, minimum, most=wanted),
            )

        def show(found: tuple[Scan | None, int, list[PairRow]]) -> None:
            if (state, minimum) == (self.state.value, int(self.score.value)):
                self._show(*found)

        self._context.operations.query(self, read, show, failed=self._failed)

    def _read_more(self) -> None:
        if not self.cards:
            return
        state, minimum, last = self.state.value, int(self.score.value), self.cards[-1].pair

        def show(found: list[PairRow]) -> None:
            if self.cards and self.cards[-1].pair == last:
                first_new = len(self.cards)
                self._add(found)
                if len(self.cards) > first_new:
                    self.cards[first_new].findChildren(QPushButton)[0].setFocus()

        self._context.operations.query(
            self, lambda session: queries.pairs(session, state, minimum, after=last, most=PAGE), show
        )

    def _show(self, scan: Scan | None, count: int, found: list[PairRow]) -> None:
        self._scan, self._count = scan, count
        self.scan_bar.show_scan(scan)
        self.score.setVisible(self.state.value == "open")
        self.count.setText(f"{count:,} pair{'' if count == 1 else 's'}")
        if [card.pair for card in self.cards] != found:
            self._clear()
            self._add(found)
        self._show_more_button()
        if found:
            self._stack.setCurrentWidget(self._scroll)
        else:
            self.panel.say(self._empty_words())
            self._stack.setCurrentWidget(self.panel)

    def _add(self, found: list[PairRow]) -> None:
        may_merge = self._context.capabilities.merge_customers
        for pair in found:
            card = PairCard(pair, may_merge=may_merge)
            card.open_wanted.connect(self.customer_wanted)
            card.merge_wanted.connect(self._merge)
            card.different_wanted.connect(self._ask_why)
            card.later_wanted.connect(partial(self._decide, decision="later"))
            card.back_wanted.connect(self._take_back)
            self._column.insertWidget(len(self.cards), card)
            self.cards.append(card)
        self._show_more_button()

    def _show_more_button(self) -> None:
        left = self._count - len(self.cards)
        self.more_button.setVisible(left > 0)
        self.more_button.setText(f"Show {min(PAGE, left)} more of {left:,}")

    def _clear(self) -> None:
        for card in self.cards:
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = []

    def _failed(self, error: CrmError) -> None:
        self._is_stale = True
        self.panel.say(Words("error", str(error), error.hint, (("Try again", self._read),)), tone="danger")
        self._stack.setCurrentWidget(self.panel)

    def _on_data_changed(self, change: DataChange) -> None:
        if change.concerns("duplicates", "customers"):
            self._settle.start()

    # What the person does

    def _merge(self, pair: PairRow) -> None:
        from ui.duplicates.merge_dialog import MergeDialog

        MergeDialog(self._context, self.window(), (pair.first.id, pair.second.id)).open()

    def _ask_why(self, pair: PairRow) -> None:
        dialog = DifferentDialog(self.window(), pair)
        dialog.decided.connect(lambda reason: self._decide(pair, "different", reason))
        dialog.open()

    def _decide(self, pair: PairRow, decision: str, reason: str = "") -> None:
        names = f"{pair.first.name} and {pair.second.name}"
        said = f"{names} are no duplicates." if decision == "different" else f"{names} can wait."

        def done(_nothing: None) -> None:
            self._context.notices.info(said, "Take back", lambda: self._take_back(pair))

        self._context.operations.change(
            self,
            lambda session: actions.decide(session, pair.first.id, pair.second.id, decision, reason),
            done,
            changed=CHANGED,
        )

    def _take_back(self, pair: PairRow) -> None:
        self._context.operations.change(
            self,
            lambda session: actions.take_back(session, pair.first.id, pair.second.id),
            lambda _nothing: None,
            changed=CHANGED,
        )

    # On screen

    def _empty_words(self) -> Words:
        if self.state.value == "later":
            return Words("duplicates", "Nothing was put off", "“Later” on a pair keeps it here.")
        if self.state.value == "different":
            text = "Pairs that somebody called “not a duplicate” stand here, and can be taken back."
            return Words("duplicates", "Nothing was called “not a duplicate”", text)
        if self._scan is None:
            text = (
                "The scan compares everybody with those who share an email address, a phone number or a similar name"
                " in the same place. You can go on working meanwhile."
            )
            return Words("duplicates", "Find customers who are there twice", text, (("Scan Now", self.scan_bar.start),))
        if int(self.score.value) > queries.LOWEST_SCORE:
            return Words("success", "No duplicates of that score", "", (("Show All Scores", self._show_all_scores),))
        return Words("success", "No duplicates", "Everybody is there once, as far as the last scan can tell.")

    def _show_all_scores(self) -> None:
        self.score.set_value(str(queries.LOWEST_SCORE))
        self._read_from_the_top()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self._read()

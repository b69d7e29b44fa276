"""The charts of one group, each of which reads and shows for itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from crm_desktop.analytics.charts import ChartSpec
from crm_desktop.analytics.shapes import ChartData, Question
from crm_desktop.analytics.words import period_words
from crm_desktop.errors import CrmError
from ui.analytics.chart_card import ChartCard
from ui.analytics.paper import Caption, Sheet
from ui.analytics.saving import Saving
from ui.forms.responsive_grid import ResponsiveGrid
from ui.theme import Tokens
from ui.theme.tokens import XL, L, M

if TYPE_CHECKING:
    from ui.context import Signed
    from ui.handles import Handle

LETTERS = 42


class GroupView(QWidget):
    """Built when it is first opened. `came` is told when the last of its charts has its figures or an error."""

    opened = Signal(object)
    came = Signal()

    def __init__(self, context: Signed, specs: Sequence[ChartSpec], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.specs = tuple(specs)
        self.cards: dict[str, ChartCard] = {}
        self._handles: dict[str, Handle] = {}
        self._asked: Question | None = None
        self._before = ""
        self._saving = Saving(context, self)
        grid = ResponsiveGrid(letters=LETTERS, most=2, even=True)
        beside = [spec for spec in specs if not _is_wide(spec)]
        alone = beside[-1] if len(beside) % 2 else None  # nothing would stand beside it
        for spec in sorted(specs, key=_is_wide):  # side by side first, then those over time
            card = self.cards[spec.key] = ChartCard(spec.title, "", context.theme.tokens, lying=spec.lying)
            card.exports = context.capabilities.export
            card.opened.connect(self.opened)
            card.save_wanted.connect(lambda kind, card=card: self._saving.save(kind, card.sheets, self.caption()))
            card.print_wanted.connect(lambda card=card: self._saving.print(card.sheets, self.caption()))
            grid.add(card, whole_row=_is_wide(spec) or spec is alone)
        self._column = QVBoxLayout(self)
        self._column.addWidget(grid)
        self._column.addStretch(1)
        self.set_narrow(False)

    @property
    def reading(self) -> bool:
        """Whether answers are still to come."""
        return bool(self._handles)

    @property
    def question(self) -> Question | None:
        """What the charts were asked last."""
        return self._asked

    def set_narrow(self, narrow: bool) -> None:
        """Less room around the cards."""
        edge = L if narrow else XL
        self._column.setContentsMargins(edge, M, edge, edge)

    def set_tokens(self, tokens: Tokens) -> None:
        """Another theme."""
        for card in self.cards.values():
            card.set_tokens(tokens)

    def read(self, question: Question, before: str) -> None:
        """Ask all charts; answers to what was asked earlier are dropped."""
        self._asked, self._before = question, before
        for spec in self.specs:
            self._read(spec)

    def caption(self, title: str = "") -> Caption:
        """What is printed around the charts."""
        period = period_words(self._asked.period) if self._asked is not None else ""
        return Caption(period, self._before, self._saving.made(), title, self._asked)

    def save(self, kind: str, title: str) -> None:
        """Write all charts to one file."""
        self._saving.save(kind, self._sheets(), self.caption(title))

    def print(self, title: str) -> None:
        """Put all charts on paper."""
        self._saving.print(self._sheets(), self.caption(title))

    def _sheets(self) -> list[Sheet]:
        return [sheet for card in self.cards.values() for sheet in card.sheets]

    def stop(self) -> None:
        """Nobody looks any more."""
        for handle in self._handles.values():
            handle.cancel()
        self._handles.clear()

    def _read(self, spec: ChartSpec) -> None:
        question = self._asked
        if question is None:
            return
        earlier = self._handles.pop(spec.key, None)
        if earlier is not None:
            earlier.cancel()
        self.cards[spec.key].show_waiting()
        self._handles[spec.key] = self._context.operations.query(
            self,
            lambda session: spec.read(session, question),
            lambda data: self._show(spec, question, data),
            failed=lambda error: self._fail(spec, question, error),
        )

    def _show(self, spec: ChartSpec, question: Question, data: ChartData) -> None:
        if question is self._asked:
            self.cards[spec.key].set_data(data, self._before)
            self._over(spec)

    def _fail(self, spec: ChartSpec, question: Question, error: CrmError) -> None:
        if question is self._asked:
            self.cards[spec.key].set_error(error, lambda: self._read(spec))
            self._over(spec)

    def _over(self, spec: ChartSpec) -> None:
        self._handles.pop(spec.key, None)
        if not self._handles:
            self.came.emit()


def _is_wide(spec: ChartSpec) -> bool:
    """Charts over time and the months of retention need the whole row."""
    return spec.by_step or spec.key == "cohorts"

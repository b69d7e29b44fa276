"""The charts of one group, each of which reads and shows for itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from time import monotonic
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
    from sqlalchemy.orm import Session

    from ui.context import Signed
    from ui.handles import Handle

LETTERS = 42
SLOW_S = 1.0
"""Charts that take longer do not follow each change: with many at work they would never be done."""


class GroupView(QWidget):
    """Built when it is first opened. `came` is told when the last of its charts has its figures or an error."""

    opened = Signal(object)
    came = Signal()

    def __init__(self, context: Signed, specs: Sequence[ChartSpec], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.specs = tuple(specs)
        self.cards: dict[str, ChartCard] = {}
        self._jobs: dict[str, list[ChartSpec]] = {}  # what tells the same rows is read at once
        self._handles: dict[str, Handle] = {}
        self._changed: set[str] = set()  # jobs whose rows have changed since they were read
        self._slow: set[str] = set()  # jobs that take too long to follow each change
        self._missing: set[str] = set()  # jobs that nobody waited for
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
            job = spec.rows or spec.key
            self._jobs.setdefault(job, []).append(spec)
            card.cancel_wanted.connect(lambda job=job: self._cancel(job))
            card.again_wanted.connect(lambda job=job: self._read(job))
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
        for job in self._jobs:
            self._read(job)

    def note(self, subjects: Iterable[str]) -> None:
        """Rows have changed: what was read of them is of before."""
        self._changed |= {
            job for job, specs in self._jobs.items() if any(set(subjects) & set(spec.follows) for spec in specs)
        }

    def follow(self, question: Question) -> None:
        """Read again what has changed; of what takes long, only say that it has."""
        changed, self._changed = self._changed, set()
        missing, self._missing = self._missing, set()
        self._asked = question
        for job in self._jobs:
            if job in missing or (job in changed and job not in self._slow):
                self._read(job)
            elif job in changed:
                for spec in self._jobs[job]:
                    self.cards[spec.key].set_stale()

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
        """Nobody looks any more; what is missing is read when somebody does."""
        for job, handle in self._handles.items():
            handle.cancel()
            self._missing.add(job)
            for spec in self._jobs[job]:
                self.cards[spec.key].reading.stop()
        self._handles.clear()

    def _read(self, job: str) -> None:
        question, specs = self._asked, self._jobs[job]
        if question is None:
            return
        earlier = self._handles.pop(job, None)
        if earlier is not None:
            earlier.cancel()
        self._changed.discard(job)
        for spec in specs:
            self.cards[spec.key].show_reading()

        def work(session: Session) -> tuple[list[ChartData], float]:
            began = monotonic()
            return [spec.read(session, question) for spec in specs], monotonic() - began

        self._handles[job] = self._context.operations.query(
            self, work, lambda found: self._show(job, *found), failed=lambda error: self._fail(job, error)
        )

    def _cancel(self, job: str) -> None:
        handle = self._handles.pop(job, None)
        if handle is not None:
            handle.cancel()
            for spec in self._jobs[job]:
                self.cards[spec.key].show_stopped()

    def _show(self, job: str, found: list[ChartData], seconds: float) -> None:
        slow = seconds >= SLOW_S
        (self._slow.add if slow else self._slow.discard)(job)
        for spec, data in zip(self._jobs[job], found, strict=True):
            self.cards[spec.key].set_data(data, self._before, slow=slow)
        self._over(job)

    def _fail(self, job: str, error: CrmError) -> None:
        for spec in self._jobs[job]:
            self.cards[spec.key].set_error(error, lambda: self._read(job))
        self._over(job)

    def _over(self, job: str) -> None:
        self._handles.pop(job, None)
        if not self._handles:
            self.came.emit()


def _is_wide(spec: ChartSpec) -> bool:
    """Charts over time and the months of retention need the whole row."""
    return spec.by_step or spec.key == "cohorts"

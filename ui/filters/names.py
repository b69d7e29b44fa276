"""Who and what the ids in filters stand for: people who work here, and segments."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from crm_desktop.customers.suggestions import Person, Suggestions, suggestions
from crm_desktop.segments.queries import segment_names
from crm_desktop.segments.rows import SegmentName
from crm_desktop.views.names import ids_in, names_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from crm_desktop.errors import CrmError
    from ui.context import Signed
    from ui.operations import DataChange


@dataclass(frozen=True)
class Known:
    """What can be chosen. `names` has everything by its id as text."""

    people: tuple[Person, ...] = ()
    segments: tuple[SegmentName, ...] = ()
    suggestions: Suggestions = field(default_factory=Suggestions)
    others: Mapping[str, str] = field(default_factory=dict)
    """Customers, contacts and imports that some filter has named, by their ids as text."""

    @property
    def names(self) -> dict[str, str]:
        """What each id stands for."""
        return {
            **self.others,
            **{str(person.id): person.name for person in self.people},
            **{str(segment.id): segment.name for segment in self.segments},
        }


def read(session: Session) -> Known:
    """Read all of it."""
    found = suggestions(session)
    return Known(found.people, segment_names(session), found)


class Names(QObject):
    """Reads when first asked, and again when people or segments have changed."""

    changed = Signal()

    def __init__(self, context: Signed, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._asked = False
        self._read = False
        self._looked_for: set[UUID] = set()
        self._waiting: list[Callable[[Known], None]] = []
        self.known = Known()
        context.operations.data_changed.connect(self._on_change)

    def ask(self) -> None:
        """Read unless that has been done."""
        if not self._asked:
            self._asked = True
            self._context.operations.query(self, read, self._take, failed=self._failed)

    def resolve(self, given: Sequence[Mapping[str, Any]]) -> None:
        """Read what the ids in these conditions stand for, unless it is known or has been looked for."""
        if not given:
            return
        self.ask()
        wanted = {each for each in ids_in(given) if each not in self._looked_for}
        if wanted:
            self._looked_for |= wanted
            self._context.operations.query(
                self, lambda session: names_of(session, wanted), self._add, failed=lambda _error: None
            )

    def _add(self, found: dict[str, str]) -> None:
        if found:
            self.known = replace(self.known, others={**self.known.others, **found})
            self.changed.emit()

    def when_known(self, then: Callable[[Known], None]) -> None:
        """Call `then` with what is known, now or as soon as it has been read (empty when that fails)."""
        if self._read:
            then(self.known)
        else:
            self._waiting.append(then)
            self.ask()

    @property
    def by_id(self) -> Mapping[str, str]:
        """What each id stands for, as far as it is known."""
        return self.known.names

    def _take(self, known: Known) -> None:
        self.known, self._read = replace(known, others=self.known.others), True
        self.changed.emit()
        self._tell()

    def _failed(self, _error: CrmError) -> None:
        self._asked = False  # names stay unknown; the list itself says what is wrong
        self._tell()

    def _tell(self) -> None:
        waiting, self._waiting = self._waiting, []
        for then in waiting:
            then(self.known)

    def _on_change(self, change: DataChange) -> None:
        if self._asked and change.concerns("users", "segments"):
            self._asked = False
            self.ask()

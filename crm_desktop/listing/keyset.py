"""The order of a list as SQL: rows that have the sort key first, then the blank ones, each in (key, id) order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, or_, tuple_

from .source import Columns, SortKey


class Start(NamedTuple):
    """The first row of a page, or of the blank rows: its place in the list, its key and its id."""

    position: int
    blank: bool
    key: Any
    id: Any


@dataclass(frozen=True)
class Order:
    """A sort key with its direction."""

    sort: SortKey
    descending: bool

    def segment(self, columns: Columns, blank: bool) -> ColumnElement[bool]:
        """The rows that have the key, or those that lack it."""
        return self.sort.is_blank(columns) if blank else self.sort.is_filled(columns)

    def by_index(self, columns: Columns) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
        """The order within a segment: the index's own, read forwards or backwards."""
        key, identity = self.sort.key(columns), columns.id
        return (key.desc(), identity.desc()) if self.descending else (key.asc(), identity.asc())

    def overall(self, columns: Columns) -> tuple[ColumnElement[Any], ...]:
        """The order of the whole list. No index has it, so that it cannot lure the planner into walking one."""
        return (self.sort.is_blank(columns).asc(), *self.by_index(columns))

    def sorting_values(self, columns: Columns) -> tuple[ColumnElement[Any], ...]:
        """What `directed` needs of each row to bring them into the overall order."""
        return (self.sort.is_blank(columns), self.sort.key(columns), columns.id)

    def directed(self, values: Sequence[ColumnElement[Any]]) -> tuple[ColumnElement[Any], ...]:
        """The order by any ranks and then by the sorting values."""
        *ahead, key, identity = values
        last = (key.desc(), identity.desc()) if self.descending else (key.asc(), identity.asc())
        return (*(value.asc() for value in ahead), *last)

    def from_here(self, columns: Columns, start: Start, *, inclusive: bool) -> ColumnElement[bool]:
        """The rows of the start's segment from it on.

        One comparison of (key, id) and nothing beside it: of two lower bounds PostgreSQL may start at the worse one.
        """
        if start.blank:
            identity = columns.id
            beyond: ColumnElement[bool]
            if self.descending:
                beyond = identity <= start.id if inclusive else identity < start.id
            else:
                beyond = identity >= start.id if inclusive else identity > start.id
            return and_(self.sort.is_blank(columns), beyond)
        here, there = self._pair(columns), self._values(start, columns)
        if self.descending:
            beyond = here <= there if inclusive else here < there
            return and_(self.sort.is_filled(columns), beyond) if self.sort.blank is not None else beyond
        ahead: ColumnElement[bool] = here >= there if inclusive else here > there
        return ahead

    def beyond(self, columns: Columns, start: Start) -> ColumnElement[bool]:
        """All rows that come after `start`, those that lack the key among them."""
        rest = self.from_here(columns, start, inclusive=False)
        return rest if start.blank else or_(rest, self.sort.is_blank(columns))

    def before(self, columns: Columns, end: Start) -> ColumnElement[bool]:
        """The rows that come before `end` in its segment."""
        here, there = (columns.id, end.id) if end.blank else (self._pair(columns), self._values(end, columns))
        ahead: ColumnElement[bool] = here > there if self.descending else here < there
        return ahead

    def _pair(self, columns: Columns) -> Any:
        return tuple_(self.sort.key(columns), columns.id)

    def _values(self, start: Start, columns: Columns) -> Any:
        return tuple_(start.key, start.id, types=[self.sort.key(columns).type, columns.id.type])

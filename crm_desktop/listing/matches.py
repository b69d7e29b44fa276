"""What a search and a filter leave of a table, in which order: as SQL, whichever way the rows are fetched."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import Any, Generic

from sqlalchemy import ColumnElement, Connection, FromClause, and_, true

from .filter_segments import names_segments, with_segments
from .filter_sql import conjuncts, search_sql, to_sql
from .filters import Condition, Node, parse
from .keyset import Order
from .narrowing import Share, ranked, share_of_matches
from .periods import Clock
from .request import ListRequest, Row
from .search import terms
from .source import Source

MOST_PARTS = 8


class Matches(Generic[Row]):
    """The rows of one request. Whoever fetches them asks for those `as_of` now."""

    def __init__(self, source: Source[Row], request: ListRequest, clock: Clock) -> None:
        self.source = source
        self.words = tuple(terms(request.search))
        self._clock = clock
        self._filter: Node | None = parse(request.filter, source.fields) if request.filter else None
        self._names_segments = self._filter is not None and names_segments(self._filter, source.fields)
        known = request.sort in source.sorts
        self.sort = request.sort if known else source.default_sort
        self.order = Order(source.sorts[self.sort], request.descending if known else source.default_descending)

    def as_of(self, connection: Connection) -> Matches[Row]:
        """These, with the segments that the filter names as they are now."""
        if self._filter is None or not self._names_segments:
            return self
        ready = copy(self)
        ready._filter = with_segments(self._filter, self.source.fields, connection)
        return ready

    @property
    def narrowed(self) -> bool:
        """Whether a search or a filter leaves some rows out."""
        return bool(self.words) or self._filter is not None

    def condition(self, table: FromClause, *, row_by_row: bool = False) -> ColumnElement[bool]:
        """What narrows the list; `row_by_row` where few rows are asked whether they meet it."""
        filters = self._sql(self._filter, table, row_by_row=row_by_row) if self._filter else true()
        return and_(filters, self._search(table))

    def bounds(self, table: FromClause) -> list[ColumnElement[bool]]:
        """Conditions that bound the walk along the sort index."""
        parts = conjuncts(self._filter) if self._filter else []
        fields = (self.sort, *self.source.sorts[self.sort].bounded_by)
        on_the_key = [part for part in parts if isinstance(part, Condition) and part.field in fields]
        return [self._sql(part, table, row_by_row=True) for part in on_the_key]

    def share(self, connection: Connection) -> Share:
        """How much of the table they are, from a sample."""
        return share_of_matches(connection, self.source.table, self._parts)

    def rank(self, table: FromClause) -> tuple[ColumnElement[Any], ...]:
        """What few matches are ranked by, before they are sorted: of a search in the list's own order."""
        source = self.source
        own = self.sort == source.default_sort and self.order.descending == source.default_descending
        if not (self.words and own) or source.search_text is None:
            return ()
        return ranked(self.words, source.search_text(table.c))

    def sorted(self, table: FromClause) -> tuple[ColumnElement[bool], tuple[ColumnElement[Any], ...]]:
        """The order of the list where rows are fetched and sorted, and what joins the table that its key stands in."""
        joined = self.order.sort.joined
        if joined is None:
            return true(), self.order.overall(table.c)
        joining, key = joined(table.c)
        return joining, self.order.directed((key, table.c.id))

    def _parts(self, table: FromClause) -> Sequence[ColumnElement[bool]]:
        """What must hold each on its own, for a sample; of a long filter, the rest is one part."""
        nodes = conjuncts(self._filter) if self._filter else []
        parts = [self._sql(node, table, row_by_row=True) for node in nodes]
        if len(parts) > MOST_PARTS:
            parts = [*parts[: MOST_PARTS - 1], and_(*parts[MOST_PARTS - 1 :])]
        return [*parts, self._search(table)] if self.words else parts

    def _sql(self, node: Node, table: FromClause, *, row_by_row: bool = False) -> ColumnElement[bool]:
        return to_sql(node, self.source.fields, table, self._clock, row_by_row=row_by_row)

    def _search(self, table: FromClause) -> ColumnElement[bool]:
        if not self.words:
            return true()
        if self.source.search_text is not None:
            return search_sql(self.words, self.source.search_text(table.c))
        assert self.source.searched_through is not None
        return self.source.searched_through(table, self.words)

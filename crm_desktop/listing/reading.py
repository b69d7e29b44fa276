"""The rows of a list over one connection, each time by what finds them best.

What a search or a filter leaves is estimated from a sample of the table and, unless it is many for sure, fetched by
what finds it and sorted, up to a cap. Of many, the sort index is walked where they are dense; where they are sparse, or
hide far down the order, they are fetched and sorted too.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Generic
from uuid import UUID

from sqlalchemy import ARRAY, Connection, FromClause, Integer, Select, and_, any_, bindparam, func, literal, select

from .anchors import anchors_by_skipping, anchors_by_window, packed_ids, unpacked_ids
from .keyset import Order, Start
from .matches import Matches
from .narrowing import Share
from .planner import in_index_order
from .request import COUNT_CAP, FIRST_ROWS, Anchors, FirstRows, Row
from .source import Source

MOST_FETCHED = 20 * COUNT_CAP
"""Matches that are not many for sure are fetched up to so many, rather than counted first and fetched again."""
MAX_IDS = 250_000
"""Up to so many matches a narrowed list keeps the ids of all (16 bytes each) and not only those of page starts."""


class Reading(Generic[Row]):
    """Made for one call."""

    def __init__(self, connection: Connection, matches: Matches[Row]) -> None:
        self._connection = connection
        self._matches = matches
        self._source = matches.source
        self._table = matches.source.table
        self._order = matches.order

    def first(self) -> FirstRows[Row]:
        """The first rows and the count, exact up to COUNT_CAP."""
        if not self._matches.narrowed:
            rows = self._top()
            count = self._count_up_to_cap() if len(rows) == FIRST_ROWS else len(rows)
            return FirstRows(rows, min(count, COUNT_CAP + 1), count <= COUNT_CAP)
        found = self._matches.share(self._connection)
        few = None if found.many else self._few(found)
        if few is not None:
            return few
        to_visit = FIRST_ROWS / found.share
        if to_visit < found.fetched and self._order.sort.indexed:
            rows = self._walk(int(min(3 * to_visit, found.fetched)))
            if len(rows) == FIRST_ROWS:
                return FirstRows(rows, COUNT_CAP + 1, False)
        return FirstRows(self._sorted_top(row_by_row=found.row_by_row), COUNT_CAP + 1, False)

    def anchors(self, page_size: int) -> Anchors:
        """The exact number of rows, and where each page starts."""
        connection, table, matches = self._connection, self._table, self._matches
        if not self._order.sort.indexed:
            joining, order = matches.sorted(table)
            ids = packed_ids(connection, table, order, and_(joining, matches.condition(table)))
            return Anchors(len(ids) // 16, (ids,))
        if not matches.narrowed:
            return anchors_by_skipping(connection, table, self._order, page_size)
        found = matches.share(connection)
        met = matches.condition(table, row_by_row=found.row_by_row)
        if found.matches > MAX_IDS:
            return anchors_by_window(connection, table, self._order, met, page_size)
        ids = packed_ids(connection, table, self._order.overall(table.c), met)
        rank = matches.rank(table)
        if rank and len(ids) // 16 <= COUNT_CAP:
            ids = packed_ids(connection, table, (*rank, *self._order.overall(table.c)), met)
        return Anchors(len(ids) // 16, (ids,))

    def page(self, anchors: Anchors, low: int, high: int) -> list[Row]:
        """The rows from place `low` to before `high`."""
        if anchors.keys and isinstance(anchors.keys[0], bytes):
            return self.by_ids(unpacked_ids(anchors.keys[0], low, high))
        starts: Sequence[Start] = anchors.keys
        rows: list[Row] = []
        for number, start in enumerate(starts):
            if not low <= start.position < high:
                continue
            end = starts[number + 1] if number + 1 < len(starts) else None
            limit = (end.position if end else anchors.total) - start.position
            if limit > 0:
                rows += self._range(start, end, limit)
        return rows

    def by_ids(self, ids: Sequence[UUID]) -> list[Row]:
        """Rows in the order of their ids; those that went are left out."""
        if not ids:
            return []
        identity = self._table.c.id
        wanted = literal(list(ids), ARRAY(identity.type))
        statement = select(identity.label("list_id"), *self._source.own_columns).where(identity == any_(wanted))
        found = {row[0]: row[1:] for row in self._connection.execute(statement).all()}
        return self._made([found[each] for each in ids if each in found])

    def is_few(self) -> bool:
        """Whether at most COUNT_CAP match."""
        return self._count_up_to_cap(self._matches.condition(self._table)) <= COUNT_CAP

    def _made(self, found: Sequence[Any]) -> list[Row]:
        """Rows of what was read, and why they were found."""
        rows, words = self._source.make(self._connection, found), self._matches.words
        if words and rows and self._source.explain is not None:
            return self._source.explain(self._connection, rows, words)
        return rows

    def _rows(self, statement: Select[Any]) -> list[Row]:
        return self._made(self._connection.execute(statement).all())

    def _count_up_to_cap(self, *met: Any) -> int:
        some = select(literal(1)).select_from(self._table).where(*met).limit(COUNT_CAP + 1).subquery()
        return self._connection.execute(select(func.count()).select_from(some)).scalar_one()

    def _top(self) -> list[Row]:
        """The first rows of the whole table."""
        if not self._order.sort.indexed:
            return self._sorted_top()
        found: list[Any] = []
        with in_index_order(self._connection):
            for blank in (False, True):
                if len(found) < FIRST_ROWS:
                    found += self._connection.execute(self._segment(blank).limit(FIRST_ROWS)).all()
        return self._made(found[:FIRST_ROWS])

    def _walk(self, steps: int) -> list[Row]:
        """The first matches among so many rows of the sort index. Fewer than FIRST_ROWS says nothing of the others."""
        bounds = self._matches.bounds(self._table)
        if bounds:
            walked, columns = _walked(self._source, self._order, bounds)
        else:
            walked, columns = _walked_unbounded(self._source, self._matches.sort, self._order.descending)
        statement = select(*columns).where(self._matches.condition(walked, row_by_row=True)).limit(FIRST_ROWS)
        with in_index_order(self._connection):
            found = self._connection.execute(statement, {"steps": steps}).all()
        return self._made(found)

    def _segment(self, blank: bool) -> Select[Any]:
        columns = self._table.c
        return (
            select(*self._source.own_columns)
            .where(self._order.segment(columns, blank))
            .order_by(*self._order.by_index(columns))
        )

    def _few(self, share: Share) -> FirstRows[Row] | None:
        """The first rows and the count up to COUNT_CAP when at most MOST_FETCHED match; else None.

        The matches are materialized: planned as if all were wanted, that is by what finds them best, yet not fetched
        beyond the cap. A ranked list has its rank only up to COUNT_CAP.
        """
        table = self._table
        rank = self._matches.rank(table)
        cap = COUNT_CAP if rank else MOST_FETCHED
        values = [*rank, *self._order.sorting_values(table.c)]
        labelled = [value.label(f"place_{number}") for number, value in enumerate(values)]
        met = self._matches.condition(table, row_by_row=share.row_by_row)
        matches = select(*labelled).where(met).cte("matches").prefix_with("MATERIALIZED")
        some = select(matches).limit(cap + 1).subquery("some")
        ordering = self._order.directed(list(some.c))
        found = self._connection.execute(
            select(list(some.c)[-1], func.count().over()).order_by(*ordering).limit(FIRST_ROWS)
        ).all()
        count = found[0][1] if found else 0
        if count > cap:
            return None
        rows = self.by_ids([row[0] for row in found])
        return FirstRows(rows, min(count, COUNT_CAP + 1), count <= COUNT_CAP)

    def _sorted_top(self, *, row_by_row: bool = False) -> list[Row]:
        """The first rows by fetching all matches and keeping the best."""
        joining, order = self._matches.sorted(self._table)
        met = self._matches.condition(self._table, row_by_row=row_by_row)
        return self._rows(select(*self._source.own_columns).where(joining, met).order_by(*order).limit(FIRST_ROWS))

    def _range(self, start: Start, end: Start | None, limit: int) -> list[Row]:
        """The rows from `start` to `end`, which is in another segment or None when the segment's end is meant."""
        columns = self._table.c
        statement = select(*self._source.own_columns).where(
            self._order.from_here(columns, start, inclusive=True),
            self._matches.condition(self._table, row_by_row=True),
        )
        if end is not None and end.blank == start.blank:
            statement = statement.where(self._order.before(columns, end))
        statement = statement.order_by(*self._order.by_index(columns)).limit(limit)
        with in_index_order(self._connection):
            return self._rows(statement)


def _walked(source: Source[Any], order: Order, bounds: Sequence[Any]) -> tuple[FromClause, tuple[Any, ...]]:
    """The first `steps` rows of the sort index within bounds, and a list's columns of them."""
    columns = source.table.c
    rows = (
        select(source.table)
        .where(order.segment(columns, blank=False), *bounds)
        .order_by(*order.by_index(columns))
        .limit(bindparam("steps", type_=Integer))
        .subquery("walked")
    )
    return rows, tuple(source.columns(rows.c))


@cache
def _walked_unbounded(source: Source[Any], sort: str, descending: bool) -> tuple[FromClause, tuple[Any, ...]]:
    return _walked(source, Order(source.sorts[sort], descending), ())

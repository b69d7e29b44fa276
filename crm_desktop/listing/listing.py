"""A long list: its first rows at once, then where each page starts, then any page by one range of an index.

What a search or a filter leaves is estimated from a sample of the table and, unless it is many for sure, fetched by
what finds it and sorted, up to a cap. Of many, the sort index is walked where they are dense; where they are sparse, or
hide far down the order, they are fetched and sorted too.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cache, cached_property
from typing import Any, Generic
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    Select,
    and_,
    any_,
    bindparam,
    func,
    literal,
    select,
    true,
)

from .anchors import anchors_by_skipping, anchors_by_window, packed_ids, unpacked_ids
from .filter_segments import names_segments, with_segments
from .filter_sql import conjuncts, search_sql, to_sql
from .filters import Condition, Node, parse
from .keyset import Order, Start
from .narrowing import Share, ranked, share_of_matches
from .periods import Clock
from .planner import in_index_order
from .request import COUNT_CAP, FIRST_ROWS, PAGE_SIZE, Anchors, FirstRows, ListRequest, Row
from .search import terms
from .source import Source

MOST_PARTS = 8
MOST_FETCHED = 20 * COUNT_CAP
"""Matches that are not many for sure are fetched up to so many, rather than counted first and fetched again."""
MAX_IDS = 250_000
"""Up to so many matches a narrowed list keeps the ids of all (16 bytes each) and not only those of page starts."""


class Listing(Generic[Row]):
    """One request, answered piece by piece. Keeps nothing between calls; any thread may call it."""

    page_size = PAGE_SIZE

    def __init__(self, source: Source[Row], request: ListRequest, clock: Clock | None = None) -> None:
        self.request = request
        self._source = source
        self._clock = clock or Clock()
        self._words = tuple(terms(request.search))
        self._filter: Node | None = parse(request.filter, source.fields) if request.filter else None
        self._names_segments = self._filter is not None and names_segments(self._filter, source.fields)
        known = request.sort in source.sorts
        self._sort = request.sort if known else source.default_sort
        descending = request.descending if known else source.default_descending
        self._order = Order(source.sorts[self._sort], descending)

    def first(self, connection: Connection) -> FirstRows[Row]:
        """The first rows and the count, exact up to COUNT_CAP."""
        return self._ready(connection)._first(connection)

    def anchors(self, connection: Connection) -> Anchors:
        """The exact number of rows, and where each page starts."""
        return self._ready(connection)._anchors(connection)

    def page(self, connection: Connection, anchors: Anchors, index: int) -> list[Row]:
        """The rows of page `index`. Rows that went since the anchors were read are missing, so it may be short."""
        by_id = bool(anchors.keys) and isinstance(anchors.keys[0], bytes)
        return (self if by_id else self._ready(connection))._page(connection, anchors, index)

    def ids(self, connection: Connection) -> list[UUID]:
        """The ids of all rows, in the list's order."""
        table = self._source.table
        packed = packed_ids(connection, table, self._order.overall(table.c), self.condition(connection, table))
        return unpacked_ids(packed, 0, len(packed) // 16)

    def following(self, connection: Connection, after: Start | None, limit: int) -> list[Start]:
        """Where the next `limit` rows after one of them are, or the first ones; fewer at the end of the list.

        For whoever reads a list from its top to its end: in the order that was asked for, never ranked, and without
        anchors. Their `position` says nothing.
        """
        return self._ready(connection)._following(connection, after, limit)

    @property
    def order(self) -> Order:
        """The order that was asked for. A list that is ranked has it only among rows of the same rank."""
        return self._order

    @property
    def narrowed(self) -> bool:
        """Whether a search or a filter leaves some rows out."""
        return self._narrowed

    def places(self, connection: Connection, chosen: ColumnElement[bool] | None = None) -> Select[Any]:
        """Each row's place in the list (from 1) and its id, as a query, for lists too long to be carried about.

        `chosen` leaves only some of the rows."""
        table = self._source.table
        met = self.condition(connection, table)
        order = self._order.overall(table.c)
        if self._ranks:
            some = select(literal(1)).select_from(table).where(met).limit(COUNT_CAP + 1).subquery()
            if connection.execute(select(func.count()).select_from(some)).scalar_one() <= COUNT_CAP:
                order = (*ranked(self._words, self._search_text(table)), *order)
        place = func.row_number().over(order_by=order)
        return select(place, table.c.id).where(met if chosen is None else and_(met, chosen))

    def count(self, connection: Connection) -> int:
        """The exact number of rows, without their places."""
        table = self._source.table
        statement = select(func.count()).select_from(table).where(self.condition(connection, table))
        return connection.execute(statement).scalar_one()

    def present(self, connection: Connection, ids: Collection[UUID]) -> set[UUID]:
        """Those of the ids whose rows the list lets in."""
        identity = self._source.table.c.id
        wanted = literal(list(ids), ARRAY(identity.type))
        met = self.condition(connection, self._source.table)
        return set(connection.execute(select(identity).where(identity == any_(wanted), met)).scalars())

    def condition(self, connection: Connection, table: FromClause) -> ColumnElement[bool]:
        """What narrows the list, as a condition on its table or an alias of it."""
        met: ColumnElement[bool] = self._ready(connection)._condition(table)
        return met

    def _ready(self, connection: Connection) -> Listing[Row]:
        """This listing, with the segments that its filter names as they are now."""
        if self._filter is None or not self._names_segments:
            return self
        ready = Listing(self._source, replace(self.request, filter=None), self._clock)
        ready._filter = with_segments(self._filter, self._source.fields, connection)
        return ready

    def _first(self, connection: Connection) -> FirstRows[Row]:
        if not self._narrowed:
            rows = self._top(connection)
            count = self._count_up_to_cap(connection) if len(rows) == FIRST_ROWS else len(rows)
            return FirstRows(rows, min(count, COUNT_CAP + 1), count <= COUNT_CAP)
        found = self._share(connection)
        few = None if found.many else self._few(connection, found)
        if few is not None:
            return few
        to_visit = FIRST_ROWS / found.share
        if to_visit < found.fetched and self._order.sort.indexed:
            rows = self._walk(connection, int(min(3 * to_visit, found.fetched)))
            if len(rows) == FIRST_ROWS:
                return FirstRows(rows, COUNT_CAP + 1, False)
        return FirstRows(self._sorted_top(connection, row_by_row=found.row_by_row), COUNT_CAP + 1, False)

    def _anchors(self, connection: Connection) -> Anchors:
        table = self._source.table
        if not self._order.sort.indexed:
            joining, order = self._sorted(table)
            ids = packed_ids(connection, table, order, and_(joining, self._condition(table)))
            return Anchors(len(ids) // 16, (ids,))
        if not self._narrowed:
            return anchors_by_skipping(connection, table, self._order, self.page_size)
        found = self._share(connection)
        met = self._condition(table, row_by_row=found.row_by_row)
        if found.matches > MAX_IDS:
            return anchors_by_window(connection, table, self._order, met, self.page_size)
        ids = packed_ids(connection, table, self._order.overall(table.c), met)
        if self._ranks and len(ids) // 16 <= COUNT_CAP:
            order = (*ranked(self._words, self._search_text(table)), *self._order.overall(table.c))
            ids = packed_ids(connection, table, order, met)
        return Anchors(len(ids) // 16, (ids,))

    def _page(self, connection: Connection, anchors: Anchors, index: int) -> list[Row]:
        low, high = index * self.page_size, (index + 1) * self.page_size
        if anchors.keys and isinstance(anchors.keys[0], bytes):
            return self._by_ids(connection, unpacked_ids(anchors.keys[0], low, high))
        starts: Sequence[Start] = anchors.keys
        rows: list[Row] = []
        for number, start in enumerate(starts):
            if not low <= start.position < high:
                continue
            end = starts[number + 1] if number + 1 < len(starts) else None
            limit = (end.position if end else anchors.total) - start.position
            if limit > 0:
                rows += self._range(connection, start, end, limit)
        return rows

    def rows(self, connection: Connection, ids: Sequence[UUID]) -> list[Row]:
        """These rows as they are now, whether or not they still belong to the list."""
        return self._by_ids(connection, ids)

    @property
    def _narrowed(self) -> bool:
        return bool(self._words) or self._filter is not None

    @property
    def _ranks(self) -> bool:
        """Whether few matches are ranked, rather than sorted only: a search in the list's own order."""
        own = self._sort == self._source.default_sort and self._order.descending == self._source.default_descending
        return bool(self._words) and own and self._source.search_text is not None

    def _search_text(self, table: FromClause) -> Any:
        assert self._source.search_text is not None
        return self._source.search_text(table.c)

    def _condition(self, table: FromClause, *, row_by_row: bool = False) -> Any:
        """What narrows the list; `row_by_row` where few rows are asked whether they meet it."""
        filters = self._sql(self._filter, table, row_by_row=row_by_row) if self._filter else true()
        return and_(filters, self._search(table))

    def _sql(self, node: Node, table: FromClause, *, row_by_row: bool = False) -> Any:
        return to_sql(node, self._source.fields, table, self._clock, row_by_row=row_by_row)

    def _share(self, connection: Connection) -> Share:
        return share_of_matches(connection, self._source.table, self._parts)

    def _parts(self, table: FromClause) -> list[Any]:
        """What must hold each on its own, for a sample; of a long filter, the rest is one part."""
        nodes = conjuncts(self._filter) if self._filter else []
        parts = [self._sql(node, table, row_by_row=True) for node in nodes]
        if len(parts) > MOST_PARTS:
            parts = [*parts[: MOST_PARTS - 1], and_(*parts[MOST_PARTS - 1 :])]
        return [*parts, self._search(table)] if self._words else parts

    def _search(self, table: FromClause) -> Any:
        if not self._words:
            return true()
        if self._source.search_text is not None:
            return search_sql(self._words, self._source.search_text(table.c))
        assert self._source.searched_through is not None
        return self._source.searched_through(table, self._words)

    @cached_property
    def _on_the_key(self) -> list[Node]:
        """Conditions that bound the walk along the sort index."""
        parts = conjuncts(self._filter) if self._filter else []
        bounding = (self._sort, *self._source.sorts[self._sort].bounded_by)
        return [part for part in parts if isinstance(part, Condition) and part.field in bounding]

    def _rows(self, connection: Connection, statement: Select[Any]) -> list[Row]:
        return self._made(connection, connection.execute(statement).all())

    def _made(self, connection: Connection, found: Sequence[Any]) -> list[Row]:
        """Rows of what was read, and why they were found."""
        rows = self._source.make(connection, found)
        if self._words and rows and self._source.explain is not None:
            return self._source.explain(connection, rows, self._words)
        return rows

    def _count_up_to_cap(self, connection: Connection) -> int:
        some = select(literal(1)).select_from(self._source.table).limit(COUNT_CAP + 1).subquery()
        return connection.execute(select(func.count()).select_from(some)).scalar_one()

    def _top(self, connection: Connection) -> list[Row]:
        """The first rows of the whole table."""
        if not self._order.sort.indexed:
            return self._sorted_top(connection)
        found: list[Any] = []
        with in_index_order(connection):
            for blank in (False, True):
                if len(found) < FIRST_ROWS:
                    found += connection.execute(self._segment(blank).limit(FIRST_ROWS)).all()
        return self._made(connection, found[:FIRST_ROWS])

    def _walk(self, connection: Connection, steps: int) -> list[Row]:
        """The first matches among so many rows of the sort index. Fewer than FIRST_ROWS says nothing of the others."""
        table = self._source.table
        bounds = [self._sql(part, table, row_by_row=True) for part in self._on_the_key]
        if bounds:
            walked, columns = _walked(self._source, self._order, bounds)
        else:
            walked, columns = _walked_unbounded(self._source, self._sort, self._order.descending)
        statement = select(*columns).where(self._condition(walked, row_by_row=True)).limit(FIRST_ROWS)
        with in_index_order(connection):
            found = connection.execute(statement, {"steps": steps}).all()
        return self._made(connection, found)

    def _segment(self, blank: bool) -> Select[Any]:
        columns = self._source.table.c
        return (
            select(*self._source.own_columns)
            .where(self._order.segment(columns, blank))
            .order_by(*self._order.by_index(columns))
        )

    def _few(self, connection: Connection, share: Share) -> FirstRows[Row] | None:
        """The first rows and the count up to COUNT_CAP when at most MOST_FETCHED match; else None.

        The matches are materialized: planned as if all were wanted, that is by what finds them best, yet not fetched
        beyond the cap. A ranked list has its rank only up to COUNT_CAP.
        """
        cap = COUNT_CAP if self._ranks else MOST_FETCHED
        table = self._source.table
        rank = ranked(self._words, self._search_text(table)) if self._ranks else ()
        values = [*rank, *self._order.sorting_values(table.c)]
        labelled = [value.label(f"place_{number}") for number, value in enumerate(values)]
        met = self._condition(table, row_by_row=share.row_by_row)
        matches = select(*labelled).where(met).cte("matches").prefix_with("MATERIALIZED")
        some = select(matches).limit(cap + 1).subquery("some")
        ordering = self._order.directed(list(some.c))
        found = connection.execute(
            select(list(some.c)[-1], func.count().over()).order_by(*ordering).limit(FIRST_ROWS)
        ).all()
        count = found[0][1] if found else 0
        if count > cap:
            return None
        rows = self._by_ids(connection, [row[0] for row in found])
        return FirstRows(rows, min(count, COUNT_CAP + 1), count <= COUNT_CAP)

    def _sorted_top(self, connection: Connection, *, row_by_row: bool = False) -> list[Row]:
        """The first rows by fetching all matches and keeping the best."""
        table = self._source.table
        joining, order = self._sorted(table)
        met = self._condition(table, row_by_row=row_by_row)
        statement = select(*self._source.own_columns).where(joining, met).order_by(*order)
        return self._rows(connection, statement.limit(FIRST_ROWS))

    def _sorted(self, table: FromClause) -> tuple[ColumnElement[bool], tuple[ColumnElement[Any], ...]]:
        """The order of the list where rows are fetched and sorted, and what joins the table that its key stands in."""
        joined = self._order.sort.joined
        if joined is None:
            return true(), self._order.overall(table.c)
        joining, key = joined(table.c)
        return joining, self._order.directed((key, table.c.id))

    def _range(self, connection: Connection, start: Start, end: Start | None, limit: int) -> list[Row]:
        """The rows from `start` to `end`, which is in another segment or None when the segment's end is meant."""
        columns = self._source.table.c
        statement = select(*self._source.own_columns).where(
            self._order.from_here(columns, start, inclusive=True),
            self._condition(self._source.table, row_by_row=True),
        )
        if end is not None and end.blank == start.blank:
            statement = statement.where(self._order.before(columns, end))
        statement = statement.order_by(*self._order.by_index(columns)).limit(limit)
        with in_index_order(connection):
            return self._rows(connection, statement)

    def _following(self, connection: Connection, after: Start | None, limit: int) -> list[Start]:
        steps = None
        if not self._order.sort.indexed:
            return self._sorted_following(connection, after, limit)
        if self._narrowed:
            found = self._share(connection)
            if limit / found.share >= found.fetched:
                return self._sorted_following(connection, after, limit)
            steps = int(min(3 * limit / found.share, found.fetched))
        places: list[Start] = []
        for blank in (False, True) if after is None or not after.blank else (True,):
            start = after if after is not None and after.blank == blank else None
            walked = self._walked_following(connection, blank, start, limit - len(places), steps)
            if walked is None:
                last = places[-1] if places else after
                return places + self._sorted_following(connection, last, limit - len(places))
            places += walked
            if len(places) == limit:
                break
        return places

    def _walked_following(
        self, connection: Connection, blank: bool, start: Start | None, limit: int, steps: int | None
    ) -> list[Start] | None:
        """By walking the sort index within a segment; None when the matches hide beyond so many steps."""
        table, order = self._source.table, self._order
        met = order.segment(table.c, blank) if start is None else order.from_here(table.c, start, inclusive=False)
        bounds = [self._sql(part, table, row_by_row=True) for part in self._on_the_key]
        ahead = select(table).where(met, *bounds).order_by(*order.by_index(table.c))
        with in_index_order(connection):
            if steps is None:
                key = order.sort.key(table.c)
                found = connection.execute(ahead.with_only_columns(key, table.c.id).limit(limit)).all()
            else:
                rows = ahead.limit(steps).subquery("walked")
                asked = select(order.sort.key(rows.c), rows.c.id).where(self._condition(rows, row_by_row=True))
                found = connection.execute(asked.limit(limit)).all()
                if len(found) < limit:
                    more = connection.execute(ahead.with_only_columns(table.c.id).offset(steps).limit(1)).first()
                    if more is not None:
                        return None
        return [Start(0, blank, key, identity) for key, identity in found]

    def _sorted_following(self, connection: Connection, after: Start | None, limit: int) -> list[Start]:
        """By fetching all matches and keeping the best of those that come after."""
        table, order = self._source.table, self._order
        joining, sorting = self._sorted(table)
        statement = (
            select(order.sort.is_blank(table.c), order.sort.key(table.c), table.c.id)
            .where(joining, self._condition(table), true() if after is None else order.beyond(table.c, after))
            .order_by(*sorting)
            .limit(limit)
        )
        return [Start(0, *row) for row in connection.execute(statement)]

    def _by_ids(self, connection: Connection, ids: Sequence[UUID]) -> list[Row]:
        """Rows in the order of their ids; those that went are left out."""
        if not ids:
            return []
        identity = self._source.table.c.id
        wanted = literal(list(ids), ARRAY(identity.type))
        statement = select(identity.label("list_id"), *self._source.own_columns).where(identity == any_(wanted))
        found = {row[0]: row[1:] for row in connection.execute(statement).all()}
        return self._made(connection, [found[each] for each in ids if each in found])


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

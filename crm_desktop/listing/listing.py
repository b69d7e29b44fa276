"""A long list: its first rows at once, then where each page starts, then any page by one range of an index."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Generic
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Connection, FromClause, Select, and_, any_, func, literal, select

from .anchors import packed_ids, unpacked_ids
from .following import following
from .keyset import Order, Start
from .matches import Matches
from .periods import Clock
from .reading import Reading
from .request import PAGE_SIZE, Anchors, FirstRows, ListRequest, Row
from .source import Source


class Listing(Generic[Row]):
    """One request, answered piece by piece. Keeps nothing between calls; any thread may call it."""

    page_size = PAGE_SIZE

    def __init__(self, source: Source[Row], request: ListRequest, clock: Clock | None = None) -> None:
        self.request = request
        self._source = source
        self._matches = Matches(source, request, clock or Clock())

    def first(self, connection: Connection) -> FirstRows[Row]:
        """The first rows and the count, exact up to COUNT_CAP."""
        return self._reading(connection).first()

    def anchors(self, connection: Connection) -> Anchors:
        """The exact number of rows, and where each page starts."""
        return self._reading(connection).anchors(self.page_size)

    def page(self, connection: Connection, anchors: Anchors, index: int) -> list[Row]:
        """The rows of page `index`. Rows that went since the anchors were read are missing, so it may be short."""
        by_id = bool(anchors.keys) and isinstance(anchors.keys[0], bytes)
        reading = Reading(connection, self._matches) if by_id else self._reading(connection)
        return reading.page(anchors, index * self.page_size, (index + 1) * self.page_size)

    def rows(self, connection: Connection, ids: Sequence[UUID]) -> list[Row]:
        """These rows as they are now, whether or not they still belong to the list."""
        return Reading(connection, self._matches).by_ids(ids)

    def ids(self, connection: Connection) -> list[UUID]:
        """The ids of all rows, in the list's order."""
        table = self._source.table
        packed = packed_ids(connection, table, self.order.overall(table.c), self.condition(connection, table))
        return unpacked_ids(packed, 0, len(packed) // 16)

    def following(self, connection: Connection, after: Start | None, limit: int) -> list[Start]:
        """Where the next `limit` rows after one of them are, or the first ones; fewer at the end of the list.

        For whoever reads a list from its top to its end: in the order that was asked for, never ranked, and without
        anchors. Their `position` says nothing.
        """
        return following(connection, self._matches.as_of(connection), after, limit)

    @property
    def order(self) -> Order:
        """The order that was asked for. A list that is ranked has it only among rows of the same rank."""
        return self._matches.order

    @property
    def narrowed(self) -> bool:
        """Whether a search or a filter leaves some rows out."""
        return self._matches.narrowed

    def places(self, connection: Connection, chosen: ColumnElement[bool] | None = None) -> Select[Any]:
        """Each row's place in the list (from 1) and its id, as a query, for lists too long to be carried about.

        `chosen` leaves only some of the rows."""
        table, matches = self._source.table, self._matches.as_of(connection)
        met, order = matches.condition(table), self.order.overall(table.c)
        rank = matches.rank(table)
        if rank and Reading(connection, matches).is_few():
            order = (*rank, *order)
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
        return self._matches.as_of(connection).condition(table)

    def _reading(self, connection: Connection) -> Reading[Row]:
        return Reading(connection, self._matches.as_of(connection))

"""Which rows an export holds, frozen: as of one moment, in the order of the list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, MetaData, Table, Uuid, func, insert, select, text
from sqlalchemy.dialects import postgresql

from crm_desktop.customers.listed import SOURCE as CUSTOMERS
from crm_desktop.exporting.columns import ExportColumn, Subject
from crm_desktop.exporting.request import ExportRequest
from crm_desktop.interactions.listed import SOURCE as INTERACTIONS
from crm_desktop.listing.listing import Listing
from crm_desktop.listing.periods import Clock
from crm_desktop.listing.selection import condition
from crm_desktop.listing.source import Source
from crm_desktop.orders.listed import SOURCE as ORDERS

SOURCES: dict[Subject, Source[Any]] = {"customers": CUSTOMERS, "interactions": INTERACTIONS, "orders": ORDERS}
_PLACES = Table("crm_export", MetaData(), Column("place", BigInteger), Column("id", Uuid))


class Snapshot:
    """Begins with the transaction: nothing that others save later is seen."""

    def __init__(self, connection: Connection, request: ExportRequest, clock: Clock, zone: str) -> None:
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        connection.execute(text("SELECT set_config('timezone', :zone, true)"), {"zone": zone})
        connection.execute(text("SET LOCAL work_mem = '64MB'"))
        self._source = SOURCES[request.subject]
        self._listing: Listing[Any] = Listing(self._source, request.rows, clock)
        self.is_whole = request.selection is None and not self._listing.narrowed
        self.count = self._listing.count(connection) if self.is_whole else self._freeze(connection, request, clock)

    def _freeze(self, connection: Connection, request: ExportRequest, clock: Clock) -> int:
        """Notes the ids of the rows, each with its place in the list. Returns how many there are."""
        connection.execute(text("CREATE TEMP TABLE crm_export (place bigint, id uuid) ON COMMIT DROP"))
        chosen = None
        if request.selection is not None:
            chosen = condition(connection, request.selection, self._source, clock)
        places = self._listing.places(connection, chosen)
        connection.execute(insert(_PLACES).from_select(["place", "id"], places))
        connection.execute(text("ANALYZE crm_export"))
        return connection.execute(select(func.count()).select_from(_PLACES)).scalar_one()

    def statements(self, columns: Sequence[ExportColumn], values: Sequence[str]) -> list[str]:
        """What to COPY, one after the other. Of a whole list the rows that lack the sort key come in the second part:
        so each part can be read along the sort index."""
        table = self._source.table
        joins = " ".join(dict.fromkeys(column.join for column in columns if column.join))
        head = f"SELECT {', '.join(values)} FROM"
        if not self.is_whole:
            return [f"{head} crm_export e JOIN {table.fullname} t ON t.id = e.id {joins} ORDER BY e.place"]
        alias, order = table.alias("t"), self._listing.order
        found = []
        for blank in (False, True):
            wanted = _literally(order.segment(alias.c, blank))
            ordered = ", ".join(_literally(part) for part in order.by_index(alias.c))
            found.append(f"{head} {table.fullname} t {joins} WHERE {wanted} ORDER BY {ordered}")
        return found


def _literally(expression: Any) -> str:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    return str(expression.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))

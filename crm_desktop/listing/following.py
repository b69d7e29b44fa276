"""A list from its top to its end, some rows after the others, without knowing how many there are."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select, true

from .keyset import Start
from .matches import Matches
from .planner import in_index_order


def following(connection: Connection, matches: Matches[Any], after: Start | None, limit: int) -> list[Start]:
    """Where the next `limit` rows after one of them are, or the first ones; fewer at the end of the list."""
    steps = None
    if not matches.order.sort.indexed:
        return _sorted(connection, matches, after, limit)
    if matches.narrowed:
        found = matches.share(connection)
        if limit / found.share >= found.fetched:
            return _sorted(connection, matches, after, limit)
        steps = int(min(3 * limit / found.share, found.fetched))
    places: list[Start] = []
    for blank in (False, True) if after is None or not after.blank else (True,):
        start = after if after is not None and after.blank == blank else None
        walked = _walked(connection, matches, blank, start, limit - len(places), steps)
        if walked is None:
            last = places[-1] if places else after
            return places + _sorted(connection, matches, last, limit - len(places))
        places += walked
        if len(places) == limit:
            break
    return places


def _walked(
    connection: Connection, matches: Matches[Any], blank: bool, start: Start | None, limit: int, steps: int | None
) -> list[Start] | None:
    """By walking the sort index within a segment; None when the matches hide beyond so many steps."""
    table, order = matches.source.table, matches.order
    met = order.segment(table.c, blank) if start is None else order.from_here(table.c, start, inclusive=False)
    ahead = select(table).where(met, *matches.bounds(table)).order_by(*order.by_index(table.c))
    with in_index_order(connection):
        if steps is None:
            key = order.sort.key(table.c)
            found = connection.execute(ahead.with_only_columns(key, table.c.id).limit(limit)).all()
        else:
            rows = ahead.limit(steps).subquery("walked")
            asked = select(order.sort.key(rows.c), rows.c.id).where(matches.condition(rows, row_by_row=True))
            found = connection.execute(asked.limit(limit)).all()
            if len(found) < limit:
                more = connection.execute(ahead.with_only_columns(table.c.id).offset(steps).limit(1)).first()
                if more is not None:
                    return None
    return [Start(0, blank, key, identity) for key, identity in found]


def _sorted(connection: Connection, matches: Matches[Any], after: Start | None, limit: int) -> list[Start]:
    """By fetching all matches and keeping the best of those that come after."""
    table, order = matches.source.table, matches.order
    joining, sorting = matches.sorted(table)
    statement = (
        select(order.sort.is_blank(table.c), order.sort.key(table.c), table.c.id)
        .where(joining, matches.condition(table), true() if after is None else order.beyond(table.c, after))
        .order_by(*sorting)
        .limit(limit)
    )
    return [Start(0, *row) for row in connection.execute(statement)]

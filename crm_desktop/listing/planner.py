"""The knobs on PostgreSQL's planner, and why.

The planner cannot know how rare the words of a search are, nor how far into an order their rows begin. Left alone it
walks a sort index past a million rows for a rare match, or sorts the whole table for a page of a common one. The lists
count first and then say which way to go.

Nor does it know that the rows of a day lie all over a table: for half of the orders it follows an index row by row,
where reading the table as it lies takes a third of the time. Charts that add up much say so.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text

_SETTINGS = ("enable_seqscan", "enable_bitmapscan", "enable_sort")
_OFF, _ON = (
    text("SELECT " + ", ".join(f"set_config('{name}', '{value}', true)" for name in _SETTINGS))
    for value in ("off", "on")
)


_AS_THEY_LIE, _ANY_WAY = (text(f"SELECT set_config('enable_indexscan', '{value}', true)") for value in ("off", "on"))


@contextmanager
def in_index_order(connection: Connection) -> Iterator[None]:
    """Statements inside read rows in the order of the sort index, one by one, and stop at their limit."""
    connection.execute(_OFF)
    yield
    connection.execute(_ON)  # not after an error: the transaction is over then, and the settings with it


@contextmanager
def as_rows_lie(connection: Connection) -> Iterator[None]:
    """Statements inside read rows in the order of the table: all of it, or the blocks that an index names."""
    connection.execute(_AS_THEY_LIE)
    yield
    connection.execute(_ANY_WAY)

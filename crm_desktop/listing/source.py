"""What a list is made of: a table, its sort keys and its filter fields. Each subject describes its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic

from sqlalchemy import ColumnElement, Connection, FromClause, Table

from .filters import Field
from .request import Row

Columns = Any  # a ColumnCollection: of the table or of an alias of it


@dataclass(frozen=True)
class SortKey:
    """A column indexed together with the id. `blank` is what it holds in a row that lacks it: the least of its values
    ('' or 0), or null. Rows that lack it come last in both directions.

    Conditions on the sorted field bound a walk along its index, and those on `bounded_by`: fields whose conditions have
    a partial index with the same key.

    Where no index of the table has the key (`indexed`), the rows are sorted and the list keeps the ids of all. `joined`
    says where such a key stands in another table: what joins it, and its column, never null; an index there may help.
    """

    key: Callable[[Columns], ColumnElement[Any]]
    blank: str | int | None = None
    bounded_by: tuple[str, ...] = ()
    indexed: bool = True
    joined: Callable[[Columns], tuple[ColumnElement[bool], ColumnElement[Any]]] | None = None

    def is_filled(self, columns: Columns) -> ColumnElement[bool]:
        """Rows that have it."""
        key = self.key(columns)
        return key.is_not(None) if self.blank is None else key > self.blank

    def is_blank(self, columns: Columns) -> ColumnElement[bool]:
        """Rows that lack it."""
        key = self.key(columns)
        return key.is_(None) if self.blank is None else key == self.blank


@dataclass(frozen=True, eq=False)
class Source(Generic[Row]):
    """One kind of list.

    `columns` gives the columns to read from the table, `make` turns what came into rows: a page at a time, so that it
    can ask other tables for what they add by the ids on the page. (A join would be one more thing to plan wrongly.)
    """

    table: Table
    columns: Callable[[Columns], Sequence[ColumnElement[Any]]]
    make: Callable[[Connection, Sequence[Any]], list[Row]]
    sorts: Mapping[str, SortKey]
    default_sort: str
    fields: Mapping[str, Field] = field(default_factory=dict)
    search_text: Callable[[Columns], ColumnElement[str]] | None = None
    searched_through: Callable[[FromClause, Sequence[str]], ColumnElement[bool]] | None = None
    """Where the words of a search are found when the table has no search text of its own."""
    default_descending: bool = False
    explain: Callable[[Connection, list[Row], Sequence[str]], list[Row]] | None = None
    """Adds to a page what shows why the words of a search found its rows, where the rows themselves do not."""

    @cached_property
    def own_columns(self) -> tuple[ColumnElement[Any], ...]:
        """`columns` of the table itself."""
        return tuple(self.columns(self.table.c))

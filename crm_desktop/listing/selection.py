"""Rows of a list that somebody chose: some by their ids, or all that match except some.

Whoever acts on a selection reads `condition` in the transaction that acts, or freezes it first (`frozen.py`): what
matches can be another set a moment later.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Connection, and_, any_, literal, not_

from .listing import Listing
from .periods import Clock
from .request import ListRequest
from .source import Source


@dataclass(frozen=True)
class Selection:
    """`ids` are the chosen rows; with a `request`, all that it lets in, except `excluded`. `count`: as last counted."""

    count: int
    ids: frozenset[UUID] = frozenset()
    request: ListRequest | None = None
    excluded: frozenset[UUID] = frozenset()

    @classmethod
    def of(cls, ids: Iterable[UUID]) -> Selection:
        """Just these rows."""
        chosen = frozenset(ids)
        return cls(len(chosen), chosen)

    @classmethod
    def everything(cls, request: ListRequest, total: int, excluded: Iterable[UUID] = ()) -> Selection:
        """All `total` rows that a request lets in, except some of them."""
        left_out = frozenset(excluded)
        return cls(total - len(left_out), request=request, excluded=left_out)

    def __len__(self) -> int:
        return self.count


def condition(
    connection: Connection, selection: Selection, source: Source[Any], clock: Clock | None = None
) -> ColumnElement[bool]:
    """What is true of the selected rows of the source's table, for a WHERE. InvalidFilter as for the list itself."""
    identity = source.table.c.id
    if selection.request is None:
        return identity == any_(_array(selection.ids, identity))
    matching: ColumnElement[bool] = Listing(source, selection.request, clock).condition(connection, source.table)
    if not selection.excluded:
        return matching
    return and_(matching, not_(identity == any_(_array(selection.excluded, identity))))


def _array(ids: Iterable[UUID], identity: ColumnElement[Any]) -> ColumnElement[Any]:
    return literal(sorted(ids), ARRAY(identity.type))

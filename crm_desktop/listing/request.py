"""What a window asks of a long list, and what it gets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

Row = TypeVar("Row")

PAGE_SIZE = 500
FIRST_ROWS = 200
COUNT_CAP = 1_000
"""Up to so many matches the first answer counts exactly; beyond, the anchors bring the exact count."""


@dataclass(frozen=True)
class ListRequest:
    """Which rows, in which order. `filter` is the filter language (docs/filters.md); None lets every row in."""

    search: str = ""
    filter: Mapping[str, Any] | None = None
    sort: str = "name"
    descending: bool = False


@dataclass(frozen=True)
class ColumnFact:
    """A column of a list: `key` is the row's attribute, `sort` what `ListRequest.sort` takes (None: cannot sort)."""

    key: str
    title: str
    sort: str | None = None


@dataclass(frozen=True)
class FirstRows(Generic[Row]):
    """The top of a list. `count` is exact, or at least COUNT_CAP + 1 when `exact` is False."""

    rows: list[Row]
    count: int
    exact: bool


@dataclass(frozen=True)
class Anchors:
    """Where every page starts, and how many rows there are. What `keys` holds is the listing's own business."""

    total: int
    keys: tuple[Any, ...] = field(repr=False)

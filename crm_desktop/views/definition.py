"""What a view keeps of a list, as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ViewDefinition:
    """`filter` is the filter language as it was saved, usable or not; `columns` is the window's own business."""

    filter: Mapping[str, Any] | None = None
    search: str = ""
    sort: str = ""
    descending: bool = False
    columns: Mapping[str, Any] | None = None

    def stored(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "filter": self.filter,
            "search": self.search,
            "sort": {"key": self.sort, "descending": self.descending},
            "columns": self.columns,
        }


def read_definition(stored: Any) -> ViewDefinition:
    """A definition of whatever is stored: what is not understood is left at nothing."""
    if not isinstance(stored, Mapping):
        return ViewDefinition()
    held, search, columns = stored.get("filter"), stored.get("search"), stored.get("columns")
    sort = stored.get("sort")
    order: Mapping[str, Any] = sort if isinstance(sort, Mapping) else {}
    key = order.get("key")
    return ViewDefinition(
        # A filter that is no object is kept: using it says what is wrong.
        filter=held if isinstance(held, Mapping) else None if held is None else {"all": held},
        search=search if isinstance(search, str) else "",
        sort=key if isinstance(key, str) else "",
        descending=order.get("descending") is True,
        columns=columns if isinstance(columns, Mapping) else None,
    )

"""What a view keeps of a table with its filters and search."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from crm_desktop.views.definition import ViewDefinition
from ui.tables.paged_view import PagedTable

Json = dict[str, Any]


class ViewedFilters(Protocol):
    """The filters above the table."""

    def viewed(self) -> Json | None:
        """What is on, but for whose rows are listed: that is no part of a view."""

    def set_filter(self, wanted: Mapping[str, Any] | None) -> None:
        """Put a filter in place of what was on."""

    def arranged(self, wanted: Mapping[str, Any] | None) -> Json | None:
        """A filter as `viewed` gives it back once it is set. InvalidFilter when it cannot be used."""


@dataclass(frozen=True)
class Search:
    """The words that are searched for, where a view keeps them, and how others are put there."""

    words: Callable[[], str]
    show: Callable[[str], None]


class TableViews:
    """The host of the views of a page with one table."""

    def __init__(self, table: PagedTable, filters: ViewedFilters, search: Search | None = None) -> None:
        self._table, self._filters, self._search = table, filters, search
        self._sorts = {column.sort_key for column in table.model.columns if column.sort_key}

    def view_state(self) -> ViewDefinition:
        """What a view keeps of the list as it is."""
        request, columns = self._table.request, self._table.columns.state()
        words = self._search.words() if self._search else ""
        return ViewDefinition(self._filters.viewed(), words, request.sort, request.descending, columns)

    def show_view(self, wanted: ViewDefinition) -> None:
        """Show the list as a view has it. InvalidFilter, and nothing changes, when its filter cannot be used."""
        self._filters.arranged(wanted.filter)
        if self._search is not None and wanted.search != self._search.words():
            self._search.show(wanted.search)
        if wanted.columns is not None:
            self._table.columns.set_state(wanted.columns)
        if wanted.sort in self._sorts:
            self._table.start_sorted(wanted.sort, wanted.descending)
        self._filters.set_filter(wanted.filter)

    def as_shown(self, wanted: ViewDefinition) -> ViewDefinition:
        """What `view_state` gives once this is shown. InvalidFilter when its filter cannot be used."""
        request, columns = self._table.request, self._table.columns
        known = wanted.sort in self._sorts
        return replace(
            wanted,
            search=wanted.search if self._search else "",
            filter=self._filters.arranged(wanted.filter),
            sort=wanted.sort if known else request.sort,
            descending=wanted.descending if known else request.descending,
            columns=columns.state() if wanted.columns is None else columns.understood(wanted.columns),
        )

"""Pages of rows that a table has at hand. Plain arithmetic and dictionaries, so that it is tested without a window."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Generic

from .request import PAGE_SIZE, Row


class RowCache(Generic[Row]):
    """The pages nearest to what was looked at last.

    Each change of search, filter or sort starts a new generation (`reset`); pages that were asked for by an earlier one
    are dropped when they arrive. `row` is all that a painting table calls: one dictionary look-up.
    """

    def __init__(self, page_size: int = PAGE_SIZE, max_pages: int = 40) -> None:
        if page_size < 1 or max_pages < 1:
            raise ValueError("a cache holds at least one page of one row")
        self.page_size = page_size
        self.max_pages = max_pages
        self.generation = 0
        self._pages: dict[int, list[Row]] = {}  # in the order of their last use
        self._partial: set[int] = set()
        self._asked: set[int] = set()

    def reset(self) -> int:
        """Forgets everything; returns the new generation, to be handed back with each page."""
        self.generation += 1
        self._pages.clear()
        self._partial.clear()
        self._asked.clear()
        return self.generation

    def put(self, generation: int, page: int, rows: Sequence[Row], *, partial: bool = False) -> bool:
        """Takes a page; False when it came too late. A partial one (a list's first rows) is still wanted whole."""
        if generation != self.generation:
            return False
        if partial and page in self._pages and page not in self._partial:
            return False
        self._pages.pop(page, None)
        self._pages[page] = list(rows)
        if partial:
            self._partial.add(page)
        else:
            self._partial.discard(page)
            self._asked.discard(page)
        while len(self._pages) > self.max_pages:
            oldest = next(iter(self._pages))
            del self._pages[oldest]
            self._partial.discard(oldest)
        return True

    def failed(self, generation: int, page: int) -> None:
        """The page did not come: it may be asked for again."""
        if generation == self.generation:
            self._asked.discard(page)

    def row(self, index: int) -> Row | None:
        """The row at `index`, or None while it is not here."""
        page, offset = divmod(index, self.page_size)
        rows = self._pages.get(page)
        return rows[offset] if rows is not None and offset < len(rows) else None

    def wanted(self, first: int, last: int, total: int) -> list[int]:
        """The pages to ask for when rows `first` to `last` of `total` are in sight: theirs, then one each side.

        Pages that were asked for before and are still on their way are left out. Marks what it returns as asked for.
        """
        if total <= 0:
            return []
        last_page = (total - 1) // self.page_size
        top = min(max(first, 0) // self.page_size, last_page)
        bottom = min(max(last, 0) // self.page_size, last_page)
        wanted: list[int] = []
        for page in (*range(top, bottom + 1), bottom + 1, top - 1):
            if not 0 <= page <= last_page:
                continue
            rows = self._pages.pop(page, None)
            if rows is not None:
                self._pages[page] = rows  # used last
            missing = rows is None or (page in self._partial and len(rows) < min(self.page_size, total))
            if missing and page not in self._asked:
                wanted.append(page)
        self._asked.update(wanted)
        return wanted

    def loaded(self) -> Iterator[tuple[int, Row]]:
        """Every row at hand with its index."""
        for page, rows in self._pages.items():
            start = page * self.page_size
            for offset, row in enumerate(rows):
                yield start + offset, row

    def update(self, change: Callable[[Row], Row | None]) -> list[int]:
        """Replaces each row for which `change` gives a new one; returns their indexes."""
        changed: list[int] = []
        for page, rows in self._pages.items():
            for offset, row in enumerate(rows):
                new = change(row)
                if new is not None:
                    rows[offset] = new
                    changed.append(page * self.page_size + offset)
        return changed

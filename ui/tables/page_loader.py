"""Reads a listing in the background: first rows, then the exact count, then the pages somebody looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from crm_desktop.errors import CrmError
from crm_desktop.listing.request import PAGE_SIZE, Anchors, FirstRows
from ui.handles import Handle
from ui.operations import Operations

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from crm_desktop.listing.listing import Listing

AT_ONCE = 2
"""Pages read side by side: more would only queue behind the pool and arrive late."""
REST_MS = 30
"""While somebody drags the scroll bar, pages are asked for when the view rests this long."""


@dataclass(frozen=True)
class Snapshot:
    """A consistent re-reading: the new count and the pages that were in view."""

    total: int
    pages: dict[int, list[Any]]


class PageLoader(QObject):
    """One listing at a time; whatever arrives for an earlier one is dropped by its generation."""

    first_read = Signal(object)
    counted = Signal(int)
    page_read = Signal(int, object)
    rows_read = Signal(object)
    snapshot_read = Signal(object)
    failed = Signal(object)

    def __init__(self, operations: Operations, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._operations = operations
        self._listing: Listing[Any] | None = None
        self._anchors: Anchors | None = None
        self._generation = 0
        self._handles: list[Handle] = []
        self._reading: dict[int, Handle] = {}
        self._wanted: list[int] = []
        self._snapshot: Handle | None = None
        self._since_want = QElapsedTimer()
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.timeout.connect(self._read_wanted)
        self.snapshot_ms = 0
        """How long the last exact count took; refreshing less often than that keeps the server free."""

    @property
    def page_size(self) -> int:
        """Rows per page of the present listing."""
        return self._listing.page_size if self._listing else PAGE_SIZE

    @property
    def ready_for_pages(self) -> bool:
        """Whether any page can be read by its number yet."""
        return self._anchors is not None

    def start(self, listing: Listing[Any]) -> None:
        """Drop what is under way and read the first rows of another listing."""
        self.stop()
        self._listing = listing
        generation = self._generation

        def done(first: FirstRows[Any]) -> None:
            if generation == self._generation:
                self.first_read.emit(first)
                if not first.exact or first.count > len(first.rows):
                    self._count()

        self._submit(lambda session: listing.first(session.connection()), done)

    def stop(self) -> None:
        """Cancel everything under way; late answers are dropped."""
        self._generation += 1
        self._rest.stop()
        for handle in (*self._handles, *([self._snapshot] if self._snapshot else [])):
            handle.cancel()
        self._handles.clear()
        self._snapshot = None
        self._anchors = None
        self._drop_pages()

    def take_waiting(self) -> list[int]:
        """Pages that were wanted and not yet asked for; they are forgotten: the view has moved on."""
        waiting, self._wanted = self._wanted, []
        return waiting

    def want(self, pages: Iterable[int]) -> None:
        """Ask for pages, most wanted first."""
        self._wanted.extend(pages)
        if not self._wanted:
            return
        rested = not self._since_want.isValid() or self._since_want.elapsed() > 3 * REST_MS
        self._since_want.start()
        self._rest.start(0 if rested else REST_MS)

    def reread(self, pages: Iterable[int]) -> None:
        """Read pages again at their present anchors: cheap, right for edits that leave rows where they are."""
        for page in pages:
            if page not in self._reading:
                self._read(page, patient=True)

    def reread_rows(self, ids: Sequence[UUID]) -> None:
        """Read a few rows again: the same for an edit of which one knows the rows."""
        listing, generation = self._listing, self._generation
        if listing is None or not ids:
            return

        def done(rows: list[Any]) -> None:
            if generation == self._generation:
                self.rows_read.emit(rows)

        def failed(_error: CrmError) -> None:
            """The rows on screen stay; the snapshot that follows says it, if it fails as well."""

        self._operations.query(
            self, lambda session: listing.rows(session.connection(), ids), done, failed=failed, patient=True
        )

    def snapshot(self, pages: list[int]) -> None:
        """Read count, anchors and the given pages again, together."""
        listing, generation = self._listing, self._generation
        if listing is None:
            return
        if self._snapshot is not None:
            self._snapshot.cancel()
        began: list[float] = []

        def work(session: Session) -> tuple[Anchors | None, Snapshot]:
            began.append(monotonic())
            connection = session.connection()
            first = listing.first(connection)
            if first.exact and first.count <= len(first.rows):
                return None, Snapshot(first.count, {0: first.rows})
            anchors = listing.anchors(connection)
            last = max(0, (anchors.total - 1) // listing.page_size)
            chosen = sorted({min(page, last) for page in pages})
            return anchors, Snapshot(anchors.total, {page: listing.page(connection, anchors, page) for page in chosen})

        def done(result: tuple[Anchors | None, Snapshot]) -> None:
            if generation != self._generation:
                return
            self._snapshot = None
            self._drop_pages()  # what is on its way was read by the old anchors
            self._anchors, snapshot = result
            self.snapshot_ms = _since(began)
            self.snapshot_read.emit(snapshot)

        def failed(_error: CrmError) -> None:
            self._snapshot = None  # the rows on screen stay; the banner for a lost connection is not ours

        handle = self._operations.query(self, work, done, failed=failed, patient=True)
        self._snapshot = None if handle.over else handle

    def read_ids(self, first: int, last: int, done: Callable[[list[UUID]], None]) -> None:
        """The ids of the rows between two places."""
        listing, anchors, generation = self._listing, self._anchors, self._generation
        if listing is None or anchors is None:
            return
        size = listing.page_size

        def work(session: Session) -> list[UUID]:
            connection = session.connection()
            pages = range(first // size, last // size + 1)
            rows = [row for page in pages for row in listing.page(connection, anchors, page)]
            return [row.id for row in rows[first - pages[0] * size : last + 1 - pages[0] * size]]

        def tell(ids: list[UUID]) -> None:
            if generation == self._generation and anchors is self._anchors:
                done(ids)

        self._operations.query(self, work, tell)

    def read_present(self, ids: frozenset[UUID], done: Callable[[set[UUID]], None]) -> None:
        """Which of these rows the listing still lets in."""
        listing, generation = self._listing, self._generation
        if listing is None:
            return

        def tell(present: set[UUID]) -> None:
            if generation == self._generation:
                done(present)

        self._operations.query(self, lambda session: listing.present(session.connection(), ids), tell,
                               failed=lambda _error: None)  # fmt: skip

    def _drop_pages(self) -> None:
        for handle in self._reading.values():
            handle.cancel()
        self._reading.clear()
        self._wanted.clear()

    def _count(self) -> None:
        listing, generation = self._listing, self._generation
        assert listing is not None
        began: list[float] = []

        def work(session: Session) -> Anchors:
            began.append(monotonic())
            return listing.anchors(session.connection())

        def done(anchors: Anchors) -> None:
            if generation == self._generation:
                self._anchors = anchors
                self.snapshot_ms = _since(began)
                self.counted.emit(anchors.total)

        self._submit(work, done, patient=True)

    def _submit(self, work: Callable[[Session], Any], done: Callable[[Any], None], *, patient: bool = False) -> None:
        generation = self._generation

        def failed(error: CrmError) -> None:
            if generation == self._generation:
                self.failed.emit(error)

        handle = self._operations.query(self, work, done, failed=failed, patient=patient)
        if not handle.over:
            self._handles = [handle]

    def _read_wanted(self) -> None:
        if self._anchors is None:
            return
        while self._wanted and len(self._reading) < AT_ONCE:
            self._read(self._wanted.pop(0))

    def _read(self, page: int, *, patient: bool = False) -> None:
        listing, anchors, generation = self._listing, self._anchors, self._generation
        if listing is None or anchors is None:
            return

        def done(rows: list[Any]) -> None:
            if generation == self._generation:
                self._reading.pop(page, None)
                self.page_read.emit(page, rows)
                self._read_wanted()

        def failed(error: CrmError) -> None:
            if generation == self._generation:
                self._reading.pop(page, None)
                self.failed.emit(error)

        work = _page_work(listing, anchors, page)
        handle = self._operations.query(self, work, done, failed=failed, patient=patient)
        if not handle.over:
            self._reading[page] = handle


def _since(began: Sequence[float]) -> int:
    """Milliseconds since the work began: what it waited before is not what it costs."""
    return round(1000 * (monotonic() - began[0]))


def _page_work(listing: Listing[Any], anchors: Anchors, page: int) -> Callable[[Session], list[Any]]:
    return lambda session: listing.page(session.connection(), anchors, page)

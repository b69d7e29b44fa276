"""Running an import, or trying it out: one transaction through COPY, decided against what is there at its beginning.

Decisions never depend on what the same import wrote before: updates are collected and made at the end, and records
that it created do not count as known. So a dry run, which decides and writes nothing, counts exactly the same."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID, uuid4

from crm_desktop.errors import ImportRefused
from crm_desktop.importing import plan as plans
from crm_desktop.importing.differences import Change, Differences
from crm_desktop.importing.loading import Loading, Tell, begin_batch, end_batch, told_as_cancelled
from crm_desktop.importing.noting import Decided
from crm_desktop.importing.pipeline import Maker
from crm_desktop.importing.plan import Plan
from crm_desktop.importing.report import ImportReport
from crm_desktop.importing.sources import Source, look_at

if TYPE_CHECKING:
    from crm_desktop.database.cancellation import Cancellation
    from crm_desktop.database.engine import Database

Cursor = Any


class Loader(Protocol):
    """One kind of import. The rows of a batch are in the temporary table import_rows."""

    noun: str
    keep_records: bool
    together: bool  # rows belong together, so that they are decided when all have been read
    scratch: str  # a temporary table that is emptied after each batch
    staged: tuple[tuple[str, str], ...]  # column and type
    extra: str  # columns that the database fills, each after a comma
    maker: Maker
    unknown: tuple[str, ...]
    left_out: tuple[str, ...]

    @staticmethod
    def describe(cells: Sequence[str], /) -> tuple[str, tuple[Change, ...]]:
        """A staged row as the name and the fields of a new record."""

    def begin(self, cursor: Cursor, batch_id: UUID) -> None:
        """Makes what is needed once."""

    def decide(self, cursor: Cursor) -> Decided:
        """Compares the batch with what is there."""

    def create(self, cursor: Cursor, decided: Decided) -> int:
        """Saves the rows that are to be created; returns how many."""

    def update(self, cursor: Cursor) -> dict[int, str]:
        """Makes the collected changes; returns the lines of those that somebody else changed meanwhile."""

    def end(self, report: ImportReport) -> None:
        """Adds what this kind knows to the report."""


def loader_of(plan: Plan, source: Source) -> Loader:
    """The loader of the plan's kind. ImportRefused when nothing can be made of the columns."""
    if plan.kind == "contacts":
        from crm_desktop.importing.contacts import ContactLoader

        return ContactLoader(plan, source)
    if plan.kind == "interactions":
        from crm_desktop.importing.interactions import InteractionLoader

        return InteractionLoader(plan, source)
    if plan.kind == "products":
        from crm_desktop.importing.products import ProductLoader

        return ProductLoader(plan, source)
    if plan.kind == "orders":
        from crm_desktop.importing.orders import OrderLoader

        return OrderLoader(plan, source)
    from crm_desktop.importing.customers import CustomerLoader

    return CustomerLoader(plan, source)


def try_out(
    database: Database,
    path: Path,
    plan: Plan,
    *,
    progress: Tell = lambda share, text: None,
    cancelled: Cancellation | None = None,
) -> tuple[ImportReport, Differences]:
    """What `run` would do, row by row; changes nothing. The caller closes the differences."""
    source = look_at(path, plan.properties, plan.kind)
    work = _Import(database, source, plan, progress, cancelled)
    differences = Differences(work.loader.describe)
    work.differences = differences
    try:
        return work.done(), differences
    except BaseException:
        differences.close()
        raise


def run(
    database: Database,
    path: Path,
    plan: Plan,
    *,
    progress: Tell = lambda share, text: None,
    cancelled: Cancellation | None = None,
) -> ImportReport:
    """Imports a file as one transaction; rows that cannot be imported go to a file beside it.

    `progress` gets the share done and a text, and may raise Cancelled. Nothing is kept of an import that is cancelled
    or fails."""
    source = look_at(path, plan.properties, plan.kind)
    return _Import(database, source, plan, progress, cancelled).done()


class _Import:
    """One run. With `differences`, it is tried out."""

    def __init__(
        self, database: Database, source: Source, plan: Plan, progress: Tell, cancelled: Cancellation | None
    ) -> None:
        self.loader = loader_of(plan, source)
        self.differences: Differences | None = None
        self._database = database
        self._source = source
        self._plan = plan
        self._progress = progress
        self._cancelled = cancelled

    def done(self) -> ImportReport:
        began = time.monotonic()
        loading = Loading(self.loader, self._source, self._plan.kind, self._tell, self.differences)
        with (
            told_as_cancelled(self._cancelled),
            loading.refused_forgotten(),
            self._database.raw(self._cancelled) as connection,
            connection.cursor() as cursor,
        ):
            batch_id = uuid4()
            if self.differences is None:
                begin_batch(cursor, batch_id, self._plan.kind, self._source.path.name, self._described())
            loading.load(cursor, batch_id)
            if self.differences is None:
                end_batch(cursor, batch_id, [loading.report])
            else:
                connection.rollback()
        return loading.finished(began, kept=self.differences is None)

    def _tell(self, share: float | None, text: str) -> None:
        """Between two statements there is none to stop: then telling how far it is ends the import."""
        if self._cancelled is not None:
            self._cancelled.raise_if_cancelled()
        self._progress(share, text)

    def _described(self) -> dict[str, Any]:
        """The choices as they are kept with the batch."""
        return {**plans.as_json(self._plan), "header": list(self._source.header), "format": self._source.format}


def require(usable: bool, source: Source, what: str, hint: str) -> None:
    """ImportRefused, with what the first line reads, unless the columns are enough."""
    if not usable:
        header = source.header
        shown = ", ".join(header[:8]) + (", …" if len(header) > 8 else "")
        raise ImportRefused(f"{source.path.name} has no column for {what}. Its first line reads: {shown}.", hint=hint)

"""What became of the rows of a file."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

# More lines than anybody reads are counted, not listed; the refused ones are all in their file.
LISTED = 1_000


@dataclass(frozen=True)
class RowRemark:
    """A line of the file (from 1) and why nothing was made of it."""

    line: int
    reason: str


@dataclass
class ImportReport:
    """Counts of rows, the first LISTED reasons of each kind, and what to know about the file as a whole.

    `at` is when the database counts the import as done; a dry run has no `batch_id`."""

    file: Path
    kind: str = "customers"
    encoding: str = ""
    delimiter: str = ","
    batch_id: UUID | None = None
    at: datetime | None = None
    created: int = 0
    updated: int = 0
    skipped: int = 0
    refused: int = 0
    skipped_rows: list[RowRemark] = field(default_factory=list)
    refused_rows: list[RowRemark] = field(default_factory=list)
    refused_file: Path | None = None
    unchecked_phones: int = 0
    companies: int = 0  # created along with contacts
    unknown_columns: tuple[str, ...] = ()
    left_out_columns: tuple[str, ...] = ()
    remarks: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def rows(self) -> int:
        return self.created + self.updated + self.skipped + self.refused

    def skip(self, line: int, reason: str) -> None:
        self.skipped += 1
        if len(self.skipped_rows) < LISTED:
            self.skipped_rows.append(RowRemark(line, reason))

    def refuse(self, line: int, reason: str) -> None:
        self.refused += 1
        if len(self.refused_rows) < LISTED:
            self.refused_rows.append(RowRemark(line, reason))

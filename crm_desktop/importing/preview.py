"""A first look at a file: its columns with examples, what they were recognised as, and its first rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from crm_desktop.importing.plan import Properties
from crm_desktop.importing.records import Record
from crm_desktop.importing.sources import Source, look_at
from crm_desktop.importing.targets import recognised, suggestion

ROWS = 30
_EXAMPLES = 3
_LONGEST = 200


@dataclass(frozen=True)
class Column:
    """A column of the file. `target` is "" where its name is not known; then `suggestion` may help."""

    name: str
    examples: tuple[str, ...]
    target: str
    suggestion: str


@dataclass(frozen=True)
class Preview:
    """`rows` are the first ROWS records, their cells shortened."""

    source: Source
    columns: tuple[Column, ...]
    rows: tuple[Record, ...]

    @property
    def header(self) -> tuple[str, ...]:
        return self.source.header


def preview(path: Path, properties: Properties, kind: str) -> Preview:
    """Reads the beginning of a file. ImportRefused when nothing can be made of it."""
    source = look_at(path, properties, kind)
    with source.opened() as opened:
        rows = tuple(
            Record(record.line, [_short(cell) for cell in record.cells], record.fault)
            for record in islice(opened, ROWS)
        )
    targets = recognised(kind, source.header)
    columns = tuple(
        _column(kind, name, target, [record.cells[index] for record in rows if index < len(record.cells)])
        for index, (name, target) in enumerate(zip(source.header, targets, strict=True))
    )
    return Preview(source, columns, rows)


def _column(kind: str, name: str, target: str, cells: Sequence[str]) -> Column:
    filled = list(dict.fromkeys(cell.strip() for cell in cells if cell.strip()))
    return Column(name, tuple(filled[:_EXAMPLES]), target, "" if target else suggestion(kind, name, filled[:8]))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"

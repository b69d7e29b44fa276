"""What was decided of the rows of a file, and noting it row by row in a dry run."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from crm_desktop.importing.differences import Differences, Outcome
from crm_desktop.importing.pipeline import Batch


@dataclass
class Decided:
    """What becomes of the rows of a batch; those that are not named are created. Lines lead to reasons and changes."""

    updated: dict[int, str] = field(default_factory=dict)  # changes as JSON
    skipped: dict[int, str] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return len(self.updated) + len(self.skipped) + len(self.refused)


def note(differences: Differences, batch: Batch, decided: Decided) -> None:
    """The rows of a batch in the order of the file."""
    found: list[tuple[int, Any, str, str]] = [
        (record.line, "refused", "", f"{reason}\n{_first_cells(record.cells, record.raw)}")
        for record, reason in batch.refused
    ]
    found += [(line, "skipped", "", reason) for line, reason in batch.skipped]
    for line, text in zip(batch.numbers, batch.lines, strict=True):
        if line in decided.updated:
            found.append((line, "updated", text, decided.updated[line]))
        elif line in decided.skipped:
            found.append((line, "skipped", text, decided.skipped[line]))
        elif line in decided.refused:
            found.append((line, "refused", text, decided.refused[line]))
        else:
            found.append((line, "created", text, ""))
    for line, outcome, row, said in sorted(found, key=lambda each: each[0]):
        differences.add(line, outcome, row, said)


def _first_cells(cells: list[str], raw: str) -> str:
    shown = ", ".join(cell for cell in cells if cell.strip()) or raw
    return " ".join(shown[:400].split())[:200]


def copied_rows(cursor: Any, query: str) -> Iterator[str]:
    """Staged rows as they went there, in the text format of COPY."""
    rest = b""
    with cursor.copy(f"COPY ({query}) TO STDOUT (NULL '')") as copy:
        for block in copy:
            *whole, rest = (rest + bytes(block)).split(b"\n")
            for row in whole:
                yield row.decode("utf-8")


def note_all(
    differences: Differences, copied: Iterator[str], decided: Decided, early: Sequence[tuple[int, str]]
) -> None:
    """Every staged row, and between them those that were refused before."""
    staged = ((int(row.partition("\t")[0]), row, "") for row in copied)
    refused = ((line, "", reason) for line, reason in sorted(early))
    for line, row, reason in heapq.merge(staged, refused, key=lambda each: each[0]):
        if reason:
            differences.add(line, "refused", row, reason)
        else:
            outcome, said = _outcome(decided, line)
            differences.add(line, outcome, row, said)


def _outcome(decided: Decided, line: int) -> tuple[Outcome, str]:
    if line in decided.updated:
        return "updated", decided.updated[line]
    if line in decided.skipped:
        return "skipped", decided.skipped[line]
    if line in decided.refused:
        return "refused", decided.refused[line]
    return "created", ""

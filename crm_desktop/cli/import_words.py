"""What an import says when it is over: for people, and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crm_desktop.importing.differences import Differences
    from crm_desktop.importing.report import ImportReport, RowRemark

SHOWN = 50
"""So many rows of each kind are printed for people; the program gets more."""


def as_json(report: ImportReport, differences: Differences | None) -> dict[str, object]:
    """As `--json` prints it; `differences` of an import that was only tried out."""

    def rows(remarks: list[RowRemark]) -> list[dict[str, object]]:
        return [{"line": remark.line, "reason": remark.reason} for remark in remarks]

    made: dict[str, object] = {
        "file": str(report.file),
        "kind": report.kind,
        "dry_run": differences is not None,
        "encoding": report.encoding,
        "delimiter": report.delimiter,
        "created": report.created,
        "updated": report.updated,
        "skipped": report.skipped,
        "refused": report.refused,
        "unchecked_phones": report.unchecked_phones,
        "skipped_rows": rows(report.skipped_rows),
        "refused_rows": rows(report.refused_rows),
        "refused_file": str(report.refused_file) if report.refused_file else None,
        "unknown_columns": list(report.unknown_columns),
        "left_out_columns": list(report.left_out_columns),
        "remarks": report.remarks,
        "seconds": round(report.seconds, 3),
    }
    if differences is not None:
        made["updated_rows"] = [
            {
                "line": row.line,
                "name": row.name,
                "changes": {change.field: [change.old, change.new] for change in row.changes},
            }
            for row in differences.page("updated", 0, 1_000)
        ]
    return made


def as_text(report: ImportReport, differences: Differences | None) -> str:
    """As a person reads it; `differences` of an import that was only tried out."""
    updated = f"{report.updated:,} updated, " if report.updated else ""
    lines = [f"{report.created:,} created, {updated}{report.skipped:,} skipped, {report.refused:,} refused."]
    if differences is not None:
        lines.insert(0, "Nothing was changed. The import would be:")
        for row in differences.page("updated", 0, SHOWN):
            changes = "; ".join(f"{change.field}: {change.old or '(blank)'} -> {change.new}" for change in row.changes)
            lines.append(f"Line {row.line} updates {row.name}: {changes}")
        if report.updated > SHOWN:
            lines.append(f"... and {report.updated - SHOWN:,} more updated.")
    if report.unchecked_phones:
        lines.append(f"{report.unchecked_phones:,} phone numbers are kept as written: not checked.")
    lines += report.remarks
    if report.unknown_columns:
        lines.append(f"Unknown columns, kept in the notes: {', '.join(report.unknown_columns)}.")
    if report.left_out_columns:
        lines.append(f"Columns left out: {', '.join(report.left_out_columns)}.")
    for word, count, remarks in (
        ("skipped", report.skipped, report.skipped_rows),
        ("refused", report.refused, report.refused_rows),
    ):
        lines += [f"Line {remark.line} {word}: {remark.reason}" for remark in remarks[:SHOWN]]
        if count > SHOWN:
            lines.append(f"... and {count - SHOWN:,} more {word}.")
    if report.refused_file:
        lines.append(f"The refused rows are in {report.refused_file}")
    return "\n".join(lines)

"""From a list on screen, or what is selected in it, to the dialog that exports it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm_desktop.exporting.columns import COLUMNS

if TYPE_CHECKING:
    from crm_desktop.exporting.columns import Subject
    from crm_desktop.listing.selection import Selection
    from ui.context import Signed
    from ui.tables.paged_view import PagedTable
    from ui.tables.selection_bar import SelectionBar


def export_list(context: Signed, table: PagedTable, subject: Subject) -> None:
    """All rows that the list shows, whatever is selected."""
    noun = subject if table.total != 1 else subject.removesuffix("s")
    rows = f"{table.total:,} {noun}" if table.total_is_exact else f"all these {subject}"
    _open(context, table, subject, rows, None)


def export_selected(subject: Subject, context: Signed, selection: Selection, bar: SelectionBar) -> None:
    """The selected rows, for a selection bar."""
    noun = subject if len(selection) != 1 else subject.removesuffix("s")
    _open(context, bar.table, subject, f"{len(selection):,} selected {noun}", selection)


def shown_columns(table: PagedTable, subject: Subject) -> tuple[str, ...]:
    """The keys of the visible columns, from left to right."""
    known = {column.key for column in COLUMNS[subject]}
    return tuple(c.key for c in table.columns.order() if table.columns.is_shown(c.key) and c.key in known)


def _open(context: Signed, table: PagedTable, subject: Subject, rows: str, selection: Selection | None) -> None:
    from ui.exporting.export_dialog import ExportDialog

    if not context.capabilities.export:
        context.notices.info("Your account may not export. Ask an administrator.")
        return
    dialog = ExportDialog(
        context, table.window(), subject, table.request, shown_columns(table, subject), rows, selection
    )
    dialog.finished.connect(lambda _result: dialog.deleteLater())
    dialog.open()

"""What can be done with marked customers, in the order of the bar. Another action is one more entry.

What an action needs is imported when it is run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.tables.selection_bar import SelectionAction

if TYPE_CHECKING:
    from crm_desktop.listing.selection import Selection
    from ui.context import Signed
    from ui.tables.selection_bar import SelectionBar


def _edit(context: Signed, selection: Selection, bar: SelectionBar) -> None:
    from ui.customers.bulk_edit_dialog import edit_selected

    edit_selected(context, selection, bar)


def _export(context: Signed, selection: Selection, bar: SelectionBar) -> None:
    from ui.exporting.open_export import export_selected

    export_selected("customers", context, selection, bar)


def _delete(context: Signed, selection: Selection, bar: SelectionBar) -> None:
    from ui.customers.bulk_delete_dialog import delete_selected

    delete_selected(context, selection, bar)


def _enrol(context: Signed, selection: Selection, bar: SelectionBar) -> None:
    from ui.loyalty.bulk_enrol_dialog import enrol_selected

    enrol_selected(context, selection, bar)


def _merge(context: Signed, selection: Selection, bar: SelectionBar) -> None:
    from ui.duplicates.merge_dialog import merge_selected

    merge_selected(context, selection, bar)


ACTIONS: tuple[SelectionAction, ...] = (
    SelectionAction(
        "Edit…",
        "edit",
        lambda may: may.edit_customers,
        _edit,
        tooltip="Change status, type, tags, source or responsible employee",
    ),
    SelectionAction(
        "Merge…", "merge", lambda may: may.merge_customers, _merge, "Make one customer of them", least=2, most=20
    ),
    SelectionAction("Enrol…", "loyalty", lambda may: may.edit_customers, _enrol, "Enrol in the loyalty programme"),
    SelectionAction("Export", "export", lambda may: may.export, _export, "Write the selected customers to a file"),
    SelectionAction("Delete…", "delete", lambda may: may.delete_customers, _delete, dangerous=True),
)

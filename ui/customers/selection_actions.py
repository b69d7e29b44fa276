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


def _export(context: Signed, selection: Selection, bar: SelectionBar) -> None:
    from ui.exporting.open_export import export_selected

    export_selected("customers", context, selection, bar)


ACTIONS: tuple[SelectionAction, ...] = (
    SelectionAction("Export", "export", lambda may: may.export, _export, "Write the selected customers to a file"),
)

"""What can be done with marked customers, in the order of the bar. Another action is one more entry.

What an action needs is imported when it is run.
"""

from __future__ import annotations

from ui.tables.selection_bar import SelectionAction

ACTIONS: tuple[SelectionAction, ...] = ()

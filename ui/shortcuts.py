"""Every key of the program, in one place: screens bind them from here and F1 draws its map from here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget


@dataclass(frozen=True)
class Key:
    """`keys` as QKeySequence reads them; the first is the one that hints show."""

    name: str
    group: str
    text: str
    keys: tuple[str, ...]
    bound_by_qt: bool = False  # a key that Qt itself or a widget handles: listed, never bound


EVERYWHERE, LISTS, RECORDS, DIALOGS, FIELDS = "Everywhere", "Lists", "Customer card", "Dialogs", "Tables and fields"
FOLLOW_UPS, CHARTS = "Follow-ups", "Charts"
GROUPS = (EVERYWHERE, LISTS, FOLLOW_UPS, RECORDS, CHARTS, DIALOGS, FIELDS)

KEYS = (
    Key("help", EVERYWHERE, "Show this map", ("F1",)),
    Key("palette", EVERYWHERE, "Find a command or a customer", ("Ctrl+K",)),
    Key("search", EVERYWHERE, "Search customers", ("Ctrl+F",)),
    Key("new_customer", EVERYWHERE, "Add a customer", ("Ctrl+N",)),
    Key("log_interaction", EVERYWHERE, "Log an interaction", ("Ctrl+I", "Ctrl+Shift+N")),
    Key("tab_customers", EVERYWHERE, "Go to Customers", ("Ctrl+1",)),
    Key("tab_interactions", EVERYWHERE, "Go to Interactions", ("Ctrl+2",)),
    Key("tab_analytics", EVERYWHERE, "Go to Analytics", ("Ctrl+3",)),
    Key("tab_follow_ups", EVERYWHERE, "Go to Follow-ups", ("Ctrl+4",)),
    Key("tab_segments", EVERYWHERE, "Go to Segments", ("Ctrl+5",)),
    Key("tab_loyalty", EVERYWHERE, "Go to Loyalty", ("Ctrl+6",)),
    Key("tab_orders", EVERYWHERE, "Go to Orders", ("Ctrl+7",)),
    Key("tab_duplicates", EVERYWHERE, "Go to Duplicates", ("Ctrl+8",)),
    Key("tab_data_quality", EVERYWHERE, "Go to Data quality", ("Ctrl+9",)),
    Key("export", EVERYWHERE, "Export the list", ("Ctrl+Shift+E",)),
    Key("import", EVERYWHERE, "Import a file", ("Ctrl+Shift+I",)),
    Key("undo", EVERYWHERE, "Undo what you did last", ("Ctrl+Z",)),
    Key("redo", EVERYWHERE, "Redo", ("Ctrl+Shift+Z", "Ctrl+Y")),
    Key("message", EVERYWHERE, "To the message at the lower edge, which Esc dismisses", ("F6",)),
    Key("refresh", EVERYWHERE, "Load again", ("F5",)),
    Key("settings", EVERYWHERE, "Settings", ("Ctrl+,",)),
    Key("lock", EVERYWHERE, "Lock the window", ("Ctrl+L",)),
    Key("quit", EVERYWHERE, "Quit", ("Ctrl+Q",)),
    Key("enter_rows", LISTS, "From the search to what it found", ("Return", "Down"), bound_by_qt=True),
    Key("previous_record", LISTS, "Previous record", ("Ctrl+Up",)),
    Key("next_record", LISTS, "Next record", ("Ctrl+Down",)),
    Key("filters", LISTS, "Build a filter", ("Ctrl+Shift+F",)),
    Key("open", LISTS, "Open the selected record", ("Return",), bound_by_qt=True),
    Key("delete", LISTS, "Delete the selected interaction, order or product", ("Delete",)),
    Key("follow_up_done", FOLLOW_UPS, "Done", ("D",)),
    Key("follow_up_outcome", FOLLOW_UPS, "Done, and say what came of it", ("Shift+D",)),
    Key("follow_up_next", FOLLOW_UPS, "Done, and schedule the next one", ("N",)),
    Key("follow_up_snooze", FOLLOW_UPS, "Snooze", ("S",)),
    Key("follow_up_reassign", FOLLOW_UPS, "Reassign", ("R",)),
    Key("follow_up_edit", FOLLOW_UPS, "Open to read or edit", ("E", "F2", "Ctrl+E")),
    Key("follow_up_customer", FOLLOW_UPS, "Show the customer", ("C",)),
    Key("edit", RECORDS, "Edit", ("Ctrl+E", "F2")),
    Key("add_contact", RECORDS, "Add a contact of the company", ("Ctrl+Shift+A",)),
    Key("remove_contact", RECORDS, "Remove the contact in focus", ("Delete",), bound_by_qt=True),
    Key("next_card_tab", RECORDS, "Next tab of the card", ("Ctrl+PgDown",)),
    Key("previous_card_tab", RECORDS, "Previous tab of the card", ("Ctrl+PgUp",)),
    Key("print", RECORDS, "Print", ("Ctrl+P",)),
    Key("close_card", RECORDS, "Close the card", ("Esc",)),
    Key("walk_chart", CHARTS, "Next and previous value", ("Left", "Right", "Up", "Down"), bound_by_qt=True),
    Key("chart_ends", CHARTS, "First and last value", ("Home", "End"), bound_by_qt=True),
    Key("open_value", CHARTS, "Show the customers behind a value", ("Return",), bound_by_qt=True),
    Key("copy_figures", CHARTS, "Copy the whole table of a chart", ("Ctrl+C",), bound_by_qt=True),
    Key("move_line", DIALOGS, "Move a line of an order up or down", ("Alt+Up", "Alt+Down"), bound_by_qt=True),
    Key("remove_line", DIALOGS, "Remove a line of an order", ("Alt+Del",), bound_by_qt=True),
    Key("save", DIALOGS, "Save and go on", ("Ctrl+S",)),
    Key("save_and_close", DIALOGS, "Save and close", ("Ctrl+Return", "Ctrl+Enter")),
    Key("press_main", DIALOGS, "Press the main button of a small dialog", ("Return",), bound_by_qt=True),
    Key("cancel", DIALOGS, "Cancel", ("Esc",), bound_by_qt=True),
    Key("move_field", FIELDS, "Next and previous field or button", ("Tab", "Shift+Tab"), bound_by_qt=True),
    Key("move_row", FIELDS, "Previous and next row", ("Up", "Down"), bound_by_qt=True),
    Key("move_end", FIELDS, "First and last row", ("Ctrl+Home", "Ctrl+End"), bound_by_qt=True),
    Key("edit_cell", FIELDS, "Edit the cell: status, phone or tags", ("F2",), bound_by_qt=True),
    Key("select", FIELDS, "Select the row, or not", ("Space",), bound_by_qt=True),
    Key("select_range", FIELDS, "Select rows up to the next", ("Shift+Up", "Shift+Down"), bound_by_qt=True),
    Key("select_all", FIELDS, "Select all rows", ("Ctrl+A",), bound_by_qt=True),
    Key("copy", FIELDS, "Copy the selected rows", ("Ctrl+C",), bound_by_qt=True),
    Key("open_choice", FIELDS, "Open a list of choices", ("Alt+Down",), bound_by_qt=True),
    Key("press", FIELDS, "Press the button in focus", ("Space",), bound_by_qt=True),
)

_BY_NAME = {key.name: key for key in KEYS}


def key(name: str) -> Key:
    return _BY_NAME[name]


def hint(name: str) -> str:
    """The key as people write it on this system, for tooltips: "Ctrl+N", or ⌘N on a Mac."""
    return QKeySequence(key(name).keys[0]).toString(QKeySequence.SequenceFormat.NativeText)


def bind(
    widget: QWidget,
    name: str,
    slot: Callable[[], object],
    context: Qt.ShortcutContext = Qt.ShortcutContext.WindowShortcut,
) -> list[QShortcut]:
    """Call `slot` when the key is pressed within `context` of `widget`."""
    made = []
    for keys in key(name).keys:
        shortcut = QShortcut(QKeySequence(keys), widget)
        shortcut.setContext(context)
        shortcut.activated.connect(slot)
        made.append(shortcut)
    return made

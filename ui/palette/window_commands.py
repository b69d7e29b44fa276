"""The window's own commands: what its keys do, and what its menu holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING

from ui import shortcuts
from ui.shell.commands import Command
from ui.theme.theme import MODES

if TYPE_CHECKING:
    from ui.context import Signed

ICONS = {
    "search": "search", "new_customer": "customer-add", "log_interaction": "interaction-add", "export": "export",
    "import": "import",
    "tab_customers": "customers", "tab_interactions": "interactions", "tab_analytics": "analytics",
    "tab_follow_ups": "follow-up", "tab_segments": "segments",
    "undo": "undo", "redo": "redo", "refresh": "refresh", "filters": "filter",
}  # fmt: skip
WORDS = {
    "new_customer": "new create contact",
    "log_interaction": "call email meeting note",
    "export": "csv excel vcard save file",
    "import": "csv excel vcard load upload file",
    "refresh": "reload update",
    "filters": "search conditions",
    "tab_analytics": "charts figures",
    "tab_follow_ups": "agenda tasks due",
    "tab_segments": "groups audiences lists",
}
# Keys that only mean something where the focus is.
_ONLY_KEYS = {"palette", "previous_record", "next_record"}
_THEMES = {"system": "Like the system", "light": "Light", "dark": "Dark"}


def window_commands(
    context: Signed, bound: Mapping[str, Callable[[], object]], close: Callable[[], object]
) -> Iterator[Command]:
    """`bound` are the window's keys with what each does: whatever gets a key there is a command here."""
    may = context.capabilities
    refused = {
        name
        for name, allowed in (
            ("new_customer", may.add_customers),
            ("log_interaction", may.log_interactions),
            ("export", may.export),
            ("import", may.add_customers or may.log_interactions),
            ("undo", bool(context.undo.undo_text)),
            ("redo", bool(context.undo.redo_text)),
        )
        if not allowed
    }
    for name, run in bound.items():
        if name not in refused | _ONLY_KEYS:
            title = shortcuts.key(name).text
            yield Command(title, run, ICONS.get(name, "chevron-right"), name, WORDS.get(name, ""))
    yield Command("Settings", context.open_settings, "settings", "settings", "people users preferences appearance")
    yield Command("Keyboard shortcuts", context.show_shortcuts, "shortcuts", "help", "keys map help")
    yield Command("Change password", context.change_password, "lock")
    for mode in MODES:
        yield Command(f"Appearance: {_THEMES[mode]}", partial(_set_theme, context, mode), "sun", "", "theme mode")
    yield Command("Lock the window", context.lock, "lock", "lock")
    yield Command("Sign out", context.sign_out, "sign-out", "", "log out leave")
    yield Command("Quit", close, "close", "quit", "exit close")


def _set_theme(context: Signed, mode: str) -> None:
    context.theme.set_mode(mode)  # type: ignore[arg-type]
    context.preferences.set("theme", mode)

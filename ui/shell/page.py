"""What every page behind a tab is, and what it may ask of the window."""

from collections.abc import Sequence
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.shell.commands import Command
from ui.shell.shape import Shape


class ShellPage(QWidget):
    """One page. It knows nothing of the window: it says what the person wants."""

    can_export = False

    customer_wanted = Signal(object)  # UUID: open this customer's card
    customers_wanted = Signal(object)  # a filter as docs/filters.md writes it: list these customers
    page_wanted = Signal(str)  # the key of another page: bring it to the top
    scope_cleared = Signal()  # show what belongs to all customers again

    def export(self) -> None:
        """Write the list to a file; of pages with `can_export`."""

    def commands(self) -> Sequence[Command]:
        """What the command palette offers while this page is on top, beside what the window has."""
        return ()

    def refresh(self) -> None:
        """Read again what is on screen."""

    def take_focus(self) -> None:
        """The page was asked for by its key: its rows get the keyboard; for pages that have rows."""

    def set_customer(self, customer_id: UUID | None, name: str = "") -> None:
        """Narrow the page to the chosen customer, or let all in; for pages where that means something."""

    def set_shape(self, shape: Shape) -> None:
        """Another width of the window."""

    def open_filters(self) -> None:
        """Let the person filter the list; for pages that have one."""

    def remember(self) -> None:
        """Write down what the page wants to show next time: the window is closing."""

"""The header: search and quick actions, and the menu of the person who is signed in."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from ui.shell.shape import Shape
from ui.shortcuts import hint
from ui.theme import icon
from ui.theme.theme import MODES
from ui.theme.tokens import XL, L, M, S
from ui.widgets.buttons import button, icon_button
from ui.widgets.frames import IconLabel
from ui.widgets.labels import literal, text_label
from ui.widgets.search_field import SearchField

if TYPE_CHECKING:
    from ui.context import Signed

WIDEST_SEARCH = 560
LEAST_SEARCH = 220
HINT = "Search by name, company, email, phone or place"
LONGEST_STEP = 48
SHORT_HINT = "Search customers"


class Header(QWidget):
    """Tells what the person wants; does nothing itself."""

    add_customer = Signal()
    log_interaction = Signal()
    overdue_wanted = Signal()
    palette_wanted = Signal()
    export_wanted = Signal()
    recent_wanted = Signal()
    customer_wanted = Signal(object)  # UUID
    import_file = Signal()

    def __init__(self, context: "Signed", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._shape: Shape | None = None
        self.setProperty("role", "bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.search = SearchField("Search customers", HINT)
        self.search.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._mark = IconLabel("handshake", 26, "accent_text")
        self._name = text_label("CRM", "heading", wrap=False)
        can = context.capabilities
        self._add = button("Add Customer", self.add_customer.emit, kind="primary", icon_name="customer-add")
        self._log = button("Log Interaction", self.log_interaction.emit, icon_name="interaction-add")
        self._add_small = icon_button("customer-add", "Add Customer", self.add_customer.emit, tone="accent_text")
        self._log_small = icon_button("interaction-add", "Log Interaction", self.log_interaction.emit)
        self._add.setToolTip("Add a customer (Ctrl+N)")
        self._log.setToolTip("Log a call, email or meeting with the chosen customer")
        for widget in (self._add, self._add_small):
            widget.setEnabled(can.add_customers)
        for widget in (self._log, self._log_small):
            widget.setEnabled(can.log_interactions)
        self.overdue_button = icon_button("overdue", "", self.overdue_wanted.emit, tone="danger")
        self.overdue_button.setProperty("kind", "overdue")
        self.overdue_button.hide()
        self._menu_button = self._build_menu_button()
        self._brand = QWidget()
        brand = QHBoxLayout(self._brand)
        brand.setContentsMargins(0, 0, 0, 0)
        brand.setSpacing(S)
        brand.addWidget(self._mark)
        brand.addWidget(self._name)
        self._actions = QWidget()
        actions = QHBoxLayout(self._actions)
        actions.setContentsMargins(0, 0, 0, 0)
        actions.setSpacing(S)
        actions.addWidget(self.overdue_button)
        for action in (self._log, self._add, self._log_small, self._add_small, self._menu_button):
            actions.addWidget(action)
        self._grid = QGridLayout(self)
        self._grid.setHorizontalSpacing(L)
        self._grid.setVerticalSpacing(S)
        self.set_shape(Shape.WIDE)

    def set_shape(self, shape: Shape) -> None:
        """One line, or two on a narrow window."""
        if shape is self._shape:
            return
        self._shape = shape
        narrow = shape is Shape.NARROW
        for widget in (self._brand, self.search, self._actions):
            self._grid.removeWidget(widget)
        if narrow:
            self._grid.addWidget(self._brand, 0, 0, Qt.AlignmentFlag.AlignLeft)
            self._grid.addWidget(self._actions, 0, 1, Qt.AlignmentFlag.AlignRight)
            self._grid.addWidget(self.search, 1, 0, 1, 2)
            self._grid.setContentsMargins(L, S, L, M)
        else:
            self._grid.addWidget(self._brand, 0, 0)
            self._grid.addWidget(self.search, 0, 1)
            self._grid.addWidget(self._actions, 0, 2, Qt.AlignmentFlag.AlignRight)
            self._grid.setContentsMargins(XL, M, XL, M)
        self._grid.setColumnStretch(0, 0)
        self._grid.setColumnStretch(1, 3)
        self._grid.setColumnStretch(2, 0 if narrow else 1)
        beside, alone = Qt.ToolButtonStyle.ToolButtonTextBesideIcon, Qt.ToolButtonStyle.ToolButtonTextOnly
        self.overdue_button.setToolButtonStyle(alone if narrow else beside)
        self.search.setPlaceholderText(SHORT_HINT if narrow else HINT)
        self.search.setMaximumWidth(16_777_215 if narrow else WIDEST_SEARCH)
        self._fit()

    def show_overdue(self, count: int) -> None:
        """How many of one's own follow-ups are overdue; none takes the button away."""
        self.overdue_button.setVisible(count > 0)
        self.overdue_button.setText(f"{count:,}" if count < 1_000 else "999+")
        words = f"{count:,} overdue follow-up{'' if count == 1 else 's'}"
        self.overdue_button.setAccessibleName(words)
        self.overdue_button.setToolTip(words)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """Words give way to icons before the header forces the window wider."""
        return QSize(0, super().minimumSizeHint().height())

    def _fit(self) -> None:
        words = self._log.sizeHint().width() + self._add.sizeHint().width()
        if not self.overdue_button.isHidden():
            words += self.overdue_button.sizeHint().width() + S
        needed = (
            self._brand.sizeHint().width()
            + LEAST_SEARCH
            + words
            + self._menu_button.sizeHint().width()
            + 2 * XL
            + 2 * L
            + 2 * S
        )
        small = self._shape is Shape.NARROW or self.width() < needed
        self._add.setHidden(small)
        self._log.setHidden(small)
        self._add_small.setVisible(small)
        self._log_small.setVisible(small)
        self._fit_brand()

    def _fit_brand(self) -> None:
        """The name gives way before a number does."""
        buttons = (self.overdue_button, self._log_small, self._add_small, self._menu_button)
        wanted = sum(each.sizeHint().width() + S for each in buttons if not each.isHidden())
        brand = self._mark.sizeHint().width() + S + self._name.sizeHint().width()
        narrow = self._shape is Shape.NARROW
        self._name.setHidden(narrow and brand + wanted + 2 * L + L > self.width())

    def focus_search(self, text: str = "") -> None:
        """Bring the caret to the search field, e.g. with the first letter already typed elsewhere."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if text:
            self.search.setText(text)
        else:
            self.search.selectAll()

    def _build_menu_button(self) -> QToolButton:
        person = self._context.user
        made = icon_button("owner", f"{person.display_name}: menu")
        made.setText(initials(person.display_name))
        made.setProperty("kind", "avatar")
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        made.setMenu(self._build_menu(made))
        return made

    def _build_menu(self, parent: QWidget) -> QMenu:
        context, person = self._context, self._context.user
        menu = QMenu(parent)
        menu.setAccessibleName("Menu")
        who = menu.addAction(literal(f"{person.display_name} · {person.role.capitalize()}"))
        who.setEnabled(False)
        menu.addSeparator()
        self._entry(menu, "Find a command or customer", "search", self.palette_wanted.emit, hint("palette"))
        self.recent_menu = menu.addMenu(icon("clock-counter-clockwise"), "Recent customers")
        menu.aboutToShow.connect(self.recent_wanted)
        self.show_recent([])
        if context.capabilities.add_customers or context.capabilities.log_interactions:
            self._entry(menu, "Import…", "import", self.import_file.emit, hint("import"))
        if context.capabilities.export:
            self._entry(menu, "Export the list", "export", self.export_wanted.emit, hint("export"))
        menu.addSeparator()
        self._undo = self._entry(menu, "Undo", "undo", context.undo.undo)
        self._redo = self._entry(menu, "Redo", "redo", context.undo.redo)
        menu.aboutToShow.connect(self._name_steps)
        menu.addSeparator()
        self._entry(menu, "Settings", "settings", context.open_settings)
        self._entry(menu, "Change password", "lock", context.change_password)
        menu.addMenu(self._theme_menu(menu))
        self._entry(menu, "Keyboard shortcuts", "shortcuts", context.show_shortcuts, "F1")
        menu.addSeparator()
        self._entry(menu, "Lock", "lock", context.lock, "Ctrl+L")
        self._entry(menu, "Sign out", "sign-out", context.sign_out)
        return menu

    def show_recent(self, customers: Sequence[tuple[UUID, str]]) -> None:
        """Fill the menu of the customers whose cards were opened last."""
        self.recent_menu.clear()
        for customer_id, name in customers:
            action = self.recent_menu.addAction(icon("individual"), literal(name))
            action.triggered.connect(lambda _checked=False, chosen=customer_id: self.customer_wanted.emit(chosen))
        if not customers:
            self.recent_menu.addAction("None yet").setEnabled(False)

    def _name_steps(self) -> None:
        """Undo and Redo say what they would do."""
        history = self._context.undo
        entries = (("Undo", "undo", self._undo, history.undo_text), ("Redo", "redo", self._redo, history.redo_text))
        for word, key, action, text in entries:
            action.setText(f"{word}: {shortened(text)}\t{hint(key)}" if text else f"{word}\t{hint(key)}")
            action.setEnabled(bool(text))

    def _entry(self, menu: QMenu, text: str, glyph: str, call: Callable[[], None], keys: str = "") -> QAction:
        # The keys are shown, not bound here: ui/shortcuts.py binds them once for the window.
        action = menu.addAction(icon(glyph), f"{text}\t{keys}" if keys else text)
        action.triggered.connect(lambda _checked=False: call())
        return action

    def _theme_menu(self, parent: QWidget) -> QMenu:
        theme = self._context.theme
        menu = QMenu("Appearance", parent)
        menu.setIcon(icon("sun"))
        group = QActionGroup(menu)
        for mode in MODES:
            action = menu.addAction({"system": "Like the system", "light": "Light", "dark": "Dark"}[mode])
            action.setCheckable(True)
            action.setChecked(mode == theme.mode)
            action.triggered.connect(lambda _checked=False, chosen=mode: self._choose_theme(chosen))
            group.addAction(action)
        return menu

    def _choose_theme(self, mode: str) -> None:
        self._context.theme.set_mode(mode)  # type: ignore[arg-type]
        self._context.preferences.set("theme", mode)


def shortened(text: str) -> str:
    """A step's text at a length that fits a menu, where & marks a letter."""
    return literal(text if len(text) <= LONGEST_STEP else f"{text[: LONGEST_STEP - 1].rstrip()}…")


def initials(name: str) -> str:
    """Up to two letters that stand for a person."""
    words = [word for word in name.split() if word[:1].isalnum()]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()

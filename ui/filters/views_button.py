"""The button that says which view is on, and its menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from crm_desktop.views.queries import ViewRow
from ui.filters.views import Views
from ui.theme.icons import icon
from ui.widgets.buttons import BESIDE_WORDS, Button
from ui.widgets.labels import literal, tooltip

if TYPE_CHECKING:
    from ui.context import Signed

LONGEST = 24


class ViewsButton(Button):
    """`plural` is what the list shows: "customers"."""

    def __init__(self, context: Signed, views: Views, plural: str, parent: QWidget | None = None) -> None:
        super().__init__("Views", parent)
        self._context, self._views, self._plural = context, views, plural
        self.setIcon(icon("bookmark-simple"))
        self.size_icon(BESIDE_WORDS, 6)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.clicked.connect(lambda _checked=False: self.open_menu())
        views.changed.connect(self._show)
        self._show()

    def open_menu(self) -> None:
        """Show the views, and what can be done with the one that is on."""
        self._views.ask()
        menu = self.menu_now()
        menu.popup(self.mapToGlobal(QPoint(0, self.height())))

    def menu_now(self) -> QMenu:
        """The menu as things stand."""
        views = self._views
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setAccessibleName("Views")
        group = QActionGroup(menu)
        everything = menu.addAction(f"All {self._plural}", views.show_everything)
        everything.setCheckable(True)
        everything.setChecked(views.shows_everything)
        group.addAction(everything)
        mine = [view for view in views.rows if view.is_mine]
        others = [view for view in views.rows if not view.is_mine]
        for title, rows in (("Your views", mine), ("Shared by others", others)):
            if rows:
                menu.addSeparator()
                menu.addAction(title).setEnabled(False)  # the style sheet draws no words on a section's line
            for view in rows:
                group.addAction(self._view_action(menu, view))
        menu.addSeparator()
        self._add_saving(menu)
        if views.current is not None:
            menu.addSeparator()
            self._add_managing(menu, views.current)
        return menu

    def _view_action(self, menu: QMenu, view: ViewRow) -> QAction:
        views = self._views
        text = view.name if view.is_mine else f"{view.name} ({view.owner_name})"
        if view.is_mine and view.is_shared:
            text += " (shared)"
        fault = views.fault(view)
        action = menu.addAction(literal(text), lambda: views.choose(view))
        if fault:
            action.setIcon(icon("warning", "warning"))
            action.setText(literal(f"{text}: cannot be used"))
        action.setCheckable(True)
        action.setChecked(views.current is not None and views.current.id == view.id)
        return action

    def _add_saving(self, menu: QMenu) -> None:
        views, current = self._views, self._views.current
        if current is not None and views.is_modified:
            if current.may_change:
                menu.addAction(icon("save"), literal(f"Save changes to “{current.name}”"), views.save)
            menu.addAction(literal(f"Back to “{current.name}” as saved"), lambda: views.choose(current))
        menu.addAction(icon("add"), "Save as a new view…", self._save_as)

    def _add_managing(self, menu: QMenu, current: ViewRow) -> None:
        views = self._views
        start = menu.addAction("Start with this view")
        start.triggered.connect(views.start_here)
        start.setCheckable(True)
        start.setChecked(views.starts_here)
        if current.is_mine:
            shared = menu.addAction("Share with everybody")
            shared.triggered.connect(views.share)
            shared.setCheckable(True)
            shared.setChecked(current.is_shared)
        if current.may_change:
            menu.addAction(icon("edit"), "Rename…", self._rename)
            menu.addAction(icon("delete", "danger"), literal(f"Delete “{current.name}”"), views.delete)

    def _save_as(self) -> None:
        from ui.filters.view_dialog import ViewDialog

        ViewDialog(self._context, self._views, self.window()).open()

    def _rename(self) -> None:
        from ui.filters.view_dialog import ViewDialog

        ViewDialog(self._context, self._views, self.window(), self._views.current).open()

    def _show(self) -> None:
        view = self._views.current
        name = "Views" if view is None else view.name
        short = name if len(name) <= LONGEST else f"{name[: LONGEST - 1].rstrip()}…"
        changed = self._views.is_modified
        self.setText(literal(f"{short} •" if changed else short))
        self.setAccessibleName("Views" if view is None else f"View: {name}{', changed' if changed else ''}")
        hint = "Choose or save a view" if view is None else f"{name}, changed since it was saved" if changed else name
        self.setToolTip(tooltip(hint))

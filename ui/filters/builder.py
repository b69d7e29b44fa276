"""The filter builder: conditions in groups, and how many match while they are put together."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QResizeEvent, QShowEvent, Qt
from PySide6.QtWidgets import QLayout, QPushButton, QWidget

from crm_desktop.errors import CrmError
from crm_desktop.listing.filters import InvalidFilter
from crm_desktop.listing.request import ListRequest
from ui import shortcuts
from ui.filters.group_editor import GroupEditor, Unfinished
from ui.filters.names import Known
from ui.filters.subjects import FilterSubject
from ui.widgets.dialog import Dialog, ask
from ui.widgets.labels import text_label

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ui.context import Signed
    from ui.handles import Handle

SIDE_BY_SIDE = 80
"""Characters across that field, operator and value need in one line, groups in groups included."""
PAUSE_MS = 250
"""After the last change, before it is counted."""


class FilterBuilder(Dialog):
    """`applied` carries the filter, None for an empty one. `beside` narrows the list as well: the count is of both."""

    applied = Signal(object)

    def __init__(
        self,
        context: Signed,
        parent: QWidget,
        subject: FilterSubject,
        known: Known,
        given: Mapping[str, Any] | None,
        beside: ListRequest | None = None,
    ) -> None:
        super().__init__("Filters", parent, width=820)
        self._context, self._subject = context, subject
        self._beside = beside or ListRequest()
        self._handle: Handle | None = None
        self._touched = False
        self._given = _unwrapped(given)
        self.root = GroupEditor(subject, known)
        self.root.set_value(self._given)
        self.body.addWidget(self.root)
        self.count = text_label("", "muted")
        self.count.setAccessibleName("Matches")
        self.top.insertWidget(1, self.count)
        self.cancel_button = self.add_button("Cancel")
        self.apply_button = self.add_button("Apply", "primary")
        self.cancel_button.clicked.connect(lambda _c=False: self.reject())
        self.apply_button.clicked.connect(lambda _c=False: self.apply())
        shortcuts.bind(self, "save_and_close", self.apply)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._count)
        self.root.changed.connect(self._on_changed)
        self.root.restructured.connect(lambda: QTimer.singleShot(0, self, self._order_focus))
        if not self.root.rows:
            self.root.add_condition()
            self._touched = False
        self._start = self._shown()
        self._count()

    def apply(self) -> None:
        """Use the filter, or say what is still missing, and where."""
        self._tidy()
        try:
            made = self.root.value("")
        except Unfinished as unfinished:
            unfinished.member.say(str(unfinished))
            return
        wanted = self._given if made == self._start else made
        try:
            self._subject.listing(ListRequest(filter=wanted))
        except InvalidFilter as error:
            self._blame(error)
            return
        self.applied.emit(wanted if _holds_anything(wanted) else None)
        self.accept()

    def is_dirty(self) -> bool:
        """Whether anything was changed that has not been applied."""
        shown = self._shown()
        return self._touched if shown is None else shown != self._start

    def reject(self) -> None:
        """Esc, Cancel or the window's own button."""
        text = "The conditions that you changed have not been applied."
        if not self.is_dirty() or ask(self, "Discard your changes?", text, "Discard changes", "Keep editing"):
            super().reject()

    def done(self, result: int) -> None:
        self._pause.stop()
        if self._handle is not None:
            self._handle.cancel()
        super().done(result)

    def _shown(self) -> dict[str, Any] | None:
        """What is in the editors; None while something is missing."""
        try:
            return self.root.value("")
        except Unfinished:
            return None

    def _tidy(self) -> None:
        self.message.clear()
        for member in self.root.members():
            member.say("")

    def _blame(self, error: InvalidFilter) -> None:
        """Show a fault at the row that it is in."""
        held = [each for each in self.root.members() if each.path and error.path.startswith(each.path)]
        if held:
            max(held, key=lambda each: len(each.path)).say(f"{error.fault[:1].upper()}{error.fault[1:]}.")
        else:
            self.message.say(str(error))

    # How many match

    def _on_changed(self) -> None:
        self._touched = True
        self.message.clear()
        self._pause.start()

    def _count(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
        made = self._shown()
        if made is None:
            self._say("Fill in every condition to see how many match.")
            return
        parts = [part for part in (self._beside.filter, made) if part]
        request = ListRequest(search=self._beside.search, filter={"all": parts} if parts else None)
        try:
            listing = self._subject.listing(request)
        except InvalidFilter as error:
            self._blame(error)
            return

        def capped(session: Session) -> tuple[int, bool]:
            first = listing.first(session.connection())
            return first.count, first.exact

        def show(found: tuple[int, bool]) -> None:
            number, exact = found
            self._show_count(number, exact)
            if not exact:
                self._handle = self._context.operations.query(
                    self,
                    lambda session: listing.count(session.connection()),
                    lambda total: self._show_count(total, True),
                    failed=self._failed,
                )

        self._handle = self._context.operations.query(self, capped, show, failed=self._failed)

    def _show_count(self, number: int, exact: bool) -> None:
        shown = f"{number:,}" if exact else f"more than {number - 1:,}"
        noun = self._subject.noun if number == 1 else f"{self._subject.noun}s"
        narrowed = " with the rest that is on" if self._beside.search or self._beside.filter else ""
        self._say(f"{shown} {noun} {'matches' if number == 1 else 'match'}{narrowed}")

    def _say(self, text: str) -> None:
        if text != self.count.text():
            self.count.setText(text)
            self.count.setAccessibleName(text)
            QAccessible.updateAccessibility(QAccessibleEvent(self.count, QAccessible.Event.NameChanged))

    def _failed(self, error: CrmError) -> None:
        self._say("")
        if isinstance(error, InvalidFilter):
            self.message.say(str(error))
        else:
            self.message.say(str(error), error.hint)

    # Layout

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        QTimer.singleShot(0, self, self._fit)  # conditions that wrap know their height only now

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.root.set_narrow(self.width() < self.fontMetrics().averageCharWidth() * SIDE_BY_SIDE)

    def _order_focus(self) -> None:
        """Tab goes through the conditions as they stand, then the buttons."""
        stops = [w for w in _in_order(self.root) if w.focusPolicy() & Qt.FocusPolicy.TabFocus and not w.isHidden()]
        buttons = self._footer.findChildren(QPushButton)
        for before, after in itertools.pairwise([*stops, *buttons]):
            self.setTabOrder(before, after)
        if stops and (self.focusWidget() is None or self.focusWidget() in buttons):
            stops[0].setFocus()


def _in_order(widget: QWidget) -> list[QWidget]:
    """The widgets inside, as their layouts have them."""
    layout = widget.layout()
    if layout is None:
        return [widget]
    if widget.focusProxy() is None and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
        return [widget]
    return _of_layout(layout)


def _of_layout(layout: QLayout) -> list[QWidget]:
    found: list[QWidget] = []
    for place in range(layout.count()):
        item = layout.itemAt(place)
        if item is None:
            continue
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            found += _in_order(widget)
        elif inner is not None:
            found += _of_layout(inner)
    return found


def _unwrapped(given: Mapping[str, Any] | None) -> dict[str, Any]:
    """A group to edit: of `all` with one group in it, that group."""
    if not given:
        return {"all": []}
    members = given.get("all")
    if isinstance(members, list) and len(members) == 1 and "field" not in members[0]:
        return dict(members[0])
    return dict(given) if "field" not in given else {"all": [dict(given)]}


def _holds_anything(wanted: Mapping[str, Any]) -> bool:
    return any(wanted.get(kind) for kind in ("all", "any", "none"))

"""Conditions in groups, and below them how many match while they are put together."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QResizeEvent, Qt
from PySide6.QtWidgets import QLayout, QVBoxLayout, QWidget

from crm_desktop.errors import CrmError
from crm_desktop.listing.filters import InvalidFilter
from crm_desktop.listing.request import ListRequest
from ui.filters.group_editor import GroupEditor, Unfinished
from ui.filters.match_count import MatchCount
from ui.filters.names import Known
from ui.filters.subjects import FilterSubject
from ui.widgets.frames import restyle
from ui.widgets.labels import text_label

if TYPE_CHECKING:
    from ui.context import Signed

SIDE_BY_SIDE = 80
"""Characters across that field, operator and value need in one line, groups in groups included."""
PAUSE_MS = 250
"""After the last change, before it is counted."""
_MISSING = "Fill in every condition to see how many match."


class FilterEditor(QWidget):
    """`beside` narrows the list as well: the count is of both. Whoever uses it puts `count` where it can be seen."""

    edited = Signal()
    matched = Signal(object)  # FirstRows: the top of what matches; None while that is not known
    failed = Signal(object)  # CrmError

    def __init__(
        self, context: Signed, subject: FilterSubject, known: Known, beside: ListRequest | None = None
    ) -> None:
        super().__init__()
        self._subject = subject
        self._beside = beside or ListRequest()
        self._given: dict[str, Any] = {"all": []}
        self._start: dict[str, Any] | None = None
        self._touched = False
        self._counted_before = ""
        self.root = GroupEditor(subject, known)
        self.count = text_label("", "muted")
        self.count.setAccessibleName("Matches")
        self._matches = MatchCount(context, self)
        self._matches.first.connect(self.matched)
        self._matches.counted.connect(self._show_count)
        self._matches.failed.connect(self._on_failed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.root)
        self.setFocusProxy(self.root)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self.ask_count)
        self.root.changed.connect(self._on_changed)

    def set_filter(self, given: Mapping[str, Any] | None) -> None:
        """Show a filter that has been checked; without one, a condition to be filled in."""
        self._given = as_group(given)
        self._put(self._given)
        self._touched = False
        self._start = self.shown()
        self.root.restructured.emit()
        self.ask_count()

    def know(self, known: Known) -> None:
        """People and segments have names only now."""
        self.root.know(known)
        self._put(self.root.finished())
        self.root.restructured.emit()

    def _put(self, given: Mapping[str, Any]) -> None:
        self.root.blockSignals(True)
        self.root.set_value(given)
        if not self.root.rows:
            self.root.add_condition()
        self.root.set_narrow(self._is_narrow())
        self.root.blockSignals(False)

    def shown(self) -> dict[str, Any] | None:
        """What is in the editors; None while something is missing."""
        try:
            return self.root.value("")
        except Unfinished:
            return None

    def filter(self) -> dict[str, Any] | None:
        """The same, but as it was given where nothing of it has been changed."""
        made = self.shown()
        return self._given if made is not None and made == self._start else made

    def checked(self) -> dict[str, Any] | None:
        """The filter, if it can be used. If not, what is wrong is said where it is."""
        self.tidy()
        try:
            self.root.value("")
        except Unfinished as unfinished:
            unfinished.member.say(str(unfinished))
            return None
        wanted = self.filter()
        try:
            self._subject.listing(ListRequest(filter=wanted))
        except InvalidFilter as error:
            self.blame(error)
            return None
        return wanted

    def is_dirty(self) -> bool:
        """Whether anything was changed since it was shown."""
        shown = self.shown()
        return self._touched if shown is None else shown != self._start

    def stop(self) -> None:
        """Count no more."""
        self._pause.stop()
        self._matches.stop()

    def tidy(self) -> None:
        """Take away what was said of faults."""
        for member in self.root.members():
            member.say("")

    def blame(self, error: InvalidFilter) -> None:
        """Show a fault at the row that it is in; where there is none, `failed` tells it."""
        held = [each for each in self.root.members() if each.path and error.path.startswith(each.path)]
        if held:
            max(held, key=lambda each: len(each.path)).say(f"{error.fault[:1].upper()}{error.fault[1:]}.")
        else:
            self.failed.emit(error)

    # How many match

    def _on_changed(self) -> None:
        self._touched = True
        self._pause.start()
        self.edited.emit()

    def ask_count(self) -> None:
        """Count what is shown."""
        self._matches.stop()
        made = self.shown()
        if made is None:
            self._say(f"{self._counted_before} before. {_MISSING}" if self._counted_before else _MISSING, stale=True)
            self.matched.emit(None)
            return
        parts = [part for part in (self._beside.filter, made) if part]
        request = ListRequest(search=self._beside.search, filter={"all": parts} if parts else None)
        try:
            listing = self._subject.listing(request)
        except InvalidFilter as error:
            self.blame(error)
            return
        self._matches.ask(listing)

    def _show_count(self, number: int, exact: bool) -> None:
        shown = f"{number:,}" if exact else f"more than {number - 1:,}"
        noun = self._subject.noun if number == 1 else f"{self._subject.noun}s"
        narrowed = " with the rest that is on" if self._beside.search or self._beside.filter else ""
        self._counted_before = f"{shown} {noun} matched"
        self._say(f"{shown} {noun} {'matches' if number == 1 else 'match'}{narrowed}")

    def _say(self, text: str, *, stale: bool = False) -> None:
        self.count.setProperty("role", "caption" if stale else "muted")
        restyle(self.count)
        if text != self.count.text():
            self.count.setText(text)
            self.count.setAccessibleName(text)
            QAccessible.updateAccessibility(QAccessibleEvent(self.count, QAccessible.Event.NameChanged))

    def _on_failed(self, error: CrmError) -> None:
        self._say("")
        self.matched.emit(None)
        self.failed.emit(error)

    # Layout

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.root.set_narrow(self._is_narrow())

    def _is_narrow(self) -> bool:
        return self.window().width() < self.fontMetrics().averageCharWidth() * SIDE_BY_SIDE

    def stops(self) -> list[QWidget]:
        """What Tab goes through, as it stands."""
        tab = Qt.FocusPolicy.TabFocus
        return [each for each in _in_order(self.root) if each.focusPolicy() & tab and not each.isHidden()]


def order_focus(stops: list[QWidget]) -> None:
    """Tab goes through these in this order."""
    for before, after in itertools.pairwise(stops):
        QWidget.setTabOrder(before, after)


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


def as_group(given: Mapping[str, Any] | None) -> dict[str, Any]:
    """A group to edit: of `all` with one group in it, that group."""
    if not given:
        return {"all": []}
    members = given.get("all")
    if isinstance(members, list) and len(members) == 1 and "field" not in members[0]:
        return dict(members[0])
    return dict(given) if "field" not in given else {"all": [dict(given)]}

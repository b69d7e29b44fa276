"""A group in the builder: all, any or none of its members; members are conditions and further groups."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.filters.condition_row import ConditionRow, KeptRow, Member
from ui.filters.editors import can_edit
from ui.filters.names import Known
from ui.filters.subjects import FilterSubject
from ui.filters.values import Incomplete
from ui.theme.tokens import M, S
from ui.widgets.buttons import button, icon_button
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.form import ComboBox
from ui.widgets.labels import text_label

KINDS = (("all", "all"), ("any", "any"), ("none", "none"))
DEEPEST = 4
"""The language goes deeper; nobody reads it then. What is deeper already is shown all the same."""


class Unfinished(Exception):
    """A member that still lacks something, and what."""

    def __init__(self, member: Member, text: str) -> None:
        super().__init__(text)
        self.member = member


class GroupEditor(Member):
    """`optional`: it may be empty, and then lets everything in; `lead` is what its first line begins with."""

    def __init__(
        self, subject: FilterSubject, known: Known, depth: int = 0, *, lead: str = "Match", optional: bool = False
    ) -> None:
        super().__init__()
        self._subject, self._known, self._depth = subject, known, depth
        self._optional = optional
        self._narrow = False
        self.rows: list[Member] = []
        self.kind = ComboBox(list(KINDS))
        self.kind.setAccessibleName("How many must be true")
        self.kind.setMinimumContentsLength(4)
        self.kind.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.kind.value_changed.connect(lambda _kind: self.changed.emit())
        self.remove_button = icon_button("close", "Remove this group", self.removed.emit, small=True)
        self.remove_button.setVisible(depth > 0 and not optional)
        self.add_condition_button = button("Condition", self.add_condition, kind="ghost", icon_name="add")
        self.add_condition_button.setAccessibleName("Add a condition")
        self.add_group_button = button("Group", self.add_group, kind="ghost", icon_name="add")
        self.add_group_button.setAccessibleName("Add a group")
        self.add_group_button.setVisible(depth < DEEPEST)
        self._fault = text_label("", "error")
        self._fault.hide()
        self._line = QWidget()
        line = QHBoxLayout(self._line)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(S)
        words = QWidget()
        flow = FlowLayout(words, spacing=S)
        for widget in (text_label(lead, "muted", wrap=False), self.kind, text_label("of these", "muted", wrap=False)):
            flow.addWidget(widget)
        line.addWidget(words, 1)
        line.addWidget(self.remove_button, 0, Qt.AlignmentFlag.AlignTop)
        self._members = QVBoxLayout()
        self._members.setSpacing(M)
        add = QWidget()
        adding = FlowLayout(add, spacing=S, line_spacing=0)
        adding.addWidget(self.add_condition_button)
        adding.addWidget(self.add_group_button)
        frame = QFrame()
        if depth:
            frame.setProperty("role", "well" if depth % 2 else "card")
        column = QVBoxLayout(frame)
        margin = M if depth else 0
        column.setContentsMargins(margin, margin, margin, S if depth else 0)
        column.setSpacing(M)
        column.addWidget(self._line)
        column.addWidget(self._fault)
        column.addLayout(self._members)
        column.addWidget(add)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)
        self.setFocusProxy(self.add_condition_button)
        self._show_line()

    def set_value(self, given: Mapping[str, Any]) -> None:
        """Show a filter that has been checked."""
        for row in list(self.rows):
            self._drop(row)
        kind = next((kind for kind, _words in KINDS if kind in given), "all")
        self.kind.blockSignals(True)
        self.kind.set_value(kind)
        self.kind.blockSignals(False)
        for member in given.get(kind, [given]):
            if "field" not in member:
                group = GroupEditor(self._subject, self._known, self._depth + 1)
                group.set_value(member)
                self._take(group)
            elif can_edit(member, self._subject):
                row = ConditionRow(self._subject, self._known, self._depth)
                row.set_value(member)
                self._take(row)
            else:
                self._take(KeptRow(member, self._subject, self._known))
        self._show_line()

    def value(self, path: str) -> dict[str, Any]:
        self.path = path
        kind = self.kind.value
        if not self.rows and not self._optional and self._depth:
            raise Unfinished(self, "Add a condition to this group, or remove it.")
        made = []
        for number, row in enumerate(self.rows):
            place = f"{path}.{kind}[{number}]" if path else f"{kind}[{number}]"
            try:
                made.append(row.value(place))
            except Incomplete as missing:
                raise Unfinished(row, str(missing)) from None
        return {kind: made}

    def finished(self) -> dict[str, Any]:
        """What of it is filled in; the rest is left out."""
        made: list[dict[str, Any]] = []
        for row in self.rows:
            if isinstance(row, GroupEditor):
                made += [found] if any((found := row.finished()).values()) else []
            else:
                with suppress(Incomplete, Unfinished):
                    made.append(row.value(""))
        return {self.kind.value: made}

    def know(self, known: Known) -> None:
        """What can be chosen from now on; what is shown stays until it is set again."""
        self._known = known

    def set_narrow(self, narrow: bool) -> None:
        self._narrow = narrow
        for row in self.rows:
            row.set_narrow(narrow)

    def say(self, fault: str) -> None:
        self._fault.setText(fault)
        self._fault.setVisible(bool(fault))
        self.add_condition_button.setAccessibleDescription(fault)
        if fault:
            self.add_condition_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def members(self) -> list[Member]:
        return [self, *(member for row in self.rows for member in row.members())]

    def add_condition(self) -> None:
        """Another condition, to be filled in."""
        self._added(ConditionRow(self._subject, self._known, self._depth))

    def add_group(self) -> None:
        """Another group, with a condition to be filled in."""
        group = GroupEditor(self._subject, self._known, self._depth + 1)
        group.kind.set_value("any" if self.kind.value == "all" else "all")
        group.add_condition()
        self._added(group)

    def _added(self, member: Member) -> None:
        self._take(member)
        self._show_line()
        self.say("")
        target = member.rows[0] if isinstance(member, GroupEditor) and member.rows else member
        target.setFocus(Qt.FocusReason.OtherFocusReason)
        self.restructured.emit()
        self.changed.emit()

    def _take(self, member: Member) -> None:
        self.rows.append(member)
        self._members.addWidget(member)
        member.set_narrow(self._narrow)
        member.changed.connect(self.changed)
        member.restructured.connect(self.restructured)
        member.removed.connect(lambda: self._remove(member))

    def _remove(self, member: Member) -> None:
        place = self.rows.index(member)
        self._drop(member)
        self._show_line()
        following = self.rows[min(place, len(self.rows) - 1)] if self.rows else self.add_condition_button
        following.setFocus(Qt.FocusReason.OtherFocusReason)
        self.restructured.emit()
        self.changed.emit()

    def _drop(self, member: Member) -> None:
        self.rows.remove(member)
        self._members.removeWidget(member)
        member.hide()
        member.deleteLater()

    def _show_line(self) -> None:
        """Without members there is nothing to choose between."""
        self._line.setHidden(not self.rows and (self._optional or not self._depth))

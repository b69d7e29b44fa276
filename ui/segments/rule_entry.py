"""One rule of a segment, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from crm_desktop.segments.rule_rows import RuleRow
from crm_desktop.segments.rule_words import action_words, rule_words
from ui.theme.tokens import XS, M, S
from ui.widgets.badges import Badge
from ui.widgets.buttons import button
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.frames import Card, IconLabel
from ui.widgets.labels import ElidedLabel, text_label, tooltip

_WHEN = {"enter": "When a customer enters", "leave": "When a customer leaves"}
_ICONS = {"add_tag": "tags", "remove_tag": "tags", "set_status": "select", "follow_up": "follow-up"}


class RuleEntry(Card):
    """`can_edit`: with buttons. The signals carry the rule."""

    edit_wanted = Signal(object)  # RuleRow, as in the signals below
    pause_wanted = Signal(object)
    remove_wanted = Signal(object)
    act_wanted = Signal(object)

    def __init__(self, row: RuleRow, *, can_edit: bool) -> None:
        super().__init__(padding=M)
        self.row = row
        says = rule_words(row)
        state = "" if row.is_active else "Stopped" if row.stopped_because else "Paused"
        self.setAccessibleName(f"{says}{f' ({state.lower()})' if state else ''}")
        self.body.setContentsMargins(M, S, M, XS)
        self.body.setSpacing(XS)
        what = action_words(row.action, row.parameters, row.names)
        head = QHBoxLayout()
        head.setSpacing(S)
        head.addWidget(IconLabel(_ICONS[row.action], 18))
        head.addWidget(text_label(_WHEN[row.event], "muted"), 1)
        if state:
            head.addWidget(Badge(state, "danger" if row.stopped_because else "warning"))
        author = ElidedLabel(row.written_by or "Somebody who is gone", "caption")
        author.setAccessibleName(f"Written by {author.text()}")
        author.setToolTip(tooltip(author.accessibleName()))
        head.addWidget(author)
        self.words = text_label(f"{what[0].upper()}{what[1:]}")
        self.body.addLayout(head)
        self.body.addWidget(self.words)
        self.stopped = text_label(row.stopped_because, "caption")
        self.stopped.setVisible(bool(row.stopped_because))
        self.body.addWidget(self.stopped)
        self.edit_button = button("Edit", lambda: self.edit_wanted.emit(row), kind="link")
        self.pause_button = button(
            "Pause" if row.is_active else "Resume", lambda: self.pause_wanted.emit(row), kind="link"
        )
        self.act_button = button("Act on those in it now", lambda: self.act_wanted.emit(row), kind="link")
        self.remove_button = button("Remove", lambda: self.remove_wanted.emit(row), kind="link")
        self.buttons = [self.edit_button, self.pause_button, self.remove_button]
        if row.event == "enter" and row.is_active:
            self.buttons.insert(2, self.act_button)
        line = QWidget()
        flow = FlowLayout(line, spacing=M)
        for each in self.buttons if can_edit else ():
            each.setAccessibleName(f"{each.text()}: {says}")
            flow.addWidget(each)
        line.setVisible(can_edit)
        self.body.addWidget(line)

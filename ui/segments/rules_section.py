"""The rules of a segment: what happens by itself, what would happen now, and what happened lately."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from crm_desktop.errors import CrmError
from crm_desktop.exporting.zones import local_zone
from crm_desktop.segments.rule_rows import RuleRow
from crm_desktop.segments.rule_words import kind_words
from crm_desktop.segments.rules_view import RulesView, rules_view
from crm_desktop.segments.running import SegmentRunResult, run_segment
from crm_desktop.segments.runs import RunRow
from ui.interactions.local_time import inside, moment_text
from ui.segments.rule_entry import RuleEntry
from ui.segments.rule_work import RuleWork
from ui.segments.run_entry import RunEntry
from ui.theme.tokens import XS, M, S
from ui.widgets.buttons import button
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.frames import Message, separator
from ui.widgets.labels import text_label

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ui.context import Signed
    from ui.handles import Handle
    from ui.operations import DataChange

_REST = "The segment is not in use: its rules rest."
_NONE = "Nothing happens by itself when customers enter or leave this segment."
EVERY = "Rules run every 15 minutes while CRM Desktop is open at some desk."


class RulesSection(QWidget):
    """Reads when it is seen; administrators change, employees read."""

    def __init__(self, context: Signed) -> None:
        super().__init__()
        self.setAccessibleName("Rules of the segment")
        self._context = context
        self._segment: tuple[UUID, str, bool] | None = None
        self._view: RulesView | None = None
        self._handle: Handle | None = None
        self._stale = True
        self._can_edit = context.capabilities.change_settings
        self.work = RuleWork(context, self)
        self.entries: list[RuleEntry] = []
        self.run_entries: list[RunEntry] = []
        self.message = Message()
        self.add_button = button("Add rule", self.add, icon_name="add")
        self.run_button = button("Run now", self._run_now, icon_name="refresh")
        self.zone_button = button("Change", self._change_zone, kind="link")
        self.zone_button.setAccessibleName("Change the time zone of rules")
        self.none = text_label(_NONE, "muted")
        self.now = text_label("", "muted")
        self.zone = text_label("", "caption", wrap=False)
        self.every = text_label(EVERY, "caption")
        self.lately = text_label("Lately", "subheading")
        self._rules, self._runs = QVBoxLayout(), QVBoxLayout()
        self._lay_out()
        context.operations.data_changed.connect(self._on_change)

    def _lay_out(self) -> None:
        actions, place = QWidget(), QWidget()
        row = FlowLayout(actions, spacing=S)
        row.addWidget(self.add_button)
        row.addWidget(self.run_button)
        actions.setVisible(self._can_edit)
        line = FlowLayout(place, spacing=S)
        line.addWidget(self.zone)
        line.addWidget(self.zone_button)
        self.zone_button.setVisible(self._can_edit)
        self._rules.setSpacing(S)
        self._runs.setSpacing(M)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, M, 0, 0)
        column.setSpacing(M)
        column.addWidget(self.message)
        column.addWidget(self.none)
        column.addWidget(actions)
        column.addWidget(self.now)
        column.addLayout(self._rules)
        words = QVBoxLayout()
        words.setSpacing(XS)
        words.addWidget(self.every)
        words.addWidget(place)
        column.addLayout(words)
        self._line = separator()
        column.addWidget(self._line)
        column.addWidget(self.lately)
        column.addLayout(self._runs)
        column.addStretch(1)

    # What the page says

    def show_segment(self, segment_id: UUID, name: str, is_active: bool) -> None:
        """Show the rules of this one."""
        other = self._segment is None or self._segment[0] != segment_id
        self._segment = (segment_id, name, is_active)
        if other:
            self._view = None
            self._fill()
        self.refresh()

    def refresh(self) -> None:
        """Read again, now or once it is seen."""
        self._stale = True
        if self.isVisible():
            self._read()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._read()

    # What administrators do

    def add(self) -> None:
        """The dialog for a new rule."""
        self._open(None)

    def edit(self, row: RuleRow) -> None:
        """The dialog for this one."""
        self._open(row.id)

    def _open(self, rule_id: UUID | None) -> None:
        from ui.segments.rule_dialog import RuleDialog  # the page opens faster without it

        if self._segment is None or self._view is None:
            return
        segment_id, name, _active = self._segment
        dialog = RuleDialog(self._context, self.window(), segment_id, name, self._zone_to_be(), rule_id)
        is_new = rule_id is None

        def saved(identity: UUID) -> None:
            if not is_new:
                return
            self._settle_zone()
            if dialog.also_now.isChecked() and not dialog.also_now.isHidden():
                self.work.act_on_all_unasked(segment_id, identity)
            else:
                self.work.run(segment_id, quietly=True)  # from now on it knows who was in

        dialog.saved.connect(saved)
        dialog.open()

    def _zone_to_be(self) -> str:
        assert self._view is not None
        return self._view.time_zone if self._view.zone_is_set else local_zone()

    def _settle_zone(self) -> None:
        """With the first rule, the time zone is that of the desk where it was written, until somebody changes it."""
        if self._view is None or self._view.zone_is_set:
            return
        from crm_desktop.segments.zone import set_time_zone

        zone = local_zone()
        self._context.operations.change(
            self, lambda session: set_time_zone(session, zone), lambda _none: self.refresh(), failed=_let_be
        )

    def _run_now(self) -> None:
        if self._segment is not None:
            self.work.run(self._segment[0])

    def _change_zone(self) -> None:
        from ui.segments.zone_dialog import ZoneDialog

        if self._view is not None:
            dialog = ZoneDialog(self._context, self.window(), self._zone_to_be())
            dialog.accepted.connect(self.refresh)
            dialog.open()

    # Reading

    def _on_change(self, change: DataChange) -> None:
        if self._segment is not None and change.concerns("segment_rules", "segments", "settings"):
            self.refresh()

    def _read(self) -> None:
        if self._segment is None:
            return
        self._stale = False
        if self._handle is not None:
            self._handle.cancel()
        segment_id, _name, is_active = self._segment

        def show(view: RulesView) -> None:
            if self._segment is None or self._segment[0] != segment_id:
                return
            self._view = view
            self._fill()
            if is_active and not view.fault and any(rule.is_active for rule in view.rules):
                self._look_ahead(segment_id)

        self._handle = self._context.operations.query(
            self, lambda session: rules_view(session, segment_id), show, failed=self._failed
        )

    def _look_ahead(self, segment_id: UUID) -> None:
        def work(session: Session) -> SegmentRunResult:
            found = run_segment(session, segment_id, dry=True)
            session.rollback()
            return found

        def show(found: SegmentRunResult) -> None:
            if self._segment is None or self._segment[0] != segment_id:
                return
            words = kind_words(found.kind, found.size, found.entered, found.left, found.did, would=True)
            self.now.setText(f"If they ran now: {words[0].lower()}{words[1:]}")
            self.now.show()

        self._handle = self._context.operations.query(self, work, show, failed=_let_be, patient=True)

    def _fill(self) -> None:
        view = self._view
        rules = view.rules if view is not None else ()
        runs = view.runs if view is not None else ()
        focused = next((each.row.id for each in self.entries if any(b.hasFocus() for b in each.buttons)), None)
        for old in [*self.entries, *self.run_entries]:
            old.hide()
            old.deleteLater()
        self.entries = [self._entry(row) for row in rules]
        self.run_entries = [self._run_entry(row) for row in runs]
        for entry in self.entries:
            self._rules.addWidget(entry)
            if entry.row.id == focused and self._can_edit:
                entry.edit_button.setFocus()
        for run in self.run_entries:
            self._runs.addWidget(run)
        self.none.setVisible(view is not None and not rules)
        self.now.hide()
        self.add_button.setEnabled(view is not None and not view.fault)
        can_run = bool(rules) and view is not None and not view.fault and self._segment is not None and self._segment[2]
        self.run_button.setVisible(can_run and any(rule.is_active for rule in rules))
        for part in (self.every, self.zone.parentWidget()):
            if part is not None:
                part.setVisible(bool(rules))
        for part in (self.lately, self._line):
            part.setVisible(bool(runs))
        if view is not None:
            last = f" Last: {inside(moment_text(view.run_at, datetime.now(UTC)))}." if view.run_at else ""
            self.every.setText(f"{EVERY}{last}")
            self.zone.setText(f"Days and hours are those of {view.time_zone}.")
        self._say(view)

    def _say(self, view: RulesView | None) -> None:
        if view is not None and view.fault:
            self.message.say("No rules can run for this segment.", view.fault, "warning")
        elif view is not None and view.rules and self._segment is not None and not self._segment[2]:
            self.message.say(_REST, tone="info")
        else:
            self.message.clear()

    def _entry(self, row: RuleRow) -> RuleEntry:
        entry = RuleEntry(row, can_edit=self._can_edit)
        entry.edit_wanted.connect(self.edit)
        entry.pause_wanted.connect(self.work.pause)
        entry.remove_wanted.connect(self.work.remove)
        entry.act_wanted.connect(self.work.act_on_all)
        return entry

    def _run_entry(self, row: RunRow) -> RunEntry:
        entry = RunEntry(row, can_undo=self._can_edit)
        entry.undo_wanted.connect(self.work.undo)
        return entry

    def _failed(self, error: CrmError) -> None:
        self.message.say(str(error), error.hint)


def _let_be(_error: CrmError) -> None:
    """What is really wrong shows when something is done."""

"""Two customers who may be the same one: why, both side by side, and what can be done."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from crm_desktop.customers.phones import readable
from crm_desktop.duplicates.reasons import in_words, sentence
from crm_desktop.duplicates.rows import PairRow, Side
from crm_desktop.listing.folding import fold
from ui.customers.words import STATUS_WORDS, TYPE_WORDS
from ui.forms.responsive_grid import ResponsiveGrid
from ui.interactions.local_time import day_text, now_wall, to_wall
from ui.theme.tokens import XS, M, S
from ui.widgets.badges import Badge
from ui.widgets.buttons import button
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.frames import Card
from ui.widgets.labels import text_label
from ui.widgets.value_label import ValueLabel


class PairCard(Card):
    """Every signal carries the pair, `open_wanted` the id of one of the two."""

    open_wanted = Signal(object)
    merge_wanted = Signal(object)
    different_wanted = Signal(object)
    later_wanted = Signal(object)
    back_wanted = Signal(object)

    def __init__(self, pair: PairRow, *, may_merge: bool) -> None:
        super().__init__(padding=M)
        self.pair = pair
        self.body.setSpacing(S)
        names = f"{pair.first.name} and {pair.second.name}"
        self.setAccessibleName(names if pair.score is None else f"{names}, {pair.score} of 100")
        self.body.addLayout(self._head())
        grid = ResponsiveGrid(letters=34, most=2)
        for side, other in ((pair.first, pair.second), (pair.second, pair.first)):
            grid.add(self._side(side, other))
        self.body.addWidget(grid)
        self.body.addWidget(self._buttons(names, may_merge=may_merge))
        if not may_merge:
            self.body.addWidget(text_label("An administrator can merge them.", "caption"))

    def _head(self) -> QHBoxLayout:
        pair = self.pair
        row = QHBoxLayout()
        row.setSpacing(S)
        if pair.score is not None:
            badge = Badge(str(pair.score), _tone(pair.score))
            badge.setAccessibleName(f"Score {pair.score} of 100")
            badge.setToolTip("How likely the two are the same one, from 0 to 100")
            row.addWidget(badge, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(0)
        why = sentence(pair.reasons)
        words.addWidget(
            text_label(why or "No scan finds anything in common any more", "subheading" if why else "muted")
        )
        _, against = in_words(pair.reasons)
        if against:
            line = ", ".join(word[:1].lower() + word[1:] for word in against)
            words.addWidget(text_label(f"But: {line}", "muted"))
        if pair.decision is not None:
            words.addWidget(text_label(_decided(pair), "muted"))
        row.addLayout(words, 1)
        return row

    def _side(self, side: Side, other: Side) -> QFrame:
        well = QFrame()
        well.setProperty("role", "well")
        column = QVBoxLayout(well)
        column.setContentsMargins(M, S, M, S)
        column.setSpacing(XS)
        top = QHBoxLayout()
        top.addWidget(ValueLabel(side.name or "Without a name", "subheading"), 1)
        opener = button("Open", lambda: self.open_wanted.emit(side.id), kind="link")
        opener.setAccessibleName(f"Open {side.name or 'customer without a name'}")
        opener.setToolTip("Open the card")
        top.addWidget(opener, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(top)
        company = "" if side.company_name == side.name else side.company_name
        facts = (
            (company, other.company_name),
            (side.email, other.email),
            (readable(side.phone), readable(other.phone)),
            (side.place, other.place),
        )
        for value, theirs in facts:
            if value:
                # What is the same in both steps back, so that differences are seen.
                column.addWidget(ValueLabel(value, "muted" if fold(value) == fold(theirs) else ""))
        column.addWidget(text_label(_about(side), "caption"))
        column.addStretch(1)
        return well

    def _buttons(self, names: str, *, may_merge: bool) -> QWidget:
        made = QWidget()
        made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        flow = FlowLayout(made, spacing=S)
        decision = self.pair.decision
        if may_merge:
            self._add(flow, "Merge…", self.merge_wanted, names, "merge")
        if decision is not None:
            self._add(flow, "Take back", self.back_wanted, names)
        if decision is None or decision.decision == "later":
            self._add(flow, "Not a duplicate…", self.different_wanted, names)
        if decision is None:
            self._add(flow, "Later", self.later_wanted, names)
        return made

    def _add(self, flow: FlowLayout, text: str, signal: object, names: str, icon_name: str = "") -> None:
        made = button(text, lambda: signal.emit(self.pair), icon_name=icon_name)  # type: ignore[attr-defined]
        made.setAccessibleName(f"{text.rstrip('…')}: {names}")
        flow.addWidget(made)


def _tone(score: int) -> str:
    return "danger" if score >= 90 else "warning" if score >= 75 else "neutral"


def _about(side: Side) -> str:
    today = now_wall().date()
    parts = [TYPE_WORDS.get(side.customer_type, side.customer_type), STATUS_WORDS.get(side.status, side.status)]
    if side.created_at is not None:
        day = day_text(to_wall(side.created_at).date(), today)
        parts.append("since " + (day.lower() if day in ("Today", "Yesterday") else day))
    parts.append(f"{side.interactions:,} interaction{'' if side.interactions == 1 else 's'}")
    return " · ".join(part for part in parts if part)


def _decided(pair: PairRow) -> str:
    decision = pair.decision
    assert decision is not None
    what = "Not a duplicate" if decision.decision == "different" else "Put off"
    day = day_text(to_wall(decision.at).date(), now_wall().date())
    when = day.lower() if day in ("Today", "Yesterday") else day
    said = f"{what}, said {decision.by or 'somebody who has left'}, {when}"
    return f"{said}: “{decision.reason}”" if decision.reason else f"{said}."

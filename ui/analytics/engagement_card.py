"""The engagement score with what it is made of, and on request the rules by which it is counted."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QWidget

from crm_desktop.analytics.engagement import Component, score
from ui.analytics import marks
from ui.analytics.legend import Entry, Swatch
from ui.theme import tokens
from ui.theme.tokens import M, S
from ui.widgets.buttons import button
from ui.widgets.frames import Card
from ui.widgets.labels import text_label

HEIGHT = 18
COLOURS = (0, 2, 1, 5, 3)
LETTERS_BESIDE = 30  # with fewer to a line, the reason goes below its points


class ScoreBar(QWidget):
    """A bar of a hundred points, filled part by part."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: Sequence[Component] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Engagement score")

    def show_parts(self, parts: Sequence[Component]) -> None:
        """Another score."""
        self._parts = parts
        self.setAccessibleDescription(", ".join(f"{each.name} {each.points:.0f} of {each.most}" for each in parts))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.neutral_soft))
        painter.drawRoundedRect(QRectF(self.rect()), 4, 4)
        whole = sum(each.most for each in self._parts) or 100
        x = 0.0
        for colour, part in zip(COLOURS, self._parts, strict=False):
            width = self.width() * part.points / whole
            rect = QRectF(x, 0, max(0.0, width - 1), self.height())
            if rect.width() > 0:
                marks.draw_bar(painter, rect, theme, colour, lying=True, is_end=False, patterned=True, lit=False)
            x += width
        painter.end()


class EngagementCard(Card):
    """Filled again for each customer."""

    def __init__(self) -> None:
        super().__init__("Engagement")
        self.body.setSpacing(S)
        self.value = text_label("–", "display", wrap=False)
        self._of = text_label("of 100", "muted", wrap=False)
        self.bar = ScoreBar()
        top = QHBoxLayout()
        top.setSpacing(S)
        top.addWidget(self.value)
        top.addWidget(self._of, 0, Qt.AlignmentFlag.AlignBottom)
        top.addStretch(1)
        self._rows = QWidget()
        self._grid = QGridLayout(self._rows)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(M)
        self._grid.setVerticalSpacing(S)
        self._grid.setColumnStretch(2, 1)
        self._labels: list[QWidget] = []
        self._reasons: list[QWidget] = []
        self._rules: list[QWidget] = []
        self._below = False
        self.how = button("How it is counted", self._toggle, kind="link")
        self.body.addLayout(top)
        self.body.addWidget(self.bar)
        self.body.addWidget(self._rows)
        self.body.addWidget(self.how)
        self.body.addStretch(1)
        self._explained = False

    def show_parts(self, parts: tuple[Component, ...]) -> None:
        """Another customer, or newer figures."""
        whole = score(parts)
        self.value.setText(str(whole))
        self.setAccessibleName(f"Engagement: {whole} of 100")
        self.bar.show_parts(parts)
        for old in self._labels:
            old.hide()
            old.deleteLater()
        self._labels, self._reasons, self._rules = [], [], []
        for row, (colour, part) in enumerate(zip(COLOURS, parts, strict=False)):
            why, rule = text_label(part.why, "caption"), text_label(part.rule, "caption")
            name = text_label(part.name, wrap=False)
            points = text_label(f"{part.points:.0f} / {part.most}", wrap=False)
            swatch = Swatch(Entry(part.name, colour))
            line = 3 * row
            self._grid.addWidget(swatch, line, 0)
            self._grid.addWidget(name, line, 1)
            self._grid.addWidget(points, line, 3, Qt.AlignmentFlag.AlignRight)
            self._grid.addWidget(rule, line + 2, 1, 1, 3)
            self._labels += [swatch, name, why, points, rule]
            self._reasons.append(why)
            self._rules.append(rule)
        self._place_reasons()
        self._show_rules()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Letters of another size."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def _fit(self) -> None:
        below = self.width() < LETTERS_BESIDE * self.fontMetrics().averageCharWidth()
        if below != self._below:
            self._below = below
            self._place_reasons()

    def _place_reasons(self) -> None:
        for row, why in enumerate(self._reasons):
            self._grid.removeWidget(why)
            if self._below:
                self._grid.addWidget(why, 3 * row + 1, 1, 1, 3)
            else:
                self._grid.addWidget(why, 3 * row, 2)

    def _toggle(self) -> None:
        self._explained = not self._explained
        self._show_rules()

    def _show_rules(self) -> None:
        for rule in self._rules:
            rule.setVisible(self._explained)
        self.how.setText("Hide the rules" if self._explained else "How it is counted")

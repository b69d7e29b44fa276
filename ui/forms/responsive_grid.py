"""Fields side by side where there is room, below one another where there is none."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from ui.theme.tokens import L, M


class ResponsiveGrid(QWidget):
    """Lays its items out in as many equal columns as their width in letters allows.

    An item spans one column or the whole row; one that is hidden takes no place until it is shown. Widths are measured
    in letters, so that large fonts give fewer columns.
    """

    def __init__(self, *, letters: int = 30, most: int = 2, even: bool = False, parent: QWidget | None = None) -> None:
        """`even`: the items of a row are equally tall."""
        super().__init__(parent)
        self._even = even
        self._letters = letters
        self._most = most
        self._columns = 0
        self._items: list[tuple[QWidget, bool]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(L)
        self._grid.setVerticalSpacing(M)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

    def add(self, widget: QWidget, *, whole_row: bool = False) -> None:
        """Put a widget after the others."""
        self._items.append((widget, whole_row))
        widget.installEventFilter(self)
        self._columns = 0
        self._arrange()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Whoever shows or hides an item need not think of its place."""
        if event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent):
            self._columns = 0
            self._arrange()
        return super().eventFilter(watched, event)

    def columns(self) -> int:
        """How many columns there are at this width."""
        column = self.fontMetrics().averageCharWidth() * self._letters
        return max(1, min(self._most, (self.width() + L) // max(1, column + L)))

    def _arrange(self) -> None:
        columns = self.columns()
        if columns == self._columns:
            return
        self._columns = columns
        for widget, _ in self._items:
            self._grid.removeWidget(widget)
        for column in range(self._most):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)
        row = column = 0
        for widget, whole_row in self._items:
            if widget.isHidden() and widget.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide):
                continue
            if column and (whole_row or column >= columns):
                row, column = row + 1, 0
            span = columns if whole_row else 1
            align = Qt.AlignmentFlag(0) if self._even else Qt.AlignmentFlag.AlignTop
            self._grid.addWidget(widget, row, column, 1, span, align)
            column += span
        self.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        # One column is always possible: never force the dialog wider than the widest item.
        widest = max((item.minimumSizeHint().width() for item, _ in self._items), default=0)
        return QSize(widest, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._arrange()

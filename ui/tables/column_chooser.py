"""The small window that shows, hides and orders columns: by pointer (check, drag) and by keyboard."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ui.tables.column_layout import ColumnLayout
from ui.theme import icon
from ui.theme.tokens import M, S

_KEY = Qt.ItemDataRole.UserRole


class ColumnChooser(QFrame):
    """Opens under a button; what is checked is shown at once."""

    def __init__(self, layout: ColumnLayout, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName("Columns")
        self.setProperty("role", "card")
        self._layout = layout
        self._filling = False
        self.list = QListWidget()
        self.list.setAccessibleName("Columns to show")
        self.list.setProperty("role", "popup")
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.list.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemChanged.connect(self._on_checked)
        self.list.model().rowsMoved.connect(self._on_dragged)
        title = QLabel("Columns")
        title.setProperty("role", "subheading")
        up, down = self._arrow("chevron-up", "Move up", -1), self._arrow("chevron-down", "Move down", 1)
        restore = QPushButton("Restore defaults")
        restore.setProperty("kind", "link")
        restore.clicked.connect(self._restore)
        head = QHBoxLayout()
        head.addWidget(title, 1)
        head.addWidget(up)
        head.addWidget(down)
        box = QVBoxLayout(self)
        box.setContentsMargins(M, S, M, S)
        box.setSpacing(S)
        box.addLayout(head)
        box.addWidget(self.list)
        box.addWidget(restore, 0, Qt.AlignmentFlag.AlignLeft)
        self._fill()

    def open_below(self, widget: QWidget) -> None:
        """Show under `widget`, inside the screen."""
        self.ensurePolished()
        self.list.ensurePolished()
        screen = widget.screen().availableGeometry()
        height = self.list.count() * self.list.sizeHintForRow(0) + 12
        self.list.setFixedHeight(min(height, screen.height() - 160))
        self.list.setMinimumWidth(max(220, self.list.sizeHintForColumn(0) + 40))
        self.adjustSize()
        corner = widget.mapToGlobal(QPoint(widget.width() - self.width(), widget.height() + 4))
        corner.setX(max(screen.left() + 4, min(corner.x(), screen.right() - self.width() - 4)))
        corner.setY(max(screen.top() + 4, min(corner.y(), screen.bottom() - self.height() - 4)))
        self.move(corner)
        self.show()
        self.list.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.AltModifier and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._move(-1 if event.key() == Qt.Key.Key_Up else 1)
            event.accept()
            return
        super().keyPressEvent(event)

    def _arrow(self, glyph: str, name: str, step: int) -> QToolButton:
        button = QToolButton()
        button.setProperty("kind", "small-icon")
        button.setIcon(icon(glyph))
        button.setAccessibleName(name)
        button.setToolTip(f"{name} (Alt+{'Up' if step < 0 else 'Down'})")
        button.clicked.connect(lambda: self._move(step))
        return button

    def _fill(self, current: str = "") -> None:
        self._filling = True
        self.list.clear()
        for column in self._layout.order():
            item = QListWidgetItem(column.title)
            item.setData(_KEY, column.key)
            flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled
            if not column.fixed:
                flags |= Qt.ItemFlag.ItemIsUserCheckable
            item.setFlags(flags | Qt.ItemFlag.ItemIsEnabled)
            item.setCheckState(Qt.CheckState.Checked if self._layout.is_shown(column.key) else Qt.CheckState.Unchecked)
            self.list.addItem(item)
            if column.key == current:
                self.list.setCurrentItem(item)
        if self.list.currentRow() < 0:
            self.list.setCurrentRow(0)
        self._filling = False

    def _on_checked(self, item: QListWidgetItem) -> None:
        if not self._filling:
            self._layout.set_shown(item.data(_KEY), item.checkState() == Qt.CheckState.Checked)

    def _on_dragged(self) -> None:
        for place in range(self.list.count()):
            self._layout.move(self.list.item(place).data(_KEY), place)

    def _move(self, step: int) -> None:
        row = self.list.currentRow()
        target = row + step
        if row >= 0 and 0 <= target < self.list.count():
            key = self.list.item(row).data(_KEY)
            self._layout.move(key, target)
            self._fill(key)

    def _restore(self) -> None:
        self._layout.restore_defaults()
        self._fill()

"""Where a file is dropped or chosen, and which one it is."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from ui.theme.tokens import XL, M, S
from ui.widgets.buttons import button
from ui.widgets.frames import IconLabel, restyle
from ui.widgets.labels import ElidedLabel, text_label


class DropArea(QFrame):
    """`dropped` carries a path, `choose` asks for the file dialog."""

    dropped = Signal(object)
    choose = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "drop")
        self.setAcceptDrops(True)
        self._icon = IconLabel("import", 36, "accent_text")
        self.title = text_label("Drop a file here", "subheading")
        self.name = ElidedLabel("", "subheading", mode=Qt.TextElideMode.ElideMiddle)
        self.detail = text_label("CSV or TSV, Excel or OpenDocument, or address cards (vCard).", "muted")
        self.choose_button = button("Choose a file…", self.choose.emit)
        self.choose_button.setAccessibleName("Choose a file")
        column = QVBoxLayout(self)
        column.setContentsMargins(M, XL, M, XL)
        column.setSpacing(S)
        column.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignHCenter)
        for label in (self.title, self.name, self.detail):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(label)
        column.addSpacing(M)
        column.addWidget(self.choose_button, 0, Qt.AlignmentFlag.AlignHCenter)
        self.name.hide()

    def show_file(self, path: Path, detail: str = "") -> None:
        """The chosen file; `detail` says what it is, its size stands before."""
        try:
            size = QLocale().formattedDataSize(path.stat().st_size, 1, QLocale.DataSizeFormat.DataSizeTraditionalFormat)
        except OSError:
            size = ""
        self._icon.set_icon("file", "accent_text")
        self.title.hide()
        self.name.setText(path.name)
        self.name.show()
        self.detail.setText(" · ".join(filter(None, (size, detail))))
        self.choose_button.setText("Choose another file…")
        self.choose_button.setAccessibleName("Choose another file")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if file_of(event) is not None:
            event.acceptProposedAction()
            self._mark(True)

    def dragLeaveEvent(self, event: object) -> None:
        self._mark(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._mark(False)
        path = file_of(event)
        if path is not None:
            event.acceptProposedAction()
            self.dropped.emit(path)

    def _mark(self, over: bool) -> None:
        self.setProperty("over", over)
        restyle(self)


def file_of(event: QDragEnterEvent | QDropEvent) -> Path | None:
    """The one local file that is dragged, if it is one."""
    urls = event.mimeData().urls()
    return Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None

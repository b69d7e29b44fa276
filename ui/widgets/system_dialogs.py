"""The system's own dialogs: where to save a file, and which printer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QDir, QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter


def usual_folder(kept: object) -> Path:
    """The folder that was remembered while it is there, else the person's documents; never where the program began."""
    if isinstance(kept, str) and kept and Path(kept).is_dir():
        return Path(kept)
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(documents if documents and Path(documents).is_dir() else QDir.homePath())


def ask_where_to_save(
    parent: QWidget, title: str, folder: str, name: str, kinds: str, chosen: Callable[[Path], object]
) -> None:
    """Propose a name in a folder ("" for the person's documents). `kinds` as in Qt's filters: "PDF (*.pdf)", or ""."""
    chooser = QFileDialog(parent, title, str(usual_folder(folder)), kinds)
    chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    if kinds:
        chooser.setDefaultSuffix(Path(name).suffix.removeprefix("."))
    chooser.selectFile(name)
    chooser.fileSelected.connect(lambda path: chosen(Path(path)))
    chooser.finished.connect(lambda _result: chooser.deleteLater())
    chooser.open()


def ask_printer(parent: QWidget, printer: QPrinter, print_it: Callable[[], object]) -> None:
    """Print once the person has chosen the printer and said yes."""
    from PySide6.QtPrintSupport import QPrintDialog  # looks for printers when it is loaded

    dialog = QPrintDialog(printer, parent)
    dialog.setWindowTitle(f"Print {printer.docName()}")

    def finish(result: int) -> None:
        if result == QPrintDialog.DialogCode.Accepted:
            print_it()
        dialog.deleteLater()

    dialog.finished.connect(finish)
    dialog.setModal(True)
    dialog.show()

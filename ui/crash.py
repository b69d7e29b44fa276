"""The dialog for bugs: what no code expected ends here, with a report to copy, and work goes on where it can."""

from __future__ import annotations

import re
import sys
import threading
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QWidget

from ui.widgets.dialog import Dialog
from ui.widgets.labels import text_label

_SECRETS = (
    (re.compile(r"(?i)(\bpass(?:word|phrase|wd)?\b['\"]?\s*[=:]\s*)('[^']*'|\"[^\"]*\"|\S+)"), r"\1***"),
    (re.compile(r"(?i)(\w+://[^\s:/@]+):[^\s@]+@"), r"\1:***@"),
    (re.compile(r"SCRAM-SHA-256\$\S+"), "SCRAM-SHA-256$***"),
    # The values of a failed statement are customers' data.
    (re.compile(r"(?m)^(\[parameters: ).*$"), r"\1***]"),
    (re.compile(r"(?m)^(DETAIL:\s+).*$"), r"\1***"),
)


def without_secrets(text: str) -> str:
    """No passwords, no customers' data that an error message quotes, no name of the home folder."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text.replace(str(Path.home()), "~") if len(str(Path.home())) > 1 else text


def report(error: BaseException) -> str:
    """What a developer needs: versions and the traceback, without the values of variables."""
    # Slow to import, and hardly ever needed.
    import platform
    import traceback
    from importlib import metadata

    versions = []
    for name in ("crm-desktop", "PySide6_Essentials", "SQLAlchemy", "psycopg"):
        try:
            versions.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            versions.append(f"{name} (not installed as a package)")
    lines = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    where = f"Python {platform.python_version()}, {platform.platform()}, {QGuiApplication.platformName()}"
    return without_secrets(f"{', '.join(versions)}\n{where}\n\n{lines}")


class CrashDialog(Dialog):
    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__("Something went wrong", parent, width=640, height=520)
        self.body.addWidget(
            text_label(
                "The program ran into a fault of its own. What is saved is safe, and you can go on working. "
                "Please send the report below to whoever looks after the program."
            )
        )
        self.report = QPlainTextEdit(text)
        self.report.setReadOnly(True)
        self.report.setAccessibleName("Report")
        self.report.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.report.setMinimumHeight(200)
        self.body.addWidget(self.report, 1)
        self.copy_button = self.add_button("Copy report", left=True)
        self.copy_button.clicked.connect(lambda _c=False: self._copy())
        close = self.add_button("Close", "primary")
        close.clicked.connect(lambda _c=False: self.accept())
        close.setDefault(True)

    def add(self, text: str) -> None:
        """Another fault while this one is still shown."""
        self.report.appendPlainText(f"\n{text}")

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.report.toPlainText())
        self.copy_button.setText("Copied")


class CrashReporter(QObject):
    """Catches what nobody caught, in any thread, and shows one dialog at a time."""

    caught = Signal(str)
    MOST_REPORTS = 5

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._dialog: CrashDialog | None = None
        self._shown = 0
        self.caught.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        sys.excepthook = self._uncaught
        threading.excepthook = self._uncaught_in_thread

    def _uncaught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.__excepthook__(kind, error, trace)
        if isinstance(error, KeyboardInterrupt):
            QApplication.quit()
        else:
            self.caught.emit(report(error.with_traceback(trace)))

    def _uncaught_in_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and args.exc_type is not SystemExit:
            self._uncaught(args.exc_type, args.exc_value, args.exc_traceback)

    def _show(self, text: str) -> None:
        if self._dialog is not None:
            # A fault that repeats must not grow without bound.
            self._shown += 1
            if self._shown < self.MOST_REPORTS:
                self._dialog.add(text)
            return
        parent = QApplication.activeModalWidget() or QApplication.activeWindow()
        self._shown = 0
        self._dialog = CrashDialog(text, parent)
        self._dialog.finished.connect(self._closed)
        self._dialog.open()

    def _closed(self) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None

"""The dialog for bugs."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ui.crash import CrashDialog, CrashReporter, report, without_secrets
from ui.theme import Theme


@pytest.mark.parametrize(
    "text",
    [
        "host=db user=anna password=hunter22 dbname=crm",
        "password='hunter22'",
        '{"password": "hunter22"}',
        "postgresql://anna:hunter22@db/crm",
        "SELECT crm.reset_password(1, 'SCRAM-SHA-256$4096:hunter22$a:b')",
        "[parameters: {'name': 'hunter22'}]",
        "DETAIL:  Key (email)=(hunter22) already exists.",
    ],
)
def test_no_secrets(text: str) -> None:
    assert "hunter22" not in without_secrets(text)


def test_a_report_says_what_and_where() -> None:
    def fall() -> None:
        raise ZeroDivisionError("divided by nothing")

    try:
        fall()
    except ZeroDivisionError as error:
        text = report(error)
    assert "ZeroDivisionError: divided by nothing" in text
    assert "in fall" in text
    assert "PySide6" in text
    assert "Python 3" in text


@pytest.fixture
def reporter(qtbot: QtBot, theme: Theme, monkeypatch: pytest.MonkeyPatch) -> Iterator[CrashReporter]:
    monkeypatch.setattr(sys, "__excepthook__", lambda *_args: None)
    before = sys.excepthook, threading.excepthook
    made = CrashReporter()
    made.install()
    yield made
    sys.excepthook, threading.excepthook = before
    made.deleteLater()


def shown() -> list[CrashDialog]:
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, CrashDialog) and w.isVisible()]


def test_faults_come_into_one_dialog(reporter: CrashReporter, qtbot: QtBot) -> None:
    for number in range(3):
        error = RuntimeError(f"fault {number}")
        sys.excepthook(RuntimeError, error, None)
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: len(shown()) == 1)
    (dialog,) = shown()
    qtbot.waitUntil(lambda: "ZeroDivisionError" in dialog.report.toPlainText())
    assert "fault 2" in dialog.report.toPlainText()
    dialog.copy_button.click()
    assert QGuiApplication.clipboard().text() == dialog.report.toPlainText()
    dialog.accept()
    assert shown() == []


def test_a_fault_that_repeats_does_not_grow_without_bound(reporter: CrashReporter, qtbot: QtBot) -> None:
    for _ in range(50):
        sys.excepthook(RuntimeError, RuntimeError("again and again"), None)
    qtbot.waitUntil(lambda: len(shown()) == 1)
    qtbot.wait(50)
    (dialog,) = shown()
    assert dialog.report.toPlainText().count("again and again") == CrashReporter.MOST_REPORTS
    dialog.accept()

"""Ctrl+C reaches a program that waits in Qt's loop."""

import os
import signal
import sys

import pytest
from PySide6.QtCore import QEventLoop, QTimer
from pytestqt.qtbot import QtBot

from ui.interrupts import Interrupts


@pytest.mark.skipif(sys.platform == "win32", reason="os.kill ends the process there")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_loop(qtbot: QtBot, number: signal.Signals) -> None:
    before = signal.getsignal(number)
    loop = QEventLoop()
    interrupts = Interrupts(loop.quit, loop)
    try:
        QTimer.singleShot(0, loop, lambda: os.kill(os.getpid(), number))
        loop.exec()
    finally:
        interrupts.close()
    assert signal.getsignal(number) is before

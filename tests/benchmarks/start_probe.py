"""In a process of its own: from launch to the painted sign-in window, then from "Sign in" to the first painted rows.

Prints the two times in seconds and the process's memory in bytes as one line of JSON. The password is the first line of
standard input; the wall-clock time of the launch comes as an argument, so that Python's own start counts.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from ui.main_window import MainWindow


def main(data_dir: Path, username: str, launched: float) -> None:
    password = sys.stdin.readline().rstrip("\n")
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from ui.app import Program

    app = QApplication(sys.argv[:1])
    program = Program(app, data_dir, None)
    found: dict[str, float] = {}
    start = program.start

    def painted() -> None:
        found.setdefault("launch", time.time() - launched)

    def sign_in_when_ready() -> None:
        # What a person does meanwhile is typing: the warm-up and the server's start are not part of signing in.
        if start.target is None or time.time() - launched < 3.0:
            QTimer.singleShot(20, sign_in_when_ready)
            return
        page = start.sign_in_page
        page.username.setText(username)
        page.password.setText(password)
        found["pressed"] = time.perf_counter()
        page.sign_in.click()

    def entered() -> None:
        from tests.benchmarks.window import Painted

        session = program._session
        assert session is not None
        Painted(cast("MainWindow", session.window).customers.table).first_rows(finished)

    def finished() -> None:
        from tests.benchmarks.machine import own_memory

        found["sign_in"] = time.perf_counter() - found.pop("pressed")
        found["memory"] = own_memory()
        print(json.dumps(found), flush=True)
        app.quit()

    start.window.painted.connect(painted)
    start.signed_in.connect(lambda *_: entered())
    QTimer.singleShot(0, sign_in_when_ready)
    program.run()
    app.exec()
    program.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], float(sys.argv[3]))

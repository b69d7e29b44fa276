"""Calling the real command in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PASSWORD = "correct horse battery"
COMMAND = [sys.executable, "-W", "error", "-m", "crm_desktop"]


def call(*arguments: str, folder: Path, answers: list[str] | None = None) -> subprocess.CompletedProcess[str]:
    """Runs a command on `folder`; `answers` are the lines of standard input."""
    return subprocess.run(
        [*COMMAND, *arguments, "--data-dir", str(folder)],
        input="".join(f"{line}\n" for line in answers or []),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=110,
        check=False,
    )


def init(folder: Path) -> None:
    """Makes a database in `folder` with its administrator ada."""
    made = call("init", "--admin", "ada", "--name", "Ada Admin", folder=folder, answers=[PASSWORD])
    assert made.returncode == 0, made.stderr
    assert made.stdout == f"The database is in {folder}. ada is its administrator.\n"


def failed(done: subprocess.CompletedProcess[str], code: int = 1) -> str:
    """The one line that a failed command says."""
    assert done.returncode == code, done
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("crm-desktop: ")
    return line

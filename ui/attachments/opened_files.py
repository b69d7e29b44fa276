"""Copies of attached files that other programs have open: in a folder that only this person can read, gone at exit."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from uuid import UUID

import psutil

from crm_desktop.errors import CrmError

PREFIX = "crm-desktop-files-"


class OpenedFiles:
    """The folder is made when it is first needed. What a killed program left is removed then."""

    def __init__(self) -> None:
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def path_for(self, attachment_id: UUID, name: str) -> Path:
        """Where the copy of a file is to be, under its own name. CrmError when there is no place for copies."""
        try:
            # Gone: what lies there for long, the system may have swept away.
            if self._folder is None or not Path(self._folder.name).is_dir():
                self.close()
                _remove_left_behind()
                self._folder = tempfile.TemporaryDirectory(prefix=f"{PREFIX}{os.getpid()}-", ignore_cleanup_errors=True)
            folder = Path(self._folder.name) / attachment_id.hex
            folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise CrmError(
                f"{name} cannot be opened: there is no place for a copy of it ({error.strerror or error}).",
                hint="Save it where there is room, and open it from there.",
            ) from error
        return folder / name

    def close(self) -> None:
        """Remove the copies; a program that still has one open keeps it on Windows until the next start."""
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None


def _remove_left_behind() -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        number = folder.name.removeprefix(PREFIX).partition("-")[0]
        if number.isdecimal() and not psutil.pid_exists(int(number)) and not folder.is_symlink():
            shutil.rmtree(folder, ignore_errors=True)

"""Opening the window: the one place of the core that knows of it, and only when asked. Imports nothing else: the window
paints before the command line's libraries would be loaded."""

from __future__ import annotations

import sys
from pathlib import Path

from crm_desktop.errors import CrmError


def open_window(data_dir: Path | None, profile: str | None) -> int:
    """Opens the window; returns what the process ends with."""
    try:
        from ui.display import require_display

        require_display()
        from ui import app
    except CrmError as error:
        return _say(f"{error} {error.hint}")
    except ImportError as error:
        if (error.name or "").partition(".")[0] in ("ui", "crm_desktop"):
            raise
        # A fresh machine without Qt's system libraries: "libGL.so.1: cannot open shared object file".
        return _say(f"The window cannot open here: {error}. The README says what to install.")
    try:
        return app.main(data_dir=data_dir, profile=profile)
    except CrmError as error:
        return _say(f"{error} {error.hint}")


def _say(line: str) -> int:
    sys.stderr.write(f"crm-desktop: {line.rstrip()}\n")
    return 1

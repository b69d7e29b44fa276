"""`crm-desktop` and `python -m crm_desktop`: the window, or a command without one."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

_WINDOW_OPTIONS = ("--data-dir", "--profile")


def window_options(arguments: Sequence[str]) -> dict[str, str] | None:
    """The options of the window when nothing else was asked for, else None.

    Read here rather than by Typer: the window paints before the command line's libraries would be loaded."""
    found: dict[str, str] = {}
    rest = list(arguments)
    while rest:
        name, equals, value = rest.pop(0).partition("=")
        if name not in _WINDOW_OPTIONS or (not equals and not rest):
            return None
        found[name] = value if equals else rest.pop(0)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """What the process ends with."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    options = window_options(given)
    if options is not None:
        from crm_desktop.cli.window import open_window

        data_dir = options.get("--data-dir")
        return open_window(Path(data_dir).expanduser() if data_dir else None, options.get("--profile"))
    from crm_desktop.cli.app import run

    return run(given)


if __name__ == "__main__":
    sys.exit(main())

"""What can be done, as data: the command palette lists it. The window and its pages say what they have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Command:
    """`shortcut` names a key in ui/shortcuts.py, `words` are others that people may look for it by."""

    title: str
    run: Callable[[], object]
    icon: str = "chevron-right"
    shortcut: str = ""
    words: str = ""

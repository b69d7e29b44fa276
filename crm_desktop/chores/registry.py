"""All chores, in the order in which they are done."""

from __future__ import annotations

from .chore import Chore

CHORES: tuple[Chore, ...] = ()

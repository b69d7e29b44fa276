"""All chores, in the order in which they are done."""

from __future__ import annotations

from .chore import Chore
from .expire_points import EXPIRE_POINTS

CHORES: tuple[Chore, ...] = (EXPIRE_POINTS,)

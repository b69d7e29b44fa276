"""All chores, in the order in which they are done."""

from __future__ import annotations

from .chore import Chore
from .expire_points import EXPIRE_POINTS
from .segments import COUNT_SEGMENTS, RUN_RULES

CHORES: tuple[Chore, ...] = (EXPIRE_POINTS, RUN_RULES, COUNT_SEGMENTS)

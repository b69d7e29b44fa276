"""The rules of segments act, and segments are counted."""

from __future__ import annotations

from datetime import timedelta

from crm_desktop.segments.chores import count_segments, run_rules

from .chore import Chore

RUN_RULES = Chore(
    "segment_rules",
    "Rules of segments",
    timedelta(minutes=15),
    run_rules,
    frozenset({"customers", "interactions", "segment_rules"}),
)
# Each segment is counted once a day: soon after midnight, or when the first window opens.
COUNT_SEGMENTS = Chore("segment_sizes", "Sizes of segments", timedelta(hours=1), count_segments)

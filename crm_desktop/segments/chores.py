"""What segments need done by itself: rules run, sizes recorded."""

from __future__ import annotations

from crm_desktop.database.cancellation import Cancellation
from crm_desktop.database.engine import Database
from crm_desktop.errors import CrmError

from .rule_words import did_words
from .running import run_all
from .sizes import record_sizes


def run_rules(database: Database, cancellation: Cancellation | None = None) -> str:
    """Runs the rules of all segments; says what they did."""
    done, failures = run_all(database, cancellation)
    said = " ".join(f"“{each.name}”: {words}" for each in done if (words := did_words(each.did)))
    if failures:
        first = failures[0]
        more = f" And {len(failures) - 1} more could not be run." if len(failures) > 1 else ""
        raise CrmError(
            f"The rules of “{first.name}” could not be run: {first.error}{more} {said}".strip(), hint=first.error.hint
        )
    return said


def count_segments(database: Database, cancellation: Cancellation | None = None) -> str:
    """Records the sizes of today. Nobody needs to hear of it."""
    record_sizes(database, cancellation)
    return ""

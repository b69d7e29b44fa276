"""Updates that come too late: somebody has saved the record since the import looked at it."""

from __future__ import annotations

from typing import Any

# Locked in one order, so that two imports wait for each other instead of for ever.
_DROP = """
WITH locked AS MATERIALIZED (
    SELECT t.id, t.version FROM crm.{0}s t
    WHERE t.id IN (SELECT {0}_id FROM import_changes) ORDER BY t.id FOR UPDATE
)
DELETE FROM import_changes n
WHERE NOT EXISTS (SELECT FROM locked l WHERE l.id = n.{0}_id AND l.version = n.version)
RETURNING n.line
"""


def drop_stale(cursor: Any, noun: str) -> dict[int, str]:
    """Locks what `import_changes` is about to change and takes out what is not as it was; line to reason.

    `noun` is that of the records, and of their table and key: "customer", "contact", "product"."""
    cursor.execute(_DROP.format(noun))
    return {line: f"Somebody changed this {noun} in the meantime." for (line,) in cursor.fetchall()}

"""Doing the chores that are due, each under a lock that lasts for as long as whoever does it is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy import text

from crm_desktop.database.cancellation import Cancellation
from crm_desktop.database.engine import Database
from crm_desktop.database.failures import in_words
from crm_desktop.errors import Cancelled, CrmError

from .chore import Chore
from .registry import CHORES


@dataclass(frozen=True)
class Done:
    """A chore that was done here. `said` is what it did, "" for nothing; `failure` what kept it from that, `bug` a
    fault of the program that did: whoever asked raises it once everything else has been told."""

    chore: Chore
    said: str
    failure: CrmError | None = None
    bug: Exception | None = None


def run_due(
    database: Database, cancellation: Cancellation | None = None, chores: Sequence[Chore] = CHORES
) -> tuple[Done, ...]:
    """Does what is due and nobody else is at. One that fails, for whatever reason, keeps no other from being done."""
    due = _due(database, cancellation, chores)
    if not due:
        return ()
    # A connection of its own: the lock goes with it, however this ends.
    with in_words(), database.connect(autocommit=True) as holder:
        tried = [_run(database, cancellation, chore, holder) for chore in due]
    return tuple(each for each in tried if each is not None)


def _due(database: Database, cancellation: Cancellation | None, chores: Sequence[Chore]) -> list[Chore]:
    asked = text("SELECT crm.chore_is_due(:key, :every)")
    with database.connection(cancellation) as connection:
        return [
            chore
            for chore in chores
            if connection.execute(asked, {"key": chore.key, "every": chore.every}).scalar_one()
        ]


def _run(
    database: Database, cancellation: Cancellation | None, chore: Chore, holder: psycopg.Connection[Any]
) -> Done | None:
    if cancellation is not None:
        cancellation.raise_if_cancelled()
    begun = holder.execute("SELECT crm.begin_chore(%s, %s)", (chore.key, chore.every)).fetchone()
    if begun is None or not begun[0]:
        return None
    try:
        said = chore.run(database, cancellation)
    except Cancelled:
        raise  # nobody came to its end: it is soon due again
    except CrmError as error:
        _end(holder, chore, str(error), failed=True)
        return Done(chore, "", error)
    except Exception as bug:  # noqa: BLE001 - raised by whoever asked, once the others are done
        _end(holder, chore, f"A fault of the program: {type(bug).__name__}", failed=True)
        return Done(chore, "", bug=bug)
    _end(holder, chore, said)
    return Done(chore, said)


def _end(holder: psycopg.Connection[Any], chore: Chore, outcome: str, *, failed: bool = False) -> None:
    holder.execute("SELECT crm.end_chore(%s, %s, %s)", (chore.key, outcome, failed))

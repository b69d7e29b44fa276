"""The id that a new row gets before it is saved: whoever saves again after a lost answer cannot add it twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from crm_desktop.errors import NotFound
from ui.forms.record import Record

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

FIRST_VERSION = 1


class NewRow:
    """`id` is what it is added under. `may_be_there`: it was sent once, and no answer came."""

    def __init__(self) -> None:
        self.id = uuid4()
        self.may_be_there = False

    def sent_before(self, row_id: UUID) -> None:
        """A draft of a row that may have been saved just before the program ended."""
        self.id, self.may_be_there = row_id, True

    def found(self, session: Session, read: Callable[[Session, UUID], Record]) -> Record | None:
        """What an earlier try left, at the version of that try: editing it finds out if somebody changed it since."""
        if not self.may_be_there:
            return None
        try:
            return replace(read(session, self.id), version=FIRST_VERSION)
        except NotFound:
            return None

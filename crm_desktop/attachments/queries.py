"""Reading attached files: which there are, and their content piece by piece."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_desktop.errors import CrmError, NotFound


@dataclass(frozen=True)
class AttachmentRow:
    """One file. `interaction` is the subject of the interaction that it belongs to, "" where it belongs to none."""

    id: UUID
    customer_id: UUID
    interaction_id: UUID | None
    interaction: str
    file_name: str
    media_type: str
    size: int
    sha256: str
    created_by: UUID | None
    author: str
    created_at: datetime


_FILES = """
    SELECT a.id, a.customer_id, a.interaction_id, coalesce(i.subject, '') AS interaction, a.file_name, a.media_type,
           a.size, a.sha256, a.created_by, coalesce(u.display_name, '') AS author, a.created_at
    FROM crm.attachments a
    LEFT JOIN crm.customer_interactions i ON i.id = a.interaction_id
    LEFT JOIN crm.users u ON u.id = a.created_by
    WHERE {condition}
    ORDER BY a.created_at DESC, a.id DESC
"""
_OF_CUSTOMER = text(_FILES.format(condition="a.customer_id = :id"))
_OF_INTERACTION = text(_FILES.format(condition="a.interaction_id = :id"))
_PART = text("SELECT content FROM crm.attachment_contents WHERE attachment_id = :id AND part = :part")
_THERE = text("SELECT FROM crm.attachments WHERE id = :id")


def of_customer(session: Session, customer_id: UUID) -> tuple[AttachmentRow, ...]:
    """All files of a customer, those of interactions too, the latest first."""
    return tuple(AttachmentRow(**row) for row in session.execute(_OF_CUSTOMER, {"id": customer_id}).mappings())


def of_interaction(session: Session, interaction_id: UUID) -> tuple[AttachmentRow, ...]:
    """The files of one interaction, the latest first."""
    return tuple(AttachmentRow(**row) for row in session.execute(_OF_INTERACTION, {"id": interaction_id}).mappings())


def content(session: Session, file: AttachmentRow) -> Iterator[bytes]:
    """The content in pieces of at most a megabyte; at its end CrmError when it is not what was added."""
    digest, part = hashlib.sha256(), 0
    while (piece := session.execute(_PART, {"id": file.id, "part": part}).scalar_one_or_none()) is not None:
        octets = bytes(piece)
        digest.update(octets)
        part += 1
        yield octets
    if digest.hexdigest() == file.sha256 and part:
        return
    # Deleted while it was read, perhaps: the rest cannot be read any more then.
    if not part or session.execute(_THERE, {"id": file.id}).one_or_none() is None:
        raise NotFound(f"{file.file_name} is not there any more.", hint="Somebody may have deleted it.")
    raise CrmError(f"{file.file_name} is damaged in the database.", hint="Its administrator has to look.")


def largest_size(session: Session) -> int:
    """How large one file may be, in bytes."""
    found: int = session.execute(text("SELECT crm.attachment_limit()")).scalar_one()
    return found

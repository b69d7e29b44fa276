"""Adding and deleting attached files. Nothing here commits."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_desktop.attachments.names import media_type, safe_name
from crm_desktop.attachments.queries import largest_size
from crm_desktop.audit.undo import current_transaction
from crm_desktop.errors import CrmError, NotAllowed, NotFound

PIECE = 256 * 1024
_ADD_PART = text("SELECT crm.add_attachment_part(:id, :part, :content)")
_FINISH = text("SELECT crm.finish_attachment(:id, :customer, :interaction, :name, :type)")
LIMIT_KEY = "attachment_max_mb"
LARGEST_LIMIT = 100


def add_file(
    session: Session,
    path: Path,
    customer_id: UUID,
    interaction_id: UUID | None = None,
    *,
    progress: Callable[[float], None] = lambda share: None,
) -> UUID:
    """Sends a file piece by piece; `progress` gets the share done and may raise Cancelled."""
    identity = uuid4()
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise CrmError(f"{path.name} is no file.", hint="A folder can be added as an archive.")
        _check_size(session, path.name, size)
        with path.open("rb") as file:
            part = sent = 0
            while True:
                piece = file.read(PIECE)
                if not piece and part:
                    break
                session.execute(_ADD_PART, {"id": identity, "part": part, "content": piece})
                part, sent = part + 1, sent + len(piece)
                progress(min(1.0, sent / size) if size else 1.0)
                if not piece:
                    break
    except OSError as error:
        raise CrmError(f"{path.name} cannot be read: {error.strerror or error}.") from error
    name = safe_name(path.name)
    session.execute(
        _FINISH,
        {
            "id": identity,
            "customer": customer_id,
            "interaction": interaction_id,
            "name": name,
            "type": media_type(name),
        },
    )
    return identity


def delete_file(session: Session, attachment_id: UUID) -> int:
    """Deletes a file; returns the transaction for `undo_transaction`. Its content is kept for 30 days."""
    gone = session.execute(
        text("DELETE FROM crm.attachments WHERE id = :id RETURNING id"), {"id": attachment_id}
    ).one_or_none()
    if gone is None:
        there = session.execute(text("SELECT FROM crm.attachments WHERE id = :id"), {"id": attachment_id}).one_or_none()
        if there is None:
            raise NotFound("This file is not there any more.", hint="Somebody may have deleted it.")
        raise NotAllowed("Only who added a file, or an administrator, may delete it.")
    return current_transaction(session)


def set_largest_size(session: Session, megabytes: int) -> None:
    """For administrators: how large one file may be, from 1 to 100 MB."""
    session.execute(
        text(
            "INSERT INTO crm.settings (key, value) VALUES (:key, CAST(:value AS jsonb))"
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value"
        ),
        {"key": LIMIT_KEY, "value": json.dumps(megabytes)},
    )


def _check_size(session: Session, name: str, size: int) -> None:
    """Before anything is sent; the database checks it again."""
    limit = largest_size(session)
    if size > limit:
        raise CrmError(
            f"{name} is larger than {limit // 1024 // 1024} MB.",
            hint="An administrator can allow larger files: Settings, Files.",
        )

"""What happens to attached files away from the window: sending several, writing one to disk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from crm_desktop.attachments.actions import add_file
from crm_desktop.attachments.names import is_runnable
from crm_desktop.attachments.queries import AttachmentRow, content
from crm_desktop.errors import Cancelled, CrmError
from crm_desktop.exporting.files import replacing

if TYPE_CHECKING:
    from crm_desktop.database.engine import Database
    from ui.handles import Progress


@dataclass
class Added:
    """Names of the files that are there now, and those that are not, each with the reason."""

    names: list[str] = field(default_factory=list)
    refused: list[tuple[str, CrmError]] = field(default_factory=list)
    cancelled: bool = False


def add_files(
    database: Database, paths: Sequence[Path], customer_id: UUID, interaction_id: UUID | None, progress: Progress
) -> Added:
    """Each file on its own: one that cannot be added does not keep the others out."""
    result = Added()
    for number, path in enumerate(paths):

        def tell(share: float, number: int = number, path: Path = path) -> None:
            progress.report((number + share) / len(paths), f"Adding {path.name}")

        try:
            tell(0.0)
            with database.session(progress.cancellation) as session:
                add_file(session, path, customer_id, interaction_id, progress=tell)
        except Cancelled:
            result.cancelled = True
            return result
        except CrmError as error:
            result.refused.append((path.name, error))
        else:
            result.names.append(path.name)
    return result


def write_copy(database: Database, row: AttachmentRow, path: Path, progress: Progress) -> Path:
    """The content as a file at `path`; whole or not at all."""
    with replacing(path) as file, database.session(progress.cancellation) as session:
        done = 0
        for piece in content(session, row):
            file.write(piece)
            done += len(piece)
            progress.report(min(1.0, done / row.size) if row.size else 1.0, f"Reading {row.file_name}")
    return path


def copy_to_open(database: Database, row: AttachmentRow, path: Path, progress: Progress) -> Path:
    """A copy that can only be read: what is changed in it would be lost. CrmError for what could run something."""
    if not path.exists():
        write_copy(database, row, path, progress)
    with path.open("rb") as file:
        beginning = file.read(16)
    if is_runnable(row.file_name, beginning):
        path.unlink()
        raise CrmError(f"{row.file_name} could run something, so it is not opened from here.", hint="Save it first.")
    path.chmod(0o400)
    return path

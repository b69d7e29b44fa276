"""The files of one interaction, read for its dialog and kept up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from crm_desktop.attachments.queries import of_interaction
from ui.attachments.files_section import FilesSection

if TYPE_CHECKING:
    from ui.context import Signed
    from ui.operations import DataChange


class InteractionFiles(FilesSection):
    """Hidden until it knows its interaction."""

    def __init__(self, context: Signed) -> None:
        super().__init__(context)
        self._context = context
        self._of: tuple[UUID, UUID] | None = None
        self.hide()
        context.operations.data_changed.connect(self._on_data_changed)

    def show_interaction(self, customer_id: UUID, interaction_id: UUID) -> None:
        """Read the files of this interaction."""
        if self._of != (customer_id, interaction_id):
            self._of = (customer_id, interaction_id)
            self._read()

    def _read(self) -> None:
        if self._of is None:
            return
        customer_id, interaction_id = self._of

        def show(rows: object) -> None:
            self.show_files(customer_id, rows, interaction_id)  # type: ignore[arg-type]
            self.show()

        self._context.operations.query(
            self, lambda session: of_interaction(session, interaction_id), show, failed=lambda _error: None
        )

    def _on_data_changed(self, change: DataChange) -> None:
        if change.concerns("attachments"):
            self._read()

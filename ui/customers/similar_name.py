"""Says, without blocking, when somebody with a similar name in the same city is there already."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject

from crm_desktop.duplicates.similar import Similar, similar_companies, similar_people
from crm_desktop.errors import CrmError
from ui.customers.card_dialog import CardDialog
from ui.forms.form import Form

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ui.context import Signed
    from ui.forms.record_dialog import RecordDialog
    from ui.handles import Handle

FIELDS = ("contact_name", "company_name", "city")


class SimilarName(QObject):
    """Looks up what was typed, one query at a time; the latest wins. A record that was opened is its own likeness:
    nothing is said before its name or city is changed."""

    def __init__(self, context: Signed, dialog: RecordDialog, form: Form) -> None:
        super().__init__(dialog)
        self._context = context
        self._dialog = dialog
        self._form = form
        self._asked: tuple[str, ...] | None = None
        self._handle: Handle | None = None

    def look_up(self) -> None:
        """Ask who has a name like this one in this city."""
        typed = tuple(str(self._form[name].value()).strip() for name in FIELDS)
        if typed == self._asked:
            return
        self._asked = typed
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
        own = self._dialog.record_id
        contact_name, company_name, city = typed
        opened = tuple(str(self._form.opened.get(name, "")).strip() for name in FIELDS)
        if not city or not (contact_name or company_name) or (own is not None and typed == opened):
            self._show([])
            return

        def work(session: Session) -> list[Similar]:
            if contact_name:
                return similar_people(session, contact_name, city, own)
            return similar_companies(session, company_name, city, own)

        self._handle = self._context.operations.query(self, work, self._show, failed=self._failed)

    def _failed(self, _error: CrmError) -> None:
        self._asked = None  # a hint that could not be had must not stand in the way of typing; ask again later

    def _show(self, found: list[Similar]) -> None:
        self._handle = None
        by_person = bool(self._form["contact_name"].value().strip())
        for name in ("contact_name", "company_name"):
            field = self._form[name]
            if field.tone == "error":
                continue
            if not found or (name == "contact_name") != by_person:
                if field.tone == "warning":
                    field.clear_message()
                continue
            first = found[0]
            company = f" of {first.company_name}" if first.company_name not in ("", first.name) else ""
            more = f", and {len(found) - 1} more" if len(found) > 1 else ""
            field.say(
                f"Looks like {first.name}{company} in {first.city}{more}.",
                "warning",
                f"Open {first.name}",
                partial(self._open, first.id),
            )

    def _open(self, customer_id: UUID) -> None:
        CardDialog(self._context, self._dialog, customer_id).open()

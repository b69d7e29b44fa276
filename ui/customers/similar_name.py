"""Says, without blocking, when somebody with a similar name in the same city is there already."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from crm_desktop.duplicates.similar import Similar, similar_companies, similar_people
from ui.customers.look_up import LookUp

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

FIELDS = ("contact_name", "company_name", "city")


class SimilarName(LookUp):
    """A record that was opened is its own likeness: nothing is said before its name or city is changed."""

    fields = FIELDS

    def question(self) -> tuple[str, ...] | None:
        typed = tuple(str(self._form[name].value()).strip() for name in FIELDS)
        contact_name, company_name, city = typed
        opened = tuple(str(self._form.opened.get(name, "")).strip() for name in FIELDS)
        own = self._dialog.record_id is not None and typed == opened
        return typed if city and (contact_name or company_name) and not own else None

    def ask(self, session: Session, question: tuple[str, ...], own: UUID | None) -> list[Similar]:
        contact_name, company_name, city = question
        if contact_name:
            return similar_people(session, contact_name, city, own)
        return similar_companies(session, company_name, city, own)

    def show_found(self, question: tuple[str, ...] | None, found: Sequence[Similar]) -> None:
        by_person = bool(self._form["contact_name"].value().strip())
        for name in ("contact_name", "company_name"):
            field = self._form[name]
            if field.tone == "error":
                continue
            if question is None or not found or (name == "contact_name") != by_person:
                if field.tone == "warning":
                    field.clear_message()
                continue
            first = found[0]
            field.say(f"Looks like {_who(found)}.", "warning", f"Open {first.name}", partial(self.open, first.id))

    def sentence(self, question: tuple[str, ...], found: Sequence[Similar]) -> tuple[str, UUID, str]:
        contact_name, company_name, _city = question
        return f"{contact_name or company_name} looks like {_who(found)}.", found[0].id, found[0].name


def _who(found: Sequence[Similar]) -> str:
    first = found[0]
    company = f" of {first.company_name}" if first.company_name not in ("", first.name) else ""
    more = f", and {len(found) - 1} more" if len(found) > 1 else ""
    return f"{first.name}{company} in {first.city}{more}"

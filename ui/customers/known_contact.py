"""Warns, without blocking, when an email address or phone number already belongs to somebody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject

from crm_desktop.customers.known import Known, who_has
from crm_desktop.customers.phones import read_phone
from crm_desktop.errors import CrmError
from crm_desktop.listing.folding import fold
from ui.customers.card_dialog import CardDialog
from ui.forms.form import Form

if TYPE_CHECKING:
    from ui.context import Signed
    from ui.forms.record_dialog import RecordDialog
    from ui.handles import Handle


Offer = tuple[str, Callable[[], None]]
"""What a link says, and what it does."""


class KnownContact(QObject):
    """Looks up what was typed, one query at a time; the latest wins."""

    def __init__(
        self,
        context: Signed,
        dialog: RecordDialog,
        form: Form,
        *,
        country: Callable[[], str],
        own_customer: UUID | None = None,
        offer: Callable[[Known], Offer | None] = lambda _known: None,
    ) -> None:
        """The dialog's record is a customer, or a contact of `own_customer`: a company and its people share values.

        `offer` may say something better to do about somebody who is known than to look at the card.
        """
        super().__init__(dialog)
        self._country = country
        self._own_customer = own_customer
        self._offer = offer
        self._context = context
        self._dialog = dialog
        self._form = form
        self._asked: tuple[tuple[str, ...], ...] | None = None
        self._handle: Handle | None = None

    def look_up(self) -> None:
        """Ask who has one of these email addresses or phone numbers."""
        values, country = self._form.values(), self._country()
        emails = {name: _texts(values[name]) for name in ("email", "other_emails")}
        phones = {
            name: tuple(read_phone(text, country).text for text in _texts(values[name]))
            for name in ("phone", "other_phones")
        }
        asked = (*emails.values(), *phones.values())
        if asked == self._asked:
            return
        self._asked = asked
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
        if not any(asked):
            return
        own, company = self._dialog.record_id, self._own_customer
        excepted = (
            {"except_customer": own, "except_contacts_of": own}
            if company is None
            else {"except_customer": company, "except_contact": own}
        )
        all_emails, all_phones = sum(emails.values(), ()), sum(phones.values(), ())
        self._handle = self._context.operations.query(
            self,
            lambda session: who_has(session, all_emails, all_phones, **excepted),
            lambda known: self._show(known, emails, phones),
            failed=self._failed,
        )

    def _failed(self, _error: CrmError) -> None:
        self._asked = None  # a warning that could not be had must not stand in the way of typing; ask again later

    def _show(
        self, known: list[Known], emails: Mapping[str, tuple[str, ...]], phones: Mapping[str, tuple[str, ...]]
    ) -> None:
        self._handle = None
        for name, texts in emails.items():
            folded = {fold(text.strip()) for text in texts}
            self._warn(name, [each for each in known if each.emails & folded], "This address already belongs to")
        for name, numbers in phones.items():
            found = [each for each in known if each.phones.intersection(numbers)]
            self._warn(name, found, "This number already belongs to")

    def _warn(self, name: str, known: list[Known], words: str) -> None:
        field = self._form[name]
        if field.tone == "error":
            return
        if not known:
            field.clear_message()
            return
        others = f" and {len(known) - 1} more" if len(known) > 1 else ""
        first = known[0]
        look = f"Open {first.customer_name}", lambda: self._open(first.customer_id)
        field.say(f"{words} {first.name}{others}.", "warning", *(self._offer(first) or look))

    def _open(self, customer_id: UUID) -> None:
        CardDialog(self._context, self._dialog, customer_id).open()


def _texts(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) and value else tuple(value)
